import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from casework.core.errors import DataError, ParameterError
from casework.stats.survey import (
    by_domain,
    contrast,
    design_means,
    design_shares,
    domain_means,
    survey_design,
)


@pytest.fixture
def survey():
    rng = np.random.default_rng(2)
    n = 120
    cluster = np.repeat(np.arange(24), 5)
    frame = pd.DataFrame(
        {
            "stratum": np.where(cluster < 12, "north", "south"),
            "cluster": cluster,
            "weight": rng.uniform(1, 5, n),
            "y": rng.normal(50, 10, n) + 4 * rng.normal(size=24)[cluster],
            "group": rng.choice(["a", "b"], n),
        }
    )
    frame.loc[::17, "y"] = np.nan
    return frame


def jackknife(frame, statistic):
    """Delete one cluster at a time inside its stratum (Lohr 2010, section 9.3.2)."""
    variance = 0.0
    whole = statistic(frame)
    for _, part in frame.groupby("stratum"):
        clusters = part["cluster"].unique()
        m = len(clusters)
        for cluster in clusters:
            scale = np.where(frame["stratum"] == part["stratum"].iloc[0], m / (m - 1), 1.0)
            left = frame.assign(weight=frame["weight"] * scale)[frame["cluster"] != cluster]
            variance += (m - 1) / m * (statistic(left) - whole) ** 2
    return np.sqrt(variance)


def weighted_mean(frame):
    known = frame.dropna(subset=["y"])
    return np.average(known["y"], weights=known["weight"])


def design_of(frame, **more):
    return survey_design(
        frame.index, weight=frame["weight"], stratum=frame["stratum"], cluster=frame["cluster"], **more
    )


def test_simple_random_sample_is_the_textbook_mean():
    values = pd.DataFrame({"x": [3.0, 5, 8, 9, 12]})
    row = design_means(values).to_frame().iloc[0]
    assert row["mean"] == pytest.approx(7.4)
    assert row["se"] == pytest.approx(values["x"].sem())
    low, high = stats.t.interval(0.95, 4, 7.4, values["x"].sem())
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert row["design_effect"] == pytest.approx(1)


def test_finite_population_correction():
    values = pd.DataFrame({"x": [3.0, 5, 8, 9, 12]})
    design = survey_design(values.index, population=20)
    assert design_means(values, design).errors["x"] == pytest.approx(values["x"].sem() * np.sqrt(0.75))


@pytest.mark.published
def test_stratified_total_lohr_2010_example_3_2():
    strata = {
        "NC": (1054, 103, 300504.16, 29618183543),
        "S": (1382, 135, 211315.04, 53587487856),
        "W": (422, 41, 662295.51, 396185950266),
        "NE": (220, 21, 97629.81, 7647472708),
    }
    rng = np.random.default_rng(0)
    acres, names = [], []
    for name, (_, n, mean, variance) in strata.items():
        draws = rng.normal(size=n)
        acres += list(mean + (draws - draws.mean()) / draws.std(ddof=1) * np.sqrt(variance))
        names += [name] * n
    frame = pd.DataFrame({"acres": acres})
    population = {name: values[0] for name, values in strata.items()}
    design = survey_design(frame.index, stratum=pd.Series(names), population=population)
    result = design_means(frame, design)
    assert result.means["acres"] * 3078 == pytest.approx(909_736_034, abs=5)
    assert result.errors["acres"] * 3078 == pytest.approx(50_417_248, abs=1)
    assert result.df == 296


def test_clusters_strata_and_weights_agree_with_the_jackknife(survey):
    result = design_means(survey[["y"]], design_of(survey))
    assert result.means["y"] == pytest.approx(weighted_mean(survey))
    assert result.errors["y"] == pytest.approx(jackknife(survey, weighted_mean), rel=0.02)
    assert result.df == 22


def test_domain_difference_agrees_with_the_jackknife(survey):
    def difference(frame):
        return weighted_mean(frame[frame["group"] == "a"]) - weighted_mean(frame[frame["group"] == "b"])

    means = domain_means(survey["y"], survey["group"], design_of(survey))
    found = contrast(means, {"a": 1, "b": -1})
    assert found.estimate == pytest.approx(difference(survey))
    assert found.se == pytest.approx(jackknife(survey, difference), rel=0.04)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(found.estimate / found.se), 22))


def test_linearised_variance_by_explicit_loops(survey):
    known = survey["y"].notna()
    total = survey.loc[known, "weight"].sum()
    mean = weighted_mean(survey)
    influence = (survey["weight"] * (survey["y"] - mean) / total).where(known, 0.0)
    variance = 0.0
    for name, part in survey.groupby("stratum"):
        totals = influence[part.index].groupby(part["cluster"]).sum()
        remaining = 1 - len(totals) / {"north": 40, "south": 60}[name]
        variance += remaining * len(totals) / (len(totals) - 1) * ((totals - totals.mean()) ** 2).sum()
    design = design_of(survey, population={"north": 40, "south": 60})
    assert design_means(survey[["y"]], design).errors["y"] == pytest.approx(np.sqrt(variance))


def test_missing_answers_are_a_domain(survey):
    as_domain = domain_means(
        survey["y"].fillna(0), survey["y"].notna().map({True: "yes", False: "no"}), design_of(survey)
    )
    assert design_means(survey[["y"]], design_of(survey)).errors["y"] == pytest.approx(as_domain.errors["yes"])


