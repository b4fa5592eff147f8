import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.drivers import compare_nps, net_promoter_score, nps_from_counts


def answers():
    return pd.Series([0, 6, 7, 8, 9, 10, 10, np.nan, 9, 3], name="recommend")


def test_counts_score_and_missing():
    result = net_promoter_score(answers())
    row = result.groups.iloc[0]
    assert row[["n", "missing", "promoters", "passives", "detractors"]].tolist() == [9, 1, 4, 2, 3]
    assert result.nps == pytest.approx(100 / 9)
    assert result.answers.set_index("answer")["n"].loc[[0, 5, 10]].tolist() == [1, 0, 2]
    assert result.low < result.nps < result.high
    assert "1 respondent did not answer" in result.notes[0]


def test_wald_error_by_hand():
    result = nps_from_counts({"g": (45, 30, 25)}, method="wald")
    error = 100 * np.sqrt((0.7 - 0.04) / 100)
    assert result.groups["se"].iloc[0] == pytest.approx(error)
    assert (result.low, result.high) == pytest.approx((20 - norm.ppf(0.975) * error, 20 + norm.ppf(0.975) * error))


@pytest.mark.parametrize("method", ["score", "adjusted", "wald", "bootstrap"])
def test_methods_agree_in_a_large_sample(method):
    result = nps_from_counts({"g": (4500, 3000, 2500)}, method=method, seed=1)
    assert (result.low, result.high) == pytest.approx((20 - 1.592, 20 + 1.592), abs=0.12)


def test_groups_and_respondents_without_one():
    by = pd.Series(["b", "a", "a", "b", None, "a", "b", "a", "b", "a"])
    groups = net_promoter_score(answers(), by=by).groups.set_index("group")
    assert list(groups.index) == ["all", "a", "b"]
    assert groups["n"].tolist() == [9, 4, 4]
    assert groups["missing"].tolist() == [1, 1, 0]


def test_a_group_called_all_stays_a_group():
    result = net_promoter_score(answers(), by=pd.Series(["all"] * 5 + ["x"] * 5))
    assert result.groups["group"].tolist() == ["all", "all", "x"]
    assert result.n == 9
    assert len(compare_nps(result).pairs) == 1


@pytest.mark.parametrize("value", [11, -1, 7.5])
def test_answers_outside_the_scale_are_refused_with_their_rows(value):
    given = answers()
    given.iloc[4] = value
    with pytest.raises(DataError, match=f"'recommend'.*row 4: {value}"):
        net_promoter_score(given)


def test_text_is_refused_and_nobody_answered():
    with pytest.raises(DataError, match="'recommend'"):
        net_promoter_score(pd.Series(["nine", 9], name="recommend"))
    with pytest.raises(DataError, match="nobody answered"):
        net_promoter_score(pd.Series([np.nan, np.nan], name="recommend"))
    with pytest.raises(DataError, match="rows differ"):
        net_promoter_score(answers(), by=pd.Series(["a"] * 9))


@pytest.mark.parametrize("counts", [(1, 2), (1, -1, 3), (0, 0, 0), (1.5, 2, 3)])
def test_wrong_counts(counts):
    with pytest.raises(DataError, match="'g'"):
        nps_from_counts({"g": counts})


def test_small_groups_are_told_and_ends_stay_inside():
    result = nps_from_counts({"few": (5, 0, 0), "many": (50, 30, 20)})
    assert result.groups["high"].max() <= 100
    assert result.groups.set_index("group").loc["few", "low"] < 90
    assert any("few" in note for note in compare_nps(result).notes)


def test_wrong_method():
    with pytest.raises(ParameterError, match="bootstrap"):
        net_promoter_score(answers(), method="bayes")
