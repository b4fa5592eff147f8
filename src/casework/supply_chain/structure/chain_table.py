"""A whole chain in one table: stages, products, processes, orders, shipments and ledgers, told apart by a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_number, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.options import allowed
from casework.core.result import Result
from casework.supply_chain.structure.processes import OPTIONAL, REQUIRED, ProcessTable, read_processes
from casework.supply_chain.structure.stages import ROLES
from casework.supply_chain.structure.tables import choose, listing, numbers, require, texts

Kind = Literal["stage", "product", "process", "order", "shipment", "ledger"]
KINDS = allowed(Kind)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "stage": ("stage", "role", "cost", "price"),
    "product": ("product", "tolerance"),
    "process": (*REQUIRED, *OPTIONAL),
    "order": ("order", "line", "item", "quantity", "ordered", "promised"),
    "shipment": ("order", "line", "item", "quantity", "delivered", "damaged", "wrong_documents"),
    "ledger": (
        "firm", "period", "days", "sales", "cost_of_sales", "purchases", "inventory", "receivables", "payables",
    ),
}  # fmt: skip
HEADINGS = (
    mark("table"),
    mark("role"),
    mark("tolerance"),
    mark("ordered"),
    mark("promised"),
    mark("delivered"),
    mark("damaged"),
    mark("wrong documents"),
    mark("line"),
    mark("item"),
    mark("sales"),
    mark("cost of sales"),
    mark("purchases"),
    mark("inventory"),
    mark("receivables"),
    mark("payables"),
)


@dataclass(frozen=True, kw_only=True)
class ChainTable(Result):
    """What one table says of a chain.

    Attributes
    ----------
    chain : ProcessTable
        Processes and stages, checked.
    tolerances : mapping of product to float
        Days that customers wait, for every product.
    costs : DataFrame
        stage, cost, price [currency/unit] of the stages before the customer; empty where the table has none.
    value : float
        What a unit is worth to the customer [currency/unit]; not a number where nothing says it.
    orders, shipments, ledger : DataFrame
        Rows of their kind with the columns that are filled, unchecked; empty where there are none.
    """

    chain: ProcessTable
    tolerances: Mapping[str, float]
    costs: pd.DataFrame
    value: float
    orders: pd.DataFrame
    shipments: pd.DataFrame
    ledger: pd.DataFrame
    notes: tuple[str, ...] = field(default=())

    @property
    def has_orders(self) -> bool:
        """Whether orders and shipments are there."""
        return bool(len(self.orders) and len(self.shipments))

    @property
    def has_surplus(self) -> bool:
        """Whether costs, prices and value are there."""
        return bool(len(self.costs) and np.isfinite(self.value))

    def to_frame(self) -> pd.DataFrame:
        """Return the processes."""
        return self.chain.to_frame()

    def summary(self) -> str:
        """Say what is there."""
        return t(
            "{processes} {orders:,} lines of orders, {shipments:,} shipments, {ledger:,} rows of ledgers.",
            processes=self.chain.summary(),
            orders=len(self.orders),
            shipments=len(self.shipments),
            ledger=len(self.ledger),
        )


def read_chain(
    frame: pd.DataFrame,
    *,
    stages: Sequence[str] = (),
    tolerance: float = 7.0,
    tolerances: Mapping[str, float] | None = None,
    value: float | None = None,
) -> ChainTable:
    """Read all that one table says of a chain.

    Parameters
    ----------
    frame : DataFrame
        A column `table` says what a row is: stage, product, process, order, shipment or ledger; process where it is
        empty or missing, so that a plain process table will do. Columns of each kind are in `COLUMNS`; orders may
        have more (to group by). Stages stand from the source to the customer; the price of the customer's row is what
        a unit is worth to the customer.
    stages : sequence of str
        Stages as `name:role`, or roles, instead of those of the table. Where neither names any, stages are called by
        their roles.
    tolerance : float
        Days that customers wait for a product that has no tolerance of its own, at least 0.
    tolerances : mapping of product to float, optional
        Days [at least 0] that win over those of the table.
    value : float, optional
        What a unit is worth to the customer [currency/unit, at least 0], instead of the price of the customer's row.

    Returns
    -------
    ChainTable

    Raises
    ------
    DataError
        A kind of row is not known, no row is a process, a stage has a cost but no price, a product is not known, or
        the processes are wrong (see `read_processes`).
    ParameterError
        Stages, tolerances or the value are wrong.

    Examples
    --------
    >>> table = pd.DataFrame({"process": ["press", "sell"], "stage": ["manufacturer", "retailer"],
    ...                       "lead_time": [4, 0], "after": ["", "press"]})
    >>> read_chain(table).chain.stages.names
    ('manufacturer', 'retailer', 'customer')
    """
    require(frame, REQUIRED, table=t("table of the chain"))
    check_number("tolerance", tolerance, low=0, unit="days")
    parts = {kind: _filled(rows, kind) for kind, rows in _parts(frame).items()}
    roles = _roles(stages) or _named_roles(parts["stage"]) or _plain_roles(parts["process"])
    chain = read_processes(parts["process"], stages=roles)
    costs, worth = _costs(parts["stage"], chain)
    return ChainTable(
        chain=chain,
        tolerances=_tolerances(parts["product"], chain.products, tolerance, tolerances or {}),
        costs=costs,
        value=worth if value is None else check_number("value", value, low=0),
        orders=parts["order"],
        shipments=parts["shipment"],
        ledger=parts["ledger"],
        notes=(*chain.notes, *_notes(parts)),
    )


def _parts(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows by kind."""
    problems: list[Problem] = []
    named = frame["table"] if "table" in frame else pd.Series("", index=frame.index)
    kinds = choose(named, KINDS, where=t("column {name}", name="'table'"), problems=problems).replace("", "process")
    if not problems and not (kinds == "process").any():
        problems.append(Problem(t("column {name}", name="'table'"), t("no row is a process"), t("at least one row")))
    if problems:
        raise DataError(problems)
    return {kind: frame[(kinds == kind).to_numpy()] for kind in KINDS}


