"""What matplotlib does over and over while it draws one figure, done once: the picture is the same to the byte.

A text is laid out by each pass of the layout, by the measuring of the figure and by its drawing: here once. Where an
axis needs more ticks, one is made and the others are like it. A tick copies its markers with everything below them:
here it shares them, as markers are never changed in their place. Only what is asked for inside of `shortcuts` is
affected.
"""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from matplotlib import markers
from matplotlib.axis import Axis, XTick, YTick
from matplotlib.cbook import CallbackRegistry
from matplotlib.text import Text

MOST_LAYOUTS = 5_000

PARTS = ("tick1line", "tick2line", "gridline", "label1", "label2")

_usual_layout: Any = Text._get_layout  # type: ignore[attr-defined]
_usual_ticks: dict[str, Any] = {"majorTicks": Axis.get_major_ticks, "minorTicks": Axis.get_minor_ticks}
_inside: list[bool] = []


@contextmanager
def shortcuts() -> Iterator[None]:
    """Let matplotlib remember what it found out, inside a `with` block."""
    if _inside:
        yield
        return
    kept = markers.copy  # type: ignore[attr-defined]
    changed, axes = _classes()
    _inside.append(True)
    changed._get_layout, axes.get_major_ticks, axes.get_minor_ticks = _layout, _major_ticks, _minor_ticks
    markers.copy = SimpleNamespace(copy=copy.copy, deepcopy=_copied_marker)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        markers.copy = kept  # type: ignore[attr-defined]
        changed._get_layout = _usual_layout
        axes.get_major_ticks, axes.get_minor_ticks = _usual_ticks.values()
        _inside.pop()


def _classes() -> tuple[Any, Any]:
    return Text, Axis


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


def _major_ticks(axis: Any, numticks: int | None = None) -> Any:
    return _ticks(axis, "majorTicks", len(axis.get_majorticklocs()) if numticks is None else numticks)


def _minor_ticks(axis: Any, numticks: int | None = None) -> Any:
    return _ticks(axis, "minorTicks", len(axis.get_minorticklocs()) if numticks is None else numticks)


def _ticks(axis: Any, name: str, number: int) -> Any:
    """Return so many ticks; where several are missing, matplotlib makes one of them."""
    usual, there = _usual_ticks[name], getattr(axis, name)
    if number > len(there) + 1:
        usual(axis, len(there) + 1)
        if type(there[-1]) in (XTick, YTick):
            there += [_like(there[-1]) for _ in range(number - len(there))]
    return usual(axis, number)


def _like(tick: Any) -> Any:
    """Return a tick like one that has just been made."""
    made = _twin(tick)
    for name in PARTS:
        setattr(made, name, _twin(getattr(tick, name)))
    for label in (made.label1, made.label2):
        label._fontproperties = label._fontproperties.copy()
    return made


def _twin(artist: Any) -> Any:
    made = object.__new__(type(artist))
    vars(made).update(vars(artist), _callbacks=CallbackRegistry(signals=["pchanged"]))
    return made


def _copied_marker(parts: Any) -> Any:
    """Return the parts of a marker for another one; those that a marker can change in their place are copied."""
    if not isinstance(parts, dict) or parts.get("_user_transform") is not None:
        return copy.deepcopy(parts)
    return dict(parts)
