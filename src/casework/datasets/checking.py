"""Hold a table to its contract: all problems at once, nothing dropped in silence.

Cells are first read as what the contract says they are (numbers, coded answers, text). Where a check fails, pandera
validates the whole table at once (`lazy=True`); for each check that fails, the cells are counted and the first ones
shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.core.checks import check_option, describe_range, suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn
from casework.core.options import InvalidAnswers
from casework.datasets.contract import Column, Contract
from casework.datasets.reading import Cells, read_cells
from casework.datasets.texts import shorten

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Mask = npt.NDArray[np.bool_]

SHOWN = 5
KEPT_ROWS = 1000
CELL_RULES = ("text", "code", "range")


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """Something that was left out, and why.

    Parameters
    ----------
    where : str
        Table and column.
    count : int
        How many cells or rows.
    reason : str
        A translated sentence.
    rows : tuple of int
        The rows, as a spreadsheet numbers them; the first thousand where there are more.
    """

    where: str
    count: int
    reason: str
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A table that meets its contract.

    Parameters
    ----------
    frame : DataFrame
        Columns of the contract, in its order; numbers and coded answers as floats, the rest as text. The index
        holds the row numbers that a spreadsheet shows.
    exclusions : tuple of Exclusion
        What was left out.
    missing : mapping of str to int
        Empty cells in each column that has some.
    """

    frame: pd.DataFrame
    exclusions: tuple[Exclusion, ...] = ()
    missing: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Rule:
    """One check of one column: `fails` gives a mask of cells, or one answer for the whole column."""

    column: int
    kind: str
    fails: Callable[[], Any]


@dataclass
class _Table:
    """The table while it is checked: cells by column, and the row numbers."""

    where: str
    columns: list[Column]
    cells: list[Cells]
    rows: Any

    def place(self, column: int) -> str:
        return t("{where}, column {name}", where=self.where, name=shorten(self.columns[column].name))

    def keep(self, kept: Mask) -> None:
        self.rows = self.rows[kept]
        self.cells = [cells.keep(kept) for cells in self.cells]


def check_frame(
    frame: pd.DataFrame,
    contract: Contract,
    *,
    where: str,
    invalid: str = "refuse",
    given: frozenset[str] = frozenset(),
    first_row: int = 2,
) -> Checked:
    """Hold a table to a contract.

    Parameters
    ----------
    frame : DataFrame, shape (n, k)
        As read; it is not changed.
    contract : Contract
        What the columns must hold.
    where : str
        Name of the table in messages.
    invalid : {'refuse', 'exclude'}
        Invalid answers are an error, or they become missing, rows of a respondent who is there already and
        rows without a needed answer are left out, and each of it is counted.
    given : frozenset of str
        Columns, or parameters that name a column, which the caller set himself: they must exist even where the
        contract calls them optional.
    first_row : int
        Row number of the first row, as a spreadsheet shows it.

    Returns
    -------
    Checked
        The table, what was left out, and how many cells are empty. Rows that are empty throughout are left
        out and counted in both modes.

    Raises
    ------
    DataError
        The table does not meet the contract: all problems at once.
    ParameterError
        `invalid` is neither of the two.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"q1": ["5", "3", "x"]})
    >>> contract = Contract((Column(name="q1", kind="integer", low=1, high=5),))
    >>> checked = check_frame(answers, contract, where="survey.csv", invalid="exclude")
    >>> checked.frame["q1"].tolist(), checked.exclusions[0].count
    ([5.0, 3.0, nan], 1)
    """
    check_option("invalid", invalid, InvalidAnswers)
    problems = _missing_columns(frame, contract, where, given)
    table, exclusions = _read(frame, contract, where, first_row)
    exclusions += _drop_empty(table, given)
    missing = {
        column.name: int(cells.missing.sum())
        for column, cells in zip(table.columns, table.cells, strict=True)
        if cells.missing.any()
    }
    if invalid == "exclude":
        exclusions += _exclude(table)
        problems += _validate(table, _column_rules(table))
    else:
        problems += _validate(table, _cell_rules(table) + _row_rules(table) + _column_rules(table))
    problems += _too_few(table, contract)
    if problems:
        raise DataError(problems)
    return Checked(frame=_frame(table), exclusions=tuple(exclusions), missing=missing)


def _missing_columns(frame: pd.DataFrame, contract: Contract, where: str, given: frozenset[str]) -> list[Problem]:
    names = [str(name) for name in frame.columns]
    problems = []
    for column in contract.columns:
        place = t("{where}, column {name}", where=where, name=shorten(column.name))
        if names.count(column.name) > 1:
            problems.append(Problem(place, t("the column is there more than once"), t("each name once")))
        elif _needed(column, given) and column.name not in names:
            problems.append(
                Problem(place, t("there is no such column"), t(column.meaning), suggest(column.name, names))
            )
    return problems


