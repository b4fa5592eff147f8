"""Measures of collection: days sales outstanding in three ways, delinquency, collection effectiveness, bad debt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_number, check_positive
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.receivables.ageing import AgeingHistory, ageing_history
from casework.credit.receivables.ledger import WRITE_OFF, Days, Floats, Ledger, check_days, month_ends

HEADINGS = (
    mark("sales"), mark("receivables"), mark("overdue"), mark("dso"), mark("countback dso"),
    mark("best possible dso"), mark("days delinquent"), mark("overdue rate"), mark("collection effectiveness"),
    mark("bad debt rate"), mark("written off"),
)  # fmt: skip


def days_sales_outstanding(*, receivables: float, sales: float, days: float) -> float:
    """Say for how many days of sales the receivables stand, on average.

    Parameters
    ----------
    receivables : float
        Open at the end of the period [currency], at least 0.
    sales : float
        On credit in the period [currency], above 0.
    days : float
        Length of the period [days], above 0.

    Raises
    ------
    ParameterError
        A number is out of its range.

    References
    ----------
    Delta Recovery newsletter, March 2005: receivables / credit sales x days.

    Examples
    --------
    >>> round(days_sales_outstanding(receivables=10_000, sales=30_000, days=28), 2)
    9.33
    """
    _period(receivables, sales, days)
    return float(receivables) / float(sales) * float(days)


def best_possible_dso(*, receivables: float, past_due: float, sales: float, days: float) -> float:
    """Say what the days sales outstanding would be if every customer paid on its due date.

    Parameters
    ----------
    receivables, past_due : float
        Open at the end of the period, and what of it is overdue [currency].
    sales, days : float
        On credit in the period [currency], and its length [days].

    Raises
    ------
    ParameterError
        A number is out of its range, or more is overdue than open.

    References
    ----------
    Growfin, glossary: (8,000 / 30,000) x 28 = 7.47.

    Examples
    --------
    >>> round(best_possible_dso(receivables=10_000, past_due=2_000, sales=30_000, days=28), 2)
    7.47
    """
    _period(receivables, sales, days)
    check_number("past_due", past_due, low=0, high=float(receivables))
    return (float(receivables) - float(past_due)) / float(sales) * float(days)


def average_days_delinquent(*, receivables: float, past_due: float, sales: float, days: float) -> float:
    """Say how many days of sales are overdue: days sales outstanding less the best possible.

    Parameters
    ----------
    receivables, past_due, sales, days
        As in `best_possible_dso`.

    Raises
    ------
    ParameterError
        As `best_possible_dso`.

    Examples
    --------
    >>> round(average_days_delinquent(receivables=10_000, past_due=2_000, sales=30_000, days=28), 4)
    1.8667
    """
    best = best_possible_dso(receivables=receivables, past_due=past_due, sales=sales, days=days)
    return days_sales_outstanding(receivables=receivables, sales=sales, days=days) - best


def countback_dso(*, receivables: float, sales: Sequence[float], days: Sequence[float] | float = 30) -> float:
    """Count back, month by month, how many days of sales the receivables hold.

    Parameters
    ----------
    receivables : float
        Open at the end of the newest month [currency], at least 0.
    sales : sequence of float
        On credit in each month [currency], at least 0, the newest month last.
    days : float or sequence of float
        Days of each month, above 0.

    Returns
    -------
    float
        Not a number where the receivables exceed the sales of all months.

    Raises
    ------
    ParameterError
        A number is out of its range, there is no month, or the lengths differ.

    Notes
    -----
    A month of rising sales lengthens the plain ratio although everyone pays as before; the count-back does not
    suffer from that.

    References
    ----------
    Benji Pays, Mastering DSO calculation: the count-back method (2024): sales 70,000, 80,000, 100,000, receivables
    212,000, months of 30 days: 73.7.

    Examples
    --------
    >>> round(countback_dso(receivables=212_000, sales=[70_000, 80_000, 100_000]), 1)
    73.7
    """
    check_number("receivables", receivables, low=0)
    money = [check_number(f"sales[{i}]", x, low=0) for i, x in enumerate(sales)]
    lengths = [days] * len(money) if isinstance(days, (int, float)) else list(days)
    if not money or len(lengths) != len(money):
        raise ParameterError(Problem("sales, days", t("{a} and {b} months", a=len(money), b=len(lengths)),
                                     t("one length for each month, at least one month")))  # fmt: skip
    lengths = [check_positive("days", x, unit=t("days")) for x in lengths]
    return float(_countback(np.array([receivables], float), np.array([money], float), np.array([lengths], float))[0])


def collection_effectiveness(
    *, beginning: float, sales: float, ending: float, ending_current: float, months: float = 1
) -> float:
    """Say which share of what could be collected in a period was collected (CEI); 1 is best.

    Parameters
    ----------
    beginning, ending : float
        Receivables at the begin and the end of the period [currency], at least 0.
    sales : float
        On credit in the period [currency], at least 0.
    ending_current : float
        What of `ending` is not yet due [currency], at most `ending`.
    months : float
        Months by which sales are divided, where the source averages them by month; 1 for none.

    Raises
    ------
    ParameterError
        A number is out of its range.

    Notes
    -----
    Sources differ. With sales of the whole quarter the sample below gives 79.63 %; Creditguru divides them by the
    three months and prints 55.9 %. The whole period is the consistent choice: it compares flows with flows.

    References
    ----------
    Creditguru.com, Collection effectiveness index, sample ledger January to March.

    Examples
    --------
    >>> sample = {"beginning": 6200, "sales": 10_890, "ending": 6340, "ending_current": 3590}
    >>> round(collection_effectiveness(**sample), 4), round(collection_effectiveness(**sample, months=3), 3)
    (0.7963, 0.559)
    """
    for name, value in (("beginning", beginning), ("sales", sales), ("ending", ending)):
        check_number(name, value, low=0)
    check_number("ending_current", ending_current, low=0, high=float(ending))
    check_positive("months", months)
    have = float(beginning) + float(sales) / float(months)
    due = have - float(ending_current)
    return (have - float(ending)) / due if due > 0 else float("nan")


def bad_debt_rate(*, written_off: float, sales: float) -> float:
    """Say which share of credit sales was written off.

    Parameters
    ----------
    written_off : float
        In the period [currency], at least 0.
    sales : float
        On credit in the period [currency], above 0.

    Raises
    ------
    ParameterError
        A number is out of its range.

    Examples
    --------
    >>> bad_debt_rate(written_off=1_500, sales=100_000)
    0.015
    """
    return check_number("written_off", written_off, low=0) / check_positive("sales", sales)


def _period(receivables: float, sales: float, days: float) -> None:
    check_number("receivables", receivables, low=0)
    check_positive("sales", sales)
    check_positive("days", days, unit=t("days"))


@dataclass(frozen=True, kw_only=True)
class KpiResult(Result):
    """Measures of collection at month-ends.

    Attributes
    ----------
    table : DataFrame
        A row per month-end: `day`, `sales` (of the last `window` months), `receivables`, `overdue`, `written_off`
        [currency]; `dso`, `countback_dso`, `best_possible_dso`, `days_delinquent` [days]; `overdue_rate`,
        `collection_effectiveness`, `bad_debt_rate`. Not a number where the ledger does not reach back far enough.
    window : int
        Months of sales.
    """

    table: pd.DataFrame
    window: int
    currency: str = ""
    notes: tuple[str, ...] = ()

    @property
    def last(self) -> pd.Series:
        """The newest month-end."""
        return self.table.iloc[-1]

    def to_frame(self) -> pd.DataFrame:
        """Return a row per month-end."""
        return self.table.copy()

    def summary(self) -> str:
        """Say the newest days sales outstanding, the best possible, and the days between."""
        row = self.last
        if not np.isfinite(float(row["dso"])):
            return t("There are fewer than {n} months of sales.", n=self.window)
        return t(
            "Sales stand open for {dso:.0f} days; {best:.0f} would be possible if everyone paid on time, so {late:.0f} "
            "days are delay.",
            dso=row["dso"], best=row["best_possible_dso"], late=row["days_delinquent"],
        )  # fmt: skip


def receivable_kpis(
    ledger: Ledger, *, history: AgeingHistory | None = None, window: int = 3, countback_months: int = 12
) -> KpiResult:
    """Compute the measures of collection at every month-end of a ledger.

    Parameters
    ----------
    ledger : Ledger
        Documents.
    history : AgeingHistory, optional
        Ageing by due date at consecutive month-ends; by default all that the ledger covers.
    window : int
        Months of sales in the ratios, at least 1.
    countback_months : int
        Months that the count-back may reach, at least 1.

    Returns
    -------
    KpiResult
        Sales are invoices less credit notes; receivables are open invoices without credits.

    Raises
    ------
    ParameterError
        A number is out of its range, or the history counts from the day of the invoice.
    """
    window = int(check_number("window", window, low=1))
    reach = int(check_number("countback_months", countback_months, low=1))
    aged = ageing_history(ledger) if history is None else history
    if aged.basis != "due" or aged.edges[0] != 0:
        raise ParameterError(Problem("history", t("not by days past due from 0 on"), t("basis due, first edge 0")))
    days = check_days("dates", aged.dates, ledger)
    return KpiResult(table=_kpis(ledger, aged, days, window, reach), window=window, currency=ledger.currency)


def _kpis(ledger: Ledger, aged: AgeingHistory, days: Days, window: int, reach: int) -> pd.DataFrame:
    ends = check_days("dates", month_ends(ledger), ledger)
    sales, lost, length = _monthly(ledger, ends)
    place = np.searchsorted(ends, days, side="right") - 1
    open_, overdue = aged.open.sum(axis=1), aged.overdue.sum(axis=1)
    sold, gone, span = (_rolling(x, window)[place] for x in (sales, lost, length))
    with np.errstate(divide="ignore", invalid="ignore"):
        dso = np.where(sold > 0, open_ / sold * span, np.nan)
        best = np.where(sold > 0, (open_ - overdue) / sold * span, np.nan)
        begin = (
            np.append(np.full(window, np.nan), open_[:-window]) if window < len(open_) else np.full(len(open_), np.nan)
        )
        have = begin + sold
        effective = np.where(have - (open_ - overdue) > 0, (have - open_) / (have - (open_ - overdue)), np.nan)
        table = {
            "day": aged.dates, "sales": sold, "receivables": open_, "overdue": overdue, "written_off": gone,
            "dso": dso, "countback_dso": _countback(open_, _back(sales, place, reach), _back(length, place, reach)),
            "best_possible_dso": best, "days_delinquent": dso - best,
            "overdue_rate": np.where(open_ > 0, overdue / open_, np.nan), "collection_effectiveness": effective,
            "bad_debt_rate": np.where(sold > 0, gone / sold, np.nan),
        }  # fmt: skip
    return pd.DataFrame(table)


def _monthly(ledger: Ledger, ends: Days) -> tuple[Floats, Floats, Floats]:
    """Return net sales, write-offs and length of each month; what comes after the last end is left out."""
    n = len(ends)
    of = np.searchsorted(ends, ledger.date)
    by = np.searchsorted(ends, ledger.settled_date)
    credit, lost = ledger.settled_by == 2, ledger.settled_by == WRITE_OFF
    sales = np.bincount(of, weights=ledger.amount, minlength=n + 1)
    sales = sales - np.bincount(by[credit], weights=ledger.settled_amount[credit], minlength=n + 1)
    gone = np.bincount(by[lost], weights=ledger.settled_amount[lost], minlength=n + 1)
    first = (ends[:1].astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) - 1
    return (
        np.asarray(sales[:n], np.float64),
        np.asarray(gone[:n], np.float64),
        np.diff(np.append(first, ends)).astype(np.float64),
    )


def _rolling(values: Floats, window: int) -> Floats:
    """Sum over the last `window` values; not a number where there are fewer."""
    total = np.cumsum(np.append(0.0, values))
    found = np.full(len(values), np.nan)
    if len(values) >= window:
        found[window - 1 :] = total[window:] - total[:-window]
    return found


def _back(values: Floats, place: Days, reach: int) -> Floats:
    """Return the values of the last `reach` months up to each place, the newest last; 0 before the first."""
    padded = np.append(np.zeros(reach), values)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, reach)[place + 1], dtype=np.float64)


def _countback(receivables: Floats, sales: Floats, days: Floats) -> Floats:
    """Count back over the rows of `sales`, the newest month last; not a number where the months do not suffice."""
    newest = sales[:, ::-1]
    used = np.maximum(receivables[:, None] - (np.cumsum(newest, axis=1) - newest), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(newest > 0, np.clip(used / newest, 0.0, 1.0), (used > 0).astype(float))
    found = (share * days[:, ::-1]).sum(axis=1)
    short = receivables > sales.sum(axis=1) * (1 + 1e-12)
    return np.asarray(np.where(short, np.nan, found), dtype=np.float64)
