import numpy as np
import pytest
from scipy import stats

from casework.core.errors import DataError, ParameterError
from casework.credit.performance.calibration import calibrate, hosmer_lemeshow, p_words, spiegelhalter


def test_hosmer_lemeshow_by_definition():
    n, bad, p = np.array([50, 40, 30]), np.array([4, 10, 16]), np.array([0.1, 0.2, 0.5])
    by_hand = sum((b - m * q) ** 2 / (m * q * (1 - q)) for m, b, q in zip(n, bad, p, strict=True))
    found = hosmer_lemeshow(n, bad, n * p)
    assert found == pytest.approx((by_hand, 3, stats.chi2.sf(by_hand, 3)))
    assert hosmer_lemeshow(n, bad, n * p, fitted=True)[1:] == pytest.approx((1, stats.chi2.sf(by_hand, 1)))


def test_groups_that_expect_nothing():
    assert hosmer_lemeshow([10, 10], [0, 5], [0, 5])[0] == 0
    assert hosmer_lemeshow([10, 10], [1, 5], [0, 5])[0] == np.inf
    assert np.isnan(hosmer_lemeshow([10, 10], [1, 5], [1, 5], fitted=True)[2])


def test_spiegelhalter_by_simulation():
    rng = np.random.default_rng(1)
    p = rng.uniform(0.02, 0.4, 400)
    z = [spiegelhalter(rng.random(400) < p, p)[0] for _ in range(400)]
    assert abs(np.mean(z)) < 0.15
    assert 0.9 < np.std(z) < 1.1
    assert np.isnan(spiegelhalter(np.array([True, False]), np.array([0.5, 0.5]))[0])


def test_equal_groups_keep_equal_probabilities_together():
    p = np.repeat([0.1, 0.2, 0.3, 0.4], [70, 10, 10, 10])
    table = calibrate(np.zeros(100), p, groups=4).table
    assert table["n"].tolist() == [70, 10, 20]
    assert table["n"].sum() == 100


def test_given_edges_and_single_tests():
    found = calibrate([1] * 8 + [0] * 12, [0.1] * 10 + [0.6] * 10, edges=[0.1, 0.9])
    assert found.table["n"].tolist() == [10, 10]
    assert found.table["bad"].tolist() == [8, 0]
    assert found.table["p_binomial"][0] == pytest.approx(stats.binomtest(8, 10, 0.1).pvalue)
    assert found.ratio == pytest.approx(8 / 7)
    assert "more than chance (p < 0.001)" in found.summary()
    assert "rough" in found.notes[0]


def test_good_forecasts_pass_and_skill_is_that_of_the_mean_rate():
    rng = np.random.default_rng(0)
    p = rng.uniform(0, 0.5, 4000)
    found = calibrate(rng.random(4000) < p, p)
    assert found.p > 0.01
    assert "may be chance" in found.summary()
    flat = calibrate([0, 1, 0, 0], [0.25] * 4)
    assert flat.skill == pytest.approx(0)
    assert np.isfinite(flat.p)


def test_refused():
    with pytest.raises(DataError, match="outside"):
        calibrate([0, 1], [0.5, 1.5])
    with pytest.raises(ParameterError, match="ascending"):
        calibrate([0, 1], [0.5, 0.6], edges=[0.5, 0.5])
    with pytest.raises(ParameterError, match="groups"):
        calibrate([0, 1], [0.5, 0.6], groups=1)


def test_p_values_as_people_write_them():
    assert p_words(0.0004) == "p < 0.001"
    assert p_words(0.25) == "p = 0.250"
