import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from casework.satisfaction import expectation_gap, satisfaction_index
from casework.stats.ahp import ahp_weights
from casework.stats.multiple import holm
from casework.stats.regression_weights import relative_weights
from casework.stats.survey import survey_design
from casework.stats.weights import direct_weights

ITEMS = ["a", "b", "c", "d"]
SPEC = {"X": ["a", "b"], "Y": {"Z": ["c"], "V": ["d"]}}
answers = hnp.arrays(np.int64, st.tuples(st.integers(4, 30), st.just(4)), elements=st.integers(1, 10))
positive = st.floats(0.01, 100)
quick = settings(deadline=None, max_examples=40)


def frame(values):
    return pd.DataFrame(values, columns=ITEMS)


@quick
@given(values=answers, weights=st.tuples(positive, positive))
def test_index_stays_on_its_scale_and_is_the_sum_of_contributions(values, weights):
    given_weights = dict(zip(["X", "Y"], weights, strict=True))
    result = satisfaction_index(frame(values), SPEC, weighting="direct", weights=given_weights)
    nodes = result.nodes.set_index("node")
    assert 0 <= result.index <= 100
    assert nodes.loc[ITEMS, "contribution"].sum() == pytest.approx(result.index)
    assert nodes.loc[ITEMS, "global_weight"].sum() == pytest.approx(1)
    assert (nodes["low"] <= nodes["score"] + 1e-9).all()
    assert (nodes["score"] <= nodes["high"] + 1e-9).all()


@quick
@given(values=answers, seed=st.integers(0, 99))
def test_order_of_respondents_does_not_matter(values, seed):
    order = np.random.default_rng(seed).permutation(len(values))
    first, second = satisfaction_index(frame(values), SPEC), satisfaction_index(frame(values[order]), SPEC)
    assert (first.index, first.se) == pytest.approx((second.index, second.se))


@quick
@given(values=answers, scale=st.floats(0.1, 10), shift=st.floats(-50, 50))
def test_unit_of_the_scale_does_not_matter(values, scale, shift):
    moved = satisfaction_index(
        frame(values * scale + shift), SPEC, low=scale + shift - 1e-9, high=10 * scale + shift + 1e-9
    )
    assert moved.index == pytest.approx(satisfaction_index(frame(values), SPEC).index, abs=1e-5)


@quick
@given(values=answers, row=st.integers(0, 3), item=st.sampled_from(ITEMS))
def test_a_better_answer_never_lowers_the_index(values, row, item):
    better = frame(values)
    before = satisfaction_index(better, SPEC).index
    better.loc[row, item] = min(10, better.loc[row, item] + 1)
    assert satisfaction_index(better, SPEC).index >= before - 1e-9


@quick
@given(values=answers)
def test_mirrored_answers_mirror_the_index(values):
    mirrored = satisfaction_index(frame(11 - values), SPEC)
    assert mirrored.index == pytest.approx(100 - satisfaction_index(frame(values), SPEC).index)


@quick
@given(values=answers, weight=st.floats(0.5, 9))
def test_equal_design_weights_change_nothing(values, weight):
    data = frame(values)
    design = survey_design(data.index, weight=pd.Series(weight, index=data.index))
    assert satisfaction_index(data, SPEC, design=design).se == pytest.approx(satisfaction_index(data, SPEC).se)


@quick
@given(values=answers, seed=st.integers(0, 99))
def test_gap_changes_sign_with_its_sides(values, seed):
    other = frame(np.random.default_rng(seed).permutation(values))
    one, two = expectation_gap(frame(values), other, SPEC), expectation_gap(other, frame(values), SPEC)
    assert one.gap == pytest.approx(-two.gap)
    assert one.share("loyal") == pytest.approx(two.share("complaining"))


@quick
@given(weights=st.lists(positive, min_size=2, max_size=7))
def test_consistent_judgements_give_their_weights_back(weights):
    values = np.array(weights)
    names = [str(i) for i in range(len(values))]
    result = ahp_weights(values[:, None] / values[None, :], names)
    assert result.weights.to_numpy() == pytest.approx(values / values.sum(), rel=1e-6)


@quick
@given(weights=st.dictionaries(st.text(min_size=1, max_size=4), positive, min_size=1, max_size=6), factor=positive)
def test_direct_weights_know_no_unit(weights, factor):
    first = direct_weights(weights).weights
    second = direct_weights({name: factor * value for name, value in weights.items()}).weights
    assert first.to_numpy() == pytest.approx(second.to_numpy())


@quick
@given(values=hnp.arrays(np.float64, (30, 4), elements=st.floats(-3, 3)), seed=st.integers(0, 99))
def test_relative_weights_are_shares_of_r_squared(values, seed):
    rng = np.random.default_rng(seed)
    data = values + rng.normal(size=values.shape)
    correlation = np.corrcoef(data, rowvar=False)
    inner, toward = correlation[:3, :3], correlation[:3, 3]
    shares = relative_weights(inner, toward)
    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(toward @ np.linalg.solve(inner, toward))


@quick
@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_a_p_value_and_keeps_order(p_values):
    values = np.array(p_values)
    adjusted = holm(values)
    assert (adjusted >= values).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(values, kind="stable")]) >= -1e-12).all()
