"""What the command prints: plain tables, one short block for an error, a progress bar where a person watches."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from casework.core.errors import CaseworkError, InputError

Progress = Callable[[int, int], None]


def out(text: str = "") -> None:
    """Print a line on standard output."""
    print(text)  # noqa: T201


def out_json(value: Any) -> None:
    """Print JSON for scripts."""
    out(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def err(text: str) -> None:
    """Print a line on standard error."""
    print(text, file=sys.stderr)  # noqa: T201


def show_error(error: CaseworkError) -> None:
    """Print an error as one short block."""
    if isinstance(error, InputError):
        title = "parameters" if type(error).__name__ == "ParameterError" else "data"
        err(f"casework: the {title} cannot be used; nothing was run.")
        for problem in error.problems:
            err(f"  - {printable(str(problem))}")
    else:
        err(f"casework: {printable(str(error))}")


def printable(text: str) -> str:
    """Return text without control characters: names in data must not steer a terminal."""
    return "".join(
        char if char == "\n" or unicodedata.category(char) != "Cc" else "\N{REPLACEMENT CHARACTER}" for char in text
    )


def table(rows: Sequence[Sequence[object]], heads: Sequence[str]) -> str:
    """Return an aligned text table; wide (CJK) characters count double."""
    cells = [[printable(str(cell)) for cell in row] for row in (heads, *rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip() for row in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def watched() -> bool:
    """Return whether a person watches standard error."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def bar_console() -> Any:
    """Return the console that progress bars are drawn on."""
    from rich.console import Console

    return Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))


@contextmanager
def progress_bar(title: str) -> Iterator[Progress | None]:
    """Give a function that moves a progress bar; None where nobody watches."""
    if not watched():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=bar_console(), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def move(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield move
