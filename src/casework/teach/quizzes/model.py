"""A question: what is asked, what may be answered, what is right and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from casework.core.messages import mark

Kind = Literal["true_false", "choice", "numeric", "ordering"]
KINDS: tuple[str, ...] = get_args(Kind)
KIND_NAMES: dict[str, str] = {
    "true_false": mark("true/false"),
    "choice": mark("choice"),
    "numeric": mark("numeric answer"),
    "ordering": mark("put in order"),
}
DIFFICULTIES = (1, 2, 3)
Answer = bool | float | tuple[int, ...]
Response = bool | float | str | tuple[int, ...] | None


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a bank. Its texts are messages of the catalogue.

    Attributes
    ----------
    id, module : str
        Unique together.
    kind : {'true_false', 'choice', 'numeric', 'ordering'}
        How it is answered.
    text : str
        What is asked.
    options : tuple of str
        What there is to choose from; of an ordering the items in their right order.
    answer : bool, float or tuple of int
        What is right: true or false, the number, the places of the right options from 0, all places in order.
    tolerance : float
        Largest deviation of a number that is right; relative where `relative`.
    unit : str
        Unit of the number, a message of the catalogue.
    explanation : str
        Why it is right.
    topic : str
        What it is about, a message of the catalogue.
    difficulty : int
        1 to know, 2 to understand, 3 to apply.
    study : str
        The study where one can read about it.
    """

    id: str
    module: str
    kind: Kind
    text: str
    options: tuple[str, ...] = ()
    answer: Answer
    tolerance: float = 0.0
    relative: bool = False
    unit: str = ""
    explanation: str
    topic: str
    difficulty: int = 1
    study: str = ""

    @property
    def several(self) -> bool:
        """Whether more than one option is right."""
        return self.kind == "choice" and isinstance(self.answer, tuple) and len(self.answer) > 1

    @property
    def number(self) -> float:
        """The right number."""
        return float(self.answer) if isinstance(self.answer, int | float) else float("nan")

    @property
    def places(self) -> tuple[int, ...]:
        """Places of the right options."""
        return self.answer if isinstance(self.answer, tuple) else ()

    @property
    def deviation(self) -> float:
        """Largest deviation from the right number, in its unit."""
        return abs(self.number) * self.tolerance if self.relative else self.tolerance


@dataclass(frozen=True, kw_only=True)
class Bank:
    """The questions of a module."""

    module: str
    title: str
    questions: tuple[Question, ...]

    @property
    def topics(self) -> tuple[str, ...]:
        """Topics in the order of their first question."""
        return tuple(dict.fromkeys(question.topic for question in self.questions))
