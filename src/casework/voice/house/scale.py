"""How strongly a characteristic serves a need: numbers of a scale, or the symbols that are drawn in a house."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t

Floats = npt.NDArray[np.float64]

STRENGTHS: tuple[float, ...] = (9.0, 3.0, 1.0)
# Symbols of a three-step scale, strongest first: Hauser & Clausing (1988) and the Japanese standard charts.
SYMBOLS: tuple[tuple[str, ...], ...] = (
    ("●", "◎", "⊙", "⦿", "strong"),
    ("○", "◯", "〇", "o", "medium", "moderate"),
    ("△", "▲", "▽", "▼", "∆", "weak"),
)
EMPTY = ("", "-", "–", "nan", "none", "<na>")


def check_scale(scale: Sequence[float]) -> tuple[float, ...]:
    """Check a scale of strengths and return it as floats.

    Parameters
    ----------
    scale : sequence of float
        Strengths above 0, strongest first, each once; 0 (no relation) is always allowed and not listed.

    Raises
    ------
    ParameterError
        Empty, not numbers above 0, or not falling.

    Examples
    --------
    >>> check_scale([9, 3, 1])
    (9.0, 3.0, 1.0)
    """
    try:
        levels = tuple(float(level) for level in scale)
    except (TypeError, ValueError):
        levels = ()
    falling = all(first > second for first, second in pairwise(levels))
    if not levels or not np.isfinite(levels).all() or min(levels) <= 0 or not falling:
        wanted = t("numbers above 0, strongest first, such as 9, 3, 1")
        raise ParameterError(Problem("scale", repr(scale), wanted))
    return levels


def symbol_codes(scale: Sequence[float]) -> dict[str, float]:
    """Return which symbols and words stand for which strength; none where the scale has not three steps.

    Examples
    --------
    >>> symbol_codes((9, 3, 1))["○"], symbol_codes((5, 1))
    (3.0, {})
    """
    levels = check_scale(scale)
    if len(levels) != len(SYMBOLS):
        return {}
    return {symbol: level for level, symbols in zip(levels, SYMBOLS, strict=True) for symbol in symbols}


def read_relations(
    relations: pd.DataFrame, scale: Sequence[float] = STRENGTHS
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read a table of relations as numbers, and say what is wrong with it.

    Parameters
    ----------
    relations : DataFrame, shape (needs, characteristics)
        Strengths of the scale, their symbols or words, 0 or empty; names in index and columns.
    scale : sequence of float
        As for `check_scale`.

    Returns
    -------
    strengths : DataFrame of float, shape (needs, characteristics)
        0 where there is no relation; the names as text.
    problems : tuple of Problem
        Cells that are none of this, by row and column; names that occur twice; an empty table.

    Examples
    --------
    >>> table = pd.DataFrame({"thickness": [9, "△"], "colour": [None, "strong"]}, index=["light", "handsome"])
    >>> read_relations(table)[0].to_numpy().tolist()
    [[9.0, 0.0], [1.0, 9.0]]
    """
    levels = check_scale(scale)
    needs, names = [str(name) for name in relations.index], [str(name) for name in relations.columns]
    cells = relations.to_numpy(dtype=object)
    values = _read_cells(cells, levels, symbol_codes(levels))
    found = pd.DataFrame(values, index=pd.Index(needs, name="need"), columns=names)
    problems = [*_empty_table(found), *_twice(t("need"), needs), *_twice(t("characteristic"), names)]
    problems += [
        Problem(_place(needs[row], names[column]), repr(cells[row, column]), describe_scale(levels))
        for row, column in np.argwhere(np.isnan(values)).tolist()
    ]
    return found.fillna(0.0), tuple(problems)


def relation_matrix(relations: pd.DataFrame, *, scale: Sequence[float] = STRENGTHS) -> pd.DataFrame:
    """Return a table of relations as numbers.

    Parameters
    ----------
    relations, scale
        As for `read_relations`.

    Raises
    ------
    DataError
        A cell is not on the scale, or a name occurs twice: all problems at once.
    ParameterError
        The scale is not falling or not above 0.
    """
    found, problems = read_relations(relations, scale)
    if problems:
        raise DataError(problems)
    return found


def describe_scale(levels: Sequence[float]) -> str:
    """Say which strengths there are.

    Examples
    --------
    >>> describe_scale((9.0, 3.0, 1.0))
    'one of 9, 3, 1, their symbols ● ○ △, or empty'
    """
    numbers = t(", ").join(f"{level:g}" for level in levels)
    if len(levels) != len(SYMBOLS):
        return t("one of {values}, or empty", values=numbers)
    signs = " ".join(symbols[0] for symbols in SYMBOLS)
    return t("one of {values}, their symbols {signs}, or empty", values=numbers, signs=signs)


def _read_cells(cells: npt.NDArray[np.object_], levels: tuple[float, ...], codes: dict[str, float]) -> Floats:
    """Strength of each cell; not-a-number where it is none. Each distinct value is read once."""
    known = {0.0, *levels}
    meaning = {key: _read_cell(value, known, codes) for key, value in _distinct(cells.ravel())}
    return np.array([meaning[_key(value)] for value in cells.ravel()], dtype=np.float64).reshape(cells.shape)


def _distinct(values: Iterable[Any]) -> Iterable[tuple[Hashable, Any]]:
    return {_key(value): value for value in values}.items()


def _key(value: Any) -> Hashable:
    return str(type(value).__name__), str(value)


def _read_cell(value: Any, known: set[float], codes: dict[str, float]) -> float:
    text = str(value).strip().casefold()
    if value is None or text in EMPTY:
        return 0.0
    if text in codes:
        return codes[text]
    try:
        number = float("nan") if isinstance(value, (bool, np.bool_)) else float(text)
    except ValueError:
        return float("nan")
    return number if number in known else float("nan")


def _empty_table(found: pd.DataFrame) -> list[Problem]:
    if all(found.shape):
        return []
    return [Problem(t("relations"), t("the table is empty"), t("at least one need and one characteristic"))]


def _twice(what: str, names: Sequence[str]) -> list[Problem]:
    repeated = pd.Index(names)[pd.Index(names).duplicated()].unique()
    return [
        Problem(t("{what} {name}", what=what, name=repr(name)), t("the name occurs twice"), t("each name once"))
        for name in repeated
    ]


def _place(need: str, characteristic: str) -> str:
    return t("relation of need {need} and characteristic {name}", need=repr(need), name=repr(characteristic))
