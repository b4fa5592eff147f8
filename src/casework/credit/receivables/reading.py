"""Reading the documents of a ledger: every check, all problems at once, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn

Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NO_DAY = np.iinfo(np.int64).min
CENT = 0.005  # money below half a cent is nothing
SHOWN = 5  # rows that a message names
LONELY = (92, 0.01)  # days after all others, and share of the documents: such a day does not close a ledger
ROWS = ("row", "customer", "document", "kind", "invoice", "date", "due", "amount")
KIND_NAMES: tuple[str, ...] = ("invoice", "payment", "credit_note", "write_off")


@dataclass(kw_only=True)
class Documents:
    """Documents being read: arrays by row, which rows still stand, and what was wrong."""

    close: int
    currency: str = ""
    customers: pd.Index
    row: Days
    customer: Days
    document: npt.NDArray[np.object_]
    kind: Days
    invoice: Days
    date: Days
    due: Days
    amount: Floats
    attributes: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    left_out: list[tuple[Problem, int]] = field(default_factory=list)

    def note(self, where: str, bad: Bools, found: str, expected: str = "", fix: str = "") -> None:
        """Keep a problem of the rows that are bad."""
        if bad.any():
            self.keep(where, self.row[bad], found, expected, fix)

    def keep(self, where: str, rows: Days, found: str, expected: str, fix: str) -> None:
        """Keep a problem of rows by their number in the table."""
        named = t("{where}, {rows}", where=where, rows=name_rows(rows))
        self.problems.append(Problem(named, found, expected, fix))
        self.left_out.append((Problem(where, found), len(rows)))

    def drop(self, bad: Bools) -> None:
        """Take rows out; the places of invoices are those of the rows that stay, -1 for one that goes."""
        if not bad.any():
            return
        stay = ~bad
        known = (self.invoice >= 0) & stay[self.invoice]
        self.invoice = np.where(known, (np.cumsum(stay) - 1)[self.invoice], -1)
        for name in ROWS:
            setattr(self, name, getattr(self, name)[stay])


def read_documents(
    frame: pd.DataFrame, *, parts: Mapping[str, str], attributes: Sequence[str], close: int | None
) -> Documents:
    """Read and check documents; rows that are wrong are out, and told in `problems`.

    Raises
    ------
    DataError
        Columns are missing or occur twice, or there is no row.
    """
    table = _table(frame, parts, attributes)
    currency = table.get("currency")
    raw = _arrays(table, parts, attributes)
    if close is None:
        close = _last_day(raw.date[raw.date != NO_DAY])
    raw.close = close
    names = _text(table["invoice"])
    bad = _bad_rows(raw, parts) | _bad_currency(raw, currency, parts)
    names = names[~bad]
    raw.drop(bad)
    twice = pd.Series(raw.document).duplicated().to_numpy()
    raw.note(parts["document"], twice, t("a number that occurred before"), t("each document once"))
    names = names[~twice]
    raw.drop(twice)
    _link(raw, names, parts)
    _surplus(raw, parts)
    return raw


def _last_day(days: Days) -> int:
    """Return the last day, without a few far after all others: slips such as 2099, which would age every invoice."""
    if not len(days):
        return 0
    ordered = np.sort(days)
    gap, share = LONELY
    after = np.flatnonzero(np.diff(ordered) > gap) + 1
    tail = after[len(ordered) - after <= share * len(ordered)]
    return int(ordered[tail[0] - 1] if len(tail) else ordered[-1])


def _table(frame: pd.DataFrame, parts: Mapping[str, str], attributes: Sequence[str]) -> pd.DataFrame:
    """Return the columns needed, by part."""
    columns = [str(name) for name in frame.columns]
    wanted = {part: str(name) for part, name in parts.items() if part != "currency" or name in columns}
    asked = [*wanted.values(), *attributes]
    problems = [
        Problem(name, t("there is no such column"), fix=suggest(name, columns)) for name in asked if name not in columns
    ]
    problems += [
        Problem(name, t("a column that occurs twice"), t("each name once"))
        for name in dict.fromkeys(asked)
        if columns.count(name) > 1
    ]
    if not len(frame):
        problems.append(Problem(t("table"), t("no rows"), t("at least one document")))
    if problems:
        raise DataError(problems)
    named = {part: frame.iloc[:, columns.index(name)] for part, name in wanted.items()}
    extra = {f"attribute {name}": frame.iloc[:, columns.index(name)] for name in attributes}
    return pd.DataFrame({**named, **extra})


def _arrays(table: pd.DataFrame, parts: Mapping[str, str], attributes: Sequence[str]) -> Documents:
    codes, customers = pd.factorize(_series(table["customer"]), sort=True)
    code = codes.astype(np.int64)
    amount = pd.Series(pd.to_numeric(table["amount"], errors="coerce")).to_numpy(dtype=np.float64, na_value=np.nan)
    own = {name: _last(table[f"attribute {name}"], code, len(customers)) for name in attributes}
    return Documents(
        close=0,
        customers=pd.Index(customers, name="customer"),
        row=_row_numbers(table.index),
        customer=code,
        document=_text(table["document"]),
        kind=_kinds(table["kind"]),
        invoice=np.full(len(table), -1),
        date=_days(table["date"]),
        due=_days(table["due"]),
        amount=amount.copy(),
        attributes=pd.DataFrame(own, index=pd.Index(customers, name="customer")),
    )


def _row_numbers(index: pd.Index) -> Days:
    """Return the labels of the rows where they are numbers from 1 on, as a spreadsheet's are, else 1, 2, 3."""
    if pd.api.types.is_integer_dtype(index.dtype) and len(index) and index.min() > 0:
        return index.to_numpy(dtype=np.int64)
    return np.arange(1, len(index) + 1)


