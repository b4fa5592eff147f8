import numpy as np
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.performance.cutoff import break_even, choose_cutoff, decision_bands

COSTS = {"bad_cost": 900.0, "good_cost": 100.0}


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(6)
    p = rng.beta(1, 9, 3000)
    return (rng.random(3000) < p).astype(int), p


def test_every_cut_off_by_brute_force(cases):
    outcome, p = cases
    score = np.round(1000 * (1 - p))
    found = choose_cutoff(outcome, score, **COSTS, resamples=0)
    for cut in np.unique(score)[::37]:
        accepted = score >= cut
        row = found.row(cut)
        cost = (900 * (accepted & (outcome == 1)).sum() + 100 * (~accepted & (outcome == 0)).sum()) / len(outcome)
        assert row["cost_per_case"] == pytest.approx(cost)
        assert row["accepted"] == accepted.sum()
        assert row["bad_rate_accepted"] == pytest.approx(outcome[accepted].mean())
    assert found.cost == found.table["cost_per_case"].min()


def test_true_probabilities_are_cut_near_break_even(cases):
    outcome, p = cases
    found = choose_cutoff(outcome, -p, **COSTS, resamples=200)
    assert found.low < found.cut_off < found.high
    assert found.row(-break_even(900, 100))["cost_per_case"] < 1.05 * found.cost
    assert found.saving > 0


def test_nobody_is_a_choice_and_so_is_everybody():
    none = choose_cutoff([1, 1, 0], [1, 2, 1], **COSTS, resamples=0)
    assert none.row()["accepted"] == 0
    assert "accept nobody" in none.notes[0]
    assert "Nobody" in none.summary()
    everybody = choose_cutoff([0, 0, 1], [3, 2, 2], bad_cost=1.0, good_cost=100.0, resamples=0)
    assert everybody.row()["accept_rate"] == 1
    assert everybody.saving == 0
    assert "everybody" in everybody.notes[0]


def test_a_cut_off_of_the_caller_is_looked_at(cases):
    outcome, p = cases
    score = 1000 * (1 - p)
    found = choose_cutoff(outcome, score, **COSTS, cut_off=800, resamples=0)
    assert found.chosen == 800
    assert "the cheapest cut-off" in found.summary()
    assert found.row()["accept_rate"] == pytest.approx((score >= 800).mean())
    assert found.row(1e9)["accepted"] == 0


def test_the_seed_decides(cases):
    outcome, p = cases
    first, again = (choose_cutoff(outcome, -p, **COSTS, resamples=50, seed=3) for _ in range(2))
    assert (first.low, first.high) == (again.low, again.high)


@pytest.mark.parametrize("name", ["bad_cost", "good_cost"])
def test_costs_refused(name):
    with pytest.raises(ParameterError, match=name):
        choose_cutoff([0, 1], [1, 2], **{**COSTS, name: 0})
    with pytest.raises(ParameterError, match=name):
        break_even(**{**COSTS, name: -1})


def test_bands_are_the_cheapest_decision_of_each_probability():
    p = np.linspace(0.001, 0.999, 997)
    found = decision_bands(np.zeros(997), p, **COSTS, review_cost=20, bad_found=0.7, good_kept=0.8)
    approve, reject = 900 * p, 100 * (1 - p)
    refer = 20 + 0.3 * 900 * p + 0.2 * 100 * (1 - p)
    best = np.argmin([approve, refer, reject], axis=0)
    assert found.table["n"].tolist() == np.bincount(best, minlength=3).tolist()
    assert found.cost <= found.cost_without


def test_bands_count_costs(cases):
    outcome, p = cases
    found = decision_bands(outcome, p, **COSTS, review_cost=10)
    table = found.table.set_index("decision")
    approved, rejected = p < found.approve_below, p > found.reject_above
    assert table.loc["approve", "bad"] == outcome[approved].sum()
    assert table.loc["reject", "cost_per_case"] == pytest.approx(100 * (1 - outcome[rejected]).sum() / len(p))
    assert "referred" in found.summary()


def test_a_dear_look_is_never_taken():
    found = decision_bands([0, 1], [0.05, 0.5], **COSTS, review_cost=1000)
    assert found.approve_below == found.reject_above == pytest.approx(0.1)
    assert found.table["n"].tolist() == [1, 0, 1]
    assert "costs more than it saves" in found.summary()


def test_bands_refused():
    with pytest.raises(ParameterError, match="bad_found"):
        decision_bands([0], [0.5], **COSTS, review_cost=1, bad_found=2)
    with pytest.raises(DataError, match="outside"):
        decision_bands([0], [5], **COSTS, review_cost=1)
