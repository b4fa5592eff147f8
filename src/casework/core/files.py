"""Writing files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8: beside first, then renamed, so that nobody ever sees half of it.

    Parameters
    ----------
    path : Path
        Where it goes; its folder exists.
    text : str
        What it holds.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
