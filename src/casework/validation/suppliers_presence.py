"""How published cases of presence-absence plans are computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casework import suppliers


def accepted(inputs: dict[str, Any]) -> dict[str, Any]:
    """Percent of lots accepted with so many samples and no positive one, a list for each plan."""
    levels = [x / 100 for x in inputs["percent"]]
    found = [(100 * (1 - suppliers.presence_plan(n).at(levels))).tolist() for n in inputs["samples"]]
    return {"accepted": found}


def needed(inputs: dict[str, Any]) -> dict[str, Any]:
    """Fewest samples that find a prevalence."""
    return {"samples": suppliers.samples_needed(inputs["prevalence"], detection=inputs["detection"]).tolist()}


def pools(inputs: dict[str, Any]) -> dict[str, Any]:
    """Count the tests of a plan whose samples are pooled."""
    return {"tests": [suppliers.presence_plan(n, pool=inputs["pool"]).tests for n in inputs["samples"]]}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "accepted": accepted,
    "needed": needed,
    "pools": pools,
}
