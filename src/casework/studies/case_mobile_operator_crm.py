"""The case of a mobile operator whose subscribers leave: parameters, tables, published results."""

from __future__ import annotations

from pydantic import Field

from casework.core.messages import mark
from casework.studies.base import PublishedResult, Study
from casework.studies.cases import CaseParameters

TODAY = "2025-12-31"  # the day on which the story is told
HALF_YEAR, SLOW = 184, 14  # days: of a half-year; after which an answer is slow
ATTRIBUTES = ("tariff", "region", "age_band")
SIGNS = ("slow_answer", "bonus_end")  # that a subscriber may leave, made from contacts and dates
QUESTIONS = {
    mark("network"): ("reception", "data_speed"),
    mark("service"): ("hotline_reachable", "problem_solved"),
    mark("price"): ("value_for_money", "bill_clear"),
}
TABLES = {  # name of each table, and its caption
    "subscribers": mark("Numbers in the ledger: holder, birthday, tariff, end of the welcome bonus, why and where to "
                        "they left."),
    "top_ups": mark("Top-ups of the prepaid accounts [EUR]."),
    "contacts": mark("Complaints since the end of 2024, and when they were solved; empty: not yet."),
    "survey": mark("Satisfaction survey of a sample in June 2025; 1 is worst, 10 is best."),
    "campaign": mark("Trial of two offers in July 2025; the control group got none. Stayed: still here at the end of "
                     "the year."),
}  # fmt: skip
LEVERS = {
    "value": mark("value of a subscriber who stays"),
    "risk": mark("risk of leaving"),
    "held": mark("share of would-be leavers held"),
    "capacity": mark("share of the subscribers who can be contacted"),
    "message_cost": mark("cost of a message"),
    "bonus_cost": mark("cost of the data bonus"),
    "call_cost": mark("cost of a service call"),
}
FOUND = (
    mark("persons behind the numbers"),
    mark("attribute of the most valuable"),
    mark("most valuable group"),
    mark("what makes leave"),
    mark("stated reason"),
    mark("where most go"),
    mark("dimension that moves satisfaction"),
    mark("attribute on which the offers depend"),
    mark("offers that pay for a whole group"),
    mark("best rule"),
)
GROUPS = (
    mark("tariff"), mark("region"), mark("age band"), mark("north"),
    mark("south"), mark("west"), mark("control"), mark("data bonus"), mark("service call"), mark("slow answer"),
    mark("bonus end"), mark("bonus ends"), mark("handset"), mark("not said"), mark("touched"), mark("others"),
    mark("reception"), mark("data speed"), mark("hotline reachable"),
    mark("problem solved"), mark("value for money"), mark("bill clear"), mark("network"), mark("bill"),
)  # fmt: skip
WORDS = (
    mark("candidate"), mark("mean top-up"), mark("yearly spend"), mark("reason"), mark("leavers"), mark("went to"),
    mark("lever"), mark("times"), mark("best rule"), mark("profit"), mark("offers"), mark("quantity"), mark("found"),
    mark("truth"), mark("question"), mark("answer"), mark("tolerance"), mark("points"), mark("dimension"),
    mark("difference"), mark("value group"), mark("same offers"), mark("index"),
)  # fmt: skip


class OperatorParameters(CaseParameters):
    """Parameters of the mobile operator's case."""

    company: str = Field("Lumarina Mobile", description="name of the company in the story", min_length=1, max_length=80)
    margin: float = Field(0.5, ge=0.05, le=0.95, description="part of a top-up that is left after its costs")
    horizon_months: int = Field(
        12, ge=3, le=60, json_schema_extra={"unit": mark("months")},
        description="how long a subscriber who is held counts",
    )  # fmt: skip
    capacity: float = Field(0.3, ge=0.02, le=1, description="share of the subscribers who can be contacted")
    message_cost: float = Field(
        2.0, ge=0, le=200, json_schema_extra={"unit": mark("EUR")}, description="cost of a message with the data bonus"
    )
    bonus_cost: float = Field(
        9.0, ge=0, le=500, json_schema_extra={"unit": mark("EUR")},
        description="data bonus of everybody who got the message and stays",
    )  # fmt: skip
    call_cost: float = Field(
        9.0, ge=0, le=500, json_schema_extra={"unit": mark("EUR")}, description="cost of a service call"
    )
    confidence: float = Field(0.95, ge=0.5, le=0.999, description="confidence of the intervals")


