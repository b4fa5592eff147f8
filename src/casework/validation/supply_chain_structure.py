"""How the methods of a chain's structure are called with the cases of `cases/supply_chain.structure.toml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from casework.supply_chain.structure import (
    cash_to_cash,
    classify_processes,
    double_margins,
    measure_orders,
    read_processes,
)


def margins(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return prices, profits and efficiency of stages that set their own prices."""
    found = double_margins(
        most=inputs["most"], slope=inputs["slope"], cost=inputs["cost"], stages=inputs.get("stages", 2)
    )
    table = found.table
    return {
        "prices": table["price"].tolist(),
        "quantities": table["quantity"].tolist(),
        "chain_profits": table["chain_profit"].tolist(),
        "stage_prices": found.stages["price"].tolist(),
        "stage_profits": found.stages["profit"].tolist(),
        "efficiency": found.efficiency,
    }


def days(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return days of inventory, receivables, payables, and from cash to cash."""
    columns = ("sales", "cost_of_sales", "inventory", "receivables", "payables")
    found = cash_to_cash(pd.DataFrame({name: [float(inputs[name])] for name in columns})).table.iloc[0]
    return {name: float(found[name]) for name in ("inventory_days", "receivable_days", "payable_days", "cash_to_cash")}


def perfect(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the count of perfect orders and the product of rates, for faults of single orders as listed."""
    n = int(inputs["orders"])
    number = pd.Series(range(n))
    orders = pd.DataFrame(
        {"order": number, "item": "x", "quantity": 2, "ordered": "2026-01-01", "promised": "2026-01-10"}
    )
    shipments = orders[["order", "item"]].assign(
        quantity=(~number.isin(inputs["short"])).astype(int) + 1,
        delivered=["2026-01-11" if i in inputs["late"] else "2026-01-09" for i in number],
        damaged=number.isin(inputs["damaged"]),
        wrong_documents=number.isin(inputs["wrong_documents"]),
    )
    found = measure_orders(orders, shipments, as_of="2026-02-01")
    return {"product": found.product_rate, "perfect": found.value("perfect")}


def cycles(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the cycle of each process of a chain."""
    table = pd.DataFrame({name: inputs[name] for name in ("process", "stage", "partner")}).assign(lead_time=0.0)
    found = classify_processes(read_processes(table, stages=inputs["stages"]))
    return {"cycles": found.table["cycle"].tolist()}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "margins": margins,
    "days": days,
    "perfect": perfect,
    "cycles": cycles,
}
