import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.drivers import driver_importance, importance_performance
from casework.satisfaction.drivers import importance as module


def survey(n=300, seed=0):
    rng = np.random.default_rng(seed)
    levels = np.array([8.0, 5.0, 8.0, 5.0])
    ratings = np.clip(np.rint(levels + rng.normal(0, 1.4, (n, 4))), 1, 10)
    outcome = ratings @ np.array([0.6, 0.5, 0.1, 0.05]) + rng.normal(0, 0.6, n)
    names = ["strong and important", "weak and important", "strong only", "neither"]
    return pd.DataFrame(ratings, columns=names), pd.Series(outcome, name="overall")


def test_quadrants_of_a_clear_case():
    result = importance_performance(*survey(), resamples=200)
    table = result.drivers.set_index("driver")
    assert table["quadrant"].to_dict() == {
        "strong and important": "keep up the good work",
        "weak and important": "concentrate here",
        "strong only": "possible overkill",
        "neither": "low priority",
    }
    assert (table["same_quadrant"] > 0.95).all()
    assert result.quadrant("concentrate here") == ["weak and important"]
    assert "Concentrate on: weak and important." in result.summary()
    assert result.unstable == []


@pytest.mark.parametrize("measure", ["lmg", "relative_weight", "beta", "correlation"])
def test_importance_is_in_per_cent_of_its_sum(measure):
    ratings, outcome = survey()
    result = importance_performance(ratings, outcome, importance=measure, resamples=0)
    other = driver_importance(ratings, outcome, resamples=0).drivers.set_index("driver")[measure]
    found = result.drivers.set_index("driver")["importance"]
    assert found.sum() == pytest.approx(100)
    np.testing.assert_allclose(found, 100 * (other / other.sum()).loc[found.index], rtol=1e-10)


def test_performance_is_the_mean_on_0_to_100_with_the_usual_interval():
    ratings, outcome = survey()
    result = importance_performance(ratings, outcome, resamples=4000)
    table = result.drivers.set_index("driver").loc[list(ratings.columns)]
    np.testing.assert_allclose(table["performance"], (ratings.mean() - 1) / 9 * 100, rtol=1e-12)
    half = 1.96 * ratings.std(ddof=0) / 9 * 100 / np.sqrt(300)
    np.testing.assert_allclose(table["performance_high"] - table["performance"], half, rtol=0.12)


def test_cut_rules():
    ratings, outcome = survey()
    median = importance_performance(ratings, outcome, importance_cut="median", performance_cut="median", resamples=0)
    assert median.performance_cut == pytest.approx(np.median(median.drivers["performance"]))
    middle = importance_performance(ratings, outcome, importance_cut="middle", performance_cut="middle", resamples=0)
    assert (middle.importance_cut, middle.performance_cut) == (25, 50)
    own = importance_performance(ratings, outcome, importance_cut=99, performance_cut=1, resamples=100)
    assert set(own.drivers["quadrant"]) == {"possible overkill"}
    assert (own.drivers["same_quadrant"] == 1).all()
    assert own.performance_rule == "own"
    assert "No driver is both important and weak" in own.summary()


def test_stated_importance():
    ratings, outcome = survey()
    stated = pd.Series([1, 1, 4, 4], index=ratings.columns)
    result = importance_performance(ratings, outcome, importance="stated", stated=stated, resamples=100)
    table = result.drivers.set_index("driver")
    assert table["importance"].loc["neither"] == 40
    assert table["importance_low"].equals(table["importance"].rename("importance_low"))
    assert any("as it is" in note for note in result.notes)


def test_stated_importance_that_does_not_fit():
    ratings, outcome = survey()
    with pytest.raises(ParameterError, match="missing"):
        importance_performance(ratings, outcome, importance="stated")
    with pytest.raises(ParameterError) as caught:
        importance_performance(
            ratings, outcome, importance="stated", stated=pd.Series({"neither": -1, "strong only": np.nan})
        )
    assert len(caught.value.problems) == 4
    with pytest.raises(ParameterError, match="unless importance"):
        importance_performance(ratings, outcome, stated=pd.Series({"neither": 1}))


def test_ratings_outside_the_scale_and_gaps():
    ratings, outcome = survey()
    with pytest.raises(DataError, match="outside the scale"):
        importance_performance(ratings, outcome, high=5)
    ratings.iloc[0, 0] = np.nan
    result = importance_performance(ratings, outcome, resamples=0)
    assert (result.n, result.left_out) == (299, 1)
    assert result.drivers["same_quadrant"].isna().all()


def test_nothing_to_share():
    ratings = pd.DataFrame({"a": [1, 2, 3, 4, 5, 6], "b": [6, 1, 4, 2, 5, 3]})
    with pytest.raises(DataError, match="adds up to nothing"):
        importance_performance(ratings, -ratings["a"].rename("y") * 10 - ratings["b"], importance="beta")


def test_negative_importance_is_told():
    rng = np.random.default_rng(0)
    ratings = pd.DataFrame(rng.integers(1, 11, (100, 2)), columns=["a", "b"])
    result = importance_performance(ratings, ratings["a"] - 0.3 * ratings["b"].rename("b"), importance="beta",
                                    resamples=0)  # fmt: skip
    assert any("below 0" in note and "b" in note for note in result.notes)


@pytest.mark.parametrize("wrong", [{"importance_cut": "meen"}, {"importance": "shap"}, {"performance_cut": np.inf}])
def test_wrong_arguments(wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        importance_performance(*survey(), **wrong)


def test_intervals_that_cost_too_much_are_left_out_and_told(monkeypatch):
    monkeypatch.setattr(module, "MOST_SUBSETS", 50 * 2**4)
    result = importance_performance(*survey(), resamples=300)
    assert result.resamples == 0
    assert result.drivers["importance_low"].isna().all()
    assert any("relative weights" in note for note in result.notes)
    other = importance_performance(*survey(), importance="relative_weight", resamples=300)
    assert other.drivers["importance_low"].notna().all()
