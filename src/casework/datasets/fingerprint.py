"""Fingerprints of tables: the same on every machine, and precise enough to say what changed.

Cells are hashed from their canonical value (a number as a double, anything else as text), never from what pandas
or Arrow happen to hold. Columns are hashed by position of rows; rows are hashed in at most a thousand blocks.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from casework.core.messages import t, tn
from casework.datasets.texts import cell_text, shorten

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Hashes = npt.NDArray[np.uint64]

VERSION = 1
BLOCKS = 1000
SHOWN = 5
EXACT = 2**53  # whole numbers up to here are exact as doubles


def fingerprint(frame: pd.DataFrame, *, first_row: int = 2) -> dict[str, Any]:
    """Return the fingerprint of a table, as plain JSON.

    Parameters
    ----------
    frame : DataFrame, shape (n, k)
        Any table.
    first_row : int
        Row number of the first row, as a spreadsheet shows it.

    Returns
    -------
    dict
        `n_rows`, `columns` (name to hash), `block_size` (1 up to a thousand rows), `blocks` (hashes of the
        rows in each block), `any_order` (one hash of all rows that does not depend on their order).

    Examples
    --------
    >>> import pandas as pd
    >>> one = fingerprint(pd.DataFrame({"q1": [1, 2, 3]}))
    >>> two = fingerprint(pd.DataFrame({"q1": [1, 2, 4]}))
    >>> compare_fingerprints(one, two)
    ["The cell in row 4, column 'q1' changed."]
    """
    names, rows, columns = _hash(frame)
    size = max(1, -(-len(frame) // BLOCKS))
    raw = rows.astype("<u8").tobytes()
    blocks = [_short(raw[start : start + 8 * size], 6) for start in range(0, len(raw), 8 * size)]
    total = int(_mix(rows ^ _mix(rows)).sum()) % 2**64 if len(rows) else 0
    return {
        "version": VERSION,
        "n_rows": len(frame),
        "first_row": first_row,
        "columns": dict(zip(names, columns, strict=True)),
        "block_size": size,
        "blocks": blocks,
        "any_order": f"{total:016x}",
    }


def frame_sha256(frame: pd.DataFrame) -> str:
    """Return one hash of a table: names, order and cells."""
    names, _, columns = _hash(frame)
    text = json.dumps([VERSION, len(frame), names, columns], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def compare_fingerprints(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Say what changed between two fingerprints; nothing where they are equal.

    Parameters
    ----------
    old, new : mapping
        Results of `fingerprint`.

    Returns
    -------
    list of str
        Translated sentences: columns added, removed, renamed, moved, changed; rows added, removed, moved,
        changed; the cell, where one cell changed in a table of up to a thousand rows.
    """
    if old["version"] != new["version"]:
        return [t("The fingerprints were made by different versions and cannot be compared.")]
    before, after = old["columns"], new["columns"]
    sentences = _column_sentences(before, after)
    same_columns = before.keys() == after.keys()
    if old["n_rows"] != new["n_rows"]:
        return sentences + _row_count_sentences(old, new, same_columns)
    changed = [name for name in before if name in after and before[name] != after[name]]
    if not changed:
        return sentences
    if not same_columns:
        return [*sentences, *_changed_columns(changed)]
    return sentences + _changed_cells(old, new, changed)