def _read(frame: pd.DataFrame, contract: Contract, where: str, first_row: int) -> tuple[_Table, list[Exclusion]]:
    """Return the contract's columns that are there, without the rows that are empty throughout."""
    import numpy as np

    names = [str(name) for name in frame.columns]
    rows = np.arange(len(frame)) + first_row
    columns = [column for column in dict.fromkeys(map(_Key, contract.columns)) if names.count(column.name) == 1]
    chosen = [key.column for key in columns]
    cells = [read_cells(frame.iloc[:, names.index(column.name)], column) for column in chosen]
    table = _Table(where, chosen, cells, rows)
    empty = _empty_rows(frame, cells)
    if not empty.any():
        return table, []
    told = _exclusion(where, rows[empty], tn("{n} empty row", "{n} empty rows", int(empty.sum())))
    table.keep(~empty)
    return table, [told]


def _drop_empty(table: _Table, given: frozenset[str]) -> list[Exclusion]:
    """Take an optional column without any answer as absent, and say so."""
    empty = [
        i
        for i, (column, cells) in enumerate(zip(table.columns, table.cells, strict=True))
        if not _needed(column, given) and len(table.rows) and cells.missing.all()
    ]
    told = [Exclusion(where=table.place(i), count=len(table.rows), reason=t("the column is empty")) for i in empty]
    table.columns = [column for i, column in enumerate(table.columns) if i not in empty]
    table.cells = [cells for i, cells in enumerate(table.cells) if i not in empty]
    return told


def _needed(column: Column, given: frozenset[str]) -> bool:
    return column.required or column.name in given or bool(column.parameter and column.parameter in given)


class _Key:
    """A column known by its name, so that one that is named twice in a contract is read once."""

    def __init__(self, column: Column) -> None:
        self.column, self.name = column, column.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


def _empty_rows(frame: pd.DataFrame, cells: Sequence[Cells]) -> Mask:
    """Return which rows are empty in every column of the file; most files are cleared by the first columns."""
    import numpy as np

    empty = np.ones(len(frame), dtype=bool)
    for one in cells:
        empty &= one.missing
    for position in range(frame.shape[1]):
        if not empty.any():
            break
        empty[empty] = frame.iloc[:, position][empty].isna().to_numpy()
    return empty


def _cell_rules(table: _Table) -> list[_Rule]:
    return [_Rule(i, kind, _fault(table, i, kind)) for i in range(len(table.cells)) for kind in CELL_RULES]


def _fault(table: _Table, i: int, kind: str) -> Callable[[], Mask]:
    return lambda: table.cells[i].fault(kind, table.columns[i])


def _row_rules(table: _Table) -> list[_Rule]:
    rules = []
    for i, column in enumerate(table.columns):
        if not column.missing:
            rules.append(_Rule(i, "missing", lambda i=i: table.cells[i].missing))  # type: ignore[misc]
        if column.unique:
            rules.append(_Rule(i, "twice", lambda i=i: table.cells[i].repeated()))  # type: ignore[misc]
    return rules


def _column_rules(table: _Table) -> list[_Rule]:
    rules = []
    for i, column in enumerate(table.columns):
        rules.append(_Rule(i, "empty", lambda i=i: table.cells[i].all_missing()))  # type: ignore[misc]
        if column.varies:
            rules.append(_Rule(i, "constant", lambda i=i: table.cells[i].constant()))  # type: ignore[misc]
    return rules


def _validate(table: _Table, rules: Sequence[_Rule]) -> list[Problem]:
    """Return the problems in the order of the columns; pandera tells them, and is asked only where there are some."""
    if len(table.rows) == 0 or not any(_is_broken(rule) for rule in rules):
        return []
    failed = _failed(table, rules)
    return [_problem(table, rule) for rule in sorted(failed, key=lambda rule: rule.column)]


def _is_broken(rule: _Rule) -> bool:
    import numpy as np

    return bool(np.any(rule.fails()))


def _failed(table: _Table, rules: Sequence[_Rule]) -> list[_Rule]:
    import pandas as pd
    import pandera.pandas as pa

    named = {f"{rule.column} {rule.kind}": rule for rule in rules}
    checks: dict[str, list[Any]] = {str(i): [] for i in range(len(table.cells))}
    for name, rule in named.items():
        checks[str(rule.column)].append(
            pa.Check(_holds(rule), name=name, error=name, n_failure_cases=1, ignore_na=False)
        )
    values = pd.DataFrame({str(i): cells.data for i, cells in enumerate(table.cells)}, copy=False)
    schema = pa.DataFrameSchema({key: pa.Column(nullable=True, checks=own) for key, own in checks.items()})
    try:
        schema.validate(values, lazy=True, inplace=True)
    except pa.errors.SchemaErrors as errors:
        found = set(errors.failure_cases["check"].astype(str))
        return [rule for name, rule in named.items() if name in found]
    return []


def _holds(rule: _Rule) -> Callable[[Any], Any]:
    def holds(series: pd.Series[Any]) -> Any:
        import numpy as np

        fails = rule.fails()
        return not fails if isinstance(fails, bool) else type(series)(np.logical_not(fails), series.index)

    return holds


