"""Who failed, and when: written off, or an invoice open for long after its due date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.receivables.ledger import WRITE_OFF, Days, Floats, Ledger

NEVER = np.iinfo(np.int64).max
HEADINGS = (mark("default day"), mark("cause"), mark("overdue"), mark("write_off"), mark("open at default"))


@dataclass(frozen=True, kw_only=True)
class Defaults(Result):
    """The first default of each customer.

    Attributes
    ----------
    customers : Index
        Names.
    day : ndarray of int, shape (customers,)
        Days since 1970; the largest whole number for none.
    by_write_off : ndarray of bool
        Whether the write-off came before an invoice was overdue for so long.
    exposure : ndarray of float
        Open at the end of the day before the default [currency]; 0 for none.
    overdue_days : int
        Days past due from which an open invoice is a default; 0 for none.
    last_day : int
        Day at which the ledger was closed; nothing is known after it.
    """

    customers: pd.Index
    day: Days
    by_write_off: npt.NDArray[np.bool_]
    exposure: Floats
    overdue_days: int
    last_day: int
    currency: str = ""
    notes: tuple[str, ...] = ()

    @property
    def happened(self) -> npt.NDArray[np.bool_]:
        """Which customers defaulted."""
        return np.asarray(self.day < NEVER)

    def to_frame(self) -> pd.DataFrame:
        """Return a row per default, by day."""
        own = np.flatnonzero(self.happened)
        table = pd.DataFrame(
            {
                "customer": self.customers[own],
                "default_day": self.day[own].astype("datetime64[D]").astype(str),
                "cause": np.where(self.by_write_off[own], "write_off", "overdue"),
                "open_at_default": self.exposure[own],
            }
        )
        return table.sort_values("default_day", kind="stable", ignore_index=True)

    def summary(self) -> str:
        """Say how many defaulted, and what they owed."""
        n = int(self.happened.sum())
        if not n:
            return t("No customer defaulted.")
        return tn(
            "{n} customer of {total:,} defaulted, owing {money:,.0f} {currency}.",
            "{n} customers of {total:,} defaulted, owing {money:,.0f} {currency}.",
            n, total=len(self.customers), money=self.exposure.sum(), currency=self.currency,
        )  # fmt: skip


def find_defaults(ledger: Ledger, *, overdue_days: int = 90, write_offs: bool = True, minimum: float = 0.0) -> Defaults:
    """Find the first default of every customer in a ledger.

    Parameters
    ----------
    ledger : Ledger
        Documents.
    overdue_days : int
        An invoice that is open on more days past due than that is a default; 0 for not looking at it.
    write_offs : bool
        A write-off is a default.
    minimum : float
        Invoices below it do not count as overdue for long [currency], at least 0: a quarrel over a rest is no
        default.

    Raises
    ------
    ParameterError
        A number is out of its range, or nothing is a default.

    Notes
    -----
    The default of an invoice overdue for long is the first day beyond `overdue_days`; the customer failed before. The
    Basel committee takes 90 days past due (Basel framework, CRE36.69).
    """
    wait = int(check_number("overdue_days", overdue_days, low=0))
    check_number("minimum", minimum, low=0)
    if not wait and not write_offs:
        raise ParameterError(Problem("overdue_days, write_offs", t("neither counts"), t("at least one of them")))
    n = len(ledger.customers)
    late, lost = np.full(n, NEVER), np.full(n, NEVER)
    if wait:
        limit = ledger.due + wait + 1
        bad = (ledger.settled_on() >= limit) & (limit <= ledger.last_day) & (_rest(ledger, limit) >= max(minimum, 0.01))
        np.minimum.at(late, ledger.customer[bad], limit[bad])
    if write_offs:
        gone = ledger.settled_by == WRITE_OFF
        np.minimum.at(lost, ledger.settled_customer[gone], ledger.settled_date[gone])
    day = np.minimum(late, lost)
    return Defaults(
        customers=ledger.customers, day=day, by_write_off=lost < late, exposure=_exposure(ledger, day),
        overdue_days=wait, last_day=ledger.last_day, currency=ledger.currency,
    )  # fmt: skip


def _rest(ledger: Ledger, limit: Days) -> Floats:
    """Return what is open of each invoice before a day of its own."""
    known = np.flatnonzero(ledger.settled_invoice >= 0)
    which = ledger.settled_invoice[known]
    early = ledger.settled_date[known] < limit[which]
    paid = np.bincount(which[early], weights=ledger.settled_amount[known][early], minlength=len(ledger.amount))
    return np.asarray(ledger.amount - paid, dtype=np.float64)


def _exposure(ledger: Ledger, day: Days) -> Floats:
    """Return what each customer owes at the end of the day before its default."""
    stop = np.where(day < NEVER, day, np.iinfo(np.int64).min)
    issued = ledger.date < stop[ledger.customer]
    owed = np.where(issued, _rest(ledger, stop[ledger.customer]), 0.0)
    return np.asarray(
        np.bincount(ledger.customer, weights=owed, minlength=len(ledger.customers)).round(6), dtype=np.float64
    )
