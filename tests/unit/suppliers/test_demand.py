import numpy as np
import pytest
from scipy import integrate, stats

from casework.core.errors import ParameterError
from casework.suppliers.demand import listed_demand, season_demand

LAWS = {
    "normal": stats.norm(50, 20),
    "gamma": stats.gamma(6.25, scale=8),
    "uniform": stats.uniform(50 - 20 * 3**0.5, 40 * 3**0.5),
}


@pytest.mark.parametrize("kind", LAWS)
@pytest.mark.parametrize("q", [5.0, 50.0, 83.0, 130.0])
def test_loss_is_the_integral_of_the_tail(kind, q):
    demand, law = season_demand(mean=50, sd=20, kind=kind), LAWS[kind]
    tail = integrate.quad(law.sf, q, 400, limit=200)[0]
    assert float(demand.short(q)) == pytest.approx(tail, abs=1e-6)
    assert float(demand.sold(q)) == pytest.approx(50 - tail, abs=1e-6)
    assert float(demand.over(q)) == pytest.approx(q - 50 + tail, abs=1e-6)
    assert float(demand.cdf(q)) == pytest.approx(law.cdf(q))
    assert float(demand.quantile(0.3)) == pytest.approx(law.ppf(0.3))


def test_listed_demand_counts():
    demand = listed_demand({30: 0.5, 10: 0.3, 20: 0.2, 99: 0})
    assert demand.values == (10, 20, 30)
    assert demand.mean == pytest.approx(22)
    assert demand.short([15, 30]).tolist() == pytest.approx([8.5, 0])
    assert demand.cdf([9, 10, 25]).tolist() == pytest.approx([0, 0.3, 0.5])
    assert demand.quantile([0, 0.3, 0.31, 1]).tolist() == [10, 10, 20, 30]


def test_demand_that_cannot_be():
    with pytest.raises(ParameterError, match="mean") as error:
        season_demand(mean=0, sd=float("nan"), kind="log")
    assert len(error.value.problems) == 3
    with pytest.raises(ParameterError, match="uniform demand would go below 0"):
        season_demand(mean=10, sd=9, kind="uniform")
    with pytest.raises(ParameterError, match="at least one demand"):
        listed_demand({})
    with pytest.raises(ParameterError, match="add up to 1"):
        listed_demand({1: 0.5})
    with pytest.raises(ParameterError, match="probability of demand 5") as error:
        listed_demand({-1: 0.5, 5: 2})
    assert len(error.value.problems) == 2


def test_normal_demand_never_means_a_negative_order():
    assert float(season_demand(mean=1, sd=10).quantile(0.1)) == 0
    assert np.isfinite(season_demand(mean=1, sd=10, kind="gamma").short(0.0))
