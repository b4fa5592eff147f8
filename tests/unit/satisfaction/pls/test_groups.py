import warnings

import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.surveys import TEXT, survey

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.pls import compare_groups, fit_pls, large_groups


@pytest.fixture(scope="module")
def two():
    data = pd.concat([survey(160, 1, 0.9), survey(120, 2, 0.0)], ignore_index=True)
    by = pd.Series(["old"] * 160 + ["new"] * 120)
    return data, by


@pytest.fixture(scope="module")
def compared(two):
    data, by = two
    return compare_groups(fit_pls(data, TEXT), by=by, permutations=199, resamples=300, low=1, high=10)


def test_each_group_is_fitted_alone(two, compared):
    data, by = two
    for group, column in (("new", "path_group"), ("old", "path_reference")):
        alone = fit_pls(data[by == group], TEXT).to_frame()["path"]
        assert compared.paths[column].to_numpy() == pytest.approx(alone.to_numpy(), abs=1e-8)
    assert compared.sizes["n"].tolist() == [120, 160]


def test_the_difference_that_is_there_is_found(compared):
    assert ("Value", "Satisfaction") in set(zip(compared.different["from"], compared.different["to"], strict=True))
    row = compared.paths.set_index(["from", "to"]).loc[("Value", "Satisfaction")]
    assert row["p"] == pytest.approx(1 / 200)
    assert row["p_bootstrap"] < 0.01
    assert row["p_parametric"] < 0.01
    assert "Value → Satisfaction" in compared.summary()


def test_total_effects_and_indices_come_along(two, compared):
    data, by = two
    assert compared.totals[["from", "to"]].to_numpy().tolist() == [["Quality", "Satisfaction"]]
    weights = fit_pls(data, TEXT).answer_weights[["v1", "v2"]]
    expected = ((data[["v1", "v2"]] @ weights - 1) / 9 * 100).groupby(by).mean()
    row = compared.indices.set_index("construct").loc["Value"]
    assert (row["index_group"], row["index_reference"]) == pytest.approx((expected["new"], expected["old"]), abs=1e-6)


def test_welch_by_hand(compared):
    row = compared.paths.iloc[0]
    assert row["t"] * row["difference"] > 0
    assert 119 < row["df"] < 279


def test_same_for_any_number_of_workers(two, compared):
    data, by = two
    again = compare_groups(fit_pls(data, TEXT), by=by, permutations=199, resamples=300, low=1, high=10, workers=3)
    assert again.paths.equals(compared.paths)
    assert again.micom.equals(compared.micom)


def test_no_difference_where_there_is_none():
    data = survey(200, 5)
    by = pd.Series(np.random.default_rng(1).integers(0, 2, 200))
    found = compare_groups(fit_pls(data, TEXT), by=by, permutations=199, resamples=0)
    assert found.different.empty
    assert "p_bootstrap" not in found.paths
    assert (found.micom["decision"] != "not invariant").all()
    assert found.summary() == "Between the groups 0 of 3 paths differ beyond chance."


def test_p_values_are_even_where_nothing_differs():
    p = []
    for seed in range(40):
        data = survey(60, 100 + seed)
        by = pd.Series(np.random.default_rng(seed).integers(0, 2, 60))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            p.append(compare_groups(fit_pls(data, TEXT), by=by, permutations=99, resamples=0).paths["p"].iloc[0])
    assert 0.3 < np.mean(p) < 0.7


def test_differently_made_constructs_are_told():
    data = survey(400, 7)
    rng = np.random.default_rng(1)
    data.loc[200:, "q1"] = rng.integers(1, 11, 200)
    data.loc[:199, "q2"] = rng.integers(1, 11, 200)
    by = pd.Series(["a"] * 200 + ["b"] * 200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = compare_groups(fit_pls(data, TEXT), by=by, permutations=199, resamples=0)
    row = found.micom.set_index("construct").loc["Quality"]
    assert row["decision"] == "not invariant"
    assert row["correlation"] < row["least"]
    assert any("Quality" in note for note in found.notes)


def test_three_groups_in_pairs_and_those_without_one_left_out():
    data = survey(180, 8)
    by = pd.Series((["a", "b", "c"] * 60)[:170] + [None] * 10)
    found = compare_groups(fit_pls(data, TEXT), by=by, permutations=49, resamples=0)
    assert list(dict.fromkeys(zip(found.paths["group"], found.paths["reference"], strict=True))) == [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    ]
    assert any("10 respondents without a group" in note for note in found.notes)
    assert (found.paths["p_holm"] >= found.paths["p"]).all()


def test_progress_counts_all_pairs():
    told = []
    by = pd.Series(["a", "b", "c"] * 30)
    compare_groups(fit_pls(survey(90), TEXT), by=by, permutations=20, resamples=0,
                   progress=lambda done, total: told.append((done, total)))  # fmt: skip
    assert told == [(20, 60), (40, 60), (60, 60)]


def test_groups_that_cannot_be_compared_are_all_named():
    data = survey(40)
    data.loc[20:29, "q1"] = 5
    fit = fit_pls(data, TEXT)
    by = pd.Series(["a"] * 20 + ["flat"] * 10 + ["b"] * 8 + ["tiny"] * 2)
    with pytest.raises(DataError, match=r"(?s)'flat'.*q1.*'tiny'.*2 respondents"):
        compare_groups(fit, by=by)
    with pytest.raises(DataError, match="1 group"):
        compare_groups(fit, by=pd.Series(["a"] * 40))


def test_too_few_permutations_that_can_be_used():
    data = survey(40)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = fit_pls(data, TEXT, max_iterations=2)
        with pytest.raises(DataError, match="could be computed"):
            compare_groups(fit, by=pd.Series(["a", "b"] * 20), permutations=20, resamples=0)


@pytest.mark.parametrize(
    ("given", "match"),
    [({"permutations": 5}, "permutations"), ({"low": 1}, "low"), ({"low": 3, "high": 1}, "low"),
     ({"confidence": 2}, "confidence"), ({"resamples": -1}, "resamples"), ({"workers": 0}, "workers")],
)  # fmt: skip
def test_arguments_are_checked(given, match):
    with pytest.raises(ParameterError, match=match):
        compare_groups(fit_pls(survey(30), TEXT), by=pd.Series(["a", "b"] * 15), **given)


def test_large_groups():
    by = pd.Series(["a", "a", "b", None])
    assert large_groups(by, least=2).tolist()[:2] == ["a", "a"]
    assert large_groups(by, least=2).isna().tolist() == [False, False, True, True]