def _filled(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Columns of a kind, without the optional ones that are empty; other columns stay with orders, to group by."""
    others = {name for names in COLUMNS.values() for name in names} | {"table"}
    needed = {"process": REQUIRED, "order": COLUMNS["order"], "shipment": COLUMNS["shipment"][:5]}.get(kind, ())
    kept = [
        name
        for name in rows.columns
        if (name in COLUMNS[kind] or (kind == "order" and name not in others))
        and ((name in needed and name != "line") or not rows[name].isna().all())
    ]
    return rows[kept].reset_index(drop=True)


def _roles(stages: Sequence[str]) -> dict[str, str]:
    """Read `name:role` texts."""
    if isinstance(stages, str):
        stages = [stages]
    pairs = [str(text).replace("：", ":").rpartition(":") for text in stages]
    named = [(name.strip() or role.strip(), role.strip()) for name, _, role in pairs]
    twice = [name for name, _ in named if [first for first, _ in named].count(name) > 1]
    if twice:
        raise ParameterError(
            [Problem("stages", t("{name} occurs twice", name=repr(name)), t("each name once")) for name in set(twice)]
        )
    return dict(named)


def _named_roles(rows: pd.DataFrame) -> dict[str, str]:
    """Stages of the table with their roles; a stage without a role is called by it."""
    if not len(rows):
        return {}
    table = t("rows of stages")
    require(rows, ["stage"], table=table)
    names = texts(rows["stage"])
    roles = texts(rows["role"]) if "role" in rows else names
    problems = [
        Problem(table, t("{name} occurs twice", name=repr(name)), t("each name once"))
        for name in names[names.duplicated()].unique()
    ]
    problems += [
        Problem(
            t("stage {name}", name=repr(name)),
            t("role {role} is not known", role=repr(role)),
            t("one of {values}", values=t(", ").join(ROLES)),
            suggest(role, ROLES),
        )
        for name, role in zip(names, roles.where(roles != "", names), strict=True)
        if role not in ROLES
    ]
    if problems:
        raise DataError(problems)
    return dict(zip(names, roles.where(roles != "", names), strict=True))


def _plain_roles(rows: pd.DataFrame) -> dict[str, str]:
    """Roles that the processes themselves name, and the customer."""
    named = set(texts(rows["stage"])) | (set(texts(rows["partner"])) if "partner" in rows else set())
    lower = {name.casefold() for name in named if name}
    strange = sorted(name for name in named if name and name.casefold() not in ROLES)
    if strange:
        raise DataError(
            Problem(
                t("column {name}", name="'stage'"),
                t("no role is known for {names}", names=listing(strange)),
                t("roles ({values}), or rows of kind 'stage', or stages as name:role", values=t(", ").join(ROLES)),
                suggest(strange[0], ROLES),
            )
        )
    return {role: role for role in ROLES if role in lower or role == "customer"}


def _costs(rows: pd.DataFrame, chain: ProcessTable) -> tuple[pd.DataFrame, float]:
    """Costs and prices of the stages before the customer, and the value to the customer."""
    empty = pd.DataFrame(columns=["stage", "cost", "price"])
    if not {"cost", "price"} <= set(rows.columns):
        return empty, float("nan")
    names = texts(rows["stage"]).tolist()
    problems: list[Problem] = []
    both = {
        name: numbers(rows[name], where=t("column {name}", name=repr(name)), problems=problems, low=0, empty=True)
        for name in ("cost", "price")
    }
    last = np.array([name == chain.stages.names[-1] for name in names])
    lacking = [
        Problem(t("stage {name}", name=repr(name)), t("no cost or no price"), t("both, or none for any stage"))
        for name, done, cost, price in zip(names, last, both["cost"], both["price"], strict=True)
        if not done and np.isnan(cost + price)
    ]
    if problems or lacking:
        raise DataError([*problems, *lacking])
    table = pd.DataFrame({"stage": names, **both})[~last].reset_index(drop=True)
    worth = both["price"][last]
    return table if len(table) else empty, float(worth[0]) if len(worth) else float("nan")


def _tolerances(
    rows: pd.DataFrame, products: tuple[str, ...], usual: float, given: Mapping[str, float]
) -> dict[str, float]:
    """Days for every product: given, else of the table, else the usual ones."""
    found: dict[Any, float] = dict.fromkeys(products, float(usual))
    if len(rows):
        require(rows, ["product"], table=t("rows of products"))
        names = texts(rows["product"])
        problems: list[Problem] = []
        days = rows["tolerance"] if "tolerance" in rows else pd.Series(np.nan, index=rows.index)
        where = t("column {name}", name="'tolerance'")
        wait = numbers(days, where=where, problems=problems, low=0, empty=True)
        problems += [
            Problem(t("rows of products"), t("{value} is not a product", value=repr(name)), fix=suggest(name, products))
            for name in names.unique()
            if name not in products
        ]
        if problems:
            raise DataError(problems)
        found |= {name: float(x) for name, x in zip(names, wait, strict=True) if np.isfinite(x)}
    return {**found, **given}


def _notes(parts: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    notes = []
    if bool(len(parts["order"])) != bool(len(parts["shipment"])):
        notes.append(t("Measures of orders need rows of orders and of shipments; one of the two is missing."))
    ignored = {kind: len(rows) for kind, rows in parts.items() if kind == "product" and "tolerance" not in rows}
    if ignored.get("product"):
        notes.append(
            tn("{n} product has no tolerance of its own.", "{n} products have no tolerance of their own.",
               ignored["product"])
        )  # fmt: skip
    return tuple(notes)
