import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.quality_samples import TEXT, fit, mobi, survey

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.pls import fit_pls, fit_test
from casework.satisfaction.pls.fit_test import transformed

pytestmark = pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")


def test_transformed_rows_have_the_correlations_implied():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(40, 3)) @ rng.normal(size=(3, 3))
    standard = (rows - rows.mean(axis=0)) / rows.std(axis=0, ddof=1)
    implied = np.array([[1, 0.4, 0.2], [0.4, 1, 0.5], [0.2, 0.5, 1]])
    moved = transformed(standard, np.corrcoef(rows, rowvar=False), implied)
    np.testing.assert_allclose(np.corrcoef(moved, rowvar=False), implied, atol=1e-12)


def test_true_model_is_kept_and_wrong_one_refused():
    rng = np.random.default_rng(4)
    q = rng.normal(size=400)
    s = 0.6 * q + 0.8 * rng.normal(size=400)
    frame = pd.DataFrame({"q": q, "s": s, "l": 0.6 * s + 0.8 * rng.normal(size=400)})
    right = fit_test(fit_pls(frame, "Q =~ q; S =~ s; L =~ l; S ~ Q; L ~ S"), resamples=199)
    wrong = fit_test(fit_pls(frame, "Q =~ q; S =~ s; L =~ l; S ~ Q; L ~ Q"), resamples=199)
    assert not right.table["rejected"].any()
    assert wrong.table["rejected"].all()
    assert (wrong.table["p_value"] == 1 / 200).all()
    assert "beyond chance" in wrong.summary()
    assert "within what chance" in right.summary()


def test_bounds_are_quantiles_and_the_seed_decides():
    one, two, other = (fit_test(fit(), resamples=50, seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert one != other
    row = one.table.set_index("measure").loc["srmr"]
    assert row["hi95"] == pytest.approx(np.quantile(one.draws["srmr"], 0.95))
    assert row["p_value"] == pytest.approx((1 + (one.draws["srmr"] >= row["value"]).sum()) / (1 + len(one.draws)))


def test_failed_resamples_are_counted():
    found = fit_test(fit_pls(survey(n=25), TEXT, max_iterations=30, tolerance=1e-7), resamples=199)
    assert found.failed + len(found.draws) == 199
    assert bool(found.failed) is any("could not be used" in note for note in found.notes)


def test_too_few_resamples_left_say_nothing():
    with pytest.raises(DataError, match=r"only 0 of 19 could be estimated"):
        fit_test(fit_pls(survey(), TEXT, max_iterations=1), resamples=19)


def test_in_the_metric_of_the_answers():
    found = fit_test(fit(standardized=False), resamples=29, measurement="factor", inner="saturated")
    assert found.table["value"].gt(0).all()


def test_repeated_indicators_and_correlations_alone():
    with pytest.raises(DataError, match="observed correlations"):
        fit_test(fit_pls(survey().assign(q2=lambda table: table["q1"]), TEXT), resamples=19)
    with pytest.raises(DataError, match="without rows"):
        fit_test(mobi())
    with pytest.raises(ParameterError, match="resamples"):
        fit_test(fit(), resamples=3)
