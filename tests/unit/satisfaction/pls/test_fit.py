import warnings

import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.reference import pls_on_rows, random_rows

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.satisfaction.pls.building import parse_model
from casework.satisfaction.pls.fit import dominant_places, fit_correlations, fit_pls
from casework.satisfaction.pls.named import named_model
from casework.validation.register import shared_data

TEXT = "Q =~ q1 + q2 + q3\nS =~ s1 + s2\nL =~ l1\nS ~ Q\nL ~ S + Q"
NAMES = ["q1", "q2", "q3", "s1", "s2", "l1"]
SIZES, PATHS = (3, 2, 1), ((0, 1), (1, 2), (0, 2))


def survey(seed=3, n=120):
    return pd.DataFrame(random_rows(seed, SIZES, PATHS, n), columns=NAMES)


def with_moments(correlation, means, deviations, n, seed=0):
    """Rows that have exactly these moments."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, len(means)))
    rows -= rows.mean(axis=0)
    rows = rows @ np.linalg.inv(np.linalg.cholesky(np.cov(rows, rowvar=False))).T
    return rows @ np.linalg.cholesky(correlation).T * deviations + means


@pytest.mark.parametrize("scheme", ["path", "centroid", "factorial"])
def test_rows_and_the_slow_algorithm(scheme):
    frame = survey()
    result = fit_pls(frame.sample(frac=1, axis=1, random_state=1), TEXT, scheme=scheme, tolerance=1e-13)
    _, paths, r2 = pls_on_rows(frame.to_numpy(), SIZES, "AAA", PATHS, scheme)
    np.testing.assert_allclose(result.path("Q", "S"), paths[0, 1], atol=1e-9)
    np.testing.assert_allclose(result.path("S", "L"), paths[1, 2], atol=1e-9)
    np.testing.assert_allclose(result.r2, r2[1:], atol=1e-9)
    assert result.converged
    assert result.admissible


def test_rows_and_their_correlations_give_the_same():
    frame = survey()
    by_rows = fit_pls(frame, TEXT)
    settings = {"n": len(frame), "means": frame.mean(), "deviations": frame.std()}
    by_moments = fit_correlations(frame.corr(), TEXT, **settings)
    pd.testing.assert_frame_equal(by_rows.to_frame(), by_moments.to_frame())
    pd.testing.assert_frame_equal(by_rows.measurement(), by_moments.measurement())
    pd.testing.assert_series_equal(by_rows.performance(), by_moments.performance())


def test_ecsi_on_rows_with_the_moments_of_mobi():
    mobi = shared_data("mobi")
    rows = with_moments(np.array(mobi["correlation"]), mobi["means"], mobi["deviations"], mobi["n"])
    result = fit_pls(pd.DataFrame(rows, columns=mobi["indicators"]), named_model("ECSI"))
    # seminr 2.3.1
    assert result.path("Quality", "Satisfaction") == pytest.approx(0.5120239400419, abs=1e-9)
    assert result.r2["Satisfaction"] == pytest.approx(0.6810782913895, abs=1e-9)
    # cSEM 0.6.1
    assert result.performance()["Satisfaction"] == pytest.approx(7.52087, abs=5e-6)


def test_not_standardized_is_the_metric_of_the_answers():
    frame = survey()
    frame["q1"] *= 20
    plain, raw = fit_pls(frame, TEXT), fit_pls(frame, TEXT, standardized=False)
    assert abs(raw.measurement()["loading"][0]) > 0.999
    assert plain.path("Q", "S") != pytest.approx(raw.path("Q", "S"), abs=1e-3)
    scores = raw.scores()
    np.testing.assert_allclose(scores.std(), 1)
    np.testing.assert_allclose(scores.corr(), raw.construct_correlations(), atol=1e-10)
    with pytest.raises(ParameterError, match="deviations: not given"):
        fit_correlations(frame.corr(), TEXT, standardized=False)


def test_python_plspm_default_is_the_fit_that_is_not_standardized():
    mobi = shared_data("mobi")
    names = mobi["indicators"]
    table = pd.DataFrame(mobi["correlation"], index=names, columns=names)
    result = fit_correlations(
        table,
        named_model("ECSI"),
        n=250,
        means=pd.Series(mobi["means"], index=names),
        deviations=pd.Series(mobi["deviations"], index=names),
        standardized=False,
    )
    # plspm (Python) 0.5.7 with its default Config(scaled=True)
    assert result.path("Image", "Expectation") == pytest.approx(0.4936, abs=5e-5)
    assert result.path("Quality", "Satisfaction") == pytest.approx(0.5429, abs=5e-5)


def test_consistent_fit_warns_where_it_is_not_admissible():
    mobi = shared_data("mobi")
    names = mobi["indicators"]
    table = pd.DataFrame(mobi["correlation"], index=names, columns=names)
    with pytest.warns(CaseworkWarning, match=r"not positive definite \(smallest eigenvalue -0.003027\)"):
        result = fit_correlations(table, named_model("ECSI"), n=250, consistent=True)
    assert not result.admissible
    assert "not positive definite" in result.notes[0]
    assert result.summary().startswith("The fit is not admissible.")


def test_a_reversed_item_is_named():
    frame = survey()
    frame["q1"] = -frame["q1"]
    with pytest.warns(CaseworkWarning, match=r"Negative loading \(reverse-coded\?\): q1"):
        result = fit_pls(frame, TEXT)
    assert result.admissible
    assert result.path("Q", "S") == pytest.approx(fit_pls(survey(), TEXT).path("Q", "S"), abs=1e-8)


def test_the_dominant_indicator_decides_the_sign():
    frame = survey()
    with pytest.warns(CaseworkWarning, match="Negative loading"):
        result = fit_pls(frame.assign(q1=-frame["q1"]), TEXT, dominant={"Q": "q1"})
    assert result.path("Q", "S") < 0
    with pytest.raises(ParameterError, match="dominant: 's1' is no indicator of 'Q'"):
        fit_pls(frame, TEXT, dominant={"Q": "s1"})
    assert dominant_places(parse_model(TEXT), {"S": "s2"}).tolist() == [-1, 4, -1]
    assert dominant_places(parse_model(TEXT), None) is None


def test_not_converged_is_flagged():
    with pytest.warns(CaseworkWarning, match="not settled after 2 iterations"):
        result = fit_pls(survey(), TEXT, max_iterations=2)
    assert not result.converged
    assert not result.admissible


def test_few_respondents_are_told_but_fitted():
    with pytest.warns(CaseworkWarning, match="Only 5 respondents"):
        fit_pls(survey(n=5), TEXT)


def test_two_parts_are_noted():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = fit_pls(survey(), "Q =~ q1; S =~ s1; L =~ l1; M =~ q2\nS ~ Q\nM ~ L")
    assert result.notes == ("The inner model falls into 2 parts, each estimated alone: Q, S; L, M.",)


def test_missing_answers_are_counted():
    frame = survey()
    frame.loc[4, "q1"] = np.nan
    assert fit_pls(frame, TEXT).n == 119
    assert "q1 (1)" in fit_pls(frame, TEXT, missing="mean").notes[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [({"q1": 1}, "'q1': every answer is 1"), ({"q1": "7"}, "'q1': text"), ({"q1": None}, "'q1': no answer")],
)
def test_bad_columns(change, message):
    with pytest.raises(DataError, match=message):
        fit_pls(survey().assign(**change), TEXT)


def test_indicators_that_repeat_each_other_in_a_formative_block():
    frame = survey()
    frame["q2"] = frame["q1"] * 2 + 1
    with pytest.warns(CaseworkWarning, match="Formative indicators repeat one another in: Q"):
        result = fit_pls(frame, TEXT.replace("Q =~", "Q <~"))
    assert not result.admissible


def test_unknown_options():
    with pytest.raises(ParameterError, match="scheme: 'pca'"):
        fit_pls(survey(), TEXT, scheme="pca")
    with pytest.raises(ParameterError, match="model, line 1"):
        fit_pls(survey(), "Q =~ q1 + ; S ~ Q")


def test_indicators_that_share_nothing_give_a_flag_not_numbers():
    table = pd.DataFrame(np.eye(6), index=NAMES, columns=NAMES)
    with pytest.warns(CaseworkWarning, match="Some numbers could not be computed"):
        result = fit_correlations(table, TEXT, n=100)
    assert not result.admissible
    assert result.summary() == f"The fit is not admissible. {result.notes[0]}"


@pytest.mark.parametrize("wrong", [None, 3, {"a": 1}])
def test_what_is_no_model(wrong):
    with pytest.raises(ParameterError, match="a PLSModel, or the text of a model"):
        fit_pls(survey(), wrong)
