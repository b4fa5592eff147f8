"""What must hold of the quality of any causal model of any data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.properties.test_pls import models
from tests.unit.satisfaction.pls.reference import random_rows

from casework.core.errors import CaseworkWarning
from casework.satisfaction.pls import (
    Structure,
    blindfold,
    build_model,
    cvpat,
    fit_measures,
    fit_pls,
    htmt,
    importance_map,
    measurement_quality,
    predict_pls,
)

quick = settings(deadline=None, max_examples=20)
seeds = st.integers(0, 999)
pytestmark = pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")


def fitted(model, seed, n=50, factor=None):
    sizes, modes, paths = model
    rows = random_rows(seed, sizes, paths, n=n)
    rows = rows if factor is None else rows * factor[: rows.shape[1]] + 3
    columns = [f"x{i}" for i in range(rows.shape[1])]
    names = [f"C{c}" for c in range(len(sizes))]
    ends = np.cumsum([0, *sizes])
    blocks = {name: columns[ends[c] : ends[c + 1]] for c, name in enumerate(names)}
    ways = {name: [names[b] for a, b in paths if a == c] for c, name in enumerate(names)}
    chosen = build_model(
        blocks,
        {name: ends for name, ends in ways.items() if ends},
        formative=[name for name, mode in zip(names, modes, strict=True) if mode == "B"],
    )
    result = fit_pls(pd.DataFrame(rows, columns=columns), chosen)
    assume(result.converged)
    return result


@quick
@given(model=models(), seed=seeds)
def test_ratios_do_not_depend_on_signs_and_are_symmetric(model, seed):
    sizes, modes, paths = model
    structure = Structure(sizes, modes, paths)
    matrix = np.corrcoef(random_rows(seed, sizes, paths), rowvar=False)
    turn = np.random.default_rng(seed).choice([-1.0, 1.0], size=len(matrix))
    for kind in ("htmt", "htmt2"):
        found = htmt(matrix, structure, kind=kind)[0]
        np.testing.assert_allclose(found, htmt(matrix * np.outer(turn, turn), structure, kind=kind)[0], rtol=1e-12)
        np.testing.assert_allclose(found, found.T, rtol=1e-12)
        assert (found >= 0).all()


@quick
@given(model=models(), seed=seeds)
def test_reliabilities_of_composites_stay_in_their_range(model, seed):
    table = measurement_quality(fitted(model, seed)).constructs
    judged = table[table["kind"] == "reflective"]
    assert ((judged["ave"] > 0) & (judged["ave"] <= 1 + 1e-12)).all()
    assert (judged["rho_c"] <= 1 + 1e-12).all()
    assert (judged["alpha"] <= 1 + 1e-12).all()
    assert (judged["alpha_raw_low"] <= judged["alpha_raw"]).all()
    assert table.loc[table["kind"] == "formative", "alpha"].isna().all()


@quick
@given(model=models(), seed=seeds)
def test_fit_measures_are_distances(model, seed):
    result = fitted(model, seed)
    table = fit_measures(result, measurement="composite").measures
    assert (table[["srmr", "d_l", "d_g"]] >= -1e-12).to_numpy().all() or table["d_g"].isna().any()
    k, p = len(model[0]), result.structure.p
    np.testing.assert_allclose(table["srmr"] ** 2 * p * (p + 1) / 2, table["d_l"], rtol=1e-9)
    if p == k:  # single items, saturated: nothing can misfit
        assert table["srmr"][1] == pytest.approx(0, abs=1e-9)


@quick
@given(model=models(), seed=seeds, factor=st.floats(0.1, 20))
def test_units_do_not_matter_where_errors_are_relative(model, seed, factor):
    scale = np.random.default_rng(seed).uniform(0.5, 2, size=99) * factor
    one, two = fitted(model, seed), fitted(model, seed, factor=scale)
    settings_ = {"scale": "standardized", "distance": 4}
    for column in ("q2_redundancy", "q2_communality"):
        np.testing.assert_allclose(blindfold(one, **settings_).constructs[column],
                                   blindfold(two, **settings_).constructs[column], atol=1e-6)  # fmt: skip
    left, right = (predict_pls(item, folds=5, repetitions=1).table for item in (one, two))
    np.testing.assert_allclose(left["q2_predict"], right["q2_predict"], atol=1e-6)
    np.testing.assert_allclose(left["rmse"] * scale[[int(x[1:]) for x in left["indicator"]]], right["rmse"], rtol=1e-6)


@quick
@given(model=models(), seed=seeds)
def test_predictions_cover_every_respondent_and_target(model, seed):
    result = fitted(model, seed)
    found = predict_pls(result, folds=4, repetitions=2, seed=seed)
    targets = {result.model.names[i] for i in result.structure.targets}
    assert set(found.targets) == targets
    assert len(found.predicted["mean"].dropna()) == 50
    assert (found.table["q2_predict"].dropna() <= 1).all()
    assert found.power() in {"all", "majority", "minority", "none"}
    table = cvpat(found, resamples=100).table
    known = table.dropna(subset=["low"])
    assert ((known["low"] <= known["difference"]) & (known["difference"] <= known["high"])).all()
    assert known["boot_p"].dropna().between(0, 1).all()


@quick
@given(model=models(), seed=seeds)
def test_importance_of_indicators_adds_up_to_that_of_their_construct(model, seed):
    result = fitted(model, seed)
    target = result.model.names[int(result.structure.targets[-1])]
    found = importance_map(result, target, allow_negative=True)
    sums = found.indicators.groupby("construct")["importance"].sum()
    for row in found.constructs.to_dict("records"):
        assert sums[row["construct"]] == pytest.approx(row["importance"], abs=1e-7, rel=1e-7)
    assert set(found.constructs["construct"]) <= set(result.model.names) - {target}


def test_warnings_are_those_of_the_fit_alone():
    with pytest.warns(CaseworkWarning):
        fit_pls(pd.DataFrame({"a": [1, 2, 3, 5.0], "b": [1, 3, 2, 5.0]}), "A =~ a\nB =~ b\nB ~ A", max_iterations=1)
