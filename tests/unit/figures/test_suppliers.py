import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.figures import draw
from casework.suppliers import (
    Contract,
    Market,
    Plant,
    Source,
    Strategy,
    capability_from_summary,
    compare_contracts,
    compare_sourcing,
    composite_score,
    design_plan,
    evaluate_plan,
    grade_chain,
    grade_suppliers,
    nonconformity_points,
    process_capability,
    season_demand,
)

mpl.use("Agg")


@pytest.fixture(scope="module")
def results():
    names = ["A $x$ <b>", "B", "C"]
    lots = pd.DataFrame(
        {"critical": [0, 1, 0], "major": [2, 0, 1], "minor": [5, 3, 0], "units": [100, 50, 9]}, index=names
    )
    ratings = pd.DataFrame({"quality": [90, 60, 10], "delivery": [80, 100, 30]}, index=names)
    scores = composite_score(ratings, weights={"quality": 2, "delivery": 1})
    log = pd.DataFrame({"s": list("xxyy"), "t": [1, 2, 1, 2], "g": list("ABBA")})
    market = Market(demand=season_demand(mean=100, sd=30), price=10, supplier_cost=4)
    sources = [
        Source(name="A", price=1, failures_per_year=3, days_down=9),
        Source(name="B", price=2, failures_per_year=3, days_down=9),
    ]
    plans = [Strategy(name="one $", shares={"A": 1}), Strategy(name="two", shares={"A": 0.5, "B": 0.5}, fixed_cost=9)]
    return {
        "plan": design_plan(aql=0.01, rql=0.06, lot=1000),
        "bare": evaluate_plan(n=5, c=0, quality=[0.1, 0.2]),
        "capability": process_capability(np.random.default_rng(1).normal(size=60), lower=-3, upper=3.5),
        "summary": capability_from_summary(mean=1, sd=1, n=20, upper=4),
        "points": nonconformity_points(lots),
        "scores": scores,
        "grades": grade_suppliers(scores.score),
        "chain": grade_chain(log, supplier="s", period="t", grade="g"),
        "contracts": compare_contracts(
            market, [Contract(kind="wholesale", wholesale=7), Contract(kind="wholesale", wholesale=3)]
        ),
        "sourcing": compare_sourcing(sources, plans, Plant(daily_need=10, stoppage_cost=500), replications=200),
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("plan", "acceptance"),
        ("plan", "outgoing"),
        ("plan", "inspection"),
        ("bare", None),
        ("capability", None),
        ("summary", None),
        ("points", None),
        ("scores", None),
        ("grades", None),
        ("chain", None),
        ("contracts", None),
        ("sourcing", "costs"),
        ("sourcing", "distribution"),
    ],
)
def test_every_picture_draws(results, name, kind):
    ax = draw(results[name], kind=kind)
    ax.get_figure().canvas.draw()
    assert ax.get_title(loc="left")


def test_plan_marks_its_two_levels(results):
    texts = [item.get_text() for item in draw(results["plan"]).texts]
    assert any("acceptable level 1.00%" in text for text in texts)
    assert any("rejectable level 6.00%" in text for text in texts)


def test_bars_of_points_add_up(results):
    ax = draw(results["points"])
    widths = np.array([bar.get_width() for bar in ax.patches]).reshape(3, 3).sum(axis=0)
    assert widths == pytest.approx(np.sort(results["points"].table["points_per_unit"]))


def test_unknown_pictures_are_refused(results):
    with pytest.raises(ParameterError, match="kind"):
        draw(results["plan"], kind="pie")
