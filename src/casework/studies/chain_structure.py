"""The study of the structure of a chain: parameters, contract of the data, published results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, field_validator

from casework.core.messages import mark, t
from casework.datasets.contract import Column, ColumnKind, Contract
from casework.studies.base import PublishedResult, Study, StudyParameters

Balance = Literal["average", "ending"]
MONTH = "month"
ANSWERS = {
    "scope": 2.0,
    "information": 1.5,
    "planning": 2.0,
    "inventory": 2.0,
    "measures": 1.5,
    "partnership": 2.0,
    "response": 2.0,
    "improvement": 1.0,
}
UNITS = {"cost": mark("currency/unit"), "price": mark("currency/unit")}
UNITS |= dict.fromkeys(("lead_time", "tolerance", "days"), mark("days"))
UNITS |= {"quantity": mark("units")}
UNITS |= dict.fromkeys(
    ("sales", "cost_of_sales", "purchases", "inventory", "receivables", "payables"), mark("currency")
)
NUMBERS = frozenset(UNITS)
MEANINGS: dict[str, str] = {
    "table": mark("kind of row: stage, product, process, order, shipment or ledger; process where it is empty"),
    "stage": mark("stage that does the process; in rows of stages its name, from the source to the customer"),
    "role": mark("role of the stage: supplier, manufacturer, distributor, retailer or customer"),
    "cost": mark("cost of the stage's own work on a unit"),
    "price": mark("price that the stage asks for a unit; in the customer's row what a unit is worth to the customer"),
    "process": mark("name of the process"),
    "partner": mark("stage that the process deals with"),
    "flow": mark("what the process moves: product, information or funds; product where it is empty"),
    "lead_time": mark("time that the process takes"),
    "after": mark("processes that must be done before, separated by semicolons"),
    "product": mark("products that the process belongs to, separated by semicolons; all where it is empty"),
    "tolerance": mark("time that customers of the product wait"),
    "trigger": mark("what starts the process today: order or forecast"),
    "cycle": mark("cycle, set by hand"),
    "macro": mark("macro process, set by hand"),
    "order": mark("number of the order"),
    "line": mark("number of the line in its order"),
    "item": mark("what was ordered or shipped"),
    "quantity": mark("units ordered or shipped"),
    "ordered": mark("date of the order"),
    "promised": mark("date that was promised"),
    "delivered": mark("date of the delivery, empty while under way"),
    "damaged": mark("whether the delivery was damaged: yes or no"),
    "wrong_documents": mark("whether the delivery had wrong documents: yes or no"),
    "firm": mark("firm whose books these are"),
    "period": mark("period of the books"),
    "days": mark("length of the period"),
    "sales": mark("sales of the period"),
    "cost_of_sales": mark("cost of sales of the period"),
    "purchases": mark("purchases of the period"),
    "inventory": mark("inventory at the end of the period"),
    "receivables": mark("receivables at the end of the period"),
    "payables": mark("payables at the end of the period"),
}
NEEDED = ("process", "stage", "lead_time")


class ChainParameters(StudyParameters):
    """Parameters of the study of the structure of a chain."""

    data: str = Field(
        "chain_desk_maker", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    stages: list[str] = Field(
        [], description="stages from the source to the customer, each as name:role; empty for those of the file"
    )
    usual_wait: float = Field(
        7.0, ge=0, json_schema_extra={"unit": mark("days")}, description="how long customers wait where no row says so"
    )
    waits: dict[str, float] = Field(
        {}, description="days that customers of a product wait, in place of those of the file"
    )
    answers: dict[str, float] = Field(
        ANSWERS, description="answers to the rubric of development, from 1 (traditional) to 3 (synchronized)"
    )
    value: float = Field(
        0.0,
        ge=0,
        json_schema_extra={"unit": mark("currency/unit")},
        description="what a unit is worth to the customer, 0 for the price of the customer's row",
    )
    market: float = Field(
        1000.0, gt=0, json_schema_extra={"unit": mark("units/period")}, description="demand if the product were free"
    )
    by: str = Field(MONTH, description="column of the orders to group their measures by, or month; empty for none")
    as_of: str = Field("", description="day on which the orders were taken, empty for the latest delivery")
    grace: float = Field(
        0.0, ge=0, le=3650, json_schema_extra={"unit": mark("days")}, description="days late that count as on time"
    )
    confidence: float = Field(0.95, gt=0, lt=1, description="confidence of the intervals of order measures")
    balance: Balance = Field("average", description="balances of the ledgers: average, ending")
    period_days: float = Field(
        365.0, gt=0, json_schema_extra={"unit": mark("days")}, description="length of a ledger period without its own"
    )

    @field_validator("waits")
    @classmethod
    def _days(cls, value: dict[str, float]) -> dict[str, float]:
        if any(not 0 <= x < float("inf") for x in value.values()):
            raise ValueError(t("days for each product, at least 0"))
        return value

    @field_validator("answers")
    @classmethod
    def _answers(cls, value: dict[str, float]) -> dict[str, float]:
        problems = [t("{name} is not a criterion", name=repr(name)) for name in value if name not in ANSWERS]
        problems += [t("no answer for {name}", name=repr(name)) for name in ANSWERS if name not in value]
        problems += [
            t("the answer for {name} lies outside 1 to 3", name=repr(name))
            for name, x in value.items()
            if not 1 <= x <= 3
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return value


@dataclass(frozen=True, kw_only=True)
class ChainLayout:
    """What to group the measures of orders by: a column, the month, or nothing."""

    by: str | None


def layout(parameters: ChainParameters, columns: Sequence[str]) -> ChainLayout:
    """Return the column to group by, where it is there."""
    return ChainLayout(by=parameters.by if parameters.by in {MONTH, *columns} else None)


def contract(parameters: ChainParameters, columns: Sequence[str]) -> Contract:
    """Return the columns that the study reads."""
    found = [_column(name) for name in MEANINGS]
    if parameters.by and parameters.by != MONTH and parameters.by not in MEANINGS:
        found.append(
            Column(name=parameters.by, kind="text", meaning=mark("group of the order"), required=False, parameter="by")
        )
    return Contract(tuple(found))


def _column(name: str) -> Column:
    kind: ColumnKind = "number" if name in NUMBERS else "text"
    return Column(
        name=name,
        kind=kind,
        meaning=MEANINGS[name],
        low=0 if kind == "number" else None,
        unit=UNITS.get(name, ""),
        required=name in NEEDED,
    )


STUDY = Study(
    name="chain_structure",
    module="supply_chain",
    title="The structure of a chain: cycles, push and pull, surplus, measures",
    question="How is our chain built, which of its steps can wait for an order, and how well does it serve and earn?",
    minutes=60,
    level="introductory",
    parameters=ChainParameters,
    contract=contract,
    layout=layout,
    results=(
        PublishedResult(name="processes", kind="scalar", title="Processes", digits=0),
        PublishedResult(name="classified", kind="table", title="Processes by cycle and macro process, with reasons"),
        PublishedResult(
            name="total_time", kind="scalar", title="Longest way to the customer", unit="days", digits=1, key=True
        ),
        PublishedResult(
            name="response_time", kind="scalar", title="Wait with stock at the boundary", unit="days", digits=1,
            key=True,
        ),
        PublishedResult(name="time_ratio", kind="scalar", title="Longest way over the wait that customers accept"),
        PublishedResult(name="pull_share", kind="scalar", title="Share of process steps that can wait for an order"),
        PublishedResult(name="strategy", kind="text", title="Strategy of the product with the longest way", key=True),
        PublishedResult(name="products", kind="table", title="Boundary by product"),
        PublishedResult(name="boundary", kind="table", title="Push and pull by process and product"),
        PublishedResult(name="development_score", kind="scalar", title="Development score, 1 to 3", key=True),
        PublishedResult(name="development_level", kind="text", title="Stage of development"),
        PublishedResult(name="development", kind="table", title="Development by criterion"),
        PublishedResult(name="surplus", kind="scalar", title="Surplus of a unit", unit="currency/unit", key=True),
        PublishedResult(name="surplus_split", kind="table", title="Surplus by stage"),
        PublishedResult(name="margin_efficiency", kind="scalar", title="Profit with separate prices over one price"),
        PublishedResult(name="perfect_orders", kind="scalar", title="Perfect orders", digits=3, key=True),
        PublishedResult(name="perfect_product", kind="scalar", title="Product of the four rates", digits=3),
        PublishedResult(name="unit_fill", kind="scalar", title="Unit fill rate", digits=3),
        PublishedResult(name="cycle_time", kind="scalar", title="Order cycle time", unit="days"),
        PublishedResult(name="order_measures", kind="table", title="Measures of orders"),
        PublishedResult(name="cash_to_cash", kind="scalar", title="Cash-to-cash cycle, last row of the ledgers",
                        unit="days", digits=1, key=True),
        PublishedResult(name="cash", kind="table", title="From cash to cash by firm and period"),
    ),
    methods=(
        mark("cycle view and macro processes by rules"),
        mark("decoupling boundary by the longest way"),
        mark("rubric of development"),
        mark("supply-chain surplus and double marginalisation"),
        mark("order fulfilment measures with intervals"),
        mark("cash-to-cash cycle"),
    ),
)  # fmt: skip
