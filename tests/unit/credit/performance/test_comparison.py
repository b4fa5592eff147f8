import numpy as np
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.performance.comparison import challenge, swap_table
from casework.credit.performance.discrimination import auc_covariance


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(8)
    outcome = np.repeat([0, 1], [400, 80])
    signal = rng.normal(outcome)
    return outcome, signal + rng.normal(0, 2, 480), signal


def test_difference_and_its_error(cases):
    outcome, weak, strong = cases
    found = challenge(outcome, weak, strong)
    auc, v = auc_covariance(outcome == 1, np.array([weak, strong]))
    assert found.difference == pytest.approx(auc[1] - auc[0])
    assert found.se == pytest.approx(np.sqrt(v[0, 0] + v[1, 1] - 2 * v[0, 1]))
    assert found.winner == "challenger"
    assert "higher by" in found.summary()


def test_the_other_way_round(cases):
    outcome, weak, strong = cases
    turned = challenge(outcome, strong, weak)
    assert turned.winner == "champion"
    assert turned.p == pytest.approx(challenge(outcome, weak, strong).p)
    assert "champion ranks better" in turned.summary()


def test_the_same_order_is_no_difference(cases):
    outcome, weak, _ = cases
    found = challenge(outcome, weak, 3 * weak + 1)
    assert (found.difference, found.se, found.winner) == (0, 0, "none")
    assert np.isnan(found.p)
    assert "chance" in found.summary()


def test_p_values_are_uniform_where_both_are_alike():
    rng = np.random.default_rng(5)
    outcome = np.repeat([0, 1], [150, 50])
    z = []
    for _ in range(300):
        auc, v = auc_covariance(outcome == 1, rng.normal(outcome, size=(2, 200)))
        z.append((auc[1] - auc[0]) / np.sqrt(v[0, 0] + v[1, 1] - 2 * v[0, 1]))
    assert 0.02 < np.mean(np.abs(z) > 1.96) < 0.09


def test_swaps_by_hand():
    bad = np.array([False, True, False, True])
    table = swap_table(bad, np.array([1.0, 2, 3, 4]), np.array([1.0, 4, 2, 3]), 0.5)
    assert table["accepted_by"].tolist() == ["both", "champion", "challenger", "neither"]
    assert table["n"].tolist() == [1, 1, 1, 1]
    assert table["bad"].tolist() == [0, 1, 0, 1]


def test_each_accepts_its_share(cases):
    table = challenge(*cases, accept_rate=0.7).swaps.set_index("accepted_by")["n"]
    assert table["both"] + table["champion"] == table["both"] + table["challenger"] == round(0.7 * 480)


def test_refused(cases):
    with pytest.raises(ParameterError, match="accept_rate"):
        challenge(*cases, accept_rate=1)
    with pytest.raises(DataError, match="as many as"):
        challenge([0, 1], [1, 2], [1])
