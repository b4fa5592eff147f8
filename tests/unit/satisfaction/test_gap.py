import numpy as np
import pandas as pd
import pytest
from scipy import stats

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.gap import classify_gaps, expectation_gap

SPEC = {"X": ["a", "b"], "Y": ["c"]}


@pytest.fixture
def pairs():
    rng = np.random.default_rng(6)
    got = pd.DataFrame(rng.integers(1, 11, (80, 3)), columns=list("abc"))
    wanted = pd.DataFrame(rng.integers(4, 11, (80, 3)), columns=list("abc"))
    return got, wanted


def test_gap_of_a_question_is_the_paired_t_interval(pairs):
    got, wanted = pairs
    row = expectation_gap(got, wanted, SPEC).nodes.set_index("node").loc["a"]
    test = stats.ttest_rel(got["a"], wanted["a"])
    low, high = test.confidence_interval()
    assert row["gap"] == pytest.approx((got["a"] - wanted["a"]).mean() / 9 * 100)
    assert (row["low"], row["high"]) == pytest.approx((low / 9 * 100, high / 9 * 100))


def test_weighted_gap(pairs):
    got, wanted = pairs
    result = expectation_gap(got, wanted, SPEC, weights={"X": 3, "Y": 1, "a": 1, "b": 1, "c": 1})
    nodes = result.nodes.set_index("node")["gap"]
    assert result.gap == pytest.approx(0.75 * nodes["X"] + 0.25 * nodes["Y"])
    assert nodes["X"] == pytest.approx((nodes["a"] + nodes["b"]) / 2)


def test_classes_by_band():
    gaps = pd.Series([-5.6, -5.5, 0, 5.5, 5.6, np.nan])
    assert classify_gaps(gaps, band=5.5).astype(object).tolist()[:5] == [
        "complaining", "satisfied", "satisfied", "satisfied", "loyal",
    ]  # fmt: skip
    assert classify_gaps(gaps, band=5.5).isna().sum() == 1


def test_shares_add_up_and_count(pairs):
    result = expectation_gap(*pairs, SPEC)
    assert result.classes["share"].sum() == pytest.approx(1)
    assert result.classes["n"].sum() == 80
    assert result.band == pytest.approx(50 / 9)
    assert result.share("loyal") == pytest.approx(result.classes["share"].iloc[2])


def test_band_of_zero_counts_only_equality(pairs):
    got, _ = pairs
    assert expectation_gap(got, got, SPEC, band=0).share("satisfied") == 1


def test_half_answered_pairs_are_left_out(pairs):
    got, wanted = pairs
    got = got.astype(float)
    got.loc[0, "a"] = np.nan
    result = expectation_gap(got, wanted, SPEC)
    assert result.pairs_missing == 1
    assert result.nodes.set_index("node").loc["a", "n"] == 79
    assert result.n == 80


def test_question_without_expectation_is_told(pairs):
    got, wanted = pairs
    result = expectation_gap(got, wanted[["a", "b"]], SPEC)
    assert "1 question has no expectation and is left out of the gap: c" in result.notes[0]
    assert "Y" not in result.nodes["node"].tolist()


def test_no_expectation_at_all(pairs):
    with pytest.raises(DataError, match="no question has an expectation"):
        expectation_gap(pairs[0], pairs[1].set_axis(["x", "y", "z"], axis=1), SPEC)


def test_other_rows_are_refused(pairs):
    with pytest.raises(DataError, match="other rows"):
        expectation_gap(pairs[0], pairs[1].head(10), SPEC)


def test_pairs_never_complete(pairs):
    got, wanted = pairs
    with pytest.raises(DataError, match="question 'c': no complete pair"):
        expectation_gap(got.assign(c=np.nan), wanted, SPEC)


def test_expectation_outside_the_scale(pairs):
    with pytest.raises(DataError, match="outside the scale"):
        expectation_gap(pairs[0], pairs[1] + 1, SPEC)


def test_negative_band(pairs):
    with pytest.raises(ParameterError, match="band: -1"):
        expectation_gap(*pairs, SPEC, band=-1)


def test_items_come_widest_shortfall_first(pairs):
    items = expectation_gap(*pairs, SPEC).items
    assert items["gap"].is_monotonic_increasing
    assert set(items["node"]) == {"a", "b", "c"}


def test_summary_has_gap_and_classes(pairs):
    text = expectation_gap(*pairs, SPEC).summary()
    assert "points against what they expect" in text
    assert "complaining" in text


def test_rename(pairs):
    assert "price" in expectation_gap(*pairs, SPEC).rename({"c": "price"}).nodes["node"].tolist()