def test_weights_scale_does_not_matter(survey):
    twice = survey.assign(weight=7 * survey["weight"])
    assert design_means(survey[["y"]], design_of(survey)).errors["y"] == pytest.approx(
        design_means(twice[["y"]], design_of(twice)).errors["y"]
    )


def test_cluster_names_are_nested_in_strata():
    frame = pd.DataFrame({"y": [1.0, 2, 3, 4, 5, 6, 7, 9], "s": list("aaaabbbb"), "c": [1, 1, 2, 2, 1, 1, 2, 2]})
    assert survey_design(frame.index, stratum=frame["s"], cluster=frame["c"]).units == 4


def test_lonely_stratum_is_centred_at_the_mean_of_all_and_told():
    values = pd.DataFrame({"y": [1.0, 2, 4, 9]})
    design = survey_design(values.index, stratum=pd.Series(["a", "a", "a", "b"]))
    assert "One sampling unit only in b" in design.notes[0]
    influence = (values["y"] - 4) / 4
    own = influence[:3] - influence[:3].mean()
    expected = np.sqrt(1.5 * (own**2).sum() + influence[3] ** 2)
    assert design_means(values, design).errors["y"] == pytest.approx(expected)


def test_lonely_stratum_with_certainty_adds_nothing():
    values = pd.DataFrame({"y": [1.0, 2, 4, 9]})
    stratum = pd.Series(["a", "a", "a", "b"])
    centred = design_means(values, survey_design(values.index, stratum=stratum)).errors["y"]
    certain = design_means(values, survey_design(values.index, stratum=stratum, lonely="certainty")).errors["y"]
    assert certain < centred


def test_lonely_stratum_can_be_refused():
    index = pd.RangeIndex(3)
    with pytest.raises(DataError, match="one sampling unit only in b"):
        survey_design(index, stratum=pd.Series(["a", "a", "b"]), lonely="refuse")


def test_one_respondent_has_no_error():
    assert np.isnan(design_means(pd.DataFrame({"y": [4.0]})).errors["y"])


def test_bad_design_columns_are_told_at_once():
    index = pd.RangeIndex(3)
    with pytest.raises(DataError) as caught:
        survey_design(index, weight=pd.Series([1, 0, -2], name="w"), stratum=pd.Series(["a", None, "b"], name="s"))
    text = str(caught.value)
    assert "weight column 'w': 2 values that are not above 0" in text
    assert "stratum column 's': 1 empty cell" in text


def test_design_of_other_rows_is_refused():
    values = pd.DataFrame({"y": [1.0, 2]})
    with pytest.raises(DataError, match="other rows"):
        design_means(values, survey_design(pd.Index([5, 6])))
    with pytest.raises(DataError, match="other rows than the answers"):
        survey_design(values.index, weight=pd.Series([1, 1], index=[5, 6], name="w"))


def test_population_smaller_than_the_sample():
    with pytest.raises(ParameterError, match=r"population: 2.*at least the 3 sampled"):
        survey_design(pd.RangeIndex(3), population=2)
    with pytest.raises(ParameterError, match=r"stratum 'b': not given"):
        survey_design(pd.RangeIndex(2), stratum=pd.Series(["a", "b"]), population={"a": 10})


def test_no_respondents():
    with pytest.raises(DataError, match="no respondents"):
        survey_design(pd.RangeIndex(0))


def test_column_without_a_value():
    with pytest.raises(DataError, match="column 'y': no value"):
        design_means(pd.DataFrame({"y": [np.nan, np.nan]}))


def test_contrast_of_an_unknown_name():
    result = design_means(pd.DataFrame({"y": [1.0, 2]}))
    with pytest.raises(ParameterError, match="'z' is not known"):
        contrast(result, {"z": 1})


def test_by_domain_keeps_values_inside():
    frame = by_domain(pd.Series([1.0, 2, 3]), pd.Series(["a", "b", None]))
    assert frame.columns.tolist() == ["a", "b"]
    assert frame["a"].tolist()[0] == 1
    assert frame["a"].isna().sum() == 2


def test_shares_of_a_simple_sample_are_close_to_wilson():
    answers = pd.Series(["yes"] * 80 + ["no"] * 920)
    table = design_shares(answers).set_index("category")
    low, high = proportion_confint(80, 1000, method="wilson")
    assert table.loc["yes", "share"] == pytest.approx(0.08)
    assert (table.loc["yes", "low"], table.loc["yes", "high"]) == pytest.approx((low, high), abs=2e-4)


def test_share_of_nobody_stays_inside():
    answers = pd.Series(pd.Categorical(["a"] * 30, categories=["a", "b"]))
    table = design_shares(answers).set_index("category")
    assert table.loc["b", "low"] == 0
    assert 0 < table.loc["b", "high"] < 0.15
    assert table.loc["a", "high"] == 1


def test_a_domain_of_one_has_no_error_and_no_test():
    means = domain_means(pd.Series([1.0, 4, 6, 9]), pd.Series(["a", "b", "b", "b"]))
    assert np.isnan(means.errors["a"])
    assert means.errors["b"] > 0
    assert np.isnan(contrast(means, {"a": 1, "b": -1}).p_value)


def test_certain_difference():
    means = design_means(pd.DataFrame({"x": [4.0, 4, 4], "y": [3.0, 3, 3]}))
    assert contrast(means, {"x": 1, "y": -1}).p_value == 0
    assert contrast(means, {"x": 1, "y": 0}).se == 0


def test_summary_names_highest_and_lowest():
    assert design_means(pd.DataFrame({"x": [1.0, 2], "y": [5.0, 6]})).summary() == "Highest: y (5.5); lowest: x (1.5)."
