"""Roll rates: what becomes of the money in each bucket within a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.receivables.ageing import EDGES, AgeingHistory, bucket_names, check_edges, place_days
from casework.credit.receivables.ledger import CREDIT_NOTE, PAYMENT, WRITE_OFF, Floats, Ledger, check_days
from casework.credit.receivables.ledger import month_ends as all_month_ends

ENDS = ("paid", "credited", "written_off")
HEADINGS = (
    mark("paid"), mark("credited"), mark("written off"), mark("from"), mark("to"), mark("rate"), mark("balance"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RollResult(Result):
    """Where the money of each bucket stood one step later, over all steps together.

    Attributes
    ----------
    flows : DataFrame
        [currency] A row per bucket at the start; columns: the buckets at the end, `paid`, `credited`, `written_off`.
    steps : int
        Steps between the days.
    dates : tuple of str
        The days.
    buckets : tuple of str
        Names of the buckets.
    """

    flows: pd.DataFrame
    steps: int
    dates: tuple[str, ...]
    buckets: tuple[str, ...]
    currency: str = ""
    notes: tuple[str, ...] = ()

    @property
    def matrix(self) -> pd.DataFrame:
        """Share of each bucket's money by where it stood one step later; a bucket without money is not a number."""
        total = self.flows.sum(axis=1)
        return self.flows.div(total.where(total > 0), axis=0)

    @property
    def worse(self) -> pd.Series:
        """Share of each bucket's money that stood in a later bucket one step on; of the last one, that stayed."""
        shares = self.matrix[list(self.buckets)].to_numpy()
        later = np.triu(np.ones_like(shares), 1)
        later[-1, -1] = 1
        found = np.where(np.isnan(shares).any(axis=1), np.nan, np.nansum(shares * later, axis=1))
        return pd.Series(found, index=list(self.buckets), name="worse")

    def lost(self) -> pd.Series:
        """Return the share of each bucket's money that is written off in the end, if months go on like these.

        Notes
        -----
        Buckets are the transient states of an absorbing chain with fundamental matrix inverse(I - Q); see Cyert,
        Davidson & Thompson (1962), Estimation of the allowance for doubtful accounts by Markov chains, Management
        Science 8(3), 287-303.
        """
        shares = self.matrix.fillna(0.0)
        inner = shares[list(self.buckets)].to_numpy()
        ends = shares["written_off"].to_numpy()
        stuck = np.linalg.lstsq(np.eye(len(inner)) - inner, ends, rcond=None)[0]
        return pd.Series(np.clip(stuck, 0, 1), index=list(self.buckets), name="lost")

    def to_frame(self) -> pd.DataFrame:
        """Return the shares, a row per bucket."""
        return self.matrix.rename_axis("from").reset_index()

    def summary(self) -> str:
        """Say how much of the first overdue bucket becomes worse, and how much of the bucket before the last."""
        worse = self.worse
        if len(worse) < 3 or not np.isfinite(worse.iloc[[1, -2]]).all():
            return t("Roll rates over {n} steps.", n=self.steps)
        return t(
            "Within a month {a:.0%} of the money in {first} gets worse, and {b:.0%} of that in {last}.",
            a=worse.iloc[1], first=worse.index[1], b=worse.iloc[-2], last=worse.index[-2],
        )  # fmt: skip


def roll_rates(ledger: Ledger, *, dates: Sequence[str] | None = None, edges: Sequence[int] = EDGES) -> RollResult:
    """Follow the money of each bucket from one day to the next.

    Parameters
    ----------
    ledger : Ledger
        Documents.
    dates : sequence of str, optional
        At least two days, ascending; by default all month-ends of the ledger.
    edges : sequence of int
        Ends of the buckets [days past due].

    Returns
    -------
    RollResult
        Flows between buckets, by invoice, weighted by money, all steps together.

    Raises
    ------
    ParameterError
        Fewer than two days, or as `ageing`.

    Notes
    -----
    Months have 28 to 31 days and buckets often 30, so a little money stays in its bucket or skips one. Money that
    enters between two days is not in a flow of that step.

    References
    ----------
    Cyert, Davidson & Thompson (1962), Management Science 8(3), 287-303.
    """
    chosen = check_edges(edges)
    days = check_days("dates", all_month_ends(ledger) if dates is None else dates, ledger)
    if len(days) < 2:
        raise ParameterError(Problem("dates", t("one day"), t("at least two")))
    names = bucket_names(chosen)
    flows = np.zeros((len(names), len(names) + len(ENDS)))
    for start, end in pairwise(days):
        flows += _step(ledger, int(start), int(end), chosen)
    table = pd.DataFrame(flows, index=list(names), columns=[*names, *ENDS])
    return RollResult(
        flows=table, steps=len(days) - 1, dates=tuple(str(x) for x in days.astype("datetime64[D]")), buckets=names,
        currency=ledger.currency,
    )  # fmt: skip


def _step(ledger: Ledger, start: int, end: int, edges: tuple[int, ...]) -> Floats:
    """Sum the money of each bucket at the start by where it stands at the end."""
    k = len(edges) + 1
    before = ledger.open_invoices(start)
    own = np.flatnonzero(before > 0)
    old = place_days(start - ledger.due[own], edges)
    new = place_days(end - ledger.due[own], edges)
    gone = [_settled_between(ledger, start, end, kind)[own] for kind in (PAYMENT, CREDIT_NOTE, WRITE_OFF)]
    rest = before[own] - sum(gone)
    targets = [new, *(np.full(len(own), k + i) for i in range(len(gone)))]
    width = k + len(gone)
    cells = np.concatenate([old * width + target for target in targets])
    money = np.concatenate([np.maximum(rest, 0.0), *gone])
    return np.asarray(np.bincount(cells, weights=money, minlength=k * width).reshape(k, width), dtype=np.float64)


def _settled_between(ledger: Ledger, start: int, end: int, kind: int) -> Floats:
    a, b = np.searchsorted(ledger.settled_date, [start, end], side="right")
    use = (ledger.settled_by[a:b] == kind) & (ledger.settled_invoice[a:b] >= 0)
    found = np.bincount(
        ledger.settled_invoice[a:b][use], weights=ledger.settled_amount[a:b][use], minlength=len(ledger.amount)
    )
    return np.asarray(found, dtype=np.float64)


def net_flow_rates(history: AgeingHistory) -> pd.DataFrame:
    """Return the balance of each bucket over that of the bucket before it, one day earlier.

    Parameters
    ----------
    history : AgeingHistory
        At least two days, a month apart.

    Returns
    -------
    DataFrame
        A row per day from the second on, a column per bucket from the second on. It needs balances only, so that it can
        be had from printed ageing lists; what is paid and what comes new is netted.

    Raises
    ------
    ParameterError
        Fewer than two days.

    Notes
    -----
    With 1,000,000 in a bucket and 200,000 in the next one a month later the rate is 0.2.
    """
    if len(history.dates) < 2:
        raise ParameterError(Problem("history", t("one day"), t("at least two")))
    balances: npt.NDArray[np.float64] = history.totals[list(history.buckets)].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(balances[:-1, :-1] > 0, balances[1:, 1:] / balances[:-1, :-1], np.nan)
    return pd.DataFrame(rates, index=pd.Index(history.dates[1:], name="day"), columns=list(history.buckets[1:]))