def _column_sentences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Columns added, removed, renamed, or in another order."""
    removed = [name for name in before if name not in after]
    added = [name for name in after if name not in before]
    renamed = _renamed(removed, added, before, after)
    sentences = [t("Column {old} is now called {new}.", old=shorten(a), new=shorten(b)) for a, b in renamed.items()]
    sentences += [t("Column {name} was removed.", name=shorten(name)) for name in removed if name not in renamed]
    sentences += [t("Column {name} was added.", name=shorten(name)) for name in added if name not in renamed.values()]
    common = [name for name in before if name in after]
    if common != [name for name in after if name in before]:
        sentences.append(t("The columns stand in another order."))
    return sentences


def _renamed(
    removed: Sequence[str], added: Sequence[str], before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for name in removed:
        same = [other for other in added if after[other] == before[name] and other not in pairs.values()]
        if same:
            pairs[name] = same[0]
    return pairs


def _row_count_sentences(old: Mapping[str, Any], new: Mapping[str, Any], same_columns: bool) -> list[str]:
    sentences = [t("The table had {before:,} rows and has {after:,} now.", before=old["n_rows"], after=new["n_rows"])]
    if same_columns and old["block_size"] == new["block_size"] == 1:
        removed = _only_in(old, new)
        added = _only_in(new, old)
        if removed:
            sentences.append(t("Only before: {rows}.", rows=_row_list(removed, old)))
        if added:
            sentences.append(t("Only now: {rows}.", rows=_row_list(added, new)))
    return sentences


def _only_in(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[int]:
    """Return the rows of one table that the other does not have (as often)."""
    left = Counter(other["blocks"])
    found = []
    for position, row in enumerate(one["blocks"]):
        if left[row]:
            left[row] -= 1
        else:
            found.append(position)
    return found


def _changed_columns(changed: Sequence[str]) -> list[str]:
    return [t("Column {name} changed.", name=shorten(name)) for name in changed]


def _changed_cells(old: Mapping[str, Any], new: Mapping[str, Any], changed: Sequence[str]) -> list[str]:
    if old["any_order"] == new["any_order"]:
        return [t("The rows are the same, in another order.")]
    pairs = enumerate(zip(old["blocks"], new["blocks"], strict=True))
    blocks = [i for i, (before, after) in pairs if before != after]
    if len(blocks) == 1 and len(changed) == 1 and new["block_size"] == 1:
        row = blocks[0] + new["first_row"]
        return [t("The cell in row {row}, column {name} changed.", row=row, name=shorten(changed[0]))]
    shown = t(", ").join(shorten(name) for name in changed[:SHOWN]) + (", ..." if len(changed) > SHOWN else "")
    columns = tn(
        "Cells changed in {n} column: {names}.", "Cells changed in {n} columns: {names}.", len(changed), names=shown
    )
    return [columns, t("They stand in {rows}.", rows=_row_list(blocks, new))]


def _row_list(blocks: Sequence[int], table: Mapping[str, Any]) -> str:
    """Name rows, or blocks of rows, as a spreadsheet numbers them."""
    size, first, last = table["block_size"], table["first_row"], table["first_row"] + table["n_rows"] - 1
    parts = []
    for block in blocks[:SHOWN]:
        start = first + block * size
        end = min(start + size - 1, last)
        parts.append(t("row {row}", row=start) if start == end else t("rows {start} to {end}", start=start, end=end))
    return t(", ").join(parts) + (", ..." if len(blocks) > SHOWN else "")


def _hash(frame: pd.DataFrame) -> tuple[list[str], Hashes, list[str]]:
    """Return column names, hashes of the rows (whatever the order of columns), and of the columns."""
    import numpy as np

    names = _unique_names(frame)
    rows = np.zeros(len(frame), dtype=np.uint64)
    columns = []
    for position, name in enumerate(names):
        cells = _cell_hashes(frame.iloc[:, position])
        columns.append(_short(cells.astype("<u8").tobytes(), 12))
        rows += _mix(cells ^ np.uint64(_text_hash("column:" + name)))
    return names, rows, columns


def _unique_names(frame: pd.DataFrame) -> list[str]:
    names: list[str] = []
    for name in map(str, frame.columns):
        names.append(name if name not in names else f"{name} ({names.count(name) + len(names)})")
    return names


def _cell_hashes(series: pd.Series[Any]) -> Hashes:
    from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype

    if is_float_dtype(series) or is_bool_dtype(series):
        return _number_hashes(series)
    if is_integer_dtype(series):
        filled = series.dropna()
        if filled.empty or (int(filled.max()) <= EXACT and int(filled.min()) >= -EXACT):
            return _number_hashes(series)
        series = series.map(lambda value: f"{value}", na_action="ignore")
    return _text_hashes(series)


def _number_hashes(series: pd.Series[Any]) -> Hashes:
    import numpy as np

    values = series.to_numpy(dtype="float64", na_value=np.nan) + 0.0  # minus zero is zero
    hashes = _mix(values.view(np.uint64) ^ np.uint64(_text_hash("number")))
    hashes[np.isnan(values)] = _text_hash("missing")
    return hashes


def _text_hashes(series: pd.Series[Any]) -> Hashes:
    """Hash each distinct text once."""
    import numpy as np
    import pandas as pd

    if series.dtype == object:
        series = series.map(lambda value: f"{type(value).__name__}:{cell_text(value)}", na_action="ignore")
    positions, uniques = pd.factorize(series, use_na_sentinel=True)
    distinct = [_text_hash("text:" + cell_text(value)) for value in uniques]
    hashes = np.array([*distinct, _text_hash("missing")], dtype=np.uint64)
    return hashes[positions]


def _text_hash(text: str) -> int:
    raw = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "little")


def _short(raw: bytes, size: int) -> str:
    return hashlib.blake2b(raw, digest_size=size).hexdigest()


def _mix(values: Hashes) -> Hashes:
    """Mix the bits of each value (splitmix64; Steele, Lea & Flood 2014, OOPSLA, p. 459)."""
    import numpy as np

    mixed = values + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
