"""How the methods of receivables are called with the cases of `cases/credit.receivables.toml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from casework.core.errors import DataError
from casework.credit.receivables import (
    ageing,
    ageing_history,
    average_days_delinquent,
    best_possible_dso,
    bucket_names,
    collection_effectiveness,
    countback_dso,
    days_sales_outstanding,
    net_flow_rates,
    place_days,
    read_ledger,
    roll_rates,
)

COLUMNS = ["customer", "document", "kind", "invoice", "date", "due", "amount"]


def buckets(inputs: dict[str, Any]) -> dict[str, Any]:
    """Bucket of each number of days past due."""
    names = bucket_names(inputs["edges"])
    return {"bucket": [names[i] for i in place_days(inputs["days_past_due"], inputs["edges"])]}


def credits_(inputs: dict[str, Any]) -> dict[str, Any]:
    """Ageing of one customer who owes, one who has a credit, and an invoice after the day."""
    rows = [
        ("owes", "1", "invoice", None, "2025-01-10", "2025-02-09", inputs["balance"]),
        ("has", "2", "credit_note", None, "2025-01-20", None, inputs["credit"]),
        ("owes", "3", "invoice", None, "2025-03-10", "2025-04-09", 1.0),
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    ledger = read_ledger(table, as_of="2025-02-28", invalid="exclude")
    found = ageing(ledger)
    return {
        "total": found.totals["total"],
        "credits": found.totals["credits"],
        "open": found.open,
        "owes": found.table.loc["owes", "total"],
        "has": found.table.loc["has", "total"],
        "left_out": sum(item.count for item in ledger.left_out),
        "refused": _refused(table),
    }


def _refused(table: pd.DataFrame) -> bool:
    try:
        read_ledger(table, as_of="2025-02-28")
    except DataError:
        return True
    return False


def ratios(inputs: dict[str, Any]) -> dict[str, Any]:
    """Days sales outstanding, best possible, and the days between."""
    plain = {name: inputs[name] for name in ("receivables", "sales", "days")}
    return {
        "dso": days_sales_outstanding(**plain),
        "best_possible_dso": best_possible_dso(**inputs),
        "days_delinquent": average_days_delinquent(**inputs),
    }


def countback(inputs: dict[str, Any]) -> dict[str, Any]:
    """Days sales outstanding, counted back."""
    return {"dso": countback_dso(**inputs)}


def effectiveness(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the collection effectiveness index."""
    return {"cei": collection_effectiveness(**inputs)}


def roll(inputs: dict[str, Any]) -> dict[str, Any]:
    """Roll rate of one bucket, by invoice and by balances."""
    money, rolled = inputs["balance"], inputs["rolled"]
    rows = [
        ("a", "1", "invoice", None, "2025-11-16", "2025-12-16", rolled),
        ("b", "2", "invoice", None, "2025-11-16", "2025-12-16", money - rolled),
        ("b", "3", "payment", "2", "2026-02-10", None, money - rolled),
    ]
    ledger = read_ledger(pd.DataFrame(rows, columns=COLUMNS), as_of="2026-02-28")
    dates = ["2026-01-31", "2026-02-28"]
    net = net_flow_rates(ageing_history(ledger, dates=dates))
    return {"rate": roll_rates(ledger, dates=dates).worse["31-60"], "net": net["61-90"].iloc[0]}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "buckets": buckets,
    "credits": credits_,
    "ratios": ratios,
    "countback": countback,
    "effectiveness": effectiveness,
    "roll": roll,
}
