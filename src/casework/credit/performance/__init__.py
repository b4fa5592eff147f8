"""How good a score is: discrimination, calibration, stability, cut-off and bands, champion against challenger."""

from casework.credit.performance.calibration import (
    CalibrationResult,
    calibrate,
    hosmer_lemeshow,
    p_words,
    spiegelhalter,
)
from casework.credit.performance.comparison import ChallengeResult, challenge
from casework.credit.performance.cutoff import (
    BandsResult,
    CutoffResult,
    break_even,
    choose_cutoff,
    decision_bands,
    money,
)
from casework.credit.performance.discrimination import DiscriminationResult, auc_covariance, measure_discrimination
from casework.credit.performance.stability import StabilityResult, period_name, psi, stability_over_time

__all__ = [
    "BandsResult",
    "CalibrationResult",
    "ChallengeResult",
    "CutoffResult",
    "DiscriminationResult",
    "StabilityResult",
    "auc_covariance",
    "break_even",
    "calibrate",
    "challenge",
    "choose_cutoff",
    "decision_bands",
    "hosmer_lemeshow",
    "measure_discrimination",
    "money",
    "p_words",
    "period_name",
    "psi",
    "spiegelhalter",
    "stability_over_time",
]
