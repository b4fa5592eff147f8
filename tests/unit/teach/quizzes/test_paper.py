from __future__ import annotations

from pathlib import Path

import pytest

from casework.core.errors import ParameterError
from casework.core.messages import use_language
from casework.teach.quizzes.bank import get_bank
from casework.teach.quizzes.paper import draw_paper


def test_the_same_seed_gives_the_same_paper_in_every_language() -> None:
    paper = draw_paper("credit", questions=8, seed=3)
    with use_language("zh"):
        assert draw_paper("credit", questions=8, seed=3) == paper
    assert draw_paper("credit", questions=8, seed=4) != paper
    assert paper.label == "credit-8-3"


def test_few_questions_cover_the_topics() -> None:
    topics = get_bank("supply_chain").topics
    for seed in range(5):
        paper = draw_paper("supply_chain", questions=len(topics), seed=seed)
        assert {item.question.topic for item in paper.items} == set(topics)


def test_easy_ones_come_first() -> None:
    paper = draw_paper(["voice", "credit"], questions=20, seed=1)
    difficulties = [item.question.difficulty for item in paper.items]
    assert difficulties == sorted(difficulties)
    assert {item.question.module for item in paper.items} == {"voice", "credit"}


def test_all_questions_once() -> None:
    paper = draw_paper("voice", questions=None, seed=9)
    assert sorted(item.question.id for item in paper.items) == sorted(q.id for q in get_bank("voice").questions)


def test_an_order_is_never_given_away() -> None:
    for seed in range(40):
        for item in draw_paper("credit", questions=None, seed=seed).items:
            if item.question.kind == "ordering":
                assert item.options != item.question.options


def test_where_the_right_ones_are_shown() -> None:
    for item in draw_paper("supply_chain", questions=None, seed=2).items:
        question = item.question
        if question.kind == "choice":
            assert {item.options[place] for place in item.right} == {question.options[p] for p in question.places}
        if question.kind == "ordering":
            numbered = dict(zip(item.right, item.options, strict=True))
            assert tuple(numbered[place] for place in range(len(numbered))) == question.options


def test_what_cannot_be_drawn_is_told_at_once() -> None:
    with pytest.raises(ParameterError, match="from 1 to") as caught:
        draw_paper(["voice", "voice"], questions=1000, seed=-1)
    assert len(caught.value.problems) == 3
    for questions in (0, True, -3):
        with pytest.raises(ParameterError, match="questions"):
            draw_paper("voice", questions=questions)
    with pytest.raises(ParameterError, match="at least one module"):
        draw_paper([])
    with pytest.raises(ParameterError, match="no quiz is called"):
        draw_paper("nothing")


def test_a_bank_of_ones_own(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    paper = draw_paper(str(path), questions=2)
    assert paper.sources == (str(path),)
    assert paper.titles == "Demo"
