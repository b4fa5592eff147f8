"""How the measures of a score are called with the cases of `cases/credit.performance.toml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework.credit.performance import auc_covariance, calibrate, measure_discrimination
from casework.credit.scorecard import LogitResult, fit_logit, woe_table

VARIABLES = ("duration", "checking", "savings")


def discrimination(inputs: dict[str, Any]) -> dict[str, Any]:
    """AUC, Gini, KS and Brier score."""
    found = measure_discrimination(inputs["outcome"], inputs["risk"])
    return {"auc": found.auc, "gini": found.gini, "ks": found.ks, "brier": found.brier}


def delong(inputs: dict[str, Any]) -> dict[str, Any]:
    """Areas and standard errors of three tests of the same patients."""
    signs = {"albumin": -1.0, "protein": -1.0, "score": 1.0}
    risks = np.array([sign * np.asarray(inputs[name]) for name, sign in signs.items()])
    auc, covariance = auc_covariance(np.asarray(inputs["outcome"]) == 1, risks)
    se = np.sqrt(np.diag(covariance))
    return {"auc": dict(zip(signs, auc.tolist(), strict=True)), "se": dict(zip(signs, se.tolist(), strict=True))}


def logit(inputs: dict[str, Any]) -> dict[str, Any]:
    """Coefficients, standard errors and quality of the logit on weights of evidence."""
    model, x, outcome = _fitted(inputs["data"])
    risk = model.predict(x)
    ranked = measure_discrimination(outcome, risk)
    return {
        "coefficients": model.table["coefficient"].tolist(),
        "standard_errors": model.table["standard_error"].tolist(),
        "log_likelihood": model.log_likelihood,
        "auc": ranked.auc,
        "ks": ranked.ks,
        "brier": ranked.brier,
    }


def calibration(inputs: dict[str, Any]) -> dict[str, Any]:
    """Observed and expected bad cases in given groups."""
    model, x, outcome = _fitted(inputs["data"])
    table = calibrate(outcome, model.predict(x), edges=inputs["edges"], fitted=True).table
    return {name: table[name].tolist() for name in ("good", "bad", "expected_bad")}


def _fitted(data: dict[str, Any]) -> tuple[LogitResult, pd.DataFrame, np.ndarray]:
    """Return the logit of the three variables, their weights of evidence and the outcomes, a row per case."""
    cells = pd.DataFrame(data["rows"], columns=data["columns"])
    cases = pd.concat(
        [cells.loc[cells.index.repeat(cells[kind])].assign(outcome=y) for y, kind in ((0, "good"), (1, "bad"))]
    )
    weights = {}
    for name in VARIABLES:
        counts = cells.groupby(name)[["good", "bad"]].sum().rename(columns={"good": "goods", "bad": "bads"})
        weights[name] = cases[name].map(woe_table(counts)["woe"]).to_numpy()
    x = pd.DataFrame(weights)
    outcome = cases["outcome"].to_numpy()
    return fit_logit(x, outcome), x, outcome


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "discrimination": discrimination,
    "delong": delong,
    "logit": logit,
    "calibration": calibration,
}
