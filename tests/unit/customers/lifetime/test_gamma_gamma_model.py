import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.customers.lifetime.gamma_gamma_model import GammaGammaModel


def test_expected_values_lie_between_the_own_mean_and_that_of_all():
    model = GammaGammaModel(p=6, q=4, gamma=15)
    found = model.expected_value(frequency=[0, 1, 1000], mean_value=[np.nan, 80, 80])
    assert found[0] == model.mean == 30
    assert 30 < found[1] < found[2] < 80
    assert found[2] == pytest.approx(80, rel=1e-3)
    assert np.isnan(GammaGammaModel(p=6, q=0.5, gamma=15).expected_value(frequency=0, mean_value=0))


def test_density_adds_up_to_one_and_to_the_mean():
    model = GammaGammaModel(p=2, q=3, gamma=0.7)
    own = np.linspace(1e-4, 60, 400_001)
    chance = model.density(own, frequency=3)
    assert np.trapezoid(chance, own) == pytest.approx(1, abs=1e-4)
    assert np.trapezoid(chance * own, own) == pytest.approx(model.mean, rel=2e-3)
    assert model.density([-1, 0], frequency=1).tolist() == [0, 0]


def test_all_problems_at_once():
    with pytest.raises(ParameterError, match="q: 0") as error:
        GammaGammaModel(p=-2, q=0, gamma=1)
    assert len(error.value.problems) == 2
