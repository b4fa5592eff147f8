import math

import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.suppliers.acceptance import acceptance_probability, quality_accepted


def test_binomial_is_the_sum_of_its_terms():
    p = np.array([0.0, 0.01, 0.2, 1.0])
    brute = [sum(math.comb(20, k) * x**k * (1 - x) ** (20 - k) for k in range(3)) for x in p]
    assert acceptance_probability(p, n=20, c=2) == pytest.approx(brute)


def test_hypergeometric_counts_samples():
    brute = sum(math.comb(3, k) * math.comb(7, 4 - k) for k in range(2)) / math.comb(10, 4)
    assert float(acceptance_probability(0.3, n=4, c=1, lot=10, model="hypergeometric")) == pytest.approx(brute)


def test_poisson_counts_nonconformities():
    brute = math.exp(-2) * (1 + 2 + 2)
    assert float(acceptance_probability(0.1, n=20, c=2, model="poisson")) == pytest.approx(brute)


@pytest.mark.parametrize("model", ["binomial", "poisson"])
def test_quality_accepted_is_the_inverse(model):
    p = quality_accepted([0.95, 0.5, 0.1], n=68, c=2, lot=None, model=model)
    assert acceptance_probability(p, n=68, c=2, model=model) == pytest.approx([0.95, 0.5, 0.1])


def test_quality_accepted_of_a_lot_is_the_last_that_passes():
    p = float(quality_accepted(0.5, n=50, c=2, lot=100, model="hypergeometric"))
    curve = acceptance_probability([p, p + 0.01], n=50, c=2, lot=100, model="hypergeometric")
    assert curve[0] >= 0.5 - 1e-9
    assert curve[1] < 0.5


def test_all_problems_of_a_plan_at_once():
    with pytest.raises(ParameterError, match="binomail") as error:
        acceptance_probability([0.1, 2], n=0.5, c=-1, model="binomail")
    assert {problem.where for problem in error.value.problems} == {"model", "n", "c", "quality"}
    with pytest.raises(ParameterError, match="fewer than the 5 units") as error:
        acceptance_probability(0.1, n=5, c=5, lot=4, model="binomial")
    assert len(error.value.problems) == 2
    with pytest.raises(ParameterError, match="the number of units of the lot"):
        acceptance_probability(0.1, n=5, c=0, model="hypergeometric")


@pytest.mark.parametrize("quality", ["a lot", [float("nan")], [-0.1], [5]])
def test_quality_that_is_no_share(quality):
    with pytest.raises(ParameterError, match="shares from 0 to 1"):
        acceptance_probability(quality, n=5, c=0)
