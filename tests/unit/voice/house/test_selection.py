from itertools import product

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.voice.house import house_of_quality, select_characteristics


def random_house(seed, size=8):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        rng.choice([0, 1, 3, 9], (4, size)), index=list("wxyz"), columns=[f"c{i}" for i in range(size)]
    )
    return house_of_quality(table, importance=dict(zip("wxyz", rng.integers(1, 6, 4), strict=True)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_choice_is_the_best_of_all_choices(seed):
    house = random_house(seed)
    cost = pd.Series(np.random.default_rng(seed + 50).integers(1, 20, 8), index=house.characteristics.index)
    found = select_characteristics(house, budget=30, cost=cost)
    value = house.characteristics["relative_sum"].to_numpy()
    best = max(np.dot(value, pick) for pick in product([0, 1], repeat=8) if np.dot(cost, pick) <= 30)
    assert found.importance == pytest.approx(best)
    assert found.cost <= 30


def test_everything_or_nothing():
    house = random_house(4)
    cost = pd.Series(2.0, index=house.characteristics.index)
    assert select_characteristics(house, budget=16, cost=cost).importance == pytest.approx(1)
    none = select_characteristics(house, budget=1, cost=cost)
    assert none.chosen == []
    assert none.summary() == "The budget of 1 reaches for no characteristic."


def test_summary_and_order():
    house = random_house(5)
    found = select_characteristics(house, budget=6, cost=pd.Series(2.0, index=house.characteristics.index))
    assert found.chosen == house.ranking()[:3]
    assert found.summary().startswith("3 characteristics for 6 of 6 cover")
    assert list(found.to_frame().index) == house.ranking()


def test_costs_must_be_there_for_all():
    house = random_house(6)
    with pytest.raises(DataError, match=r"(?s)cost of 'c0': nan.*cost of 'c7'"):
        select_characteristics(house, budget=5)
    with pytest.raises(DataError, match="cost of 'c1': -1"):
        select_characteristics(house, budget=5, cost=pd.Series([1, -1, *[1] * 6], index=house.characteristics.index))
    with pytest.raises(ParameterError, match="budget"):
        select_characteristics(house, budget=-1)


def test_what_costs_nothing_is_taken():
    house = random_house(7)
    cost = pd.Series([0.0, *[9.0] * 7], index=house.characteristics.index)
    assert select_characteristics(house, budget=0, cost=cost).cost == 0
