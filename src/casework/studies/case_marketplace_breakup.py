"""The case of a marketplace and a brand that fall out over their agreement: parameters, tables, published results."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from casework.core.messages import mark
from casework.studies.base import PublishedResult, Study
from casework.studies.cases import CaseParameters

ContractName = Literal["buyback", "revenue_sharing", "quantity_flexibility"]
LossShape = Literal["pert", "triangular", "lognormal"]
EDITIONS_A_YEAR = 26
TABLES = {  # name of each table, and its caption
    "weekly_sales": mark("What customers asked for and got, by edition, week and region [units]."),
    "editions": mark("Editions: units ordered before the launch, sold, and left over."),
    "prices": mark("Prices and costs of both sides [currency/unit]."),
    "clauses": mark("The clauses on credits, and what each side reads into them [currency for each unit]."),
    "settlements": mark("Credits of the last year in the books of both sides [currency]."),
    "alternatives": mark("What each side could do without the other [currency/edition]."),
    "risks": mark("The risk register of the account: impact, probability, and loss if it happens [currency]."),
    "scale": mark("What the levels of probability mean."),
    "steps": mark("Ways to settle a dispute: costs [currency], months, and what is left of the relationship."),
    "precedents": mark(
        "Earlier disputes of other firms: whether the step ended them, and with which part of the claim."
    ),
    "offers": mark("Offers so far [currency]."),
}
ALTERNATIVES = (
    mark("offer the new contract"),
    mark("take the offer and go on as before"),
    mark("leave and settle the claim"),
)
CONTRACTS = ("buyback", "revenue_sharing", "quantity_flexibility")
COLUMNS = (
    mark("gap"), mark("share of gap"), mark("book"), mark("marketplace profit"), mark("supplier profit"),
    mark("chain profit"), mark("books of the marketplace"), mark("books of the supplier"), mark("money"),
    mark("alternative"), mark("claim value"), mark("business value"), mark("total"), mark("retailer floor"),
    mark("now"), mark("elsewhere"), mark("with the contract"), mark("quantity"), mark("truth"), mark("found"),
    mark("agrees"), mark("question"), mark("answer"), mark("tolerance"), mark("points"), mark("break even"),
    mark("distance"), mark("gain"), mark("kind"), mark("cause"), mark("lost margin"), mark("unmet demand"),
    mark("unsold stock"), mark("severity"), mark("credits from the brand"), mark("yes"), mark("no"),
)  # fmt: skip
FOUND = (
    mark("mean demand of an edition"),
    mark("spread of demand"),
    mark("main clause"),
    mark("efficiency of the orders"),
    mark("best order"),
    mark("contract keeps both"),
    mark("top risk"),
    mark("expected loss of the register"),
    mark("best path"),
)

KEY = (
    mark("credits in dispute"),
    mark("standard deviation of demand"),
    mark("best order of the chain"),
    mark("gain of a contract an edition"),
    mark("value of the best path"),
    mark("within 1%"),
    mark("within 5%"),
    mark("within 15%"),
    mark("within 3 points"),
)


class MarketplaceParameters(CaseParameters):
    """Parameters of the marketplace's case."""

    company: str = Field("Larkspur Market", description="name of the company in the story", min_length=1, max_length=80)
    contract: ContractName = Field(
        "revenue_sharing", description="contract to offer: buyback, revenue_sharing, quantity_flexibility"
    )
    gain_share: float = Field(0.5, ge=0, le=1, description="part of the contract's gain that stays with the company")
    years: float = Field(
        3.0, ge=0, le=20, json_schema_extra={"unit": mark("years")}, description="time for which the business counts"
    )
    rate: float = Field(
        0.08, ge=0, le=0.5, json_schema_extra={"unit": mark("1/year")}, description="yearly rate of interest"
    )
    correlation: float = Field(0.2, ge=0, le=0.9, description="correlation of what drives the risks")
    loss_shape: LossShape = Field("pert", description="distribution of a loss: pert, triangular, lognormal")
    swing: float = Field(0.2, gt=0, le=0.9, description="part by which inputs are changed in the sensitivity")