def _series(column: pd.Series) -> pd.Series:
    """Return a column as text; empty cells and empty text are missing."""
    if not isinstance(column.dtype, pd.StringDtype):
        whole = pd.api.types.is_float_dtype(column.dtype) and bool((column.dropna() % 1 == 0).all())
        column = (column.astype("Int64") if whole else column).astype("string")
    column = column.str.strip()
    return column.mask(column == "")


def _text(column: pd.Series) -> npt.NDArray[np.object_]:
    return np.asarray(_series(column).to_numpy(dtype=object), dtype=object)


def _kinds(column: pd.Series) -> Days:
    """Return the place of each kind, -1 for one that is not known."""
    codes, names = pd.factorize(_series(column))
    plain = [str(name).lower().replace(" ", "_").replace("-", "_") for name in names]
    known = [KIND_NAMES.index(name) if name in KIND_NAMES else -1 for name in plain]
    return np.array([*known, -1], dtype=np.int64)[codes]


def _days(column: pd.Series) -> Days:
    """Return days since 1970; `NO_DAY` for what is no day. Distinct texts are read once."""
    codes, texts = pd.factorize(column)
    named = pd.Series(texts)
    if not pd.api.types.is_datetime64_any_dtype(named.dtype):
        named = pd.to_datetime(named.astype(str).str.strip(), errors="coerce", format="ISO8601", utc=True)
    stamps = named.dt.tz_localize(None) if named.dt.tz is not None else named
    days = stamps.to_numpy().astype("datetime64[D]").astype(np.int64)
    return np.asarray(np.append(days, NO_DAY)[codes], dtype=np.int64)


def _last(column: pd.Series, code: Days, n: int) -> npt.NDArray[np.object_]:
    """Return the last entry of each customer that is not empty."""
    values = column.to_numpy(dtype=object)
    there = column.notna().to_numpy() & (code >= 0)
    found = np.full(n, None, dtype=object)
    found[code[there]] = values[there]
    return found


def _bad_rows(raw: Documents, parts: Mapping[str, str]) -> Bools:
    """Note what is wrong with a row alone."""
    invoice = raw.kind == 0
    known, dated = raw.kind >= 0, raw.date != NO_DAY
    with np.errstate(invalid="ignore"):
        money = np.isfinite(raw.amount) & (raw.amount > 0)
    checks = (
        ("customer", raw.customer < 0, t("empty"), t("a name"), ""),
        ("document", pd.isna(raw.document), t("empty"), t("a number"), ""),
        ("kind", ~known, t("a kind that is not known"), t("one of {values}", values=", ".join(KIND_NAMES)), ""),
        ("date", ~dated, t("not a day"), t("a day such as 2025-12-31"), ""),
        ("date", dated & (raw.date > raw.close), t("after {day}", day=str(np.datetime64(raw.close, "D"))),
         t("days up to the day at which the ledger is closed"),
         t("set as_of to a later day if they are right, or invalid to exclude to leave them out")),
        ("due", invoice & (raw.due == NO_DAY), t("not a day"), t("a day for every invoice"), ""),
        ("due", invoice & dated & (raw.due != NO_DAY) & (raw.due < raw.date), t("before the invoice"),
         t("the day of the invoice or later"), ""),
        ("amount", ~money, t("not above 0"), t("a number above 0; the kind says which way the money goes"), ""),
    )  # fmt: skip
    bad = np.zeros(len(raw.row), dtype=bool)
    for part, wrong, found, expected, fix in checks:
        mask = np.asarray(wrong, dtype=bool)
        raw.note(parts[part], mask, found, expected, fix)
        bad |= mask
    return bad


