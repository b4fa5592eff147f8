import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.credit_world import YEARS, credit_world, default_probability


def test_defaults_come_as_often_as_the_quality_says():
    world = credit_world(customers=40_000, seed=5)
    start = np.arange(len(YEARS) - 1) >= world.first[:, None]
    alive = start & (world.default_year[:, None] > np.array(YEARS[:-1]))
    expected = default_probability(world.quality[:, :-1])[alive].sum()
    assert (world.default_year < 9999).sum() == pytest.approx(expected, rel=0.03)


def test_better_grades_default_less():
    world = credit_world(customers=40_000, seed=5)
    grade = world.grade(np.zeros(40_000, dtype=int))
    old = world.first == 0
    rates = [np.mean(world.default_year[old & (grade == letter)] == 2023) for letter in "ABCDE"]
    assert rates == sorted(rates)
    assert rates[0] < 0.02 < 0.15 < rates[-1]


def test_same_seed_same_world_and_too_few():
    one, same = credit_world(customers=60, seed=3), credit_world(customers=60, seed=3)
    assert one.customers.equals(same.customers)
    assert np.array_equal(one.default, same.default, equal_nan=True)
    assert not one.customers.equals(credit_world(customers=60, seed=4).customers)
    with pytest.raises(ParameterError, match="customers: 3"):
        credit_world(customers=3)
