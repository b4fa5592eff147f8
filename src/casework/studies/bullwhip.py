"""The study of the bullwhip effect: parameters, contract of the data, published results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from casework.core.checks import suggest
from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

PolicyName = Literal["moving_average", "smoothing", "ar1", "base_stock", "anchoring"]
Unmet = Literal["backorder", "lost"]
Customers = Literal["step", "random", "noisy_step"]
STAGES = ["retailer", "wholesaler", "distributor", "factory"]
ORDERS = ["orders_retailer", "orders_wholesaler", "orders_distributor", "orders_factory"]


class BullwhipParameters(StudyParameters):
    """Parameters of the bullwhip study."""

    data: str = Field(
        "bullwhip_noodle_chain", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    period: str = Field("week", description="column of the period number, empty for rows in the order of time")
    demand: str = Field("demand", description="column of the customers' demand", min_length=1)
    orders: list[str] = Field(
        ORDERS, description="columns of the orders that each stage placed, downstream first; empty for none"
    )
    stages: list[str] = Field(STAGES, min_length=1, max_length=12, description="stages simulated, downstream first")
    policy: PolicyName = Field(
        "moving_average", description="how stages order: moving_average, smoothing, ar1, base_stock, anchoring"
    )
    window: int = Field(
        8, ge=1, le=1000, json_schema_extra={"unit": mark("periods")}, description="length of the moving average"
    )
    smoothing_weight: float = Field(0.3, gt=0, le=1, description="weight of the newest period in the smoothing")
    order_lead_times: list[int] = Field(
        [0],
        validate_default=True,
        json_schema_extra={"unit": mark("periods")},
        description="from an order to its arrival at the supplier: one for all stages, or one for each",
    )
    shipment_lead_times: list[int] = Field(
        [2, 2, 2, 3],
        validate_default=True,
        json_schema_extra={"unit": mark("periods")},
        description="from dispatch to arrival: one for all stages, or one for each",
    )
    shared: bool = Field(False, description="all stages forecast from the customers' demand")
    unmet: Unmet = Field("backorder", description="customers who find no stock: backorder (they wait), lost")
    safety_factor: float = Field(
        1.64, ge=-5, le=5, description="safety stock in standard deviations of demand over the lead time"
    )
    batch: float = Field(
        0.0, ge=0, json_schema_extra={"unit": mark("units")}, description="orders in multiples of it, 0 for any size"
    )
    review: int = Field(
        1, ge=1, le=1000, json_schema_extra={"unit": mark("periods")}, description="orders every so many periods"
    )
    capacity: float = Field(
        0.0, ge=0, json_schema_extra={"unit": mark("units")}, description="most that a stage can order, 0 for no limit"
    )
    holding_cost: float = Field(
        0.5, ge=0, json_schema_extra={"unit": mark("currency/unit/period")}, description="cost of stock"
    )
    backlog_cost: float = Field(
        1.0, ge=0, json_schema_extra={"unit": mark("currency/unit/period")}, description="cost of waiting demand"
    )
    periods: int = Field(
        1000, ge=50, le=1_000_000, json_schema_extra={"unit": mark("periods")}, description="periods of a replication"
    )
    replications: int = Field(200, ge=2, le=100_000, description="replications of the simulation")
    resamples: int = Field(2000, ge=100, le=100_000, description="bootstrap resamples of the recorded orders")
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence of the intervals")
    role: str = Field("retailer", validate_default=True, description="stage that you play in the beer game")
    customers: Customers = Field("step", description="customers of the beer game: step, random, noisy_step")
    game_weeks: int = Field(
        36, ge=5, le=200, json_schema_extra={"unit": mark("weeks")}, description="length of the beer game"
    )

    @field_validator("stages", "orders")
    @classmethod
    def _once(cls, value: list[str]) -> list[str]:
        twice = [name for name in dict.fromkeys(value) if value.count(name) > 1]
        problems = [t("each name once; {name} occurs twice", name=repr(name)) for name in twice]
        if any(not name.strip() for name in value):
            problems.append(t("a name in every place; one is empty"))
        if problems:
            raise ValueError("; ".join(problems))
        return value

    @field_validator("order_lead_times", "shipment_lead_times")
    @classmethod
    def _lead_times(cls, value: list[int], info: ValidationInfo) -> list[int]:
        k, low = len(info.data.get("stages", STAGES)), 0 if info.field_name == "order_lead_times" else 1
        problems = []
        if len(value) not in (1, k):
            problems.append(t("one value, or {k}: one for each stage", k=k))
        if any(not low <= x <= 500 for x in value):
            problems.append(t("whole numbers from {low} to {high}", low=low, high=500))
        if problems:
            raise ValueError("; ".join(problems))
        return value

    @field_validator("role")
    @classmethod
    def _role(cls, value: str) -> str:
        if value not in STAGES:
            raise ValueError(t("{value} is not known", value=repr(value)) + ". " + suggest(value, STAGES))
        return value


@dataclass(frozen=True, kw_only=True)
class OrdersLayout:
    """Which column plays which part; `orders` are those that the file has."""

    period: str | None
    demand: str
    orders: tuple[str, ...]


def layout(parameters: BullwhipParameters, columns: Sequence[str]) -> OrdersLayout:
    """Return which column plays which part, for the columns that there are."""
    p, there = parameters, set(columns)
    return OrdersLayout(
        period=p.period if p.period in there else None,
        demand=p.demand,
        orders=tuple(name for name in p.orders if name in there),
    )


def contract(parameters: BullwhipParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads."""
    p = parameters
    found = []
    if p.period:
        found.append(Column(name=p.period, kind="number", meaning=mark("number of the period"), required=False,
                            unique=True, missing=False, parameter="period"))  # fmt: skip
    found.append(Column(name=p.demand, kind="number", meaning=mark("demand of the customers in the period"), low=0,
                        missing=False, varies=True))  # fmt: skip
    found += [
        Column(name=name, kind="number", meaning=mark("orders that the stage placed in the period"), low=0,
               missing=False, required=False, parameter="orders")
        for name in p.orders
        if name not in (p.demand, p.period)
    ]  # fmt: skip
    return Contract(tuple(found), min_rows=8)


