"""What matplotlib does over and over while it draws one figure, done once: the picture is the same to the byte.

A text is laid out by each pass of the layout, by the measuring of the figure and by its drawing: here once. Each new
tick copies the markers of the first one with everything below them: here it shares them, as markers are never changed
in their place. Only what is asked for inside of `shortcuts` is affected.
"""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from matplotlib import markers
from matplotlib.text import Text

MOST_LAYOUTS = 5_000

_usual_layout: Any = Text._get_layout  # type: ignore[attr-defined]
_inside: list[bool] = []


@contextmanager
def shortcuts() -> Iterator[None]:
    """Let matplotlib remember what it found out, inside a `with` block."""
    if _inside:
        yield
        return
    kept = markers.copy  # type: ignore[attr-defined]
    changed: Any = Text
    _inside.append(True)
    changed._get_layout = _layout
    markers.copy = SimpleNamespace(copy=copy.copy, deepcopy=_copied_marker)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        markers.copy = kept  # type: ignore[attr-defined]
        changed._get_layout = _usual_layout
        _inside.pop()


def _layout(text: Any, renderer: Any) -> Any:
    """Return where the lines of a text are, from its own place; renderers that remember have `layouts`."""
    known: dict[Hashable, Any] | None = getattr(renderer, "layouts", None)
    key = None if known is None else _key(text, renderer)
    if known is None or key is None:
        return _usual_layout(text, renderer)
    if key not in known:
        if len(known) >= MOST_LAYOUTS:
            known.clear()
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
