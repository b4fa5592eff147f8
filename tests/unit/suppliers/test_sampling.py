import numpy as np
import pytest
from scipy import stats

from casework.core.errors import ParameterError
from casework.suppliers.sampling import design_plan, evaluate_plan


def brute_plan(aql, rql, alpha, beta, pa, most=600):
    for c in range(40):
        n = np.arange(c + 1, most + 1)
        fits = (pa(c, n, rql) <= beta) & (pa(c, n, aql) >= 1 - alpha)
        if fits.any():
            return int(n[fits][0]), c
    return None


@pytest.mark.parametrize(
    ("aql", "rql", "alpha", "beta"), [(0.01, 0.06, 0.05, 0.1), (0.02, 0.05, 0.1, 0.1), (0.001, 0.1, 0.05, 0.05)]
)
def test_smallest_plan_is_that_of_a_search_through_all(aql, rql, alpha, beta):
    plan = design_plan(aql=aql, rql=rql, alpha=alpha, beta=beta)
    brute = brute_plan(aql, rql, alpha, beta, lambda c, n, p: stats.binom.cdf(c, n, p))
    assert (plan.n, plan.c) == brute
    assert plan.producer_risk <= alpha
    assert plan.consumer_risk <= beta


def test_smallest_plan_for_a_lot_and_for_nonconformities():
    plan = design_plan(aql=0.01, rql=0.1, lot=200, model="hypergeometric")
    brute = brute_plan(2, 20, 0.05, 0.1, lambda c, n, d: stats.hypergeom.cdf(c, 200, d, n), most=200)
    assert (plan.n, plan.c) == brute
    plan = design_plan(aql=0.01, rql=0.1, model="poisson")
    assert (plan.n, plan.c) == brute_plan(0.01, 0.1, 0.05, 0.1, lambda c, n, p: stats.poisson.cdf(c, n * p))


def test_outgoing_quality_and_inspection_by_their_formulas():
    plan = evaluate_plan(n=50, c=1, lot=500, quality=[0.02, 0.05])
    pa = stats.binom.cdf(1, 50, [0.02, 0.05])
    assert plan.curve["outgoing_quality"].tolist() == pytest.approx(pa * [0.02, 0.05] * 0.9)
    assert plan.curve["total_inspection"].tolist() == pytest.approx(50 + (1 - pa) * 450)
    assert evaluate_plan(n=50, c=1).curve["total_inspection"].isna().all()


@pytest.mark.parametrize(
    ("lot", "model"), [(None, "binomial"), (400, "hypergeometric"), (None, "poisson"), (900, "binomial")]
)
def test_worst_outgoing_quality_is_not_beaten_anywhere(lot, model):
    plan = evaluate_plan(n=80, c=2, lot=lot, model=model)
    outgoing = plan.at(np.linspace(0, 1, 9001))["outgoing_quality"]
    assert outgoing.max() <= plan.aoql + 1e-12
    assert plan.at(plan.worst_quality)["outgoing_quality"].iloc[0] == pytest.approx(plan.aoql)


def test_words():
    assert (
        "at most 2 nonconforming: lots with 1.50% are rejected" in design_plan(aql=0.015, rql=0.1, lot=5000).summary()
    )
    plan = evaluate_plan(n=68, c=2)
    assert "lots with 1.21% are accepted 95 times in 100" in plan.summary()
    assert np.isnan(plan.producer_risk)
    assert np.isnan(plan.consumer_risk)
    assert "hypergeometric" in evaluate_plan(n=50, c=2, lot=100).notes[0]
    assert evaluate_plan(n=50, c=2, lot=100, model="hypergeometric").notes == ()
    assert list(plan.to_frame()) == ["quality", "acceptance", "outgoing_quality", "total_inspection"]


def test_design_tells_all_problems():
    with pytest.raises(ParameterError, match="aql") as error:
        design_plan(aql=0, rql=2, alpha=5, beta=-1, lot=1)
    assert len(error.value.problems) == 5
    with pytest.raises(ParameterError, match="above the acceptable level") as error:
        design_plan(aql=0.1, rql=0.01, alpha=0.6, beta=0.6, model="hypergeometric")
    assert len(error.value.problems) == 3
    with pytest.raises(ParameterError, match="at least one nonconforming unit in the lot of 10"):
        design_plan(aql=0.001, rql=0.01, lot=10, model="hypergeometric")
    with pytest.raises(ParameterError, match="no plan keeps both risks"):
        design_plan(aql=0.01, rql=0.0101)
    with pytest.raises(ParameterError, match="aql"):
        evaluate_plan(n=5, c=0, aql=3, rql=-1)
