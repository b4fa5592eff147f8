"""Loss rates by age: from how invoices ran off, and from how balances flow from bucket to bucket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from casework.core.checks import check_fraction, check_names, check_number
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.receivables import Ledger, bucket_names, check_edges, place_days
from casework.credit.receivables.ledger import day_number

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
EDGES = (0, 30, 60, 90)
FEW = 10  # customers with a loss, below which a rate is hardly more than a guess
COLUMNS = (
    mark("bucket"), mark("reached"), mark("paid"), mark("lost"), mark("loss rate"), mark("segment"), mark("customers"),
    mark("customers with a loss"), mark("roll rate"), mark("low"), mark("high"), mark("balance"), mark("all"),
)  # fmt: skip


def run_off_rates(sales: float, paid: Sequence[float]) -> Floats:
    """Loss rates from what was paid of a period's sales, bucket by bucket: what is never paid is lost.

    Parameters
    ----------
    sales : float
        Invoiced [currency], above 0.
    paid : sequence of float
        Paid in each bucket, the earliest first [currency], at least 0; together at most `sales`.

    Returns
    -------
    ndarray, shape (len(paid) + 1,)
        Loss as a share of what reached each bucket, and 1 for what was left after the last; not a number where nothing
        reached it.

    Raises
    ------
    ParameterError
        `sales` is not above 0, or a payment below 0.
    DataError
        More was paid than sold.

    References
    ----------
    Worked example of a run-off (ifrscommunity.com, IFRS 9 impairment of trade receivables): 2%, 4%, 8.7%, 25%.

    Examples
    --------
    >>> run_off_rates(100_000, [50_000, 27_000, 15_000, 6_000]).round(3).tolist()
    [0.02, 0.04, 0.087, 0.25, 1.0]
    """
    check_number("sales", sales, low=0, low_open=True)
    flows = np.array([check_number("paid", x, low=0) for x in paid])
    if flows.sum() > sales * (1 + 1e-12):
        raise DataError(Problem("paid", f"{flows.sum():,.2f}", t("at most the sales, {x:,.2f}", x=sales)))
    reached = sales - np.concatenate([[0.0], np.cumsum(flows)])
    return _ratio(np.full(len(reached), max(reached[-1], 0.0)), reached)


@dataclass(frozen=True, kw_only=True)
class RunOffResult(Result):
    """Loss rates by bucket from invoices that have run off.

    Attributes
    ----------
    table : DataFrame
        A row per segment and bucket: `reached` (invoiced amount that was still unpaid when it came into the bucket),
        `paid` in the bucket, `lost` of what reached it, `loss_rate` with its interval (`low`, `high`), `customers` and
        `customers_with_a_loss`.
    first, last : str
        Days on which the earliest and the latest invoice used was issued (ISO).
    sales, lost : float
        Net of credit notes [currency].
    """

    table: pd.DataFrame
    buckets: tuple[str, ...]
    segments: tuple[str, ...]
    first: str
    last: str
    sales: float
    lost: float
    still_open: float
    confidence: float
    notes: tuple[str, ...] = ()

    def rates(self) -> pd.DataFrame:
        """Loss rates with a row per segment and a column per bucket."""
        wide = self.table.set_index(["segment", "bucket"])["loss_rate"].unstack()  # noqa: PD010
        return wide.loc[list(self.segments), list(self.buckets)]

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Compare fresh invoices with the oldest bucket."""
        rates = self.table.groupby("bucket", sort=False)[["lost", "reached"]].sum()
        share = _ratio(rates["lost"].to_numpy(), rates["reached"].to_numpy())
        return t(
            "Of {sales:,.0f} invoiced, {x:.2%} was lost; of what came into the bucket {bucket} days past due, {y:.0%}.",
            sales=self.sales,
            x=share[0],
            bucket=self.buckets[-1],
            y=share[-1] if np.isfinite(share[-1]) else 0.0,
        )


