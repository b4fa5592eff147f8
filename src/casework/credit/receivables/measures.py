"""What is watched of each customer at each month-end: overdue, lateness, bad debt, exposure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.receivables.ageing import ageing_history
from casework.credit.receivables.ledger import INVOICE, PAYMENT, WRITE_OFF, Days, Floats, Ledger, check_days

Measure = Literal[
    "overdue_share", "late_30_share", "late_60_share", "overdue_amount", "oldest_days", "days_late", "days_late_rise",
    "bad_debt_rate", "exposure",
]  # fmt: skip
SHARES = ("overdue_share", "late_30_share", "late_60_share", "bad_debt_rate")
MEASURE_WORDS: Mapping[str, str] = {
    "overdue_share": mark("share of the balance that is overdue"),
    "late_30_share": mark("share of the balance more than 30 days overdue"),
    "late_60_share": mark("share of the balance more than 60 days overdue"),
    "overdue_amount": mark("overdue balance"),
    "oldest_days": mark("days past due of the oldest open invoice"),
    "days_late": mark("mean days late of the payments of three months"),
    "days_late_rise": mark("rise of the mean days late over the half year before"),
    "bad_debt_rate": mark("written off, as a share of a year's sales"),
    "exposure": mark("open balance"),
}
HEADINGS = (
    mark("overdue share"), mark("late 30 share"), mark("late 60 share"), mark("overdue amount"), mark("oldest days"),
    mark("days late"), mark("days late rise"), mark("exposure"), mark("overdue_share"), mark("late_30_share"),
    mark("late_60_share"), mark("overdue_amount"), mark("oldest_days"), mark("days_late"), mark("days_late_rise"),
    mark("bad_debt_rate"), mark("measure"),
)  # fmt: skip
RECENT, BEFORE, YEAR = 90, 270, 365  # days of payments that count as recent, of those before, and of bad debt


@dataclass(frozen=True, kw_only=True)
class Measures(Result):
    """Measures of every customer at every day.

    Attributes
    ----------
    dates : tuple of str
        Days, ascending.
    customers : Index
        Names.
    values : mapping of measure to ndarray, shape (dates, customers)
        Not a number where nothing can be said: no open invoice, no recent payment, no sales.
    last_day : int
        Day at which the ledger was closed.
    """

    dates: tuple[str, ...]
    customers: pd.Index
    values: Mapping[str, Floats]
    last_day: int
    currency: str = ""
    notes: tuple[str, ...] = ()

    @property
    def days(self) -> Days:
        """The days as whole numbers since 1970."""
        return np.array(self.dates, dtype="datetime64[D]").astype(np.int64)

    def __getitem__(self, name: str) -> Floats:
        """Return the values of a measure."""
        return self.values[name]

    def to_frame(self) -> pd.DataFrame:
        """Return the measures at the newest day, a row per customer."""
        return pd.DataFrame({name: found[-1] for name, found in self.values.items()}, index=self.customers)

    def summary(self) -> str:
        """Say how many customers have something overdue at the newest day."""
        late = int((self.values["overdue_amount"][-1] > 0).sum())
        return t("On {day}, {n:,} of {total:,} customers have something overdue.", day=self.dates[-1], n=late,
                 total=len(self.customers))  # fmt: skip


def customer_measures(ledger: Ledger, *, dates: Sequence[str] | None = None, recent: int = RECENT) -> Measures:
    """Compute what is watched of every customer at every day.

    Parameters
    ----------
    ledger : Ledger
        Documents.
    dates : sequence of str, optional
        Days (ISO), ascending; by default all month-ends of the ledger.
    recent : int
        Days of payments that count for `days_late`, at least 1; the rise compares them with twice as many before.

    Raises
    ------
    ParameterError
        As `ageing_history`, or `recent` is below 1.

    Notes
    -----
    Only what was booked by a day is used at that day, so that a back-test does not look into the future.
    """
    recent = int(check_number("recent", recent, low=1))
    aged = ageing_history(ledger, dates=dates, edges=(0, 30, 60))
    days = check_days("dates", aged.dates, ledger)
    open_, overdue = aged.open, aged.overdue
    late = _lateness(ledger, days, 0, recent)
    before = _lateness(ledger, days, recent, 3 * recent)
    values = {
        "overdue_share": _share(overdue, open_),
        "late_30_share": _share(aged.beyond(2), open_),
        "late_60_share": _share(aged.beyond(3), open_),
        "overdue_amount": overdue,
        "oldest_days": _oldest(ledger, days),
        "days_late": late,
        "days_late_rise": late - before,
        "bad_debt_rate": _share(_booked(ledger, days, WRITE_OFF), _booked(ledger, days, INVOICE)),
        "exposure": open_,
    }
    return Measures(
        dates=aged.dates, customers=ledger.customers, values=values, last_day=ledger.last_day, currency=ledger.currency
    )


def check_measure(name: str, value: object) -> str:
    """Return the name of a measure.

    Raises
    ------
    ParameterError
        There is no such measure; the message gives the nearest spelling.
    """
    from casework.core.checks import suggest

    if value not in MEASURE_WORDS:
        raise ParameterError(Problem(name, repr(value), fix=suggest(str(value), list(MEASURE_WORDS))))
    return str(value)


def _share(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(whole > 0, part / whole, np.nan), dtype=np.float64)


def _lateness(ledger: Ledger, days: Days, near: int, far: int) -> Floats:
    """Mean days late of the payments booked in (day - far, day - near], weighted by money."""
    use = np.flatnonzero((ledger.settled_by == PAYMENT) & (ledger.settled_invoice >= 0))
    date, who, money = ledger.settled_date[use], ledger.settled_customer[use], ledger.settled_amount[use]
    late = (date - ledger.settled_due[use]) * money
    n = len(ledger.customers)
    found = np.empty((len(days), n))
    for i, day in enumerate(days):
        a, b = np.searchsorted(date, [day - far, day - near], side="right")
        weight = np.bincount(who[a:b], weights=money[a:b], minlength=n)
        found[i] = _share(np.bincount(who[a:b], weights=late[a:b], minlength=n), weight)
    return found


def _oldest(ledger: Ledger, days: Days) -> Floats:
    """Days past due of the oldest open invoice, 0 or below where none is overdue; not a number without any."""
    found = np.full((len(days), len(ledger.customers)), -np.inf)
    for row, day in zip(found, days, strict=True):
        own = np.flatnonzero(ledger.open_invoices(int(day)) > 0)
        np.maximum.at(row, ledger.customer[own], (day - ledger.due[own]).astype(np.float64))
    return np.asarray(np.where(np.isfinite(found), found, np.nan), dtype=np.float64)


def _booked(ledger: Ledger, days: Days, kind: int) -> Floats:
    """Sum the documents of one kind in the year up to each day, by customer."""
    if kind == INVOICE:
        order = np.argsort(ledger.date, kind="stable")
        date, who, money = ledger.date[order], ledger.customer[order], ledger.amount[order]
    else:
        use: npt.NDArray[np.int64] = np.flatnonzero(ledger.settled_by == kind)
        date, who, money = ledger.settled_date[use], ledger.settled_customer[use], ledger.settled_amount[use]
    n = len(ledger.customers)
    found = np.empty((len(days), n))
    for i, day in enumerate(days):
        a, b = np.searchsorted(date, [day - YEAR, day], side="right")
        found[i] = np.bincount(who[a:b], weights=money[a:b], minlength=n)
    return found
