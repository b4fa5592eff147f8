"""The study of inventory policies: parameters, contract of the data, published results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

ServiceKind = Literal["fill_rate", "service_level"]


class InventoryParameters(StudyParameters):
    """Parameters of the inventory policies."""

    data: str = Field(
        "stock_bicycle_parts", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    item: str = Field("sku", min_length=1, description="column of the item number")
    demand_mean: str = Field("demand_mean", min_length=1, description="column of mean demand per period")
    demand_sd: str = Field("demand_sd", min_length=1, description="column of the standard deviation of demand")
    lead_time: str = Field("lead_time", min_length=1, description="column of the lead time in periods")
    unit_cost: str = Field("unit_cost", min_length=1, description="column of the purchase price of a unit")
    lead_time_sd: str = Field(
        "lead_time_sd", description="column of the standard deviation of the lead time, empty for none"
    )
    order_cost: str = Field("order_cost", description="column of the cost of an order, empty for none")
    order_quantity: str = Field("order_quantity", description="column of the lot ordered now, empty for none")
    default_order_cost: float = Field(
        50.0,
        gt=0,
        json_schema_extra={"unit": mark("currency/order")},
        description="cost of an order where there is no column of it",
    )
    periods_per_year: float = Field(52.0, gt=0, description="periods in a year, 52 for weeks")
    holding_rate: float = Field(
        0.25, gt=0, le=5, json_schema_extra={"unit": mark("1/year")}, description="yearly holding cost over unit cost"
    )
    shortage_factor: float = Field(
        19.0, gt=0, description="cost of a unit that waits a period, as a multiple of holding it"
    )
    service: ServiceKind = Field("fill_rate", description="service that is wanted: fill_rate, service_level")
    target: float = Field(0.97, gt=0, lt=1, description="target of the service, between 0 and 1")
    focus: str = Field("", description="item of the walk-through, empty for the one with the largest value")
    abc_cuts: list[float] = Field([0.80, 0.95], min_length=1, max_length=4, description="shares where classes end")
    xyz_cuts: list[float] = Field([0.5, 1.0], min_length=1, max_length=2, description="largest variation of X and of Y")
    season_margin: float = Field(0.6, gt=0, description="margin of a one-season sale over unit cost")
    season_salvage: float = Field(
        0.7, ge=0, lt=1, description="value of a unit left over after the season over unit cost"
    )
    simulated_periods: int = Field(2000, ge=200, le=100_000, description="periods of the simulated check")

    @field_validator("abc_cuts", "xyz_cuts")
    @classmethod
    def _ascending(cls, value: list[float], info: ValidationInfo) -> list[float]:
        high = 1.0 if info.field_name == "abc_cuts" else float("inf")
        if any(b <= a for a, b in pairwise(value)) or value[0] <= 0 or value[-1] >= high:
            raise ValueError(t("numbers that ascend, between 0 and {high}", high=f"{high:g}"))
        return value


@dataclass(frozen=True, kw_only=True)
class StockLayout:
    """Which column plays which part; None where the data have none."""

    item: str
    demand_mean: str
    demand_sd: str
    lead_time: str
    unit_cost: str
    lead_time_sd: str | None = None
    order_cost: str | None = None
    order_quantity: str | None = None

    @property
    def names(self) -> dict[str, str]:
        """Column of each part that there is, the item left out."""
        parts = ("demand_mean", "demand_sd", "lead_time", "unit_cost", "lead_time_sd", "order_cost", "order_quantity")
        return {part: getattr(self, part) for part in parts if getattr(self, part)}


def layout(parameters: InventoryParameters, columns: Sequence[str]) -> StockLayout:
    """Return which column plays which part, for the columns that there are."""
    p, there = parameters, set(columns)
    return StockLayout(
        item=p.item,
        demand_mean=p.demand_mean,
        demand_sd=p.demand_sd,
        lead_time=p.lead_time,
        unit_cost=p.unit_cost,
        lead_time_sd=p.lead_time_sd if p.lead_time_sd in there else None,
        order_cost=p.order_cost if p.order_cost in there else None,
        order_quantity=p.order_quantity if p.order_quantity in there else None,
    )


def contract(parameters: InventoryParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads."""
    p = parameters
    above, zero = {"low": 1e-9, "missing": False}, {"low": 0.0, "missing": False}
    needed = [
        Column(name=p.item, kind="text", meaning=mark("item number"), unique=True, missing=False),
        Column(name=p.demand_mean, kind="number", meaning=mark("mean demand per period"), **above),  # type: ignore[arg-type]
        Column(name=p.demand_sd, kind="number", meaning=mark("standard deviation of demand per period"), **zero),  # type: ignore[arg-type]
        Column(name=p.lead_time, kind="number", meaning=mark("lead time in periods"), **zero),  # type: ignore[arg-type]
        Column(name=p.unit_cost, kind="number", meaning=mark("purchase price of a unit"), **above),  # type: ignore[arg-type]
    ]
    optional = (
        ("lead_time_sd", p.lead_time_sd, mark("standard deviation of the lead time"), zero),
        ("order_cost", p.order_cost, mark("cost of an order"), above),
        ("order_quantity", p.order_quantity, mark("lot ordered now"), above),
    )
    needed += [
        Column(name=name, kind="number", meaning=meaning, required=False, parameter=parameter, **bounds)  # type: ignore[arg-type]
        for parameter, name, meaning, bounds in optional
        if name
    ]
    return Contract(tuple(needed), min_rows=2)


STUDY = Study(
    name="inventory_policies",
    module="supply_chain",
    title="Inventory policies: how much to order, when, and how much to keep?",
    question="Which lot sizes, reorder points and safety stocks meet the service we promise at the least cost?",
    minutes=60,
    level="introductory",
    parameters=InventoryParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="n_items", kind="scalar", title="Items", unit="items", key=True, digits=0),
        PublishedResult(
            name="cost_per_year",
            kind="scalar",
            title="Ordering and holding cost of the policy",
            unit="currency/year",
            key=True,
            digits=0,
        ),
        PublishedResult(
            name="cost_now",
            kind="scalar",
            title="Ordering and holding cost of the present lots",
            unit="currency/year",
            digits=0,
        ),
        PublishedResult(
            name="saving", kind="scalar", title="Saving of economic lots", unit="currency/year", key=True, digits=0
        ),
        PublishedResult(name="cycle_stock_value", kind="scalar", title="Cycle stock", unit="currency", digits=0),
        PublishedResult(
            name="safety_stock_value", kind="scalar", title="Safety stock", unit="currency", key=True, digits=0
        ),
        PublishedResult(name="fill_rate", kind="scalar", title="Share of demand met at once, by value"),
        PublishedResult(
            name="exchange_saving",
            kind="scalar",
            title="Safety stock saved by spreading it by value",
            unit="currency",
            digits=0,
        ),
        PublishedResult(name="season_level", kind="scalar", title="Units for a single season", unit="units", digits=0),
        PublishedResult(name="policies", kind="table", title="Policy of every item"),
        PublishedResult(name="classes", kind="table", title="Classes of value and variation"),
        PublishedResult(name="comparison", kind="table", title="Policies for one item"),
        PublishedResult(name="exchange", kind="table", title="Safety stock against service"),
    ),
    methods=(
        mark("economic order quantity"),
        mark("newsvendor"),
        mark("(r, Q) and (s, S) policies"),
        mark("safety stock"),
        mark("ABC-XYZ classes"),
    ),
)
