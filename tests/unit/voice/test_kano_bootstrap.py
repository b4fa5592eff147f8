import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.voice.kano import evaluate, evaluate_counts
from casework.voice.kano_bootstrap import MEASURES
from casework.voice.kano_pairs import pair_codes
from casework.voice.kano_table import evaluation_table

LETTERS = list("MOAIRQ")
RESAMPLES = 4000
# Monte-Carlo error of a 2.5 % quantile of 4000 draws is about 0.1 standard deviations of the measure (here up to 0.11),
# twice, since both sides are simulated; the grid of a share of 40 answers adds its step of 1 / 40.
QUANTILE_TOLERANCE = 0.045


@pytest.fixture
def survey():
    rng = np.random.default_rng(3)
    first, second = (pd.DataFrame(rng.integers(1, 6, size=(40, 2)), columns=["a", "b"]).astype(float) for _ in "fd")
    first.iloc[:6, 0] = np.nan
    second.loc[20:, "b"] = 5
    return first, second


def resampled_rows(first, second, rng):
    """Plain bootstrap: draw respondents with replacement, count again."""
    codes = np.column_stack(list(dict(pair_codes(first, second, evaluation_table())).values()))
    rows = rng.integers(0, len(codes), size=(RESAMPLES, len(codes)))
    return np.stack([(codes[rows] == letter).sum(axis=1) for letter in range(6)], axis=-1)  # (resamples, k, 6)


def test_multinomial_draws_have_the_distribution_of_resampled_rows(survey):
    result = evaluate(*survey)
    found = result.bootstrap(resamples=RESAMPLES, seed=1)
    draws = resampled_rows(*survey, np.random.default_rng(2))
    for measure, function in MEASURES.items():
        plain = function(draws)
        ours = found.interval(measure)
        assert ours["low"].to_numpy() == pytest.approx(np.nanquantile(plain, 0.025, axis=0), abs=QUANTILE_TOLERANCE)
        assert ours["high"].to_numpy() == pytest.approx(np.nanquantile(plain, 0.975, axis=0), abs=QUANTILE_TOLERANCE)
        error = found.intervals.loc[found.intervals["measure"] == measure, "standard_error"].to_numpy()
        assert error == pytest.approx(np.nanstd(plain, axis=0, ddof=1), rel=0.07)


def test_category_shares_agree_with_resampled_rows(survey):
    found = evaluate(*survey).bootstrap(resamples=RESAMPLES, seed=1)
    draws = resampled_rows(*survey, np.random.default_rng(2))
    for i, name in enumerate(found.stability.index):
        counts = pd.DataFrame(draws[:, i], columns=LETTERS)
        plain = evaluate_counts(counts).to_frame()["category"].value_counts(normalize=True)
        expected = [plain.get(letter, 0.0) for letter in LETTERS]
        assert found.stability.loc[name].to_numpy() == pytest.approx(expected, abs=0.04)


def test_same_seed_same_intervals_whatever_the_block_size(survey, monkeypatch):
    result = evaluate(*survey)
    whole = result.bootstrap(resamples=50, seed=4)
    monkeypatch.setattr("casework.stats.bootstrap.MOST_DRAWS", 1)
    assert result.bootstrap(resamples=50, seed=4) == whole
    assert result.bootstrap(resamples=50, seed=5) != whole


def test_shares_of_categories_add_up_to_one(survey):
    found = evaluate(*survey).bootstrap(resamples=200)
    assert found.stability.sum(axis=1).to_numpy() == pytest.approx([1, 1])


def test_no_answers_and_undefined_measures_stay_missing():
    counts = pd.DataFrame([[0] * 6, [0, 0, 0, 0, 9, 0]], index=["none", "reverse"], columns=LETTERS)
    found = evaluate_counts(counts).bootstrap(resamples=20)
    assert found.own_stability().isna().tolist() == [True, False]
    better = found.intervals[found.intervals["measure"] == "better"].set_index("attribute")
    assert better["undefined"].tolist() == [1, 1]
    assert better["low"].isna().all()
    assert found.to_frame().loc["reverse", "category"] == "R"


def test_summary_names_the_least_certain():
    counts = pd.DataFrame([[50, 0, 0, 0, 0, 0], [26, 24, 0, 0, 0, 0]], index=["x", "y"], columns=LETTERS)
    told = evaluate_counts(counts, threshold=0).bootstrap(resamples=500).summary()
    assert "1 of 2 categories are the same" in told
    assert "Least sure is y: must-be in" in told
    sure = evaluate_counts(counts.iloc[:1]).bootstrap(resamples=10).summary()
    assert "The category is the same in at least 95%" in sure
    assert evaluate_counts(counts * 0).bootstrap(resamples=10).summary() == "No attribute has an answer."


def test_confidence_narrows_the_interval(survey):
    result = evaluate(*survey)
    wide, narrow = (result.bootstrap(resamples=500, confidence=level).interval("better") for level in (0.95, 0.5))
    assert ((wide["high"] - wide["low"]) > (narrow["high"] - narrow["low"])).all()


def test_arguments_are_checked(survey):
    result = evaluate(*survey)
    with pytest.raises(ParameterError, match=r"resamples: 0.*a number at least 1"):
        result.bootstrap(resamples=0)
    with pytest.raises(ParameterError, match=r"confidence: 95"):
        result.bootstrap(confidence=95)
