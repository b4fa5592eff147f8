"""An invented maker of desks, whole: stages, processes, orders, shipments and ledgers, with known truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number

Floats = npt.NDArray[np.float64]

# stage, role, cost and price of the standard desk [currency/unit]; the customer's price is what the desk is worth
STAGES: tuple[tuple[str, str, float, float], ...] = (
    ("timber mill", "supplier", 45.0, 62.0),
    ("desk factory", "manufacturer", 88.0, 205.0),
    ("regional warehouse", "distributor", 14.0, 231.0),
    ("furniture shop", "retailer", 52.0, 329.0),
    ("customer", "customer", 0.0, 390.0),
)
TOLERANCES = {"standard desk": 4.0, "custom desk": 14.0}  # days that customers wait
MILL, PLANT, DEPOT, SHOP, LAST = (name for name, *_ in STAGES)
STANDARD, CUSTOM = TOLERANCES
PRODUCT, INFORMATION, FUNDS = "product", "information", "funds"
# process, stage, partner, flow, lead time [days], after, product, trigger; then the truth, by hand: cycle and macro
# process.
PROCESSES: tuple[tuple[str, str, str, str, float, str, str, str, str, str], ...] = (
    ("forecast demand", PLANT, "", INFORMATION, 2, "", "", "forecast", "manufacturing", "internal"),
    ("negotiate prices with mill", PLANT, MILL, INFORMATION, 10, "", "", "forecast", "procurement", "supplier"),
    ("send purchase order", PLANT, MILL, INFORMATION, 1, "forecast demand", "", "forecast", "procurement", "supplier"),
    ("saw and dry boards", MILL, PLANT, PRODUCT, 20, "send purchase order", "", "order", "procurement", "internal"),
    ("ship boards", MILL, PLANT, PRODUCT, 3, "saw and dry boards", "", "order", "procurement", "internal"),
    ("inspect boards", PLANT, MILL, PRODUCT, 1, "ship boards", "", "order", "procurement", "internal"),
    ("pay mill", PLANT, MILL, FUNDS, 45, "inspect boards", "", "", "procurement", "supplier"),
    ("cut panels", PLANT, DEPOT, PRODUCT, 2, "inspect boards", "", "forecast", "manufacturing", "internal"),
    ("finish standard tops", PLANT, DEPOT, PRODUCT, 2, "cut panels", STANDARD, "forecast", "manufacturing", "internal"),
    ("finish tops to wish", PLANT, DEPOT, PRODUCT, 4, "cut panels; pass on custom order", CUSTOM, "order",
     "manufacturing", "internal"),
    ("assemble desk", PLANT, DEPOT, PRODUCT, 1, "finish standard tops; finish tops to wish", "", "forecast",
     "manufacturing", "internal"),
    ("pack desk", PLANT, DEPOT, PRODUCT, 0.5, "assemble desk", "", "forecast", "manufacturing", "internal"),
    ("ship to warehouse", PLANT, DEPOT, PRODUCT, 2, "pack desk", "", "forecast", "manufacturing", "internal"),
    ("store and pick", DEPOT, SHOP, PRODUCT, 1, "ship to warehouse; order from warehouse", "", "order",
     "replenishment", "internal"),
    ("order from warehouse", SHOP, DEPOT, INFORMATION, 0.5, "", STANDARD, "forecast", "replenishment", "supplier"),
    ("ship to shop", DEPOT, SHOP, PRODUCT, 1, "store and pick", "", "order", "replenishment", "internal"),
    ("pay warehouse", SHOP, DEPOT, FUNDS, 30, "ship to shop", "", "", "replenishment", "supplier"),
    ("plan promotion", SHOP, LAST, INFORMATION, 14, "", "", "forecast", "customer order", "customer"),
    ("take order", SHOP, LAST, INFORMATION, 0.2, "", "", "order", "customer order", "customer"),
    ("pass on custom order", SHOP, PLANT, INFORMATION, 1, "take order", CUSTOM, "order", "replenishment", "supplier"),
    ("deliver desk", SHOP, LAST, PRODUCT, 2, "ship to shop; take order", "", "order", "customer order", "internal"),
    ("collect payment", SHOP, LAST, FUNDS, 0.5, "deliver desk", "", "order", "customer order", "customer"),
    ("handle complaint", SHOP, LAST, INFORMATION, 3, "deliver desk", "", "order", "customer order", "customer"),
)  # fmt: skip
MACRO = {"internal": "internal supply chain", "supplier": "supplier relationship", "customer": "customer relationship"}
# Along the longest way, by hand: 2 + 1 + 20 + 3 + 1 + 2 + 2 (custom: 4) + 1 + 0.5 + 2 + 1 + 1 + 2 days.
TOTALS = {STANDARD: 38.5, CUSTOM: 40.5}
RESPONSES = {STANDARD: 4.0, CUSTOM: 13.5}
STOCK_AFTER = {STANDARD: "ship to warehouse", CUSTOM: "inspect boards"}
# Whose name misleads the words of the rules, and whose macro process the table sets by hand.
BY_HAND = ("order from warehouse", "pay warehouse", "plan promotion")

TROUBLE = 0.12  # share of orders on a bad lorry: everything goes wrong more often there
RATES = {"late": (0.04, 0.55), "damaged": (0.015, 0.20), "wrong_documents": (0.02, 0.25), "short": (0.04, 0.10)}
PARTS = {"on_time": "late", "in_full": "short", "undamaged": "damaged", "documents": "wrong_documents"}
CUSTOMERS = ("Ahorn offices", "Birke schools", "Linde homes")
ITEMS = (STANDARD, CUSTOM)
SINGLE = 0.6  # share of orders with one line
FIRMS: dict[str, tuple[float, float, float, float, float]] = {  # quarterly sales, cost share, days: stock, owed, owing
    PLANT: (2_050_000.0, 0.74, 52.0, 38.0, 45.0),
    DEPOT: (2_310_000.0, 0.93, 24.0, 30.0, 38.0),
    SHOP: (3_290_000.0, 0.78, 33.0, 4.0, 30.0),
}
QUARTERS = (("2025 Q1", 90), ("2025 Q2", 91), ("2025 Q3", 92), ("2025 Q4", 92), ("2026 Q1", 90))


@dataclass(frozen=True, kw_only=True)
class ChainTruth:
    """What a method should find.

    `cycles`, `macros` of every process; `totals`, `responses` [days] and `stock_after` of every product; `perfect`
    probability that an order is perfect, `rates` that it is on time, undamaged, with right documents and in full, so
    that `perfect` is above their product.
    """

    cycles: dict[str, str]
    macros: dict[str, str]
    totals: dict[str, float]
    responses: dict[str, float]
    stock_after: dict[str, str]
    perfect: float
    rates: dict[str, float]


def desk_chain(*, orders: int = 400, seed: int = 23) -> tuple[pd.DataFrame, ChainTruth]:
    """Make the one table of a maker of desks: all kinds of rows, told apart by `table`.

    Parameters
    ----------
    orders : int
        Orders of half a year, at least 10.
    seed : int
        The same seed gives the same table.

    Returns
    -------
    table : DataFrame
        See `casework.supply_chain.structure.read_chain`.
    truth : ChainTruth

    Raises
    ------
    ParameterError
        Fewer than 10 orders.

    Examples
    --------
    >>> table, truth = desk_chain(orders=10)
    >>> int((table["table"] == "process").sum()), truth.totals["standard desk"]
    (23, 38.5)
    """
    check_number("orders", orders, low=10)
    rng = np.random.default_rng(seed)
    placed, shipped = _orders(int(orders), rng)
    parts = {
        "stage": pd.DataFrame(STAGES, columns=["stage", "role", "cost", "price"]),
        "product": pd.DataFrame({"product": list(TOLERANCES), "tolerance": list(TOLERANCES.values())}),
        "process": _processes(),
        "order": placed,
        "shipment": shipped,
        "ledger": _ledgers(rng),
    }
    table = pd.concat([frame.assign(table=kind) for kind, frame in parts.items()], ignore_index=True)
    columns = [
        "table", "stage", "role", "cost", "price", "process", "partner", "flow", "lead_time", "after", "product",
        "tolerance", "trigger", "macro", "order", "line", "item", "quantity", "ordered", "promised",
        "customer", "delivered", "damaged", "wrong_documents", "firm", "period", "days", "sales", "cost_of_sales",
        "purchases", "inventory", "receivables", "payables",
    ]  # fmt: skip
    return table.reindex(columns=columns), _truth()


def _processes() -> pd.DataFrame:
    names = ["process", "stage", "partner", "flow", "lead_time", "after", "product", "trigger"]
    table = pd.DataFrame([row[:8] for row in PROCESSES], columns=names).replace("", None)
    macro = pd.Series([MACRO[row[9]] for row in PROCESSES])
    return table.assign(macro=macro.where(table["process"].isin(BY_HAND)))


def _truth() -> ChainTruth:
    shares = {name: good + TROUBLE * (bad - good) for name, (good, bad) in RATES.items()}
    fine = [float(np.prod([1 - RATES[name][i] for name in RATES])) for i in (0, 1)]
    return ChainTruth(
        cycles={row[0]: row[8] for row in PROCESSES},
        macros={row[0]: MACRO[row[9]] for row in PROCESSES},
        totals=dict(TOTALS),
        responses=dict(RESPONSES),
        stock_after=dict(STOCK_AFTER),
        perfect=(1 - TROUBLE) * fine[0] + TROUBLE * fine[1],
        rates={name: 1 - shares[fault] for name, fault in PARTS.items()},
    )


def _orders(n: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines of orders and one shipment for each; what goes wrong goes wrong with the first line of an order."""
    ordered = np.datetime64("2026-01-02") + np.sort(rng.integers(0, 180, n))
    trouble = rng.random(n) < TROUBLE
    bad = {name: rng.random(n) < np.where(trouble, *reversed(pair)) for name, pair in RATES.items()}
    lines = np.where(rng.random(n) < SINGLE, 1, 2)
    of = np.repeat(np.arange(n), lines)
    line = np.concatenate([np.arange(k) for k in lines])
    first = line == 0
    item = (rng.random(n) < 0.35).astype(int)[of] ^ line
    promised = ordered[of] + np.where((lines == 2) | (item[first] == 1), 14, 4)[of]
    quantity = rng.integers(2, 13, len(of))
    late = np.where(bad["late"], rng.geometric(0.3, n), -rng.integers(0, 3, n))[of]
    delivered = promised + np.where(first, late, np.minimum(late, 0))
    names = [f"A{i + 1:05d}" for i in range(n)]
    placed = pd.DataFrame(
        {
            "order": np.array(names)[of],
            "line": line + 1,
            "item": np.array(ITEMS)[item],
            "quantity": quantity,
            "ordered": ordered[of].astype(str),
            "promised": promised.astype(str),
            "customer": np.array(CUSTOMERS)[rng.choice(3, n, p=[0.5, 0.3, 0.2])][of],
        }
    )
    short = bad["short"][of] & first
    shipped = placed[["order", "line", "item"]].assign(
        quantity=np.where(short, np.maximum(quantity - rng.integers(1, 4, len(of)), 1), quantity),
        delivered=delivered.astype(str),
        **{name: np.where(bad[name][of] & first, "yes", "no") for name in ("damaged", "wrong_documents")},
    )
    return placed, shipped


def _ledgers(rng: np.random.Generator) -> pd.DataFrame:
    """Quarterly books of three firms: balances are sales or cost of sales times days, with some noise."""
    rows = []
    for firm, (sales, share, held, owed, owing) in FIRMS.items():
        noise = 1 + 0.04 * rng.standard_normal((len(QUARTERS), 5))
        for (period, days), z in zip(QUARTERS, noise, strict=True):
            sold = sales * z[0]
            cost = sold * share
            bought = cost * 0.7 * z[1]
            rows.append((firm, period, days, sold, cost, bought, held * z[2] * cost / days, owed * z[3] * sold / days,
                         owing * z[4] * bought / days))  # fmt: skip
    columns = ["firm", "period", "days", "sales", "cost_of_sales", "purchases", "inventory", "receivables", "payables"]
    table = pd.DataFrame(rows, columns=columns)
    table[columns[3:]] = table[columns[3:]].round(-2)
    return table
