"""Ratings and measurements as they are given: read as numbers, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from casework.core.checks import suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t

Direction = Literal["more", "less", "target"]
DIRECTIONS: tuple[str, ...] = get_args(Direction)

TechnicalInput = pd.DataFrame | Mapping[str, Mapping[str, Any]]
NUMBERS = ("target", "effort", "cost")
KNOWN = ("unit", "direction", *NUMBERS)
EFFORT = (1.0, 5.0)  # easy to hard


def read_ratings(ratings: pd.DataFrame | None, needs: Sequence[str]) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read customers' ratings of products, and say what is wrong with them.

    Parameters
    ----------
    ratings : DataFrame, shape (needs, products), or None
        The own product in the first column; any scale on which more is better; empty where not asked.
    needs : sequence of str
        Names of the needs.
    """
    if ratings is None:
        return pd.DataFrame(index=pd.Index(needs, name="need")), ()
    table = ratings.set_axis([str(name) for name in ratings.index], axis=0)
    table.columns = [str(name) for name in table.columns]
    problems = _names(t("ratings"), list(table.index), needs)
    problems += _repeated(t("ratings"), list(table.columns))
    numbers = table.apply(pd.to_numeric, errors="coerce").astype(float)
    problems += [
        Problem(t("rating of {product} on {need}", need=repr(need), product=repr(product)), repr(cell), t("a number"))
        for need, product, cell in _unread(table, numbers)
    ]
    if problems:
        return numbers, tuple(problems)
    return numbers.reindex(pd.Index(needs, name="need")), ()


def read_technical(
    technical: TechnicalInput | None, names: Sequence[str], products: Sequence[str]
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read what is known of the characteristics, and say what is wrong with it.

    Parameters
    ----------
    technical : DataFrame or mapping of characteristic to mapping, or None
        `unit` (text), `direction` (more, less or target is better), `target`, `effort` (1 to 5), `cost` (at
        least 0), and one number for each product under its name. All may be left out.
    names : sequence of str
        The characteristics.
    products : sequence of str
        The products that customers rated, the own one first; further ones may be measured.

    Returns
    -------
    table : DataFrame, one row per characteristic
        Columns unit, direction, target, effort, cost, then the products.
    problems : tuple of Problem
        Unknown characteristics and directions, cells that are no number or out of range.
    """
    table = _technical_table(technical)
    extra = [name for name in table.columns if name not in KNOWN]
    rated = [name for place, name in enumerate(products) if place == 0 or name in extra]
    columns = [*KNOWN, *dict.fromkeys([*rated, *extra])]
    problems = _names(t("characteristics"), list(table.index), names)
    problems += _repeated(t("characteristics"), list(table.columns))
    if problems:
        return pd.DataFrame(index=list(names), columns=columns), tuple(problems)
    full = table.reindex(index=list(names), columns=columns)
    found = full[columns[2:]].apply(pd.to_numeric, errors="coerce").astype(float)
    found.insert(0, "unit", ["" if pd.isna(value) else str(value) for value in full["unit"]])
    found.insert(1, "direction", ["" if pd.isna(value) else str(value).strip() for value in full["direction"]])
    problems = _technical_faults(full, found)
    return found.rename_axis("characteristic"), tuple(problems)


def check_rows(name: str, table: Mapping[str, Any]) -> None:
    """Check that each row of a nested mapping is a mapping.

    Raises
    ------
    ParameterError
        Some are not; all of them are named.
    """
    wanted = t("a mapping of name to value")
    wrong = [
        Problem(f"{name}[{str(key)!r}]", repr(row), wanted)
        for key, row in table.items()
        if not isinstance(row, Mapping)
    ]
    if wrong:
        raise ParameterError(wrong)


def _technical_table(technical: TechnicalInput | None) -> pd.DataFrame:
    if technical is None:
        return pd.DataFrame(columns=list(KNOWN))
    if isinstance(technical, Mapping):
        check_rows("technical", technical)
        technical = pd.DataFrame.from_dict({str(name): dict(row) for name, row in technical.items()}, orient="index")
    table = technical.set_axis([str(name) for name in technical.index], axis=0)
    table.columns = [str(name) for name in table.columns]
    return table


def _technical_faults(full: pd.DataFrame, found: pd.DataFrame) -> list[Problem]:
    problems = [
        Problem(_place(name, "direction"), repr(value), t("one of {values}", values=", ".join(DIRECTIONS)))
        for name, value in found["direction"].items()
        if value and value not in DIRECTIONS
    ]
    columns = list(found.columns[2:])
    problems += [
        Problem(_place(name, column), repr(cell), t("a number"))
        for name, column, cell in _unread(full[columns], found[columns])
    ]
    low, high = EFFORT
    span = t("a number from {low:g} to {high:g}", low=low, high=high)
    rules = {"effort": (found["effort"].between(low, high), span)}
    rules["cost"] = (found["cost"] >= 0, t("a number of at least 0"))
    for column, (good, wanted) in rules.items():
        wrong = found.loc[~good & found[column].notna(), column]
        problems += [Problem(_place(name, column), repr(value), wanted) for name, value in wrong.items()]
    return problems


def _unread(table: pd.DataFrame, numbers: pd.DataFrame) -> list[tuple[str, str, Any]]:
    """List filled cells that are no finite number: row, column, cell."""
    cells = table.to_numpy(dtype=object)
    bad = table.notna().to_numpy() & ~np.isfinite(numbers.to_numpy(dtype=np.float64))
    return [
        (str(table.index[i]), str(table.columns[j]), cells[i, j])
        for i, j in np.argwhere(bad).tolist()
        if str(cells[i, j]).strip()
    ]


def _names(where: str, given: Sequence[str], known: Sequence[str]) -> list[Problem]:
    problems = [
        Problem(where, t("{value} is not known", value=repr(name)), fix=suggest(name, known))
        for name in dict.fromkeys(given)
        if name not in known
    ]
    return problems + _repeated(where, given)


def _repeated(where: str, names: Sequence[str]) -> list[Problem]:
    twice = pd.Index(names)[pd.Index(names).duplicated()].unique()
    return [Problem(where, t("{value} is there twice", value=repr(name)), t("each name once")) for name in twice]


def _place(name: object, column: str) -> str:
    return t("characteristic {name}, {column}", name=repr(str(name)), column=column)
