import numpy as np
import pytest
from scipy import stats

from casework.supply_chain.inventory import demand as d

X = np.array([-3.0, 0.0, 4.0, 9.0, 15.0])
ONE = np.ones_like(X)
PAIRS = [
    (d.NormalDemand(8 * ONE, 3 * ONE), stats.norm(8, 3)),
    (d.LognormalDemand(2 * ONE, 0.4 * ONE), stats.lognorm(0.4, scale=np.exp(2))),
    (d.GammaDemand(8 * ONE, 3 * ONE), stats.gamma(64 / 9, scale=9 / 8)),
    (d.PoissonDemand(8 * ONE), stats.poisson(8)),
    (d.NegativeBinomialDemand(8 * ONE, 4 * ONE), stats.nbinom(8, 0.5)),
    (d.ContinuousDemand(stats.gamma(64 / 9, scale=9 / 8), 5), stats.gamma(64 / 9, scale=9 / 8)),
    (d.ContinuousDemand(lambda u: stats.norm(8, 3).ppf(u), 5), stats.norm(8, 3)),
]


def loss_by_sum(law, x):
    if hasattr(law.dist, "pmf"):
        k = np.arange(400)
        return (np.maximum(k - x, 0) * law.pmf(k)).sum()
    from scipy.integrate import quad

    return quad(law.sf, x, law.isf(1e-15), epsabs=1e-11, limit=300)[0]


@pytest.mark.parametrize(("own", "law"), PAIRS, ids=lambda item: type(item).__name__)
def test_against_scipy(own, law):
    assert own.mean * ONE == pytest.approx(law.mean() * ONE, rel=1e-8)
    assert own.cover(X) == pytest.approx(law.cdf(X), abs=1e-9)
    q = np.array([0.01, 0.3, 0.55, 0.9, 0.999])
    assert own.quantile(q) == pytest.approx(law.ppf(q), rel=1e-9)
    assert own.loss(X) == pytest.approx([loss_by_sum(law, x) for x in X], abs=2e-7)


def test_certain_demand():
    sure = d.NormalDemand(np.array([5.0]), np.array([0.0]))
    assert (sure.quantile(np.array([0.9]))[0], sure.loss(np.array([3.0]))[0], sure.cover(np.array([5.0]))[0]) == (
        5,
        2,
        1,
    )


def test_listed_demand():
    own = d.DiscreteDemand(np.array([[0.0, 1, 2]]), np.array([[0.2, 0.5, 0.3]]))
    assert own.quantile(np.array([0.7]))[0] == 1
    assert own.quantile(np.array([1.0]))[0] == 2
    assert own.loss(np.array([1.0]))[0] == pytest.approx(0.3)
    assert own.cover(np.array([1.0]))[0] == pytest.approx(0.7)


def test_second_order_loss_is_the_integral_of_the_first():
    from scipy.integrate import quad

    for z in (-2.0, 0.0, 1.5):
        assert d.normal_loss_2(np.array([z]))[0] == pytest.approx(
            quad(lambda x: d.normal_loss(np.array([x]))[0], z, 12)[0]
        )


def test_quantiles_of_many_poisson_means():
    means = np.geomspace(0.001, 5e4, 300)
    own = d.PoissonDemand(means)
    for q in (0.5, 0.9, 0.9999):
        assert own.quantile(np.full(300, q)).tolist() == stats.poisson(means).ppf(q).tolist()