STUDY = Study(
    name="case_marketplace_breakup",
    module="cases",
    title="Case: two readings of one agreement",
    question="An agreement is unclear, its split is felt to be unfair, and a brand wants to leave: could a contract "
    "have saved the business, and what should be done now?",
    minutes=150,
    level="intermediate",
    parameters=MarketplaceParameters,
    contract=None,
    results=(
        PublishedResult(name="weekly_sales", kind="table", title="Weekly sales"),
        PublishedResult(name="editions", kind="table", title="Editions"),
        PublishedResult(name="prices", kind="table", title="Prices and costs"),
        PublishedResult(name="clauses", kind="table", title="Clauses and their readings"),
        PublishedResult(name="settlements", kind="table", title="Credits in both books"),
        PublishedResult(name="alternatives", kind="table", title="What each side could do without the other"),
        PublishedResult(name="risks", kind="table", title="Risk register"),
        PublishedResult(name="scale", kind="table", title="Levels of probability"),
        PublishedResult(name="steps", kind="table", title="Ways to settle a dispute"),
        PublishedResult(name="precedents", kind="table", title="Earlier disputes"),
        PublishedResult(name="offers", kind="table", title="Offers so far"),
        PublishedResult(name="demand_mean", kind="scalar", title="Mean demand of an edition", unit="units", digits=0,
                        answers=True),
        PublishedResult(name="demand_sd", kind="scalar", title="Standard deviation of demand", unit="units", digits=0,
                        answers=True),
        PublishedResult(name="claim", kind="scalar", title="Credits in dispute", unit="currency", key=True, digits=0,
                        answers=True),
        PublishedResult(name="main_clause", kind="text", title="Clause with the largest part of the dispute", key=True,
                        answers=True),
        PublishedResult(name="gaps", kind="table", title="Dispute by clause", answers=True),
        PublishedResult(name="profits", kind="table", title="Profits as each side counts", answers=True),
        PublishedResult(name="efficiency", kind="scalar", title="Efficiency of the orders as they are", key=True,
                        digits=3, answers=True),
        PublishedResult(name="contract_saves", kind="text", title="A contract keeps both sides", key=True,
                        answers=True),
        PublishedResult(name="contract_gain", kind="scalar", title="Gain of a contract above what both have otherwise",
                        unit="currency/edition", digits=0, answers=True),
        PublishedResult(name="contract_range", kind="table", title="Terms that neither side refuses", answers=True),
        PublishedResult(name="exposure_mean", kind="scalar", title="Expected loss of the account", unit="currency",
                        digits=0, answers=True),
        PublishedResult(name="exposure_shortfall", kind="scalar", title="Expected shortfall beyond 95%",
                        unit="currency", digits=0, answers=True),
        PublishedResult(name="top_risk", kind="text", title="Risk that makes most of the worst cases", answers=True),
        PublishedResult(name="classes", kind="table", title="Risks and their classes", answers=True),
        PublishedResult(name="exposure", kind="table", title="Loss of the account by level", answers=True),
        PublishedResult(name="best_path", kind="text", title="Best path of the dispute", key=True, answers=True),
        PublishedResult(name="paths", kind="table", title="Paths of the dispute", answers=True),
        PublishedResult(name="decision", kind="text", title="Decision", key=True, answers=True),
        PublishedResult(name="alternatives_value", kind="table", title="Value of the alternatives", answers=True),
        PublishedResult(name="sensitivity", kind="table", title="What would turn the contract around", answers=True),
        PublishedResult(name="turning_points", kind="table", title="Chances at which the best path changes",
                        answers=True),
        PublishedResult(name="debrief", kind="table", title="Truth and what was found", answers=True),
        PublishedResult(name="answer_key", kind="table", title="Answer key", answers=True),
    ),
    methods=(
        mark("supply contracts"),
        mark("bargaining range"),
        mark("risk matrix"),
        mark("Monte Carlo exposure"),
        mark("decision tree of a dispute"),
    ),
)  # fmt: skip
