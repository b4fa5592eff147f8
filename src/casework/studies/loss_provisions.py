"""The study of provisions and portfolio loss: parameters, contract of the data, published results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pydantic import Field, ValidationInfo, field_validator

from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study
from casework.studies.ledger import LedgerParameters, ledger_columns, one_column_each, parts_of

FUTURES = [mark("favourable"), mark("expected"), mark("adverse")]


class ProvisionParameters(LedgerParameters):
    """Parameters of the study of provisions."""

    segment: str = Field("industry", description="column of the customer's sector, empty for one sector")
    grade: str = Field("grade", description="column of the customer's grade", min_length=1)
    edges: list[int] = Field(
        [0, 30, 60, 90],
        min_length=1,
        max_length=12,
        json_schema_extra={"unit": mark("days")},
        description="ends of the buckets, days past due",
    )
    maturity: int = Field(
        365, ge=0, le=3650, json_schema_extra={"unit": mark("days")}, description="since due, for loss rates"
    )
    scenario_names: list[str] = Field(FUTURES, min_length=1, max_length=12, description="futures to be weighed")
    future_factors: list[float] = Field([0.8, 1.0, 1.5], description="factor on past loss rates in each future")
    scenario_weights: list[float] = Field([0.25, 0.5, 0.25], description="weight of each future")
    grades: list[str] = Field(["A", "B", "C", "D", "E"], min_length=1, max_length=40, description="grades")
    grade_pd: list[float] = Field(
        [0.008, 0.017, 0.042, 0.1, 0.22], description="probability of default within a year, of each grade"
    )
    default_share: float = Field(
        0.5, gt=0, le=10, description="share in the oldest bucket from which on a customer is in default"
    )
    recovery_share: float = Field(0.4, ge=0, le=1, description="share of a claim that the law brings back")
    recovery_years: float = Field(
        1.0, ge=0, le=30, json_schema_extra={"unit": mark("years")}, description="until it does"
    )
    recovery_cost_share: float = Field(0.08, ge=0, le=1, description="cost of suing, share of the claim")
    recovery_fixed_cost: float = Field(
        600.0, ge=0, json_schema_extra={"unit": mark("currency")}, description="cost of suing, per case"
    )
    discount_rate: float = Field(
        0.05, gt=-1, le=1, json_schema_extra={"unit": mark("1/year")}, description="to discount what comes back"
    )
    correlation: float = Field(0.15, ge=0, lt=1, description="correlation of the assets of customers of a sector")
    sector_correlation: float = Field(0.5, ge=0, le=1, description="correlation of the factors of two sectors")
    scenarios: int = Field(50_000, ge=1000, le=5_000_000, description="simulated years")
    level: float = Field(0.99, gt=0.5, lt=1, description="level of a bad year")
    limit: float = Field(
        0.0,
        ge=0,
        json_schema_extra={"unit": mark("currency")},
        description="largest exposure allowed, 0 for a usual one",
    )
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence of the intervals")

    @field_validator("edges")
    @classmethod
    def _ascending(cls, value: list[int]) -> list[int]:
        if any(x < 0 for x in value) or any(b <= a for a, b in pairwise(value)):
            raise ValueError(t("whole numbers of at least 0 that ascend"))
        return value

    @field_validator("scenario_names", "grades")
    @classmethod
    def _once(cls, value: list[str]) -> list[str]:
        twice = [name for name in dict.fromkeys(value) if value.count(name) > 1]
        problems = [t("each name once; {name} occurs twice", name=repr(name)) for name in twice]
        if any(not name.strip() for name in value):
            problems.append(t("a name in every place; one is empty"))
        if problems:
            raise ValueError("; ".join(problems))
        return value

    @field_validator("future_factors", "scenario_weights", "grade_pd")
    @classmethod
    def _numbers(cls, value: list[float], info: ValidationInfo) -> list[float]:
        source = "grades" if info.field_name == "grade_pd" else "scenario_names"
        n, problems = len(info.data.get(source, value)), []
        if len(value) != n:
            problems.append(t("{n} numbers, one for each name", n=n))
        if info.field_name == "grade_pd" and any(not 0 <= x <= 1 for x in value):
            problems.append(t("numbers from 0 to 1"))
        if info.field_name == "future_factors" and any(not 0 <= x <= 1000 for x in value):
            problems.append(t("numbers of at least 0"))
        if info.field_name == "scenario_weights" and any(not 0 < x <= 1e9 for x in value):
            problems.append(t("numbers above 0"))
        if problems:
            raise ValueError("; ".join(problems))
        return value


@dataclass(frozen=True, kw_only=True)
class ReceivablesLayout:
    """Which column plays which part."""

    columns: dict[str, str]
    segment: str | None
    grade: str


def layout(parameters: ProvisionParameters, columns: Sequence[str]) -> ReceivablesLayout:
    """Return which column plays which part, for the columns that there are."""
    return ReceivablesLayout(
        columns=parts_of(parameters, columns),
        segment=parameters.segment if parameters.segment in set(columns) else None,
        grade=parameters.grade,
    )


def contract(parameters: ProvisionParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads."""
    p = parameters
    grade = Column(name=p.grade, kind="text", meaning=mark("grade of the customer"), missing=False)
    found = [*ledger_columns(p), grade]
    if p.segment:
        found.append(Column(name=p.segment, kind="text", meaning=mark("sector of the customer"), required=False,
                            missing=False, parameter="segment"))  # fmt: skip
    return one_column_each(found, min_rows=2)


