"""Quizzes under any seed, shuffle and answer."""

from __future__ import annotations

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from casework.teach.quizzes.bank import bank_names, get_bank
from casework.teach.quizzes.judge import judge, read_numbers, score
from casework.teach.quizzes.model import Question, Response
from casework.teach.quizzes.paper import Item, draw_paper

QUESTIONS = [question for name in bank_names() for question in get_bank(name).questions]


def answers(question: Question) -> st.SearchStrategy[Response]:
    """Any answer of the question's kind, or none."""
    places = list(range(len(question.options)))
    if question.kind == "true_false":
        return st.none() | st.booleans()
    if question.kind == "numeric":
        return st.none() | st.floats() | st.text()
    if question.kind == "ordering":
        return st.none() | st.permutations(places).map(tuple)
    return st.none() | st.sets(st.sampled_from(places)).map(lambda chosen: tuple(sorted(chosen)))


def as_shown(item: Item) -> Response:
    """The right answer as somebody gives it who only sees the shuffled page and the key."""
    if item.question.kind == "choice":
        texts = [item.options[place] for place in item.right]
        return tuple(sorted(item.question.options.index(text) for text in texts))
    if item.question.kind == "ordering":
        numbered = sorted(zip(item.right, item.options, strict=True))
        return tuple(item.question.options.index(text) for _, text in numbered)
    return item.question.answer


@given(st.sampled_from(QUESTIONS).flatmap(lambda q: st.tuples(st.just(q), answers(q))))
def test_a_share_lies_between_nothing_and_all(pair: tuple[Question, Response]) -> None:
    verdict = judge(*pair)
    assert 0 <= verdict.share <= 1
    assert verdict.text
    assert verdict.answer
    assert verdict.explanation


@given(
    st.lists(st.sampled_from(bank_names()), min_size=1, max_size=4, unique=True),
    st.integers(1, 19),
    st.integers(0, 2**63),
)
def test_a_shuffled_sheet_keeps_the_right_answers_right(names: list[str], questions: int, seed: int) -> None:
    paper = draw_paper(names, questions=questions, seed=seed)
    assert len({(item.question.module, item.question.id) for item in paper.items}) == questions
    for item in paper.items:
        assert sorted(item.order) == list(range(len(item.question.options)))
    assert score(paper, [as_shown(item) for item in paper.items]).share == 1


@given(st.sampled_from([question for question in QUESTIONS if question.kind == "choice"]), st.data())
def test_one_more_right_choice_never_costs(question: Question, data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.sampled_from(range(len(question.options)))))
    more = chosen | {data.draw(st.sampled_from(question.places))}
    if question.several:
        assert judge(question, tuple(sorted(more))).share >= judge(question, tuple(sorted(chosen))).share


def test_guessing_everything_earns_nothing() -> None:
    for question in QUESTIONS:
        if question.several:
            assert judge(question, tuple(range(len(question.options)))).share == 0


def test_only_the_right_order_earns_all() -> None:
    for question in QUESTIONS:
        if question.kind == "ordering":
            orders = itertools.permutations(range(len(question.options)))
            assert [order for order in orders if judge(question, order).share == 1] == [question.places]


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_numbers_are_read_as_they_are_written(number: float) -> None:
    assert any(math.isclose(found, number, rel_tol=1e-9, abs_tol=1e-12) for found in read_numbers(repr(number)))
    assert any(math.isclose(found, number, abs_tol=0.01) for found in read_numbers(f"{number:,.2f} units"))


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert all(math.isfinite(number) for number in read_numbers(text))
