import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.suppliers.watch import WatchRule, rule_holds, watch_scores

PERIODS = ["t1", "t2", "t3", "t4", "t5", "t6"]
SCORES = pd.DataFrame({"x": [90, 69, 66, 80, 60, 55], "y": [80, 60, 81, 60, 60, 82], "z": [90, np.nan, 60, 91, 92, 93]},
                      index=PERIODS)  # fmt: skip
ONCE, TWICE = WatchRule(name="once"), WatchRule(name="twice", periods=2)


def test_warnings_by_hand():
    found = watch_scores(SCORES, [ONCE, TWICE], events={"x": "t6"})
    table = found.table.set_index("rule")
    assert table.loc["once", ["warned", "lead", "false_alarms", "supplier_periods"]].tolist() == [1, 4, 3, 16]
    assert table.loc["twice", ["warned", "lead", "false_alarms"]].tolist() == [1, 3, 1]
    twice = found.warnings.query("rule == 'twice'")
    assert twice[["supplier", "period"]].values.tolist() == [["x", "t3"], ["y", "t5"]]


def test_too_early_is_a_false_alarm_and_later_does_not_count():
    found = watch_scores(SCORES, [ONCE], events={"x": "t6"}, horizon=2).table.iloc[0]
    assert found[["warned", "lead", "false_alarms"]].tolist() == [1, 1, 4]
    early = watch_scores(SCORES, [ONCE], events={"x": "t2", "y": "t3"}).table.iloc[0]
    assert early[["events", "warned", "lead", "false_alarms", "supplier_periods"]].tolist() == [2, 1, 1, 1, 8]


def test_fall_below_the_own_mean():
    rule = WatchRule(name="fall", kind="fall", limit=15, window=2)
    holds = rule_holds(rule, SCORES)
    assert holds["x"].tolist() == [False, False, False, False, False, False]
    assert holds["y"].tolist() == [False, False, False, False, False, False]
    sharp = rule_holds(WatchRule(name="fall", kind="fall", limit=10, window=2), SCORES)
    assert sharp["x"].tolist() == [False, False, True, False, True, True]
    assert sharp["y"].tolist() == [False, False, False, True, True, False]


def test_rate_of_false_alarms_has_the_interval_of_garwood():
    calm = pd.DataFrame({"x": [90.0] * 50, "y": [90.0] * 50})
    row = watch_scores(calm, [ONCE], events={"x": 49}).table.iloc[0]
    assert row["supplier_periods"] == 99
    assert row["high"] * 99 / 100 == pytest.approx(3.69, abs=0.005)
    assert row["low"] == 0
    assert np.isnan(row["lead"])


def test_words():
    found = watch_scores(SCORES, [ONCE, TWICE], events={"x": "t6"})
    assert found.summary() == "The rule 'twice' warned 3 periods ahead, with 1 false alarm in 16 supplier periods."
    assert "There is 1 event only" in found.notes[0]
    never = watch_scores(SCORES, [WatchRule(name="deep", limit=10)], events={"x": "t6"})
    assert never.summary() == "No rule warned before the event."
    assert never.to_frame()["false_alarms"].tolist() == [0]
    many = dict.fromkeys("abcde", "t6")
    wide = pd.DataFrame({name: [90.0] * 6 for name in "abcde"}, index=PERIODS)
    assert watch_scores(wide, [ONCE], events=many).notes == ()


def test_refused():
    with pytest.raises(ParameterError, match="kind") as error:
        WatchRule(name="a", kind="up", limit=float("nan"), periods=0, window=1)
    assert len(error.value.problems) == 4
    with pytest.raises(ParameterError, match="'t9' is not known") as error:
        watch_scores(SCORES, [ONCE, ONCE], events={"w": "t9"}, horizon=0, confidence=0)
    assert len(error.value.problems) == 5
    with pytest.raises(ParameterError, match="at least one rule") as error:
        watch_scores(SCORES, [], events={})
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="2 values are not numbers") as error:
        watch_scores(pd.DataFrame([["a", "b"]], columns=["x", "x"]), [ONCE], events={"x": 0})
    assert len(error.value.problems) == 3
