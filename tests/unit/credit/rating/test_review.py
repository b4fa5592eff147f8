import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.rating import REVIEW_MONTHS, review_calendar

FIRMS = pd.DataFrame(
    {"grade": list("ACE"), "importance": [5, 1, 3], "seen": ["2025-01-31", "2024-08-31", "2025-11-30"]}
)


def test_dates_from_the_last_review():
    result = review_calendar(FIRMS, as_of="2025-12-31", last_review="seen", spread=False)
    assert result.table["due"].tolist() == ["2026-01-31", "2025-08-31", "2026-02-28"]
    assert result.table["next_review"].tolist() == ["2026-01-31", "2025-12-31", "2026-02-28"]
    assert result.table["overdue"].tolist() == [False, True, False]
    assert result.notes == ("1 review is overdue; it is planned for today.",)
    assert result.per_year == pytest.approx(12 / 12 + 12 / 12 + 12 / 3)


def test_leap_years_and_short_months():
    firms = pd.DataFrame({"grade": ["A"], "importance": [4], "seen": ["2023-02-28"]})
    rule = {"A": [12] * 4, "B": [12] * 4}
    result = review_calendar(firms, as_of="2023-03-01", last_review="seen", months=rule, spread=False)
    assert result.table["due"].tolist() == ["2024-02-28"]
    rule = {"A": [1] * 4, "B": [12] * 4}
    firms = firms.assign(seen="2024-01-31")
    result = review_calendar(firms, as_of="2024-02-01", last_review="seen", months=rule, spread=False)
    assert result.table["due"].tolist() == ["2024-02-29"]


def test_spreading_levels_the_months_and_makes_nobody_late():
    many = pd.DataFrame({"grade": ["C"] * 60 + ["E"] * 9, "importance": 1})
    result = review_calendar(many, as_of="2025-12-31")
    assert (result.table["next_review"] <= result.table["due"]).all()
    assert result.load["C"].tolist() == [5] * 12
    assert result.load["E"].tolist()[:4] == [3, 3, 3, 0]
    assert result.summary() == "69 customers to review, 96 reviews a year; overdue now: 0."


def test_worse_or_more_important_is_never_later():
    table = np.array(list(REVIEW_MONTHS.values()))
    assert (np.diff(table, axis=0) <= 0).all()
    assert (np.diff(table, axis=1) <= 0).all()


def test_bad_rules_are_refused_together():
    with pytest.raises(ParameterError, match="different length") as caught:
        review_calendar(FIRMS, as_of="2025-12-31", months={"A": [1, 2], "B": [0], "C": [1.5]})
    assert len(caught.value.problems) == 3
    with pytest.raises(ParameterError, match="as_of"):
        review_calendar(FIRMS, as_of="soon")


def test_bad_tables_are_refused():
    day = {"as_of": "2025-12-31"}
    with pytest.raises(DataError, match="importance"):
        review_calendar(FIRMS.assign(importance=[6, 1, 1]), **day)
    with pytest.raises(DataError, match="'Z'"):
        review_calendar(FIRMS.assign(grade="Z"), **day)
    with pytest.raises(DataError, match="no column 'rating'"):
        review_calendar(FIRMS, grade="rating", **day)
    with pytest.raises(DataError, match="no date") as caught:
        review_calendar(FIRMS.assign(seen=["x", "2026-05-01", "2025-01-01"]), last_review="seen", **day)
    assert "in the future" in str(caught.value)
    with pytest.raises(DataError, match="no column 'when'"):
        review_calendar(FIRMS, last_review="when", **day)
