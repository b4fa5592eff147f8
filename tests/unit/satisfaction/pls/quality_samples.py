"""A small causal model and rows for it, for the tests of its quality."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tests.unit.satisfaction.pls.reference import pls_on_rows, random_rows

from casework.satisfaction.pls import fit_correlations, fit_pls, named_model
from casework.validation.register import shared_data

TEXT = "Q =~ q1 + q2 + q3\nI =~ i1 + i2\nS =~ s1 + s2\nL =~ l1\nI ~ Q\nS ~ Q + I\nL ~ S"
NAMES = ["q1", "q2", "q3", "i1", "i2", "s1", "s2", "l1"]
SIZES, PATHS = (3, 2, 2, 1), ((0, 1), (0, 2), (1, 2), (2, 3))
BLOCK = np.repeat(np.arange(4), SIZES)


def survey(seed=3, n=61):
    rows = random_rows(seed, SIZES, PATHS, n) * np.array([1, 2, 1, 3, 1, 1, 0.5, 1]) + 5
    return pd.DataFrame(rows, columns=NAMES)


def fit(seed=3, n=61, **settings):
    return fit_pls(survey(seed, n), TEXT, tolerance=1e-13, **settings)


def slow(rows):
    """Weights, loadings and paths by the algorithm on rows."""
    weights, paths, _ = pls_on_rows(rows, SIZES, "AAAA", PATHS, "path")
    standard = (rows - rows.mean(axis=0)) / rows.std(axis=0, ddof=1)
    scores = np.column_stack([standard[:, c == BLOCK] @ weights[c == BLOCK] for c in range(4)])
    loadings = np.array([np.corrcoef(standard[:, i], scores[:, BLOCK[i]])[0, 1] for i in range(len(BLOCK))])
    return weights, loadings, paths


def mobi(**settings):
    data = shared_data("mobi")
    names = data["indicators"]
    return fit_correlations(
        pd.DataFrame(data["correlation"], index=names, columns=names),
        named_model("ECSI"),
        n=data["n"],
        means=pd.Series(data["means"], index=names),
        deviations=pd.Series(data["deviations"], index=names),
        **settings,
    )
