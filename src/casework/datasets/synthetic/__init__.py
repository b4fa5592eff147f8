"""Generators of synthetic data with known truth."""