STUDY = Study(
    name="case_mobile_operator_crm",
    module="cases",
    title="Case: the subscribers who leave",
    question="Subscribers of a mobile operator leave: who are they, why do they go, and whom should it call with which "
    "offer?",
    minutes=150,
    level="intermediate",
    parameters=OperatorParameters,
    contract=None,
    results=(
        PublishedResult(name="subscribers", kind="table", title="Subscribers"),
        PublishedResult(name="top_ups", kind="table", title="Top-ups"),
        PublishedResult(name="contacts", kind="table", title="Contacts"),
        PublishedResult(name="survey", kind="table", title="Survey"),
        PublishedResult(name="campaign", kind="table", title="Campaign"),
        PublishedResult(name="persons", kind="scalar", title="Persons", digits=0, answers=True),
        PublishedResult(name="top_fifth", kind="scalar", title="Share of the revenue of the best fifth", answers=True),
        PublishedResult(name="gini", kind="scalar", title="Gini coefficient of the revenue", answers=True),
        PublishedResult(name="rfm", kind="table", title="RFM segments", answers=True),
        PublishedResult(name="value_groups", kind="table", title="Yearly spend by group", answers=True),
        PublishedResult(name="valuable", kind="text", title="Most valuable group", answers=True),
        PublishedResult(name="suspects", kind="table", title="What goes with leaving", answers=True),
        PublishedResult(name="driver", kind="text", title="What makes leave", key=True, answers=True),
        PublishedResult(name="reasons", kind="table", title="Stated reasons", answers=True),
        PublishedResult(name="churn_rate", kind="scalar", title="Share who leave in half a year", key=True,
                        answers=True),
        PublishedResult(name="churn_model", kind="table", title="Churn model", answers=True),
        PublishedResult(name="auc", kind="scalar", title="AUC of the churn model, held out", answers=True),
        PublishedResult(name="index", kind="scalar", title="Satisfaction index", unit="points", digits=1,
                        answers=True),
        PublishedResult(name="satisfaction", kind="table", title="Satisfaction of those touched and of the others",
                        answers=True),
        PublishedResult(name="satisfaction_odds", kind="scalar", title="Odds of leaving by ten points of satisfaction",
                        answers=True),
        PublishedResult(name="moderators", kind="table", title="On what the offers depend", answers=True),
        PublishedResult(name="uplift", kind="table", title="Uplift by offer and group", answers=True),
        PublishedResult(name="qini", kind="scalar", title="Qini coefficient of the risk", answers=True),
        PublishedResult(name="rules", kind="table", title="Rules for whom to contact", answers=True),
        PublishedResult(name="best_rule", kind="text", title="Best rule", key=True, answers=True),
        PublishedResult(name="profit", kind="scalar", title="Expected profit of the best rule", unit="EUR", key=True,
                        digits=0, answers=True),
        PublishedResult(name="offers", kind="table", title="Offers by group, and where they turn", answers=True),
        PublishedResult(name="sensitivity", kind="table", title="What would turn the decision around", answers=True),
        PublishedResult(name="debrief", kind="table", title="Truth and what was found", answers=True),
        PublishedResult(name="answer_key", kind="table", title="Answer key", answers=True),
    ),
    methods=(
        mark("RFM segments"),
        mark("BG/NBD and Gamma-Gamma"),
        mark("Kaplan-Meier and log-rank"),
        mark("churn model"),
        mark("uplift with a control group"),
        mark("targeting by expected profit"),
    ),
)  # fmt: skip
