"""Scorecards: binning and weight of evidence, the logit on it, points, reasons."""

from casework.credit.scorecard.binning import BinningResult, bin_variables
from casework.credit.scorecard.bins import VariableBins
from casework.credit.scorecard.card import Scorecard
from casework.credit.scorecard.crossfit import CrossFitResult, cross_fit
from casework.credit.scorecard.fit import FittedScorecard, ScorecardPlan, fit_scorecard, split_last
from casework.credit.scorecard.logit import LogitResult, fit_logit
from casework.credit.scorecard.optimal import Trend
from casework.credit.scorecard.points import scorecard_points
from casework.credit.scorecard.rounding import RoundingResult
from casework.credit.scorecard.scaling import Scaling
from casework.credit.scorecard.stepwise import StepwiseResult, choose_variables
from casework.credit.scorecard.woe import strength_of, woe_table

__all__ = [
    "BinningResult",
    "CrossFitResult",
    "FittedScorecard",
    "LogitResult",
    "RoundingResult",
    "Scaling",
    "Scorecard",
    "ScorecardPlan",
    "StepwiseResult",
    "Trend",
    "VariableBins",
    "bin_variables",
    "choose_variables",
    "cross_fit",
    "fit_logit",
    "fit_scorecard",
    "scorecard_points",
    "split_last",
    "strength_of",
    "woe_table",
]
