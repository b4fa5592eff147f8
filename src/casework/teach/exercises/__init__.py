"""Exercises: `begin` gives a student's own values, `check` looks at an answer at once."""

from casework.teach.exercises.live import Marks, begin, check

__all__ = ["Marks", "begin", "check"]
