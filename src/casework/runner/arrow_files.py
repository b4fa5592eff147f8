"""Which files pyarrow opens, of which Python is told nothing: `pandas.read_parquet` reads its files that way.

The functions and classes of pyarrow that take the path of a file tell it before they work; they are the same otherwise.
`pyarrow.OSFile` and the file systems of pyarrow are written in C and cannot be made to.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

Note = Callable[[str, bool], None]


class Call(NamedTuple):
    """What takes a path: its name in the module, name and place of the argument, and whether it writes there."""

    name: str
    argument: str
    place: int = 0
    writes: bool = False


_ABOUT = tuple(Call(name, "where") for name in ("read_metadata", "read_schema"))
_CALLS: Mapping[str, tuple[Call, ...]] = {
    "pandas.io.parquet": (Call("PyArrowImpl.write", "path", 2, writes=True),),  # with a `pyarrow.OSFile`
    "pyarrow": (
        Call("memory_map", "path"),
        Call("input_stream", "source"),
        Call("output_stream", "source", writes=True),
    ),
    "pyarrow.csv": (
        Call("read_csv", "input_file"),
        Call("open_csv", "input_file"),
        Call("write_csv", "output_file", 1, writes=True),
    ),
    "pyarrow.dataset": (
        Call("dataset", "source"),
        Call("parquet_dataset", "metadata_path"),
        Call("write_dataset", "base_dir", 1, writes=True),
    ),
    "pyarrow.feather": (
        Call("read_table", "source"),
        Call("read_feather", "source"),
        Call("write_feather", "dest", 1, writes=True),
    ),
    "pyarrow.json": (Call("read_json", "input_file"), Call("open_json", "input_file")),
    "pyarrow.orc": (
        Call("ORCFile.__init__", "source", 1),
        Call("read_table", "source"),
        Call("ORCWriter.__init__", "where", 1, writes=True),
    ),
    "pyarrow.parquet": _ABOUT,  # has the functions of the next by names of its own
    "pyarrow.parquet.core": (
        *_ABOUT,
        Call("ParquetFile.__init__", "source", 1),
        Call("ParquetDataset.__init__", "path_or_paths", 1),
        Call("ParquetWriter.__init__", "where", 1, writes=True),
    ),
}


def watch(note: Note) -> None:
    """Tell each path that pyarrow is given from now on, and whether it writes there; this cannot be taken back.

    Modules that are not loaded yet are changed when they are.
    """
    sys.meta_path.insert(0, _Finder(note))
    for name in _CALLS:
        if name in sys.modules:
            _change(sys.modules[name], note)


class _Finder:
    """Finds modules that read or write by pyarrow as all others do, and changes them once they are loaded."""

    def __init__(self, note: Note) -> None:
        self.note = note

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name not in _CALLS:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in found if spec), None)
        if spec and spec.loader:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                _change(module, self.note)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _change(module: ModuleType, note: Note) -> None:
    for call in _CALLS[module.__name__]:
        *inside, name = call.name.split(".")
        with suppress(AttributeError):  # another version of pyarrow
            place: Any = functools.reduce(getattr, inside, module)
            setattr(place, name, _telling(getattr(place, name), call, note))


def _telling(usual: Callable[..., Any], call: Call, note: Note) -> Callable[..., Any]:
    @functools.wraps(usual)
    def telling(*args: Any, **named: Any) -> Any:
        given = args[call.place] if len(args) > call.place else named.get(call.argument)
        with suppress(Exception):  # to be told is no affair of who reads
            for path in _paths(given):
                for file in _written(path) if call.writes else _read(path):
                    note(file, call.writes)
        return usual(*args, **named)

    return telling


def _paths(given: Any) -> Iterator[str]:
    """Give the paths that an argument means: a path, an address of a local file, or a list of them."""
    if isinstance(given, list | tuple | set):
        for one in given:
            yield from _paths(one)
    elif isinstance(given, str | bytes | os.PathLike):
        path = os.fsdecode(given)
        yield unquote(urlsplit(path).path) if path.startswith("file:") else path


def _read(path: str) -> Iterator[str]:
    """Give a file, or all files in a folder."""
    yield path
    for folder, _, names in os.walk(path):
        yield from (os.path.join(folder, name) for name in sorted(names))  # noqa: PTH118


def _written(path: str) -> Iterator[str]:
    """Give a file; in a folder its names are not known yet."""
    yield os.path.join(path, "*") if os.path.isdir(path) else path  # noqa: PTH112, PTH118
