"""What a stopped line costs, and how much of it a reserve of good parts would have saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_number, check_positive
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.suppliers.points import counts

Floats = npt.NDArray[np.float64]
COLUMNS = (mark("component"), mark("quantity"), mark("unit cost"), mark("amount"), mark("reserve days"),
           mark("reserve units"), mark("lost"), mark("saved"), mark("saved cost"), mark("cost per year"),
           mark("events per year"), mark("needed"), mark("built"), mark("blocked"),
           mark("stock"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class StoppageResult(Result):
    """Cost of a stoppage by component.

    Attributes
    ----------
    table : DataFrame
        A row per `component`: `quantity`, `unit_cost` [currency], `amount` [currency].
    lost, made_up : float
        Units not built because of it, and those of them built later.
    total : float
        [currency]
    per_day : float
        Cost of a whole day without output, of the same mixture [currency/day].
    days : float
        Days of output lost.
    """

    table: pd.DataFrame
    lost: float
    made_up: float
    days: float
    total: float
    per_day: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what the stoppage cost, and what of it most."""
        if not self.total > 0:
            return t("Nothing was lost: the stoppage cost nothing.")
        top = self.table.iloc[int(self.table["amount"].argmax())]
        words = {"total": self.total, "days": self.days, "name": t(str(top["component"])), "x": top["amount"]}
        return t("The stoppage took {days:.1f} days of output and cost {total:,.0f}; most of it is {name}: {x:,.0f}.",
                 **words)  # fmt: skip


