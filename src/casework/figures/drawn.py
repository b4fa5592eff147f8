"""Pictures that were drawn before: the same result, drawn in the same way, is not drawn again.

A run names a folder in its environment (`CASEWORK_DRAWN`); in it each picture lies under the hash of what it shows.
Its name holds the state of casework and its libraries, so that a change of either starts with an empty folder. Only
results of casework's own methods, with casework's own drawings, are kept: what a notebook defines itself could change
under the same name. Whatever goes wrong here leads to drawing.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from casework.core.messages import language
from casework.core.paths import DRAWN_VARIABLE
from casework.core.result import Result
from casework.figures.registry import draw

SUFFIX = ".drawn"
DIGEST = hashlib.sha256().digest_size
WINDOWS = ("backend", "interactive")  # settings that no picture shows
MOST = 5_000_000  # [bytes] of a picture that is kept
TRUSTED = frozenset(
    [
        "builtins",
        "casework",
        "collections",
        "copyreg",
        "cycler",
        "datetime",
        "decimal",
        "functools",
        "matplotlib",
        "numpy",
        "pandas",
        "pyarrow",
        "types",
        "zoneinfo",
    ]
)


def picture(result: Result, *, kind: str | None, dpi: float) -> bytes:
    """Return a result as PNG, drawn now or before.

    Parameters
    ----------
    result : Result
        What to draw.
    kind : str, optional
        Which picture of it.
    dpi : float
        Dots per inch; above 0.
    """
    from casework.figures.shortcuts import shortcuts

    place = _place(result, kind, dpi)
    found = _read(place) if place else None
    if found is not None:
        return found
    with _quiet() as warned, shortcuts():
        data = rendered(result.plot(kind=kind).get_figure(), dpi=dpi)
    if place and not warned:
        _keep(place, data)
    return data


def rendered(figure: Any, *, dpi: float) -> bytes:
    """Return a figure as PNG, and close it.

    Parameters
    ----------
    figure : Figure
        What to render.
    dpi : float
        Dots per inch; above 0.
    """
    from matplotlib import pyplot as plt

    from casework.figures import raster

    data, _ = raster.png(figure, dpi=dpi)
    plt.close(figure)
    return data


def _place(result: Result, kind: str | None, dpi: float) -> Path | None:
    """Return where the picture lies or will lie; None where it is not to be kept."""
    folder = os.environ.get(DRAWN_VARIABLE)
    if not folder or not _own(type(result).__module__) or not _own(draw.drawing(type(result)).__module__):
        return None
    try:
        key = _key(result, kind, dpi)
    except Exception:  # something in it cannot be written down: then it cannot be recognised either
        return None
    return Path(folder) / key[:2] / f"{key}{SUFFIX}"


def _own(module: str) -> bool:
    return module.partition(".")[0] == "casework"


def _key(result: Result, kind: str | None, dpi: float) -> str:
    """Return the hash of all that a picture shows: the result, its kind, the language, and matplotlib's settings."""
    from matplotlib import rcParams

    settings = sorted((name, repr(value)) for name, value in dict.items(rcParams) if name not in WINDOWS)
    text = io.BytesIO()
    _Writer(text, protocol=5).dump((_parts(result), kind, dpi, language(), settings))
    return hashlib.sha256(text.getvalue()).hexdigest()


def _parts(thing: Any) -> Any:
    """Return a result as name and fields, so that what it has cached for itself does not count."""
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    name = f"{type(thing).__module__}.{type(thing).__qualname__}"
    return name, [(field.name, _parts(getattr(thing, field.name))) for field in fields(thing)]


class _Writer(pickle.Pickler):
    """Writes values down whole; what is written by its name only must belong to a known library."""

    def reducer_override(self, obj: Any) -> Any:
        module = getattr(obj, "__module__", None) or type(obj).__module__
        if str(module).partition(".")[0] not in TRUSTED:
            raise pickle.PicklingError(module)
        return NotImplemented


def _read(place: Path) -> bytes | None:
    """Return a picture that was kept, if all its bytes are there as they were."""
    try:
        content = place.read_bytes()
    except OSError:
        return None
    data = content[:-DIGEST]
    if data and hashlib.sha256(data).digest() == content[-DIGEST:]:
        with suppress(OSError):
            os.utime(place)
        return data
    return None


def _keep(place: Path, data: bytes) -> None:
    """Put a picture in its place, whole or not at all."""
    if len(data) > MOST:
        return
    new = place.with_name(f"{place.stem}.{secrets.token_hex(4)}")
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            new.write_bytes(data + hashlib.sha256(data).digest())
            new.replace(place)
        finally:
            new.unlink(missing_ok=True)


@contextmanager
def _quiet() -> Iterator[list[object]]:
    """Note the warnings given inside, which are shown all the same: a picture with one is drawn each time."""
    told: list[object] = []
    show = warnings.showwarning

    def note(*arguments: Any, **options: Any) -> None:
        told.append(arguments[0])
        show(*arguments, **options)

    warnings.showwarning = note
    try:
        yield told
    finally:
        warnings.showwarning = show
