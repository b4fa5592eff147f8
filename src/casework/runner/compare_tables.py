"""Published tables of compared runs: how many of their cells are not the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.errors import RunError
from casework.core.messages import t
from casework.runner.compare_values import Side
from casework.runner.gather import TABLES

if TYPE_CHECKING:
    import pandas as pd


def table_frame(sides: Sequence[Side]) -> pd.DataFrame:
    """Return for each table of the first run that differs how many cells of the others are not the same."""
    import pandas as pd

    heads = ["table", "run", "cells", "differing"]
    if len({(side.manifest.get("hashes") or {}).get("results") for side in sides} - {None}) == 1 and _all_hashed(sides):
        return pd.DataFrame(columns=heads)
    names = sorted(path.stem for path in (sides[0].folder / TABLES).glob("*.parquet"))
    rows = [row for name in names for row in _table_rows(name, sides)]
    return pd.DataFrame(rows, columns=heads)


def _all_hashed(sides: Sequence[Side]) -> bool:
    return all((side.manifest.get("hashes") or {}).get("results") for side in sides)


def _table_rows(name: str, sides: Sequence[Side]) -> list[list[Any]]:
    paths = [side.folder / TABLES / f"{name}.parquet" for side in sides]
    first = _read_table(paths[0])
    counted = [
        [name, side.label, *differing_cells(first, _read_table(path))]
        for side, path in zip(sides[1:], paths[1:], strict=True)
        if path.is_file()
    ]
    return counted if any(row[-1] for row in counted) else []


def _read_table(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise RunError(t("{path}: the table cannot be read ({reason})", path=path, reason=error)) from None


def differing_cells(first: pd.DataFrame, second: pd.DataFrame) -> tuple[int, int]:
    """Return how many cells two tables have in all, and how many of them are not the same.

    Rows belong together by their order, columns by their name; a row or column that only one table has counts
    with all its cells.

    Examples
    --------
    >>> import pandas as pd
    >>> differing_cells(pd.DataFrame({"a": [1, 2], "b": ["x", None]}), pd.DataFrame({"a": [1.0, 3.0, 4.0]}))
    (6, 5)
    """
    rows = min(len(first), len(second))
    shared = [name for name in first.columns if name in second.columns]
    cells = max(len(first), len(second)) * (first.shape[1] + second.shape[1] - len(shared))
    left, right = (frame[shared].head(rows).astype(object).to_numpy() for frame in (first, second))
    same = (_known(left) == _known(right)).sum() if left.size else 0
    return cells, cells - int(same)


def _known(cells: Any) -> Any:
    """Return cells with one and the same object for every kind of missing."""
    import numpy as np
    import pandas as pd

    return np.where(pd.isna(cells), None, cells)
