"""The bins of one variable as a rule: which value belongs to which bin, for one row or a million."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import infer_dtype, is_bool_dtype, is_complex_dtype, is_numeric_dtype

from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int16]
Categories = tuple[npt.NDArray[np.signedinteger[Any]], list[Any]]
MISSING, UNSEEN = mark("missing"), mark("unseen")
SHORT = 20_000  # rows up to which Python objects are faster than an extension array
PLAIN = "iufb"  # kinds of numpy's numbers and truth values
NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal", "boolean")


@dataclass(frozen=True)
class VariableBins:
    """Which values of a variable belong to which bin.

    The slots are: the regular bins (ranges of numbers, or groups of categories), one for each special value, one for
    missing values and one for categories that nobody has seen before.

    Parameters
    ----------
    name : str
        The column.
    numeric : bool
        Ranges of numbers; else groups of categories.
    cuts : tuple of float
        Where ranges end, ascending: a value below a cut lies to its left, all others to its right.
    groups : tuple of tuple of str
        The categories of each bin.
    specials : tuple of (str, tuple)
        Label and values of each special bin.
    """

    name: str
    numeric: bool
    cuts: tuple[float, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    specials: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    @property
    def regular(self) -> int:
        """Number of regular bins."""
        return len(self.cuts) + 1 if self.numeric else len(self.groups)

    @property
    def missing(self) -> int:
        """Slot of missing values."""
        return self.regular + len(self.specials)

    @property
    def unseen(self) -> int:
        """Slot of categories never seen before."""
        return self.missing + 1

    @property
    def slots(self) -> int:
        """Number of slots."""
        return self.missing + 2

    @property
    def roles(self) -> tuple[str, ...]:
        """What each slot is: range, category, special, missing or unseen."""
        own = "range" if self.numeric else "category"
        return (own,) * self.regular + ("special",) * len(self.specials) + ("missing", "unseen")

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Name of each slot.

        Examples
        --------
        >>> VariableBins("x", True, cuts=(12, 24)).labels
        ('< 12', '[12, 24)', '≥ 24', 'missing', 'unseen')
        """
        own = range_labels(self.cuts) if self.numeric else tuple(", ".join(group) for group in self.groups)
        return (*own, *(label for label, _ in self.specials), MISSING, UNSEEN)

    def codes(self, column: pd.Series[Any]) -> Codes:
        """Slot of each value.

        Raises
        ------
        DataError
            Ranges of numbers, and the column holds text.
        """
        return self._number_codes(read_numbers(column, self.name)) if self.numeric else self._text_codes(column)

    def _number_codes(self, values: Floats) -> Codes:
        codes = np.zeros(len(values), dtype=np.int16)
        for cut in self.cuts:
            codes += values >= cut
        for place, (_, special) in enumerate(self.specials):
            for value in special:
                codes[values == value] = self.regular + place
        codes[np.isnan(values)] = self.missing
        return codes

    def _text_codes(self, column: pd.Series[Any]) -> Codes:
        codes, values = read_texts(column)
        slot = self.slot_of_text()
        known = [slot.get(text_of(value), self.unseen) for value in values]
        return np.array([*known, self.missing], dtype=np.int16)[codes]

    def slot_of_text(self) -> dict[str, int]:
        """Slot of each known category."""
        found = {value: place for place, group in enumerate(self.groups) for value in group}
        return found | {
            text_of(value): self.regular + place for place, (_, values) in enumerate(self.specials) for value in values
        }


def range_labels(cuts: Sequence[float]) -> tuple[str, ...]:
    """Names of the ranges between cuts, with as many digits as tell them apart.

    Examples
    --------
    >>> range_labels([8.5, 11.25])
    ('< 8.5', '[8.5, 11.25)', '≥ 11.25')
    >>> range_labels([])
    ('all',)
    """
    if not len(cuts):
        return (mark("all"),)
    for digits in (4, 6, 9, 12, 17):
        names = [f"{cut:.{digits}g}" if abs(cut) < 1e4 else f"{cut:,.{max(0, digits - 6)}f}" for cut in cuts]
        if len(set(names)) == len(names) and all(
            abs(float(name.replace(",", "")) - cut) <= 1e-4 * abs(cut) for name, cut in zip(names, cuts, strict=True)
        ):
            break
    inner = [f"[{low}, {high})" for low, high in pairwise(names)]
    return (f"< {names[0]}", *inner, f"≥ {names[-1]}")


def text_of(value: object) -> str:
    """Name of a category: a whole number is written without decimals.

    Examples
    --------
    >>> text_of(2.0), text_of("A11"), text_of(True)
    ('2', 'A11', 'True')
    """
    if type(value) is str:
        return value
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def holds_numbers(column: pd.Series[Any]) -> bool:
    """Say whether a column holds numbers (truth values count as 0 and 1)."""
    kind = column.dtype
    if isinstance(kind, np.dtype) and kind.kind != "O":
        return kind.kind in PLAIN
    if isinstance(kind, pd.StringDtype):
        return False
    if is_numeric_dtype(column.dtype) or is_bool_dtype(column.dtype):
        return not is_complex_dtype(column.dtype) and not isinstance(column.dtype, pd.CategoricalDtype)
    return column.dtype == object and infer_dtype(column, skipna=True) in NUMBERS


def read_column(column: pd.Series[Any], name: str, *, categorical: bool = False) -> Floats | Categories:
    """Read a column as numbers, or as categories where it holds others or numbers that are names."""
    return read_numbers(column, name) if not categorical and holds_numbers(column) else read_texts(column)


def read_texts(column: pd.Series[Any]) -> Categories:
    """Read a column as categories: the place of each cell in the list of different values, -1 for missing."""
    if isinstance(column.dtype, pd.StringDtype) and column.dtype.storage == "pyarrow" and len(column):
        return _read_arrow(column.array)
    short = len(column) < SHORT and not isinstance(column.dtype, pd.CategoricalDtype)
    codes, values = pd.factorize(column.to_numpy(dtype=object) if short else column)
    return codes, list(values)


def _read_arrow(texts: Any) -> Categories:
    """Read texts that arrow holds, without making objects of them."""
    encoded = texts.__arrow_array__().dictionary_encode().combine_chunks()
    places = encoded.indices.fill_null(-1) if encoded.null_count else encoded.indices
    return places.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()


def read_numbers(column: pd.Series[Any], name: str) -> Floats:
    """Read a column as numbers, missing as nan.

    Raises
    ------
    DataError
        Some cells are no numbers.
    """
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in PLAIN:
        return column.to_numpy().astype(np.float64, copy=False)
    plain = column.astype(object) if isinstance(column.dtype, pd.CategoricalDtype) else column
    if is_numeric_dtype(plain.dtype):
        return plain.to_numpy(dtype=np.float64, na_value=np.nan)
    read = pd.to_numeric(plain, errors="coerce")
    lost = read.isna() & plain.notna()
    if lost.any():
        first = plain[lost].iloc[0]
        found = tn("{n} cell is not a number, such as {value}", "{n} cells are not numbers, such as {value}",
                   int(lost.sum()), value=repr(first))  # fmt: skip
        raise DataError(Problem(name, found, t("numbers, as when the bins were made")))
    return read.to_numpy(dtype=np.float64, na_value=np.nan)
