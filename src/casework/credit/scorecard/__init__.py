"""Scorecards: binning and weight of evidence, the logit on it, points, reasons."""

from casework.credit.scorecard.binning import BinningResult, bin_variables
from casework.credit.scorecard.bins import VariableBins
from casework.credit.scorecard.optimal import Trend
from casework.credit.scorecard.woe import strength_of, woe_table

__all__ = ["BinningResult", "Trend", "VariableBins", "bin_variables", "strength_of", "woe_table"]
