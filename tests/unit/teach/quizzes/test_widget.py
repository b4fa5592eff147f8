from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import ParameterError
from casework.core.paths import RUN_VARIABLE
from casework.teach.quizzes import widget
from casework.teach.quizzes.controls import Buttons, NumberControl, OrderControl
from casework.teach.quizzes.judge import QuizScore
from casework.teach.quizzes.widget import QuizPanel, quiz


@pytest.fixture
def panel(tmp_path: Path, text: str) -> QuizPanel:
    path = tmp_path / "demo.toml"
    path.write_text(text, encoding="utf-8")
    made = quiz(str(path), questions=5, seed=2)
    assert made is not None
    return made


def answer(panel: QuizPanel, *, right: bool = True) -> None:
    """Answer the question that is shown as a trainee would."""
    control = panel._control
    item = panel.paper.items[panel._place]
    if isinstance(control, Buttons):
        for place, button in enumerate(control.buttons):
            button.value = (place in control.right) == right
    elif isinstance(control, NumberControl):
        control.field.value = str(item.question.number if right else 0)
    elif isinstance(control, OrderControl):
        for number, place in zip(control.numbers, item.right, strict=True):
            number.value = place + 1 if right else 6 - place


def test_a_whole_quiz(panel: QuizPanel) -> None:
    for place in range(5):
        assert f"Question {place + 1} of 5" in panel._head.value
        assert panel._main.description == "Check"
        answer(panel)
        panel._main.click()
        assert "Right." in panel._said.value
        assert panel.paper.items[place].question.explanation in panel._said.value
        assert panel._skip.layout.display == "none"
        panel._main.click()
    assert panel.done
    assert panel.score().share == 1
    assert "5 of 5 points (100%)" in panel._head.value


def test_a_wrong_answer_is_explained(panel: QuizPanel) -> None:
    answer(panel, right=False)
    panel._main.click()
    question = panel.paper.items[0].question
    assert "Not right." in panel._said.value
    assert "Right is: " in panel._said.value
    assert question.explanation in panel._said.value


def test_nothing_chosen_is_told_and_costs_nothing(panel: QuizPanel) -> None:
    panel._main.click()
    assert "yet." in panel._said.value
    assert panel.responses == []
    assert panel._main.description == "Check"


def test_skipping_and_beginning_again(panel: QuizPanel) -> None:
    for _ in range(5):
        panel._skip.click()
    assert panel.done
    assert panel.score().answered == 0
    assert "Again, shuffled anew" in panel._main.description
    panel._skip.click()
    assert panel.done
    panel._main.click()
    assert not panel.done
    assert panel.paper.seed == 3


def test_a_checked_question_cannot_be_skipped(panel: QuizPanel) -> None:
    answer(panel)
    panel._main.click()
    panel._skip.click()
    assert len(panel.responses) == 1
    assert panel._place == 0


def test_who_keeps_scores_is_told(tmp_path: Path, text: str) -> None:
    kept: list[QuizScore] = []
    path = tmp_path / "demo.toml"
    path.write_text(text, encoding="utf-8")
    panel = quiz(str(path), questions=1, finished=kept.append)
    assert panel is not None
    answer(panel)
    panel._main.click()
    assert kept == []
    panel._main.click()
    assert [one.share for one in kept] == [1]


def test_a_quiz_of_the_course_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[tuple[str, str, float, float]] = []
    monkeypatch.setattr(widget, "note", lambda kind, name, *, score, points: noted.append((kind, name, score, points)))
    panel = quiz(["voice", "credit"], questions=4, seed=1)
    assert panel is not None
    for _ in range(4):
        answer(panel)
        panel._main.click()
        panel._main.click()
    assert {(kind, name) for kind, name, _, _ in noted} == {("quiz", "voice"), ("quiz", "credit")}
    assert sum(points for *_, points in noted) == sum(score for *_, score, _ in noted) == 4


def test_a_quiz_of_ones_own_or_without_an_answer_is_not_noted(
    panel: QuizPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(widget, "note", lambda *_, **__: pytest.fail("noted"))
    for _ in range(5):
        answer(panel)
        panel._main.click()
        panel._main.click()
    skipped = quiz("voice", questions=1)
    assert skipped is not None
    skipped._skip.click()


def test_the_language_stays_when_buttons_are_pressed_later() -> None:
    panel = quiz("voice", questions=2, lang="zh")
    assert panel is not None
    before = panel._main.description
    panel._skip.click()
    assert panel._main.description == before
    assert panel.lang == "zh"


def test_in_a_report_the_questions_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setenv(RUN_VARIABLE, "x")
    monkeypatch.setattr(widget, "show", lambda frame, **_: shown.append(frame))
    monkeypatch.setattr(widget, "tell", lambda text, **_: shown.append(text))
    assert quiz("voice", questions=4) is None
    assert len(shown[0]) == 4


def test_the_panel_is_displayed(panel: QuizPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    panel._ipython_display_()
    assert shown == [panel.view]


def test_refusals() -> None:
    with pytest.raises(ParameterError, match="no quiz is called"):
        quiz("voices")
    with pytest.raises(ParameterError, match="lang"):
        quiz("voice", lang="de")
    with pytest.raises(ParameterError, match="questions"):
        quiz("voice", questions=500)
