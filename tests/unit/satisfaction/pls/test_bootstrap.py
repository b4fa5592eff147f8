import warnings

import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.surveys import fitted, survey

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.satisfaction.pls import bootstrap_pls, fit_correlations, fit_pls, importance_map, measurement_quality
from casework.satisfaction.pls.bootstrap import group_codes


@pytest.fixture(scope="module")
def fit():
    return fitted()


@pytest.fixture(scope="module")
def boot(fit):
    return bootstrap_pls(fit, resamples=600)


def test_spread_of_a_correlation_is_that_of_theory():
    rng = np.random.default_rng(4)
    a = rng.normal(size=2000)
    data = pd.DataFrame({"a": a, "b": 0.6 * a + 0.8 * rng.normal(size=2000)})
    fit = fit_pls(data, "A =~ a; B =~ b; B ~ A")
    table = bootstrap_pls(fit, resamples=2000).table("path")
    r = fit.path("A", "B")
    assert table["se"][0] == pytest.approx((1 - r * r) / np.sqrt(2000), rel=0.1)
    reach = 1.96 * (1 - r * r) / np.sqrt(2000)
    assert (table["low"][0], table["high"][0]) == pytest.approx((r - reach, r + reach), abs=0.006)


def test_same_numbers_for_any_number_of_workers(fit, boot):
    again = bootstrap_pls(fit, resamples=600, workers=3)
    assert np.array_equal(again.draws, boot.draws)
    assert not np.array_equal(bootstrap_pls(fit, resamples=600, seed=8).draws, boot.draws)


def test_whole_chunks_come_first_whatever_the_number(fit, boot):
    assert np.array_equal(bootstrap_pls(fit, resamples=256).draws, boot.draws[:256])


def test_every_interval_holds_most_draws(boot):
    for kind in ("path", "total", "loading", "weight", "r2", "htmt", "index", "correlation"):
        table, drawn = boot.table(kind), boot.draws_of(kind).to_numpy()
        inside = ((drawn >= table["low"].to_numpy()) & (drawn <= table["high"].to_numpy())).mean(axis=0)
        assert inside == pytest.approx(np.full(len(table), 0.95), abs=0.01)
        assert ("p_normal" in table) is (kind not in ("r2", "htmt", "index", "correlation"))


@pytest.mark.parametrize("method", ["percentile", "bias_corrected", "bca", "normal"])
def test_intervals_hold_the_estimate_and_widen_with_confidence(boot, method):
    wide, narrow = (boot.table("path", method=method, confidence=level) for level in (0.99, 0.8))
    assert (wide["low"] <= narrow["low"]).all()
    assert (wide["high"] >= narrow["high"]).all()
    assert ((wide["low"] < wide["estimate"]) & (wide["estimate"] < wide["high"])).all()


def test_jackknife_leaves_out_one_respondent_at_a_time():
    data = survey(40)
    fit = fit_pls(data, "Q =~ q1; S =~ s1; S ~ Q")
    boot = bootstrap_pls(fit, resamples=50)
    left = np.array([data.drop(index=i)[["q1", "s1"]].corr().iloc[0, 1] for i in data.index])
    away = left.mean() - left
    assert boot.acceleration[0] == pytest.approx((away**3).sum() / (6 * (away**2).sum() ** 1.5))


