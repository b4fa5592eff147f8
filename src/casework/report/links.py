"""Addresses of files beside a page."""

from __future__ import annotations

import os
from pathlib import Path

from casework.report.index import safe_href

UP = "../"


def relative_href(href: str) -> str:
    """Return a relative path as an address, steps upward at its beginning allowed; anything else becomes empty.

    Parameters
    ----------
    href : str
        Path of a file, relative to the folder of the page.

    Examples
    --------
    >>> relative_href("../../kano/run 1/report.html"), relative_href("../https://e.vil"), relative_href("a/../b")
    ('../../kano/run%201/report.html', '', '')
    """
    rest = href.replace("\\", "/")
    steps = 0
    while rest.startswith(UP):
        rest, steps = rest[len(UP) :], steps + 1
    inside = safe_href(rest) if rest else ""
    return UP * steps + inside if inside else ""


def href_between(folder: Path, target: Path) -> str:
    """Return the address of a file as seen from a folder; empty where there is no way between them."""
    try:
        return relative_href(Path(os.path.relpath(target, folder)).as_posix())
    except ValueError:  # another drive
        return ""