def run_off(
    ledger: Ledger,
    *,
    edges: Sequence[int] = EDGES,
    as_of: str | None = None,
    maturity: int = 365,
    by: str | None = None,
    confidence: float = 0.95,
) -> RunOffResult:
    """Loss rates by bucket from the invoices of a ledger that have had time to be paid or written off.

    Parameters
    ----------
    ledger : Ledger
        Documents.
    edges : sequence of int
        Ends of the buckets [days past due].
    as_of : str, optional
        Day of the report (ISO); later documents are not looked at. By default the last day of the ledger.
    maturity : int
        Days after its due date that an invoice needs to be used, at least the last edge.
    by : str, optional
        Attribute of the customers: a set of rates for each of its values.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    RunOffResult

    Raises
    ------
    DataError
        No invoice is old enough.
    ParameterError
        A number out of its range, a day that no calendar has, or an attribute that the ledger does not have.

    Notes
    -----
    Lost is what was written off, and what is still open although it is older than `maturity`. Credit notes make the
    sale smaller; they are no loss. The interval is that of a ratio of two sums over customers (linearised, clustered by
    customer), cut at 0 and 1.

    References
    ----------
    IFRS 9 Financial Instruments, paragraph B5.5.35 (provision matrix); Cochran (1977), Sampling Techniques, 6.3.
    """
    chosen = check_edges(edges)
    check_fraction("confidence", confidence)
    check_number("maturity", maturity, low=chosen[-1], high=36_500)
    if by is not None:
        check_names("by", [by], [str(name) for name in ledger.attributes.columns])
    day = ledger.last_day if as_of is None else min(day_number("as_of", as_of), ledger.last_day)
    used = (ledger.due + int(maturity) <= day) & (ledger.date <= day)
    if not used.any():
        found = t("no invoice was due {n} days before {day}", n=int(maturity), day=str(np.datetime64(day, "D")))
        raise DataError(Problem("maturity", found, t("a longer history, or fewer days")))
    paid, sales, lost, rest = _flows(ledger, used, chosen, day)
    names, segment = _segments(ledger, by)
    buckets = bucket_names(chosen)
    parts = [_rates(name, segment == i, paid, sales, lost, buckets, confidence) for i, name in enumerate(names)]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    dates = ledger.date[used].astype("datetime64[D]")
    return RunOffResult(
        table=table,
        buckets=buckets,
        segments=tuple(dict.fromkeys(table["segment"])),
        first=str(dates.min()),
        last=str(dates.max()),
        sales=float(sales.sum()),
        lost=float(lost.sum()),
        still_open=rest,
        confidence=confidence,
        notes=_notes(table, rest, float(lost.sum())),
    )


def _flows(
    ledger: Ledger, used: npt.NDArray[np.bool_], edges: tuple[int, ...], day: int
) -> tuple[Floats, Floats, Floats, float]:
    """Paid by customer and bucket, net sales and losses by customer, and what is still open of them."""
    n, k = len(ledger.customers), len(edges) + 1
    own = (ledger.settled_invoice >= 0) & (ledger.settled_date <= day)
    own[own] = used[ledger.settled_invoice[own]]
    kind, who = ledger.settled_by[own], ledger.settled_customer[own]
    money, late = ledger.settled_amount[own], ledger.settled_date[own] - ledger.due[ledger.settled_invoice[own]]
    pay = kind == 1
    paid = np.bincount(who[pay] * k + place_days(late[pay], edges), weights=money[pay], minlength=n * k).reshape(n, k)
    invoiced = np.bincount(ledger.customer[used], weights=ledger.amount[used], minlength=n)
    credited, written = (np.bincount(who[kind == x], weights=money[kind == x], minlength=n) for x in (2, 3))
    sales = invoiced - credited
    rest = np.clip(sales - paid.sum(axis=1) - written, 0, None)
    rest = np.where(rest < 0.01, 0.0, rest)
    return np.asarray(paid), np.asarray(sales), np.asarray(written + rest), float(rest.sum())


def _segments(ledger: Ledger, by: str | None) -> tuple[list[str], Ints]:
    if by is None:
        return ["all"], np.zeros(len(ledger.customers), dtype=np.int64)
    codes, names = pd.factorize(ledger.attributes[by].astype(object).fillna(""), sort=True)
    return [str(name) for name in names], np.asarray(codes, dtype=np.int64)


def _rates(
    name: str,
    own: npt.NDArray[np.bool_],
    paid: Floats,
    sales: Floats,
    lost: Floats,
    buckets: tuple[str, ...],
    confidence: float,
) -> pd.DataFrame:
    """Rates of one segment; nothing where it has no sale."""
    own = own & (sales > 0)
    if not own.any():
        return pd.DataFrame()
    before = np.concatenate([np.zeros((int(own.sum()), 1)), np.cumsum(paid[own], axis=1)[:, :-1]], axis=1)
    reached = np.clip(sales[own, None] - before, 0, None)
    gone = np.minimum(lost[own, None], reached)
    sums, total = gone.sum(axis=0), reached.sum(axis=0)
    rate = _ratio(sums, total)
    half = float(ndtri((1 + confidence) / 2)) * _ratio_error(gone, reached, rate)
    return pd.DataFrame(
        {
            "segment": name,
            "bucket": buckets,
            "reached": total,
            "paid": paid[own].sum(axis=0),
            "lost": sums,
            "loss_rate": rate,
            "low": np.clip(rate - half, 0, 1),
            "high": np.clip(rate + half, 0, 1),
            "customers": (reached > 0.005).sum(axis=0),
            "customers_with_a_loss": (gone > 0.005).sum(axis=0),
        }
    )


