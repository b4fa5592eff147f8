import numpy as np
import pytest

from casework.customers.hazards.partial_likelihood import NoMaximumError, climb, covariance, evaluate, risk_sets

RNG = np.random.default_rng(8)
N = 60
TIME = RNG.integers(1, 9, N).astype(float)
LEFT = RNG.random(N) < 0.7
X = RNG.normal(size=(N, 3))
STRATUM = RNG.integers(0, 3, N)


def written_out(beta, stratum, efron):
    """Partial likelihood, event by event."""
    total, weight = 0.0, np.exp(X @ beta)
    for kind in np.unique(stratum):
        for time in np.unique(TIME[LEFT & (stratum == kind)]):
            own = (stratum == kind) & (time <= TIME)
            tied = (stratum == kind) & (time == TIME) & LEFT
            total += (X[tied] @ beta).sum()
            for gone in range(tied.sum()):
                total -= np.log(weight[own].sum() - efron * gone / tied.sum() * weight[tied].sum())
    return total


@pytest.mark.parametrize("efron", [True, False])
@pytest.mark.parametrize("several", [True, False])
def test_value_gradient_and_information(efron, several):
    stratum = STRATUM if several else np.zeros(N, dtype=np.int64)
    sets = risk_sets(TIME, LEFT, stratum, efron=efron)
    beta, step = np.array([0.4, -0.7, 0.2]), 1e-5
    here = evaluate(X[sets.order], sets, beta)
    assert here.value == pytest.approx(written_out(beta, stratum, efron), rel=1e-12)
    for i, move in enumerate(step * np.eye(3)):
        slope = (written_out(beta + move, stratum, efron) - written_out(beta - move, stratum, efron)) / (2 * step)
        assert here.gradient[i] == pytest.approx(slope, rel=1e-6, abs=1e-6)
        up, down = (evaluate(X[sets.order], sets, beta + sign * move).gradient for sign in (1, -1))
        np.testing.assert_allclose(here.information[i], -(up - down) / (2 * step), rtol=1e-6, atol=1e-6)


def test_at_the_top_nothing_rises():
    sets = risk_sets(TIME, LEFT, STRATUM, efron=True)
    fit = climb(X[sets.order], sets)
    assert fit.converged
    np.testing.assert_allclose(fit.end.gradient, 0, atol=1e-7)
    for move in 1e-3 * np.eye(3):
        assert written_out(fit.coefficients + move, STRATUM, True) < fit.end.value
    np.testing.assert_allclose(covariance(fit.end.information), np.linalg.inv(fit.end.information))


def test_large_scores_do_not_overflow():
    sets = risk_sets(TIME, LEFT, STRATUM, efron=True)
    assert np.isfinite(evaluate(X[sets.order], sets, np.array([800.0, 0, 0])).value)


def test_repeated_columns_have_no_maximum():
    sets = risk_sets(TIME, LEFT, STRATUM, efron=True)
    with pytest.raises(NoMaximumError, match=r"^$"):
        climb(np.column_stack([X, X[:, 0] + X[:, 1]])[sets.order], sets)