STUDY = Study(
    name="loss_provisions",
    module="credit",
    title="Provisions and portfolio loss: what will unpaid invoices cost us, and in a bad year?",
    question="How much must we set aside for what customers owe us, and how much more could a bad year take?",
    minutes=75,
    level="advanced",
    parameters=ProvisionParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="open_balance", kind="scalar", title="Open balance", unit="currency", digits=0),
        PublishedResult(name="overdue_share", kind="scalar", title="Share overdue", digits=3),
        PublishedResult(name="loss_rates", kind="table", title="Loss rates by bucket"),
        PublishedResult(name="allowance", kind="scalar", title="Allowance", unit="currency", digits=0, key=True),
        PublishedResult(name="coverage", kind="scalar", title="Allowance as a share of the balance", digits=4),
        PublishedResult(name="provision_matrix", kind="table", title="Provision matrix"),
        PublishedResult(name="break_even", kind="scalar", title="Claim from which on suing pays", unit="currency"),
        PublishedResult(
            name="expected_loss", kind="scalar", title="Expected loss of one year", unit="currency", digits=0, key=True
        ),
        PublishedResult(name="recovery_saves", kind="scalar", title="Expected loss saved by legal recovery",
                        unit="currency", digits=0),
        PublishedResult(name="expected_by_grade", kind="table", title="Expected loss by grade"),
        PublishedResult(name="hhi", kind="scalar", title="Herfindahl-Hirschman index", digits=5),
        PublishedResult(name="effective_number", kind="scalar", title="Effective number of customers", digits=1),
        PublishedResult(name="vasicek_loss", kind="scalar", title="Loss in a bad year, closed form", unit="currency",
                        digits=0),
        PublishedResult(name="loss_quantile", kind="scalar", title="Loss in a bad year, simulated", unit="currency",
                        digits=0, key=True),
        PublishedResult(name="loss_low", kind="scalar", title="Loss in a bad year, lower end", unit="currency",
                        digits=0),
        PublishedResult(name="loss_high", kind="scalar", title="Loss in a bad year, upper end", unit="currency",
                        digits=0),
        PublishedResult(
            name="expected_shortfall", kind="scalar", title="Expected shortfall", unit="currency", digits=0, key=True
        ),
        PublishedResult(name="quantiles", kind="table", title="Loss by level"),
        PublishedResult(name="contributions", kind="table", title="Contributions of customers"),
        PublishedResult(name="diversification", kind="table", title="What diversification is worth"),
        PublishedResult(name="irb_capital", kind="scalar", title="Capital by the Basel formula", unit="currency",
                        digits=0),
    ),
    methods=(
        mark("provision matrix"),
        mark("expected credit loss"),
        mark("legal recovery"),
        mark("concentration"),
        mark("Vasicek model"),
        mark("simulation of portfolio loss"),
    ),
)  # fmt: skip
