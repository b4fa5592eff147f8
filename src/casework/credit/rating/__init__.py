"""Ratings: Altman, indicators and weights, grades and overrides, limits, review, migration."""
