"""The study of customer ratings: parameters, contract of the data, published results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationInfo, field_validator

from casework.core.checks import suggest
from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

Value = TypeVar("Value")
Weighting = Literal["direct", "equal", "ahp", "entropy", "critic"]
Altman = Literal["service", "service_1_22", "service_6_5", "emerging", "private", "public", "public_rounded"]
MissingPoints = Literal["neutral", "worst", "leave_out", "refuse"]
Withdrawn = Literal["exclude", "state"]
Combination = Literal["lowest", "mean", "highest"]

INDICATORS = {
    "finance": [
        "equity / total_assets",
        "ebit / total_assets",
        "current_assets / current_liabilities",
        "retained_earnings / total_assets",
    ],
    "operations": ["management", "sales / total_assets"],
    "market": ["market_position", "order_book"],
    "industry": ["industry_outlook"],
    "trading history": ["payment_record", "years_trading"],
}
SCALES = {
    "management": [1, 5],
    "market_position": [1, 5],
    "order_book": [1, 5],
    "industry_outlook": [1, 5],
    "payment_record": [1, 5],
}
WEIGHTS = {"finance": 35.0, "operations": 15.0, "market": 15.0, "industry": 5.0, "trading history": 30.0}
COMPARISONS = {
    "finance": {"operations": 3.0, "market": 2.0, "industry": 5.0, "trading history": 1.0},
    "operations": {"market": 1.0, "industry": 3.0, "trading history": 0.5},
    "market": {"industry": 3.0, "trading history": 0.5},
    "industry": {"trading history": 0.2},
}
NEVER_NEGATIVE = ("total_assets", "total_liabilities", "current_assets", "current_liabilities", "sales")
DIMENSIONS = (mark("finance"), mark("operations"), mark("market"), mark("industry"), mark("trading history"))
STATEMENT = ("total_assets", "total_liabilities", "retained_earnings", "ebit", "sales")


class RatingParameters(StudyParameters):
    """Parameters of the customer ratings."""

    data: str = Field(
        "credit_customers", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    customer: str = Field("customer", min_length=1, description="column of the customer")
    period: str = Field("year", min_length=1, description="column of the year of the rating, a number")
    indicators: dict[str, list[str]] = Field(
        INDICATORS,
        description="indicators by dimension: a column, or two with ' / ' between; a minus in front: less is better",
    )
    scales: dict[str, list[float]] = Field(
        SCALES, validate_default=True, description="judgements with the worst and the best answer of their scale"
    )
    bands: dict[str, list[float]] = Field(
        {}, validate_default=True, description="indicators scored by bands, with the edges of the bands"
    )
    missing: MissingPoints = Field(
        "neutral", description="points of a missing value: neutral (50), worst (0), leave_out, refuse"
    )
    weighting: Weighting = Field("direct", description="weights of the dimensions: direct, equal, ahp, entropy, critic")
    weights: dict[str, float] = Field(
        WEIGHTS, validate_default=True, description="weight of each dimension, for weighting direct"
    )
    comparisons: dict[str, dict[str, float]] = Field(
        COMPARISONS,
        validate_default=True,
        description="how many times more important, row over column, for weighting ahp",
    )
    grades: list[str] = Field(["A", "B", "C", "D", "E"], min_length=2, max_length=12, description="grades, best first")
    cuts: list[float] = Field(
        [66.0, 56.0, 46.0, 36.0],
        validate_default=True,
        json_schema_extra={"unit": mark("points")},
        description="least score of every grade but the last",
    )
    override: str = Field("override", description="column of the grade set by hand, empty for none")
    override_reason: str = Field("override_reason", description="column of the reason of an override, empty for none")
    most_notches: int = Field(
        2, ge=0, le=12, json_schema_extra={"unit": mark("grades")}, description="most that an override may move a grade"
    )
    defaulted: str = Field("defaulted", description="column of default in the year after (0 or 1), empty for none")
    altman_model: Altman = Field(
        "service",
        description="Z score: service, service_1_22, service_6_5, emerging, private, public, public_rounded",
    )
    equity_share: float = Field(0.05, ge=0, le=10, description="limit rule: share of equity")
    working_capital_share: float = Field(0.10, ge=0, le=10, description="limit rule: share of working capital")
    purchase_months: float = Field(
        3.0, ge=0, le=60, json_schema_extra={"unit": mark("months")}, description="limit rule: months of purchases"
    )
    purchases: str = Field("sales_to_customer", description="column of yearly sales to the customer, empty for none")
    open_balance: str = Field("open_balance", description="column of what the customer owes, empty for none")
    combine: Combination = Field("lowest", description="limit by several rules: lowest, mean, highest")
    grade_factors: dict[str, float] = Field(
        {"A": 1.0, "B": 0.8, "C": 0.6, "D": 0.4, "E": 0.0},
        validate_default=True,
        description="share of the limit that a grade gets, 0 for no credit",
    )
    caps: dict[str, float] = Field(
        {"D": 20000.0},
        validate_default=True,
        json_schema_extra={"unit": mark("currency")},
        description="most that a customer of a grade gets",
    )
    round_to: float = Field(
        100.0, ge=0, json_schema_extra={"unit": mark("currency")}, description="limits rounded down to multiples of it"
    )
    importance: str = Field("importance", description="column of the importance of a customer (1 low), empty for none")
    review_months: dict[str, list[int]] = Field(
        {"A": [24, 24, 18, 12, 12], "B": [18, 18, 12, 12, 6], "C": [12, 12, 6, 6, 6], "D": [6, 6, 6, 3, 3],
         "E": [3, 3, 3, 1, 1]},
        validate_default=True,
        json_schema_extra={"unit": mark("months")},
        description="months between reviews of a grade, by importance from 1",
    )  # fmt: skip
    withdrawn: Withdrawn = Field("exclude", description="ratings without a next one: exclude, state")
    years: int = Field(
        5, ge=1, le=50, json_schema_extra={"unit": mark("years")}, description="length of the default curve"
    )
    resamples: int = Field(1000, ge=100, le=100_000, description="bootstrap resamples of the default curve")
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence of the intervals")

    @field_validator("indicators")
    @classmethod
    def _indicators(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        names = [text.strip() for items in value.values() for text in items]
        problems = [t("{value} stands there twice", value=repr(x)) for x in dict.fromkeys(names) if names.count(x) > 1]
        problems += [t("no indicator in {name}", name=repr(name)) for name, items in value.items() if not items]
        problems += [] if names else [t("at least one indicator")]
        problems += [t("{value} is no indicator", value=repr(x)) for x in names if not all(expression_columns(x))]
        return _refuse(problems, value)

    @field_validator("scales", "bands")
    @classmethod
    def _scored(cls, value: dict[str, list[float]], info: ValidationInfo) -> dict[str, list[float]]:
        known = {x.strip() for items in info.data.get("indicators", {}).values() for x in items}
        unknown = [name for name in value if name not in known and value != SCALES]
        problems = [t("{value} is no indicator", value=repr(x)) + ". " + suggest(x, known) for x in unknown]
        for name, edges in value.items():
            good = all(isfinite(x) for x in edges) and all(b > a for a, b in pairwise(edges))
            if not good or not edges or (info.field_name == "scales" and len(edges) != 2):
                problems.append(t("{name}: edges that ascend; two of them for a scale", name=repr(name)))
        return _refuse(problems, value)

    @field_validator("weights")
    @classmethod
    def _weights(cls, value: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        dimensions = list(info.data.get("indicators", {}))
        problems = [t("the weight of {name} is negative", name=repr(name)) for name, x in value.items() if not x >= 0]
        if info.data.get("weighting") == "direct":
            problems += [t("there is no weight of {name}", name=repr(n)) for n in dimensions if n not in value]
            problems += [t("{value} is no dimension", value=repr(n)) for n in value if n not in dimensions]
            problems += [t("a sum above 0")] if not sum(value.values()) > 0 else []
        return _refuse(problems, value)

    @field_validator("comparisons")
    @classmethod
    def _comparisons(cls, value: dict[str, dict[str, float]], info: ValidationInfo) -> dict[str, dict[str, float]]:
        if info.data.get("weighting") != "ahp":
            return value
        names = list(info.data.get("indicators", {}))
        mentioned = dict.fromkeys(name for row, cells in value.items() for name in (row, *cells))
        problems = [t("{value} is no dimension", value=repr(name)) for name in mentioned if name not in names]
        problems += [t("a judgement of {a} and {b} is missing", a=repr(a), b=repr(b))
                     for i, a in enumerate(names) for b in names[i + 1 :]
                     if b not in value.get(a, {}) and a not in value.get(b, {})]  # fmt: skip
        problems += [t("judgements above 0")] if any(not x > 0 for row in value.values() for x in row.values()) else []
        return _refuse(problems, value)

    @field_validator("grades")
    @classmethod
    def _grades(cls, value: list[str]) -> list[str]:
        names = [name.strip() for name in value]
        problems = [
            t("each name once; {name} occurs twice", name=repr(x)) for x in dict.fromkeys(names) if names.count(x) > 1
        ]
        problems += [t("a name in every place; one is empty")] if not all(names) else []
        problems += [
            t("{value} is the name of a state", value=repr(x)) for x in ("defaulted", "withdrawn") if x in names
        ]
        return _refuse(problems, names)

    @field_validator("cuts")
    @classmethod
    def _cuts(cls, value: list[float], info: ValidationInfo) -> list[float]:
        k = len(info.data.get("grades", value)) - 1
        good = len(value) == k and all(0 <= x <= 100 for x in value) and all(b < a for a, b in pairwise(value))
        return _refuse([] if good else [t("{n} numbers that descend between 100 and 0", n=k)], value)

    @field_validator("grade_factors", "caps")
    @classmethod
    def _amounts(cls, value: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        problems = [
            t("{name}: a number of at least 0", name=repr(name))
            for name, x in value.items()
            if not 0 <= x < float("inf")
        ]
        problems += _unknown_grades(value, info)
        return _refuse(problems, value)

    @field_validator("review_months")
    @classmethod
    def _months(cls, value: dict[str, list[int]], info: ValidationInfo) -> dict[str, list[int]]:
        grades = info.data.get("grades", [])
        problems = [t("months of {grade} are missing", grade=repr(name)) for name in grades if name not in value]
        problems += _unknown_grades(value, info)
        if len({len(row) for row in value.values()}) > 1 or not all(value.values()):
            problems.append(t("rows of the same length, one number for each importance"))
        if any(not 1 <= x <= 120 for row in value.values() for x in row):
            problems.append(t("whole numbers from {low} to {high}", low=1, high=120))
        return _refuse(problems, value)


def _unknown_grades(value: Mapping[str, Any], info: ValidationInfo) -> list[str]:
    grades = info.data.get("grades", list(value))
    return [t("{value} is no grade", value=repr(name)) for name in value if name not in grades]


def _refuse(problems: Sequence[str], value: Value) -> Value:
    if problems:
        raise ValueError("; ".join(problems))
    return value


def expression_columns(text: str) -> tuple[str, ...]:
    """Return the columns of an indicator: `a / b` has two; an empty one says that the text is wrong.

    Examples
    --------
    >>> expression_columns("-debt / total_assets"), expression_columns(" / ")
    (('debt', 'total_assets'), ('', ''))
    """
    bare = text.strip().removeprefix("-").strip()
    top, quotient, bottom = bare.partition(" / ")
    if quotient or bare.startswith("/") or bare.endswith("/"):
        return (top.strip(" /"), bottom.strip(" /"))
    return (bare,)


@dataclass(frozen=True, kw_only=True)
class RatingLayout:
    """Which column plays which part; None where the data have none."""

    customer: str
    period: str
    statement: bool  # whether a Z score can be computed
    override: str | None = None
    override_reason: str | None = None
    defaulted: str | None = None
    purchases: str | None = None
    open_balance: str | None = None
    importance: str | None = None
    equity: bool = False
    working_capital: bool = False


def layout(parameters: RatingParameters, columns: Sequence[str]) -> RatingLayout:
    """Return which column plays which part, for the columns that there are."""
    p, there = parameters, set(columns)
    optional = ("override", "override_reason", "defaulted", "purchases", "open_balance", "importance")
    found = {part: getattr(p, part) if getattr(p, part) in there else None for part in optional}
    return RatingLayout(
        customer=p.customer,
        period=p.period,
        statement={*STATEMENT, _equity(p), "current_assets", "current_liabilities"} <= there,
        equity="equity" in there,
        working_capital={"current_assets", "current_liabilities"} <= there,
        **found,
    )


def contract(parameters: RatingParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads."""
    p = parameters
    found = {
        p.customer: Column(name=p.customer, kind="text", meaning=mark("customer"), missing=False),
        p.period: Column(name=p.period, kind="number", meaning=mark("year of the rating"), missing=False),
    }
    for text in (text for items in p.indicators.values() for text in items):
        for name in expression_columns(text):
            bounds = _bounds(name, text, p.scales)
            found.setdefault(name, Column(name=name, kind="number", meaning=mark("column of an indicator"), **bounds))
    for name in (*STATEMENT, "equity", _equity(p), "current_assets", "current_liabilities"):
        bounds = _bounds(name, "", {})
        item = Column(name=name, kind="number", meaning=mark("item of the statements"), required=False, **bounds)
        found.setdefault(name, item)
    for item in _optional(p):
        found.setdefault(item.name, item)
    return Contract(tuple(found.values()), min_rows=10)


