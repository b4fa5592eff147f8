"""A receivables ledger: invoices, payments, credit notes and write-offs, checked, for questions about any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.options import InvalidAnswers
from casework.core.result import Result
from casework.credit.receivables.reading import CENT, Documents, read_documents

Kind = Literal["invoice", "payment", "credit_note", "write_off"]
Days = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
KINDS: tuple[str, ...] = ("invoice", "payment", "credit_note", "write_off")
INVOICE, PAYMENT, CREDIT_NOTE, WRITE_OFF = range(4)
COLUMNS: Mapping[str, str] = {
    name: name for name in ("customer", "document", "kind", "invoice", "date", "due", "amount", "currency")
}
HEADINGS = (
    mark("customer"), mark("document"), mark("kind"), mark("invoice"), mark("date"), mark("due"), mark("amount"),
    mark("currency"), mark("invoices"), mark("where"), mark("count"), mark("reason"), mark("payment"),
    mark("credit_note"), mark("write_off"), mark("documents"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Documents that were not used: where, how many, and why."""

    where: str
    count: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Ledger(Result):
    """Documents of a supplier's customers up to a day; made by `read_ledger`.

    Days are whole numbers since 1970-01-01, customers and invoices are places (0 ...), so that questions are sums
    over arrays.

    Attributes
    ----------
    as_of : str
        The day at which the ledger was closed (ISO).
    currency : str
        Of all amounts; empty where the table names none.
    customers : Index
        Names, sorted.
    names : Index
        Numbers of the invoices, in the order of the table.
    customer, date, due : ndarray of int, shape (invoices,)
        Of each invoice: its customer's place, the day it was issued, the day it is due.
    amount : ndarray of float, shape (invoices,)
        Of each invoice [currency], above 0.
    settled_by : ndarray of int, shape (settlements,)
        1 payment, 2 credit note, 3 write-off (places in `KINDS`), sorted by day.
    settled_invoice, settled_customer, settled_date, settled_amount : ndarray, shape (settlements,)
        Of each settlement: its invoice's place (-1: on account), its customer's place, its day, its amount.
    attributes : DataFrame
        What else the table says of each customer (the last entry counts), a row per customer.
    left_out : tuple of LeftOut
        What was not used, why, and how often.
    """

    as_of: str
    currency: str
    customers: pd.Index
    names: pd.Index
    customer: Days
    date: Days
    due: Days
    amount: Floats
    settled_by: Days
    settled_invoice: Days
    settled_customer: Days
    settled_date: Days
    settled_amount: Floats
    attributes: pd.DataFrame
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def last_day(self) -> int:
        """Day at which the ledger was closed, as a whole number."""
        return day_number("as_of", self.as_of)

    @property
    def first_day(self) -> int:
        """Day of the first document."""
        return int(min(self.date.min(initial=self.last_day), self.settled_date.min(initial=self.last_day)))

    @property
    def settled_due(self) -> Days:
        """Day on which the invoice of each settlement was due; the settlement's own day where it names none."""
        known = self.settled_invoice >= 0
        return np.asarray(np.where(known, self.due[self.settled_invoice], self.settled_date), dtype=np.int64)

    def settled(self, day: int, kinds: Sequence[int] = (PAYMENT, CREDIT_NOTE, WRITE_OFF)) -> Floats:
        """Return how much of each invoice was settled by a day [currency]."""
        stop = np.searchsorted(self.settled_date, day, side="right")
        which, by = self.settled_invoice[:stop], self.settled_by[:stop]
        use = (which >= 0) if len(kinds) == 3 else (which >= 0) & np.isin(by, kinds)
        found = np.bincount(which[use], weights=self.settled_amount[:stop][use], minlength=len(self.amount))
        return np.asarray(found, dtype=np.float64)

    def open_invoices(self, day: int) -> Floats:
        """Return what is open of each invoice at the end of a day [currency]; 0 before it was issued."""
        rest = np.where(self.date <= day, self.amount - self.settled(day), 0.0)
        return np.asarray(np.where(rest < CENT, 0.0, rest), dtype=np.float64)

    def settled_on(self) -> Days:
        """Return the day on which each invoice was settled in full; the largest whole number where it is open."""
        never = np.iinfo(np.int64).max
        known = np.flatnonzero(self.settled_invoice >= 0)
        which, last = self.settled_invoice[known], np.full(len(self.amount), never)
        last[which] = self.settled_date[known]  # sorted by day: the last one stays
        total = np.bincount(which, weights=self.settled_amount[known], minlength=len(self.amount))
        return np.asarray(np.where(self.amount - total < CENT, last, never), dtype=np.int64)

    def to_frame(self) -> pd.DataFrame:
        """Documents and money by kind."""
        counts = np.bincount(self.settled_by, minlength=4)
        sums = np.bincount(self.settled_by, weights=self.settled_amount, minlength=4)
        counts[INVOICE], sums[INVOICE] = len(self.amount), self.amount.sum()
        return pd.DataFrame({"kind": KINDS, "documents": counts, "amount": sums})

    def excluded(self) -> pd.DataFrame:
        """Return a table of what was left out: where, how many, why."""
        rows = [(item.where, item.count, item.reason) for item in self.left_out]
        return pd.DataFrame(rows, columns=["where", "count", "reason"])

    def summary(self) -> str:
        """Say how many invoices of how many customers there are, and what is open."""
        text = tn("{n} customer", "{n:,} customers", len(self.customers))
        return t(
            "{k:,} invoices of {customers} up to {day}; {open:,.0f} {currency} are open.",
            k=len(self.amount), customers=text, day=self.as_of, open=self.open_invoices(self.last_day).sum(),
            currency=self.currency,
        )  # fmt: skip


