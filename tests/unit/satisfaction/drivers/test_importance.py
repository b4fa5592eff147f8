import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.outliers_influence import variance_inflation_factor

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.satisfaction.drivers import driver_importance, importance_from_correlations
from casework.satisfaction.drivers import importance as module
from casework.satisfaction.drivers.importance import measures, ranks


def survey(n=150, k=4, seed=0):
    rng = np.random.default_rng(seed)
    ratings = rng.normal(size=(n, k)) + rng.normal(size=(n, 1))
    outcome = ratings @ np.linspace(0.8, 0.1, k) + rng.normal(size=n)
    return pd.DataFrame(ratings, columns=[f"d{j}" for j in range(k)]), pd.Series(outcome, name="overall")


def test_against_statsmodels_and_all_orders():
    ratings, outcome = survey()
    result = driver_importance(ratings, outcome, resamples=0)
    table = result.drivers.set_index("driver").loc[list(ratings.columns)]
    scaled = (ratings - ratings.mean()) / ratings.std()
    fit = sm.OLS((outcome - outcome.mean()) / outcome.std(), scaled).fit()
    np.testing.assert_allclose(table["beta"], fit.params, atol=1e-10)
    assert result.r_squared == pytest.approx(fit.rsquared, abs=1e-10)
    design = sm.add_constant(ratings).to_numpy()
    inflation = [variance_inflation_factor(design, j) for j in range(1, 5)]
    np.testing.assert_allclose(table["vif"], inflation, rtol=1e-9)

    def explained(names):
        return sm.OLS(outcome, sm.add_constant(ratings[list(names)])).fit().rsquared if names else 0.0

    orders = list(itertools.permutations(ratings.columns))
    gains = {
        name: np.mean([explained(o[: o.index(name) + 1]) - explained(o[: o.index(name)]) for o in orders])
        for name in ratings.columns
    }
    np.testing.assert_allclose(table["lmg"], list(gains.values()), atol=1e-10)
    assert table["relative_weight"].sum() == pytest.approx(result.r_squared)
    assert result.drivers["rank"].tolist() == [1, 2, 3, 4]


def test_intervals_are_quantiles_of_drawn_rows():
    ratings, outcome = survey(n=80, k=3)
    result = driver_importance(ratings, outcome, resamples=3000, confidence=0.9, seed=3)
    rng = np.random.default_rng(99)
    joint = ratings.join(outcome).to_numpy()
    draws = np.array([np.corrcoef(joint[rng.integers(0, 80, 80)], rowvar=False) for _ in range(3000)])
    found = measures(draws)
    table = result.drivers.set_index("driver").loc[list(ratings.columns)]
    for name in ("beta", "lmg", "relative_weight"):
        low, high = np.quantile(found[name], [0.05, 0.95], axis=0)
        np.testing.assert_allclose(table[f"{name}_low"], low, atol=0.02)
        np.testing.assert_allclose(table[f"{name}_high"], high, atol=0.02)
    assert result.r_squared_low < result.r_squared < result.r_squared_high


def test_same_seed_same_intervals_and_another_seed_others():
    ratings, outcome = survey()
    first, second, other = (driver_importance(ratings, outcome, resamples=200, seed=s) for s in (1, 1, 2))
    assert first == second
    assert first != other


def test_missing_answers_are_left_out_and_told():
    ratings, outcome = survey()
    ratings.iloc[:7, 1] = np.nan
    result = driver_importance(ratings, outcome, resamples=0)
    whole = driver_importance(ratings.iloc[7:], outcome.iloc[7:], resamples=0)
    assert (result.n, result.left_out) == (143, 7)
    assert result == whole
    assert "7 respondents" in result.notes[0]


def test_one_driver():
    ratings, outcome = survey(k=1)
    result = driver_importance(ratings, outcome, resamples=100)
    assert result.drivers["lmg"].iloc[0] == pytest.approx(np.corrcoef(ratings["d0"], outcome)[0, 1] ** 2)
    assert "100%" in result.summary()


def test_tangled_drivers_warn_and_copies_are_refused():
    ratings, outcome = survey()
    near = ratings.assign(d3=ratings["d0"] + 0.05 * ratings["d3"])
    with pytest.warns(CaseworkWarning, match="hang together"):
        result = driver_importance(near, outcome, resamples=0)
    assert any("Variance inflation is above 10" in note for note in result.notes)
    with pytest.raises(DataError, match="repeat each other: d0, d3"):
        driver_importance(ratings.assign(d3=2 * ratings["d0"] + 1), outcome)


