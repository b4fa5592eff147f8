"""The receivables ledger of the invented supplier: invoices, payments, credit notes and write-offs of three years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.datasets.synthetic.credit_world import YEARS, CreditWorld, FloatArray, IntArray, credit_world

START, END = np.datetime64("2023-01-01", "D"), np.datetime64("2025-12-31", "D")
WORSENING = 180  # days before a default in which a customer pays later and later
WORST_DELAY = 55  # extra days at the default itself
SLOW_DELAY = 22  # extra days of those who pay late by habit
RECOVERY_DAYS = (60, 330)  # from the default to what the law brings
WRITE_OFF_DAYS = 365  # from the default to the write-off of the rest
PARTIAL, CREDITED, ON_ACCOUNT = 0.08, 0.03, 0.004  # shares of the invoices
COLUMNS = ("customer", "industry", "grade", "document", "kind", "invoice", "date", "due", "amount", "currency")


def credit_ledger(*, customers: int = 1000, seed: int = 61) -> tuple[pd.DataFrame, CreditWorld]:
    """Draw the documents that a supplier booked in 2023 to 2025.

    Parameters
    ----------
    customers : int
        Customers of the world, at least 50.
    seed : int
        The same seed gives the same documents.

    Returns
    -------
    documents : DataFrame
        One row for each document, by date: `customer`, `industry`, `grade` (last rating), `document`, `kind`, `invoice`
        (the one it settles, empty for a payment on account), `date`, `due` (invoices only), `amount` (EUR, positive),
        `currency`.
    world : CreditWorld
        The truth behind them: who defaults when, and what is recovered.

    Raises
    ------
    ParameterError
        Fewer than 50 customers.

    Examples
    --------
    >>> documents, world = credit_ledger(customers=50, seed=1)
    >>> sorted(documents["kind"].unique().tolist())
    ['credit_note', 'invoice', 'payment', 'write_off']
    """
    world = credit_world(customers=customers, seed=seed)
    rng = np.random.default_rng([seed, 4])
    invoices = _invoices(world, rng)
    credited = _credit_notes(invoices, rng)
    documents = pd.concat(
        [invoices, credited, *_settled(invoices, credited, world, rng), _on_account(invoices, rng)], ignore_index=True
    )
    documents = documents[documents["date"] <= END].sort_values(["date", "order", "who"], kind="stable")
    return _named(documents.reset_index(drop=True), world, rng), world


def _invoices(world: CreditWorld, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the invoices of each customer from its first year until its default or the end."""
    begin = np.maximum(START, (world.first + YEARS[0] + 1 - 1970).astype("datetime64[Y]").astype("datetime64[D]"))
    end = np.where(np.isnat(world.default), END, world.default)
    days = np.maximum((end - begin).astype(np.int64), 0)
    a_year = rng.uniform(5, 14, len(days))
    who = np.repeat(np.arange(len(days)), rng.poisson(a_year * days / 365))
    date = begin[who] + np.floor(rng.random(who.size) * days[who]).astype(np.int64)
    amount = world.customers["purchases"].to_numpy()[who] / a_year[who] * rng.lognormal(-0.125, 0.5, who.size)
    frame = _documents("invoice", who, date, amount, 0)
    frame["due"] = date + world.customers["terms"].to_numpy()[who]
    frame = frame.sort_values(["date", "who"], kind="stable", ignore_index=True)
    return frame.assign(invoice=np.arange(len(frame)))


