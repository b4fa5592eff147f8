from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.customers.hazards import cox, proportional_hazards
from casework.customers.hazards.proportionality import local_lines

ROSSI = Path(__file__).parents[5] / "shared" / "data" / "rossi.csv"


def simulated(n, *, late, seed=2):
    """The effect of `a` is 1 until time 0.5 and `late` after it; that of `b` is always 0.5."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 2, n), rng.normal(size=n)
    early, later = np.exp(a + 0.5 * b), np.exp(late * a + 0.5 * b)
    hazard = rng.exponential(size=n)
    time = np.where(hazard < 0.5 * early, hazard / early, 0.5 + (hazard - 0.5 * early) / later)
    return pd.DataFrame({"time": time, "left": 1, "a": a, "b": b})


def fitted(frame):
    return cox(frame, duration="time", event="left", covariates=["a", "b"])


@pytest.mark.skipif(not ROSSI.is_file(), reason="the Rossi data are not part of the project")
def test_rossi_as_published():
    """Fox (2002), appendix, cox.zph of the model with fin, age and prio."""
    model = cox(pd.read_csv(ROSSI), duration="week", event="arrest", covariates=["fin", "age", "prio"])
    found = proportional_hazards(model).table
    assert found["chi2"].tolist() == pytest.approx([0.00507, 6.54147, 0.77288, 7.13046], abs=5.1e-6)
    assert found["p"].iloc[:4].tolist() == pytest.approx([0.9433, 0.0105, 0.3793, 0.0679], abs=5.1e-5)
    assert found["correlation"].iloc[:2].tolist() == pytest.approx([-0.00657, -0.20976], abs=5.1e-6)


def test_an_effect_that_changes_is_found_and_one_that_stays_is_not():
    changing = proportional_hazards(fitted(simulated(1500, late=-0.5)))
    assert changing.broken() == ["a"]
    assert "effects change over time: a" in changing.summary()
    assert changing.table["correlation"].iloc[0] < -0.05
    staying = proportional_hazards(fitted(simulated(1500, late=1.0)))
    assert staying.broken() == []
    assert "No effect clearly changes" in staying.summary()


def test_residuals_add_up_to_nothing_and_times_are_transformed():
    model = fitted(simulated(80, late=1.0))
    np.testing.assert_allclose(model.residuals[["a", "b"]].sum(), 0, atol=1e-8)
    km, rank, same, log = (
        proportional_hazards(model, transform=way).scaled for way in ("km", "rank", "identity", "log")
    )
    assert km["transformed"].tolist() == pytest.approx(np.arange(80) / 80)
    assert rank["transformed"].tolist() == list(range(1, 81))
    assert same["transformed"].tolist() == same["time"].tolist()
    assert log["transformed"].tolist() == pytest.approx(np.log(log["time"]).tolist())
    np.testing.assert_allclose(km[["a", "b"]].mean(), model.table["coefficient"])


def test_refusals():
    frame = simulated(50, late=1.0)
    model = fitted(frame)
    with pytest.raises(ParameterError, match="transform"):
        proportional_hazards(model, transform="cube")
    with pytest.raises(DataError, match="no two times"):
        proportional_hazards(fitted(frame.assign(left=frame.index % 3 > 0, time=1.0)))
    zero = frame.assign(time=frame["time"].where(frame.index > 0, 0))
    with pytest.raises(DataError, match="above 0 for 'log'"):
        proportional_hazards(fitted(zero), transform="log")


def test_the_course_of_an_effect_that_changes():
    found = proportional_hazards(fitted(simulated(4000, late=-0.5)), transform="km")
    course = found.course("a")
    early, late = course.iloc[5], course.iloc[-6]
    assert early["low"] < 1 < early["high"]
    assert late["low"] < -0.5 < late["high"]
    assert (course["low"] < course["effect"]).all()
    flat = found.course("b", points=10)
    assert flat["effect"].mean() == pytest.approx(0.5, abs=0.1)
    with pytest.raises(ParameterError, match="'c' is not known"):
        found.course("c")


def test_local_lines_reproduce_a_line_and_know_their_error():
    x = np.sort(np.random.default_rng(1).uniform(size=200))
    smooth, spread = local_lines(x, 3 - 2 * x, np.array([0.0, 0.4, 1.0]), 0.1)
    assert smooth.tolist() == pytest.approx([3, 2.2, 1])
    wide, error = local_lines(x, x, np.array([x.mean()]), 1e6)
    assert wide[0] == pytest.approx(x.mean())
    assert error[0] == pytest.approx(1 / np.sqrt(200))
    assert spread[1] < spread[0]
