"""How the rating methods are called with the cases of `cases/credit.rating.toml`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework.core.errors import CaseworkWarning
from casework.credit import rating


def altman(inputs: dict[str, Any]) -> dict[str, Any]:
    """Z score of one firm, from items or ratios."""
    given = dict(inputs)
    model = given.pop("model")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        row = rating.altman_scores(given, model=model).table.iloc[0]
    return {"z": float(row["z"]), "zone": row["zone"]}


def curve(inputs: dict[str, Any]) -> dict[str, Any]:
    """Cumulative default probabilities after some years, from a printed matrix."""
    names = inputs["grades"]
    matrix = pd.DataFrame(inputs["matrix_pct"], index=names, columns=names)
    found = rating.default_curve(matrix, years=max(inputs["years"]), default=inputs["default"]).cumulative
    return {f"pd_{year}y": found.loc[year].tolist() for year in inputs["years"]}


def cohort(inputs: dict[str, Any]) -> dict[str, Any]:
    """Cohort matrix from pairs of grades."""
    result = rating.migration_pairs(inputs["from"], inputs["to"], grades=inputs["grades"])
    return {"matrix": result.matrix.to_numpy().tolist(), "n": result.n.tolist()}


def duration(inputs: dict[str, Any]) -> dict[str, Any]:
    """Estimate generator and one-year matrix from histories of firms that all start in the first period."""
    rows = [
        (f"{grade}{i}", 0.0, grade)
        for grade, n in zip(inputs["grades"], inputs["start"], strict=True)
        for i in range(n)
    ]
    rows += [tuple(move) for move in inputs["moves"]]
    histories = pd.DataFrame(rows, columns=["customer", "time", "grade"])
    result = rating.duration_matrix(histories, end=inputs["end"], grades=inputs["grades"], default="default")
    return {"generator": result.generator.to_numpy().tolist(), "matrix": result.matrix().to_numpy().tolist()}


def somers(inputs: dict[str, Any]) -> dict[str, Any]:
    """Somers' D of a table, or of two columns."""
    if "table" in inputs:
        return {"d": rating.somers_d(inputs["table"])[0]}
    x, y = (np.unique(inputs[name], return_inverse=True)[1] for name in ("x", "y"))
    table = np.zeros((x.max() + 1, y.max() + 1))
    np.add.at(table, (x, y), 1)
    return {"d": rating.somers_d(table)[0]}


def limit(inputs: dict[str, Any]) -> dict[str, Any]:
    """Credit limit of one customer."""
    rules = [rating.LimitRule(name=name, column=name, factor=factor) for name, factor in inputs["factors"].items()]
    row = rating.credit_limits(inputs["customer"], rules, combine=inputs["combine"]).table.iloc[0]
    return {"limit": float(row["limit"]), "binding_rule": row["binding_rule"]}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "altman": altman,
    "curve": curve,
    "cohort": cohort,
    "duration": duration,
    "somers": somers,
    "limit": limit,
}
