from __future__ import annotations

from casework.core.messages import use_language
from casework.teach.quizzes.model import Question
from casework.teach.quizzes.wording import answer_text, instruction, letter, number_text


def test_how_to_answer(questions: dict[str, Question]) -> None:
    said = {name: instruction(question) for name, question in questions.items()}
    assert said == {
        "truth": "True or false?",
        "one": "One is right.",
        "several": "Several are right.",
        "number": "Give a number in units.",
        "order": "Number the steps in their order, from 1.",
    }


def test_numbers_with_unit_and_tolerance(questions: dict[str, Question]) -> None:
    assert number_text(questions["number"]) == "333.3333 units (± 0.333)"


def test_both_languages(questions: dict[str, Question]) -> None:
    with use_language("zh"):
        assert answer_text(questions["several"]).startswith("a")


def test_letters() -> None:
    assert [letter(place) for place in range(3)] == ["A", "B", "C"]
