"""JSON as notebooks are written, one value a line, by one pass over the values."""

from __future__ import annotations

import json
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any

CONSTANTS = {None: "null", True: "true", False: "false"}


def indented(value: Any) -> str:
    r"""Return what `json.dumps` returns with `indent=1`, sorted keys and all characters as they are, sooner.

    Python's own encoder passes each piece of text through as many generators as it lies deep.

    Parameters
    ----------
    value : str, number, bool, None, list, tuple or dict
        What to write, of any depth.

    Raises
    ------
    TypeError
        There is something in it that JSON cannot hold, or names that cannot be sorted.

    Examples
    --------
    >>> print(indented({"b": [1.5, None], "a": {}}))
    {
     "a": {},
     "b": [
      1.5,
      null
     ]
    }
    """
    parts: list[str] = []
    _write(value, "\n", parts.append)
    return "".join(parts)


def _write(value: Any, line: str, put: Callable[[str], None]) -> None:
    if isinstance(value, str):
        put(encode_basestring(value))
    elif value is None or value is True or value is False:
        put(CONSTANTS[value])
    elif isinstance(value, dict) and value:
        _write_names(value, line, put)
    elif isinstance(value, (list, tuple)) and value:
        _write_items(value, line, put)
    else:
        put(json.dumps(value))


def _write_names(value: dict[Any, Any], line: str, put: Callable[[str], None]) -> None:
    deeper = line + " "
    before = "{" + deeper
    for name, item in sorted(value.items()):
        put(before + (encode_basestring(name) if isinstance(name, str) else f'"{_name(name)}"') + ": ")
        _write(item, deeper, put)
        before = "," + deeper
    put(line + "}")


def _name(name: Any) -> str:
    if name is None or isinstance(name, (bool, int, float)):
        return json.dumps(name)
    raise TypeError(f"keys must be str, int, float, bool or None, not {type(name).__name__}")


def _write_items(value: list[Any] | tuple[Any, ...], line: str, put: Callable[[str], None]) -> None:
    deeper = line + " "
    before = "[" + deeper
    for item in value:
        put(before)
        _write(item, deeper, put)
        before = "," + deeper
    put(line + "]")
