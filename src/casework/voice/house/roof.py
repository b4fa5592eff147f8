"""The roof: which characteristics help or hinder each other, and where that hurts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.voice.house.tables import check_rows

Floats = npt.NDArray[np.float64]
RoofReading = Literal["improvement", "measure"]

SIGNS: tuple[str, ...] = ("++", "+", "-", "--")
CODES: Mapping[str, float] = {
    "++": 2.0, "+": 1.0, "-": -1.0, "--": -2.0, "−": -1.0, "−−": -2.0, "–": -1.0, "––": -2.0,
    "✓✓": 2.0, "✓": 1.0, "✗": -1.0, "✗✗": -2.0, "x": -1.0, "xx": -2.0,
    "2": 2.0, "1": 1.0, "-1": -1.0, "-2": -2.0, "2.0": 2.0, "1.0": 1.0, "-1.0": -1.0, "-2.0": -2.0,
    "": 0.0, "0": 0.0, "0.0": 0.0, "-0.0": 0.0, "nan": 0.0, "none": 0.0, "<na>": 0.0,
}  # fmt: skip
CONFLICT_COLUMNS = ("first", "second", "sign", "effect", "relative_first", "relative_second", "priority", "serious")
HEADINGS = (
    mark("first"),
    mark("second"),
    mark("sign"),
    mark("effect"),
    mark("relative first"),
    mark("relative second"),
    mark("priority"),
    mark("serious"),
)

RoofInput = pd.DataFrame | Mapping[str, Mapping[str, Any]] | Sequence[Sequence[Any]]


def sign_of(code: float) -> str:
    """Return the sign of a code of the roof.

    Examples
    --------
    >>> [sign_of(code) for code in (2, 1, 0, -1, -2)]
    ['++', '+', '', '-', '--']
    """
    return {2: "++", 1: "+", -1: "-", -2: "--"}.get(int(code), "")


def read_roof(roof: RoofInput | None, names: Sequence[str]) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read a roof as a symmetric table of codes, and say what is wrong with it.

    Parameters
    ----------
    roof : DataFrame, nested mapping or rows, shape (k, k), or None
        Signs `++`, `+`, `-`, `--` (or 2, 1, -1, -2; also ✓ and ✗), empty for none. One half is enough: a cell
        whose mirror is empty counts for both.
    names : sequence of str, length k
        The characteristics.

    Returns
    -------
    codes : DataFrame of float, shape (k, k)
        2, 1, 0, -1 or -2; symmetric, with an empty diagonal.
    problems : tuple of Problem
        Names and signs that are not known, a diagonal that is filled, halves that contradict each other.

    Examples
    --------
    >>> read_roof({"weight": {"strength": "--"}}, ["weight", "strength"])[0].to_numpy().tolist()
    [[0.0, -2.0], [-2.0, 0.0]]
    """
    names = list(names)
    cells, problems = _cells(roof, names)
    codes = np.array([[_code(cell) for cell in row] for row in cells], dtype=np.float64).reshape(len(names), len(names))
    problems += [
        Problem(_place(names[i], names[j]), repr(cells[i][j]), t("one of {values}, or empty", values=", ".join(SIGNS)))
        for i, j in np.argwhere(np.isnan(codes)).tolist()
    ]
    codes = np.nan_to_num(codes)
    problems += _shape_faults(codes, names)
    whole = np.where(codes != 0, codes, codes.T)
    np.fill_diagonal(whole, 0.0)
    return pd.DataFrame(whole, index=names, columns=names), tuple(problems)


def roof_matrix(roof: RoofInput, names: Sequence[str]) -> pd.DataFrame:
    """Return a roof as a symmetric table of codes.

    Parameters
    ----------
    roof, names
        As for `read_roof`.

    Raises
    ------
    DataError
        The roof is not symmetric, its diagonal is filled, or a name or sign is not known: all problems at once.
    """
    codes, problems = read_roof(roof, names)
    if problems:
        raise DataError(problems)
    return codes


