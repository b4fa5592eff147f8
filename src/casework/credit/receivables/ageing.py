"""Ageing: what is open by days past due, on any day, by customer, and at many month-ends at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.receivables.ledger import Days, Floats, Ledger, check_days, day_number, month_ends

Basis = Literal["due", "invoice"]
Boundary = Literal["upper", "lower"]
EDGES = (0, 30, 60, 90)
HEADINGS = (
    mark("bucket"), mark("amount"), mark("share"), mark("current"), mark("credits"), mark("total"), mark("day"),
    mark("not yet due"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AgeingResult(Result):
    """What is open on a day, by customer and bucket.

    Attributes
    ----------
    table : DataFrame
        A row per customer with anything open: a column per bucket, `credits` (0 or below), `total`.
    totals : Series
        Sums of the buckets, of `credits` and `total`.
    as_of : str
        The day.
    buckets : tuple of str
        Names of the buckets, the one that is not yet due first.
    edges, basis, boundary
        As they were given.
    """

    table: pd.DataFrame
    totals: pd.Series
    as_of: str
    buckets: tuple[str, ...]
    edges: tuple[int, ...]
    basis: Basis = "due"
    boundary: Boundary = "upper"
    currency: str = ""
    notes: tuple[str, ...] = ()

    @property
    def open(self) -> float:
        """Open invoices of all customers, without credits [currency]."""
        return float(self.totals[list(self.buckets)].sum())

    @property
    def overdue(self) -> float:
        """What is past due [currency]: all buckets but the first."""
        return float(self.totals[list(self.buckets[1:])].sum())

    def to_frame(self) -> pd.DataFrame:
        """Amount and share of the open invoices by bucket."""
        amount = self.totals[list(self.buckets)].to_numpy(dtype=float)
        share = amount / self.open if self.open > 0 else np.full(len(amount), np.nan)
        return pd.DataFrame({"bucket": self.buckets, "amount": amount, "share": share})

    def summary(self) -> str:
        """Say what is open and what is overdue."""
        if self.open <= 0:
            return t("On {day} nothing is open.", day=self.as_of)
        return t(
            "On {day}, {open:,.0f} {currency} are open; {share:.1%} of it is overdue.",
            day=self.as_of, open=self.open, currency=self.currency, share=self.overdue / self.open,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AgeingHistory(Result):
    """What was open at several days, by bucket.

    Attributes
    ----------
    dates : tuple of str
        The days, ascending.
    customers : Index
        Names of the customers.
    values : ndarray, shape (dates, customers, buckets + 1)
        Open amounts [currency]; the last column holds credits (0 or below).
    totals : DataFrame
        A row per day, a column per bucket, `credits`, `total`.
    """

    dates: tuple[str, ...]
    customers: pd.Index
    values: Floats
    totals: pd.DataFrame
    buckets: tuple[str, ...]
    edges: tuple[int, ...]
    basis: Basis = "due"
    boundary: Boundary = "upper"
    currency: str = ""
    notes: tuple[str, ...] = ()

    @property
    def open(self) -> Floats:
        """Open invoices of each customer at each day, shape (dates, customers), without credits."""
        return np.asarray(self.values[:, :, :-1].sum(axis=2), dtype=np.float64)

    @property
    def overdue(self) -> Floats:
        """What is past due of each customer at each day, shape (dates, customers)."""
        return self.beyond(1)

    def beyond(self, place: int) -> Floats:
        """Return what each customer has open in the bucket of a place and later ones, shape (dates, customers)."""
        return np.asarray(self.values[:, :, place:-1].sum(axis=2), dtype=np.float64)

    def at(self, day: str) -> AgeingResult:
        """Return the ageing of one of the days.

        Raises
        ------
        ParameterError
            It is not one of them.
        """
        if day not in self.dates:
            raise ParameterError(Problem("day", repr(day), t("one of {values}", values=", ".join(self.dates[-6:]))))
        names = (*self.buckets, "credits")
        table = pd.DataFrame(self.values[self.dates.index(day)], index=self.customers, columns=list(names))
        table["total"] = table.sum(axis=1)
        return AgeingResult(
            table=table[(table[list(names)] != 0).any(axis=1)], totals=table.sum(), as_of=day, buckets=self.buckets,
            edges=self.edges, basis=self.basis, boundary=self.boundary, currency=self.currency,
        )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return a row per day."""
        return self.totals.reset_index()

    def summary(self) -> str:
        """Compare the share overdue at the first and the last day."""
        open_, overdue = self.open.sum(axis=1), self.overdue.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = overdue / open_
        if not np.isfinite(share[[0, -1]]).all():
            return t("On {day}, {open:,.0f} {currency} are open.", day=self.dates[-1], open=open_[-1],
                     currency=self.currency)  # fmt: skip
        return t(
            "Overdue were {a:.1%} of open invoices on {first} and {b:.1%} on {last}.",
            a=share[0], b=share[-1], first=self.dates[0], last=self.dates[-1],
        )  # fmt: skip


