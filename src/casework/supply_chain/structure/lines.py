"""Lines of orders with what was shipped for them: two tables read, checked and put together, without a loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t, tn
from casework.supply_chain.structure.tables import dates, name_rows, numbers, require, tell_missing, texts, yes_no

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
ENOUGH = 1 - 1e-9  # share of a quantity from which it counts as whole: sums of parts are rounded
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One entry a line: its order (a number from 0), quantities [units], and what happened.

    Attributes
    ----------
    total, timely : ndarray
        Units that arrived, and that arrived by the promised date and grace.
    filled, in_full, on_time, damaged, wrong_documents, due : ndarray of bool
    cycle_days : ndarray
        Days from the order to the last delivery; minus infinity where nothing arrived.
    """

    order: npt.NDArray[np.int64]
    quantity: Floats
    ordered: pd.Series
    total: Floats
    timely: Floats
    filled: Bools
    in_full: Bools
    on_time: Bools
    damaged: Bools
    wrong_documents: Bools
    due: Bools
    cycle_days: Floats
    as_of: pd.Timestamp


def read_lines(
    orders: pd.DataFrame, shipments: pd.DataFrame, *, as_of: str | pd.Timestamp | None, grace: float
) -> Lines:
    """Read orders and shipments, and put them together by line.

    Raises
    ------
    DataError, ParameterError
        See `measure_orders`.
    """
    require(orders, ["order", "item", "quantity", "ordered", "promised"], table=t("table of orders"))
    require(shipments, ["order", "item", "quantity", "delivered"], table=t("table of shipments"))
    problems: list[Problem] = []
    by_line = "line" in orders and "line" in shipments
    order, key, at = _keys(orders, shipments, ["order", "line"] if by_line else ["order", "item"], problems)
    quantity = _amount(orders, t("table of orders"), problems)
    shipped = _amount(shipments, t("table of shipments"), problems)
    ordered, promised = (
        dates(orders[name], where=_column(t("table of orders"), name), problems=problems)
        for name in ("ordered", "promised")
    )
    delivered = dates(
        shipments["delivered"], where=_column(t("table of shipments"), "delivered"), problems=problems, empty=True
    )
    faults = {
        name: yes_no(shipments[name], where=_column(t("table of shipments"), name), problems=problems)
        if name in shipments
        else np.zeros(len(shipments), dtype=bool)
        for name in ("damaged", "wrong_documents")
    }
    if not problems:
        _order_of_dates(ordered, promised, delivered, at, problems)
    if problems:
        raise DataError(problems)
    day = _as_of(as_of, delivered, promised)
    arrived = delivered.notna().to_numpy() & (delivered <= day).to_numpy()
    limit = (promised + pd.Timedelta(days=grace)).to_numpy()
    return _together(order, quantity, ordered, limit, at, shipped, delivered.to_numpy(), arrived, faults, day, len(key))


def _together(
    order: npt.NDArray[np.int64],
    quantity: Floats,
    ordered: pd.Series,
    limit: npt.NDArray[np.datetime64],
    at: npt.NDArray[np.int64],
    shipped: Floats,
    delivered: npt.NDArray[np.datetime64],
    arrived: Bools,
    faults: dict[str, Bools],
    day: pd.Timestamp,
    n: int,
) -> Lines:
    """Take sums and latest dates by line."""
    in_time = arrived & (_days(delivered, limit) <= limit[at])
    total = np.bincount(at[arrived], shipped[arrived], minlength=n).astype(np.float64)
    timely = np.bincount(at[in_time], shipped[in_time], minlength=n).astype(np.float64)
    late = np.bincount(at[arrived & ~in_time], minlength=n) > 0
    days = np.full(n, -np.inf)
    np.maximum.at(days, at[arrived], (delivered[arrived] - ordered.to_numpy()[at[arrived]]) / DAY)
    due = limit <= day.to_datetime64()
    return Lines(
        order=order,
        quantity=quantity,
        ordered=ordered.reset_index(drop=True),
        total=total,
        timely=timely,
        filled=timely >= quantity * ENOUGH,
        in_full=total >= quantity * ENOUGH,
        on_time=(total > 0) & ~late,
        damaged=np.bincount(at[arrived & faults["damaged"]], minlength=n) > 0,
        wrong_documents=np.bincount(at[arrived & faults["wrong_documents"]], minlength=n) > 0,
        due=due,
        cycle_days=days,
        as_of=day,
    )


