import numpy as np
import pytest

from casework.customers.hazards.concordance import concordance, smaller_before


def by_pairs(time, left, score, stratum):
    """Every pair, looked at."""
    found = pairs = 0.0
    for i in np.flatnonzero(left):
        longer = ((time > time[i]) | ((time == time[i]) & ~left)) & (stratum == stratum[i])
        pairs += longer.sum()
        found += (score[longer] < score[i]).sum() + 0.5 * (score[longer] == score[i]).sum()
    return found / pairs if pairs else np.nan


@pytest.mark.parametrize("seed", range(12))
def test_it_is_the_share_of_all_pairs(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 60))
    time, left = rng.integers(0, 12, n).astype(float), rng.random(n) < 0.6
    score, stratum = rng.integers(0, 8, n) / 7, rng.integers(0, 3, n)
    together = np.zeros(n, dtype=np.int64)
    assert concordance(time, left, score) == pytest.approx(by_pairs(time, left, score, together), nan_ok=True)
    assert concordance(time, left, score, stratum) == pytest.approx(by_pairs(time, left, score, stratum), nan_ok=True)


def test_perfect_reversed_and_no_order():
    time, left = np.arange(9.0), np.ones(9, dtype=bool)
    assert concordance(time, left, -time) == 1
    assert concordance(time, left, time) == 0
    assert concordance(time, left, np.zeros(9)) == 0.5
    assert np.isnan(concordance(time, ~left, time))


def test_smaller_values_before():
    rng = np.random.default_rng(3)
    for n in (1, 2, 7, 64, 65):
        rank = rng.integers(0, 20, n)
        assert smaller_before(rank).tolist() == [(rank[:i] < rank[i]).sum() for i in range(n)]
    assert smaller_before(np.array([], dtype=np.int64)).tolist() == []
