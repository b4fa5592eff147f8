"""The case of a car maker whose line a supplier's bad parts have stopped: parameters, tables, published results."""

from __future__ import annotations

from pydantic import Field

from casework.core.messages import mark
from casework.studies.base import PublishedResult, Study
from casework.studies.cases import CaseParameters

TABLES = {  # name of each table, and its caption
    "parts": mark("Parts of the module: supplier, price, storage [currency/unit/year], limits [micrometre]."),
    "deliveries": mark("Deliveries: units, and what was counted on a sample after the lot had gone to the line."),
    "measurements": mark("The critical dimension [micrometre off the nominal], as we and the supplier measured it."),
    "line_days": mark("Days of the line [cars] and of the store [sets]."),
    "stoppages": mark("Stops of the line as they were booked [minutes, cars]."),
    "expenses": mark("Money spent out of turn [currency]."),
    "interruptions": mark("Interruptions of supply in the eight years before [calendar days]."),
    "quotations": mark("Offers of a second source: premium, tools, audits [currency], ramp [days], interruptions."),
}
FACTORS = {  # column of the measurements, and the cause that it stands for
    "strokes": mark("tool wear"),
    "batch": mark("material batch"),
    "shift": mark("work shift"),
    "gauge": mark("measurement"),
    "tool": mark("machine"),
}
STROKES = (mark("few strokes"), mark("more strokes"), mark("most strokes"))
BEFORE = mark("before the change")
WAYS = (
    mark("all stops, every car at full margin"),
    mark("booked as material missing, every car at full margin"),
    mark("waiting for the module, every car at full margin"),
    mark("waiting for the module, cars made up and money spent counted"),
)
LEVERS = {
    "rate": mark("interruptions a year"),
    "length": mark("days of an interruption"),
    "stop": mark("cost of a stopped day"),
    "premium": mark("price of the second source"),
    "upkeep": mark("tools and audits"),
    "stock": mark("cost of keeping stock"),
    "second": mark("interruptions of the second source"),
}
FOUND = (
    mark("supplier at fault"),
    mark("first bad day"),
    mark("cause"),
    mark("level at fault"),
    mark("share of critical parts after the change"),
    mark("cars not built"),
    mark("best way to source"),
)
WORDS = (
    mark("sorting"), mark("express freight"), mark("rework"), mark("quantity"), mark("found"), mark("truth"),
    mark("way of counting"), mark("cars"), mark("plan"), mark("chance that a bad lot passes"), mark("gauge"),
    mark("mean difference"), mark("lots until caught"), mark("all tools"), mark("inspected"),
)  # fmt: skip
ACCEPTABLE = 0.0002  # share of critical parts that a lot may have, for the plan


class AutomakerParameters(CaseParameters):
    """Parameters of the car maker's case."""

    company: str = Field("Corvane Motors", description="name of the company in the story", min_length=1, max_length=80)
    margin_per_car: float = Field(
        2400.0, ge=100, le=50_000, json_schema_extra={"unit": mark("currency/car")},
        description="contribution lost with a car that is never built",
    )  # fmt: skip
    overtime_per_car: float = Field(
        350.0, ge=0, le=20_000, json_schema_extra={"unit": mark("currency/car")},
        description="extra cost of a car that is made up later",
    )  # fmt: skip
    capital_cost: float = Field(
        0.10, ge=0, le=1, json_schema_extra={"unit": mark("1/year")}, description="yearly cost of money in stock"
    )
    reserve_days: float = Field(
        5.0, ge=0.5, le=60, json_schema_extra={"unit": mark("days")}, description="reserve of good parts looked at"
    )
    second_share: float = Field(0.3, ge=0.05, le=0.5, description="part of the need from a second source")
    tooling_years: float = Field(
        4.0, ge=1, le=15, json_schema_extra={"unit": mark("years")}, description="years over which tools are paid off"
    )
    inspection_cost: float = Field(
        6.0, ge=0, le=1000, json_schema_extra={"unit": mark("currency/unit")}, description="cost of inspecting a part"
    )
    consumer_risk: float = Field(
        0.10, ge=0.01, le=0.5, description="chance at most with which a bad lot may pass the inspection"
    )