def _bad_currency(raw: Documents, column: pd.Series | None, parts: Mapping[str, str]) -> Bools:
    """Note documents of another currency than that of most."""
    if column is None:
        return np.zeros(len(raw.row), dtype=bool)
    codes, names = pd.factorize(_series(column))
    if not len(names):
        return np.zeros(len(raw.row), dtype=bool)
    most = int(np.bincount(codes[codes >= 0]).argmax())
    raw.currency = str(names[most])
    wrong = codes != most
    raw.note(parts["currency"], wrong, t("not {currency}", currency=raw.currency), t("one currency"),
             t("convert the amounts first, or read each currency alone"))  # fmt: skip
    return np.asarray(wrong, dtype=bool)


def _link(raw: Documents, names: npt.NDArray[np.object_], parts: Mapping[str, str]) -> None:
    """Find the invoice that each document settles; note those that cannot be."""
    own = np.flatnonzero(raw.kind == 0)
    index = pd.Index(raw.document[own])
    there = ~pd.isna(names) & (raw.kind != 0)
    place = np.full(len(raw.row), -1)
    found = index.get_indexer(pd.Index(names[there]))
    place[there] = np.where(found >= 0, own[found] if len(own) else -1, -1)
    unknown = there & (place < 0)
    foreign = (place >= 0) & (raw.customer != raw.customer[place])
    early = (place >= 0) & ~foreign & (raw.date < raw.date[place])
    lost = (raw.kind == 3) & ~there
    raw.note(parts["invoice"], unknown, t("an invoice that is not in the table"), t("the number of an invoice"))
    raw.note(parts["invoice"], foreign, t("an invoice of another customer"), t("an invoice of the same customer"))
    raw.note(parts["date"], early, t("before the invoice that it settles"), t("the day of the invoice or later"))
    raw.note(parts["invoice"], lost, t("a write-off that names no invoice"), t("the number of an invoice"))
    raw.invoice = place
    raw.drop(unknown | foreign | early | lost)


def _surplus(raw: Documents, parts: Mapping[str, str]) -> None:
    """Note settlements beyond what is open; the surplus of money and credit notes goes to the customer's account."""
    rows = np.flatnonzero(raw.invoice >= 0)
    rows = rows[np.lexsort((rows, raw.date[rows], raw.invoice[rows]))]
    of, money = raw.invoice[rows], raw.amount[rows]
    start = np.flatnonzero(np.append(True, np.diff(of) != 0)) if len(rows) else np.empty(0, np.int64)
    total = np.cumsum(money)
    before = total - money
    before = before - np.repeat(before[start], np.diff(np.append(start, len(rows))))
    room = np.maximum(raw.amount[of] - before, 0.0)
    over = money - room
    wrong = rows[over > CENT]
    if not len(wrong):
        return
    raw.keep(parts["amount"], raw.row[np.sort(wrong)], t("more than what is open of the invoice"),
             t("at most what is open"),
             t("set invalid to exclude to keep the surplus as money on account"))  # fmt: skip
    kept = wrong[raw.kind[wrong] != 3]
    extra = over[over > CENT][raw.kind[wrong] != 3]
    raw.amount[wrong] = room[over > CENT]
    for name in ROWS:
        setattr(raw, name, np.append(getattr(raw, name), getattr(raw, name)[kept]))
    raw.invoice[-len(kept) or len(raw.row) :] = -1
    raw.amount[-len(kept) or len(raw.row) :] = extra
    raw.drop(raw.amount <= 0)


def name_rows(rows: Days) -> str:
    """Name rows by their number, the first few of them."""
    names = t(", ").join(str(row) for row in rows[:SHOWN])
    if len(rows) > SHOWN:
        return tn("rows {names} and {n} more", "rows {names} and {n} more", len(rows) - SHOWN, names=names)
    return tn("row {names}", "rows {names}", len(rows), names=names)
