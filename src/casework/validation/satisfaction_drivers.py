"""How the methods about drivers of satisfaction are called with the cases of `cases/satisfaction.drivers.toml`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework.core.errors import CaseworkWarning
from casework.satisfaction.drivers import (
    compare_nps,
    importance_from_correlations,
    nps_from_counts,
    reach_noise_shapley,
    service_profit_chain,
)
from casework.stats.share_difference import share_difference_interval


def importance(inputs: dict[str, Any]) -> dict[str, Any]:
    """LMG, relative weights, coefficients and variance inflation from correlations below the diagonal."""
    names = inputs["names"]
    values = np.eye(len(names))
    for i, row in enumerate(inputs["below"], start=1):
        values[i, :i] = values[:i, i] = row
    table = pd.DataFrame(values, index=names, columns=names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        result = importance_from_correlations(table, outcome=inputs["outcome"])
    found = result.drivers.set_index("driver")
    measures = ("lmg", "relative_weight", "beta", "vif")
    return {"r_squared": result.r_squared, **{name: found[name].to_dict() for name in measures}}


def reach_noise(inputs: dict[str, Any]) -> dict[str, Any]:
    """Shapley values of reach less noise, from how often each pattern of low drivers occurs on either side."""
    names = inputs["drivers"]
    rows, outcomes = [], []
    for outcome, counts in ((1, inputs["dissatisfied"]), (10, inputs["others"])):
        for low, count in counts.items():
            failing = low.split() if low != "none" else []
            rows += [[1 if name in failing else 10 for name in names]] * count
            outcomes += [outcome] * count
    result = reach_noise_shapley(pd.DataFrame(rows, columns=names), pd.Series(outcomes, name="overall"), resamples=0)
    return {"values": result.drivers.set_index("driver")["value"].to_dict(), "total": result.total}


def score(inputs: dict[str, Any]) -> dict[str, Any]:
    """Net promoter score of one group from counts."""
    result = nps_from_counts({"group": inputs["counts"]}, method=inputs["method"])
    return {"nps": result.nps, "se": float(result.groups["se"].iloc[0]), "low": result.low, "high": result.high}


def score_difference(inputs: dict[str, Any]) -> dict[str, Any]:
    """Difference of the net promoter scores of two groups, second less first, as a share."""
    pair = compare_nps(nps_from_counts({"a": inputs["a"], "b": inputs["b"]})).pairs.iloc[0]
    return {name: float(pair[name]) / 100 for name in ("difference", "se", "low", "high")} | {"p": float(pair["p"])}


def share_difference(inputs: dict[str, Any]) -> dict[str, Any]:
    """Interval of the difference of two shares of one sample."""
    low, high = share_difference_interval(inputs["first"], inputs["second"], inputs["n"], method=inputs["method"])
    return {"low": float(low), "high": float(high)}


def chain(inputs: dict[str, Any]) -> dict[str, Any]:
    """Slopes, HC3 errors and effects of a chain."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        result = service_profit_chain(pd.DataFrame(inputs["units"]), inputs["model"], resamples=0)
    return {
        "slope": result.links["slope"].tolist(),
        "se": result.links["se"].tolist(),
        "total": result.along()["total"].tolist(),
    }


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "importance": importance,
    "reach_noise": reach_noise,
    "score": score,
    "score_difference": score_difference,
    "share_difference": share_difference,
    "chain": chain,
}
