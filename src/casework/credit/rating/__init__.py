"""Rating of customers: Altman's scores, indicators, weights, grades, overrides, limits, reviews, migration."""

from casework.credit.rating.altman import FORMULAS, AltmanFormula, AltmanResult, altman_scores
from casework.credit.rating.chains import DefaultCurve, default_curve, normalise_rows, transition_power
from casework.credit.rating.cohort import MigrationResult, migration, migration_pairs
from casework.credit.rating.columns import GRADES, one_row_each
from casework.credit.rating.discrimination import DefaultRates, default_rates, rates_by_period, somers_d
from casework.credit.rating.duration import DurationResult, duration_matrix, histories_from_ratings
from casework.credit.rating.grading import (
    RatingResult,
    compare_weightings,
    dimension_weights,
    explore_rating,
    rate_customers,
)
from casework.credit.rating.indicators import Indicator, IndicatorScores, parse_indicators, score_indicators
from casework.credit.rating.limits import LimitResult, LimitRule, credit_limits, purchases_rule, standard_rules
from casework.credit.rating.overrides import OverrideResult, apply_overrides
from casework.credit.rating.review import REVIEW_MONTHS, ReviewResult, review_calendar

__all__ = [
    "FORMULAS",
    "GRADES",
    "REVIEW_MONTHS",
    "AltmanFormula",
    "AltmanResult",
    "DefaultCurve",
    "DefaultRates",
    "DurationResult",
    "Indicator",
    "IndicatorScores",
    "LimitResult",
    "LimitRule",
    "MigrationResult",
    "OverrideResult",
    "RatingResult",
    "ReviewResult",
    "altman_scores",
    "apply_overrides",
    "compare_weightings",
    "credit_limits",
    "default_curve",
    "default_rates",
    "dimension_weights",
    "duration_matrix",
    "explore_rating",
    "histories_from_ratings",
    "migration",
    "migration_pairs",
    "normalise_rows",
    "one_row_each",
    "parse_indicators",
    "purchases_rule",
    "rate_customers",
    "rates_by_period",
    "review_calendar",
    "score_indicators",
    "somers_d",
    "standard_rules",
    "transition_power",
]
