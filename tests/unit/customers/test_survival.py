import numpy as np
import pytest

from casework.core.errors import DataError, ParameterError
from casework.customers.survival import kaplan_meier

TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [0, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
CONTROL = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_without_censoring_it_is_the_share_that_is_left():
    found = kaplan_meier(CONTROL, np.ones(21))
    times = np.array([0, 1, 4.5, 8, 23])
    assert found.at(times).tolist() == pytest.approx([np.mean(np.array(CONTROL) > x) for x in times])
    assert found.groups["median"].tolist() == [8]
    assert found.summary() == "Half of 21 customers have left by time 8."


def test_log_rank_of_the_leukaemia_trial():
    found = kaplan_meier(TREATED + CONTROL, ENDED + [1] * 21, group=["6-MP"] * 21 + ["placebo"] * 21)
    assert found.chi2 == pytest.approx(16.79, abs=0.005)
    assert found.df == 1
    assert found.p < 0.0001
    assert found.groups["median"].tolist() == [23, 8]
    assert found.at(23, "6-MP") == pytest.approx(0.448179)
    assert "do not leave alike" in found.summary()


def test_greenwood_on_the_log_log_scale_at_one_point():
    row = kaplan_meier(TREATED, ENDED).table.set_index("time").loc[10]
    variance = 3 / (21 * 18) + 1 / (17 * 16) + 1 / (15 * 14)
    survival = 18 / 21 * 16 / 17 * 14 / 15
    half = 1.959964 * np.sqrt(variance) / abs(np.log(survival))
    assert row["survival"] == pytest.approx(survival)
    assert row["low"] == pytest.approx(survival ** np.exp(half), abs=1e-6)
    assert row["high"] == pytest.approx(survival ** np.exp(-half), abs=1e-6)


def test_same_groups_and_nobody_who_left():
    twice = kaplan_meier(TREATED * 2, ENDED * 2, group=[0] * 21 + [1] * 21)
    assert twice.chi2 == pytest.approx(0, abs=1e-9)
    assert "may well leave alike" in twice.summary()
    nobody = kaplan_meier([1, 2, 3], [0, 0, 0])
    assert "More than half of 3 customers stay" in nobody.summary()
    assert "fewer than 5" in nobody.notes[0]
    assert nobody.to_frame()["survival"].tolist() == [1, 1, 1]


def test_all_problems_at_once():
    with pytest.raises(DataError, match="2 values are missing, negative") as error:
        kaplan_meier([1, -1, np.nan], [1, 2], group=["a", None])
    assert len(error.value.problems) == 5
    with pytest.raises(DataError, match="at least one"):
        kaplan_meier([], [])
    with pytest.raises(ParameterError, match="confidence"):
        kaplan_meier([1], [1], confidence=1)