def _ratio_error(above: Floats, below: Floats, ratio: Floats) -> Floats:
    """Return the standard error of a ratio of sums over customers, for every column."""
    n = len(above)
    if n < 2:
        return np.full(len(ratio), np.nan)
    rest = above - np.nan_to_num(ratio) * below
    return _ratio(np.sqrt((rest**2).sum(axis=0) * n / (n - 1)), below.sum(axis=0))


def _ratio(above: Floats, below: Floats) -> Floats:
    above, below = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 1e-9), dtype=np.float64)


def _notes(table: pd.DataFrame, rest: float, lost: float) -> tuple[str, ...]:
    notes = []
    few = table.loc[(table["bucket"] == table["bucket"].iloc[0]) & (table["customers_with_a_loss"] < FEW), "segment"]
    if len(few):
        names = ", ".join(t(str(name)) for name in few)
        notes.append(t("Fewer than {n} customers with a loss stand behind the rates of: {names}.", n=FEW, names=names))
    if lost > 0 and rest > 0.05 * lost:
        notes.append(
            t("{share:.0%} of the losses are invoices that are still open: their end is not known.", share=rest / lost)
        )
    return tuple(notes)


@dataclass(frozen=True, kw_only=True)
class FlowResult(Result):
    """Loss rates by bucket from roll rates.

    Attributes
    ----------
    table : DataFrame
        A row per `bucket`: mean `balance` [currency], `roll_rate` into the next bucket by the next month-end (for the
        last: the share lost), `loss_rate` (the product of the rates from here on).
    """

    table: pd.DataFrame
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what of a fresh balance is lost."""
        return t("By flow rates, {x:.2%} of what is not yet due is lost.", x=self.table["loss_rate"].iloc[0])


def flow_rates(balances: pd.DataFrame, *, loss_share: float) -> FlowResult:
    """Loss rates from month-end balances: what rolls from each bucket into the next, and what is lost of the last.

    Parameters
    ----------
    balances : DataFrame, shape (months, buckets)
        Open amounts at month-ends in the order of time, the current bucket first [currency], at least 0. Buckets of 30
        days, so that what is not paid is one bucket older a month later.
    loss_share : float
        Share of what reaches the last bucket that is lost, 0 to 1.

    Returns
    -------
    FlowResult

    Raises
    ------
    DataError
        Fewer than two months or buckets, or a balance that is no number or negative.
    ParameterError
        `loss_share` out of its range.

    Notes
    -----
    Rates are pooled: sums over months of the next bucket a month later, over sums of the bucket; a rate above 1 (terms
    longer than a month) is cut at 1. The last bucket also holds what is older, so its inflow is overstated: the
    rate into it is an upper bound.

    Examples
    --------
    >>> table = pd.DataFrame({"current": [1000.0, 1000.0], "1-30": [200.0, 200.0], "30+": [50.0, 50.0]})
    >>> flow_rates(table, loss_share=0.4).table["loss_rate"].round(4).tolist()
    [0.02, 0.1, 0.4]
    """
    check_number("loss_share", loss_share, low=0, high=1)
    values = balances.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    problems = []
    if values.ndim != 2 or min(values.shape) < 2:
        problems.append(Problem("balances", t("{n} months of {k} buckets", n=values.shape[0], k=values.shape[1]),
                                t("at least two of each")))  # fmt: skip
    if not (np.isfinite(values) & (values >= 0)).all():
        bad = [str(name) for name, ok in zip(balances.columns, (values >= 0).all(axis=0), strict=True) if not ok]
        problems.append(Problem("balances", ", ".join(bad), t("numbers of at least 0")))
    if problems:
        raise DataError(problems)
    rolls = np.clip(np.nan_to_num(_ratio(values[1:, 1:].sum(axis=0), values[:-1, :-1].sum(axis=0))), 0, 1)
    rolls = np.append(rolls, loss_share)
    table = pd.DataFrame(
        {
            "bucket": [str(name) for name in balances.columns],
            "balance": values.mean(axis=0),
            "roll_rate": rolls,
            "loss_rate": np.cumprod(rolls[::-1])[::-1],
        }
    )
    return FlowResult(table=table)
