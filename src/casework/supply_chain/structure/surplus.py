"""What a chain creates and who gets it: surplus by stage, and what is lost when each stage adds its own margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.supply_chain.structure.tables import listing, name_rows, numbers, require, texts

MOST_STAGES = 50
TINY = 1e-12  # a surplus below this share of its parts is rounding, and has no shares
HEADINGS = (
    mark("cost"),
    mark("price"),
    mark("paid"),
    mark("profit"),
    mark("share of profit"),
    mark("share of surplus"),
    mark("arrangement"),
    mark("quantity"),
    mark("chain profit"),
    mark("consumer surplus"),
    mark("customer"),
    mark("stages"),
    mark("efficiency"),
)


@dataclass(frozen=True, kw_only=True)
class SurplusResult(Result):
    """Surplus of a chain and its split.

    Attributes
    ----------
    table : DataFrame
        A row a stage from the source, and one for the customer: stage, cost, paid (to the stage before), price (asked
        of the next), profit, share_of_surplus.
    value : float
        What the product is worth to the customer [currency/unit].
    surplus, chain_profit, consumer_surplus : float
        Value less all costs; price less all costs; value less price.
    """

    table: pd.DataFrame
    value: float
    surplus: float
    chain_profit: float
    consumer_surplus: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a stage and one for the customer."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how the surplus is split."""
        return t(
            "A unit is worth {value:,.2f} to the customer and creates a surplus of {surplus:,.2f}: {customer:,.2f} "
            "stay with the customer, {chain:,.2f} with the chain.",
            value=self.value,
            surplus=self.surplus,
            customer=self.consumer_surplus,
            chain=self.chain_profit,
        )


def split_surplus(frame: pd.DataFrame, *, value: float) -> SurplusResult:
    """Split the surplus of a chain among its stages and the customer.

    Parameters
    ----------
    frame : DataFrame, one row a stage, from the source to the one that sells to the customer
        `stage` (a name, once), `cost` [currency/unit, at least 0] of its own work, `price` [currency/unit, at least 0]
        that it asks of the next; it pays the price of the row above.
    value : float
        What the product is worth to the customer [currency/unit], at least 0.

    Returns
    -------
    SurplusResult

    Raises
    ------
    DataError
        A column is missing, a stage has no name or occurs twice, a cost or price is missing, negative or no number:
        all of it at once.
    ParameterError
        `value` is negative or no number.

    References
    ----------
    Chopra, S. & Meindl, P. Supply Chain Management, chapter 1: supply chain surplus = customer value - supply chain
    cost; the rest is price, which stages and customer only divide.

    Examples
    --------
    >>> stages = pd.DataFrame({"stage": ["maker", "shop"], "cost": [30, 10], "price": [50, 80]})
    >>> found = split_surplus(stages, value=100)
    >>> found.surplus, found.consumer_surplus, found.table["profit"].tolist()
    (60.0, 20.0, [20.0, 20.0, 20.0])
    """
    value = check_number("value", value, low=0)
    stages, cost, price = _stages(frame)
    paid = np.concatenate([[0.0], price[:-1]])
    profit = price - paid - cost
    surplus = value - float(cost.sum())
    shares = np.append(profit, value - price[-1])
    table = pd.DataFrame(
        {
            "stage": [*stages, t("customer")],
            "cost": [*cost, 0.0],
            "paid": [*paid, price[-1]],
            "price": [*price, np.nan],
            "profit": shares,
            "share_of_surplus": shares / surplus
            if surplus > TINY * np.abs(shares).max()
            else np.full(len(shares), np.nan),
        }
    )
    return SurplusResult(
        table=table,
        value=value,
        surplus=surplus,
        chain_profit=float(price[-1] - cost.sum()),
        consumer_surplus=float(value - price[-1]),
        notes=_notes(stages, profit, value, float(price[-1]), surplus),
    )


def _stages(frame: pd.DataFrame) -> tuple[list[str], np.ndarray, np.ndarray]:
    table = t("table of stages")
    require(frame, ["stage", "cost", "price"], table=table)
    names = texts(frame["stage"])
    problems = [
        Problem(t("{where}, {rows}", where=table, rows=name_rows(bad.to_numpy())), text)
        for bad, text in (
            (names == "", t("no name")),
            (names.duplicated() & (names != ""), t("a stage that occurs twice")),
        )
        if bad.any()
    ]
    cost, price = (
        numbers(frame[name], where=t("column {name}", name=repr(name)), problems=problems, low=0)
        for name in ("cost", "price")
    )
    if problems:
        raise DataError(problems)
    return names.tolist(), cost, price


