"""Customers: summary of purchases, RFM segments, Pareto classes, lifetime value, survival and churn."""

from casework.customers.campaign import CampaignResult, retention_campaign
from casework.customers.churn import ChurnResult, LiftResult, churn_model, lift_table
from casework.customers.hazards import CoxResult, ProportionalityResult, cox, proportional_hazards
from casework.customers.lifetime import (
    BgNbdModel,
    BgNbdResult,
    ForecastResult,
    GammaGammaModel,
    GammaGammaResult,
    ValueResult,
    bg_nbd,
    check_forecast,
    gamma_gamma,
    lifetime_value,
)
from casework.customers.pareto import ParetoResult, pareto
from casework.customers.qini import UpliftCurveResult, uplift_curve
from casework.customers.rfm import SEGMENTS, RfmResult, rfm_scores
from casework.customers.summary import SummaryResult, customer_summary
from casework.customers.survival import SurvivalResult, kaplan_meier
from casework.customers.targeting import Offer, TargetingResult, targeting_rules
from casework.customers.uplift import UpliftResult, campaign_uplift, find_moderator

__all__ = [
    "SEGMENTS",
    "BgNbdModel",
    "BgNbdResult",
    "CampaignResult",
    "ChurnResult",
    "CoxResult",
    "ForecastResult",
    "GammaGammaModel",
    "GammaGammaResult",
    "LiftResult",
    "Offer",
    "ParetoResult",
    "ProportionalityResult",
    "RfmResult",
    "SummaryResult",
    "SurvivalResult",
    "TargetingResult",
    "UpliftCurveResult",
    "UpliftResult",
    "ValueResult",
    "bg_nbd",
    "campaign_uplift",
    "check_forecast",
    "churn_model",
    "cox",
    "customer_summary",
    "find_moderator",
    "gamma_gamma",
    "kaplan_meier",
    "lifetime_value",
    "lift_table",
    "pareto",
    "proportional_hazards",
    "retention_campaign",
    "rfm_scores",
    "targeting_rules",
    "uplift_curve",
]
