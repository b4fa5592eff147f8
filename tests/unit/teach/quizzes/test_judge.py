from __future__ import annotations

import pytest

from casework.core.errors import ParameterError
from casework.core.messages import use_language
from casework.teach.quizzes.judge import judge, read_numbers, score
from casework.teach.quizzes.model import Question, Response
from casework.teach.quizzes.paper import draw_paper


@pytest.mark.parametrize(
    ("name", "response", "share"),
    [
        ("truth", True, 1),
        ("truth", False, 0),
        ("one", (0,), 1),
        ("one", (1,), 0),
        ("one", (0, 1), 0),
        ("several", (0, 1), 1),
        ("several", (0,), 1 / 2),
        ("several", (0, 1, 2), 2 / 3),
        ("several", (0, 2), 1 / 2 - 1 / 3),
        ("several", (0, 1, 2, 3, 4), 0),
        ("several", (2, 3), 0),
        ("number", 333.3333, 1),
        ("number", "333,5", 1),
        ("number", "333.3 units", 1),
        ("number", 333.7, 0),
        ("number", "no idea", 0),
        ("order", (0, 1, 2, 3, 4, 5), 1),
        ("order", (5, 4, 3, 2, 1, 0), 0),
        ("number", None, 0),
        ("order", None, 0),
    ],
)
def test_shares(questions: dict[str, Question], name: str, response: Response, share: float) -> None:
    assert judge(questions[name], response).share == pytest.approx(share)


def test_orders_earn_what_moodle_gives(questions: dict[str, Question]) -> None:
    """Moodle, question/type/ordering/tests/renderer_test.php: grading RELATIVE_NEXT_EXCLUDE_LAST prints 1 / 5, 20 %.

    Right: Modular Object Oriented Dynamic Learning Environment.
    Given: Object Dynamic Modular Learning Environment Oriented.
    """
    assert judge(questions["order"], (1, 3, 0, 4, 5, 2)).share == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", (12,)),
        ("-0.5", (-0.5,)),
        ("\u22120.5", (-0.5,)),
        (".5", (0.5,)),
        ("0,25", (0.25,)),
        ("1,300", (1300, 1.3)),
        ("1,300.5", (1300.5,)),
        ("1.300,5", (1300.5,)),
        ("1 300", (1300,)),
        ("12,345,678", (12345678,)),
        ("\uff11\uff12\u3002", (12,)),
        ("200 units", (200,)),
        ("about 7.", (7,)),
        ("55.6%", (0.556,)),
        ("1e3", (1000,)),
        ("", ()),
        ("nan", ()),
        ("inf", ()),
        ("1e999", ()),
    ],
)
def test_numbers_as_people_type_them(text: str, numbers: tuple[float, ...]) -> None:
    assert read_numbers(text) == pytest.approx(numbers)


def test_a_percent_sign_where_percent_are_asked_for() -> None:
    assert read_numbers("55.6 %", percent=True) == pytest.approx((55.6,))


def test_what_is_said(questions: dict[str, Question]) -> None:
    assert judge(questions["one"], (0,)).text == "Right."
    assert judge(questions["several"], (0,)).text == "Partly right: 50%."
    assert judge(questions["one"], (1,)).text == "Not right."
    assert judge(questions["one"], None).text == "Not answered."
    assert judge(questions["number"], "-333.3333").text == "Not right. The sign is turned around."
    assert "100 times too large" in judge(questions["number"], 33333.33).text
    assert judge(questions["number"], "x").text == "Not right. This is not a number."


def test_what_is_right_and_why(questions: dict[str, Question]) -> None:
    verdicts = {name: judge(question, None) for name, question in questions.items()}
    assert verdicts["truth"].answer == "True"
    assert verdicts["several"].answer == "a; e"
    assert verdicts["number"].answer == "333.3333 units (± 0.333)"
    assert verdicts["order"].answer == "one → two → three → four → five → six"
    assert verdicts["one"].explanation == "a is."


@pytest.mark.parametrize(
    ("name", "response"),
    [
        ("truth", (0,)),
        ("truth", 1.0),
        ("one", True),
        ("one", (3,)),
        ("one", (-1,)),
        ("one", (True,)),
        ("several", (0, 0)),
        ("number", (0,)),
        ("number", True),
        ("order", (0, 1, 2)),
        ("order", (0, 1, 2, 3, 4, 4)),
        ("order", "1"),
    ],
)
def test_an_answer_of_another_kind_is_refused(questions: dict[str, Question], name: str, response: Response) -> None:
    with pytest.raises(ParameterError, match=name):
        judge(questions[name], response)


def test_the_score_of_a_paper() -> None:
    paper = draw_paper("voice", questions=6, seed=1)
    right: list[Response] = [item.question.answer for item in paper.items]
    whole = score(paper, right)
    assert whole.share == 1
    assert whole.summary() == "6 of 6 points (100%)."
    assert whole.open_topics() == {}
    part = score(paper, [None, *right[1:]])
    assert part.points == 5
    assert part.answered == 5
    assert part.to_frame()["share"].tolist() == [0, 1, 1, 1, 1, 1]
    first = paper.items[0].question
    assert part.open_topics() == {first.topic: first.study}
    assert part.summary() == (
        f"5 of 6 points (83%). 1 without an answer. Read again: {first.topic} (study {first.study})."
    )
    with use_language("zh"):
        assert "5" in part.summary()


def test_the_weakest_topic_comes_first() -> None:
    paper = draw_paper("credit", questions=None, seed=1)
    shares = score(
        paper, [None if item.question.topic == "customer rating" else item.question.answer for item in paper.items]
    )
    assert list(shares.open_topics()) == ["customer rating"]


def test_as_many_answers_as_questions() -> None:
    with pytest.raises(ParameterError, match="3, one for each question"):
        score(draw_paper("voice", questions=3), [None])
