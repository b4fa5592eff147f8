import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.drivers import quality_pyramid

LEVELS = {"base": ["a", "b"], "middle": ["c"], "top": ["d"]}


def survey(n=600, seed=0, waits=0.5):
    """Ratings and an outcome in which the top counts only where base and middle are met."""
    rng = np.random.default_rng(seed)
    ratings = pd.DataFrame(np.clip(np.rint(rng.normal(7, 1.8, (n, 4))), 1, 10), columns=list("abcd"))
    met = (ratings[["a", "b"]].mean(axis=1) >= 6.4) & (ratings["c"] >= 6.4)
    outcome = 0.3 * ratings["a"] + 0.3 * ratings["c"] + waits * ratings["d"] * met + rng.normal(0, 0.5, n)
    return ratings, outcome.rename("overall")


def test_shares_by_hand():
    ratings, outcome = survey()
    result = quality_pyramid(ratings, outcome, LEVELS, resamples=0)
    points = (ratings - 1) / 9 * 100
    base, middle, top = points[["a", "b"]].mean(axis=1), points["c"], points["d"]
    table = result.levels.set_index("level")
    assert table["performance"].tolist() == pytest.approx([base.mean(), middle.mean(), top.mean()])
    assert table["met"].tolist() == pytest.approx([(x >= 60).mean() for x in (base, middle, top)])
    both = (base >= 60) & (middle >= 60)
    assert table["reached"].tolist() == pytest.approx([(base >= 60).mean(), both.mean(), (both & (top >= 60)).mean()])


def test_effects_are_regressions_on_either_side():
    ratings, outcome = survey()
    result = quality_pyramid(ratings, outcome, LEVELS, resamples=0).levels.set_index("level")
    points = (ratings - 1) / 9 * 100
    scores = np.column_stack([points[["a", "b"]].mean(axis=1), points["c"], points["d"]])
    both = (scores[:, :2] >= 60).all(axis=1)
    for side, column in ((both, "effect_met"), (~both, "effect_unmet")):
        fit = sm.OLS(outcome[side], sm.add_constant(scores[side] / 10)).fit()
        assert result.loc["top", column] == pytest.approx(fit.params.iloc[3])
    fit = sm.OLS(outcome, sm.add_constant(scores[:, :1] / 10)).fit()
    assert result.loc["base", "effect_met"] == pytest.approx(fit.params.iloc[1])
    assert np.isnan(result.loc["base", "effect_unmet"])


def test_a_level_that_waits_is_found_and_one_that_does_not_is_not():
    found = quality_pyramid(*survey(), LEVELS, resamples=300)
    assert "top" in found.supported
    ratings, _ = survey()
    plain = (ratings.sum(axis=1) + np.random.default_rng(1).normal(0, 0.5, len(ratings))).rename("overall")
    assert quality_pyramid(ratings, plain, LEVELS, resamples=300).supported == []


def test_summary_and_order():
    result = quality_pyramid(*survey(), LEVELS, resamples=0)
    assert result.levels["level"].tolist() == ["base", "middle", "top"]
    assert (np.diff(result.levels["reached"]) <= 0).all()
    assert "All levels are met for" in result.summary()


def test_few_respondents_on_one_side():
    ratings, outcome = survey(60)
    result = quality_pyramid(ratings.assign(a=[9] + [10] * 59, b=[10] * 59 + [9]), outcome, LEVELS, resamples=50)
    assert any("middle" in note for note in result.notes)
    assert np.isnan(result.levels["difference"].iloc[1])


def test_wrong_levels():
    ratings, outcome = survey(50)
    with pytest.raises(ParameterError) as caught:
        quality_pyramid(ratings, outcome, {"x": [], "y": ["a", "b"], "z": ["a"]})
    assert len(caught.value.problems) == 2
    with pytest.raises(ParameterError, match="no level"):
        quality_pyramid(ratings, outcome, {})
    with pytest.raises(DataError, match="'e'"):
        quality_pyramid(ratings, outcome, {"x": ["e"]})
    with pytest.raises(DataError, match="outside the scale"):
        quality_pyramid(ratings, outcome, LEVELS, high=7)
    with pytest.raises(ParameterError, match="threshold"):
        quality_pyramid(ratings, outcome, LEVELS, threshold=101)


def test_gaps_are_left_out():
    ratings, outcome = survey(100)
    ratings.iloc[0, 0] = np.nan
    result = quality_pyramid(ratings, outcome, LEVELS, resamples=0)
    assert (result.n, result.left_out) == (99, 1)
