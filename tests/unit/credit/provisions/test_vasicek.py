import numpy as np
import pytest
from scipy.integrate import quad

from casework.core.errors import ParameterError
from casework.credit.provisions.vasicek import (
    check_levels,
    vasicek,
    vasicek_cdf,
    vasicek_density,
    vasicek_quantile,
    vasicek_shortfall,
    vasicek_variance,
)

P, RHO = 0.03, 0.2


def test_density_integrates_to_distribution_mean_and_variance():
    assert quad(lambda x: vasicek_density(x, P, RHO), 0, 0.1)[0] == pytest.approx(float(vasicek_cdf(0.1, P, RHO)))
    mean = quad(lambda x: x * vasicek_density(x, P, RHO), 0, 1)[0]
    square = quad(lambda x: x * x * vasicek_density(x, P, RHO), 0, 1)[0]
    assert mean == pytest.approx(P, abs=1e-7)
    assert float(vasicek_variance(P, RHO)) == pytest.approx(square - P * P, abs=1e-7)


def test_shortfall_is_the_mean_of_the_quantiles_beyond():
    beyond = quad(lambda u: float(vasicek_quantile(u, P, RHO)), 0.99, 1)[0] / 0.01
    assert float(vasicek_shortfall(0.99, P, RHO)) == pytest.approx(beyond, rel=1e-6)


def test_result_scales_with_the_loss_given_default():
    whole, part = vasicek(P, correlation=RHO), vasicek(P, correlation=RHO, lgd=0.4)
    assert part.table["loss"].to_numpy() == pytest.approx(0.4 * whole.table["loss"].to_numpy())
    assert part.expected == pytest.approx(0.4 * P)
    assert part.sd == pytest.approx(0.4 * np.sqrt(vasicek_variance(P, RHO)))
    assert "99.9% of the years" in part.summary()
    assert part.to_frame().equals(part.table)


@pytest.mark.parametrize(
    ("change", "match"),
    [({"probability": 0}, "probability"), ({"correlation": 1}, "correlation"), ({"lgd": 2}, "lgd"),
     ({"levels": [0.5, 1.0]}, "levels"), ({"levels": []}, "none")],
)  # fmt: skip
def test_ranges(change, match):
    given = {"probability": P, "correlation": RHO, **change}
    with pytest.raises(ParameterError, match=match):
        vasicek(given.pop("probability"), **given)


def test_levels_are_sorted_and_once():
    assert check_levels([0.9, 0.5, 0.9]).tolist() == [0.5, 0.9]
