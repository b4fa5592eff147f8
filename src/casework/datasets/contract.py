"""What a study expects of a table, as plain data; `casework.datasets.checking` holds a table to it.

Light on purpose: a contract is made and shown without pandas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

ColumnKind = Literal["number", "integer", "category", "text", "any"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a contract.

    Parameters
    ----------
    name : str
        Column name in the file.
    kind : {'number', 'integer', 'category', 'text', 'any'}
        What its cells hold; 'any' is numbers where nearly all filled cells are numbers, else categories.
    meaning : str
        One line for people (a message of the catalogue).
    low, high : float, optional
        Valid range of numbers, both ends included.
    unit : str
        Unit of the numbers.
    codes : mapping of text to integer
        Text answers and the number each stands for; empty where answers are numbers already.
    required : bool
        A missing optional column is no problem: the section that needs it is left out, and says so.
    unique : bool
        No value may occur twice (a respondent's number).
    missing : bool
        Empty cells are allowed (they are counted and reported).
    varies : bool
        A column with one value only cannot be used.
    parameter : str
        Study parameter that names this column; where a caller sets it himself, the column must exist.
    """

    name: str
    kind: ColumnKind
    meaning: str = ""
    low: float | None = None
    high: float | None = None
    unit: str = ""
    codes: dict[str, int] = field(default_factory=dict)
    required: bool = True
    unique: bool = False
    missing: bool = True
    varies: bool = False
    parameter: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain form for JSON."""
        return {key: value for key, value in self.__dict__.items() if value not in (None, {}, "")}


@dataclass(frozen=True)
class Contract:
    """Columns that a study reads, and how many rows it needs at least."""

    columns: tuple[Column, ...]
    min_rows: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)
