"""From transactions to one row per customer, made once and used by RFM, ABC, lifetime and churn alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
TimeUnit = Literal["day", "week", "month"]
Returns = Literal["net", "exclude"]
DAYS: dict[str, float] = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}
SHOWN = 5
COLUMNS = (mark("first purchase"), mark("last purchase"), mark("purchases"), mark("frequency"), mark("recency days"),
           mark("recency"), mark("tenure"), mark("total"), mark("mean value"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SummaryResult(Result):
    """What each customer bought, how often and when.

    Attributes
    ----------
    table : DataFrame
        One row per customer: `first_purchase`, `last_purchase`; `purchases` (days with one), `frequency` (repeat ones),
        `recency_days` (from the last purchase to the end [days]), `recency` (from first to last purchase) and `tenure`
        (from the first purchase to the end) [`unit`]; `total` value and `mean_value` of a repeat purchase [currency].
    as_of : Timestamp
        End of the observation.
    rows, future, duplicates, negative : int
        Rows read; rows after the end (left out); orders or whole rows that repeat; rows of negative value.
    """

    table: pd.DataFrame
    as_of: pd.Timestamp
    unit: str
    rows: int
    future: int
    duplicates: int
    negative: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many customers there are and how many came back."""
        again = float((self.table["frequency"] > 0).mean()) if len(self.table) else 0.0
        return tn("{n:,} customer bought until {day}; {share:.0%} of them more than once.",
                  "{n:,} customers bought until {day}; {share:.0%} of them more than once.",
                  len(self.table), day=self.as_of.date().isoformat(), share=again)  # fmt: skip


def customer_summary(
    frame: pd.DataFrame,
    *,
    customer: str,
    date: str,
    value: str,
    order: str | None = None,
    as_of: Any = None,
    unit: TimeUnit = "day",
    returns: Returns = "net",
) -> SummaryResult:
    """Summarise transactions by customer.

    Parameters
    ----------
    frame : DataFrame
        One row per transaction.
    customer, date, value : str
        Columns: who, when, and how much [currency]; a negative value is a return.
    order : str, optional
        Column with the number of the order; rows that repeat one are left out.
    as_of : date-like, optional
        End of the observation; by default the last date of the data. Rows after it are left out and counted.
    unit : {'day', 'week', 'month'}
        Unit of `recency` and `tenure`; a month is 365.25 / 12 days.
    returns : {'net', 'exclude'}
        Whether returns lower the value of their customer, or are left out. They are never a purchase.

    Returns
    -------
    SummaryResult

    Raises
    ------
    DataError
        A column is missing; a customer, date or value is missing or cannot be read; or no purchase is left. All
        problems at once, with rows.
    ParameterError
        `as_of` is no date, or an option is unknown.

    Notes
    -----
    Purchases of a customer on one day count as one. Whole rows that repeat are counted, but left out only where an
    order number says that they are the same.

    References
    ----------
    Fader & Hardie (2005), the CDNOW data: frequency, recency and age (here tenure) as in the BG/NBD model.

    Examples
    --------
    >>> log = pd.DataFrame({"who": list("aab"), "when": ["2024-01-01", "2024-01-11", "2024-01-05"], "eur": [5, 7, 9]})
    >>> found = customer_summary(log, customer="who", date="when", value="eur", as_of="2024-01-31")
    >>> found.table[["purchases", "recency_days", "tenure", "total"]].to_numpy().tolist()
    [[2.0, 20.0, 30.0, 12.0], [1.0, 26.0, 26.0, 9.0]]
    """
    check_option("unit", unit, TimeUnit)
    check_option("returns", returns, Returns)
    days, values, names = _read(frame, customer, date, value, order)
    repeated = frame.duplicated([order] if order else None).to_numpy()
    kept = ~repeated if order else np.ones(len(frame), dtype=bool)
    end = _end(as_of, days)
    future, negative = kept & (days > end), kept & (days <= end) & (values < 0)
    kept &= days <= end
    if returns == "exclude":
        kept &= values >= 0
    bought = kept & (values >= 0)
    if not bought.any():
        raise DataError(
            Problem(t("transactions"), t("no purchase until the end of the observation"), t("at least one"))
        )
    table = _table(names, days, values, kept, bought, end, DAYS[unit])
    counted = {"future": int(future.sum()), "duplicates": int(repeated.sum()), "negative": int(negative.sum())}
    return SummaryResult(
        table=table,
        as_of=pd.Timestamp(end, unit="D"),
        unit=unit,
        rows=len(frame),
        notes=_notes(counted, dropped=order is not None, net=returns == "net"),
        **counted,
    )


