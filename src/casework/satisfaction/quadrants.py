"""The four quadrants of a map of importance and performance (Martilla & James, 1977)."""

from __future__ import annotations

from casework.core.messages import mark

QUADRANTS = (
    mark("concentrate here"),  # important, low performance
    mark("keep up the good work"),  # important, high performance
    mark("low priority"),
    mark("possible overkill"),
)
