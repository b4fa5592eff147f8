"""Draw a quiz from banks: which questions, in which order, with which order of options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.teach.quizzes.bank import get_bank
from casework.teach.quizzes.model import Bank, Question


@dataclass(frozen=True, kw_only=True)
class Item:
    """A question on a paper, and the place in the bank of each option as it is shown."""

    question: Question
    order: tuple[int, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """Options in the order in which they are shown."""
        return tuple(self.question.options[place] for place in self.order)

    @property
    def right(self) -> tuple[int, ...]:
        """Of a choice, where its right options are shown; of an ordering, which number each shown item gets, from 0."""
        if self.question.kind == "ordering":
            return self.order
        return tuple(shown for shown, place in enumerate(self.order) if place in self.question.places)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A quiz as it is asked: the same for the same seed, in every language."""

    sources: tuple[str, ...]
    banks: tuple[Bank, ...]
    items: tuple[Item, ...]
    seed: int

    @property
    def titles(self) -> str:
        """Titles of the banks, translated."""
        return t(", ").join(t(bank.title) for bank in self.banks)

    @property
    def label(self) -> str:
        """Short name by which a sheet and its key find each other."""
        return f"{'-'.join(bank.module for bank in self.banks)}-{len(self.items)}-{self.seed}"


def draw_paper(modules: str | Sequence[str], *, questions: int | None = 12, seed: int = 1) -> Paper:
    """Draw a quiz: topics take turns, so that few questions still cover much; easy ones come first.

    Parameters
    ----------
    modules : str or sequence of str
        Modules, or paths of banks `.toml`.
    questions : int, optional
        How many, at least 1 and at most as many as there are; None for all.
    seed : int
        Chooses questions and shuffles options, 0 or above.

    Raises
    ------
    ParameterError
        No such bank, the same one twice, a number of questions that there are not, a seed below 0.
    DataError
        A bank cannot be read.

    Examples
    --------
    >>> paper = draw_paper("supply_chain", questions=3, seed=7)
    >>> len(paper.items), paper == draw_paper("supply_chain", questions=3, seed=7)
    (3, True)
    """
    import numpy as np

    names = [modules] if isinstance(modules, str) else list(modules)
    banks = tuple(get_bank(name) for name in names)
    known = [question for bank in banks for question in bank.questions]
    _check(names, questions, len(known), seed)
    rng = np.random.default_rng(seed)
    mixed = [known[place] for place in rng.permutation(len(known))]
    chosen = sorted(_in_turns(mixed)[: questions or len(known)], key=lambda question: question.difficulty)
    items = tuple(_item(question, rng.permutation) for question in chosen)
    return Paper(sources=tuple(names), banks=banks, items=items, seed=seed)


def _check(names: list[str], questions: int | None, most: int, seed: int) -> None:
    problems = []
    if not names or len(set(names)) < len(names):
        problems.append(Problem("modules", ", ".join(names) or t("nothing"), t("at least one module, each once")))
    if questions is not None and (isinstance(questions, bool) or not 1 <= questions <= most):
        problems.append(Problem("questions", str(questions), t("from 1 to {n}, all that there are", n=most)))
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        problems.append(Problem("seed", repr(seed), t("a whole number, 0 or above")))
    if problems:
        raise ParameterError(problems)


def _in_turns(questions: list[Question]) -> list[Question]:
    """Order questions so that modules take turns, and within a module its topics."""
    by_topic = _ranked(questions, [(question.module, question.topic) for question in questions])
    return _ranked(by_topic, [question.module for question in by_topic])


def _ranked(questions: list[Question], groups: Sequence[Hashable]) -> list[Question]:
    """Put the first of every group before all second ones, and so on."""
    seen: Counter[Hashable] = Counter()
    ranks = []
    for group in groups:
        ranks.append(seen[group])
        seen[group] += 1
    return [question for _, question in sorted(zip(ranks, questions, strict=True), key=lambda pair: pair[0])]


def _item(question: Question, permutation: object) -> Item:
    n = len(question.options)
    order = tuple(int(place) for place in permutation(n)) if n else ()  # type: ignore[operator]
    if question.kind == "ordering" and order == tuple(range(n)):
        order = (*order[1:], order[0])  # the right order is not given away
    return Item(question=question, order=order)
