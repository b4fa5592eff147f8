"""The study of requirements: statements, kinds, sources, critical-to-quality trees, and comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

CommentsLanguage = Literal["auto", "en", "zh"]

STATEMENTS = [
    "The hotline answers a call within 30 seconds.",
    "Delivery should be fast.",
    "At least 90% of first calls solve the problem.",
    "The staff must be friendly and competent.",
    "Everything should be easy, because nobody likes to wait.",
    "Refunds reach the customer's account within 5 working days.",
    "退款在5个工作日内到账。",
    "服务要一流。",
    "安装要准时,并且地板不得划伤。",
    "客服应当耐心。",
]
REQUIREMENTS: dict[str, dict[str, str]] = {
    "a low price": {"said": "yes", "means": "no", "reluctant": "no", "counted_on": "no"},
    "low cost over ten years": {"said": "no", "means": "yes", "reluctant": "no"},
    "a machine that does not leak": {"said": "no", "means": "no", "counted_on": "yes", "reluctant": "no"},
    "the old machine taken away": {"said": "no", "means": "no", "counted_on": "no", "pleases": "yes"},
    "no call that needs courage": {"said": "no", "reluctant": "yes"},
    "a quiet machine": {"said": "yes", "means": "no", "reluctant": "no"},
    "one person who is in charge": {"said": "no", "means": "no", "counted_on": "no", "reluctant": "no"},
}
TREE: dict[str, Any] = {
    "Help when I need it": {
        "Reachable": {
            "time to answer": {
                "unit": "s",
                "upper": 30,
                "target": 20,
                "definition": "from the first ring to the greeting",
                "column": "answer_seconds",
            }
        },
        "Competent": {
            "solved at the first call": {
                "unit": "yes or no",
                "lower": 1,
                "definition": "no second call about the same matter within 14 days",
                "column": "solved_first",
            }
        },
    },
    "Goods and money on time": {
        "Prompt delivery": {
            "delivery time": {
                "unit": "days",
                "upper": 4,
                "target": 2,
                "definition": "working days from order to delivery",
                "column": "delivery_days",
            }
        },
        "Prompt refund": {
            "refund time": {
                "unit": "days",
                "upper": 5,
                "definition": "working days from the claim to the money on the account",
                "column": "refund_days",
            }
        },
    },
}
NAMES = (
    mark("Help when I need it"),
    mark("Reachable"),
    mark("time to answer"),
    mark("Competent"),
    mark("solved at the first call"),
    mark("Goods and money on time"),
    mark("Prompt delivery"),
    mark("delivery time"),
    mark("Prompt refund"),
    mark("refund time"),
    mark("yes or no"),
    mark("s"),
    mark("days"),
    mark("from the first ring to the greeting"),
    mark("no second call about the same matter within 14 days"),
    mark("working days from order to delivery"),
    mark("working days from the claim to the money on the account"),
    mark("a low price"),
    mark("low cost over ten years"),
    mark("a machine that does not leak"),
    mark("the old machine taken away"),
    mark("no call that needs courage"),
    mark("a quiet machine"),
    mark("one person who is in charge"),
)


class RequirementsParameters(StudyParameters):
    """Parameters of the study of requirements."""

    data: str = Field(
        "shop_contacts", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    comment: str = Field("comment", description="column of the comments, empty for none")
    rating: str = Field("rating", description="column of the rating that goes with a comment, empty for none")
    customer: str = Field("customer", description="column of the customer who wrote, empty for none")
    statement: str = Field(
        "statement", description="column of requirement statements, used in place of statements, empty for none"
    )
    statements: list[str] = Field(
        STATEMENTS, min_length=1, description="requirement statements to check, in English or Chinese"
    )
    requirements: dict[str, dict[str, Any]] = Field(
        REQUIREMENTS,
        min_length=1,
        description="requirements with yes or no for said, means, counted_on, pleases, reluctant",
    )
    tree: dict[str, Any] = Field(
        TREE,
        min_length=1,
        description="needs, drivers and measures with unit, lower, upper, target, definition, column",
    )
    shift: float = Field(1.5, ge=0, le=3, description="shift of the sigma level, 0 for none")
    language: CommentsLanguage = Field("auto", description="comments to analyse: auto for the most frequent, en, zh")
    topics: int = Field(0, ge=0, le=30, description="number of topics, 0 to find it")
    stop_words: list[str] = Field([], description="words without a topic, on top of the usual ones")
    negative_to: float = Field(2, description="ratings up to here are negative", json_schema_extra={"unit": "points"})
    positive_from: float = Field(
        4, description="ratings from here on are positive", json_schema_extra={"unit": "points"}
    )
    margin: float = Field(0.05, gt=0, lt=1, description="margin of error wanted for a share")
    proportion: float = Field(0.5, gt=0, lt=1, description="share that is expected, 0.5 if nothing is known")
    population: float = Field(
        0.0, ge=0, json_schema_extra={"unit": mark("customers")}, description="size of the population, 0 for very large"
    )
    design_effect: float = Field(1.0, gt=0, le=20, description="design effect of the sample, 1 for a simple one")
    response_rate: float = Field(0.25, gt=0, le=1, description="share of invited customers who answer")
    items: int = Field(5, ge=1, le=200, description="questions of an index")
    correlation: float = Field(0.4, ge=0, le=1, description="mean correlation of these questions")
    deviation: float = Field(
        20.0,
        gt=0,
        json_schema_extra={"unit": mark("points")},
        description="standard deviation of one question, 0 to 100",
    )
    index_margin: float = Field(
        2.0, gt=0, json_schema_extra={"unit": mark("points")}, description="margin of error wanted for the index"
    )
    path: float = Field(0.2, gt=0, le=1, description="smallest path coefficient that shall be found")
    power: float = Field(0.8, ge=0.5, lt=1, description="chance of finding that path")
    confidence: float = Field(0.95, ge=0.5, le=0.999, description="confidence of all intervals, 0.5 to 0.999")
    resamples: int = Field(1000, ge=100, le=100_000, description="bootstrap resamples, at least 100")

    @field_validator("statements")
    @classmethod
    def _some_text(cls, value: list[str]) -> list[str]:
        if not any(text.strip() for text in value):
            raise ValueError(t("at least one statement"))
        return value

    @field_validator("tree")
    @classmethod
    def _mappings(cls, value: dict[str, Any]) -> dict[str, Any]:
        wrong = [name for name, part in value.items() if not isinstance(part, Mapping)]
        if wrong:
            raise ValueError(t("drivers with measures below each need; not so: {names}", names=", ".join(wrong)))
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.negative_to < self.positive_from:
            told = t("negative_to must be below positive_from, not {low:g} and {high:g}",
                     low=self.negative_to, high=self.positive_from)  # fmt: skip
            raise ValueError(told)
        return self


@dataclass(frozen=True, kw_only=True)
class VoiceLayout:
    """Which column plays which part; None where the data have none."""

    comment: str | None = None
    rating: str | None = None
    customer: str | None = None
    statement: str | None = None
    measures: tuple[str, ...] = ()


def measure_columns(tree: Mapping[str, Any]) -> Iterator[str]:
    """Yield the columns that the measures of a tree name; a measure without a column has its own name."""
    for name, part in tree.items():
        if not isinstance(part, Mapping):
            continue
        if part and not any(isinstance(inner, Mapping) for inner in part.values()):
            yield str(part.get("column") or name)
        else:
            yield from measure_columns(part)


def layout(parameters: RequirementsParameters, columns: Sequence[str]) -> VoiceLayout:
    """Return which column plays which part, for the columns that there are."""
    p, there = parameters, set(columns)
    parts = {name: getattr(p, name) or None for name in ("comment", "rating", "customer", "statement")}
    found = {name: column if column in there else None for name, column in parts.items()}
    measures = tuple(column for column in dict.fromkeys(measure_columns(p.tree)) if column in there)
    return VoiceLayout(**found, measures=measures)


def contract(parameters: RequirementsParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads.

    Raises
    ------
    DataError
        The file has neither comments nor statements nor a measure of the tree.
    """
    p, used = parameters, layout(parameters, columns)
    if columns and not (used.comment or used.statement or used.measures):
        raise DataError(_nothing(p, columns))
    texts = [
        Column(name=p.customer, kind="category", meaning=mark("customer who wrote"), required=False,
               parameter="customer"),
        Column(name=p.comment, kind="text", meaning=mark("comment of a customer"), required=False,
               parameter="comment"),
        Column(name=p.rating, kind="number", meaning=mark("rating that goes with the comment"), required=False,
               parameter="rating"),
        Column(name=p.statement, kind="text", meaning=mark("requirement statement"), required=False,
               parameter="statement"),
    ]  # fmt: skip
    texts = [column for column in texts if column.name]
    taken = {column.name for column in texts}
    measures = [
        Column(name=name, kind="number", meaning=mark("measurement of the tree"), required=False)
        for name in dict.fromkeys(measure_columns(p.tree))
        if name not in taken
    ]
    return Contract((*texts, *measures))


