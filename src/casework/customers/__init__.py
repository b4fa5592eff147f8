"""Customers: summary of purchases, RFM segments, Pareto classes, survival and churn."""

from casework.customers.churn import ChurnResult, LiftResult, churn_model, lift_table
from casework.customers.pareto import ParetoResult, pareto
from casework.customers.rfm import SEGMENTS, RfmResult, rfm_scores
from casework.customers.summary import SummaryResult, customer_summary
from casework.customers.survival import SurvivalResult, kaplan_meier

__all__ = [
    "SEGMENTS",
    "ChurnResult",
    "LiftResult",
    "ParetoResult",
    "RfmResult",
    "SummaryResult",
    "SurvivalResult",
    "churn_model",
    "customer_summary",
    "kaplan_meier",
    "lift_table",
    "pareto",
    "rfm_scores",
]
