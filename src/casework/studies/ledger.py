"""What the studies of a receivables ledger share: the columns of its documents, and the day at which it is closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pydantic import Field, field_validator

from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.studies.base import StudyParameters

PARTS = ("customer", "document", "kind", "invoice", "date", "due", "amount", "currency")


class LedgerParameters(StudyParameters):
    """Which column of a ledger plays which part, and the day at which it is closed."""

    data: str = Field(
        "credit_ledger", description="bundled data set, or a file or SQL address of your own", min_length=1
    )
    customer: str = Field("customer", description="column of the customer", min_length=1)
    document: str = Field("document", description="column of the document's number", min_length=1)
    kind: str = Field("kind", description="column of the kind: invoice, payment, credit_note, write_off", min_length=1)
    invoice: str = Field("invoice", description="column of the invoice that a document settles", min_length=1)
    date: str = Field("date", description="column of the document's day", min_length=1)
    due: str = Field("due", description="column of the day on which an invoice is due", min_length=1)
    amount: str = Field("amount", description="column of the amount", min_length=1)
    currency: str = Field("currency", description="column of the currency, empty for none")
    as_of: str = Field("", description="day at which the ledger is closed, empty for that of the last document")

    @field_validator("as_of")
    @classmethod
    def _day(cls, value: str) -> str:
        from datetime import date

        if value.strip():
            try:
                date.fromisoformat(value.strip())
            except ValueError:
                raise ValueError(t("a day such as 2025-12-31")) from None
        return value.strip()


def parts_of(parameters: LedgerParameters, columns: Collection[str]) -> dict[str, str]:
    """Return the column of each part of a document, for the columns that there are."""
    named = {part: getattr(parameters, part) for part in PARTS}
    return {part: name for part, name in named.items() if name in columns}


def ledger_columns(parameters: LedgerParameters) -> list[Column]:
    """Return the columns of a ledger's documents; what documents must be to each other, the ledger checks."""
    p = parameters
    found = [
        Column(name=p.customer, kind="text", meaning=mark("customer"), missing=False),
        Column(name=p.document, kind="text", meaning=mark("number of the document"), missing=False),
        Column(name=p.kind, kind="text", meaning=mark("invoice, payment, credit_note or write_off"), missing=False),
        Column(name=p.invoice, kind="text", meaning=mark("invoice that is settled, empty for money on account")),
        Column(name=p.date, kind="text", meaning=mark("day of the document, such as 2025-12-31"), missing=False),
        Column(name=p.due, kind="text", meaning=mark("day on which an invoice is due")),
        Column(name=p.amount, kind="number", meaning=mark("amount, above 0"), missing=False),
    ]
    if p.currency:
        meaning = mark("currency of the amount")
        found.append(Column(name=p.currency, kind="text", meaning=meaning, required=False, parameter="currency"))
    return found


def one_column_each(columns: Sequence[Column], *, min_rows: int = 1) -> Contract:
    """Return a contract; of two columns with the same name the first counts."""
    unique = {column.name: column for column in reversed(columns)}
    return Contract(tuple(reversed(unique.values())), min_rows=min_rows)
