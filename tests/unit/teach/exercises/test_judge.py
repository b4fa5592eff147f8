import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.teach.exercises.judge import judge_task
from casework.teach.exercises.model import Check, Mistake, Task
from casework.teach.exercises.solution import Expected
from casework.teach.exercises.values import encode


def judged(wanted, found, **options):
    mistakes = options.pop("mistakes", ())
    check = Check(value="x", points=2, mistakes=tuple(Mistake(value="", say=say) for _, say in mistakes), **options)
    task = Task(name="one", title="One", prose=(), answer="", checks=(check,))
    expected = Expected(values=(encode(wanted),), mistakes=tuple((encode(value), say) for value, say in mistakes))
    answers = [[] if found is ... else [encode(found)]]
    verdict = judge_task(task, [expected], answers)
    return verdict.earned, verdict.remarks[0].text


@pytest.mark.parametrize(
    ("wanted", "found"),
    [(10.0, 10.004), (10, 10.0), (0.0, 0.0), (-3.0, -3.001), (True, True), ("Kano model", " kano  MODEL"),
     ([1.0, 2.0], (1.0, 2.001)), ({"a": 1.0}, {"A ": 1.0}), ({1, 2}, {2, 1}), (math.inf, math.inf)],
)  # fmt: skip
def test_right_answers_earn_everything(wanted, found):
    assert judged(wanted, found) == (2, "")


@pytest.mark.parametrize(
    ("wanted", "found", "said"),
    [
        (10.0, 11.0, "x is not right"),
        (10.0, 10.1, "close, but not within the tolerance"),
        (10.0, -10.0, "the sign is turned around"),
        (10.0, 1000.0, "a percentage instead of a share"),
        (10.0, 120.0, "a year instead of a month"),
        (10.0, "10", "x is a text; a number is expected"),
        (10.0, None, "x is nothing; a number is expected"),
        (1.0, True, "x is True or False; a number is expected"),
        (True, 1, "x is a number; True or False is expected"),
        (10.0, float("nan"), "not a number"),
        ([1, 2], [1, 2, 3], "x has 3 items; 2 are expected"),
        ([1, 2], [2, 1], "0 of 2 in x are right"),
        ({"a": 1, "b": 2}, {"a": 1}, "x lacks b"),
        (10.0, ..., "x is not there"),
        (10.0, object(), "x is object; a number is expected"),
    ],
)
def test_wrong_answers_earn_nothing_and_are_told_why(wanted, found, said):
    earned, text = judged(wanted, found)
    assert earned == 0
    assert said in text


def test_parts_earn_their_share_and_order_can_be_free():
    assert judged([1.0, 2.0, 3.0, 4.0], [1.0, 9.0, 3.0, 4.0], partial=True)[0] == 1.5
    assert judged([3, 1, 2], [1, 2, 3], free_order=True) == (2, "")
    assert judged([3, 1, 2], [1, 2, 4], free_order=True, partial=True)[0] == pytest.approx(4 / 3)
    assert judged([1, 2], [1, 2, 3, 4], free_order=True, partial=True)[0] == 1
    frame = pd.DataFrame({"v": [1.0, 2.0]}, index=["a", "b"])
    assert judged(frame, frame.loc[["b", "a"]]) == (2, "")


def test_known_mistakes_are_named_and_the_author_s_hint_follows():
    earned, text = judged(10.0, 7.0, mistakes=[(7.0, "You took the wrong rate.")], say="Think of the year.")
    assert (earned, text) == (0, "You took the wrong rate. Think of the year.")


def test_hidden_checks_tell_nothing_of_what_is_expected():
    earned, text = judged(123.456, 1.0, hidden=True)
    assert earned == 0
    assert text == "it does not hold for other values than the ones you were given"


def test_absolute_tolerance():
    assert judged(0.0, 0.009, tolerance=0.01, relative=False)[0] == 2
    assert judged(0.0, 0.011, tolerance=0.01, relative=False)[0] == 0


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_no_message_tells_the_expected_number(wanted, found):
    earned, text = judged(wanted, found)
    assert 0 <= earned <= 2
    if abs(wanted) > 1000:
        assert f"{wanted:.2f}" not in text
        assert repr(wanted) not in text
    assert (earned == 2) == (abs(wanted - found) <= 0.001 * abs(wanted) + 1e-9)


def test_blank_earns_nothing():
    task = Task(name="one", title="", prose=(), answer="", checks=(Check(value="x", points=1),))
    verdict = judge_task(task, [Expected(values=(encode(None),))], [[encode(None)]], blank=True)
    assert (verdict.earned, verdict.remarks[0].text) == (0, "nothing is filled in yet")
