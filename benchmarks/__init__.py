"""Timings against what a user would write or pick instead, in the same run, as ratios. Never a test."""
