"""How published cases of the customer methods are computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from casework import customers


def recency(inputs: dict[str, Any]) -> dict[str, Any]:
    """Recency scores by rank."""
    days = inputs["recency_days"]
    table = pd.DataFrame({"recency_days": days, "purchases": range(len(days)), "total": range(len(days))})
    return {"R": customers.rfm_scores(table).table["r"].tolist()}


def abc(inputs: dict[str, Any]) -> dict[str, Any]:
    """Classes by cumulative share."""
    table = customers.pareto(pd.Series(inputs["value"])).table
    return {"share": table["share"].tolist(), "class": table["class"].tolist()}


def survival(inputs: dict[str, Any]) -> dict[str, Any]:
    """Kaplan-Meier at given times, and the median."""
    found = customers.kaplan_meier(inputs["time"], inputs["event"])
    return {"survival": found.at(inputs["at"]).tolist(), "median": float(found.groups["median"].iloc[0])}


def logrank(inputs: dict[str, Any]) -> dict[str, Any]:
    """Log-rank test of two groups."""
    first, second = inputs["first_time"], inputs["second_time"]
    group = ["first"] * len(first) + ["second"] * len(second)
    left = [*inputs["first_event"], *([1] * len(second))]
    return {"chi2": customers.kaplan_meier([*first, *second], left, group=group).chi2}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "recency": recency,
    "abc": abc,
    "survival": survival,
    "logrank": logrank,
}
