"""Numerics that several domains share."""
