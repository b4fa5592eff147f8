"""Cells of one column, read as what its contract says they are: numbers, coded answers, or text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from casework.datasets.contract import Column
from casework.datasets.texts import MISSING_WORDS, NUMBER, cell_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Mask = npt.NDArray[np.bool_]

PLAIN_NUMBER = re.compile(NUMBER)
SLIPS = 0.05  # share of filled cells that may be no number in a column of numbers, where the contract allows both


@dataclass(frozen=True)
class Cells:
    """The cells of one column.

    Parameters
    ----------
    raw : Series, shape (n,)
        As read, for messages.
    data : array or Series, shape (n,)
        Floats (not a number: missing or not readable) or text.
    missing : array of bool, shape (n,)
        Empty cells.
    unread : array of bool, shape (n,)
        Filled cells that are no number and no known code.
    """

    raw: pd.Series[Any]
    data: Any
    missing: Mask
    unread: Mask

    @property
    def total(self) -> int:
        """Number of cells."""
        return len(self.missing)

    @property
    def answers(self) -> int:
        """Number of filled cells."""
        return int(self.total - self.missing.sum())

    def fault(self, kind: str, column: Column) -> Mask:
        """Return which filled cells break a rule: `text` (not a number), `code` (not known), `range`."""
        import numpy as np

        coded = bool(column.codes)
        if kind == "text":
            return np.zeros(self.total, dtype=bool) if coded else self.unread
        if kind == "code":
            return self._unknown(column) if coded else np.zeros(self.total, dtype=bool)
        if column.kind in ("category", "text") or coded or not isinstance(self.data, np.ndarray):
            return np.zeros(self.total, dtype=bool)
        return self._outside(column)

    def _unknown(self, column: Column) -> Mask:
        import numpy as np

        known = np.isin(self.data, [float(code) for code in column.codes.values()])
        return np.asarray(~known & ~self.missing)

    def _outside(self, column: Column) -> Mask:
        """Numbers out of range, not finite, or not whole where they must be; `nan` compares as false."""
        import numpy as np

        values = self.data
        fails = np.isinf(values)
        if column.low is not None:
            fails |= values < column.low
        if column.high is not None:
            fails |= values > column.high
        if column.kind == "integer":
            fails |= (values != np.floor(values)) & ~np.isnan(values)
        return np.asarray(fails)

    def repeated(self) -> Mask:
        """Return which filled cells hold a value that a row above holds already."""
        import numpy as np
        import pandas as pd

        again = pd.Series(self.data).duplicated(keep="first").to_numpy()
        return np.asarray(again & ~self._absent())

    def _absent(self) -> Mask:
        return self.missing | self.unread

    def all_missing(self) -> bool:
        """Say whether no cell is filled."""
        return bool(self.missing.all())

    def constant(self) -> bool:
        """Say whether all filled cells hold one value."""
        import pandas as pd

        filled = pd.Series(self.data)[~self._absent()]
        return len(filled) > 0 and bool((filled == filled.iloc[0]).all())

    def first(self) -> Any:
        """Return the first filled cell as it was read."""
        filled = (~self.missing).nonzero()[0]
        return self.raw.iloc[filled[0]] if len(filled) else ""

    def keep(self, kept: Mask) -> Cells:
        """Return the cells of some rows."""
        data = self.data[kept]
        if hasattr(data, "reset_index"):
            data = data.reset_index(drop=True)
        return Cells(self.raw[kept], data, self.missing[kept], self.unread[kept])

    def without(self, fails: Mask) -> Cells:
        """Return the cells with some of them made missing."""
        import numpy as np

        return replace(
            self,
            data=np.where(fails, np.nan, self.data),
            missing=self.missing | fails,
            unread=self.unread & ~fails,
        )


def read_cells(series: pd.Series[Any], column: Column) -> Cells:
    """Read a column as its contract says.

    Parameters
    ----------
    series : Series, shape (n,)
        Cells as loaded.
    column : Column
        What they should be.
    """
    if column.kind in ("category", "text") and not column.codes:
        return _read_text(series, trim=column.kind == "category" or column.unique)
    if _is_plain_number(series):
        return _read_floats(series)
    words = _read_words(series, column)
    if column.kind == "any" and not column.codes and words.unread.sum() > SLIPS * words.answers:
        return _read_text(series, trim=True)
    return words


def _is_plain_number(series: pd.Series[Any]) -> bool:
    from pandas.api.types import is_float_dtype, is_integer_dtype

    return is_integer_dtype(series) or is_float_dtype(series)


def _read_floats(series: pd.Series[Any]) -> Cells:
    import numpy as np

    values = series.to_numpy(dtype="float64", na_value=np.nan)
    missing = np.isnan(values)
    return Cells(series, values, missing, np.zeros(len(values), dtype=bool))


def _read_words(series: pd.Series[Any], column: Column) -> Cells:
    """Read each distinct word once: a code, a number, an empty cell, or none of these."""
    import numpy as np

    positions, words = _distinct(series)
    codes = {text.strip().casefold(): float(code) for text, code in column.codes.items()}
    read = [_read_word(word.strip(), codes) for word in words]
    numbers = np.array([*(number for number, _ in read), np.nan], dtype="float64")
    unread = np.array([*(fault for _, fault in read), False], dtype=bool)
    values, faults = numbers[positions], unread[positions]
    return Cells(series, values, np.isnan(values) & ~faults, faults)


def _read_word(word: str, codes: dict[str, float]) -> tuple[float, bool]:
    """Return the number that a word stands for, and whether it is none."""
    if word.casefold() in codes:
        return codes[word.casefold()], False
    if word in MISSING_WORDS:
        return float("nan"), False
    if PLAIN_NUMBER.match(word):
        return float(word), False
    return float("nan"), True


def _read_text(series: pd.Series[Any], *, trim: bool) -> Cells:
    import numpy as np
    import pandas as pd

    positions, words = _distinct(series)
    kept = [None if not word.strip() else word.strip() if trim else word for word in words]
    values = pd.Series(pd.array([*kept, None], dtype="str")).take(positions).reset_index(drop=True)
    missing = values.isna().to_numpy()
    return Cells(series, values, missing, np.zeros(len(values), dtype=bool))


def _distinct(series: pd.Series[Any]) -> tuple[Any, list[str]]:
    """Return for each cell the position of its word, and the distinct words; missing cells stand at -1."""
    import pandas as pd

    if series.dtype == object:
        missing = series.map(_is_missing).to_numpy(dtype=bool)
        series = series.map(cell_text).mask(missing)
    positions, uniques = pd.factorize(series, use_na_sentinel=True)
    return positions, [cell_text(value) for value in uniques]


def _is_missing(value: object) -> bool:
    import pandas as pd

    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)