def test_constant_indicators_of_resamples_are_counted():
    data = survey(30)
    data["q1"] = np.where(np.arange(30) == 0, 9.0, 5.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = fit_pls(data, "Q =~ q1 + q2; S =~ s1; S ~ Q")
    with pytest.warns(CaseworkWarning, match="an indicator is constant"):
        found = bootstrap_pls(fit, resamples=400, most_left_out=0.6)
    share = found.failures().set_index("reason")["share"]["left out: an indicator is constant"]
    assert share == pytest.approx((29 / 30) ** 30, abs=0.07)
    assert found.used == 400 - round(400 * share)
    assert np.isnan(found.draws).all(axis=1).sum() == 400 - found.used
    assert found.table("path")["se"].notna().all()
    with pytest.raises(DataError, match="an indicator is constant"):
        bootstrap_pls(fit, resamples=400)


def test_resamples_that_do_not_settle_are_counted():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = fitted(max_iterations=fitted().iterations)
        found = bootstrap_pls(fit, resamples=200, most_left_out=1.0)
    lost = found.failures().set_index("reason")["n"]["left out: not converged"]
    assert 0 < lost < 200
    assert found.used == 200 - lost


def test_heywood_cases_are_used_and_told():
    data = survey(60, seed=3)
    data["s2"] = data["s1"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = fit_pls(data, "Q =~ q1 + q2; S =~ s1 + s2; V =~ v1 + v2; S ~ Q + V", consistent=True)
        found = bootstrap_pls(fit, resamples=200, most_left_out=1.0)
    odd = found.failures()["n"].iloc[0]
    assert odd > 0
    assert any("not admissible" in note for note in found.notes)
    assert found.used >= odd


def test_signs():
    rng = np.random.default_rng(5)
    q = rng.normal(size=40)
    mixed = pd.DataFrame({"q1": q + rng.normal(size=40), "q2": -q + rng.normal(size=40), "s": q + rng.normal(size=40)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = fit_pls(mixed, "Q =~ q1 + q2; S =~ s; S ~ Q")
        spread = {name: bootstrap_pls(fit, resamples=400, sign=name).table("path")["se"][0]
                  for name in ("none", "construct", "individual")}  # fmt: skip
        turned = bootstrap_pls(fit, resamples=400, sign="construct").draws_of("loading").to_numpy()
        as_is = bootstrap_pls(fit, resamples=400, sign="none").draws_of("loading").to_numpy()
    assert spread["none"] > 2 * spread["construct"] >= 2 * spread["individual"] * 0.99
    assert np.abs(turned) == pytest.approx(np.abs(as_is))


def test_groups_are_followed_with_common_weights(fit):
    by = pd.Series(np.where(np.arange(150) < 60, "a", "b"))
    boot = bootstrap_pls(fit, resamples=100, by=by)
    table = boot.table("index").set_index(["group", "to"])["estimate"]
    rows = pd.DataFrame(fit.moments.rows, columns=fit.model.indicators)
    mine = rows[by == "a"].mean() * fit.answer_weights
    assert table["a", "Value"] == pytest.approx(mine[["v1", "v2"]].sum())
    assert 60 / 150 * table["a", "Value"] + 90 / 150 * table["b", "Value"] == pytest.approx(table["", "Value"])


def test_hooks_for_other_results(fit, boot):
    quality = measurement_quality(fit, htmt_draws=boot.htmt_draws())
    assert quality.pairs["htmt_low"].to_numpy() == pytest.approx(boot.table("htmt")["low"].to_numpy())
    chart = importance_map(fit, "Satisfaction", low=1, high=10, importance_draws=boot.importance_draws("Satisfaction"),
                           performance_draws=boot.performance_draws(low=1, high=10))  # fmt: skip
    row = chart.constructs.set_index("construct").loc["Quality"]
    assert row["importance_low"] < row["importance"] < row["importance_high"]
    assert row["performance_low"] < row["performance"] < row["performance_high"]
    standard = boot.importance_draws("Satisfaction", effects="standardized")
    assert standard[:, 2] == pytest.approx(np.zeros(600))
    assert standard.mean(axis=0)[0] == pytest.approx(boot.table("total")["mean"].iloc[1], abs=1e-9)


def test_covariance_metric_and_formative_blocks():
    for settings in ({"standardized": False}, {}):
        text = "Quality <~ q1 + q2 + q3; Satisfaction =~ s1 + s2; Satisfaction ~ Quality"
        fit = fit_pls(survey(), text, **settings)
        boot = bootstrap_pls(fit, resamples=300)
        table = boot.table("weight")
        assert (table["se"] > 0).all()
        assert table["mean"].to_numpy() == pytest.approx(table["estimate"].to_numpy(), abs=0.1)


def test_summary_counts_the_sure_paths(boot):
    table = boot.to_frame()
    sure = ((table["low"] > 0) | (table["high"] < 0)).sum()
    assert boot.summary() == f"{sure} of 3 paths are beyond chance (95% intervals, 600 resamples)."


def test_group_codes_take_any_names():
    codes, names = group_codes(pd.Series([2, "x", None, 2]))
    assert names == ("2", "x")
    assert codes.tolist() == [0, 1, -1, 0]


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"resamples": 1}, "resamples"),
        ({"sign": "both"}, "sign"),
        ({"confidence": 0}, "confidence"),
        ({"workers": 0}, "workers"),
        ({"seed": -1}, "seed"),
        ({"most_left_out": 2}, "most_left_out"),
    ],
)
def test_arguments_are_checked(fit, given, match):
    with pytest.raises(ParameterError, match=match):
        bootstrap_pls(fit, **given)


def test_what_cannot_be_resampled_is_refused(fit, boot):
    moments = survey().corr()
    without = fit_correlations(moments, fit.model, n=150)
    with pytest.raises(DataError, match="without rows"):
        bootstrap_pls(without)
    with pytest.raises(DataError, match="its rows are not those of the data"):
        bootstrap_pls(fit, by=pd.Series(["a"] * 10))
    with pytest.raises(ParameterError, match="kind"):
        boot.table("nothing")
    with pytest.raises(ParameterError, match="method"):
        boot.table(method="magic")
    with pytest.raises(ParameterError, match="target"):
        boot.importance_draws("Quality")
