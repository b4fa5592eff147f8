import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.reference import random_rows

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.pls.fit import fit_correlations, fit_pls

TEXT = "Q =~ q1 + q2 + q3\nS =~ s1 + s2\nL =~ l1\nS ~ Q\nL ~ S + Q"
NAMES = ["q1", "q2", "q3", "s1", "s2", "l1"]


@pytest.fixture(scope="module")
def survey():
    rows = random_rows(3, (3, 2, 1), ((0, 1), (1, 2), (0, 2)))
    return pd.DataFrame(np.clip(np.round(rows * 1.2 + 6), 1, 10), columns=NAMES, index=[f"r{i}" for i in range(120)])


@pytest.fixture(scope="module")
def result(survey):
    return fit_pls(survey, TEXT)


def test_paths_with_their_effects(result):
    table = result.to_frame()
    assert list(table.columns) == ["from", "to", "path", "correlation", "indirect_effect", "total_effect"]
    both = result.path("Q", "S") * result.path("S", "L")
    assert table["indirect_effect"].tolist() == pytest.approx([0, 0, both])
    effects = result.effects().set_index(["from", "to"])
    assert effects.loc[("Q", "L"), "total_effect"] == pytest.approx(both + result.path("Q", "L"))
    assert len(effects) == 3


def test_scores_are_standardized_and_explain_the_paths(survey, result):
    scores = result.scores()
    assert list(scores.index) == list(survey.index)
    np.testing.assert_allclose(scores.mean(), 0, atol=1e-12)
    np.testing.assert_allclose(scores.std(), 1)
    np.testing.assert_allclose(scores.corr(), result.construct_correlations(), atol=1e-12)
    coefficients = np.linalg.lstsq(scores[["Q", "S"]].to_numpy(), scores["L"].to_numpy(), rcond=None)[0]
    np.testing.assert_allclose(coefficients, [result.path("Q", "L"), result.path("S", "L")], atol=1e-12)
    cross = pd.concat([survey, scores], axis=1).corr().loc[NAMES, ["Q", "S", "L"]]
    np.testing.assert_allclose(result.cross_loadings(), cross, atol=1e-12)
    np.testing.assert_allclose(result.measurement()["loading"], [cross.loc[n, n[0].upper()] for n in NAMES], atol=1e-12)


def test_scores_on_the_scale_of_the_answers(survey, result):
    scores, points = result.answer_scores(), result.answer_scores(low=1, high=10)
    assert scores.min().min() >= 1
    assert scores.max().max() <= 10
    np.testing.assert_allclose(points, (scores - 1) / 9 * 100)
    np.testing.assert_allclose(scores.corrwith(result.scores()), 1)
    np.testing.assert_allclose(scores["L"], survey["l1"])
    np.testing.assert_allclose(result.performance(), scores.mean())
    np.testing.assert_allclose(result.performance(low=1, high=10), points.mean())
    assert result.measurement().groupby("construct")["answer_weight"].sum().tolist() == pytest.approx([1, 1, 1])


def test_explained_variance(result):
    table = result.explained().set_index("construct")
    assert table.index.tolist() == ["S", "L"]
    assert table["predictors"].tolist() == [1, 2]
    r2 = table.loc["L", "r2"]
    assert table.loc["L", "r2_adjusted"] == pytest.approx(1 - (1 - r2) * 119 / 117)


def test_effect_sizes_by_both_names(result):
    table = result.effect_sizes()
    assert list(table.columns) == ["from", "to", "f2_scores_fixed", "f2_reestimated"]
    r2 = result.r2["S"]
    np.testing.assert_allclose(table.iloc[0, 2:].astype(float), r2 / (1 - r2))


def test_negative_weights_leave_the_scale_only_when_asked(survey):
    with pytest.warns(UserWarning, match="Negative loading"):
        turned = fit_pls(survey.assign(q1=11 - survey["q1"]), TEXT)
    with pytest.raises(DataError, match=r"indicator 'q1': weight -\d\.\d+"):
        turned.answer_scores()
    with pytest.raises(DataError, match="indicator 'q1'"):
        turned.performance()
    assert np.isfinite(turned.performance(allow_negative=True)).all()
    assert len(turned.answer_scores(allow_negative=True)) == 120


def test_what_correlations_alone_cannot_give(survey):
    alone = fit_correlations(survey.corr(), TEXT)
    with pytest.raises(DataError, match="fitted to correlations, without rows"):
        alone.scores()
    with pytest.raises(DataError, match="without means or deviations"):
        alone.performance()
    assert alone.measurement()["answer_weight"].isna().all()
    assert alone.explained()["r2_adjusted"].isna().all()


@pytest.mark.parametrize("scale", [{"low": 1}, {"high": 10}, {"low": 10, "high": 1}])
def test_half_a_scale(result, scale):
    with pytest.raises(ParameterError, match="low, high"):
        result.performance(**scale)


def test_unknown_path(result):
    with pytest.raises(ParameterError, match=r"there is no path L -> Q\. Expected: one of Q -> S, S -> L, Q -> L"):
        result.path("L", "Q")


def test_words_and_checks(result):
    assert result.summary().endswith(").")
    assert "of the variance of L is explained" in str(result)
    table = result.check_table()
    assert table["ok"].all()
    assert table["check"].is_unique
    assert result == result
    assert result.n == 120
    assert result.iterations > 1