def test_failed_resamples_are_counted():
    ratings, outcome = survey(n=12, k=2)
    ratings["d1"] = [0.0] * 11 + [1.0]
    with pytest.warns(CaseworkWarning, match="resamples failed"):
        result = driver_importance(ratings, outcome, resamples=400)
    assert result.failed == pytest.approx(400 * (11 / 12) ** 12, abs=45)
    assert np.isfinite(result.drivers["lmg_low"]).all()


def test_cost_of_intervals_is_bounded_and_told(monkeypatch):
    ratings, outcome = survey(k=5)
    monkeypatch.setattr(module, "MOST_SUBSETS", 150 * 2**5)
    result = driver_importance(ratings, outcome, resamples=300)
    assert result.lmg_resamples == 150
    assert any("150 of 300" in note for note in result.notes)
    monkeypatch.setattr(module, "MOST_SUBSETS", 50 * 2**5)
    result = driver_importance(ratings, outcome, resamples=300)
    assert result.lmg_resamples == 0
    assert result.drivers["lmg_low"].isna().all()
    assert result.drivers["relative_weight_low"].notna().all()
    assert result.drivers["rank_low"].notna().all()


def test_who_could_be_first():
    rng = np.random.default_rng(1)
    ratings = pd.DataFrame(rng.normal(size=(300, 3)), columns=list("abc"))
    outcome = pd.Series(2 * ratings["a"] + 0.3 * ratings["b"] + rng.normal(size=300), name="y")
    result = driver_importance(ratings, outcome, resamples=200)
    assert (result.top, result.leaders) == ("a", ["a"])
    assert "first beyond chance" in result.summary()


def test_correlations_give_what_the_rows_give():
    ratings, outcome = survey()
    joint = ratings.join(outcome)
    table = joint.corr().loc[["overall", *ratings], ["overall", *ratings]]
    from_rows, from_table = (
        driver_importance(ratings, outcome, resamples=0),
        importance_from_correlations(table, outcome="overall", n=150),
    )
    columns = ["correlation", "beta", "vif", "lmg", "relative_weight"]
    np.testing.assert_allclose(from_rows.drivers[columns], from_table.drivers[columns], atol=1e-10)
    assert from_table.n == 150


def test_tables_that_are_no_correlations():
    names = ["a", "b", "y"]

    def table(values):
        return pd.DataFrame(values, index=names, columns=names)

    with pytest.raises(ParameterError, match="'z'"):
        importance_from_correlations(table(np.eye(3)), outcome="z")
    with pytest.raises(DataError, match="symmetric"):
        importance_from_correlations(table([[1, 0.5, 0], [0.4, 1, 0], [0, 0, 1]]), outcome="y")
    with pytest.raises(DataError, match="fit no data"):
        importance_from_correlations(table([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]), outcome="y")
    with pytest.raises(DataError, match="same names"):
        importance_from_correlations(table(np.eye(3)).set_axis(["a", "y", "b"]), outcome="y")


def test_wrong_arguments():
    ratings, outcome = survey()
    with pytest.raises(ParameterError, match="confidence"):
        driver_importance(ratings, outcome, confidence=2)
    with pytest.raises(ParameterError, match="resamples"):
        driver_importance(ratings, outcome, resamples=-1)
    with pytest.raises(ParameterError, match="1 to 30 drivers"):
        driver_importance(pd.DataFrame(np.zeros((40, 31))), pd.Series(range(40)))


def test_singular_matrices_are_not_a_number_and_spoil_no_other():
    good = np.array([[1, 0.2, 0.5], [0.2, 1, 0.3], [0.5, 0.3, 1]])
    bad = np.array([[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]])
    found = measures(np.array([good, bad, np.full((3, 3), np.nan)]))
    assert np.isfinite(found["lmg"][0]).all()
    assert np.isnan(found["lmg"][1:]).all()
    assert np.isnan(found["r_squared"][1:]).all()


def test_ranks():
    assert ranks(np.array([[0.1, 0.3, 0.2], [np.nan, 1, 2]]))[0].tolist() == [3, 1, 2]
