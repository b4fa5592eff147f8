import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.customers import bg_nbd, check_forecast, cox, gamma_gamma, lifetime_value, proportional_hazards
from casework.figures import draw

mpl.use("Agg")


@pytest.fixture(scope="module")
def results():
    rng = np.random.default_rng(1)
    n = 600
    when = rng.exponential(1 / rng.gamma(0.9, 1 / 6, n), (120, n)).cumsum(axis=0)
    seen = (when < 52) & (np.arange(120)[:, None] < rng.geometric(rng.beta(0.8, 2.5, n)))
    x = seen.sum(axis=0)
    some = np.maximum(x, 1)
    frame = pd.DataFrame({"frequency": x, "recency": np.where(seen, when, 0).max(axis=0), "tenure": 52.0})
    frame["mean_value"] = rng.gamma(6 * some, 1 / (rng.gamma(4, 1 / 15, n) * some))
    bought, spent = bg_nbd(frame, unit="week"), gamma_gamma(frame)
    life = pd.DataFrame({"a <b> $x$": rng.normal(size=n), "kind": rng.integers(0, 3, n), "left": rng.random(n) < 0.7})
    life["time"] = rng.exponential(np.exp(-life["a <b> $x$"]))
    hazards = cox(life, duration="time", event="left", covariates=["a <b> $x$"], strata="kind")
    one = cox(life, duration="time", event="left", covariates=["a <b> $x$", "kind"])
    return {
        "bought": bought,
        "spent": spent,
        "forecast": check_forecast(bought, frame["frequency"], time=52),
        "value": lifetime_value(bought, spent, horizon=52),
        "strata": hazards,
        "cox": one,
        "test": proportional_hazards(one),
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bought", None),
        ("bought", "alive"),
        ("bought", "purchases"),
        ("bought", "growth"),
        ("forecast", None),
        ("spent", None),
        ("spent", "expected"),
        ("value", None),
        ("value", "tenths"),
        ("cox", None),
        ("cox", "survival"),
        ("strata", "survival"),
        ("test", None),
        ("test", "kind"),
    ],
)
def test_every_picture_draws(results, name, kind):
    ax = draw(results[name], kind=kind)
    ax.get_figure().canvas.draw()
    assert ax.get_title(loc="left")


def test_bars_are_the_customers(results):
    ax = draw(results["bought"])
    heights = [bar.get_height() for bar in ax.patches]
    assert sum(heights[:8]) == 600
    assert sum(heights[8:]) == pytest.approx(600)


def test_frequent_buyers_are_put_in_classes():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"frequency": rng.poisson(80, 200), "recency": rng.uniform(20, 30, 200), "tenure": 30.0})
    ax = draw(bg_nbd(frame, penalty=0.5))
    heights = [bar.get_height() for bar in ax.patches]
    assert sum(heights[: len(heights) // 2]) == 200
    assert sum(heights) == pytest.approx(400)
    assert len(heights) <= 2 * 11
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels[0] == "0\u201310"
    assert labels[-1] == "99+"


def test_the_map_is_the_probability(results):
    mesh = draw(results["bought"], kind="alive").collections[0]
    values = mesh.get_array()
    assert values.min() >= 0
    assert values.max() <= 1
    assert (values[0] == 1).all()


def test_ticks_of_ratios_can_be_read(results):
    ax = draw(results["cox"])
    ticks = [x for x in ax.get_xticks() if ax.get_xlim()[0] <= x <= ax.get_xlim()[1]]
    assert 1 in ticks
    assert 2 <= len(ticks) <= 9


def test_unknown_pictures_are_refused(results):
    for name in ("bought", "spent", "value", "cox"):
        with pytest.raises(ParameterError, match="kind"):
            draw(results[name], kind="pie")
    with pytest.raises(ParameterError, match="not known"):
        draw(results["test"], kind="pie")