def _problem(table: _Table, rule: _Rule) -> Problem:
    column, cells, place = table.columns[rule.column], table.cells[rule.column], table.place(rule.column)
    if rule.kind == "empty":
        return Problem(place, t("no cell holds a valid answer"), _expected(column), _fill(column))
    if rule.kind == "constant":
        return Problem(
            place,
            t("all answers are the same, {value}", value=shorten(cells.first())),
            t("at least two different answers"),
            t("Take another column, or a larger sample"),
        )
    fails = rule.fails()
    count = int(fails.sum())
    found = _found(rule.kind, count, cells, _first(table, rule.column, fails))
    expected, fix = _remedy(rule.kind, column)
    return Problem(place, found, expected, fix)


def _found(kind: str, count: int, cells: Cells, first: str) -> str:
    total = cells.total if kind == "missing" else cells.answers
    if kind == "text":
        return t("{count} of {total} answers are not numbers ({first})", count=count, total=total, first=first)
    if kind == "code":
        return t("{count} of {total} answers are not known ({first})", count=count, total=total, first=first)
    if kind == "range":
        return t("{count} of {total} answers are not valid ({first})", count=count, total=total, first=first)
    if kind == "twice":
        return t("{count} of {total} values occur again ({first})", count=count, total=total, first=first)
    return t("{count} of {total} cells are empty ({first})", count=count, total=total, first=first)


def _first(table: _Table, column: int, fails: Mask) -> str:
    positions = fails.nonzero()[0][: SHOWN + 1]
    raw = table.cells[column].raw
    shown = [
        t("row {row}", row=table.rows[i])
        if table.cells[column].missing[i]
        else t("row {row}: {value}", row=table.rows[i], value=shorten(raw.iloc[i]))
        for i in positions[:SHOWN]
    ]
    return t(", ").join(shown) + (", ..." if len(positions) > SHOWN else "")


def _remedy(kind: str, column: Column) -> tuple[str, str]:
    if kind == "twice":
        return t("each value once"), t("Delete the rows that are there twice, or choose invalid: exclude")
    if kind == "missing":
        return t("every cell filled"), t("Fill the cells, or choose invalid: exclude")
    return _expected(column), t("Correct the cells in the file, or choose invalid: exclude")


def _fill(column: Column) -> str:
    return t("Fill the column, or take another one") if column.required else t("Fill or delete the column")


def _expected(column: Column) -> str:
    """Say what a cell of the column may hold."""
    if column.codes:
        values = ", ".join(f"{shorten(text)} = {code}" for text, code in column.codes.items())
        return t("one of {values}", values=values)
    if column.kind in ("category", "text"):
        return t("text")
    if column.kind == "any":
        return t("numbers throughout, or categories")
    low = float("-inf") if column.low is None else column.low
    high = float("inf") if column.high is None else column.high
    limits = describe_range(low, high)
    whole = t("whole numbers, {range}", range=limits)
    said = whole if column.kind == "integer" else t("numbers, {range}", range=limits)
    return f"{said} [{t(column.unit)}]" if column.unit else said


def _exclude(table: _Table) -> list[Exclusion]:
    """Make invalid cells missing, leave out rows that cannot be used, and tell each of it."""
    told = []
    for rule in _failed(table, _cell_rules(table)) if len(table.rows) else []:
        fails = rule.fails()
        problem = _problem(table, rule)
        told.append(_exclusion(problem.where, table.rows[fails], problem.found))
        table.cells[rule.column] = table.cells[rule.column].without(fails)
    kept = None
    for rule in _row_rules(table):
        fails = rule.fails() if kept is None else rule.fails() & kept
        if not fails.any():
            continue
        told.append(_exclusion(table.place(rule.column), table.rows[fails], _row_reason(rule.kind, fails)))
        kept = ~fails if kept is None else kept & ~fails
    if kept is not None:
        table.keep(kept)
    return told


def _row_reason(kind: str, fails: Mask) -> str:
    count = int(fails.sum())
    if kind == "twice":
        return tn(
            "{n} row left out, because its value is there already",
            "{n} rows left out, because their value is there already",
            count,
        )
    return tn(
        "{n} row left out, because a needed answer is missing",
        "{n} rows left out, because a needed answer is missing",
        count,
    )


def _exclusion(where: str, rows: Any, reason: str) -> Exclusion:
    return Exclusion(where=where, count=len(rows), reason=reason, rows=tuple(rows[:KEPT_ROWS].tolist()))


def _too_few(table: _Table, contract: Contract) -> list[Problem]:
    found, needed = len(table.rows), max(1, contract.min_rows)
    if found >= needed:
        return []
    return [
        Problem(
            table.where,
            tn("{n} row can be used", "{n} rows can be used", found),
            tn("at least {n} row", "at least {n} rows", needed),
        )
    ]


def _frame(table: _Table) -> pd.DataFrame:
    import pandas as pd

    columns = {column.name: cells.data for column, cells in zip(table.columns, table.cells, strict=True)}
    return pd.DataFrame(columns, copy=False).set_axis(pd.Index(table.rows), axis=0)
