"""How the satisfaction methods are called with the cases of `cases/satisfaction.toml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework.satisfaction import index_from_moments, satisfaction_index
from casework.stats.multiple import holm


def moments_index(inputs: dict[str, Any]) -> dict[str, Any]:
    """Index, spread of respondents and standard error from means, deviations and correlations."""
    names = inputs["indicators"]
    deviation = np.array(inputs["deviations"])
    covariance = np.array(inputs["correlation"]) * np.outer(deviation, deviation)
    result = index_from_moments(
        pd.Series(inputs["means"], index=names),
        pd.DataFrame(covariance, index=names, columns=names),
        dict(zip(names, inputs["weights"], strict=True)),
        n=inputs["n"],
        low=inputs["low"],
        high=inputs["high"],
    )
    return {"index": result.index, "respondent_sd": result.respondent_sd, "se_of_mean": result.se}


def direct_index(inputs: dict[str, Any]) -> dict[str, Any]:
    """Index of scores that are points already, with weights as given."""
    names = [f"q{i + 1}" for i in range(len(inputs["scores"]))]
    answers = pd.DataFrame([inputs["scores"]] * 2, columns=names)
    weights = dict(zip(names, inputs["weights"], strict=True))
    result = satisfaction_index(answers, names, low=0, high=100, weighting="direct", weights=weights)
    return {"index": result.index, "given_sum": result.group_weights["index"].given_sum}


def holm_p_values(inputs: dict[str, Any]) -> dict[str, Any]:
    """P-values adjusted after Holm."""
    return {"adjusted": holm(np.array(inputs["p_values"])).tolist()}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "moments_index": moments_index,
    "direct_index": direct_index,
    "holm_p_values": holm_p_values,
}
