"""How the quality of a PLS model is computed for the cases of `cases/satisfaction.quality.toml`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework.core.errors import CaseworkWarning
from casework.satisfaction.pls import fit_measures, importance_map, measurement_quality
from casework.validation.satisfaction_pls import fitted


def reliability(inputs: dict[str, Any]) -> dict[str, Any]:
    """Reliability of every construct, each measure by its name."""
    table = measurement_quality(fitted(inputs)).constructs.set_index("construct")
    names = ("alpha", "alpha_raw", "alpha_raw_low", "alpha_raw_high", "rho_a", "rho_c", "ave")
    return {name: table[name].to_dict() for name in names}


def validity(inputs: dict[str, Any]) -> dict[str, Any]:
    """Heterotrait-monotrait ratios, keyed `later~earlier` construct, and correlations of the scores."""
    pairs = measurement_quality(fitted(inputs)).pairs
    keys = [f"{second}~{first}" for first, second in zip(pairs["first"], pairs["second"], strict=True)]
    return {name: dict(zip(keys, pairs[name], strict=True)) for name in ("htmt", "htmt_signed", "htmt2", "correlation")}


def fit(inputs: dict[str, Any]) -> dict[str, Any]:
    """Measures of fit of the estimated model; d_G with both logarithms."""
    found = fit_measures(fitted(inputs), measurement=inputs.get("measurement"))
    row = found.measures.iloc[0].drop("inner").to_dict()
    return {**{str(key): value for key, value in row.items()}, "gof": found.gof, "rms_theta": found.rms_theta}


def importance(inputs: dict[str, Any]) -> dict[str, Any]:
    """Find importance and performance of what leads to a target."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        found = importance_map(fitted(inputs), inputs["target"], effects=inputs["effects"])
    table: pd.DataFrame = found.constructs.set_index("construct")
    return {name: {key: float(np.asarray(value)) for key, value in table[name].items()}
            for name in ("importance", "performance")}  # fmt: skip


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "reliability": reliability,
    "validity": validity,
    "fit": fit,
    "importance": importance,
}
