"""When is a customer looked at again? A calendar by grade and importance, spread over the months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import DataError, InputError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.rating.columns import Floats, at_rows, check_grades, grade_codes, numbers_in, table_of

COLUMNS = (mark("next review"), mark("review every"), mark("reviews"), mark("due"), mark("importance"),
           mark("overdue"), mark("month"))  # fmt: skip
# Months between reviews: rows are grades (best first), columns importance 1 (low) to 5 (high).
REVIEW_MONTHS: Mapping[str, Sequence[int]] = {
    "A": (24, 24, 18, 12, 12),
    "B": (18, 18, 12, 12, 6),
    "C": (12, 12, 6, 6, 6),
    "D": (6, 6, 6, 3, 3),
    "E": (3, 3, 3, 1, 1),
}


@dataclass(frozen=True, kw_only=True)
class ReviewResult(Result):
    """Review calendar.

    Attributes
    ----------
    table : DataFrame
        On the index of the input: `grade`, `importance`, `review_every` [months], `due` (latest date), `next_review`
        (planned date, never later), `overdue` (the latest date is past).
    months : DataFrame
        The rule: one row per grade, one column per importance.
    as_of : str
        ISO date of the plan.
    grades : tuple of str
    notes : tuple of str
    """

    table: pd.DataFrame
    months: pd.DataFrame
    as_of: str
    grades: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())

    def to_frame(self) -> pd.DataFrame:
        """One row per customer."""
        return self.table.copy()

    @property
    def load(self) -> pd.DataFrame:
        """Reviews by month and grade: one row per month that has one, `month` (YYYY-MM) and a column per grade."""
        month = self.table["next_review"].astype(str).str.slice(0, 7)
        found = pd.crosstab(month, self.table["grade"]).reindex(columns=list(self.grades), fill_value=0)
        return found.rename_axis(index="month", columns=None).reset_index()

    @property
    def per_year(self) -> float:
        """Reviews in a year when the calendar is in step."""
        return float((12 / self.table["review_every"]).sum())

    def summary(self) -> str:
        """Say how much work the calendar is."""
        overdue = int(self.table["overdue"].sum())
        return tn("{n} customer to review, {year:,.0f} reviews a year; overdue now: {overdue:,}.",
                  "{n:,} customers to review, {year:,.0f} reviews a year; overdue now: {overdue:,}.",
                  len(self.table), year=self.per_year, overdue=overdue)  # fmt: skip


def review_calendar(
    customers: pd.DataFrame | Mapping[str, Any],
    *,
    as_of: str,
    grade: str = "grade",
    importance: str = "importance",
    last_review: str = "",
    months: Mapping[str, Sequence[int]] = REVIEW_MONTHS,
    spread: bool = True,
) -> ReviewResult:
    """Plan the next review of every customer: sooner for worse grades and for more important customers.

    Parameters
    ----------
    customers : DataFrame or mapping, one row per customer
        Grade, importance and, if known, the day of the last review.
    as_of : str
        Day of the plan, ISO (2025-12-31).
    grade, importance : str
        Columns; importance is a whole number from 1 to the number of columns of `months`.
    last_review : str
        Column of the last review (ISO dates), empty where all were reviewed on `as_of`.
    months : mapping of grade to months by importance
        The rule, best grade first; whole months from 1 to 120.
    spread : bool
        Customers of one interval who are due on one day are spread over the months before it, so that no month has
        all the work; nobody is reviewed later than his interval allows.

    Returns
    -------
    ReviewResult

    Raises
    ------
    ParameterError
        The rule has rows of different length or months out of range, or `as_of` is no date.
    DataError
        A column is missing, a grade or importance is not in the rule, a date cannot be read or lies after `as_of`.

    Examples
    --------
    >>> firms = pd.DataFrame({"grade": ["A", "E"], "importance": [1, 5]})
    >>> review_calendar(firms, as_of="2025-12-31", spread=False).table["next_review"].tolist()
    ['2027-12-31', '2026-01-31']
    """
    names, rule = _rule(months)
    today = _day(as_of)
    frame = table_of(customers)
    codes = _codes(frame, grade, names)
    level = _importance(frame, importance, rule.shape[1])
    every = rule[codes, level]
    start = _last(frame, last_review, today)
    due = _add_months(start, every)
    planned = np.maximum(_add_months(start, _spread(start, every)) if spread else due, today)
    table = pd.DataFrame({
        "grade": np.array(names, dtype=object)[codes], "importance": level + 1, "review_every": every,
        "due": due.astype(str), "next_review": planned.astype(str), "overdue": due < today,
    }, index=frame.index)  # fmt: skip
    shown = pd.DataFrame(rule, index=pd.Index(names, name="grade"), columns=[str(i + 1) for i in range(rule.shape[1])])
    return ReviewResult(table=table, months=shown, as_of=str(today), grades=names, notes=_notes(due < today))


def _rule(months: Mapping[str, Sequence[int]]) -> tuple[tuple[str, ...], Any]:
    names = check_grades(list(months))
    problems = []
    widths = {len(row) for row in months.values()}
    if len(widths) != 1 or widths == {0}:
        problems.append(Problem("months", t("rows of different length"), t("one number for each importance")))
    for name, row in months.items():
        for value in row:
            try:
                number = check_number(t("months of {grade}", grade=name), value, low=1, high=120, unit=t("months"))
            except InputError as error:
                problems += error.problems
                continue
            if number != int(number):
                problems.append(Problem(t("months of {grade}", grade=name), f"{number:g}", t("a whole number")))
    if problems:
        raise ParameterError(problems)
    return names, np.array([list(row) for row in months.values()], dtype=np.int64)


def _day(text: str) -> Any:
    try:
        return np.datetime64(pd.Timestamp(text).date(), "D")
    except (ValueError, TypeError):
        raise ParameterError(Problem("as_of", repr(text), t("a date such as 2025-12-31"))) from None


def _codes(frame: pd.DataFrame, grade: str, names: Sequence[str]) -> Any:
    if grade not in frame.columns:
        raise DataError(Problem(grade, t("there is no column {name}", name=repr(grade))))
    return grade_codes(frame[grade], names, where=grade)


def _importance(frame: pd.DataFrame, column: str, most: int) -> Any:
    values = numbers_in(frame, [column])[column]
    wrong = ~np.isfinite(values) | (values < 1) | (values > most) | (values != np.floor(values))
    if wrong.any():
        found = t("an importance that the rule does not have")
        raise DataError(Problem(at_rows(column, frame.index, wrong), found, t("whole numbers from 1 to {n}", n=most)))
    return values.astype(np.int64) - 1


def _last(frame: pd.DataFrame, column: str, today: Any) -> Any:
    if not column:
        return np.full(len(frame), today)
    if column not in frame.columns:
        raise DataError(Problem(column, t("there is no column {name}", name=repr(column))))
    days = pd.to_datetime(frame[column], errors="coerce", format="ISO8601")
    wrong = days.isna().to_numpy()
    found = days.to_numpy().astype("datetime64[D]")
    late = ~wrong & (found > today)
    problems = [
        Problem(at_rows(column, frame.index, bad), text, expected)
        for bad, text, expected in (
            (wrong, t("no date"), t("dates such as 2025-12-31")),
            (late, t("a review in the future"), t("a day up to {day}", day=str(today))),
        )
        if bad.any()
    ]
    if problems:
        raise DataError(problems)
    return found


def _add_months(days: Any, months: Any) -> Any:
    """Add months to days; the 31st becomes the last day of a shorter month."""
    month = days.astype("datetime64[M]")
    target = month + months
    day = days - month.astype("datetime64[D]")
    last = (target + 1).astype("datetime64[D]") - target.astype("datetime64[D]") - 1
    return target.astype("datetime64[D]") + np.minimum(day.astype(np.int64), last.astype(np.int64))


def _spread(start: Any, every: Any) -> Any:
    """Month (1 to the interval) of each customer: equal numbers in every month of an interval."""
    key = start.astype(np.int64) * 1000 + every
    order = np.argsort(key, kind="stable")
    _, first, size = np.unique(key[order], return_index=True, return_counts=True)
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = np.arange(len(key)) - np.repeat(first, size)
    count = np.empty(len(key), dtype=np.int64)
    count[order] = np.repeat(size, size)
    return every - (rank * every) // np.maximum(count, 1)


def _notes(overdue: Floats) -> tuple[str, ...]:
    n = int(overdue.sum())
    if not n:
        return ()
    return (
        tn(
            "{n} review is overdue; it is planned for today.", "{n} reviews are overdue; they are planned for today.", n
        ),
    )