def _days(delivered: npt.NDArray[np.datetime64], limit: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    """Return deliveries as days where promises are days: any hour of the promised day is on time."""
    whole_days = bool((limit == limit.astype("datetime64[D]")).all())
    return delivered.astype("datetime64[D]") if whole_days else delivered


def _keys(
    orders: pd.DataFrame, shipments: pd.DataFrame, names: list[str], problems: list[Problem]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return numbers of the orders and of the lines, and for each shipment the row of its line."""
    n = len(orders)
    code = order = np.zeros(n + len(shipments), dtype=np.int64)
    for name in names:
        both = [texts(frame[name]).reset_index(drop=True) for frame in (orders, shipments)]
        for cells, table in zip(both, (t("table of orders"), t("table of shipments")), strict=True):
            tell_missing((cells == "").to_numpy(), where=_column(table, name), problems=problems)
        own, known = pd.factorize(pd.concat(both, ignore_index=True))
        order = own.astype(np.int64) if name == "order" else order
        code = pd.factorize(code * len(known) + own)[0].astype(np.int64)
    key, shipped = code[:n], code[n:]
    twice = pd.Series(key).duplicated().to_numpy()
    if twice.any():
        problems.append(
            Problem(
                t("{where}, {rows}", where=t("table of orders"), rows=name_rows(twice)),
                t("a line that occurs twice"),
                fix=t("Add up its quantities, or tell lines apart by a column 'line'"),
            )
        )
    row = np.full(int(code.max()) + 1, -1, dtype=np.int64)
    row[key[::-1]] = np.arange(n)[::-1]
    lost = row[shipped] < 0
    if lost.any():
        problems.append(
            Problem(
                t("{where}, {rows}", where=t("table of shipments"), rows=name_rows(lost)),
                tn(
                    "{n} shipment of a line that was not ordered",
                    "{n} shipments of lines that were not ordered",
                    int(lost.sum()),
                ),
            )
        )
    return order[:n], key, np.maximum(row[shipped], 0)


def _amount(frame: pd.DataFrame, table: str, problems: list[Problem]) -> Floats:
    where = _column(table, "quantity")
    found = numbers(frame["quantity"], where=where, problems=problems, low=0)
    zero = found == 0
    if zero.any():
        problems.append(Problem(t("{where}, {rows}", where=where, rows=name_rows(zero)), "0", t("a number above 0")))
    return found


def _order_of_dates(
    ordered: pd.Series, promised: pd.Series, delivered: pd.Series, at: npt.NDArray[np.int64], problems: list[Problem]
) -> None:
    start = ordered.dt.normalize().to_numpy()
    early = promised.to_numpy() < start
    before = delivered.to_numpy() < start[at]
    for bad, table, name in ((early, t("table of orders"), "promised"), (before, t("table of shipments"), "delivered")):
        if bad.any():
            where = t("{where}, {rows}", where=_column(table, name), rows=name_rows(bad))
            problems.append(Problem(where, t("before the order"), t("a date on or after the order")))


def _as_of(as_of: str | pd.Timestamp | None, delivered: pd.Series, promised: pd.Series) -> pd.Timestamp:
    """Return the day of the tables, and refuse one on which no order is due."""
    if as_of is None:
        return pd.Timestamp(delivered.max() if delivered.notna().any() else promised.max())
    try:
        day: Any = pd.Timestamp(as_of)
    except (TypeError, ValueError):
        day = pd.NaT
    if pd.isna(day):
        raise ParameterError(Problem("as_of", repr(as_of), t("a date such as 2026-03-31")))
    return pd.Timestamp(day.tz_localize(None) if day.tzinfo else day)


def _column(table: str, name: str) -> str:
    return t("{table}, column {name}", table=table, name=repr(name))
