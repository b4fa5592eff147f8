"""Words of the command line: what values they give, by the type of their parameter."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.runner.sweep.design import Design
from casework.runner.sweep.inputs import shown
from casework.runner.sweep.steps import steps
from casework.runner.sweep.targets import NESTED, NUMBERS, TEXTS

BETWEEN_LISTS = re.compile(r"(?<=[\]}])\s*;\s*(?=[\[{])")


def add_words(design: Design, words: Sequence[str]) -> None:
    """Add `name=...` words: one value is fixed, several are varied."""
    from casework.studies.parameters import parse_assignment

    for word in words:
        with design.collecting():
            name, text = parse_assignment(word, [word.partition("=")[0].strip()])
            for _ in design.claim([name], "-p"):
                values = read_values(name, design.target.kinds[name], text)
                if len(values) == 1:
                    design.fixed[name] = values[0]
                else:
                    design.vary(name, values)


def read_values(name: str, kind: str, text: str) -> list[Any]:
    """Read one value or several, as the command line writes them.

    Parameters
    ----------
    name : str
        The parameter, for messages.
    kind : str
        Its plain type, as `int`, `str`, `list`.
    text : str
        `a,b`, `from:to:step` for numbers, `[1];[2]` for lists.

    Raises
    ------
    ParameterError
        A quotation mark without its other, steps that lead nowhere, or what YAML cannot hold.

    Examples
    --------
    >>> read_values("x", "int", "10:30:10,5"), read_values("x", "str", '"a,b",c'), read_values("x", "list", "[1];[2]")
    ([10, 20, 30, 5], ['a,b', 'c'], [[1], [2]])
    """
    if kind in NESTED or (kind not in (*NUMBERS, *TEXTS) and text.lstrip().startswith(("[", "{"))):
        return [read_value(name, kind, part) for part in BETWEEN_LISTS.split(text)]
    return [value for part in _at_commas(name, text) for value in _read_part(name, kind, part)]


def _at_commas(name: str, text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=True), []) or [""]
    except csv.Error:
        expected = t("quotation marks around a whole text, as in {example}", example='"a,b",c')
        raise ParameterError(Problem(t("parameter {name}", name=name), shown(text), expected)) from None


def _read_part(name: str, kind: str, text: str) -> list[Any]:
    if kind not in NUMBERS or ":" not in text:
        return [read_value(name, kind, text)]
    ends = [read_value(name, kind, part) for part in text.split(":")]
    if len(ends) != 3:
        raise ParameterError(Problem(t("parameter {name}", name=name), shown(text), t("from:to:step")))
    return list(steps(name, *ends))


def read_value(name: str, kind: str, text: str) -> Any:
    """Read one value by the type of its parameter, or raise a ParameterError.

    A text that is no number stays a text where a number is wanted: the study's own check tells it.

    Examples
    --------
    >>> read_value("x", "float", "1e-2"), read_value("x", "str", "007"), read_value("x", "dict", "{a: 1}")
    (0.01, '007', {'a': 1})
    """
    if kind in NUMBERS:
        for number in (int, float):
            with suppress(ValueError):
                return number(text)
        if ":" in text:  # YAML takes 1:30 for ninety
            return text
    return _read_yaml(name, kind, text)


def _read_yaml(name: str, kind: str, text: str) -> Any:
    from casework.studies.parameters import parse_assignment

    try:
        return parse_assignment(f"{name}={text}", (name,) if kind in TEXTS else ())[1]
    except ParameterError:
        raise
    except (ValueError, RecursionError):  # YAML: a 13th month, 5000 digits, brackets without end
        expected = t("a value in YAML or JSON notation")
        raise ParameterError(Problem(t("parameter {name}", name=name), shown(text), expected)) from None


def read_range_text(name: str, kind: str, given: Any) -> Any:
    """Read a range that is written as on the command line; other forms stay as they are.

    Examples
    --------
    >>> read_range_text("x", "float", "1:10:log"), read_range_text("x", "str", "a,b")
    ({'low': 1, 'high': 10, 'scale': 'log'}, {'options': ['a', 'b']})
    """
    if not isinstance(given, str):
        return given
    if kind in NUMBERS and ":" in given:
        low, high, *scale = given.split(":", 2)
        ends = {"low": read_value(name, kind, low), "high": read_value(name, kind, high)}
        return ends | ({"scale": scale[0]} if scale else {})
    return {"options": read_values(name, kind, given)}
