import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from casework.core.errors import ParameterError
from casework.credit.provisions.exact import exact_losses
from casework.credit.provisions.moments import loss_sd
from casework.credit.provisions.portfolio import portfolio


def book(exposure, pd_):
    return portfolio(pd.DataFrame({"exposure": exposure, "pd": pd_}), lgd=1.0)


def test_equal_customers_are_binomial():
    found = exact_losses(book(np.ones(40), np.full(40, 0.1)), unit=1.0)
    assert found.probability == pytest.approx(binom.pmf(np.arange(41), 40, 0.1), abs=1e-12)
    assert found.quantile(0.9) == binom.ppf(0.9, 40, 0.1)


def test_all_outcomes_of_four_customers():
    owed, chance = np.array([1.0, 2, 4, 8]), np.array([0.1, 0.2, 0.3, 0.4])
    found = exact_losses(book(owed, chance), unit=1.0)
    bits = (np.arange(16)[:, None] >> np.arange(4)) & 1
    expected = np.where(bits, chance, 1 - chance).prod(axis=1)
    assert found.probability == pytest.approx(expected, abs=1e-12)
    assert found.shortfall(0.9) == pytest.approx(_shortfall(found.loss, expected, 0.9))


def _shortfall(loss, chance, level):
    fine = np.linspace(level, 1, 200_001)[:-1] + (1 - level) / 400_000
    return loss[np.minimum(np.searchsorted(np.cumsum(chance), fine), len(loss) - 1)].mean()


def test_with_a_factor_moments_are_exact():
    some = book([3.0, 5, 7, 11, 2.5], [0.02, 0.1, 0.05, 0.3, 0.2])
    found = exact_losses(some, correlation=0.3, unit=0.5)
    assert found.mean == pytest.approx(some.expected_loss, rel=1e-8)
    assert found.sd == pytest.approx(loss_sd(some, correlation=0.3), rel=1e-6)
    assert "standard deviation" in found.summary()
    assert found.to_frame().shape == (len(found.loss), 2)


def test_a_split_loss_keeps_its_mean():
    some = book([1.3, 2.7], [0.5, 0.5])
    assert exact_losses(some, unit=1.0).mean == pytest.approx(2.0)


def test_nothing_to_lose_and_too_fine_a_grid():
    assert exact_losses(book([0.0], [0.5])).mean == 0
    with pytest.raises(ParameterError, match="unit: 1e-07"):
        exact_losses(book([1.0], [0.5]), unit=1e-7)
