import numpy as np
import pandas as pd
import pytest
from scipy.linalg import expm

from casework.core.errors import DataError, ParameterError
from casework.credit.rating import duration_matrix, histories_from_ratings

GRADES = ["A", "B"]
ROWS = pd.DataFrame(
    [("a", 0.0, "A"), ("a", 0.25, "B"), ("b", 0.0, "B"), ("b", 0.5, "defaulted"), ("c", 0.5, "A"), ("c", 0.75, None)],
    columns=["customer", "time", "grade"],
)


def test_moves_over_time_spent():
    result = duration_matrix(ROWS, end=1, grades=GRADES)
    assert result.exposure.tolist() == [0.5, 1.25, 0.0]
    assert result.generator.loc["A"].tolist() == [-2.0, 2.0, 0.0]
    assert result.generator.loc["B", "defaulted"] == pytest.approx(1 / 1.25)
    wanted = expm(0.5 * result.generator.to_numpy())
    assert np.allclose(result.matrix(0.5), wanted, atol=1e-14)
    assert result.default_curve(years=2).cumulative.loc[1, "A"] == pytest.approx(result.matrix().loc["A", "defaulted"])
    assert result.summary() == "2 moves in 2 customer years."


def test_time_before_the_start_does_not_count():
    result = duration_matrix(ROWS, end=1, start=0.5, grades=GRADES)
    assert result.exposure["A"] == 0.25
    assert result.counts.loc["A", "B"] == 0


def test_a_grade_without_time_is_unknown_and_so_is_what_leads_to_it():
    rows = pd.DataFrame({"customer": ["a", "a"], "time": [0.0, 1.0], "grade": ["A", "B"]})
    result = duration_matrix(rows, end=1, grades=["A", "B", "C"])
    assert np.isnan(result.matrix().loc[["A", "B", "C"]]).all(axis=None)
    assert "B, C" in result.notes[0]


def test_recovered_data_of_a_known_generator():
    rng = np.random.default_rng(2)
    n = 4000
    first = rng.exponential(1 / 0.5, n)
    second = first + rng.exponential(1 / 0.8, n)
    parts = [
        pd.DataFrame({"customer": np.arange(n), "time": 0.0, "grade": "A"}),
        pd.DataFrame({"customer": np.arange(n), "time": first, "grade": "B"}),
        pd.DataFrame({"customer": np.arange(n), "time": second, "grade": "defaulted"}),
    ]
    rows = pd.concat(parts)
    rates = duration_matrix(rows[rows["time"] <= 3], end=3, grades=GRADES).generator
    assert rates.loc["A", "B"] == pytest.approx(0.5, rel=0.06)
    assert rates.loc["B", "defaulted"] == pytest.approx(0.8, rel=0.06)


def test_histories_of_yearly_ratings():
    rows = pd.DataFrame(
        [("a", 1, "A", 0), ("a", 2, "B", 0), ("a", 3, "B", 0), ("b", 1, "A", 1), ("c", 1, "B", 0)],
        columns=["customer", "year", "grade", "defaulted"],
    )
    found = histories_from_ratings(rows, defaulted="defaulted")
    assert found[found["customer"] == "b"]["time"].tolist() == [1.0, 1.5]
    assert found[found["customer"] == "c"]["grade"].isna().tolist() == [False, True]
    result = duration_matrix(found, end=3, grades=GRADES)
    assert result.exposure["A"] == 1.5
    assert result.exposure["B"] == 2.0


def test_bad_histories_are_refused():
    with pytest.raises(DataError, match="after the end"):
        duration_matrix(ROWS, end=0.5, grades=GRADES)
    with pytest.raises(DataError, match="more than once"):
        duration_matrix(pd.concat([ROWS, ROWS]), end=1, grades=GRADES)
    with pytest.raises(DataError, match="no column 'rating'"):
        duration_matrix(ROWS, end=1, grade="rating", grades=GRADES)
    with pytest.raises(ParameterError, match="is a grade"):
        duration_matrix(ROWS, end=1, default="A", grades=GRADES)
    with pytest.raises(ParameterError, match="start"):
        duration_matrix(ROWS, end=1, start=2, grades=GRADES)
    with pytest.raises(ParameterError, match="no default state"):
        duration_matrix(ROWS[ROWS["grade"] == "A"], end=1, default="", grades=GRADES).default_curve()
    with pytest.raises(ParameterError, match="default_after"):
        histories_from_ratings(ROWS, period="time", default_after=0)
