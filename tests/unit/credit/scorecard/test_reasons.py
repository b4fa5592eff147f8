import numpy as np

from casework.credit.scorecard.reasons import reason_table


def test_largest_loss_first_ties_in_order_and_nothing_where_nothing_is_lost() -> None:
    codes = {"a": np.array([0, 1]), "b": np.array([0, 1]), "c": np.array([0, 1])}
    points = {"a": np.array([1.0, 5.0]), "b": np.array([2.0, 6.0]), "c": np.array([0.0, 9.0])}
    labels = {"a": ["low", "high"], "b": ["no", "yes"], "c": ["x", "y", "z"]}
    table = reason_table(codes, points, {"a": 5.0, "b": 6.0, "c": 9.0}, labels, 3)
    assert [table[f"reason_{k}"].tolist() for k in (1, 2, 3)] == [["c", None], ["a", None], ["b", None]]
    assert table["bin_1"].tolist() == ["x", None]
    assert table["lost_2"].tolist() == [4.0, 0.0]
