"""How good a score is: discrimination, calibration, stability, cut-off, comparison."""
