"""The study of early warnings from receivables: parameters, contract of the data, published results."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from pydantic import Field, field_validator

from casework.core.checks import suggest
from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study
from casework.studies.ledger import LedgerParameters, ledger_columns, one_column_each, parts_of

MeasureName = Literal[
    "overdue_share", "late_30_share", "late_60_share", "overdue_amount", "oldest_days", "days_late", "days_late_rise",
    "bad_debt_rate", "exposure",
]  # fmt: skip
MEASURES: tuple[str, ...] = MeasureName.__args__  # type: ignore[attr-defined]
RESPONSES = ("more_dunning", "lower_limit", "stop_supply")
NUMBERS = ("release", "months", "level", "minimum")
WORDS = ("response", "department", "name")
CONDITION = re.compile(r"([a-z_0-9]+)\s*(>=|<=|>|<)\s*(\S+)")
RULES = [
    "overdue_share >= 0.5; release 0.3; months 2; level 1; response more_dunning; department accounts receivable",
    "days_late_rise >= 15; release 5; months 2; level 2; response lower_limit; department sales department",
    "late_30_share >= 0.25; release 0.1; level 2; response lower_limit; department credit control",
    "oldest_days >= 60; release 30; level 3; response stop_supply; department credit control",
    "bad_debt_rate >= 0.01; level 3; response stop_supply; department management",
]
DAYS = mark("days")
CURRENCY = mark("currency")


class EarlyWarningParameters(LedgerParameters):
    """Parameters of the study of early warnings."""

    segment: str = Field("industry", description="column by which customers are compared, empty for none")
    edges: list[int] = Field(
        [0, 30, 60, 90],
        min_length=2,
        max_length=12,
        json_schema_extra={"unit": DAYS},
        description="ends of the buckets",
    )
    window: int = Field(
        3, ge=1, le=24, json_schema_extra={"unit": mark("months")}, description="months of sales in the ratios"
    )
    rules: list[str] = Field(
        RULES,
        min_length=1,
        max_length=20,
        description="warning rules: measure, operator and threshold; then release, months, level, minimum, response, "
        "department, name",
    )
    overdue_days: int = Field(
        90, ge=1, le=3650, json_schema_extra={"unit": DAYS}, description="an invoice overdue for longer is a default"
    )
    write_offs: bool = Field(True, description="a write-off is a default")
    minimum: float = Field(
        0.0, ge=0, json_schema_extra={"unit": CURRENCY}, description="smaller invoices are no default however late"
    )
    horizon: int = Field(
        365,
        ge=1,
        le=3650,
        json_schema_extra={"unit": DAYS},
        description="a warning is right if a default follows within",
    )
    reaction: int = Field(
        30, ge=0, le=3650, json_schema_extra={"unit": DAYS}, description="time that a response needs to save anything"
    )
    false_cost: float = Field(500.0, ge=0, json_schema_extra={"unit": CURRENCY}, description="cost of a false warning")
    loss_share: float = Field(0.6, ge=0, le=1, description="part of the balance that is lost at a default")
    avoided: float = Field(0.5, ge=0, le=1, description="part of the loss that a warning in time avoids")
    measure: MeasureName = Field("days_late", description="measure whose threshold is explored")
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence of the intervals")

    @field_validator("edges")
    @classmethod
    def _ascending(cls, value: list[int]) -> list[int]:
        if value[0] != 0 or any(b <= a for a, b in pairwise(value)):
            raise ValueError(t("ascending whole days, the first 0"))
        return value

    @field_validator("rules")
    @classmethod
    def _rules(cls, value: list[str]) -> list[str]:
        problems = [
            f"{t('rule {i}', i=i)}: {problem}" for i, text in enumerate(value, 1) for problem in rule_problems(text)
        ]
        names = [rule_label(text) for text in value]
        twice = {name for name in names if names.count(name) > 1}
        problems += [t("{name} occurs twice", name=repr(name)) for name in sorted(twice)]
        if problems:
            raise ValueError("; ".join(problems))
        return value


def parse_rule(text: str) -> dict[str, Any]:
    """Read a rule from text: a condition, then settings, separated by semicolons.

    Examples
    --------
    >>> parse_rule("overdue_share >= 0.5; months 2; response more_dunning")
    {'measure': 'overdue_share', 'operator': '>=', 'threshold': 0.5, 'months': 2, 'response': 'more_dunning'}
    """
    condition, *settings = [piece.strip() for piece in text.split(";")]
    match = CONDITION.fullmatch(condition)
    if match is None:
        return {}
    rule: dict[str, Any] = {"measure": match[1], "operator": match[2], "threshold": _number(match[3])}
    for piece in filter(None, settings):
        key, _, value = piece.partition(" ")
        rule[key] = _number(value) if key in NUMBERS else value.strip()
    return {key: int(x) if key in ("months", "level") and _whole(x) else x for key, x in rule.items()}


def rule_label(text: str) -> str:
    """Return the name of a rule: the one given, else its condition."""
    rule = parse_rule(text)
    return str(rule.get("name") or " ".join(text.split(";")[0].split()))


def rule_problems(text: str) -> Iterable[str]:
    """Say what is wrong with the text of a rule."""
    rule = parse_rule(text)
    if not rule:
        yield t("{text} is no condition such as overdue_share >= 0.5", text=repr(text.split(";")[0].strip()))
        return
    if rule["measure"] not in MEASURES:
        yield t("{name} is not known", name=repr(rule["measure"])) + ". " + suggest(rule["measure"], MEASURES)
    for key in rule:
        if key not in (*NUMBERS, *WORDS, "measure", "operator", "threshold"):
            yield t("{name} is not known", name=repr(key)) + ". " + suggest(key, (*NUMBERS, *WORDS))
    wrong = [key for key in ("threshold", *NUMBERS) if key in rule and rule[key] is None]
    yield from (t("{name} is no number", name=key) for key in wrong)
    if not wrong:
        yield from _range_problems(rule)


def _range_problems(rule: Mapping[str, Any]) -> Iterable[str]:
    if rule.get("level", 1) not in (1, 2, 3):
        yield t("a level of 1, 2 or 3")
    if not isinstance(rule.get("months", 1), int) or rule.get("months", 1) < 1:
        yield t("months: a whole number of at least 1")
    if rule.get("minimum", 0) < 0:
        yield t("a minimum of at least 0")
    if rule.get("response", RESPONSES[0]) not in RESPONSES:
        yield t("{name} is not known", name=repr(rule["response"])) + ". " + suggest(rule["response"], RESPONSES)
    release, threshold = rule.get("release", rule["threshold"]), rule["threshold"]
    if release > threshold if rule["operator"] in (">=", ">") else release < threshold:
        yield t("a release on the good side of the threshold")


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


@dataclass(frozen=True, kw_only=True)
class LedgerLayout:
    """Which column plays which part, the column of the segments, and the rules as data."""

    columns: Mapping[str, str]
    segment: str | None
    rules: tuple[dict[str, Any], ...]


def layout(parameters: EarlyWarningParameters, columns: Sequence[str]) -> LedgerLayout:
    """Return which column plays which part, for the columns that there are."""
    return LedgerLayout(
        columns=parts_of(parameters, columns),
        segment=parameters.segment if parameters.segment in set(columns) else None,
        rules=tuple(parse_rule(text) for text in parameters.rules),
    )


def contract(parameters: EarlyWarningParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads."""
    found = ledger_columns(parameters)
    if parameters.segment:
        meaning = mark("group of the customer")
        found.append(Column(name=parameters.segment, kind="text", meaning=meaning, required=False, parameter="segment"))
    return one_column_each(found)


