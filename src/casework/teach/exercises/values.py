"""Answers as plain data: what a student's notebook made travels as JSON, never as code or pickles.

Numbers, truth values, texts, lists, sets, mappings, arrays, series and frames are known; anything else is told by its
type.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_CELLS = 200_000
MOST_TEXT = 20_000
MOST_DEPTH = 12
Coded = dict[str, Any]


@dataclass(frozen=True)
class Unknown:
    """A value of a kind that no check knows, by the name of its type."""

    type: str


def encode(value: Any) -> Coded:
    """Return a value as JSON data with its kind; what cannot be told is `{"kind": "other", "type": ...}`.

    Parameters
    ----------
    value : object
        An answer.

    Examples
    --------
    >>> encode([1, 2.5])
    {'kind': 'list', 'items': [{'kind': 'number', 'value': 1}, {'kind': 'number', 'value': 2.5}]}
    """
    try:
        return _encode(value, [MOST_CELLS], 0)
    except (_TooLargeError, RecursionError):
        return {"kind": "large", "type": type(value).__name__}
    except Exception:  # a class of the student's own may do anything
        return {"kind": "other", "type": type(value).__name__}


class _TooLargeError(Exception):
    pass


def _encode(value: Any, room: list[int], depth: int) -> Coded:
    room[0] -= 1
    if room[0] < 0 or depth > MOST_DEPTH:
        raise _TooLargeError
    if value is None:
        return {"kind": "none"}
    for types, coder in _coders():
        if isinstance(value, types):
            return coder(value, room, depth)
    return {"kind": "other", "type": type(value).__name__}


def _coders() -> list[tuple[Any, Callable[[Any, list[int], int], Coded]]]:
    import numpy as np
    import pandas as pd

    return [
        ((bool, np.bool_), lambda value, room, depth: {"kind": "truth", "value": bool(value)}),
        ((int, np.integer), lambda value, room, depth: _number(int(value))),
        ((float, np.floating), lambda value, room, depth: _number(float(value))),
        (str, _text),
        (pd.DataFrame, _frame),
        (pd.Series, lambda value, room, depth: _table("series", value, value.index, None, room, depth)),
        (np.ndarray, _array),
        ((list, tuple, pd.Index), lambda value, room, depth: _items("list", list(value), room, depth)),
        ((set, frozenset), lambda value, room, depth: _items("set", sorted(value, key=repr), room, depth)),
        (Mapping, _mapping),
    ]


def _number(value: float) -> Coded:
    if isinstance(value, int) and abs(value) < 2**53:
        return {"kind": "number", "value": value}
    number = float(value)
    return {"kind": "number", "value": number if math.isfinite(number) else repr(number)}


def _text(value: str, room: list[int], depth: int) -> Coded:
    if len(value) > MOST_TEXT:
        raise _TooLargeError
    return {"kind": "text", "value": str(value)}


def _items(kind: str, values: list[Any], room: list[int], depth: int) -> Coded:
    return {"kind": kind, "items": [_encode(item, room, depth + 1) for item in values]}


def _mapping(value: Mapping[Any, Any], room: list[int], depth: int) -> Coded:
    pairs = [[_encode(key, room, depth + 1), _encode(item, room, depth + 1)] for key, item in value.items()]
    return {"kind": "mapping", "pairs": pairs}


def _array(value: Any, room: list[int], depth: int) -> Coded:
    if value.ndim == 0:
        return _encode(value.item(), room, depth + 1)
    if value.size > room[0]:
        raise _TooLargeError
    return _items(
        "list", [value[place] for place in range(len(value))] if value.ndim > 1 else value.tolist(), room, depth
    )


def _frame(value: Any, room: list[int], depth: int) -> Coded:
    if value.size > room[0]:
        raise _TooLargeError
    columns = [_encode(value.iloc[:, place].tolist(), room, depth + 1) for place in range(value.shape[1])]
    return _table("frame", columns, value.index, list(value.columns), room, depth)


def _table(kind: str, values: Any, index: Any, columns: list[Any] | None, room: list[int], depth: int) -> Coded:
    coded: Coded = {"kind": kind, "index": _encode(list(index), room, depth + 1)}
    if columns is None:
        return coded | {"items": _encode(values.tolist(), room, depth + 1)}
    return coded | {"names": _encode(columns, room, depth + 1), "columns": values}


def decode(coded: Coded) -> Any:
    """Return the value that was encoded: lists for arrays, columns for a frame, `Unknown` for what is not known.

    Parameters
    ----------
    coded : dict
        From `encode`, perhaps by way of JSON.

    Raises
    ------
    ValueError
        Not such data: they come from a process that is not trusted.

    Examples
    --------
    >>> decode(encode({"a": (1, 2)}))
    {'a': [1, 2]}
    """
    try:
        return _decode(coded, 0)
    except (KeyError, TypeError, AttributeError, RecursionError, IndexError) as error:
        raise ValueError("not an encoded answer") from error


def _decode(coded: Coded, depth: int) -> Any:
    kind = coded["kind"]
    if depth > 2 * MOST_DEPTH:
        raise TypeError(kind)
    again = depth + 1
    if kind == "none":
        return None
    if kind == "truth":
        return bool(coded["value"])
    if kind == "number":
        return _plain_number(coded["value"])
    if kind == "text":
        return str(coded["value"])
    if kind == "list":
        return [_decode(item, again) for item in coded["items"]]
    if kind == "set":
        return frozenset(_hashable(_decode(item, again)) for item in coded["items"])
    if kind == "mapping":
        return {_hashable(_decode(key, again)): _decode(item, again) for key, item in coded["pairs"]}
    if kind == "series":
        return dict(zip(_keys(coded["index"], again), _decode(coded["items"], again), strict=True))
    if kind == "frame":
        rows = _keys(coded["index"], again)
        names = _keys(coded["names"], again)
        columns = [_decode(column, again) for column in coded["columns"]]
        return {name: dict(zip(rows, column, strict=True)) for name, column in zip(names, columns, strict=True)}
    return Unknown(str(coded.get("type", kind))[:80])


def _plain_number(value: Any) -> float | int:
    if isinstance(value, str):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return value


def _hashable(value: Any) -> Any:
    return tuple(_hashable(item) for item in value) if isinstance(value, list) else value


def _keys(coded: Coded, depth: int) -> list[Any]:
    return [_hashable(key) for key in _decode(coded, depth)]
