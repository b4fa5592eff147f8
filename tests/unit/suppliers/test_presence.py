import numpy as np
import pytest
from scipy import stats

from casework.core.errors import ParameterError
from casework.suppliers.presence import (
    SamplingCost,
    compare_presence_plans,
    explore_plan,
    lots_missed,
    presence_plan,
    samples_needed,
)

COSTS = SamplingCost(test=40, sample=2, lots=500, episodes=0.3, run=4, damage=200_000)


@pytest.mark.parametrize("pool", [1, 7, 15, 400])
def test_perfect_tests_find_alike_in_any_pool(pool):
    p = np.array([0, 0.01, 0.05, 0.2, 1])
    found = presence_plan(60, pool=pool, prevalence=p)
    assert found.curve["detection"].tolist() == pytest.approx((1 - stats.binom.pmf(0, 60, p)).tolist())
    assert found.tests == int(np.ceil(60 / min(pool, 60)))


def test_tests_that_err_by_enumeration():
    plan = presence_plan(7, pool=3, sensitivity=0.8, specificity=0.97)
    p, passes = 0.15, 1.0
    for size in (3, 3, 1):
        passes *= sum(stats.binom.pmf(k, size, p) * (0.97 if k == 0 else 0.2) for k in range(size + 1))
    assert float(plan.at(p)) == pytest.approx(1 - passes)
    assert "without any contamination is rejected with probability 8.7%" in plan.notes[0]


def test_prevalence_at_is_the_inverse():
    plan = presence_plan(60, pool=15, sensitivity=0.9)
    assert float(plan.at(plan.prevalence_at(0.95))) == pytest.approx(0.95)
    assert presence_plan(60).prevalence_at(0.95) == pytest.approx(1 - 0.05 ** (1 / 60))
    assert np.isnan(presence_plan(1, sensitivity=0.5).prevalence_at(0.95))


@pytest.mark.parametrize(("pool", "sensitivity"), [(1, 1.0), (5, 1.0), (5, 0.7)])
def test_needed_samples_are_enough_and_fewest(pool, sensitivity):
    for p in (0.004, 0.03, 0.3):
        n = int(samples_needed(p, pool=pool, sensitivity=sensitivity))
        assert float(presence_plan(n, pool=pool, sensitivity=sensitivity).at(p)) >= 0.95
        if n > pool:
            assert float(presence_plan(n - pool, pool=pool, sensitivity=sensitivity).at(p)) < 0.95


def test_needed_samples_keep_their_shape():
    assert samples_needed([[0.1, 1.0]], detection=0.99).tolist() == [[44, 1]]


def test_missed_lots_by_simulation():
    rng = np.random.default_rng(5)
    found = rng.random((200_000, 4)) < 0.3
    first = np.where(found.any(axis=1), found.argmax(axis=1), 4)
    assert float(lots_missed(0.3, 4)) == pytest.approx(first.mean(), abs=0.01)


def test_costs_by_hand():
    found = compare_presence_plans([0, 5, 30], COSTS, prevalence=0.05, pool=15).table
    chance = 1 - 0.95 ** np.array([0, 5, 30])
    missed = [sum((1 - d) ** j for j in range(1, 5)) for d in chance]
    assert found["tests"].tolist() == [0, 1, 2]
    assert found["lots_missed"].tolist() == pytest.approx(missed)
    assert found["inspection_cost"].tolist() == [0, 500 * 50, 500 * 140]
    assert found["expected_damage"].tolist() == pytest.approx([0.3 * x * 200_000 for x in missed])
    assert found["against_first"].iloc[0] == 0


def test_uncertain_prevalence_is_weighed_last():
    both = compare_presence_plans([30], COSTS, prevalence=[0.01, 0.2], weights=[3, 1]).table
    each = [compare_presence_plans([30], COSTS, prevalence=p).table["lots_missed"].iloc[0] for p in (0.01, 0.2)]
    assert both["lots_missed"].iloc[0] == pytest.approx(0.75 * each[0] + 0.25 * each[1])


def test_false_alarms_cost():
    noisy = SamplingCost(test=0, sample=0, lots=10, episodes=0, run=1, damage=0, false_alarm=100)
    found = compare_presence_plans([4], noisy, prevalence=0.1, pool=2, specificity=0.9).table
    assert found["total_cost"].iloc[0] == pytest.approx(10 * 100 * (1 - 0.9**2))


def test_words():
    assert presence_plan(60, pool=15).summary() == (
        "60 samples in 4 tests: a prevalence of 4.87% is found in 95 of 100 lots."
    )  # fmt: skip
    assert "no prevalence is found" in presence_plan(1, sensitivity=0.5).summary()
    found = compare_presence_plans([0, 30], COSTS, prevalence=0.03, pool=15)
    assert found.best == 30
    assert found.summary().startswith("30 samples per lot cost least")
    assert list(found.to_frame()["samples"]) == [0, 30]
    assert explore_plan(samples=10).to_frame()["prevalence"].max() == 0.2


def test_refused():
    with pytest.raises(ParameterError, match="samples") as error:
        presence_plan(0, pool=0, sensitivity=0, specificity=2, prevalence=[2])
    assert len(error.value.problems) == 5
    with pytest.raises(ParameterError, match="more than 10,000,000 samples"):
        samples_needed([0.1, 0])
    with pytest.raises(ParameterError, match="detection"):
        presence_plan(5).prevalence_at(1)
    with pytest.raises(ParameterError, match="episodes") as error:
        SamplingCost(test=-1, sample=0, lots=1, episodes=-1, run=0, damage=0)
    assert len(error.value.problems) == 3
    with pytest.raises(ParameterError, match="at least one plan"):
        compare_presence_plans([], COSTS, prevalence=0.1)
    with pytest.raises(ParameterError, match="2 numbers of at least 0"):
        compare_presence_plans([1], COSTS, prevalence=[0.1, 0.2], weights=[1, -1])