def ageing(
    ledger: Ledger,
    *,
    as_of: str | None = None,
    edges: Sequence[int] = EDGES,
    basis: Basis = "due",
    boundary: Boundary = "upper",
) -> AgeingResult:
    """Sort what is open on a day by how long it is overdue.

    Parameters
    ----------
    ledger : Ledger
        Documents.
    as_of : str, optional
        The day (ISO), its documents included; by default the one at which the ledger was closed.
    edges : sequence of int
        Ends of the buckets [days], ascending, the first at least 0.
    basis : {'due', 'invoice'}
        Count days from the due date or from the day of the invoice.
    boundary : {'upper', 'lower'}
        An edge belongs to the bucket that it ends (day 30 is in 1-30, and day 0 is not overdue), or to the one that it
        begins (day 30 is in 30-59).

    Returns
    -------
    AgeingResult
        By customer; money on account and credit notes without an invoice are in `credits`, never netted into a bucket.

    Raises
    ------
    ParameterError
        `as_of` is not a day or after the ledger was closed; edges are not ascending whole numbers of at least 0.

    Notes
    -----
    An invoice issued after `as_of` is not open yet; a payment after it has not been made.

    Examples
    --------
    >>> bucket_names((0, 30, 60, 90))
    ('current', '1-30', '31-60', '61-90', '90+')
    """
    day = ledger.as_of if as_of is None else str(np.datetime64(day_number("as_of", as_of), "D"))
    return ageing_history(ledger, dates=[day], edges=edges, basis=basis, boundary=boundary).at(day)


def ageing_history(
    ledger: Ledger,
    *,
    dates: Sequence[str] | None = None,
    edges: Sequence[int] = EDGES,
    basis: Basis = "due",
    boundary: Boundary = "upper",
) -> AgeingHistory:
    """Sort what was open at several days by how long it was overdue.

    Parameters
    ----------
    ledger : Ledger
        Documents.
    dates : sequence of str, optional
        Days (ISO), ascending; by default all month-ends that the ledger covers.
    edges, basis, boundary
        As in `ageing`.

    Raises
    ------
    ParameterError
        As `ageing`, and days that do not ascend.

    Notes
    -----
    A settlement carries the due date of its invoice, so the open amount of a bucket is one sum over documents.
    """
    chosen = check_edges(edges)
    check_option("basis", basis, Basis)
    check_option("boundary", boundary, Boundary)
    days = check_days("dates", month_ends(ledger) if dates is None else dates, ledger)
    names = bucket_names(chosen, basis=basis, boundary=boundary)
    values = _values(ledger, days, chosen, basis, boundary)
    stamps = tuple(str(day) for day in days.astype("datetime64[D]"))
    totals = pd.DataFrame(
        values.sum(axis=1), columns=[*names, "credits"], index=pd.Index(stamps, name="day"), dtype=float
    )
    totals["total"] = totals.sum(axis=1)
    return AgeingHistory(
        dates=stamps, customers=ledger.customers, values=values, totals=totals.round(6), buckets=names, edges=chosen,
        basis=basis, boundary=boundary, currency=ledger.currency,
    )  # fmt: skip


