"""Kinds of requirement: what customers say, mean, take for granted, would love, and keep to themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

HEADINGS = (
    mark("requirement"),
    mark("kind"),
    mark("definition"),
    mark("example"),
    mark("how to uncover"),
    mark("requirements"),
)


@dataclass(frozen=True)
class Kind:
    """One kind of requirement."""

    name: str
    title: str
    definition: str
    example: str
    uncover: str
    reason: str


KINDS: tuple[Kind, ...] = (
    Kind(
        "stated",
        mark("stated"),
        mark("What the customer asks for in so many words."),
        mark("An inexpensive car."),
        mark("Surveys, orders, complaints: listen, and write down the words."),
        mark("The customer says it, and means it."),
    ),
    Kind(
        "real",
        mark("real"),
        mark("What the stated requirement is for."),
        mark("A car that costs little to run, whatever its price."),
        mark("Interviews: ask what for, again and again."),
        mark("It is what the customer means by something else that is said."),
    ),
    Kind(
        "unstated",
        mark("unstated"),
        mark("What is taken for granted, and missed only when it is absent."),
        mark("Good service by the dealer."),
        mark("Complaints, lost customers, observation: what made them angry?"),
        mark("Nobody says it, and everybody counts on it."),
    ),
    Kind(
        "delighting",
        mark("delighting"),
        mark("What nobody expects, and everybody would like."),
        mark("A navigation system that the dealer adds."),
        mark("Observation and prototypes: which detours do people take?"),
        mark("Nobody counts on it, and it would please."),
    ),
    Kind(
        "secret",
        mark("secret"),
        mark("What the customer would not admit."),
        mark("To be seen by friends as a clever buyer."),
        mark("Indirect questions: what would others say?"),
        mark("The customer would rather not say it."),
    ),
)
KIND_NAMES: tuple[str, ...] = tuple(kind.name for kind in KINDS)
UNCLEAR = mark("unclear")

QUESTIONS: Mapping[str, str] = {
    "said": mark("Did the customer say it?"),
    "means": mark("Is it what the customer means by something else that was said?"),
    "counted_on": mark("Would its absence annoy, although nobody asks for it?"),
    "pleases": mark("Would it please, although nobody would miss it?"),
    "reluctant": mark("Would the customer be reluctant to admit it?"),
}

EXAMPLE: Mapping[str, Mapping[str, str]] = {  # Kotler's buyer of a car, as answers to the questions
    mark("an inexpensive car"): {"said": "yes", "reluctant": "no", "means": "no"},
    mark("low running costs"): {"said": "no", "means": "yes", "reluctant": "no"},
    mark("good service by the dealer"): {"said": "no", "means": "no", "counted_on": "yes", "reluctant": "no"},
    mark("a navigation system as a gift"): {"said": "no", "means": "no", "counted_on": "no", "pleases": "yes"},
    mark("to be seen as a clever buyer"): {"said": "no", "reluctant": "yes"},
}
ORDER = ("said", "reluctant", "means", "counted_on", "pleases")  # in which open questions are asked
YES = frozenset({"yes", "y", "true", "1", "1.0", "是", "x"})
NO = frozenset({"no", "n", "false", "0", "0.0", "否"})


@dataclass(frozen=True, kw_only=True)
class RequirementKinds(Result):
    """The kind of each requirement, and why.

    Attributes
    ----------
    table : DataFrame
        requirement, kind (a name of `KIND_NAMES` or `unclear`), reason, ask (the next question where it is unclear).
    """

    table: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> pd.Series:
        """Requirements of each kind, all kinds listed."""
        return self.table["kind"].value_counts().reindex([*KIND_NAMES, UNCLEAR], fill_value=0)

    def to_frame(self) -> pd.DataFrame:
        """Return requirement, kind, reason, ask."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many requirements a questionnaire would have missed."""
        n, unsaid = len(self.table), int(self.table["kind"].isin(["real", "unstated", "delighting", "secret"]).sum())
        return tn(
            "{unsaid} of {n} requirement is not what customers say.",
            "{unsaid} of {n} requirements are not what customers say.",
            n,
            unsaid=unsaid,
        )


def kinds_of_requirement() -> pd.DataFrame:
    """Return the five kinds: kind, definition, example, how_to_uncover.

    References
    ----------
    Kotler, P. & Keller, K. L. (2012). Marketing Management, 14th ed., chapter 1: five types of needs.

    Examples
    --------
    >>> kinds_of_requirement()["kind"].tolist()
    ['stated', 'real', 'unstated', 'delighting', 'secret']
    """
    rows = [(kind.title, kind.definition, kind.example, kind.uncover) for kind in KINDS]
    return pd.DataFrame(rows, columns=["kind", "definition", "example", "how_to_uncover"])