STUDY = Study(
    name="early_warning",
    module="credit",
    title="Early warning: which customers will fail, seen from their payments?",
    question="What do open invoices and late payments say about customers, who must act on it, and would the warnings "
    "have helped?",
    minutes=60,
    level="intermediate",
    parameters=EarlyWarningParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="n_customers", kind="scalar", title="Customers", unit="customers", digits=0),
        PublishedResult(name="open", kind="scalar", title="Open invoices", unit="currency", digits=0),
        PublishedResult(name="overdue_rate", kind="scalar", title="Overdue share of open invoices", key=True, digits=3),
        PublishedResult(name="ageing", kind="table", title="Ageing by bucket"),
        PublishedResult(name="ageing_history", kind="table", title="Ageing at every month-end"),
        PublishedResult(name="roll_rates", kind="table", title="Roll rates by bucket"),
        PublishedResult(name="kpis", kind="table", title="Measures of collection at every month-end"),
        PublishedResult(name="dso", kind="scalar", title="Days sales outstanding", unit="days", digits=1, key=True),
        PublishedResult(name="best_possible_dso", kind="scalar", title="Best possible DSO", unit="days", digits=1),
        PublishedResult(name="collection_effectiveness", kind="scalar", title="Collection effectiveness", digits=3),
        PublishedResult(name="bad_debt_rate", kind="scalar", title="Bad-debt rate", digits=4),
        PublishedResult(name="warned_now", kind="scalar", title="Customers warned of now", unit="customers", digits=0),
        PublishedResult(name="current", kind="table", title="Customers warned of now"),
        PublishedResult(name="events", kind="table", title="Warnings raised and released"),
        PublishedResult(
            name="defaults", kind="scalar", title="Defaults that can be tested", unit="customers", digits=0
        ),
        PublishedResult(name="precision", kind="scalar", title="Share of warnings that were right", key=True),
        PublishedResult(name="recall", kind="scalar", title="Share of defaults warned of", key=True),
        PublishedResult(name="lead_days", kind="scalar", title="Median lead time", unit="days", digits=0, key=True),
        PublishedResult(name="backtest", kind="table", title="Back-test by rule"),
        PublishedResult(name="cost", kind="scalar", title="Cost with the warnings", unit="currency", digits=0),
        PublishedResult(name="cost_without", kind="scalar", title="Cost without warnings", unit="currency", digits=0),
        PublishedResult(name="best_threshold", kind="scalar", title="Threshold with the lowest cost", digits=3),
        PublishedResult(name="thresholds", kind="table", title="Back-test by threshold"),
    ),
    methods=(
        mark("ageing of receivables"),
        mark("roll rates"),
        mark("days sales outstanding"),
        mark("warning rules"),
        mark("back-test of warnings"),
    ),
)
