import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.voice.segments import compare_segments

EXAMPLE = Path(__file__).parents[4] / "shared" / "data" / "kano_stp25.csv"
FAST = {"permutations": 99, "resamples": 50}


def survey(n=300, *, different=True):
    rng = np.random.default_rng(8)
    segment = pd.Series(np.where(rng.random(n) < 0.4, "old", "young"), name="age")
    young = (segment == "young").to_numpy() & different
    dysfunctional = pd.DataFrame({"same": rng.choice([3, 5], n), "other": np.where(young, 5, rng.choice([3, 4, 5], n))})
    functional = pd.DataFrame({"same": rng.choice([1, 3], n), "other": rng.choice([1, 3], n)})
    return functional, dysfunctional, segment


@pytest.mark.published
@pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")
def test_chi_square_of_the_peers_example_data():
    if not EXAMPLE.exists():
        pytest.skip("the example data of stp25stat are not part of the project")
    data = pd.read_csv(EXAMPLE)
    names = [f"f{i}" for i in range(1, 11)]
    dysfunctional = data[[f"d{i}" for i in range(1, 11)]].set_axis(names, axis=1)
    row = compare_segments(data[names], dysfunctional, data["sex"], **FAST).tests.loc["f6"]
    assert row["chi_square"] == pytest.approx(1.6644886363636364, rel=1e-9)  # scipy 1.17.1
    assert row["p"] == pytest.approx(0.7971577425642288, rel=1e-9)
    assert row["degrees_of_freedom"] == 4


def test_chi_square_equals_scipy_and_segments_are_counted():
    functional, dysfunctional, segment = survey()
    result = compare_segments(functional, dysfunctional, segment, **FAST)
    letters = (functional["other"].map(str) + dysfunctional["other"].map(str)).replace(
        {"13": "A", "14": "A", "15": "O", "33": "I", "34": "I", "35": "M"}
    )
    expected = chi2_contingency(pd.crosstab(segment, letters), correction=False)
    row = result.to_frame().loc["other"]
    assert (row["chi_square"], row["p"]) == pytest.approx((expected.statistic, expected.pvalue))
    assert result.sizes.to_dict() == segment.value_counts().to_dict()
    assert result.different() == ["other"]


def test_measures_have_one_row_per_attribute_and_segment():
    result = compare_segments(*survey(), **FAST)
    assert result.measures[["attribute", "segment"]].to_numpy().tolist() == [
        ["same", "old"],
        ["same", "young"],
        ["other", "old"],
        ["other", "young"],
    ]
    inside = result.measures["better"].between(result.measures["better_low"], result.measures["better_high"])
    assert inside.all()
    assert list(result.split().columns) == ["old", "young"]


def test_summary_says_what_differs_or_that_nothing_does():
    assert "Segments differ on 1 of 2 attributes: other." in compare_segments(*survey(), **FAST).summary()
    told = compare_segments(*survey(different=False), **FAST).summary()
    assert told == "No difference between segments is certain for any of 2 attributes."


def test_small_expected_counts_warn_and_are_noted():
    functional, dysfunctional, segment = survey(12)
    with pytest.warns(CaseworkWarning, match=r"expected counts below 5 for 2 attributes"):
        result = compare_segments(functional, dysfunctional, segment, **FAST)
    assert "the permutation p value is not: same, other" in result.notes[0]


def test_respondents_without_segment_are_counted():
    functional, dysfunctional, segment = survey()
    segment = segment.where(np.arange(len(segment)) > 1)
    result = compare_segments(functional, dysfunctional, segment, **FAST)
    assert result.notes == ("2 respondents without a segment are left out.",)
    assert result.sizes.sum() == 298


def test_an_attribute_on_which_all_agree_has_no_test():
    functional, dysfunctional, segment = survey()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = compare_segments(functional.assign(same=3), dysfunctional.assign(same=3), segment, **FAST)
    assert np.isnan(result.tests.loc["same", "p_permutation"])
    assert "nothing to compare: same" in result.notes[0]


def test_number_of_segments_is_checked():
    functional, dysfunctional, _ = survey()
    with pytest.raises(DataError, match=r"segment: 1 segment.*2 to 20 segments"):
        compare_segments(functional, dysfunctional, pd.Series(["one"] * 300), **FAST)
    with pytest.raises(DataError, match=r"segment: 300 segments"):
        compare_segments(functional, dysfunctional, pd.Series(range(300)), **FAST)


def test_rows_must_match_and_arguments_are_checked():
    functional, dysfunctional, segment = survey()
    with pytest.raises(DataError, match=r"its rows are not those of the answers"):
        compare_segments(functional, dysfunctional, segment.iloc[1:])
    with pytest.raises(ParameterError, match=r"permutations: 0"):
        compare_segments(functional, dysfunctional, segment, permutations=0)