def _values(ledger: Ledger, days: Days, edges: tuple[int, ...], basis: str, boundary: str) -> Floats:
    """Sum signed documents by customer and bucket for each day."""
    known = ledger.settled_invoice >= 0
    born = ledger.due if basis == "due" else ledger.date
    issued = np.argsort(ledger.date, kind="stable")
    since = np.concatenate([born[issued], np.where(known, born[ledger.settled_invoice], 0)])
    customer = np.concatenate([ledger.customer[issued], ledger.settled_customer])
    money = np.concatenate([ledger.amount[issued], -ledger.settled_amount])
    credit = np.concatenate([np.zeros(len(issued), dtype=bool), ~known])
    n, k = len(ledger.customers), len(edges) + 2
    values = np.empty((len(days), n, k))
    for i, day in enumerate(days):
        a = np.searchsorted(ledger.date[issued], day, side="right")
        b = len(issued) + np.searchsorted(ledger.settled_date, day, side="right")
        use = np.r_[0:a, len(issued) : b]
        bucket = np.where(credit[use], k - 1, place_days(day - since[use], edges, boundary))
        values[i] = np.bincount(customer[use] * k + bucket, weights=money[use], minlength=n * k).reshape(n, k)
    return np.asarray(np.round(values, 6) + 0.0, dtype=np.float64)


def place_days(
    days: npt.ArrayLike, edges: Sequence[int] = EDGES, boundary: Boundary | str = "upper"
) -> npt.NDArray[np.int64]:
    """Return the place of the bucket of each number of days past due.

    Parameters
    ----------
    days : array_like of int
        Days past due, below 0 for what is not yet due.
    edges, boundary
        As in `ageing`.

    Examples
    --------
    >>> names = bucket_names((0, 30, 60, 90))
    >>> [names[i] for i in place_days([-5, 0, 1, 30, 31, 90, 91])]
    ['current', 'current', '1-30', '1-30', '31-60', '61-90', '90+']
    """
    side: Literal["left", "right"] = "left" if boundary == "upper" else "right"
    return np.asarray(np.searchsorted(np.asarray(edges), np.asarray(days), side=side), dtype=np.int64)


def bucket_names(
    edges: Sequence[int] = EDGES, *, basis: Basis = "due", boundary: Boundary = "upper"
) -> tuple[str, ...]:
    """Return the names of the buckets between edges.

    Examples
    --------
    >>> bucket_names((0, 30, 60), boundary="lower")
    ('current', '0-29', '30-59', '60+')
    >>> bucket_names((30, 60), basis="invoice")
    ('0-30', '31-60', '60+')
    """
    up = 1 if boundary == "upper" else 0
    inner = [f"{low + up}-{high - 1 + up}" for low, high in pairwise(edges)]
    first = "current" if basis == "due" and edges[0] == 0 else f"0-{edges[0] - 1 + up}"
    return (first, *inner, f"{edges[-1]}+")


def check_edges(edges: Sequence[int]) -> tuple[int, ...]:
    """Return edges of buckets as whole numbers.

    Raises
    ------
    ParameterError
        There is none, they do not ascend, or one is not a whole number of at least 0.
    """
    good = all(not isinstance(x, bool) and hasattr(x, "__int__") and x == x and float(x).is_integer() for x in edges)
    whole = tuple(int(x) for x in edges) if good else ()
    if not whole or whole[0] < 0 or any(b <= a for a, b in pairwise(whole)):
        raise ParameterError(Problem("edges", repr(list(edges)), t("ascending whole days, the first at least 0")))
    return whole
