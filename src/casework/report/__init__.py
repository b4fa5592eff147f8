"""Telling results: what a notebook shows, and the report that is made of it."""
