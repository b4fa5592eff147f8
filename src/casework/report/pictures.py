"""Figures as data: those an executed notebook shows, and those drawn for a page."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.report.body import BASE64
from casework.report.display import METADATA_KEY

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from nbformat import NotebookNode

PNG = "image/png"
DPI = 144
SCREEN_DPI = 96
SIDES = ("width", "height")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One figure: its PNG as base64, what it shows in words, and its size on the page [px]."""

    png: str
    caption: str
    alt: str
    width: int = 0
    height: int = 0


def notebook_pictures(notebook: NotebookNode) -> tuple[Picture, ...]:
    """Return the figures that an executed notebook shows, in their order.

    Parameters
    ----------
    notebook : NotebookNode
        Executed notebook; outputs that are not figures of casework, or no PNG, are passed over.
    """
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return tuple(picture for output in outputs if (picture := _picture(output)))


def _picture(output: Mapping[str, Any]) -> Picture | None:
    about = output.get("metadata", {}).get(METADATA_KEY, {})
    if not isinstance(about, Mapping) or about.get("kind") != "figure":
        return None
    content = output.get("data", {}).get(PNG, "")
    png = re.sub(r"\s", "", "".join(content) if isinstance(content, list) else str(content))
    if not png or not BASE64.fullmatch(png):
        return None
    size = output["metadata"].get(PNG, {})
    caption = str(about.get("caption", ""))
    return Picture(
        png=png,
        caption=caption,
        alt=str(about.get("alt", "")) or caption,
        **{side: _pixels(size, side) for side in SIDES},
    )


def _pixels(size: Any, side: str) -> int:
    value = size.get(side) if isinstance(size, Mapping) else 0
    return value if isinstance(value, int) and value > 0 else 0


def draw_picture(figure: Figure, *, caption: str, alt: str) -> Picture:
    """Return a drawn figure as a picture; the same figure gives the same bytes.

    Parameters
    ----------
    figure : Figure
        Drawn in the house style, and not registered with pyplot.
    caption, alt : str
        Translated sentences.
    """
    from casework.figures import raster, style

    with style.context():
        data, _ = raster.png(figure, dpi=DPI, crop=False)
    width, height = (round(side * SCREEN_DPI) for side in figure.get_size_inches())
    return Picture(png=base64.b64encode(data).decode("ascii"), caption=caption, alt=alt, width=width, height=height)