STUDY = Study(
    name="bullwhip",
    module="supply_chain",
    title="The bullwhip effect: why do orders swing more than demand?",
    question="How much more do our orders vary than the demand of our customers, why, and what would calm them?",
    minutes=60,
    level="intermediate",
    parameters=BullwhipParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="demand_mean", kind="scalar", title="Mean demand", unit="units", digits=1),
        PublishedResult(name="demand_sd", kind="scalar", title="Standard deviation of demand", unit="units", digits=1),
        PublishedResult(name="demand_correlation", kind="scalar", title="Correlation of demand with the period before"),
        PublishedResult(
            name="measured_amplification", kind="scalar", title="Measured amplification, last stage", key=True
        ),
        PublishedResult(name="measured", kind="table", title="Measured amplification by stage"),
        PublishedResult(
            name="simulated_amplification", kind="scalar", title="Simulated amplification, last stage", key=True
        ),
        PublishedResult(name="simulated_low", kind="scalar", title="Simulated amplification, lower end"),
        PublishedResult(name="simulated_high", kind="scalar", title="Simulated amplification, upper end"),
        PublishedResult(
            name="exact_amplification", kind="scalar", title="Exact amplification of free orders, last stage"
        ),
        PublishedResult(name="fill_rate", kind="scalar", title="Fill rate of the first stage"),
        PublishedResult(name="chain_cost", kind="scalar", title="Cost of the chain", unit="currency/period", key=True),
        PublishedResult(name="chain", kind="table", title="Simulated chain by stage"),
        PublishedResult(name="formulas", kind="table", title="Formula, exact value and simulation"),
        PublishedResult(name="sharing", kind="table", title="With and without shared demand"),
        PublishedResult(name="scenarios", kind="table", title="What would calm the chain"),
        PublishedResult(name="sharing_saves", kind="scalar", title="Cost change by sharing demand", key=True),
        PublishedResult(name="game_cost", kind="scalar", title="Cost of the beer game", unit="currency", digits=0),
        PublishedResult(name="game", kind="table", title="Beer game by stage"),
    ),
    methods=(
        mark("amplification of orders"),
        mark("order-up-to policies"),
        mark("moving block bootstrap"),
        mark("simulation of a serial chain"),
        mark("beer game"),
    ),
)
