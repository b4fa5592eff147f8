"""What the studies of a ledger share."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from casework.studies.ledger import LedgerParameters, ledger_columns, one_column_each, parts_of

COLUMNS = ["customer", "document", "kind", "invoice", "date", "due", "amount"]


def test_a_ledger_without_currency_is_whole() -> None:
    contract = one_column_each(ledger_columns(LedgerParameters(data="x")))
    assert list(contract.names) == [*COLUMNS, "currency"]
    assert [column.name for column in contract.columns if column.required] == COLUMNS
    assert "currency" not in parts_of(LedgerParameters(data="x"), COLUMNS)
    assert list(one_column_each(ledger_columns(LedgerParameters(data="x", currency=""))).names) == COLUMNS


def test_of_two_columns_with_one_name_the_first_counts() -> None:
    columns = ledger_columns(LedgerParameters(data="x", document="customer"))
    contract = one_column_each(columns, min_rows=2)
    assert list(contract.names) == ["customer", *COLUMNS[2:], "currency"]
    assert contract.columns[0].meaning == columns[0].meaning
    assert contract.min_rows == 2


def test_the_day_is_a_day() -> None:
    assert LedgerParameters(data="x", as_of=" 2025-06-30 ").as_of == "2025-06-30"
    with pytest.raises(ValidationError, match="a day such as 2025-12-31"):
        LedgerParameters(data="x", as_of="2025-02-30")
