"""What matplotlib does over and over while it draws one figure, done once: the picture is the same to the byte.

A text is laid out by each pass of the layout, by the measuring of the figure and by its drawing: here once. Ticks are
made and moved only where something changed (`tick_shortcuts`). A tick copies its markers with everything below them:
here it shares them, as markers are never changed in their place. Only what is asked for inside of `shortcuts` is
affected.
"""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
from matplotlib import markers
from matplotlib.axis import Axis
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxBase

from casework.figures import tick_shortcuts
from casework.figures.memory import make_room

MOST_LAYOUTS = 5_000

_usual_layout: Any = Text._get_layout  # type: ignore[attr-defined]
_usual_extent: Any = Text.get_window_extent
_inside: list[bool] = []


@contextmanager
def shortcuts() -> Iterator[None]:
    """Let matplotlib remember what it found out, inside a `with` block."""
    if _inside:
        yield
        return
    _inside.append(True)
    before = [(owner, name, vars(owner)[name]) for owner, name, _ in _CHANGES]
    for owner, name, new in _CHANGES:
        setattr(owner, name, new)
    try:
        yield
    finally:
        for owner, name, old in before:
            setattr(owner, name, old)
        _inside.pop()


def _extent(text: Any, renderer: Any = None, dpi: float | None = None) -> Any:
    """Return the box around a text in its place, as `Text.get_window_extent` does."""
    if renderer is None or dpi is not None or not text.get_visible() or not text.get_text():
        return _usual_extent(text, renderer, dpi)
    text._renderer = renderer
    box, _, _ = text._get_layout(renderer)
    return box.translated(*text.get_transform().transform(text.get_unitless_position()))


def _union(bboxes: Any) -> Any:
    """Return the box around all boxes, as `BboxBase.union` does."""
    if not len(bboxes):
        raise ValueError("'bboxes' cannot be empty")
    points = np.array([box.get_points() for box in bboxes]).reshape(-1, 2)
    return Bbox([points.min(axis=0), points.max(axis=0)])


def _layout(text: Any, renderer: Any) -> Any:
    """Return where the lines of a text are, from its own place; renderers that remember have `layouts`."""
    known: dict[Hashable, Any] | None = getattr(renderer, "layouts", None)
    key = None if known is None else _key(text, renderer)
    if known is None or key is None:
        return _usual_layout(text, renderer)
    if key not in known:
        make_room(known, MOST_LAYOUTS)
        known[key] = _usual_layout(text, renderer)
    return known[key]


def _key(text: Any, renderer: Any) -> Hashable:
    """Return all that the layout of a text depends on; None for formulas and for what depends on its surroundings."""
    content, mode = text.get_text(), text.get_rotation_mode()
    if text.get_wrap() or text.get_usetex() or "$" in content or mode in ("xtick", "ytick"):
        return None
    return (
        content,
        hash(text._fontproperties),
        renderer.dpi,
        text.get_figure(root=True).dpi,
        text.get_rotation(),
        mode,
        text._linespacing,
        text._horizontalalignment,
        text._verticalalignment,
        text._multialignment,
    )


def _copied_marker(parts: Any) -> Any:
    """Return the parts of a marker for another one; those that a marker can change in their place are copied."""
    if not isinstance(parts, dict) or parts.get("_user_transform") is not None:
        return copy.deepcopy(parts)
    return dict(parts)


_CHANGES: tuple[tuple[Any, str, Any], ...] = (
    (Text, "_get_layout", _layout),
    (Text, "get_window_extent", _extent),
    (Axis, "get_major_ticks", tick_shortcuts.major_ticks),
    (Axis, "get_minor_ticks", tick_shortcuts.minor_ticks),
    (Axis, "_update_ticks", tick_shortcuts.update_ticks),
    (Axis, "_get_ticklabel_bboxes", tick_shortcuts.label_boxes),
    (BboxBase, "union", staticmethod(_union)),
    (markers, "copy", SimpleNamespace(copy=copy.copy, deepcopy=_copied_marker)),
)