STUDY = Study(
    name="case_automaker_stoppage",
    module="cases",
    title="Case: the line that stood still",
    question="A supplier's quality failure stops the line: what was the cause, what did it cost, and is a second "
    "source worth its money?",
    minutes=150,
    level="intermediate",
    parameters=AutomakerParameters,
    contract=None,
    results=(
        PublishedResult(name="parts", kind="table", title="Parts of the module"),
        PublishedResult(name="deliveries", kind="table", title="Deliveries"),
        PublishedResult(name="measurements", kind="table", title="Measurements"),
        PublishedResult(name="line_days", kind="table", title="Days of the line"),
        PublishedResult(name="stoppages", kind="table", title="Stops of the line"),
        PublishedResult(name="expenses", kind="table", title="Expenses"),
        PublishedResult(name="interruptions", kind="table", title="Interruptions of supply"),
        PublishedResult(name="quotations", kind="table", title="Offers of a second source"),
        PublishedResult(name="suspect", kind="text", title="Supplier at fault", key=True, answers=True),
        PublishedResult(name="points", kind="table", title="Points by supplier", answers=True),
        PublishedResult(name="began", kind="text", title="First bad day", key=True, answers=True),
        PublishedResult(name="days_unnoticed", kind="scalar", title="Working days from the change to the stop",
                        unit="days", digits=0, answers=True),
        PublishedResult(name="days_warned", kind="scalar", title="Working days from the first CUSUM signal to the stop",
                        unit="days", digits=0, answers=True),
        PublishedResult(name="cause", kind="text", title="Cause", key=True, answers=True),
        PublishedResult(name="variation", kind="table", title="Sources of variation", answers=True),
        PublishedResult(name="capability", kind="table", title="Capability before and after", answers=True),
        PublishedResult(name="critical_share", kind="scalar", title="Share of critical parts after the change",
                        digits=4, answers=True),
        PublishedResult(name="stoppage_total", kind="scalar", title="Cost of the stoppage", unit="currency", key=True,
                        digits=0, answers=True),
        PublishedResult(name="cost_per_day", kind="scalar", title="Cost of a day without output", unit="currency/day",
                        digits=0, answers=True),
        PublishedResult(name="cost", kind="table", title="Cost of the stoppage by component", answers=True),
        PublishedResult(name="reserve_enough", kind="scalar", title="Reserve that would have been enough", unit="days",
                        digits=1, answers=True),
        PublishedResult(name="reserve", kind="table", title="What a reserve would have saved", answers=True),
        PublishedResult(name="best_reserve", kind="scalar", title="Textbook reserve for a single source", unit="days",
                        digits=0, answers=True),
        PublishedResult(name="plan_n", kind="scalar", title="Units to inspect of each lot", unit="units", digits=0,
                        answers=True),
        PublishedResult(name="plan_c", kind="scalar", title="Acceptance number", digits=0, answers=True),
        PublishedResult(name="decision", kind="text", title="Best way to source", key=True, answers=True),
        PublishedResult(name="advantage", kind="scalar", title="Advantage over the next best way",
                        unit="currency/year", key=True, digits=0, answers=True),
        PublishedResult(name="sourcing", kind="table", title="Ways to source", answers=True),
        PublishedResult(name="sensitivity", kind="table", title="What would turn the decision around", answers=True),
        PublishedResult(name="debrief", kind="table", title="Truth and what was found", answers=True),
        PublishedResult(name="answer_key", kind="table", title="Answer key", answers=True),
    ),
    methods=(
        mark("nonconformity points"),
        mark("change point and CUSUM"),
        mark("sources of variation"),
        mark("process capability"),
        mark("acceptance sampling"),
        mark("sourcing under disruption"),
    ),
)  # fmt: skip