def stoppage_cost(
    *,
    lost: float,
    made_up: float = 0.0,
    daily_output: float,
    margin: float,
    overtime: float = 0.0,
    expenses: Mapping[str, float] | None = None,
) -> StoppageResult:
    """Add up what a stoppage cost: units lost for good, units made up at a price, and money spent on it.

    Parameters
    ----------
    lost : float
        Units that were not built because of it [units], at least 0.
    made_up : float
        Those of them that were built later [units], 0 to `lost`.
    daily_output : float
        Units of a normal day [units/day], above 0.
    margin : float
        Contribution lost with a unit that is never built [currency/unit], at least 0.
    overtime : float
        Extra cost of a unit that is made up [currency/unit], at least 0.
    expenses : mapping of name to float, optional
        Money spent because of it (sorting, freight, rework) [currency], at least 0.

    Returns
    -------
    StoppageResult

    Raises
    ------
    ParameterError
        A number is out of its range; all of them are told at once.

    Notes
    -----
    Contribution, not revenue: material and energy of a unit that was not built were not spent. Wages of a line that
    waits are paid either way and are no cost of the stoppage. `per_day` takes expenses as in proportion to output lost.

    Examples
    --------
    >>> found = stoppage_cost(lost=1000, made_up=400, daily_output=500, margin=2000, overtime=300,
    ...                       expenses={"sorting": 80_000})
    >>> found.total, found.per_day
    (1400000.0, 700000.0)
    """
    spent = dict(expenses or {})
    check_all(
        lambda: check_number("lost", lost, low=0),
        lambda: check_number("made_up", made_up, low=0, high=float(lost) if _number(lost) else np.inf),
        lambda: check_positive("daily_output", daily_output),
        lambda: check_number("margin", margin, low=0),
        lambda: check_number("overtime", overtime, low=0),
        *(lambda name=name, x=x: check_number(str(name), x, low=0) for name, x in spent.items()),
    )
    gone = float(lost) - float(made_up)
    rows = [(mark("output lost for good"), gone, float(margin), gone * margin),
            (mark("output made up"), float(made_up), float(overtime), made_up * overtime)]  # fmt: skip
    rows += [(str(name), np.nan, np.nan, float(x)) for name, x in spent.items()]
    table = pd.DataFrame(rows, columns=["component", "quantity", "unit_cost", "amount"])
    total, days = float(table["amount"].sum()), float(lost) / daily_output
    return StoppageResult(table=table, lost=float(lost), made_up=float(made_up), days=days, total=total,
                          per_day=total / days if days > 0 else 0.0)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ReserveResult(Result):
    """What a reserve would have saved in a stretch of days as it went.

    Attributes
    ----------
    table : DataFrame
        A row per size: `reserve_days`, `reserve_units`, `lost` and `saved` [units], `saved_cost` [currency],
        `cost_per_year` of keeping it [currency/year], and `events_per_year`: how often such a stretch must come for
        the reserve to pay.
    paths : DataFrame, shape (days, sizes)
        Usable stock at the end of each day with each reserve [units].
    enough : float
        Smallest reserve that would have prevented every loss [days of need].
    """

    table: pd.DataFrame
    paths: pd.DataFrame
    daily_need: float
    enough: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how large a reserve would have prevented the loss."""
        none = float(self.table["lost"].iloc[int(np.argmin(self.table["reserve_units"]))])
        if self.enough <= 0:
            return t("No unit was lost for want of parts; a reserve would have saved nothing.")
        return t("{n:,.0f} units were lost for want of parts; a reserve of {d:.1f} days of need, kept apart and good, "
                 "would have prevented it.", n=none, d=self.enough)  # fmt: skip


def replay_reserve(
    days: pd.DataFrame,
    *,
    needed: str = "needed",
    received: str = "received",
    blocked: str = "blocked",
    opening: float = 0.0,
    reserve_days: Sequence[float] | npt.NDArray[np.float64] = (0, 1, 2, 3, 5, 8),
    cost_per_unit: float = 0.0,
    holding_cost: float = 0.0,
) -> ReserveResult:
    """Run the recorded days again with a reserve of good parts on top of the stock of that time.

    Parameters
    ----------
    days : DataFrame
        One row per day in the order of time: units `needed`, usable units `received`, units `blocked` (taken out of
        the usable stock), all at least 0.
    needed, received, blocked : str
        Names of these columns.
    opening : float
        Usable stock before the first day [units], at least 0.
    reserve_days : sequence of float
        Sizes of the reserve [days of mean need], each at least 0.
    cost_per_unit : float
        Cost of a unit that is lost [currency/unit], at least 0.
    holding_cost : float
        Of a unit kept for a year [currency/unit/year], at least 0.

    Returns
    -------
    ReserveResult

    Raises
    ------
    DataError
        A column is missing, a value is missing, negative or no number, or there is no day or no need.
    ParameterError
        A number is out of its range.

    Notes
    -----
    Need that finds no part is lost, not put off. The reserve holds good parts and is not blocked with the rest: it
    is kept apart and was checked before. It is used up once and not filled again inside the record.

    Examples
    --------
    >>> days = pd.DataFrame({"needed": [10, 10, 10], "received": [10, 0, 10], "blocked": [0, 4, 0]})
    >>> found = replay_reserve(days, opening=5, reserve_days=[0, 0.5, 2])
    >>> found.table["lost"].tolist(), found.enough
    ([9.0, 4.0, 0.0], 0.9)
    """
    sizes = _sizes(reserve_days)
    check_all(
        lambda: check_number("opening", opening, low=0),
        lambda: check_number("cost_per_unit", cost_per_unit, low=0),
        lambda: check_number("holding_cost", holding_cost, low=0),
    )
    flows = counts(days, [needed, received, blocked])
    if not len(flows) or not flows[:, 0].sum() > 0:
        raise DataError(Problem(t("column {name}", name=repr(needed)), t("no need at all"), t("days with need")))
    pace = float(flows[:, 0].mean())
    path, missing = _stock(flows, float(opening), sizes * pace)
    base = _stock(flows, float(opening), np.zeros(1))[1]
    lost = np.maximum(missing[-1], 0.0)
    table = pd.DataFrame({"reserve_days": sizes, "reserve_units": sizes * pace, "lost": lost})
    table["saved"] = np.maximum(base[-1] - lost, 0.0)
    table["saved_cost"] = table["saved"] * cost_per_unit
    table["cost_per_year"] = table["reserve_units"] * holding_cost
    with np.errstate(divide="ignore", invalid="ignore"):
        table["events_per_year"] = (table["cost_per_year"] / table["saved_cost"]).replace(np.inf, np.nan)
    paths = pd.DataFrame(path, index=days.index, columns=[f"{size:g}" for size in sizes])
    return ReserveResult(table=table, paths=paths, daily_need=pace, enough=_enough(flows, float(opening)) / pace)


@dataclass(frozen=True, kw_only=True)
class LineRecord(Result):
    """Days of a line as they were recorded.

    Attributes
    ----------
    table : DataFrame
        A row per day: `date`, units `needed`, `built`, `blocked`, and usable `stock` at its end [units].
    stop : int or None
        Position (from 0) of the first day on which stock was blocked.
    days_short : int
        Days on which fewer units were built than needed.
    """

    table: pd.DataFrame
    stop: int | None
    days_short: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say on how many days the line came short, and since when."""
        if self.stop is None or not self.days_short:
            return tn("The line built what was needed on {n} day.", "The line built what was needed on all {n} days.",
                      len(self.table))  # fmt: skip
        words = {"stop": self.table["date"].iloc[self.stop], "m": len(self.table)}
        return tn("On {n} of {m} days fewer cars were built than needed; stock was blocked on {stop}.",
                  "On {n} of {m} days fewer cars were built than needed; stock was blocked on {stop}.",
                  self.days_short, **words)  # fmt: skip


