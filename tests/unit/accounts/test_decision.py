import numpy as np
import pytest

from casework.accounts.decision import (
    Branch,
    Chance,
    Choice,
    End,
    chance_branches,
    count_strategies,
    fold_back,
    solve_tree,
    strategies,
    vary_chance,
)
from casework.core.errors import ParameterError


def texaco():
    court = Chance("court", (Branch("all", End(10.3), 0.2), Branch("half", End(5), 0.5), Branch("none", End(0), 0.3)))
    answer = Choice("answer", (Branch("refuse", court), Branch("take 3", End(3))))
    reply = Chance(
        "Texaco", (Branch("accepts", End(5), 0.17), Branch("refuses", court, 0.5), Branch("offers 3", answer, 0.33))
    )
    return Choice("now", (Branch("accept 2", End(2)), Branch("ask for 5", reply)))


def random_tree(rng, depth):
    if depth == 0:
        return End(float(rng.normal()))
    n = int(rng.integers(1, 4))
    weights = rng.dirichlet(np.ones(n))
    names = [f"{depth}{place}" for place in range(n)]
    kind = Choice if rng.random() < 0.5 else Chance
    cost, months = rng.random(n), rng.integers(0, 9, n)
    return kind(
        f"node {rng.random()}",
        tuple(
            Branch(name, random_tree(rng, depth - 1), float(w), float(c), float(m))
            for name, w, c, m in zip(names, weights, cost, months, strict=True)
        ),
    )


def test_the_risk_profile_of_asking_for_five_billion():
    best = solve_tree(texaco()).best
    profile = best.profile().set_index("value")["chance"]
    assert profile.to_dict() == pytest.approx({0.0: 0.83 * 0.3, 5.0: 0.17 + 0.83 * 0.5, 10.3: 0.83 * 0.2})
    assert solve_tree(texaco()).table["expected_value"].round(2).tolist() == [4.63, 4.12, 2.0]


@pytest.mark.parametrize("seed", range(12))
def test_the_best_strategy_is_what_folding_back_gives(seed):
    tree = random_tree(np.random.default_rng(seed), 3)
    found = solve_tree(tree, rate=0.07)
    assert found.value == pytest.approx(fold_back(tree, rate=0.07))
    assert len(found.strategies) == count_strategies(tree)
    for item in found.strategies:
        assert item.chance.sum() == pytest.approx(1)
    assert found.table["expected_value"].is_monotonic_decreasing


def test_costs_come_at_once_and_values_later():
    tree = Choice("sue", (Branch("yes", End(1100), cost=100, months=12), Branch("no", End(0))))
    found = solve_tree(tree, rate=0.1)
    assert found.value == pytest.approx(900)
    assert found.table.loc[0, ["expected_cost", "expected_months"]].tolist() == [100, 12]
    assert solve_tree(tree, rate=0.1).best.name == "yes"


def test_risk_tolerance_turns_a_gamble_down():
    coin = Chance("coin", (Branch("win", End(100), 0.5), Branch("lose", End(-80), 0.5)))
    tree = Choice("play", (Branch("play", coin), Branch("leave", End(0))))
    assert solve_tree(tree).best.name == "play"
    careful = solve_tree(tree, risk_tolerance=50)
    assert careful.best.name == "leave"
    sure = -50 * np.log(0.5 * np.exp(-100 / 50) + 0.5 * np.exp(80 / 50))
    assert careful.table["certainty_equivalent"].tolist() == pytest.approx([0, sure])
    assert next(iter(strategies(coin))).certainty_equivalent(1e9) == pytest.approx(10, abs=1e-3)
    assert next(iter(strategies(coin))).certainty_equivalent(0.01) == pytest.approx(-80, abs=0.02)


def test_another_probability_keeps_the_ratio_of_the_others_everywhere():
    other = vary_chance(texaco(), "court", "none", 0.65)
    assert chance_branches(other)["court"] == pytest.approx({"all": 0.1, "half": 0.25, "none": 0.65})
    assert fold_back(other) == pytest.approx(0.17 * 5 + 0.5 * (1.03 + 1.25) + 0.33 * 3)
    sure = vary_chance(vary_chance(texaco(), "court", "all", 1.0), "court", "all", 0.0)
    assert chance_branches(sure)["court"] == pytest.approx({"all": 0, "half": 0.5, "none": 0.5})
    with pytest.raises(ParameterError, match="Did you mean 'court'"):
        vary_chance(texaco(), "cuort", "none", 0.5)
    with pytest.raises(ParameterError, match="There are: all, half, none"):
        vary_chance(texaco(), "court", "xyz", 0.5)


def test_a_tree_is_refused_with_all_its_problems():
    broken = Chance("c", (Branch("a", End(float("nan")), 0.5), Branch("a", End(1), 0.6, months=-1)))
    with pytest.raises(ParameterError, match="add up to 1") as caught:
        solve_tree(Choice("top", (Branch("x", broken), Branch("y", Choice("empty", ())))))
    assert len(caught.value.problems) == 5
    with pytest.raises(ParameterError, match="above -1"):
        solve_tree(End(1), rate=-1, risk_tolerance=0)
    wide = Choice("w", tuple(Branch(str(i), End(i)) for i in range(10)))
    many = Chance("m", tuple(Branch(str(i), wide, 0.2) for i in range(5)))
    with pytest.raises(ParameterError, match="100,000 strategies"):
        solve_tree(many)


def test_summaries():
    assert solve_tree(End(5)).summary() == "The only strategy is worth 5: no choice."
    assert "ask for 5 > refuse" in solve_tree(texaco()).summary()
    assert "3 strategies" in solve_tree(texaco()).summary()
