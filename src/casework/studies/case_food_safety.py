"""The case of a food maker with contaminated raw material: parameters, tables, published results."""

from __future__ import annotations

from pydantic import Field

from casework.core.messages import mark
from casework.studies.base import PublishedResult, Study
from casework.studies.cases import CaseParameters

TABLES = {  # name of each table, and its caption
    "suppliers": mark("Suppliers: material, lots delivered, amount [kg]."),
    "raw_lots": mark(
        "Raw lots as received: amount [kg], samples of 25 g tested on arrival and how many were positive."
    ),
    "genealogy": mark("What went into what [kg]: raw lots into silos, silos into batches, batches into finished lots."),
    "finished_lots": mark("Finished lots: packs of 375 g made, eaten by now (estimate), still out there."),
    "shipments": mark("Shipments of finished lots to customers [packs]."),
    "tests": mark("Tests of retained packs after the alarm: each pack was tested whole, 15 portions of 25 g."),
    "complaints": mark("Complaints by reason."),
    "supplier_months": mark("Suppliers by month: nonconformities found, deliveries on time, documents, audit score."),
    "scorecard": mark("Weights of the company's supplier scorecard."),
}
SCENARIOS = (mark("baking kills"), mark("baking does not kill"))
SCOPES = (
    mark("no recall"),
    mark("positive lots"),
    mark("traced, not baked"),
    mark("traced"),
    mark("all of the supplier"),
    mark("everything"),
)
LOT_BY_LOT = mark("lot by lot")
LEAST = 0.02  # share of suspect material from which a lot counts as made of it: less is what silos kept
FAINT = 0.002  # share below which a lot is taken as clean when the usual reports are counted
PLANS = (0, 5, 15, 30, 60, 120, 240)  # samples of a raw lot
ZERO_AT = 0.10  # nonconformity points per unit that leave nothing of the quality rating
RULES = (
    mark("grade C or worse, once"),
    mark("grade C or worse, two months running"),
    mark("10 points below its own mean"),
)
FOUND = (
    mark("supplier"),
    mark("contaminated raw lots"),
    mark("what baking does"),
    mark("share of positive samples in them"),
    mark("contaminated finished lots"),
    mark("recall scope"),
    mark("reports per pack eaten of pure suspect material"),
    mark("samples of each raw lot"),
    mark("warning before the first contaminated delivery [months]"),
)
WORDS = (
    mark("tested positive"), mark("finished lots"), mark("packs"), mark("packs left"), mark("packs positive"),
    mark("packs tested"), mark("baked"), mark("made of suspect lots"), mark("best scope"), mark("finding"),
    mark("truth"), mark("episodes a year"), mark("cost of a test"), mark("rate of reports"), mark("low estimate"),
    mark("best estimate"), mark("high estimate"), mark("chance for a lot"), mark("samples in use"),
)  # fmt: skip
CURRENCY = mark("currency")


class FoodParameters(CaseParameters):
    """Parameters of the food maker's case."""

    company: str = Field("Marlow & Fenn Snacks", description="name of the company in the story", min_length=1,
                         max_length=80)  # fmt: skip
    pack_cost: float = Field(
        4.0, ge=0.01, le=1000, json_schema_extra={"unit": mark("currency/pack")},
        description="value, freight and destruction of a pack recalled",
    )  # fmt: skip
    recall_fixed_cost: float = Field(
        60_000.0,
        ge=0,
        le=1e8,
        json_schema_extra={"unit": CURRENCY},
        description="notices, staff, laboratory of a recall",
    )
    second_recall_cost: float = Field(
        200_000.0, ge=0, le=1e9, json_schema_extra={"unit": CURRENCY},
        description="cost of having to recall a second time",
    )  # fmt: skip
    illness_cost: float = Field(
        1500.0, ge=0, le=1e7, json_schema_extra={"unit": mark("currency/person")},
        description="cost of an illness: treatment, compensation, liability",
    )  # fmt: skip
    persons_per_report: float = Field(29.0, ge=1, le=1000, description="persons ill for each one that is reported")
    recovered: float = Field(
        0.7, ge=0.05, le=1, description="part of a recalled lot that comes back before it is eaten"
    )
    test_cost: float = Field(
        45.0, ge=0.1, le=10_000, json_schema_extra={"unit": mark("currency/test")},
        description="cost of drawing and testing one pool of samples",
    )  # fmt: skip
    episodes_per_year: float = Field(
        0.2, ge=0.001, le=12, json_schema_extra={"unit": mark("1/year")},
        description="how often a run of contaminated lots begins",
    )  # fmt: skip