def _table(
    names: pd.Series, days: npt.NDArray[np.int64], values: Floats, kept: Bools, bought: Bools, end: int, unit: float
) -> pd.DataFrame:
    """One row per customer who bought, by sorting once."""
    code, who = pd.factorize(names, sort=True)
    span = int(days[bought].max() - days[bought].min()) + 1
    first_day = int(days[bought].min())
    visits = np.unique(code[bought] * np.int64(span) + (days[bought] - first_day))
    owner, day = np.divmod(visits, span)
    number = np.bincount(owner, minlength=len(who))
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    present = owner[starts]
    first, last = day[starts] + first_day, day[np.r_[starts[1:], len(owner)] - 1] + first_day
    total = np.bincount(code[kept], values[kept], minlength=len(who))[present]
    opening = np.full(len(who), np.iinfo(np.int64).min)
    opening[present] = first
    later = kept & (days != opening[code])
    repeat = number[present] - 1
    money = np.bincount(code[later], values[later], minlength=len(who))[present]
    return pd.DataFrame(
        {
            "first_purchase": pd.to_datetime(first, unit="D"),
            "last_purchase": pd.to_datetime(last, unit="D"),
            "purchases": number[present],
            "frequency": repeat,
            "recency_days": end - last,
            "recency": (last - first) / unit,
            "tenure": (end - first) / unit,
            "total": total,
            "mean_value": np.divide(money, repeat, out=np.full(len(money), np.nan), where=repeat > 0),
        },
        index=pd.Index(np.asarray(who)[present], name=names.name),
    )


def _read(
    frame: pd.DataFrame, customer: str, date: str, value: str, order: str | None
) -> tuple[npt.NDArray[np.int64], Floats, pd.Series]:
    """Return days since 1970, values and customers, or tell everything that is wrong."""
    wanted = [customer, date, value] + ([order] if order else [])
    lost = [name for name in wanted if name not in frame.columns]
    if lost:
        known = [str(name) for name in frame.columns]
        raise DataError([Problem(_column(name), t("missing"), fix=suggest(name, known)) for name in lost])
    dates = pd.to_datetime(frame[date], errors="coerce", format="ISO8601")
    if isinstance(dates.dtype, pd.DatetimeTZDtype):
        dates = dates.dt.tz_localize(None)
    values = pd.to_numeric(frame[value], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    problems = [
        *_bad(frame, customer, frame[customer].isna().to_numpy(), t("a customer in every row")),
        *_bad(frame, date, dates.isna().to_numpy(), t("dates such as 2024-05-31")),
        *_bad(frame, value, ~np.isfinite(values), t("finite numbers")),
    ]
    if problems:
        raise DataError(problems)
    days = dates.to_numpy().astype("datetime64[D]").astype(np.int64)
    return days, values, frame[customer]


def _bad(frame: pd.DataFrame, name: str, bad: Bools, expected: str) -> list[Problem]:
    if not bad.any():
        return []
    rows = ", ".join(str(label) for label in frame.index[bad][:SHOWN]) + (", ..." if int(bad.sum()) > SHOWN else "")
    found = tn("{n} value that cannot be used, in row {rows}", "{n} values that cannot be used, in rows {rows}",
               int(bad.sum()), rows=rows)  # fmt: skip
    return [Problem(_column(name), found, expected)]


def _column(name: str) -> str:
    return t("column {name}", name=repr(name))


def _end(as_of: Any, days: npt.NDArray[np.int64]) -> int:
    if as_of is None:
        return int(days.max(initial=0))
    try:
        stamp = pd.Timestamp(as_of)
        known = not pd.isna(stamp)
    except (TypeError, ValueError):
        known = False
    if not known:
        raise ParameterError(Problem("as_of", repr(as_of), t("dates such as 2024-05-31")))
    return int(stamp.to_datetime64().astype("datetime64[D]").astype(np.int64))


def _notes(counted: dict[str, int], *, dropped: bool, net: bool) -> tuple[str, ...]:
    notes = []
    if n := counted["future"]:
        notes.append(tn("{n:,} row is later than the end of the observation and was left out.",
                        "{n:,} rows are later than the end of the observation and were left out.", n))  # fmt: skip
    if (n := counted["duplicates"]) and dropped:
        notes.append(
            tn("{n:,} row repeats an order and was left out.", "{n:,} rows repeat an order and were left out.", n)
        )
    elif n:
        notes.append(tn("{n:,} row repeats another one in every column and was kept; an order number would tell.",
                        "{n:,} rows repeat another one in every column and were kept; an order number would tell.",
                        n))  # fmt: skip
    if (n := counted["negative"]) and net:
        notes.append(
            tn("{n:,} return lowers the value of its customer.", "{n:,} returns lower the value of their customers.", n)
        )
    elif n:
        notes.append(tn("{n:,} return was left out.", "{n:,} returns were left out.", n))
    return tuple(notes)
