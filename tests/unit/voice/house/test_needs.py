import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.voice import evaluate_counts
from casework.voice.house import need_weights


def needs(**changes):
    columns = {
        "importance": [5, 4, 3],
        "current": [2, 4, 4],
        "goal": [4, 5, None],
        "sales_point": [1.5, 1.2, None],
        "category": ["M", "O", "A"],
        "better": [0.2, 0.6, 0.7],
        "worse": [-0.8, -0.5, -0.1],
    }
    return pd.DataFrame(columns | changes, index=["light", "cheap", "quiet"])


def test_raw_weight_is_the_product_and_shares_add_up():
    found = need_weights(needs())
    assert found.frame["raw_weight"].tolist() == [15, 6, 3]
    assert found.weights.tolist() == [0.625, 0.25, 0.125]
    assert found.summary() == "light weighs most: 62% of the total."


def test_empty_goal_and_sales_point_change_nothing():
    row = need_weights(needs()).frame.loc["quiet"]
    assert (row["improvement_ratio"], row["sales_point"], row["goal"]) == (1.0, 1.0, 4.0)


def test_importance_alone_ignores_the_rest():
    assert need_weights(needs(), method="importance").weights.tolist() == pytest.approx([5 / 12, 4 / 12, 3 / 12])


def test_without_ratings_the_ratio_is_one():
    found = need_weights(needs()[["importance"]])
    assert found.frame["improvement_ratio"].tolist() == [1, 1, 1]
    assert found.frame["raw_weight"].tolist() == [5, 4, 3]


def test_kano_adjusts_the_ratio_and_keeps_the_sales_point():
    found = need_weights(needs(), method="kano").frame
    assert found["adjusted_ratio"].tolist() == pytest.approx([4, 1.25, 1])
    assert found["raw_weight"].tolist() == pytest.approx([5 * 4 * 1.5, 4 * 1.25 * 1.2, 3])
    other = need_weights(needs(), method="kano", kano="chaudha").frame
    assert other["adjusted_ratio"].tolist() == pytest.approx([2 * 1.8**0.5, 1.25 * 1.6, 1.7**1.5])


def test_a_kano_evaluation_can_be_laid_over_the_needs():
    counts = pd.DataFrame(
        [[60, 20, 10, 10, 0, 0], [5, 10, 70, 15, 0, 0]], index=["light", "quiet"], columns=list("MOAIRQ")
    )
    evaluated = evaluate_counts(counts).to_frame()
    found = need_weights(needs(category=["A", "O", "M"]), method="kano", attributes=evaluated).frame
    assert found["category"].tolist() == ["M", "O", "A"]
    assert found.loc["light", "worse"] == pytest.approx(-0.8)
    assert found.loc["cheap", "better"] == 0.6


def test_unwanted_needs_weigh_nothing_and_are_noted():
    found = need_weights(needs(category=["R", "O", "i"]), method="kano")
    assert found.weights["light"] == 0
    assert any("Leave them out" in note and "light" in note for note in found.notes)
    assert any("indifferent" in note and "quiet" in note for note in found.notes)


def test_a_goal_below_the_current_rating_is_noted():
    found = need_weights(needs(goal=[1, 5, 4]))
    assert "below the current rating" in found.notes[0]
    assert "light" in found.notes[0]


def test_all_problems_are_told_at_once():
    bad = needs(importance=[-1, None, "x"], current=[0, 4, 4], sales_point=[1.3, 1.2, None], category=["M", "Z", ""])
    with pytest.raises(DataError) as caught:
        need_weights(bad, method="kano")
    text = str(caught.value)
    assert len(caught.value.problems) == 7
    for part in (
        "need 'light', importance: -1. Expected: a number of at least 0",
        "need 'cheap', importance: no value",
        "need 'quiet', importance: 'x'",
        "need 'light', current: 0. Expected: a number above 0",
        "need 'light', sales point: 1.3. Expected: one of 1, 1.2, 1.5",
        "need 'cheap', category: 'Z'",
        "need 'quiet', category: no category",
    ):
        assert part in text


def test_chaudha_needs_better_and_worse():
    with pytest.raises(DataError, match=r"(?s)need 'light', better: no value.*need 'quiet', worse: no value"):
        need_weights(needs().drop(columns=["better", "worse"]), method="kano", kano="chaudha")
    with pytest.raises(DataError, match=r"worse: 0.8. Expected: a share from -1 to 0"):
        need_weights(needs(worse=[0.8, -0.5, -0.1]), method="kano", kano="chaudha")


def test_needs_without_any_weight_are_refused():
    with pytest.raises(DataError, match="they add up to 0"):
        need_weights(needs(importance=[0, 0, 0]))


def test_importance_must_be_there_and_names_once():
    with pytest.raises(DataError, match="there is no importance"):
        need_weights(pd.DataFrame({"goal": [1]}))
    with pytest.raises(DataError, match="'light': the name occurs twice"):
        need_weights(needs().set_axis(["light", "light", "quiet"], axis=0))


def test_unknown_methods_are_refused():
    with pytest.raises(ParameterError, match="one of importance, raw, kano"):
        need_weights(needs(), method="rwa")


def test_input_is_not_changed():
    given = needs()
    before = given.copy()
    need_weights(given, method="kano", kano="chaudha")
    pd.testing.assert_frame_equal(given, before)


def test_infinite_numbers_are_no_numbers():
    with pytest.raises(DataError, match="need 'light', goal: inf"):
        need_weights(needs(goal=[np.inf, 5, 4]))


def test_a_goal_without_a_rating_is_noted():
    found = need_weights(needs(current=[2, None, 4]))
    assert found.frame.loc["cheap", "improvement_ratio"] == 1
    assert found.notes == ("There is a goal but no rating now, so the improvement ratio is 1: cheap.",)