STUDY = Study(
    name="case_food_safety",
    module="cases",
    title="Case: something in the snacks",
    question="Contamination in finished goods: which raw lots did it come from, what must be recalled, and what would "
    "have found it in time?",
    minutes=150,
    level="intermediate",
    parameters=FoodParameters,
    contract=None,
    results=(
        PublishedResult(name="suppliers", kind="table", title="Suppliers"),
        PublishedResult(name="raw_lots", kind="table", title="Raw lots"),
        PublishedResult(name="genealogy", kind="table", title="Genealogy of lots"),
        PublishedResult(name="finished_lots", kind="table", title="Finished lots"),
        PublishedResult(name="shipments", kind="table", title="Shipments"),
        PublishedResult(name="tests", kind="table", title="Tests of retained packs"),
        PublishedResult(name="complaints", kind="table", title="Complaints"),
        PublishedResult(name="supplier_months", kind="table", title="Suppliers by month"),
        PublishedResult(name="scorecard", kind="table", title="Scorecard"),
        PublishedResult(name="source", kind="text", title="Supplier of the source", key=True, answers=True),
        PublishedResult(name="source_lots", kind="text", title="Contaminated raw lots", key=True, answers=True),
        PublishedResult(name="source_probability", kind="scalar", title="Probability of these lots", digits=3,
                        answers=True),
        PublishedResult(name="explanations", kind="table", title="Explanations by probability", answers=True),
        PublishedResult(name="baking", kind="text", title="What baking does", key=True, answers=True),
        PublishedResult(name="affected", kind="table", title="Affected finished lots", answers=True),
        PublishedResult(name="customers", kind="table", title="Customers to call", answers=True),
        PublishedResult(name="prevalence", kind="scalar", title="Share of positive samples in the source", digits=4,
                        answers=True),
        PublishedResult(name="samples_needed", kind="scalar", title="Samples that find such a lot in 95 of 100",
                        digits=0, answers=True),
        PublishedResult(name="recall", kind="text", title="What to recall", key=True, answers=True),
        PublishedResult(name="recall_cost", kind="scalar", title="Expected cost of that recall", unit="currency",
                        digits=0, key=True, answers=True),
        PublishedResult(name="recalls", kind="table", title="Recall scopes", answers=True),
        PublishedResult(name="plan_samples", kind="scalar", title="Samples of each raw lot from now on", digits=0,
                        key=True, answers=True),
        PublishedResult(name="plans", kind="table", title="Sampling plans", answers=True),
        PublishedResult(name="lead_months", kind="scalar", title="Months between warning and first bad delivery",
                        digits=0, answers=True),
        PublishedResult(name="warnings", kind="table", title="Warning rules", answers=True),
        PublishedResult(name="turning_points", kind="table", title="What would turn the recall around", answers=True),
        PublishedResult(name="debrief", kind="table", title="Truth and what was found", answers=True),
        PublishedResult(name="answer_key", kind="table", title="Answer key", answers=True),
    ),
    methods=(
        mark("genealogy of lots"),
        mark("sources by likelihood"),
        mark("presence-absence sampling"),
        mark("expected cost of a recall"),
        mark("supplier grades"),
        mark("early warning"),
    ),
)  # fmt: skip