def read_ledger(
    frame: pd.DataFrame,
    *,
    as_of: str | None = None,
    columns: Mapping[str, str] | None = None,
    attributes: Sequence[str] = (),
    invalid: InvalidAnswers = "refuse",
) -> Ledger:
    """Check the documents of a table and put them into a ledger.

    Parameters
    ----------
    frame : DataFrame, one row per document
        `customer`, `document` (its number, once), `kind` (invoice, payment, credit_note, write_off), `invoice` (the one
        that a document settles; empty for money on account), `date`, `due` (of invoices), `amount` [currency, above 0]
        and, where there is one, `currency`.
    as_of : str, optional
        Day at which the ledger is closed (ISO); by default the day of the last document. A last hundredth of the
        documents that follows all others after more than 92 days does not count: those days are slips of the pen.
    columns : mapping, optional
        Part to column name, where they differ.
    attributes : sequence of str
        Columns that describe the customer, such as its industry.
    invalid : {'refuse', 'exclude'}
        Refuse the table with all problems at once, or leave out what is wrong and count it. Of a payment beyond what
        is open only the surplus is moved: it becomes money on account.

    Returns
    -------
    Ledger
        With `left_out`, what was not used and why.

    Raises
    ------
    DataError
        Columns are missing; with `refuse`, any document is wrong: no customer or number, an unknown kind, no date, no
        due date or one before the invoice, an amount that is not above 0, a number that occurs twice, a second
        currency, a document after `as_of`, a settlement of an invoice that is not in the table, of another customer, or
        before the invoice, payments beyond what is open. Or nothing is left.
    ParameterError
        `as_of` is not a day, or `invalid` not one of its values.

    Examples
    --------
    >>> table = pd.DataFrame({"customer": ["A", "A"], "document": ["1", "2"], "kind": ["invoice", "payment"],
    ...     "invoice": [None, "1"], "date": ["2025-01-01", "2025-02-20"], "due": ["2025-01-31", None],
    ...     "amount": [100.0, 60.0]})
    >>> ledger = read_ledger(table)
    >>> ledger.as_of, ledger.open_invoices(ledger.last_day).tolist()
    ('2025-02-20', [40.0])
    """
    check_option("invalid", invalid, InvalidAnswers)
    close = day_number("as_of", as_of) if as_of else None
    parts = {**COLUMNS, **(columns or {})}
    found = read_documents(frame, parts=parts, attributes=attributes, close=close)
    if found.problems and invalid == "refuse":
        raise DataError(found.problems)
    if not (found.kind == INVOICE).any():
        raise DataError([*found.problems, Problem(parts["kind"], t("there is no invoice"), t("at least one"))])
    return _ledger(found)


