from __future__ import annotations

import math

from casework.teach.quizzes.model import Bank, Question


def test_what_is_derived_from_the_answer(questions: dict[str, Question]) -> None:
    assert questions["several"].several
    assert not questions["one"].several
    assert questions["several"].places == (0, 1)
    assert questions["number"].number == 333.3333
    assert math.isclose(questions["number"].deviation, 0.3333333)
    assert questions["truth"].places == ()
    assert math.isnan(questions["order"].number)


def test_topics_in_their_order(bank: Bank) -> None:
    assert bank.topics == ("logic", "letters", "sums")