def roof_conflicts(
    roof: pd.DataFrame, relative: pd.Series[float], directions: Sequence[str], *, reading: str = "improvement"
) -> pd.DataFrame:
    """List the pairs of characteristics that hinder each other, the most serious first.

    Parameters
    ----------
    roof : DataFrame, shape (k, k)
        As `roof_matrix` returns it.
    relative : Series, length k
        Share of importance of each characteristic, adding up to 1.
    directions : sequence of {'more', 'less', 'target', ''}, length k
        Which way each characteristic is better.
    reading : {'improvement', 'measure'}
        What a sign says. improvement: improving the one helps (+) or hinders (-) improving the other. measure: the
        two measured values rise together (+) or not (-); then + hinders where one shall rise and the other
        fall. A target or unknown direction leaves the sign as it is.

    Returns
    -------
    DataFrame
        `first`, `second`, `sign` as drawn, `effect` (-1 or -2), importance of both, `priority` = |effect| x
        product of both shares x k^2 (1 for a weak conflict of two average ones), `serious`: both at least average.

    Examples
    --------
    >>> roof = roof_matrix([["", "+"], ["", ""]], ["range", "weight"])
    >>> shares = pd.Series([0.5, 0.5], index=["range", "weight"])
    >>> roof_conflicts(roof, shares, ["more", "less"], reading="measure")[["first", "second", "effect"]].values.tolist()
    [['range', 'weight', -1.0]]
    """
    codes, shares = roof.to_numpy(), relative.to_numpy(dtype=np.float64)
    way = np.array([-1.0 if direction == "less" else 1.0 for direction in directions])
    effect = codes * np.outer(way, way) if reading == "measure" else codes
    i, j = np.nonzero(np.triu(effect < 0, k=1))
    size = len(shares)
    found = pd.DataFrame(
        {
            "first": roof.index[i],
            "second": roof.index[j],
            "sign": [sign_of(code) for code in codes[i, j]],
            "effect": effect[i, j],
            "relative_first": shares[i],
            "relative_second": shares[j],
            "priority": -effect[i, j] * shares[i] * shares[j] * size**2,
            "serious": (shares[i] >= 1 / size - 1e-12) & (shares[j] >= 1 / size - 1e-12),
        },
        columns=list(CONFLICT_COLUMNS),
    )
    return found.sort_values("priority", ascending=False, kind="stable", ignore_index=True)


def _cells(roof: RoofInput | None, names: list[str]) -> tuple[list[list[Any]], list[Problem]]:
    """Cells of the roof in the order of the names, empty where nothing is said."""
    empty: list[list[Any]] = [[""] * len(names) for _ in names]
    if roof is None:
        return empty, []
    if isinstance(roof, pd.DataFrame):
        roof = {str(row): dict(zip(map(str, roof.columns), cells, strict=True)) for row, *cells in roof.itertuples()}
    if isinstance(roof, Mapping):
        check_rows("roof", roof)
        return _from_mapping(roof, names, empty)
    rows = [list(row) for row in roof]
    if len(rows) != len(names) or any(len(row) != len(names) for row in rows):
        wanted = t("{k} rows of {k} signs", k=len(names))
        return empty, [Problem(t("roof"), t("{n} rows", n=len(rows)), wanted)]
    return rows, []


def _from_mapping(
    roof: Mapping[str, Mapping[str, Any]], names: list[str], cells: list[list[Any]]
) -> tuple[list[list[Any]], list[Problem]]:
    place = {name: position for position, name in enumerate(names)}
    mentioned = dict.fromkeys(str(name) for row, part in roof.items() for name in (row, *part))
    problems = [
        Problem(t("roof"), t("{value} is not known", value=repr(name)), fix=suggest(name, names))
        for name in mentioned
        if name not in place
    ]
    for row, part in roof.items():
        for column, sign in part.items():
            if str(row) in place and str(column) in place:
                cells[place[str(row)]][place[str(column)]] = sign
    return cells, problems


def _code(cell: Any) -> float:
    return 0.0 if cell is None else CODES.get(str(cell).strip().casefold(), float("nan"))


def _shape_faults(codes: Floats, names: list[str]) -> list[Problem]:
    mirror = codes.T
    uneven = np.triu((codes != mirror) & (codes != 0) & (mirror != 0), k=1)
    problems = [
        Problem(
            _place(names[i], names[j]),
            t("roof not symmetric: {first} here, {second} in the mirrored cell", first=sign_of(codes[i, j]),
              second=sign_of(mirror[i, j])),
            t("the same sign in both halves, or one half only"),
        )
        for i, j in np.argwhere(uneven).tolist()
    ]  # fmt: skip
    problems += [
        Problem(_place(names[i], names[i]), repr(sign_of(codes[i, i])), t("no sign of a characteristic with itself"))
        for i in np.flatnonzero(np.diag(codes)).tolist()
    ]
    return problems


def _place(first: str, second: str) -> str:
    return t("roof, {first} and {second}", first=repr(first), second=repr(second))