def _ledger(found: Documents) -> Ledger:
    """Split documents into invoices and settlements, the latter sorted by day."""
    is_invoice = found.kind == INVOICE
    own, other = np.flatnonzero(is_invoice), np.flatnonzero(~is_invoice)
    place = np.full(len(found.kind) + 1, -1)
    place[own] = np.arange(len(own))
    other = other[np.argsort(found.date[other], kind="stable")]
    left = tuple(LeftOut(where=item.where, count=count, reason=item.found) for item, count in found.left_out)
    return Ledger(
        as_of=str(np.datetime64(found.close, "D")), currency=found.currency, customers=found.customers,
        names=pd.Index(found.document[own]), customer=found.customer[own], date=found.date[own], due=found.due[own],
        amount=found.amount[own], settled_by=found.kind[other], settled_invoice=place[found.invoice[other]],
        settled_customer=found.customer[other], settled_date=found.date[other], settled_amount=found.amount[other],
        attributes=found.attributes, left_out=left,
    )  # fmt: skip


def day_number(name: str, value: Any) -> int:
    """Return a day as whole days since 1970-01-01.

    Raises
    ------
    ParameterError
        It is not a day that a calendar has.

    Examples
    --------
    >>> day_number("as_of", "1970-02-01")
    31
    """
    try:
        stamp = pd.Timestamp(value)
        if pd.isna(stamp):
            raise ValueError(value)
    except (ValueError, TypeError) as error:
        raise ParameterError(Problem(name, repr(value), t("a day such as 2025-12-31"))) from error
    return int(stamp.to_datetime64().astype("datetime64[D]").astype(np.int64))


def month_ends(ledger: Ledger, *, months: int | None = None) -> tuple[str, ...]:
    """Return the last days of the months that the ledger covers in full, the newest `months` of them.

    Parameters
    ----------
    ledger : Ledger
        Documents of at least one whole month.
    months : int, optional
        At most so many, the newest.

    Raises
    ------
    DataError
        The ledger does not reach the end of any month.
    """
    first = np.datetime64(ledger.first_day, "D").astype("datetime64[M]")
    after = np.datetime64(ledger.last_day + 1, "D").astype("datetime64[M]")
    ends = np.arange(first + 1, after + 1).astype("datetime64[D]") - 1
    if not len(ends):
        raise DataError(Problem(t("dates"), t("no month-end between the first document and {day}", day=ledger.as_of),
                                t("documents of at least one month")))  # fmt: skip
    return tuple(str(day) for day in (ends if months is None else ends[-months:]))


def check_days(name: str, dates: Sequence[str], ledger: Ledger) -> Days:
    """Return days as whole numbers, in their order.

    Raises
    ------
    ParameterError
        There is none, one is not a day, comes after the ledger was closed, or they do not ascend.
    """
    days = np.array([day_number(name, day) for day in dates], dtype=np.int64)
    problems = []
    if not len(days):
        problems.append(Problem(name, t("there is none"), t("at least one day")))
    problems += [Problem(name, str(dates[int(i)]), t("days up to {day}, where the ledger was closed", day=ledger.as_of))
                 for i in np.flatnonzero(days > ledger.last_day)]  # fmt: skip
    if (np.diff(days) <= 0).any():
        problems.append(Problem(name, t("days that do not ascend"), t("the oldest day first, each once")))
    if problems:
        raise ParameterError(problems)
    return days
