from __future__ import annotations

from typing import Any

import pytest

from casework.core.errors import ParameterError
from casework.teach.quizzes.controls import ChoiceControl, NumberControl, OrderControl, TruthControl, control_for
from casework.teach.quizzes.model import Question
from casework.teach.quizzes.paper import Item


def nothing(_source: Any) -> None:
    return None


def item(question: Question, *order: int) -> Item:
    return Item(question=question, order=order or tuple(range(len(question.options))))


def test_true_or_false(questions: dict[str, Question]) -> None:
    control = TruthControl(item(questions["truth"]))
    with pytest.raises(ParameterError, match="nothing is chosen"):
        control.response()
    control.buttons[1].value = True
    assert control.response() is False
    control.buttons[0].value = True
    assert control.response() is True
    assert not control.buttons[1].value


def test_one_takes_the_other_back_and_several_do_not(questions: dict[str, Question]) -> None:
    one = ChoiceControl(item(questions["one"], 2, 0, 1))
    one.buttons[0].value = True
    one.buttons[1].value = True
    assert one.response() == (0,)
    several = ChoiceControl(item(questions["several"], 4, 3, 2, 1, 0))
    several.buttons[0].value = True
    several.buttons[3].value = True
    assert several.response() == (1, 4)


def test_marks_after_the_answer(questions: dict[str, Question]) -> None:
    control = ChoiceControl(item(questions["one"], 2, 0, 1))
    control.buttons[0].value = True
    control.lock()
    assert [button.button_style for button in control.buttons] == ["danger", "success", ""]
    assert all(button.disabled for button in control.buttons)


def test_a_number(questions: dict[str, Question]) -> None:
    sent: list[Any] = []
    control = NumberControl(item(questions["number"]), sent.append)
    with pytest.raises(ParameterError, match="nothing is filled in"):
        control.response()
    control.field.value = "many"
    with pytest.raises(ParameterError, match="not a number"):
        control.response()
    control.field.value = "333"
    assert control.response() == "333"
    assert sent == [], "leaving the field is no answer"
    control.lock()
    assert control.field.disabled


def test_enter_answers_with_what_was_typed_before(questions: dict[str, Question]) -> None:
    """The browser tells of the key first and of the text right after."""
    seen: list[Any] = []
    control = NumberControl(item(questions["number"]), lambda _: seen.append(control.response()))
    control.field._handle_custom_msg({"event": "other"}, [])
    control.field.value = "3"
    control.field._handle_custom_msg({"event": "submit"}, [])
    assert seen == []
    control.field.value = "333"
    assert seen == ["333"]
    control.field.value = "334"
    assert seen == ["333"]


def test_an_order(questions: dict[str, Question]) -> None:
    control = OrderControl(item(questions["order"], 5, 4, 3, 2, 1, 0))
    with pytest.raises(ParameterError, match="from 1 to 6"):
        control.response()
    for place, number in enumerate(control.numbers):
        number.value = 6 - place
    assert control.response() == (0, 1, 2, 3, 4, 5)
    control.numbers[0].value = 5
    with pytest.raises(ParameterError, match="a number of its own"):
        control.response()
    control.numbers[1].value = 6
    control.lock()
    assert "→ 6" in control.rows[0].children[1].value
    assert "✓" in control.rows[5].children[1].value


def test_texts_are_inert(questions: dict[str, Question]) -> None:
    control = ChoiceControl(item(questions["several"]))
    assert "<b>" in control.buttons[4].description  # text: a button's description is never markup


def test_each_kind_has_its_control(questions: dict[str, Question]) -> None:
    kinds = [type(control_for(item(question), nothing)) for question in questions.values()]
    assert kinds == [TruthControl, ChoiceControl, ChoiceControl, NumberControl, OrderControl]
