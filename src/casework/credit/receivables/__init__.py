"""Receivables: the ledger, ageing, roll rates, days sales outstanding, warning rules and their back-test."""

from casework.credit.receivables.ageing import (
    AgeingHistory,
    AgeingResult,
    ageing,
    ageing_history,
    bucket_names,
    check_edges,
    place_days,
)
from casework.credit.receivables.backtest import (
    BacktestResult,
    Stakes,
    ThresholdCurve,
    backtest,
    explore_threshold,
    threshold_curve,
)
from casework.credit.receivables.defaults import Defaults, find_defaults
from casework.credit.receivables.kpi import (
    KpiResult,
    average_days_delinquent,
    bad_debt_rate,
    best_possible_dso,
    collection_effectiveness,
    countback_dso,
    days_sales_outstanding,
    receivable_kpis,
)
from casework.credit.receivables.ledger import Ledger, LeftOut, month_ends, read_ledger
from casework.credit.receivables.measures import MEASURE_WORDS, Measures, customer_measures
from casework.credit.receivables.rolls import RollResult, net_flow_rates, roll_rates
from casework.credit.receivables.rules import RESPONSE_WORDS, USUAL_RULES, Rule, read_rules, rules_frame
from casework.credit.receivables.signals import SignalsResult, warn_customers

__all__ = [
    "MEASURE_WORDS",
    "RESPONSE_WORDS",
    "USUAL_RULES",
    "AgeingHistory",
    "AgeingResult",
    "BacktestResult",
    "Defaults",
    "KpiResult",
    "Ledger",
    "LeftOut",
    "Measures",
    "RollResult",
    "Rule",
    "SignalsResult",
    "Stakes",
    "ThresholdCurve",
    "ageing",
    "ageing_history",
    "average_days_delinquent",
    "backtest",
    "bad_debt_rate",
    "best_possible_dso",
    "bucket_names",
    "check_edges",
    "collection_effectiveness",
    "countback_dso",
    "customer_measures",
    "days_sales_outstanding",
    "explore_threshold",
    "find_defaults",
    "month_ends",
    "net_flow_rates",
    "place_days",
    "read_ledger",
    "read_rules",
    "receivable_kpis",
    "roll_rates",
    "rules_frame",
    "threshold_curve",
    "warn_customers",
]
