"""How the shared statistics are called with the cases of `cases/stats.toml`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework.core.errors import CaseworkWarning
from casework.stats import reliability, sampling, sampling_paths, survey, weights
from casework.stats.ahp import ahp_weights

DATA_WEIGHTS = {
    "entropy": weights.entropy_weights,
    "critic": weights.critic_weights,
    "deviation": weights.deviation_weights,
}


def data_weights(inputs: dict[str, Any]) -> dict[str, Any]:
    """Weights from the spread of a decision matrix."""
    matrix = pd.DataFrame(inputs["matrix"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        return {name: DATA_WEIGHTS[name](matrix).weights.tolist() for name in inputs["methods"]}


def ahp(inputs: dict[str, Any]) -> dict[str, Any]:
    """Priorities and consistency of pairwise judgements, given above the diagonal."""
    names = inputs["criteria"]
    upper = {row: dict(zip(names[i + 1 :], inputs["upper"][i], strict=True)) for i, row in enumerate(names[:-1])}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        result = ahp_weights(upper, names)
    return {
        "priorities": result.weights.tolist(),
        "lambda_max": result.eigenvalue,
        "consistency_index": result.consistency_index,
        "consistency_ratio": result.consistency_ratio,
    }


def _matrix(inputs: dict[str, Any]) -> pd.DataFrame:
    """Symmetric matrix from its rows below the diagonal, ones on it."""
    names = inputs["items"]
    values = np.eye(len(names))
    for i, row in enumerate(inputs["below"], start=1):
        values[i, :i] = values[:i, i] = row
    return pd.DataFrame(values, index=names, columns=names)


def alpha(inputs: dict[str, Any]) -> dict[str, Any]:
    """Cronbach's alpha with Feldt's interval from correlations and standard deviations."""
    deviation = np.array(inputs["deviations"])
    covariance = _matrix(inputs) * np.outer(deviation, deviation)
    result = reliability.cronbach_alpha_from_moments(covariance, n=inputs["n"])
    return {"alpha": result.alpha, "low": result.low, "high": result.high}


def factorability(inputs: dict[str, Any]) -> dict[str, Any]:
    """KMO and Bartlett's test from correlations."""
    result = reliability.factorability(_matrix(inputs), n=inputs["n"])
    return {
        "kmo": result.kmo,
        "msa": {str(name): float(value) for name, value in result.adequacy.items()},
        "bartlett_chisq": result.chi_square,
        "df": result.df,
    }


def stratified_total(inputs: dict[str, Any]) -> dict[str, Any]:
    """Total of a stratified sample with the printed size, mean and variance of each stratum."""
    rng = np.random.default_rng(0)
    parts = []
    for n, mean, variance in zip(inputs["n"], inputs["means"], inputs["variances"], strict=True):
        draws = rng.normal(size=n)
        parts.append(mean + (draws - draws.mean()) / draws.std(ddof=1) * variance**0.5)
    values = pd.DataFrame({"y": np.concatenate(parts)})
    stratum = pd.Series(np.repeat(inputs["strata"], inputs["n"]), index=values.index)
    population = dict(zip(inputs["strata"], map(float, inputs["population"]), strict=True))
    design = survey.survey_design(values.index, stratum=stratum, population=population)
    result = survey.design_means(values, design)
    size = sum(population.values())
    return {"total": float(result.means["y"]) * size, "se": float(result.errors["y"]) * size, "df": result.df}


def sample_size(inputs: dict[str, Any]) -> dict[str, Any]:
    """Sample size for a share, before and after rounding up."""
    result = sampling.sample_size_proportion(**inputs)
    return {"exact": result.exact, "answers": result.answers}


def path_size(inputs: dict[str, Any]) -> dict[str, Any]:
    """Answers needed for a path, by both rules."""
    methods: tuple[sampling_paths.PathMethod, ...] = ("inverse_square_root", "gamma_exponential")
    return {method: sampling_paths.sample_size_path(**inputs, method=method).answers for method in methods}


def path_sizes(inputs: dict[str, Any]) -> dict[str, Any]:
    """Answers needed for several paths, by the simple rule."""
    return {"answers": [sampling_paths.sample_size_path(path=path).answers for path in inputs["paths"]]}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "data_weights": data_weights,
    "ahp": ahp,
    "alpha": alpha,
    "factorability": factorability,
    "stratified_total": stratified_total,
    "sample_size": sample_size,
    "path_size": path_size,
    "path_sizes": path_sizes,
}
