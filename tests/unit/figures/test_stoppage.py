import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.figures import draw
from casework.suppliers import (
    Lever,
    Plant,
    Source,
    line_record,
    replay_reserve,
    sourcing_sensitivity,
    sourcing_strategies,
    stoppage_cost,
    supply_interruptions,
)

mpl.use("Agg")


@pytest.fixture(scope="module")
def results():
    days = pd.DataFrame({"date": pd.date_range("2026-03-02", periods=4), "needed": [10, 10, 10, 10]})
    days = days.assign(received=[10, 0, 2, 10], blocked=[0, 4, 0, 0], built=[10, 1, 2, 10], stock=[5, 0, 0, 0])
    events = pd.DataFrame({"supplier": ["A $x$ <b>", "B", "B"], "days": [3, 9, 2]})
    main = Source(name="A", price=10, failures_per_year=3, days_down=9)
    second = Source(name="B", price=11, failures_per_year=1, days_down=9)
    plans = sourcing_strategies(main, second, second_share=0.5, reserve_days=3, fixed_cost=1000)
    levers = [Lever(kind="stoppage_cost", low=0, high=9000), Lever(kind="holding_cost", low=0, high=9, name="$ stock")]
    plant = Plant(daily_need=10, stoppage_cost=500, holding_cost=1, days=60)
    return {
        "cost": stoppage_cost(lost=100, made_up=40, daily_output=50, margin=10, overtime=2, expenses={"$ freight": 5}),
        "free": stoppage_cost(lost=0, daily_output=50, margin=10),
        "reserve": replay_reserve(days, opening=5),
        "line": line_record(days),
        "interruptions": supply_interruptions(events, years={"A $x$ <b>": 5, "B": 5, "C": 5}),
        "sensitivity": sourcing_sensitivity([main, second], plans, plant, levers=levers, replications=100),
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [("cost", None), ("free", None), ("reserve", None), ("reserve", "stock"), ("line", None), ("interruptions", None),
     ("sensitivity", None)],
)  # fmt: skip
def test_every_picture_draws(results, name, kind):
    ax = draw(results[name], kind=kind)
    ax.get_figure().canvas.draw()
    assert ax.get_title(loc="left")


def test_components_end_at_the_total(results):
    bars = draw(results["cost"]).patches
    assert bars[-2].get_x() + bars[-2].get_width() == pytest.approx(results["cost"].total)
    assert bars[-1].get_width() == pytest.approx(results["cost"].total)


def test_the_tornado_starts_at_the_advantage(results):
    found = results["sensitivity"]
    ends = sorted(bar.get_x() + bar.get_width() for bar in draw(found).patches)
    wanted = found.table[["advantage_at_low", "advantage_at_high"]].to_numpy().ravel()
    assert ends == pytest.approx(np.sort(wanted))


def test_missing_cars_are_red(results):
    heights = [bar.get_height() for bar in draw(results["line"]).patches]
    assert heights[:4] == [10, 1, 2, 10]
    assert heights[4:] == [0, 9, 8, 0]


def test_unknown_pictures_are_refused(results):
    with pytest.raises(ParameterError, match="kind"):
        draw(results["reserve"], kind="pie")
