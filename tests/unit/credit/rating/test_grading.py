import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.rating import compare_weightings, dimension_weights, explore_rating, rate_customers
from casework.stats.weights import entropy_weights

POINTS = pd.DataFrame({"finance": [90.0, 40.0, 66.0], "market": [70.0, 50.0, np.nan]}, index=["a", "b", "c"])
CUTS = (80, 66, 45, 30)


def test_score_and_grade_by_hand():
    table = rate_customers(POINTS, weights={"finance": 3, "market": 1}, cuts=CUTS).table
    assert table["score"].tolist() == [85.0, 42.5, 66.0]
    assert table["grade"].tolist() == ["A", "D", "B"]


def test_overrides_are_taken_over_and_counted():
    by_hand = pd.Series(["", "C", ""], POINTS.index)
    why = pd.Series(["", "guarantee", ""], POINTS.index)
    result = rate_customers(POINTS, cuts=CUTS, overrides=by_hand, reasons=why)
    assert result.table["model_grade"].tolist() == ["A", "C", "B"]
    assert result.overrides.log["outcome"].tolist() == ["no change"]
    assert result.distribution["final"].tolist() == [1, 1, 1, 0, 0]
    assert result.summary() == "3 ratings; most are A, and 0% are D or E."


@pytest.mark.parametrize("cuts", [(80, 60, 45), (60, 80, 45, 30), (110, 60, 45, 30), ("x", 3, 2, 1)])
def test_cuts_must_descend(cuts):
    with pytest.raises(ParameterError, match="4 numbers that descend"):
        rate_customers(POINTS, cuts=cuts)


def test_a_customer_without_points_is_refused():
    with pytest.raises(DataError, match="points, row d"):
        rate_customers(pd.concat([POINTS, pd.DataFrame(np.nan, index=["d"], columns=POINTS.columns)]))


def test_weights_by_every_method():
    whole = POINTS.dropna()
    table = compare_weightings(whole, weights={"finance": 3, "market": 1}, comparisons=[[1, 2], [0.5, 1]])
    assert list(table.columns) == ["dimension", "equal", "entropy", "critic", "direct"]
    pairs = {"finance": {"market": 3.0}}
    table = compare_weightings(whole, weights={"other": 1}, comparisons=pairs)
    assert table["ahp"].tolist() == pytest.approx([0.75, 0.25])
    assert table["entropy"].tolist() == entropy_weights(whole).weights.tolist()


def test_weights_that_do_not_fit_are_refused_together():
    with pytest.raises(ParameterError, match="no weight of 'market'") as caught:
        dimension_weights(POINTS, "direct", weights={"finance": 1, "markt": 1})
    assert "'markt' is not known" in str(caught.value)
    with pytest.raises(ParameterError, match="no judgement"):
        dimension_weights(POINTS, "ahp")
    with pytest.raises(ParameterError, match="entropy"):
        dimension_weights(POINTS, "entrpy")


def test_a_result_of_weights_may_be_in_another_order():
    turned = dimension_weights(POINTS[["market", "finance"]], "direct", weights={"finance": 3, "market": 1})
    assert rate_customers(POINTS, weights=turned).table["score"].iloc[0] == 85.0


def test_the_explorer_moves_weight_and_cuts():
    own = {"finance": 0.75, "market": 0.25}
    same = explore_rating(POINTS, weights=own, cuts=CUTS, share=0.75)
    assert same.table["grade"].equals(rate_customers(POINTS, weights=own, cuts=CUTS).table["grade"])
    assert explore_rating(POINTS, weights=own, cuts=CUTS, share=0.75, shift=-20).table["grade"].tolist() == list("ACA")
    for shift in (-100, 100):
        assert len(set(explore_rating(POINTS, weights=own, cuts=CUTS, share=1.0, shift=shift).table["grade"])) == 1
