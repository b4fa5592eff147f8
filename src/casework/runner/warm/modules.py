"""Names and files of all loaded modules, which each kernel lists when it starts, without a look at every module.

To look at an object is to count it, and to count it is to write: a fork that goes through thousands of modules copies
the memory they lie in. The template lists them once, in one place, and a fork adds what it has loaded itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ipykernel import ipkernel
from IPython.core import shellapp


class _Named:
    """As much of a module as a kernel asks for when it starts."""

    __slots__ = ("__file__",)

    def __init__(self, file: str) -> None:
        self.__file__ = file


class _Modules:
    """In the place of `sys.modules`, for one who wants their names or their files only."""

    def copy(self) -> _Modules:
        return self

    def keys(self) -> list[str]:
        return [*_names, *_newer(sys.modules)]

    def values(self) -> list[Any]:
        return [*_known, *newer()]


class _Sys:
    """In the place of `sys`."""

    modules = _Modules()

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


_names: list[str] = []
_known: list[_Named] = []
_counted: list[int] = []


def remember() -> None:
    """List the modules that are loaded now; forks do not look at them again."""
    files = [file for file in (getattr(module, "__file__", None) for module in list(sys.modules.values())) if file]
    _known[:] = [_Named((file + " ")[:-1]) for file in files]  # texts of their own, beside each other
    _names[:] = [(name + " ")[:-1] for name in sys.modules]
    set(_names)  # each text keeps its hash
    _counted[:] = [len(sys.modules)]


def newer() -> list[Any]:
    """Return the modules that were loaded after `remember`, the latest first."""
    return _newer(sys.modules.values())


def _newer(loaded: Any) -> list[Any]:
    left = len(sys.modules) - sum(_counted)
    late = reversed(loaded)
    return [next(late) for _ in range(max(0, left))]


@contextmanager
def listed() -> Iterator[None]:
    """Let a kernel that is made inside a `with` block take the list; without one it looks for itself."""
    if not _counted:
        yield
        return
    places: tuple[Any, ...] = (ipkernel, shellapp)
    for place in places:
        place.sys = _Sys()
    try:
        yield
    finally:
        for place in places:
            place.sys = sys
