"""What must hold for every Kano survey."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from casework.voice import classify, evaluate, evaluate_counts
from casework.voice.kano_table import CATEGORIES

LETTERS = list(CATEGORIES)
counts = hnp.arrays(np.int64, st.tuples(st.integers(1, 5), st.just(6)), elements=st.integers(0, 10_000))
thresholds = st.floats(0, 1)
answers = hnp.arrays(np.float64, (2, 12, 3), elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, float("nan")]))


def frame(cells):
    return pd.DataFrame(cells, columns=LETTERS, index=[f"a{i}" for i in range(len(cells))])


def pair(values):
    return tuple(pd.DataFrame(part, columns=list("abc")) for part in values)


@given(counts, thresholds)
def test_measures_stay_in_their_range(cells, threshold):
    found = evaluate_counts(frame(cells), threshold=threshold).to_frame()
    for name, low, high in (("better", 0, 1), ("worse", -1, 0), ("total_strength", 0, 1), ("category_strength", 0, 1)):
        assert found[name].dropna().between(low, high).all()
    for name in ("better", "worse"):
        known = found.dropna(subset=[name])
        assert (known[f"{name}_low"] <= known[name] + 1e-12).all()
        assert (known[name] <= known[f"{name}_high"] + 1e-12).all()


@given(counts, thresholds)
def test_the_category_is_one_of_the_two_most_frequent(cells, threshold):
    found = evaluate_counts(frame(cells), threshold=threshold).to_frame()
    for _, row in found.iterrows():
        own = row[LETTERS].astype(int)
        if own.sum() == 0:
            assert pd.isna(row["category"])
        else:
            assert own[row["category"]] >= own.sort_values().iloc[-2]
            assert own[row["category"]] > 0
            assert own[row["mode"]] == own.max()


@given(counts)
def test_without_threshold_the_category_is_the_mode(cells):
    found = evaluate_counts(frame(cells), threshold=0).to_frame()
    assert found["category"].equals(found["mode"])


@given(counts, st.integers(2, 50))
def test_shares_do_not_depend_on_the_size_of_the_survey(cells, factor):
    one, many = (evaluate_counts(frame(cells * times)).to_frame() for times in (1, factor))
    columns = ["mode", "category", "mixed", "better", "worse", "total_strength", "category_strength"]
    pd.testing.assert_frame_equal(one[columns], many[columns])


@given(answers, st.randoms())
def test_the_order_of_respondents_does_not_matter(values, random):
    order = list(range(values.shape[1]))
    random.shuffle(order)
    assert evaluate(*pair(values)) == evaluate(*pair(values[:, order]))


@given(answers)
def test_swapping_the_questions_mirrors_the_category(values):
    functional, dysfunctional = pair(values)
    there, back = classify(functional, dysfunctional), classify(dysfunctional, functional)
    assert (there.isna() == back.isna()).all(axis=None)
    mirrored = {"O": {"R"}, "A": {"R"}, "M": {"R"}, "I": {"I"}, "Q": {"Q"}, "R": {"O", "A", "M"}}
    for name in there:
        pairs = zip(there[name].dropna(), back[name].dropna(), strict=True)
        assert all(b in mirrored[a] for a, b in pairs)


@given(answers)
def test_counts_are_the_categories_counted(values):
    functional, dysfunctional = pair(values)
    found = evaluate(functional, dysfunctional).counts
    letters = classify(functional, dysfunctional)
    for name in letters:
        assert found.loc[name, LETTERS].tolist() == [int((letters[name] == letter).sum()) for letter in LETTERS]
        assert found.loc[name, "incomplete"] == letters[name].isna().sum()


@given(counts, st.integers(0, 2**32 - 1))
def test_bootstrap_intervals_are_ordered_and_inside_their_range(cells, seed):
    found = evaluate_counts(frame(cells)).bootstrap(resamples=30, seed=seed).intervals
    known = found.dropna(subset=["low", "high"])
    assert (known["low"] <= known["high"]).all()
    assert known.loc[known["measure"] != "worse", "low"].ge(0).all()
    assert known["low"].between(-1, 1).all()