def _equity(p: RatingParameters) -> str:
    return "market_value_equity" if p.altman_model.startswith("public") else "equity"


def _bounds(name: str, text: str, scales: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    if text.strip() == name and name in scales:
        return {"low": scales[name][0], "high": scales[name][1]}
    return {"low": 0.0} if name in NEVER_NEGATIVE else {}


def _optional(p: RatingParameters) -> list[Column]:
    """Columns that a section of its own needs."""
    most = max((len(row) for row in p.review_months.values()), default=1)
    parts: list[tuple[str, dict[str, Any]]] = [
        ("override", {"kind": "text", "meaning": mark("grade set by hand")}),
        ("override_reason", {"kind": "text", "meaning": mark("reason of the override")}),
        ("defaulted", {"kind": "integer", "meaning": mark("default in the year after: 1 yes, 0 no"), "low": 0,
                       "high": 1}),
        ("purchases", {"kind": "number", "meaning": mark("sales to the customer in the year"), "low": 0.0}),
        ("open_balance", {"kind": "number", "meaning": mark("what the customer owes at the end of the year")}),
        ("importance", {"kind": "integer", "meaning": mark("importance of the customer, 1 is low"), "low": 1,
                        "high": most, "missing": False}),
    ]  # fmt: skip
    return [
        Column(name=getattr(p, part), required=False, parameter=part, **rest)
        for part, rest in parts
        if getattr(p, part)
    ]


STUDY = Study(
    name="credit_rating",
    module="credit",
    title="Customer ratings: how good is each customer, and how much credit does he get?",
    question="Which grade does each customer deserve, did grades foretell default, and what limit and review follow?",
    minutes=60,
    level="intermediate",
    parameters=RatingParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="n_customers", kind="scalar", title="Customers", unit="customers", digits=0),
        PublishedResult(name="n_ratings", kind="scalar", title="Ratings", unit="ratings given", key=True, digits=0),
        PublishedResult(name="distress_share", kind="scalar", title="Share of firms in the distress zone"),
        PublishedResult(name="weak_share", kind="scalar", title="Share of ratings in the last two grades", key=True),
        PublishedResult(
            name="overridden", kind="scalar", title="Grades changed by hand", unit="ratings given", digits=0
        ),
        PublishedResult(name="somers_d", kind="scalar", title="Somers' D of the grades", key=True),
        PublishedResult(name="somers_low", kind="scalar", title="Somers' D, lower end"),
        PublishedResult(name="somers_high", kind="scalar", title="Somers' D, upper end"),
        PublishedResult(name="somers_model", kind="scalar", title="Somers' D before overrides"),
        PublishedResult(name="somers_altman", kind="scalar", title="Somers' D of the Z score's zones"),
        PublishedResult(name="monotone", kind="scalar", title="Default rates in the order of the grades"),
        PublishedResult(
            name="limits_total", kind="scalar", title="Limits, together", unit="currency", key=True, digits=0
        ),
        PublishedResult(
            name="over_limit", kind="scalar", title="Customers over their limit", unit="customers", digits=0
        ),
        PublishedResult(name="excess_total", kind="scalar", title="Owed above limits", unit="currency", digits=0),
        PublishedResult(name="reviews_per_year", kind="scalar", title="Reviews in a year", unit="reviews", digits=0),
        PublishedResult(name="stay_share", kind="scalar", title="Ratings that keep their grade"),
        PublishedResult(name="weights", kind="table", title="Weights of the dimensions by method"),
        PublishedResult(name="ratings", kind="table", title="Ratings"),
        PublishedResult(name="override_log", kind="table", title="Overrides"),
        PublishedResult(name="default_rates", kind="table", title="Default rate of every grade"),
        PublishedResult(name="limits", kind="table", title="Limits of the last year"),
        PublishedResult(name="reviews", kind="table", title="Review calendar"),
        PublishedResult(name="migration", kind="table", title="Migration from year to year"),
        PublishedResult(name="default_curve", kind="table", title="Default probability over the years"),
    ),
    methods=(
        mark("Altman's Z scores"),
        mark("weighted rating with overrides"),
        mark("default rates and Somers' D"),
        mark("credit limits by rules"),
        mark("review calendar"),
        mark("cohort and duration migration"),
    ),
)
