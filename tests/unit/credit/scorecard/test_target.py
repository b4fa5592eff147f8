import pandas as pd
import pytest

from casework.credit.scorecard.target import read_target


def said(values, event=1):
    return [str(problem) for problem in read_target(pd.Series(values), event=event, where="bad")[1]]


@pytest.mark.parametrize(
    ("values", "event", "words"),
    [
        ([0, 1, None], 1, "1 of 3 values is missing"),
        (["bad", "good"], 1, "event='bad'"),
        ([0, 0, 0], 1, "one class only: all rows hold 0"),
        ([0, 1, 2], 1, "3 different values: 0, 1, 2"),
        ([0, 1], 2, "no row holds the event 2"),
        ([None, None], 1, "2 of 2 values are missing"),
        (["0", "1"], 1, "For example event='0'"),
    ],
)
def test_targets_that_cannot_be_used(values, event, words) -> None:
    assert any(words in problem for problem in said(values, event))


def test_several_problems_are_told_at_once() -> None:
    assert len(said([1, 1, None])) == 2


@pytest.mark.parametrize(
    ("values", "event"),
    [([True, False], 1), ([0.0, 1.0], 1), (["good", "bad"], "bad"), ([1, 2], 2), (pd.array([1, 0], dtype="Int64"), 1)],
)
def test_events_are_found(values, event) -> None:
    events, problems = read_target(pd.Series(values), event=event, where="bad")
    assert not problems
    assert events.sum() == 1