def _credit_notes(invoices: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw for some invoices a credit note of a part, before they are due."""
    of = invoices[rng.random(len(invoices)) < CREDITED]
    amount = of["amount"].to_numpy() * rng.uniform(0.05, 0.30, len(of))
    date = _days(of["date"]) + rng.integers(3, 13, len(of))
    return _documents("credit_note", of["who"].to_numpy(), date, amount, 1, invoice=of["invoice"].to_numpy())


def _settled(
    invoices: pd.DataFrame, credited: pd.DataFrame, world: CreditWorld, rng: np.random.Generator
) -> list[pd.DataFrame]:
    """Draw how each invoice ends: paid in one or two parts, or caught by the default, partly recovered, written off."""
    who, n = invoices["who"].to_numpy(), len(invoices)
    less = credited.groupby("invoice")["amount"].sum().reindex(range(n), fill_value=0.0).to_numpy()
    owed = np.round(invoices["amount"].to_numpy() - less, 2)
    paid_on = np.maximum(
        _days(invoices["date"]) + 1, _days(invoices["due"]) + np.round(_delay(invoices, world, rng)).astype(int)
    )
    caught = ~np.isnat(world.default[who]) & (paid_on >= world.default[who])
    part = np.where(rng.random(n) < PARTIAL, np.round(owed * rng.uniform(0.3, 0.7, n), 2), owed)
    fine, two = np.flatnonzero(~caught), np.flatnonzero(~caught & (part < owed))
    later = paid_on[two] + rng.integers(5, 30, two.size)
    lost_later = ~np.isnat(world.default[who[two]]) & (later >= world.default[who[two]])
    two, later = two[~lost_later], later[~lost_later]
    bad = np.flatnonzero(caught)
    back = np.round(owed[bad] * world.recovery[who[bad]], 2)
    back_on = world.default[who[bad]] + rng.integers(*RECOVERY_DAYS, len(world.default))[who[bad]]
    rest = np.round(owed[bad] - back, 2)
    kept, gone, ends = back > 0, rest > 0, world.default[who[bad]] + WRITE_OFF_DAYS
    return [
        _documents("payment", who[fine], paid_on[fine], part[fine], 2, invoice=fine),
        _documents("payment", who[two], later, owed[two] - part[two], 2, invoice=two),
        _documents("payment", who[bad][kept], back_on[kept], back[kept], 2, invoice=bad[kept]),
        _documents("write_off", who[bad][gone], ends[gone], rest[gone], 3, invoice=bad[gone]),
    ]


def _delay(invoices: pd.DataFrame, world: CreditWorld, rng: np.random.Generator) -> FloatArray:
    """Draw days beyond the due date: by quality and habit, and more and more in the half year before a default."""
    who, due = invoices["who"].to_numpy(), _days(invoices["due"])
    place = np.clip(due.astype("datetime64[Y]").astype(int) + 1970 - YEARS[0] - 1, 0, len(YEARS) - 1)
    slow = world.customers["slow"].to_numpy()[who]
    left = np.where(np.isnat(world.default[who]), 10_000, (world.default[who] - due).astype(np.int64))
    worse = WORST_DELAY * np.clip(1 - left / WORSENING, 0, 1)
    usual = np.maximum(-4, 1 - 4 * world.quality[who, place]) + SLOW_DELAY * slow
    return np.asarray(usual + worse + rng.gamma(1.5, 4.0, who.size) - 3)


def _on_account(invoices: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw a few payments that name no invoice."""
    of = invoices[rng.random(len(invoices)) < ON_ACCOUNT]
    date = _days(of["date"]) + rng.integers(1, 60, len(of))
    return _documents("payment", of["who"].to_numpy(), date, of["amount"].to_numpy() * 0.1, 2)


def _days(column: pd.Series) -> NDArray[np.datetime64]:
    """Return a column of dates as days: pandas keeps seconds, to which whole numbers would be seconds."""
    return column.to_numpy().astype("datetime64[D]")


def _documents(
    kind: str, who: IntArray, date: NDArray[Any], amount: FloatArray, order: int, *, invoice: IntArray | int = -1
) -> pd.DataFrame:
    """Return documents of one kind; `order` sorts those of one day, an invoice of -1 means none."""
    money = np.maximum(np.round(amount, 2), 0.01)
    return pd.DataFrame({"kind": kind, "who": who, "date": date, "amount": money, "order": order, "invoice": invoice})


def _named(documents: pd.DataFrame, world: CreditWorld, rng: np.random.Generator) -> pd.DataFrame:
    """Give documents their numbers and customers their names and last rating; days as ISO text."""
    own = world.customers.iloc[documents["who"]]
    last = np.clip(world.default_year - YEARS[0] - 1, 0, len(YEARS) - 1)
    grade = world.grade(last, rng.normal(0, 0.3, len(last)))
    letter = documents["kind"].map({"invoice": "R", "credit_note": "G", "payment": "Z", "write_off": "W"})
    number = letter + (documents.groupby("kind").cumcount() + 1).astype(str).str.zfill(6)
    is_invoice = (documents["kind"] == "invoice").to_numpy()
    names = pd.Series(number[is_invoice].to_numpy(), index=documents.loc[is_invoice, "invoice"].to_numpy())
    frame = pd.DataFrame(
        {
            "customer": own["customer"].to_numpy(),
            "industry": own["industry"].to_numpy(),
            "grade": grade[documents["who"].to_numpy()],
            "document": number,
            "kind": documents["kind"],
            "invoice": documents["invoice"].map(names).where(~is_invoice, None),
            "date": documents["date"].dt.strftime("%Y-%m-%d"),
            "due": documents["due"].dt.strftime("%Y-%m-%d").where(is_invoice, None),
            "amount": documents["amount"],
            "currency": "EUR",
        }
    )
    return frame[list(COLUMNS)]
