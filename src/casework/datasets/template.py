"""Write an empty table with the columns that a study reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from casework.core.checks import describe_range
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.datasets.contract import Column, Contract
from casework.datasets.export import SHEET, write_csv, write_sheets
from casework.datasets.workbooks import DESCRIPTION_SHEET

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".csv", ".xlsx")
KINDS: dict[str, str] = {
    "number": mark("number"),
    "integer": mark("whole number"),
    "category": mark("category"),
    "text": mark("text"),
    "any": mark("number or category"),
}


def write_template(contract: Contract, path: Path, rows: int = 0, *, overwrite: bool = False) -> Path:
    """Write an empty CSV or Excel file with the columns of a contract.

    Parameters
    ----------
    contract : Contract
        What the study reads.
    path : Path
        Ends in `.csv` or `.xlsx`; a workbook gets a second sheet that says what each column means.
    rows : int
        How many rows to number in columns whose values occur once (a respondent's number), at least 0.
    overwrite : bool
        Replace a file that is there.

    Raises
    ------
    ParameterError
        Another ending, a negative number of rows, or the file is there already.
    """
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise ParameterError(
            Problem("path", repr(path.name), t("a name that ends in {values}", values=", ".join(ENDINGS)))
        )
    if rows < 0:
        raise ParameterError(Problem("rows", str(rows), t("a number {range}", range=describe_range(0, float("inf")))))
    if path.exists() and not overwrite:
        raise ParameterError(
            Problem("path", t("{name} is there already", name=path.name), fix=t("Choose another name"))
        )
    empty = template_frame(contract, rows)
    if path.suffix.lower() == ".csv":
        return write_csv(empty, path, excel=True)
    return write_sheets({SHEET: empty, DESCRIPTION_SHEET: describe_contract(contract)}, path)


def template_frame(contract: Contract, rows: int = 0) -> pd.DataFrame:
    """Return the empty table: columns in the order of the contract, `rows` rows."""
    import pandas as pd

    return pd.DataFrame(
        {column.name: range(1, rows + 1) if column.unique else [None] * rows for column in contract.columns}
    )


def describe_contract(contract: Contract) -> pd.DataFrame:
    """Return one row for each column: name, meaning, type, values, unit, whether it is needed."""
    import pandas as pd

    rows = [
        (
            column.name,
            t(column.meaning) if column.meaning else "",
            t(KINDS[column.kind]),
            describe_values(column),
            t(column.unit) if column.unit else "",
            t("yes") if column.required else t("no"),
        )
        for column in contract.columns
    ]
    heads = (
        mark("column"),
        mark("meaning"),
        mark("type"),
        mark("values"),
        mark("unit"),
        mark("needed"),
    )
    return pd.DataFrame(rows, columns=[t(head) for head in heads])


def describe_values(column: Column) -> str:
    """Say which values a column may hold.

    Examples
    --------
    >>> describe_values(Column(name="q1", kind="integer", low=1, high=5))
    'at least 1, at most 5'
    >>> describe_values(Column(name="q2", kind="category", codes={"yes": 1, "no": 0}))
    'yes = 1, no = 0'
    """
    if column.codes:
        return t(", ").join(f"{text} = {code}" for text, code in column.codes.items())
    if column.low is None and column.high is None:
        return ""
    low = float("-inf") if column.low is None else column.low
    high = float("inf") if column.high is None else column.high
    return describe_range(low, high)
