"""Validation register: published numbers, and how the methods meet them."""
