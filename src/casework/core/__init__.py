"""Errors, checks, options, messages, and the base of all results. Imports nothing else of casework."""
