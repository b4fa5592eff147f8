"""How PLS path modelling is called with the cases of `cases/satisfaction.pls.toml`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from casework.core.errors import CaseworkWarning, InputError
from casework.satisfaction.pls import PLSModel, PLSResult, fit_correlations, fit_pls, named_model, parse_model

SETTINGS = ("scheme", "consistent", "max_iterations", "standardized")


def model_of(inputs: dict[str, Any]) -> PLSModel:
    """Model of a case: named, or a text; some constructs formative."""
    model = named_model(inputs["model"]) if "model" in inputs else parse_model(inputs["text"])
    forms = inputs.get("formative", [])
    constructs = tuple(replace(item, mode="B") if item.name in forms else item for item in model.constructs)
    return replace(model, constructs=constructs)


def fitted(inputs: dict[str, Any]) -> PLSResult:
    """Fit a case to the moments of its data, some indicators reverse-coded."""
    data, model = inputs["data"], model_of(inputs)
    names = data["indicators"]
    sign = np.array([-1.0 if name in inputs.get("reversed", []) else 1.0 for name in names])
    settings = {name: inputs[name] for name in SETTINGS if name in inputs}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        return fit_correlations(
            pd.DataFrame(np.array(data["correlation"]) * np.outer(sign, sign), index=names, columns=names),
            model,
            n=data["n"],
            means=pd.Series(np.array(data["means"]) * sign, index=names),
            deviations=pd.Series(data["deviations"], index=names),
            **settings,
        )


def fit(inputs: dict[str, Any]) -> dict[str, Any]:
    """Paths, loadings, R2 and the verdict of the checks."""
    result = fitted(inputs)
    table, explained = result.to_frame(), result.explained().set_index("construct")
    by_code = {check.code: check for check in result.checks}
    return {
        "paths": _by_way(table, "path"),
        "loadings": result.measurement().set_index("indicator")["loading"].to_dict(),
        "r2": explained["r2"].to_dict(),
        "r2_adjusted": explained["r2_adjusted"].to_dict(),
        "admissible": result.admissible,
        "failed": [check.code for check in result.checks if not check.ok],
        "smallest_eigenvalue": by_code["constructs_definite"].value,
    }


def effects(inputs: dict[str, Any]) -> dict[str, Any]:
    """Total effects."""
    return {"total": _by_way(fitted(inputs).effects(), "total_effect")}


def effect_sizes(inputs: dict[str, Any]) -> dict[str, Any]:
    """Cohen's f2 by both definitions."""
    table = fitted(inputs).effect_sizes()
    return {name: _by_way(table, name) for name in ("f2_scores_fixed", "f2_reestimated")}


def performance(inputs: dict[str, Any]) -> dict[str, Any]:
    """Mean scores on the scale of the answers from 1 to 10, and as points."""
    result = fitted(inputs)
    return {"answers": result.performance().to_dict(), "points": result.performance(low=1, high=10).to_dict()}


def refused(inputs: dict[str, Any]) -> dict[str, Any]:
    """Whether the refusal of a model names what it should."""
    try:
        parse_model(inputs["text"])
    except InputError as error:
        return {"named": _named(error, "Q -> S -> L -> Q")}
    return {"named": ""}


def constant_refused(inputs: dict[str, Any]) -> dict[str, Any]:
    """Whether the refusal of a constant indicator names it."""
    model = parse_model(inputs["text"])
    rows = np.random.default_rng(1).normal(size=(20, len(model.indicators)))
    try:
        fit_pls(pd.DataFrame(rows, columns=list(model.indicators)).assign(**{inputs["constant"]: 5.0}), model)
    except InputError as error:
        return {"named": _named(error, repr(inputs["constant"]))}
    return {"named": ""}


def _named(error: InputError, text: str) -> str:
    return text if text in str(error) else ""


def _by_way(table: pd.DataFrame, column: str) -> dict[str, float]:
    return {
        f"{start}->{end}": value for start, end, value in zip(table["from"], table["to"], table[column], strict=True)
    }


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "fit": fit,
    "effects": effects,
    "effect_sizes": effect_sizes,
    "performance": performance,
    "refused": refused,
    "constant_refused": constant_refused,
}
