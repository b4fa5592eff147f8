"""The parts of a cache key: everything that a run's outputs can depend on."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from casework.core.messages import t
from casework.datasets.sources import printable
from casework.runner.hashing import sha256_json, sha256_text

NOTHING = "–"
PARAMETERS = "parameters"
INSTALLED = ".dist-info"
VENDORED = "_vendor"


def key_parts(
    *,
    study: str,
    notebook: str,
    parameters: Mapping[str, Any],
    data: str | None,
    package: str,
    lang: str,
    formats: Sequence[str],
    with_code: bool,
    threads: int = 1,
    inputs: Mapping[str, str | None] | None = None,
) -> dict[str, Any]:
    """Return the parts of the cache key of a run, as plain JSON.

    Parameters
    ----------
    study : str
        Name of the study or notebook.
    notebook, data, package : str or None
        SHA-256 of the notebook's cells, the data, the sources of casework.
    parameters : mapping
        All parameters with their values; nothing secret, for they are written into the cache.
    lang : {'en', 'zh'}
        Language of the report.
    formats : sequence of {'html', 'pdf', 'docx'}
        Their order is free, and HTML is always made.
    with_code : bool
        Whether the report keeps the code.
    threads : int
        Threads of the numerical libraries, 1 or more.
    inputs : mapping, optional
        SHA-256 of further files, by name.
    """
    found: dict[str, Any] = {
        "notebook": notebook,
        "study": study,
        PARAMETERS: dict(parameters),
        "data": data,
        "package": package,
        "lang": lang,
        "environment": environment_sha256(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "threads": threads,
        "exporter": {"formats": sorted({"html", *formats}), "with_code": with_code},
    }
    if inputs:
        found["inputs"] = dict(inputs)
    return {name: plain(value) for name, value in found.items()}


def plain(value: Any) -> Any:
    """Return a value as plain JSON in which different values stay different.

    Examples
    --------
    >>> plain((1, 1.0, True, "1")), plain({"b": None})
    ([1, 1.0, True, '1'], {'b': None})
    >>> plain({1: "a"}) == plain({"1": "a"})
    False
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        if all(isinstance(name, str) for name in value):
            return {name: plain(item) for name, item in value.items()}
        pairs = [[plain(name), plain(item)] for name, item in value.items()]
        return {"!mapping": sorted(pairs, key=_canonical)}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return {"!set": sorted((plain(item) for item in value), key=_canonical)}
    return {f"!{type(value).__module__}.{type(value).__qualname__}": str(value)}


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def cache_key(parts: Mapping[str, Any]) -> str:
    """Return the cache key of a run: 1, 1.0, True and "1" give different keys, the order of names does not matter.

    Examples
    --------
    >>> cache_key({"a": 1, "b": 2}) == cache_key({"b": 2, "a": 1}), cache_key({"a": 1}) == cache_key({"a": 1.0})
    (True, False)
    """
    return sha256_json(plain(parts))


@lru_cache(maxsize=1)
def environment_sha256() -> str:
    """Return the hash of the names and versions of all installed packages, found once for a process."""
    return sha256_text("\n".join(ascii(name) for name in sorted(_installed())))


def _installed() -> set[str]:
    """Return the packages on the path; setuptools, once imported, adds copies of its own to it: they do not count."""
    found: set[str] = set()
    for folder in {entry for entry in sys.path if os.path.basename(entry) != VENDORED}:  # noqa: PTH119
        try:
            with os.scandir(folder or os.curdir) as items:
                found.update(item.name for item in items if item.name.endswith(INSTALLED))
        except OSError:
            continue
    return found


def differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """Return the names of the parts that differ; of the parameters each one with both its values.

    Parameters
    ----------
    a, b : mapping
        Parts as `key_parts` gives them, then and now.

    Examples
    --------
    >>> differing({"data": "0a", "parameters": {"seed": 1}}, {"data": "0b", "parameters": {"seed": 2}})
    ['data', 'parameter seed: 1 -> 2']
    """
    found: list[str] = []
    for name in dict.fromkeys((*a, *b)):
        if same(a, b, name):
            continue
        then, now = a.get(name), b.get(name)
        if name == PARAMETERS and isinstance(then, Mapping) and isinstance(now, Mapping):
            found += _differing_parameters(then, now)
        else:
            found.append(printable(name))
    return found


def _differing_parameters(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [
        t("parameter {name}: {old} -> {new}", name=printable(name), old=shown(then, name), new=shown(now, name))
        for name in dict.fromkeys((*then, *now))
        if not same(then, now, name)
    ]


def same(a: Mapping[str, Any], b: Mapping[str, Any], name: str) -> bool:
    """Say whether a name stands in both or neither, with a value of the same type and size."""
    if name not in a or name not in b:
        return name not in a and name not in b
    return _canonical(plain(a[name])) == _canonical(plain(b[name]))


def shown(values: Mapping[str, Any], name: str) -> str:
    """Return a value as text that can be shown, or a dash where there is none."""
    return printable(json.dumps(values[name], ensure_ascii=False)) if name in values else NOTHING