def line_record(
    days: pd.DataFrame,
    *,
    date: str = "date",
    needed: str = "needed",
    built: str = "built",
    blocked: str = "blocked",
    stock: str = "stock",
) -> LineRecord:
    """Look at the days of a line: what was needed, what was built, and when stock was blocked.

    Parameters
    ----------
    days : DataFrame
        One row per day in the order of time; counts of at least 0 [units].
    date, needed, built, blocked, stock : str
        Names of the columns.

    Returns
    -------
    LineRecord

    Raises
    ------
    DataError
        A column is missing, a count is missing, negative or no number.

    Examples
    --------
    >>> days = pd.DataFrame({"date": ["Mon", "Tue"], "needed": [9, 9], "built": [9, 2], "blocked": [0, 7],
    ...                      "stock": [12, 0]})
    >>> found = line_record(days)
    >>> found.stop, found.days_short
    (1, 1)
    """
    names = {"needed": needed, "built": built, "blocked": blocked, "stock": stock}
    values = counts(days, list(names.values()))
    if date not in days.columns:
        raise DataError(Problem(t("column {name}", name=repr(date)), t("missing")))
    table = pd.DataFrame(values, columns=list(names))
    table.insert(0, "date", _days(days[date]))
    stopped = np.flatnonzero(values[:, 2] > 0)
    return LineRecord(table=table, stop=int(stopped[0]) if len(stopped) else None,
                      days_short=int((values[:, 1] < values[:, 0]).sum()))  # fmt: skip


def _days(dates: pd.Series) -> list[str]:
    if pd.api.types.is_datetime64_any_dtype(dates):
        return [str(x) for x in dates.dt.strftime("%Y-%m-%d")]
    return [str(x) for x in dates]


def _stock(flows: Floats, opening: float, reserve: Floats) -> tuple[Floats, Floats]:
    """Usable stock at the end of each day and need lost up to it, for each reserve; no loop over days.

    Stock that was there once the shortage is counted is the running sum plus what was lost so far. What is blocked
    can at most be the ordinary stock: blocking more than there is, is not lost need.
    """
    need, received, blocked = flows.T
    ordinary = _ordinary(need, received, blocked, opening)
    short = need - ordinary
    used = np.minimum(np.cumsum(short)[:, None], reserve[None, :])
    lost = np.cumsum(short)[:, None] - used
    stock = _left(need, received, blocked, opening)[:, None] + reserve[None, :] - used
    return stock, lost


def _ordinary(need: Floats, received: Floats, blocked: Floats, opening: float) -> Floats:
    """Need served from the ordinary stock."""
    before = np.concatenate([[opening], _left(need, received, blocked, opening)[:-1]])
    return np.minimum(need, np.maximum(before + received - blocked, 0.0))


def _left(need: Floats, received: Floats, blocked: Floats, opening: float) -> Floats:
    """Ordinary stock at the end of each day: a sum that never falls below 0."""
    total = opening + np.cumsum(received - blocked - need)
    return np.asarray(total - np.minimum(np.minimum.accumulate(total), 0.0))


def _enough(flows: Floats, opening: float) -> float:
    need, received, blocked = flows.T
    return float((need - _ordinary(need, received, blocked, opening)).sum())


def _sizes(reserve_days: Sequence[float] | npt.NDArray[np.float64]) -> Floats:
    try:
        sizes = np.asarray(reserve_days, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        sizes = np.array([np.nan])
    if not len(sizes) or not np.isfinite(sizes).all() or (sizes < 0).any():
        found = tn("{n} size", "{n} sizes", len(sizes))
        raise ParameterError(Problem("reserve_days", found, t("at least one, each a number of at least 0")))
    return sizes


def _number(x: object) -> bool:
    return isinstance(x, (int, float)) and not isinstance(x, bool) and np.isfinite(x)