def classify_requirements(answers: pd.DataFrame | Mapping[str, Mapping[str, object]]) -> RequirementKinds:
    """Tell the kind of each requirement from the answers to five simple questions.

    Parameters
    ----------
    answers : DataFrame, shape (requirements, questions), or mapping of requirement to answers
        Index or keys name the requirements. Columns or keys are among `said`, `means`, `counted_on`, `pleases`,
        `reluctant` (see `QUESTIONS`); answers are yes and no (also true and false, 1 and 0), open where not known.

    Returns
    -------
    RequirementKinds
        Asked in this order: reluctant gives secret; means gives real; said gives stated; counted_on gives
        unstated; pleases gives delighting; else unclear. Answers that contradict each other are unclear too.

    Raises
    ------
    ParameterError
        A question is not known, an answer is neither yes nor no, or there is no requirement: all of it at once.

    References
    ----------
    Kotler, P. & Keller, K. L. (2012). Marketing Management, 14th ed., chapter 1.

    Examples
    --------
    >>> classify_requirements(EXAMPLE).table["kind"].tolist()
    ['stated', 'real', 'unstated', 'delighting', 'secret']
    """
    table = _answers(answers)
    yes, no = (table == 1).to_dict("series"), (table == 0).to_dict("series")
    against = (yes["said"] & (yes["reluctant"] | yes["counted_on"])) | (yes["counted_on"] & yes["pleases"])
    steps = [yes["reluctant"], yes["means"], yes["said"], yes["counted_on"], yes["pleases"]]
    names = ["secret", "real", "stated", "unstated", "delighting"]
    kind = np.where(against, UNCLEAR, np.select(steps, names, default=UNCLEAR))
    reasons = {item.name: t(item.reason) for item in KINDS}
    unknown = pd.DataFrame({name: ~(yes[name] | no[name]) for name in ORDER})
    ask = np.where(unknown.any(axis=1), unknown.idxmax(axis=1).map(lambda q: t(QUESTIONS[q])), "")
    contradiction, nothing = t("The answers contradict each other."), t("No answer points to a kind.")
    reason = [
        contradiction if bad else reasons.get(name, nothing) for name, bad in zip(kind, against.tolist(), strict=True)
    ]
    found = pd.DataFrame(
        {"requirement": table.index, "kind": kind, "reason": reason, "ask": np.where(kind == UNCLEAR, ask, "")}
    )
    return RequirementKinds(table=found, notes=_notes(found))


def _notes(found: pd.DataFrame) -> tuple[str, ...]:
    unclear = int((found["kind"] == UNCLEAR).sum())
    if not unclear:
        return ()
    return (tn("{n} requirement is unclear: ask on.", "{n} requirements are unclear: ask on.", unclear),)


def _answers(answers: pd.DataFrame | Mapping[str, Mapping[str, object]]) -> pd.DataFrame:
    """Answers as 1, 0 and not a number, one column a question."""
    if not isinstance(answers, pd.DataFrame):
        wrong = [name for name, row in answers.items() if not isinstance(row, Mapping)]
        if wrong:
            expected = t("answers by question, such as {example}", example='{"said": "yes"}')
            raise ParameterError([Problem(str(name), repr(answers[name]), expected) for name in wrong])
        answers = pd.DataFrame.from_dict(dict(answers), orient="index", dtype=object)
    if not len(answers):
        raise DataError(Problem(t("requirements"), t("no requirement"), t("at least one requirement")))
    known = ", ".join(QUESTIONS)
    problems = [
        Problem(t("question {name}", name=repr(str(name))), t("is not known"), t("one of {values}", values=known))
        for name in answers.columns
        if name not in QUESTIONS
    ]
    numbers = pd.DataFrame(np.nan, index=answers.index.astype(str), columns=list(QUESTIONS))
    for question in answers.columns.intersection(list(QUESTIONS)):
        text = answers[question].map(lambda value: "" if pd.isna(value) else str(value).strip().casefold())
        numbers[question] = np.select([text.isin(YES), text.isin(NO)], [1.0, 0.0], default=np.nan)
        strange = ~text.isin(YES | NO | {""})
        problems += [
            Problem(t("{name}, question {question}", name=name, question=question), repr(value), t("yes or no"))
            for name, value in answers.loc[strange, question].items()
        ]
    if problems:
        raise ParameterError(problems[:20])
    return numbers
