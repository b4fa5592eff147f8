"""Study `kano`: which requirements must be met, which pay off, which delight, and for whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

LETTERS = "MOAIRQ"
LEVELS: dict[str, int] = {"berger": 5, "pouliot": 5, "3-level": 3}
SEPARATED = re.compile(r"\d.*|[_.\- ].+")  # what may follow a prefix such as `f`: f1, f_price, but not `firm`


class KanoParameters(StudyParameters):
    """Parameters of the study `kano`."""

    data: str = Field(
        "kano_phone_plan", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    functional_prefix: str = Field(
        "f", description="columns of the questions about presence begin so, as in f1, f2", min_length=1
    )
    dysfunctional_prefix: str = Field(
        "d", description="columns of the questions about absence begin so, as in d1, d2", min_length=1
    )
    importance_prefix: str = Field("i", description="columns of stated importance begin so; empty for none")
    performance_prefix: str = Field("p", description="columns of performance ratings begin so; empty for none")
    overall: str = Field("overall", description="column of overall satisfaction; empty for none")
    respondent: str = Field("respondent", description="column of the number of the respondent; empty for none")
    segment: str = Field("segment", description="column of the segment; empty for none")
    attributes: dict[str, list[str]] = Field(
        {}, description="name of each attribute and its two or three columns; empty to find them by prefix"
    )
    answers: dict[str, int] = Field({}, description="text answers and the number each stands for; empty for numbers")
    table: Literal["berger", "pouliot", "3-level"] = Field("berger", description="evaluation table")
    threshold: float = Field(0.06, ge=0, le=1, description="shares that are this close count as equal, 0 to 1")
    order: str = Field("MOAIRQ", description="which of two close categories wins, first letter first")
    low: float = Field(6, description="performance up to here is low", json_schema_extra={"unit": "points"})
    high: float = Field(9, description="performance from here on is high", json_schema_extra={"unit": "points"})
    resamples: int = Field(2000, ge=100, le=1_000_000, description="bootstrap resamples, at least 100")
    confidence: float = Field(0.95, ge=0.5, le=0.999, description="confidence of all intervals, 0.5 to 0.999")

    @field_validator("attributes")
    @classmethod
    def _two_or_three_columns(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        wrong = [name for name, columns in value.items() if len(columns) not in (2, 3) or not all(columns)]
        if wrong:
            raise ValueError(t("two or three columns each; not so: {names}", names=", ".join(wrong)))
        return value

    @field_validator("order")
    @classmethod
    def _letters_once(cls, value: str) -> str:
        if set(value) - set(LETTERS) or len(set(value)) != len(value):
            raise ValueError(t("letters of {letters}, each at most once", letters=LETTERS))
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.low >= self.high:
            raise ValueError(t("low must be below high, not {low:g} and {high:g}", low=self.low, high=self.high))
        if not self.attributes and self.functional_prefix == self.dysfunctional_prefix:
            raise ValueError(t("functional_prefix and dysfunctional_prefix must differ"))
        levels = LEVELS[self.table]
        wrong = [text for text, number in self.answers.items() if not 1 <= number <= levels]
        if wrong:
            told = t("answers must stand for 1 to {levels}; not so: {names}", levels=levels, names=", ".join(wrong))
            raise ValueError(told)
        return self


@dataclass(frozen=True)
class AttributePair:
    """One attribute and its columns; None where there is none."""

    name: str
    functional: str
    dysfunctional: str
    importance: str | None = None
    performance: str | None = None
    named: bool = False  # by the caller


@dataclass(frozen=True)
class KanoLayout:
    """Which column plays which part: attribute to column, or one column, or None where it is absent."""

    pairs: tuple[AttributePair, ...]
    overall: str | None = None
    respondent: str | None = None
    segment: str | None = None

    @property
    def functional(self) -> dict[str, str]:
        """Attribute to the column of its functional question."""
        return {pair.name: pair.functional for pair in self.pairs}

    @property
    def dysfunctional(self) -> dict[str, str]:
        """Attribute to the column of its dysfunctional question."""
        return {pair.name: pair.dysfunctional for pair in self.pairs}

    @property
    def importance(self) -> dict[str, str]:
        """Attribute to the column of its stated importance, where there is one."""
        return {pair.name: pair.importance for pair in self.pairs if pair.importance}

    @property
    def performance(self) -> dict[str, str]:
        """Attribute to the column of its performance rating, where there is one."""
        return {pair.name: pair.performance for pair in self.pairs if pair.performance}

    def labelled(self, labels: Mapping[str, str]) -> KanoLayout:
        """Return the layout with attributes called by the labels of their functional columns.

        Names that the caller gave stay; so do names whose label is missing or is that of another attribute.
        """
        wanted = [pair.name if pair.named else labels.get(pair.functional, pair.name) for pair in self.pairs]
        names = [name if wanted.count(name) == 1 else pair.name for name, pair in zip(wanted, self.pairs, strict=True)]
        pairs = tuple(replace(pair, name=name) for name, pair in zip(names, self.pairs, strict=True))
        return replace(self, pairs=pairs)


def attribute_pairs(
    parameters: KanoParameters, columns: Sequence[str]
) -> tuple[tuple[AttributePair, ...], tuple[Problem, ...]]:
    """Find the attributes of a file: those named by the caller, else by prefix.

    Parameters
    ----------
    parameters : KanoParameters
        Prefixes, or the names of attributes and their columns.
    columns : sequence of str
        Columns of the file.

    Returns
    -------
    pairs : tuple of AttributePair
        In the order given, or in that of the file. Found by prefix, an attribute is called like its functional column.
    problems : tuple of Problem
        Functional questions without a dysfunctional one and the reverse, or no attribute at all.

    Examples
    --------
    >>> pairs, problems = attribute_pairs(KanoParameters(), ["f1", "d1", "i1", "f2", "firm"])
    >>> [pair.functional for pair in pairs], [str(problem) for problem in problems]
    (['f1'], ['column f2: its partner d2 is missing.'])
    """
    if parameters.attributes:
        return tuple(_named_pair(parameters, name, columns) for name in parameters.attributes), ()
    functional = _parts(columns, parameters.functional_prefix)
    dysfunctional = _parts(columns, parameters.dysfunctional_prefix)
    problems = [
        *_lonely(functional, dysfunctional, parameters.dysfunctional_prefix),
        *_lonely(dysfunctional, functional, parameters.functional_prefix),
    ]
    pairs = tuple(
        AttributePair(column, column, dysfunctional[part], *_ratings(parameters, part, columns))
        for part, column in functional.items()
        if part in dysfunctional
    )
    if not pairs and not problems:
        problems.append(_none_found(parameters, columns))
    return pairs, tuple(problems)


def _parts(columns: Iterable[str], prefix: str) -> dict[str, str]:
    """Rest of the name to column, for the columns that begin with the prefix."""
    open_ended = not prefix[-1].isalnum()
    rests = {column: column[len(prefix) :] for column in columns if column.startswith(prefix)}
    return {rest: column for column, rest in rests.items() if rest and (open_ended or SEPARATED.fullmatch(rest))}


def _lonely(own: Mapping[str, str], other: Mapping[str, str], other_prefix: str) -> list[Problem]:
    return [
        Problem(t("column {name}", name=column), t("its partner {partner} is missing", partner=f"{other_prefix}{part}"))
        for part, column in own.items()
        if part not in other
    ]


def _ratings(parameters: KanoParameters, part: str, columns: Iterable[str]) -> tuple[str | None, str | None]:
    """Columns of importance and performance of an attribute, where there are some."""
    known = set(columns)
    wanted = [
        prefix + part if prefix else "" for prefix in (parameters.importance_prefix, parameters.performance_prefix)
    ]
    importance, performance = (name if name in known else None for name in wanted)
    return importance, performance


def _named_pair(parameters: KanoParameters, name: str, columns: Sequence[str]) -> AttributePair:
    given = parameters.attributes[name]
    parts = _parts([given[0]], parameters.functional_prefix)
    importance, performance = _ratings(parameters, next(iter(parts)), columns) if parts else (None, None)
    if len(given) == 3:
        importance = given[2]
    return AttributePair(name, given[0], given[1], importance, performance, named=True)


def _none_found(parameters: KanoParameters, columns: Sequence[str]) -> Problem:
    shown = ", ".join(columns[:12]) + (", ..." if len(columns) > 12 else "")
    return Problem(
        t("columns"),
        t("no pair of questions found; there are: {names}", names=shown),
        t("pairs such as {f}1 and {d}1", f=parameters.functional_prefix, d=parameters.dysfunctional_prefix),
        t("Set functional_prefix and dysfunctional_prefix, or name the columns in attributes"),
    )


def contract(parameters: KanoParameters, columns: Sequence[str]) -> Contract:
    """Return what the study expects of a file.

    Raises
    ------
    DataError
        A question has no partner, or there is no pair at all: all problems at once.
    """
    pairs, problems = attribute_pairs(parameters, columns)
    if problems:
        raise DataError(problems)
    parts = [_respondent(parameters), *_questions(parameters, pairs), *_ratings_columns(pairs), *_others(parameters)]
    return Contract(tuple(column for column in parts if column is not None))


def _respondent(parameters: KanoParameters) -> Column | None:
    if not parameters.respondent:
        return None
    return Column(
        name=parameters.respondent,
        kind="text",
        meaning="Number or name of the respondent",
        required=False,
        unique=True,
        parameter="respondent",
    )


def _questions(parameters: KanoParameters, pairs: Iterable[AttributePair]) -> list[Column]:
    levels = LEVELS[parameters.table]
    functional = "Feeling if the product has the attribute: from 1 (like) to the largest number (dislike)"
    dysfunctional = "Feeling if the product does not have the attribute: from 1 (like) to the largest number (dislike)"
    return [
        Column(name=name, kind="integer", meaning=meaning, low=1, high=levels, codes=dict(parameters.answers))
        for pair in pairs
        for name, meaning in ((pair.functional, functional), (pair.dysfunctional, dysfunctional))
    ]


def _ratings_columns(pairs: Iterable[AttributePair]) -> list[Column]:
    importance = [
        Column(name=pair.importance, kind="number", meaning="Stated importance of the attribute", required=pair.named)
        for pair in pairs
        if pair.importance
    ]
    performance = [
        Column(name=pair.performance, kind="number", meaning="Rated performance on the attribute", required=False)
        for pair in pairs
        if pair.performance
    ]
    return importance + performance


def _others(parameters: KanoParameters) -> list[Column | None]:
    overall = Column(
        name=parameters.overall,
        kind="number",
        meaning="Overall satisfaction",
        required=False,
        varies=True,
        parameter="overall",
    )
    segment = Column(
        name=parameters.segment,
        kind="category",
        meaning="Segment of the respondent",
        required=False,
        parameter="segment",
    )
    return [overall if parameters.overall else None, segment if parameters.segment else None]


def layout(parameters: KanoParameters, columns: Sequence[str]) -> KanoLayout:
    """Return which column of a file plays which part."""
    pairs, _ = attribute_pairs(parameters, columns)
    present = {name: name if name and name in columns else None for name in _optional(parameters)}
    return KanoLayout(
        pairs=pairs,
        overall=present[parameters.overall],
        respondent=present[parameters.respondent],
        segment=present[parameters.segment],
    )


def _optional(parameters: KanoParameters) -> tuple[str, str, str]:
    return parameters.overall, parameters.respondent, parameters.segment


STUDY = Study(
    name="kano",
    module="voice",
    title="Kano: what customers require, and what delights them",
    question="Which requirements must be met, which pay off the more the better, which delight, and for whom?",
    minutes=60,
    level="introductory",
    parameters=KanoParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(
            name="n_respondents", kind="scalar", title="Respondents", unit="respondents", key=True, digits=0
        ),
        PublishedResult(name="n_attributes", kind="scalar", title="Attributes", unit="attributes", key=True, digits=0),
        PublishedResult(name="must_be", kind="text", title="Must-be attributes", key=True),
        PublishedResult(name="one_dimensional", kind="text", title="One-dimensional attributes", key=True),
        PublishedResult(name="attractive", kind="text", title="Attractive attributes", key=True),
        PublishedResult(
            name="n_stable", kind="scalar", title="Attributes whose category is stable", unit="attributes", digits=0
        ),
        PublishedResult(name="attributes", kind="table", title="Measures of each attribute"),
        PublishedResult(name="stability", kind="table", title="Categories in the resamples"),
        PublishedResult(name="intervals", kind="table", title="Bootstrap intervals of each attribute"),
        PublishedResult(name="quality", kind="table", title="Quality of the answers"),
        PublishedResult(name="continuous", kind="table", title="Mean scores of each attribute"),
        PublishedResult(name="segments", kind="table", title="Tests of differences between segments"),
        PublishedResult(name="segment_measures", kind="table", title="Better and worse in each segment"),
        PublishedResult(name="penalty_reward", kind="table", title="Penalties and rewards"),
        PublishedResult(
            name="penalty_reward_r2",
            kind="scalar",
            title="Share of overall satisfaction explained by low and high performance",
        ),
    ),
    methods=(
        mark("Kano evaluation table"),
        mark("better and worse"),
        mark("category and total strength"),
        mark("Fong's test"),
        mark("bootstrap intervals"),
        mark("test of segments"),
        mark("continuous Kano"),
        mark("penalty-reward contrasts"),
    ),
)
