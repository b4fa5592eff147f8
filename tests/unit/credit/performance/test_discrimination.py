import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.credit.performance.discrimination import auc_covariance, auc_interval, measure_discrimination


def slow_delong(bad, risks):
    """DeLong's areas and covariance by comparing every pair, as the paper writes it."""
    x, y = risks[:, bad], risks[:, ~bad]
    beats = np.array(
        [[[1.0 if a > b else 0.5 if a == b else 0.0 for b in y[k]] for a in x[k]] for k in range(len(risks))]
    )
    v10, v01, auc = beats.mean(axis=2), beats.mean(axis=1), beats.mean(axis=(1, 2))
    m, n = x.shape[1], y.shape[1]
    s10 = np.array(
        [[sum((v10[r] - auc[r]) * (v10[s] - auc[s])) / (m - 1) for s in range(len(auc))] for r in range(len(auc))]
    )
    s01 = np.array(
        [[sum((v01[r] - auc[r]) * (v01[s] - auc[s])) / (n - 1) for s in range(len(auc))] for r in range(len(auc))]
    )
    return auc, s10 / m + s01 / n


@pytest.mark.parametrize("seed", range(4))
def test_delong_is_that_of_all_pairs(seed):
    rng = np.random.default_rng(seed)
    bad = rng.random(60) < 0.3
    risks = rng.integers(0, 8, (3, 60)) + bad * rng.integers(0, 4, 60)
    fast, slow = auc_covariance(bad, risks.astype(float)), slow_delong(bad, risks.astype(float))
    np.testing.assert_allclose(fast[0], slow[0], rtol=0, atol=1e-14)
    np.testing.assert_allclose(fast[1], slow[1], rtol=0, atol=1e-14)


def test_interval_covers_the_true_area():
    from scipy.stats import norm

    rng = np.random.default_rng(3)
    truth, held = norm.cdf(1 / np.sqrt(2)), 0
    for _ in range(300):
        outcome = np.repeat([0, 1], [120, 40])
        auc, v = auc_covariance(outcome == 1, rng.normal(outcome)[None, :])
        low, high = auc_interval(auc[0], np.sqrt(v[0, 0]), 0.9)
        held += low <= truth <= high
    assert 0.85 < held / 300 < 0.95


def test_curve_and_lift_by_hand():
    found = measure_discrimination([1, 0, 1, 0, 0], [5, 4, 3, 3, 1])
    assert found.curve["risk"].tolist() == [5, 4, 3, 1]
    assert found.curve["rejected_share"].tolist() == pytest.approx([0.2, 0.4, 0.8, 1])
    assert found.curve["bad_share"].tolist() == pytest.approx([0.5, 0.5, 1, 1])
    assert found.lift_at(0.2) == pytest.approx(2.5)
    assert found.ks == pytest.approx(0.5)
    assert found.brier is None
    assert "rough" in found.notes[0]


def test_perfect_reversed_and_blind():
    assert measure_discrimination([0, 1], [0.1, 0.9]).auc == 1
    assert measure_discrimination([0, 1], [0.9, 0.1]).gini == -1
    blind = measure_discrimination([0, 1, 0, 1], [0.5] * 4)
    assert (blind.auc, blind.se, blind.ks) == (0.5, 0, 0)


def test_ends_stay_inside_and_shares_too():
    assert auc_interval(0.99, 0.1, 0.95)[1] == 1
    with pytest.raises(ParameterError, match="share"):
        measure_discrimination([0, 1], [0, 1]).lift_at(0)
    with pytest.raises(ParameterError, match="confidence"):
        measure_discrimination([0, 1], [0, 1], confidence=95)


def test_summary_and_table():
    found = measure_discrimination([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    assert "75.0%" in found.summary()
    assert found.to_frame()["measure"].tolist() == ["AUC", "Gini", "KS", "lift of the riskiest tenth", "Brier score"]