def _notes(stages: list[str], profit: np.ndarray, value: float, price: float, surplus: float) -> tuple[str, ...]:
    notes = []
    losing = [name for name, gain in zip(stages, profit, strict=True) if gain < 0]
    if losing:
        notes.append(t("At these prices a unit loses money for: {names}.", names=listing(losing)))
    if price > value:
        notes.append(t("The price is above what the product is worth to the customer: nobody buys."))
    if surplus <= 0:
        notes.append(t("The chain costs more than the product is worth: no split of prices can mend that."))
    return tuple(notes)


@dataclass(frozen=True, kw_only=True)
class MarginResult(Result):
    """A chain that sets one price against stages that set their own.

    Attributes
    ----------
    table : DataFrame
        A row an arrangement (one price, separate prices): price, quantity, chain_profit, consumer_surplus.
    stages : DataFrame
        A row a stage from the source when each sets its own price: stage (number), price, profit.
    efficiency : float
        Profit of the chain apart over together.
    """

    table: pd.DataFrame
    stages: pd.DataFrame
    efficiency: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row an arrangement."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what separate margins cost."""
        together, apart = self.table["price"]
        return t(
            "Apart, the stages charge {apart:,.2f} where one firm would charge {together:,.2f}; the chain earns "
            "{share:.0%} of what it could.",
            apart=apart,
            together=together,
            share=self.efficiency,
        )


def double_margins(*, most: float, slope: float, cost: float = 0.0, stages: int = 2) -> MarginResult:
    """Compare one price for the chain with stages that each add a margin of their own.

    Parameters
    ----------
    most : float
        Demand at price 0 [units/period], above 0. Symbol a of q = a - b p.
    slope : float
        Demand lost per unit of price [units/period per currency], above 0. Symbol b.
    cost : float
        Cost of the whole chain [currency/unit], at least 0 and below a/b. Symbol c.
    stages : int
        Firms that set prices one after another, the source first; 1 to 50. Symbol n.

    Returns
    -------
    MarginResult

    Raises
    ------
    ParameterError
        A number is out of its range, `stages` is not whole, or nobody would buy at cost: all of it at once.

    Notes
    -----
    Each firm takes the price it pays as given and knows how those after it answer. Together: q = (a - b c)/2. Apart:
    q = (a - b c)/2^n, price c + (2^n - 1) q/b, and the k-th firm from the customer earns 2^(k-1) q^2/b. One supplier,
    one shop and linear demand, known to all; a contract (revenue sharing, buy-back, two-part tariff) can bring the
    loss back.

    References
    ----------
    Spengler, J. J. (1950). Vertical integration and antitrust policy. Journal of Political Economy 58(4), 347-352.

    Examples
    --------
    >>> double_margins(most=2480, slope=174).table["price"].round(2).tolist()
    [7.13, 10.69]
    """
    _check_margins(most, slope, cost, stages)
    n = int(stages)
    room = most - slope * cost
    quantity = np.array([room / 2, room / 2.0**n])
    price = (most - quantity) / slope
    profit = (price - cost) * quantity
    table = pd.DataFrame(
        {
            "arrangement": [mark("one price"), mark("separate prices")],
            "price": price,
            "quantity": quantity,
            "chain_profit": profit,
            "consumer_surplus": quantity**2 / (2 * slope),
        }
    )
    margins = quantity[1] / slope * 2.0 ** np.arange(n - 1, -1, -1)
    each = pd.DataFrame(
        {"stage": np.arange(1, n + 1), "price": cost + np.cumsum(margins), "profit": margins * quantity[1]}
    )
    return MarginResult(table=table, stages=each, efficiency=float(profit[1] / profit[0]))


def _check_margins(most: float, slope: float, cost: float, stages: int) -> None:
    problems: list[Problem] = []
    above: dict[str, Any] = {"low": 0.0, "low_open": True}
    checks: tuple[tuple[str, float, dict[str, Any]], ...] = (
        ("most", most, {**above, "unit": "units/period"}),
        ("slope", slope, {**above, "unit": "units/period per currency"}),
        ("cost", cost, {"low": 0.0, "unit": "currency/unit"}),
        ("stages", stages, {"low": 1, "high": MOST_STAGES}),
    )
    for name, value, limits in checks:
        try:
            check_number(name, value, **limits)
        except ParameterError as error:
            problems += error.problems
    if not problems and float(stages) != int(stages):
        problems.append(Problem("stages", f"{stages:g}", t("a whole number")))
    if not problems and cost * slope >= most:
        problems.append(Problem("cost", f"{cost:g}", t("below {price:g}, where demand ends", price=most / slope)))
    if problems:
        raise ParameterError(problems)