def _nothing(p: RequirementsParameters, columns: Sequence[str]) -> Problem:
    shown = ", ".join(columns[:12]) + (", ..." if len(columns) > 12 else "")
    return Problem(
        t("columns"),
        t("no comments, no statements and no measure; there are: {names}", names=shown),
        t("a column {comment} or {statement}", comment=repr(p.comment), statement=repr(p.statement)),
        t("Name your columns in comment, statement or tree"),
    )


STUDY = Study(
    name="requirements",
    module="voice",
    title="Requirements: what do customers want, and can we measure it?",
    question="What do customers ask for, mean and take for granted, and how does that become a limit to check?",
    minutes=60,
    level="introductory",
    parameters=RequirementsParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="n_statements", kind="scalar", title="Statements checked", unit="statements", digits=0),
        PublishedResult(
            name="n_good", kind="scalar", title="Statements that meet all rules", unit="statements", key=True, digits=0
        ),
        PublishedResult(name="statements", kind="table", title="Statements and rules"),
        PublishedResult(name="findings", kind="table", title="Rules that are broken, with reasons"),
        PublishedResult(name="agreement", kind="table", title="Agreement of the checker with labels"),
        PublishedResult(name="n_unsaid", kind="scalar", title="Requirements that are not said", digits=0),
        PublishedResult(name="kinds", kind="table", title="Kind of each requirement"),
        PublishedResult(
            name="answers_share", kind="scalar", title="Answers needed for a share", unit="answers", key=True, digits=0
        ),
        PublishedResult(
            name="answers_index", kind="scalar", title="Answers needed for an index", unit="answers", digits=0
        ),
        PublishedResult(
            name="answers_path", kind="scalar", title="Answers needed for a path", unit="answers", digits=0
        ),
        PublishedResult(name="sizes", kind="table", title="Sample sizes"),
        PublishedResult(name="sigma_level", kind="scalar", title="Sigma level of all measures", key=True),
        PublishedResult(name="dpmo", kind="scalar", title="Defects per million opportunities", digits=0),
        PublishedResult(name="capability", kind="table", title="Measurements within the limits"),
        PublishedResult(name="n_comments", kind="scalar", title="Comments analysed", unit="comments", digits=0),
        PublishedResult(name="n_topics", kind="scalar", title="Topics of the comments", key=True, digits=0),
        PublishedResult(name="topics", kind="table", title="Topics of the comments, with terms"),
        PublishedResult(
            name="accuracy", kind="scalar", title="Accuracy on comments not learned from", key=True, digits=3
        ),
        PublishedResult(
            name="accuracy_baseline", kind="scalar", title="Accuracy of always naming the larger class", digits=3
        ),
        PublishedResult(name="better", kind="scalar", title="Model better than the larger class"),
        PublishedResult(name="scores", kind="table", title="Scores of the model and the baseline"),
        PublishedResult(name="confusion", kind="table", title="Comments by mood and by model"),
    ),
    methods=(
        mark("statement checker"),
        mark("sample size"),
        mark("critical-to-quality tree"),
        mark("sigma level"),
        mark("topics of comments"),
        mark("sentiment with cross-validation"),
    ),
)
