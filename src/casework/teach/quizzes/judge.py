"""Hold an answer against what is right: the share that is earned, and what to say."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from casework.core.errors import ParameterError, Problem
from casework.core.messages import join_sentences, t
from casework.teach.exercises.judge import FACTORS
from casework.teach.quizzes.model import Question, Response
from casework.teach.quizzes.paper import Paper
from casework.teach.quizzes.wording import answer_text

if TYPE_CHECKING:
    import pandas as pd

NUMBER = re.compile(r"[-+]?(?:\d[\d., '_]*|[.,]\d+)(?:[eE][-+]?\d+)?")
THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
ROUNDING = 1e-9  # what adding and multiplying decimals may cost


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an answer earns.

    Attributes
    ----------
    share : float
        From 0 to 1.
    text : str
        Right, partly right or not, and how to tell.
    answer : str
        What is right.
    explanation : str
        Why.
    """

    share: float
    text: str
    answer: str
    explanation: str


def judge(question: Question, response: Response) -> Verdict:
    """Judge an answer.

    Parameters
    ----------
    question : Question
        The question.
    response : bool, number, str, tuple of int or None
        True or false; a number or its text; places of the chosen options in the bank, from 0; the places of all
        items in the order that was given. None where there is no answer.

    Returns
    -------
    Verdict
        One point at most. Several right options: each right one earns its share, each wrong one takes the share of a
        wrong one away. An order earns a share for each item that is followed by the right one. These are the rules of
        Moodle (multichoice; ordering, RELATIVE_NEXT_EXCLUDE_LAST), so that both give the same marks.

    Raises
    ------
    ParameterError
        The answer is not of the question's kind.

    Examples
    --------
    >>> question = Question(id="a", module="m", kind="numeric", text="1 + 1?", answer=2.0, tolerance=0.1,
    ...                     explanation="One and one are two.", topic="sums")
    >>> judge(question, "2,05").share, judge(question, 3).share
    (1.0, 0.0)
    """
    share = 0.0 if response is None else SHARES[question.kind](question, response)
    return Verdict(
        share=share,
        text=_say(question, response, share),
        answer=answer_text(question),
        explanation=t(question.explanation),
    )


def _misfit(question: Question, response: Response, expected: str) -> ParameterError:
    return ParameterError(Problem(question.id, repr(response)[:80], expected))


def _truth_share(question: Question, response: Response) -> float:
    if not isinstance(response, bool):
        raise _misfit(question, response, t("true or false"))
    return float(response == question.answer)


def _choice_share(question: Question, response: Response) -> float:
    chosen = _places(question, response)
    if not question.several:
        return float(chosen == set(question.places))
    right, wrong = set(question.places), set(range(len(question.options))) - set(question.places)
    return max(0.0, len(chosen & right) / len(right) - len(chosen & wrong) / len(wrong))


def _order_share(question: Question, response: Response) -> float:
    given = response if isinstance(response, tuple) else ()
    if len(_places(question, response)) != len(question.options):
        raise _misfit(question, response, t("every item once"))
    followed = sum(after == before + 1 for before, after in pairwise(given))
    return followed / (len(given) - 1)


def _places(question: Question, response: Response) -> set[int]:
    n = len(question.options)
    if not isinstance(response, tuple) or not all(type(place) is int and 0 <= place < n for place in response):
        raise _misfit(question, response, t("places of options, from 0 to {n}", n=n - 1))
    if len(set(response)) < len(response):
        raise _misfit(question, response, t("each option once"))
    return set(response)


def _number_share(question: Question, response: Response) -> float:
    found = _numbers(question, response)
    return float(any(_near(number, question) for number in found))


def _near(number: float, question: Question) -> bool:
    slack = ROUNDING * max(1.0, abs(question.number))
    return math.isfinite(number) and abs(number - question.number) <= question.deviation + slack


def _numbers(question: Question, response: Response) -> tuple[float, ...]:
    if isinstance(response, str):
        return read_numbers(response, percent=question.unit == "%")
    if isinstance(response, bool) or not isinstance(response, int | float):
        raise _misfit(question, response, t("a number"))
    return (float(response),)


SHARES = {
    "true_false": _truth_share,
    "choice": _choice_share,
    "numeric": _number_share,
    "ordering": _order_share,
}


