"""From cash to cash: inventory turns, days of inventory, receivables and payables from ledgers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_option, check_positive
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.supply_chain.structure.tables import name_rows, numbers, require, texts

Balance = Literal["average", "ending"]
ACCOUNTS = ("sales", "cost_of_sales", "inventory", "receivables", "payables")
Floats = npt.NDArray[np.float64]
HEADINGS = (
    mark("period"),
    mark("firm"),
    mark("turns"),
    mark("inventory days"),
    mark("receivable days"),
    mark("payable days"),
    mark("cash to cash"),
    mark("cash tied"),
    mark("days"),
)


@dataclass(frozen=True, kw_only=True)
class CashResult(Result):
    """Cash-to-cash cycle by firm and period.

    Attributes
    ----------
    table : DataFrame
        firm (empty where the ledger names none), period, turns [per year], inventory_days (DIO), receivable_days (DSO),
        payable_days (DPO), cash_to_cash (DIO + DSO - DPO) [days], cash_tied [currency] (inventory + receivables -
        payables).
    balance : str
        `average` of opening and closing balance, or `ending`.
    """

    table: pd.DataFrame
    balance: str
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a firm and period."""
        return self.table.copy()

    def summary(self) -> str:
        """Say the last cycle and its three parts."""
        row = self.table.iloc[-1]
        text = t(
            "{days:,.1f} days from cash to cash: {inventory:,.1f} in inventory and {receivable:,.1f} with customers, "
            "less {payable:,.1f} lent by suppliers.",
            days=row["cash_to_cash"],
            inventory=row["inventory_days"],
            receivable=row["receivable_days"],
            payable=row["payable_days"],
        )
        return t("{name}: {text}", name=row["firm"], text=text) if row["firm"] else text


def cash_to_cash(
    ledger: pd.DataFrame, *, days: float = 365.0, balance: Balance = "average", year: float = 365.0
) -> CashResult:
    """Measure how long cash is tied up between paying suppliers and being paid.

    Parameters
    ----------
    ledger : DataFrame, one row a period (of a firm), in order of time
        `sales` and `cost_of_sales` of the period, `inventory`, `receivables`, `payables` at its end [currency, at
        least 0]. Where there are such columns: `period` (a name), `firm`, `purchases` (of the period; the base of
        payables instead of cost of sales), `days` (length of each period).
    days : float
        Length of a period [days], above 0, where there is no such column.
    balance : {"average", "ending"}
        Average of the balances at the end of the period and of the one before (the first row of a firm has its ending
        balance only), or the ending balance.
    year : float
        Days of a year for the turns, above 0.

    Returns
    -------
    CashResult

    Raises
    ------
    DataError
        A column is missing, an amount is missing, negative or no number, sales, cost of sales or purchases are 0, a
        period is not above 0 days or occurs twice: all of it at once.
    ParameterError
        `days` or `year` is not above 0, or `balance` is neither of the two.

    Notes
    -----
    DIO = inventory / cost of sales x days, DSO = receivables / sales x days, DPO = payables / (purchases or cost of
    sales) x days. Balances at one day of a season mislead; so does comparing a firm that uses purchases with one that
    uses cost of sales.

    References
    ----------
    SCOR model, metric AM.1.1 cash-to-cash cycle time. Farris, M. T. & Hutchison, P. D. (2002). Cash-to-cash: the new
    supply chain management metric. International Journal of Physical Distribution & Logistics Management 32(4),
    288-298.

    Examples
    --------
    >>> ledger = pd.DataFrame({"sales": [100.0], "cost_of_sales": [85.0], "inventory": [20.0], "receivables": [0.0],
    ...                        "payables": [0.0]})
    >>> round(float(cash_to_cash(ledger).table["inventory_days"].iloc[0]), 2)
    85.88
    """
    check_option("balance", balance, Balance)
    check_positive("days", days, unit="days")
    check_positive("year", year, unit="days")
    firm, period, values = _ledger(ledger, days)
    held = {name: values[name] for name in ("inventory", "receivables", "payables")}
    first = ~firm.duplicated().to_numpy()
    if balance == "average":
        held = {name: _average(amount, firm, first) for name, amount in held.items()}
    lengths = values["days"]
    inventory = held["inventory"] / values["cost_of_sales"] * lengths
    receivable = held["receivables"] / values["sales"] * lengths
    payable = held["payables"] / values["purchases"] * lengths
    table = pd.DataFrame(
        {
            "firm": firm.to_numpy(),
            "period": period.to_numpy(),
            "turns": np.divide(year, inventory, out=np.full(len(inventory), np.inf), where=inventory > 0),
            "inventory_days": inventory,
            "receivable_days": receivable,
            "payable_days": payable,
            "cash_to_cash": inventory + receivable - payable,
            "cash_tied": held["inventory"] + held["receivables"] - held["payables"],
        }
    )
    return CashResult(table=table, balance=balance, notes=_notes(ledger, table, balance, int(first.sum())))


def _average(amount: Floats, firm: pd.Series, first: npt.NDArray[np.bool_]) -> Floats:
    """Mean of the balance and the one before of the same firm."""
    before = pd.Series(amount).groupby(firm.to_numpy(), sort=False).shift().to_numpy()
    return np.where(first, amount, (amount + before) / 2)


def _ledger(ledger: pd.DataFrame, days: float) -> tuple[pd.Series, pd.Series, dict[str, Floats]]:
    table = t("ledger")
    require(ledger, ACCOUNTS, table=table)
    problems: list[Problem] = []
    given = [*ACCOUNTS, *(name for name in ("purchases", "days") if name in ledger)]
    values = {
        name: numbers(ledger[name], where=t("column {name}", name=repr(name)), problems=problems, low=0)
        for name in given
    }
    for name in ("sales", "cost_of_sales", "purchases", "days"):
        zero = values.get(name, np.ones(1)) == 0
        if zero.any():
            where = t("{where}, {rows}", where=t("column {name}", name=repr(name)), rows=name_rows(zero))
            problems.append(Problem(where, "0", t("a number above 0")))
    firm = texts(ledger["firm"]) if "firm" in ledger else pd.Series([""] * len(ledger))
    period = texts(ledger["period"]) if "period" in ledger else pd.Series([str(i + 1) for i in range(len(ledger))])
    twice = pd.DataFrame({"firm": firm.to_numpy(), "period": period.to_numpy()}).duplicated().to_numpy()
    if twice.any():
        problems.append(
            Problem(t("{where}, {rows}", where=table, rows=name_rows(twice)), t("a period that occurs twice"))
        )
    if problems:
        raise DataError(problems)
    values.setdefault("purchases", values["cost_of_sales"])
    values.setdefault("days", np.full(len(ledger), float(days)))
    return firm.reset_index(drop=True), period.reset_index(drop=True), values


def _notes(ledger: pd.DataFrame, table: pd.DataFrame, balance: str, firms: int) -> tuple[str, ...]:
    notes = []
    if "purchases" not in ledger:
        notes.append(t("Payables are set against cost of sales, as the ledger has no purchases."))
    if balance == "average" and firms:
        notes.append(
            tn(
                "{n} first period has its ending balances only.",
                "{n} first periods have their ending balances only.",
                firms,
            )
        )
    if (table["cash_to_cash"] < 0).any():
        notes.append(t("A negative cycle: suppliers lend more than stock and customers tie up."))
    return tuple(notes)
