import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.pls.building import parse_model
from casework.satisfaction.pls.moments import constant, middle_share, moments_from, moments_of

MODEL = parse_model("Q =~ q1 + q2; S =~ s1; S ~ Q")


def survey(n=30, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.integers(1, 11, size=(n, 4)), columns=["s1", "other", "q1", "q2"])


def test_moments_are_those_of_pandas_in_the_order_of_the_model():
    frame = survey()
    found = moments_of(frame, MODEL)
    columns = ["q1", "q2", "s1"]
    np.testing.assert_allclose(found.correlations, frame[columns].corr(), atol=1e-14)
    np.testing.assert_allclose(found.means, frame[columns].mean())
    np.testing.assert_allclose(found.deviations, frame[columns].std())
    np.testing.assert_allclose(found.covariance, frame[columns].cov())
    assert (found.names, found.n, found.left_out, found.filled, found.notes()) == (tuple(columns), 30, 0, {}, ())


def test_listwise_leaves_rows_out_and_counts_them():
    frame = survey().astype(float)
    frame.loc[[2, 5], "q1"] = np.nan
    frame.loc[5, "s1"] = np.nan
    frame.loc[7, "other"] = np.nan
    found = moments_of(frame, MODEL)
    assert (found.n, found.left_out) == (28, 2)
    assert 2 not in found.index
    np.testing.assert_allclose(found.correlations, frame[["q1", "q2", "s1"]].dropna().corr(), atol=1e-14)
    assert found.notes() == ("2 respondents with a missing answer are left out; 28 are used.",)


def test_mean_fills_in_and_counts():
    frame = survey().astype(float)
    frame.loc[[2, 5], "q1"] = np.nan
    found = moments_of(frame, MODEL, missing="mean")
    np.testing.assert_allclose(found.rows[:, 0], frame["q1"].fillna(frame["q1"].mean()))
    assert found.filled == {"q1": 2}
    assert found.notes() == ("Missing answers are replaced by the mean of the indicator: q1 (2).",)


def test_nullable_and_other_numbers_are_read():
    frame = survey()
    frame["q1"] = frame["q1"].astype("Int64")
    frame.loc[0, "q1"] = pd.NA
    frame["q2"] = frame["q2"].astype(object)
    frame["s1"] = frame["s1"] > 5
    found = moments_of(frame, MODEL)
    assert found.left_out == 1
    assert set(found.rows[:, 2]) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"q1": "5"}, "column 'q1': text or other things that are not numbers, such as '5'"),
        ({"q1": pd.Categorical(["a"] * 30)}, "column 'q1': categories, not numbers"),
        ({"q1": pd.Timestamp("2026-01-01")}, "column 'q1': text or other things that are not numbers"),
        ({"q1": 1j}, "column 'q1': text or other things that are not numbers"),
        ({"q1": 5}, "column 'q1': every answer is 5. Expected: answers that vary"),
        ({"q1": 0.1 + 0.2}, "column 'q1': every answer is 0.3"),
        ({"q1": np.inf}, "column 'q1': 30 infinite values"),
        ({"q1": np.nan}, "column 'q1': no answer"),
    ],
)
@pytest.mark.parametrize("missing", ["listwise", "mean"])
def test_unusable_columns_are_named(change, message, missing):
    with pytest.raises(DataError) as caught:
        moments_of(survey().assign(**change), MODEL, missing=missing)
    assert message in str(caught.value)


def test_all_problems_at_once():
    frame = survey().rename(columns={"q1": "Q1"}).assign(q2="text")
    with pytest.raises(DataError) as caught:
        moments_of(pd.concat([frame, frame["s1"]], axis=1), MODEL)
    assert [item.where for item in caught.value.problems] == ["column 'q1'", "column 'q2'", "column 's1'"]
    frame = survey().assign(q1=5, q2=3)
    with pytest.raises(DataError) as caught:
        moments_of(frame, MODEL)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_too_few_rows(rows):
    with pytest.raises(DataError, match="at least 3 rows"):
        moments_of(survey().head(rows), MODEL, missing="mean" if rows else "listwise")


def test_rows_lost_to_missing_answers_are_told():
    frame = survey(4).astype(float)
    frame.loc[[0, 1], "q1"] = np.nan
    with pytest.raises(DataError, match="2 complete rows, 2 left out for missing answers"):
        moments_of(frame, MODEL)


def test_no_table_and_unknown_rule():
    with pytest.raises(ParameterError, match="data: of type list"):
        moments_of([1, 2], MODEL)
    with pytest.raises(ParameterError, match="missing: 'pairwise'"):
        moments_of(survey(), MODEL, missing="pairwise")


def test_the_data_are_not_touched():
    frame = survey().astype(float)
    before = frame.copy()
    found = moments_of(frame, MODEL)
    with pytest.raises(ValueError, match="read-only"):
        found.rows[0, 0] = 99
    frame.loc[0, "q1"] = 3.5
    assert found.rows[0, 0] == before.loc[0, "q1"]


def correlations():
    names = ["q1", "q2", "s1"]
    return pd.DataFrame([[1, 0.5, 0.3], [0.5, 1, 0.2], [0.3, 0.2, 1]], index=names, columns=names)


def test_published_correlations_in_any_order():
    table = correlations()
    found = moments_from(table.iloc[::-1, ::-1], MODEL, n=40, means=pd.Series({"s1": 3, "q1": 1, "q2": 2}))
    np.testing.assert_allclose(found.correlations, table)
    assert found.means.tolist() == [1, 2, 3]
    assert np.isnan(found.deviations).all()
    assert found.rows is None


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ((0, 1), 1.5, "'q1' with 'q2': 1.5"),
        ((0, 1), 0.7, "'q1' with 'q2' is 0.7, the other way round 0.5"),
        ((1, 1), 0.9, "'q2' with itself: 0.9. Expected: 1"),
        ((0, 1), np.nan, "'q1' with 'q2': nan"),
    ],
)
def test_what_is_no_correlation_matrix(place, value, message):
    table = correlations()
    table.iloc[place] = value
    with pytest.raises(DataError) as caught:
        moments_from(table, MODEL)
    assert message in str(caught.value)


def test_names_and_deviations_of_published_moments():
    with pytest.raises(DataError, match="rows of the correlations: 'q2' stands there 0 times"):
        moments_from(correlations().drop(index="q2"), MODEL)
    with pytest.raises(DataError, match="deviations: 's1' stands there 0 times"):
        moments_from(correlations(), MODEL, deviations=pd.Series({"q1": 1, "q2": 1}))
    with pytest.raises(DataError, match=r"deviations: q|deviations: 'q2' is 0\. Expected: a number above 0"):
        moments_from(correlations(), MODEL, deviations=pd.Series({"q1": 1, "q2": 0, "s1": 1}))


def test_small_helpers():
    assert constant(np.array([[1.0, 1], [1, 2]])).tolist() == [True, False]
    assert middle_share(np.array([[1.0], [2], [2], [2], [9]])).tolist() == [0.6]
