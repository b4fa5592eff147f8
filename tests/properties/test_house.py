"""Properties of the house of quality that hold for any house."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casework.voice.house import house_of_quality, need_weights
from casework.voice.house.roof import roof_conflicts, roof_matrix


@st.composite
def houses(draw):
    needs, names = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    cells = draw(st.lists(st.sampled_from([0, 1, 3, 9]), min_size=needs * names, max_size=needs * names))
    weights = draw(st.lists(st.integers(0, 9), min_size=needs, max_size=needs))
    index = [f"need {i}" for i in range(needs)]
    table = pd.DataFrame(np.reshape(cells, (needs, names)), index=index, columns=[f"c{j}" for j in range(names)])
    importance = pd.Series(weights, index=index, dtype=float)
    assume((importance.to_numpy() @ table.to_numpy()).sum() > 0)
    return table, importance


@given(houses())
@settings(max_examples=60, deadline=None)
def test_shares_add_up_and_the_first_has_the_largest(house):
    table, importance = house
    found = house_of_quality(table, importance=importance).to_frame()
    assert found["relative_sum"].sum() == pytest.approx(1)
    assert found["relative_maximum"].max() == 1
    assert found.loc[found["rank"] == 1, "absolute"].to_numpy() == pytest.approx(found["absolute"].max())
    by_hand = [sum(importance.iloc[i] * table.iloc[i, j] for i in range(len(table))) for j in range(table.shape[1])]
    assert found["absolute"].tolist() == pytest.approx(by_hand)


@given(houses(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_rows_and_columns_does_not_matter(house, random):
    table, importance = house
    rows, columns = list(table.index), list(table.columns)
    random.shuffle(rows)
    random.shuffle(columns)
    first = house_of_quality(table, importance=importance).to_frame()
    second = house_of_quality(table.loc[rows, columns], importance=importance).to_frame()
    pd.testing.assert_frame_equal(first.sort_index(), second.sort_index())


@given(houses(), st.floats(0.001, 1e6))
@settings(max_examples=40, deadline=None)
def test_ranks_do_not_depend_on_the_unit_of_importance(house, unit):
    table, importance = house
    first = house_of_quality(table, importance=importance).to_frame()["rank"]
    second = house_of_quality(table, importance=importance * unit).to_frame()["rank"]
    assert first.tolist() == second.tolist()


@given(houses())
@settings(max_examples=30, deadline=None)
def test_symbols_give_the_same_house_as_numbers(house):
    table, importance = house
    signs = table.astype(object).replace({0: None, 1: "△", 3: "○", 9: "●"})
    assert house_of_quality(signs, importance=importance) == house_of_quality(table, importance=importance)


@given(houses(), st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_a_characteristic_that_dominates_never_falls_behind(house, seed):
    table, importance = house
    table = table.assign(best=9)
    found = house_of_quality(table, importance=importance).stability(draws=50, concentration=0, seed=seed)
    assert found.frame.loc["best", "share_first"] == 1


@given(st.lists(st.sampled_from([0, 1, 2, -1, -2]), min_size=6, max_size=6))
def test_conflicts_are_the_negative_pairs(signs):
    half = np.zeros((4, 4))
    half[np.triu_indices(4, 1)] = signs
    roof = roof_matrix(half.tolist(), list("abcd"))
    assert (roof.to_numpy() == roof.to_numpy().T).all()
    found = roof_conflicts(roof, pd.Series([0.4, 0.3, 0.2, 0.1], index=list("abcd")), [""] * 4)
    assert len(found) == sum(sign < 0 for sign in signs)
    assert found["priority"].is_monotonic_decreasing


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.sampled_from("MOA")),
        min_size=1,
        max_size=6,
    )
)
def test_weights_are_shares_and_goals_that_are_met_change_nothing(rows):
    frame = pd.DataFrame(rows, columns=["importance", "current", "goal", "category"])
    found = need_weights(frame, method="kano").frame
    assert found["weight"].sum() == pytest.approx(1)
    met = need_weights(frame.assign(goal=frame["current"]), method="kano").frame
    assert met["weight"].tolist() == pytest.approx((frame["importance"] / frame["importance"].sum()).tolist())
