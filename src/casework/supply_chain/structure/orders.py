"""How well orders are fulfilled: perfect orders, fill rates, on time, cycle time, from orders and shipments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from casework.core.checks import check_fraction, check_number, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.stats.proportion import wilson_interval
from casework.supply_chain.structure.lines import Lines, read_lines

Floats = npt.NDArray[np.float64]
MOST_GRACE = 3650.0  # [days]
MONTH = "month"  # a `by` that is made from the date of the order
SHARES = ("perfect", "on_time", "in_full", "undamaged", "documents", "otif", "order_fill")
# measure -> (name, unit, definition); SCOR model RL.1.1 and RL.2, RS.1.1; fill rates as in Chopra & Meindl, chapter 11.
MEASURES: dict[str, tuple[str, str, str]] = {
    "perfect": (
        mark("perfect orders"),
        mark("share of orders"),
        mark("Every line in full, on time, undamaged and with right documents (SCOR RL.1.1)."),
    ),
    "on_time": (
        mark("on time"),
        mark("share of orders"),
        mark("Every line arrived, and its last delivery no later than promised (SCOR RL.2.2)."),
    ),
    "in_full": (
        mark("in full"),
        mark("share of orders"),
        mark("All units of every line arrived, however late (SCOR RL.2.1)."),
    ),
    "undamaged": (mark("undamaged"), mark("share of orders"), mark("No delivery was damaged (SCOR RL.2.4).")),
    "documents": (
        mark("right documents"),
        mark("share of orders"),
        mark("No delivery had wrong documents (SCOR RL.2.3)."),
    ),
    "otif": (mark("on time and in full"), mark("share of orders"), mark("Both at once.")),
    "order_fill": (
        mark("order fill rate"),
        mark("share of orders"),
        mark("All units of every line arrived by the promised date."),
    ),
    "line_fill": (
        mark("line fill rate"),
        mark("share of lines"),
        mark("All units of the line arrived by the promised date."),
    ),
    "unit_fill": (mark("unit fill rate"), mark("share of units"), mark("Units that arrived by the promised date.")),
    "cycle_time": (
        mark("order cycle time"),
        mark("days"),
        mark("Mean from order to last delivery, of orders that arrived in full (SCOR RS.1.1)."),
    ),
}
HEADINGS = (mark("group"), mark("value"), mark("orders counted"), mark("definition"))


@dataclass(frozen=True, kw_only=True)
class OrderMetrics(Result):
    """Measures of order fulfilment, with intervals.

    Attributes
    ----------
    table : DataFrame
        A row a measure: measure, name, value, low, high, orders_counted (on which it rests), unit.
    groups : DataFrame
        The same with `group` in front, a row a group and measure; empty without `by`.
    by : str
        What the groups are; empty without.
    product_rate : float
        Product of the rates on time, in full, undamaged, right documents: what some surveys call perfect orders.
    orders, lines : int
        Due orders, and their lines.
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    by: str
    product_rate: float
    orders: int
    lines: int
    confidence: float | None
    notes: tuple[str, ...] = ()

    def value(self, measure: str) -> float:
        """Return a measure by its code, such as `perfect`."""
        return float(self.table.set_index("measure")["value"].loc[measure])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a measure, names instead of codes."""
        return self.table.drop(columns="measure").rename(columns={"name": "measure"})

    def summary(self) -> str:
        """Say the perfect orders and what spoils most of the others."""
        if self.value("perfect") == 1:
            return t("Perfect orders: all of {n:,}.", n=self.orders)
        parts = self.table.set_index("measure")["value"].reindex(["on_time", "in_full", "undamaged", "documents"])
        return t(
            "Perfect orders: {perfect:.1%} of {n:,}; the weakest part is '{part}' with {share:.1%}.",
            perfect=self.value("perfect"),
            n=self.orders,
            part=t(MEASURES[str(parts.idxmin())][0]),
            share=parts.min(),
        )


def measure_orders(
    orders: pd.DataFrame,
    shipments: pd.DataFrame,
    *,
    by: str | None = None,
    as_of: str | pd.Timestamp | None = None,
    grace: float = 0.0,
    confidence: float | None = 0.95,
) -> OrderMetrics:
    """Measure how well orders are fulfilled.

    Parameters
    ----------
    orders : DataFrame, one row a line of an order
        `order`, `item`, `quantity` [units, above 0], `ordered` and `promised` (dates), and where there are such
        columns `line` (tells lines of the same item apart) and anything to group by, such as `customer`.
    shipments : DataFrame, one row a delivery of a line
        `order`, `item` (and `line` where the orders have it), `quantity` [units, above 0], `delivered` (date; empty
        while under way), and where there are such columns `damaged` and `wrong_documents` (yes or no; empty is no).
    by : str, optional
        A column of the orders, or `month` (of the order).
    as_of : date, optional
        Day on which the tables were taken; the latest delivery as usual. Orders that are due later are left out,
        whether they have arrived or not: the early ones alone would flatter.
    grace : float
        Days after the promised date that still count as on time, 0 to 3650.
    confidence : float or None
        Between 0 and 1 where the orders are a sample; None where they are all there is.

    Returns
    -------
    OrderMetrics

    Raises
    ------
    DataError
        A column is missing, a name, date or number is missing or wrong, a line occurs twice, a promise or delivery
        lies before the order, a shipment belongs to no line, or no order is due: all of it at once, as far as it can
        be seen together.
    ParameterError
        `by` is no column, `as_of` is no date, `grace` is out of its range, `confidence` is not between 0 and 1.

    Notes
    -----
    An order is perfect if all its parts are: a count, not the product of four rates. The product (`product_rate`) is
    the same only where faults fall independently. What never arrived is neither on time nor in full. Shares of orders
    have Wilson intervals; fill rates of lines and units have intervals of a ratio between orders, for lines of one
    order share their fate; the cycle time has a t interval.

    References
    ----------
    SCOR model, RL.1.1 perfect order fulfillment, RS.1.1 order fulfillment cycle time. Chopra, S. & Meindl, P. Supply
    Chain Management, chapter 11: product, order and cycle service. Cochran, W. G. (1977). Sampling Techniques,
    section 2.11: ratio.

    Examples
    --------
    >>> orders = pd.DataFrame({"order": ["A", "A", "B"], "item": ["x", "y", "x"], "quantity": [5, 1, 4],
    ...                        "ordered": "2026-03-01", "promised": "2026-03-05"})
    >>> shipments = pd.DataFrame({"order": ["A", "A", "B"], "item": ["x", "y", "x"], "quantity": [5, 1, 3],
    ...                           "delivered": ["2026-03-04", "2026-03-05", "2026-03-05"]})
    >>> found = measure_orders(orders, shipments)
    >>> found.value("perfect"), found.value("line_fill").__round__(3), found.value("unit_fill")
    (0.5, 0.667, 0.9)
    """
    if confidence is not None:
        check_fraction("confidence", confidence)
    check_number("grace", grace, low=0, high=MOST_GRACE, unit="days")
    lines = read_lines(orders, shipments, as_of=as_of, grace=grace)
    groups = None if by is None else _groups(orders, lines, by)
    facts = _per_order(lines)
    overall = _measures(facts, np.zeros(len(facts), dtype=np.int64), 1, confidence).drop(columns="group")
    grouped = overall.iloc[:0].assign(group="")
    if groups is not None:
        codes, names = pd.factorize(groups, sort=True)
        grouped = _measures(facts, codes, len(names), confidence)
        grouped["group"] = np.asarray(names)[grouped["group"]]
    parts = overall.set_index("measure")["value"]
    return OrderMetrics(
        table=overall,
        groups=grouped,
        by=by or "",
        orders=len(facts),
        lines=int(lines.due.sum()),
        confidence=confidence,
        product_rate=float(np.prod(parts.loc[["on_time", "in_full", "undamaged", "documents"]].to_numpy())),
        notes=_notes(lines, len(facts)),
    )


def measure_definitions() -> pd.DataFrame:
    """Return what each measure counts: measure, unit, definition.

    Examples
    --------
    >>> measure_definitions()["measure"].tolist()[:2]
    ['perfect orders', 'on time']
    """
    rows = [(t(name), t(unit), t(definition)) for name, unit, definition in MEASURES.values()]
    return pd.DataFrame(rows, columns=["measure", "unit", "definition"])


def _per_order(lines: Lines) -> pd.DataFrame:
    """One row a due order: 1 or 0 for each share, sums for fill rates, days for the cycle."""
    n = int(lines.order.max()) + 1
    keep = np.bincount(lines.order[~lines.due], minlength=n) == 0

    def whole(good: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        return np.asarray(np.bincount(lines.order[~good], minlength=n) == 0)

    facts = {
        "on_time": whole(lines.on_time),
        "in_full": whole(lines.in_full),
        "undamaged": whole(~lines.damaged),
        "documents": whole(~lines.wrong_documents),
        "order_fill": whole(lines.filled),
    }
    facts["otif"] = facts["on_time"] & facts["in_full"]
    facts["perfect"] = facts["otif"] & facts["undamaged"] & facts["documents"]
    sums = {
        "lines": np.bincount(lines.order, minlength=n),
        "lines_filled": np.bincount(lines.order, lines.filled, minlength=n),
        "units": np.bincount(lines.order, lines.quantity, minlength=n),
        "units_filled": np.bincount(lines.order, np.minimum(lines.timely, lines.quantity), minlength=n),
    }
    days = np.full(n, -np.inf)
    np.maximum.at(days, lines.order, lines.cycle_days)
    sums["days"] = np.where(facts["in_full"], days, np.nan)
    if not keep.any():
        found = t("no order is due on {day}", day=lines.as_of.date().isoformat())
        raise DataError(
            Problem(t("table of orders"), found, t("at least one order that is due"), t("Give a later 'as_of'"))
        )
    every: pd.DataFrame = pd.DataFrame({**facts, **sums}).astype(np.float64)
    return pd.DataFrame(every.loc[keep])


def _measures(facts: pd.DataFrame, codes: npt.NDArray[np.int64], k: int, confidence: float | None) -> pd.DataFrame:
    """All measures of k groups of orders, long."""
    n = np.bincount(codes, minlength=k).astype(np.float64)
    found: dict[str, tuple[npt.NDArray[Any], ...]] = {}
    for name in SHARES:
        hits = np.bincount(codes, facts[name], minlength=k)
        low, high = wilson_interval(hits, n, confidence=confidence or 0.95)
        found[name] = (hits / n, low, high, n)
    for name, part, base in (("line_fill", "lines_filled", "lines"), ("unit_fill", "units_filled", "units")):
        value, half = _ratio(facts[part].to_numpy(), facts[base].to_numpy(), codes, k, confidence or 0.95)
        found[name] = (value, np.maximum(value - half, 0), np.minimum(value + half, 1), n)
    days = facts["days"].to_numpy()
    known = np.isfinite(days)
    value, half = _ratio(days[known], np.ones(int(known.sum())), codes[known], k, confidence or 0.95)
    found["cycle_time"] = (
        value,
        np.maximum(value - half, 0),
        value + half,
        np.bincount(codes[known], minlength=k) * 1.0,
    )
    tables = [
        pd.DataFrame(
            {
                "group": np.arange(k),
                "measure": name,
                "name": MEASURES[name][0],
                "value": value,
                "low": low,
                "high": high,
                "orders_counted": count.astype(np.int64),
                "unit": MEASURES[name][1],
            }
        )
        for name, (value, low, high, count) in ((name, found[name]) for name in MEASURES)
    ]
    table: pd.DataFrame = pd.concat(tables, ignore_index=True).sort_values("group", kind="stable", ignore_index=True)
    if confidence is None:
        table[["low", "high"]] = np.nan
    return table


def _ratio(y: Floats, x: Floats, codes: npt.NDArray[np.int64], k: int, confidence: float) -> tuple[Floats, Floats]:
    """Ratio of sums in each group, and half the width of its interval, from residuals of orders."""
    n = np.bincount(codes, minlength=k).astype(np.float64)
    below = np.bincount(codes, x, minlength=k)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.bincount(codes, y, minlength=k) / below
        rest = np.bincount(codes, (y - value[codes] * x) ** 2, minlength=k)
        error = np.sqrt(rest * n / np.where(n > 1, n - 1, np.nan)) / below
    return value, stdtrit(np.maximum(n - 1, 1), (1 + confidence) / 2) * error


def _groups(orders: pd.DataFrame, lines: Lines, by: str) -> npt.NDArray[np.object_]:
    """Group of each due order: that of its first line."""
    names = [str(name) for name in orders.columns]
    if by != MONTH and by not in orders:
        raise ParameterError(
            Problem("by", t("{value} is not known", value=repr(by)), fix=suggest(str(by), [MONTH, *names]))
        )
    _, first = np.unique(lines.order, return_index=True)
    rows = first[np.bincount(lines.order[~lines.due], minlength=len(first)) == 0]
    if by in orders:
        return np.asarray(orders[by].iloc[rows].astype("string").fillna(""), dtype=object)
    return np.asarray(lines.ordered.iloc[rows].dt.strftime("%Y-%m"), dtype=object)


def _notes(lines: Lines, due: int) -> tuple[str, ...]:
    notes = []
    later = len(np.unique(lines.order)) - due
    if later:
        notes.append(
            tn(
                "{n} order is not due on {day} and left out.",
                "{n} orders are not due on {day} and left out.",
                later,
                day=lines.as_of.date().isoformat(),
            )
        )
    over = int((lines.total > lines.quantity * (1 + 1e-9)).sum())
    if over:
        notes.append(
            tn(
                "{n} line got more than was ordered; it counts as full.",
                "{n} lines got more than was ordered; they count as full.",
                over,
            )
        )
    return tuple(notes)
