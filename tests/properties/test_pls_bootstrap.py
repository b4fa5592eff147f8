"""What must hold of the bootstrap and of comparisons of groups, whatever the answers."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.satisfaction.pls.surveys import TEXT, survey

from casework.satisfaction.pls import bootstrap_pls, compare_groups, fit_pls, pls_index

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=15, deadline=None)


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@FEW
@given(SEEDS, st.lists(st.floats(0.1, 50), min_size=7, max_size=7), st.floats(-100, 100))
def test_units_of_the_answers_do_not_matter(seed, scales, shift):
    data = survey(60, seed)
    moved = data * np.array(scales) + shift
    first, second = (bootstrap_pls(fit_pls(item, TEXT), resamples=30, most_left_out=1.0) for item in (data, moved))
    for kind in ("path", "total", "loading", "r2", "htmt"):
        assert second.draws_of(kind).to_numpy() == pytest.approx(first.draws_of(kind).to_numpy(), abs=1e-6, nan_ok=True)


@FEW
@given(SEEDS, st.integers(1, 5), st.integers(2, 600))
def test_workers_do_not_matter(seed, workers, resamples):
    fit = fit_pls(survey(50, seed), TEXT)
    alone = bootstrap_pls(fit, resamples=resamples, seed=seed, most_left_out=1.0)
    shared = bootstrap_pls(fit, resamples=resamples, seed=seed, workers=workers, most_left_out=1.0)
    assert np.array_equal(alone.draws, shared.draws, equal_nan=True)
    assert alone.used + alone.failures()["n"].iloc[1:].sum() == resamples


@FEW
@given(SEEDS)
def test_index_stays_on_its_scale_and_moves_with_the_answers(seed):
    data = survey(60, seed).clip(2, 9)
    index, higher = (
        pls_index(bootstrap_pls(fit_pls(item, TEXT), resamples=40), low=1, high=10, allow_negative=True).of_all()
        for item in (data, data + 1)
    )
    assert higher["index"].to_numpy() == pytest.approx(index["index"].to_numpy() + 100 / 9)
    assert higher["low"].to_numpy() == pytest.approx(index["low"].to_numpy() + 100 / 9)
    assert index["index"].between(0, 100).all()


@FEW
@given(SEEDS)
def test_names_of_the_groups_do_not_matter(seed):
    data = survey(80, seed)
    by = pd.Series(np.random.default_rng(seed).integers(0, 2, 80))
    fit = fit_pls(data, TEXT)
    first = compare_groups(fit, by=by.map({0: "a", 1: "b"}), permutations=30, resamples=0)
    second = compare_groups(fit, by=by.map({0: "z", 1: "b"}), permutations=30, resamples=0)
    assert second.paths["difference"].to_numpy() == pytest.approx(-first.paths["difference"].to_numpy(), abs=1e-8)
    assert first.paths["p"].between(1 / 31, 1).all()
    assert second.micom["correlation"].to_numpy() == pytest.approx(first.micom["correlation"].to_numpy(), abs=1e-8)
