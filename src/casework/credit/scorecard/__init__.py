"""Scorecards: binning and weight of evidence, the logit on it, points, reasons."""
