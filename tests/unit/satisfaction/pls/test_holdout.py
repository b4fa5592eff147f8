import sys

import numpy as np
import pytest
from tests.unit.satisfaction.pls.quality_samples import BLOCK, TEXT, fit, slow, survey

from casework.satisfaction.pls import fit_pls
from casework.satisfaction.pls.holdout import predictions

BEFORE = {"direct": {1: [0], 2: [0, 1], 3: [2]}, "earliest": {1: [0], 2: [0], 3: [0]}}
TARGETS = np.arange(3, 8)


def by_loops(rows, order, folds, antecedents):
    """Predictions with the algorithm on rows and least squares, one fold and one indicator at a time."""
    n = len(rows)
    found = np.full((3, n, len(TARGETS)), np.nan)
    for fold in range(folds):
        out = order[fold::folds]
        train = np.delete(rows, out, axis=0)
        weights, loadings, paths = slow(train)
        if antecedents == "earliest":
            total = paths + paths @ paths + paths @ paths @ paths
            paths = np.where(np.array([True, False, False, False])[:, None], total, 0)
        mean, spread = train.mean(axis=0), train.std(axis=0, ddof=1)
        standard = (rows[out] - mean) / spread
        scores = np.column_stack([standard[:, k == BLOCK] @ weights[k == BLOCK] for k in range(4)])
        for place, item in enumerate(TARGETS):
            found[0, out, place] = mean[item] + spread[item] * loadings[item] * (scores @ paths[:, BLOCK[item]])
            given = np.flatnonzero(np.isin(BLOCK, BEFORE[antecedents][BLOCK[item]]))
            design = np.column_stack([np.ones(len(train)), train[:, given]])
            beta = np.linalg.lstsq(design, train[:, item], rcond=None)[0]
            found[1, out, place] = np.column_stack([np.ones(len(out)), rows[np.ix_(out, given)]]) @ beta
            found[2, out, place] = mean[item]
    return found


@pytest.mark.parametrize("antecedents", ["direct", "earliest"])
@pytest.mark.parametrize("folds", [4, 61])
def test_agrees_with_loops_over_folds(antecedents, folds):
    rows = survey().to_numpy()
    order = np.random.default_rng(2).permutation(61)
    found, failed = predictions(fit(), rows, order, folds, TARGETS, antecedents)
    assert failed == 0
    np.testing.assert_allclose(found, by_loops(rows, order, folds, antecedents), atol=1e-7)


def test_blocks_of_folds_do_not_matter(monkeypatch):
    rows, order = survey().to_numpy(), np.arange(61)
    whole, _ = predictions(fit(), rows, order, 10, TARGETS, "direct")
    monkeypatch.setattr(sys.modules["casework.satisfaction.pls.holdout"], "MOST_CELLS", 1)
    np.testing.assert_allclose(predictions(fit(), rows, order, 10, TARGETS, "direct")[0], whole, atol=1e-9)


@pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")
def test_a_fold_without_variance_harms_only_its_respondents():
    frame = survey()
    frame["i2"] = 3.0
    frame.loc[4, "i2"] = 9.0
    order = np.arange(61)
    found, failed = predictions(fit_pls(frame, TEXT), frame.to_numpy(), order, 61, TARGETS, "direct")
    assert failed == 1
    assert np.isnan(found[0, 4]).all()
    assert np.isfinite(np.delete(found, 4, axis=1)).all()


def test_in_the_metric_of_the_answers():
    rows = survey().to_numpy()
    found, failed = predictions(fit(standardized=False), rows, np.arange(61), 5, TARGETS, "direct")
    assert failed == 0
    assert np.isfinite(found).all()
    assert not np.allclose(found[0], predictions(fit(), rows, np.arange(61), 5, TARGETS, "direct")[0])