def read_numbers(text: str, *, percent: bool = False) -> tuple[float, ...]:
    """Return what a person may have meant by a number: a comma can part decimals or thousands.

    Parameters
    ----------
    text : str
        As typed, also with a unit behind it or in full-width digits.
    percent : bool
        The number is asked for in %, so that a % sign behind it changes nothing.

    Examples
    --------
    >>> read_numbers("1,300"), read_numbers("0,5 days"), read_numbers("40%"), read_numbers("many")
    ((1300.0, 1.3), (0.5,), (0.4,), ())
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    found = NUMBER.search(plain)
    if found is None:
        return ()
    digits = re.sub(r"[ '_]", "", found[0]).rstrip(".,")
    meant = []
    if THOUSANDS.fullmatch(digits) or digits.count(",") > 1:
        meant.append(digits.replace(",", ""))
    if "." not in digits and digits.count(",") <= 1:
        meant.append(digits.replace(",", "."))
    elif digits.rfind(",") > digits.rfind("."):
        meant.append(digits.replace(".", "").replace(",", "."))
    elif not meant:
        meant.append(digits.replace(",", ""))
    scale = 0.01 if not percent and plain[found.end() :].lstrip().startswith("%") else 1.0
    return tuple(float(one) * scale for one in dict.fromkeys(meant) if _is_number(one))


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _say(question: Question, response: Response, share: float) -> str:
    if response is None:
        return t("Not answered.")
    if share == 1:
        return t("Right.")
    if share > 0:
        return t("Partly right: {share:.0%}.", share=share)
    hint = _hint(question, response) if question.kind == "numeric" else ""
    return join_sentences([t("Not right."), hint] if hint else [t("Not right.")])


def _hint(question: Question, response: Response) -> str:
    numbers = _numbers(question, response)
    if not numbers:
        return t("This is not a number.")
    for factor, say in FACTORS:
        if any(_near(number / factor, question) for number in numbers):
            text = t(say)
            return text[0].upper() + text[1:] + ("" if text.endswith(("?", "\uff1f")) else t("."))
    return ""


@dataclass(frozen=True, kw_only=True)
class QuizScore:
    """The result of a quiz.

    Attributes
    ----------
    paper : Paper
        What was asked.
    shares : tuple of float
        What each answer earned, from 0 to 1.
    answered : int
        How many questions have an answer.
    """

    paper: Paper
    shares: tuple[float, ...]
    answered: int

    @property
    def points(self) -> float:
        """Sum of what the answers earned."""
        return sum(self.shares)

    @property
    def share(self) -> float:
        """Points as a share of all, from 0 to 1."""
        return self.points / len(self.shares)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each question: module, id, topic, study, share."""
        import pandas as pd

        asked = [item.question for item in self.paper.items]
        return pd.DataFrame(
            {
                "module": [question.module for question in asked],
                "question": [question.id for question in asked],
                "topic": [question.topic for question in asked],
                "study": [question.study for question in asked],
                "share": list(self.shares),
            }
        )

    def open_topics(self) -> dict[str, str]:
        """Return the topics where something is open, the weakest first, each with its study."""
        shares: dict[str, list[float]] = defaultdict(list)
        study: dict[str, str] = {}
        for item, share in zip(self.paper.items, self.shares, strict=True):
            shares[item.question.topic].append(share)
            if share < 1:
                study.setdefault(item.question.topic, item.question.study)
        weakest = sorted(study, key=lambda topic: sum(shares[topic]) / len(shares[topic]))
        return {topic: study[topic] for topic in weakest}

    def summary(self) -> str:
        """Say how many points were earned, and what to read again."""
        parts = [
            t("{points:.4g} of {n} points ({share:.0%}).", points=self.points, n=len(self.shares), share=self.share)
        ]
        if self.answered < len(self.shares):
            parts.append(t("{n} without an answer.", n=len(self.shares) - self.answered))
        listed = [
            t("{topic} (study {study})", topic=t(topic), study=study) if study else t(topic)
            for topic, study in self.open_topics().items()
        ]
        if listed:
            parts.append(t("Read again: {topics}.", topics=t(", ").join(listed)))
        return join_sentences(parts)


def score(paper: Paper, responses: Sequence[Response]) -> QuizScore:
    """Add up the answers to a paper.

    Parameters
    ----------
    paper : Paper
        What was asked.
    responses : sequence
        One for each question, in the order of the paper; see `judge`.

    Raises
    ------
    ParameterError
        Not as many answers as questions, or one that is not of its question's kind.
    """
    if len(responses) != len(paper.items):
        found = t("number of answers: {n}", n=len(responses))
        raise ParameterError(Problem("responses", found, t("{n}, one for each question", n=len(paper.items))))
    shares = [judge(item.question, response).share for item, response in zip(paper.items, responses, strict=True)]
    return QuizScore(paper=paper, shares=tuple(shares), answered=sum(response is not None for response in responses))
