"""How published cases of processes that change are computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework import suppliers
from casework.suppliers.interruptions import poisson_interval


def cusum(inputs: dict[str, Any]) -> dict[str, Any]:
    """First signal of a tabular CUSUM, numbered from 1, the sums around it, and the new mean."""
    found = suppliers.tabular_cusum(**inputs)
    place = -1 if found.signal is None else found.signal
    return {
        "signal": place + 1,
        "run": int(found.table["run_up"].iloc[place]),
        "upper": found.table["upper_sum"].iloc[place - 1 : place + 2].tolist(),
        "mean_after": found.mean_after,
    }


def run_length(inputs: dict[str, Any]) -> dict[str, Any]:
    """Average run lengths by shift."""
    given = dict(inputs)
    shifts = given.pop("shifts")
    return {"arl": [suppliers.cusum_run_length(shift=shift, **given) for shift in shifts]}


def change(inputs: dict[str, Any]) -> dict[str, Any]:
    """Last value before a step, numbered from 1, its interval, the largest F and both means."""
    found = suppliers.find_change(inputs["values"], kind="step", resamples=99)
    places = {"last_before": found.position, "low": found.low, "high": found.high}
    return {**places, "statistic": found.statistic, "before": found.before, "after": found.after}


def factors(inputs: dict[str, Any]) -> dict[str, Any]:
    """Take a crossed experiment, its values in the order of the levels, to sums of squares."""
    first, second = inputs["levels"]
    frame = pd.DataFrame({"y": inputs["values"]})
    frame["a"] = np.repeat(np.arange(first), second * inputs["repeats"])
    frame["b"] = np.tile(np.repeat(np.arange(second), inputs["repeats"]), first)
    table = suppliers.sources_of_variation(frame, value="y", factors=["a", "b"]).table.set_index("factor")
    return {"sum_of_squares": table.loc[["a", "b"], "sum_of_squares"].tolist()}


def poisson(inputs: dict[str, Any]) -> dict[str, Any]:
    """Exact limits of Poisson means."""
    low, high = poisson_interval(inputs["counts"])
    return {"low": low.tolist(), "high": high.tolist()}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "cusum": cusum,
    "run_length": run_length,
    "change": change,
    "factors": factors,
    "poisson": poisson,
}
