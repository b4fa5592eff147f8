import pandas as pd
import pytest
from scipy.stats import binomtest

from casework.core.errors import DataError
from casework.voice.requirements.agreement import rule_agreement


def frame(single, concise):
    return pd.DataFrame({"single": single, "concise": concise}, dtype=bool)


def test_counts_and_intervals():
    met = frame([0, 0, 0, 1, 1], [1, 1, 1, 1, 0])
    labels = frame([0, 0, 1, 0, 1], [1, 1, 1, 1, 0])
    row = rule_agreement(met, labels).table.iloc[0]
    assert row[["broken_by_label", "broken_by_checker", "both"]].tolist() == [3, 3, 2]
    assert row["precision"] == row["recall"] == pytest.approx(2 / 3)
    interval = binomtest(2, 3).proportion_ci(method="wilson")
    assert (row["recall_low"], row["recall_high"]) == pytest.approx((interval.low, interval.high))


def test_summary_names_the_weakest_rules():
    summary = rule_agreement(frame([0, 0], [1, 0]), frame([0, 1], [0, 0])).summary()
    assert summary == "Lowest precision: single factor (50%); lowest recall: concise (50%)."


def test_nothing_broken():
    assert rule_agreement(frame([1], [1]), frame([1], [1])).summary().startswith("No rule is broken")


def test_other_rows():
    with pytest.raises(DataError, match="other rows or rules"):
        rule_agreement(frame([1], [1]), frame([1, 1], [1, 0]))
