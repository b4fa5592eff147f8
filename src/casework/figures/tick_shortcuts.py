"""Ticks of an axis, made and moved only where something changed; see `shortcuts`.

Where an axis needs more ticks, one is made and the others are like it. Each pass of the layout and of the drawing puts
all ticks in their places, several times over: those that are there already stay as they are, and inside of `unchanged`
an axis that lies where it lay, with the same range in view, is not looked at again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from matplotlib.axis import Axis, XTick, YTick
from matplotlib.cbook import CallbackRegistry
from matplotlib.ticker import NullLocator
from matplotlib.transforms import _interval_contains_close  # type: ignore[attr-defined]

LINES = ("tick1line", "tick2line", "gridline")
LABELS = ("label1", "label2")
KNOWN = (XTick, YTick)

USUAL: dict[str, Any] = {
    "get_major_ticks": Axis.get_major_ticks,
    "get_minor_ticks": Axis.get_minor_ticks,
    "_update_ticks": Axis._update_ticks,  # type: ignore[attr-defined]
    "_get_ticklabel_bboxes": Axis._get_ticklabel_bboxes,  # type: ignore[attr-defined]
}


@dataclass
class Seen:
    """What was found out of an axis: in which state it was, its ticks in view, and the boxes of their labels."""

    state: Hashable
    ticks: list[Any]
    boxes: Any = None


_seen: list[dict[Any, Seen]] = []


@contextmanager
def unchanged() -> Iterator[None]:
    """Trust that inside nobody gives an axis other ticks: a figure is only laid out and drawn."""
    _seen.append({})
    try:
        yield
    finally:
        _seen.pop()


def major_ticks(axis: Any, numticks: int | None = None) -> Any:
    """Return so many major ticks, as `Axis.get_major_ticks` does."""
    wanted = len(axis.get_majorticklocs()) if numticks is None else numticks
    return _ticks(axis, USUAL["get_major_ticks"], axis.majorTicks, wanted)


def minor_ticks(axis: Any, numticks: int | None = None) -> Any:
    """Return so many minor ticks, as `Axis.get_minor_ticks` does."""
    wanted = len(axis.get_minorticklocs()) if numticks is None else numticks
    return _ticks(axis, USUAL["get_minor_ticks"], axis.minorTicks, wanted)


def update_ticks(axis: Any) -> Any:
    """Put the ticks of an axis in their places, and return those in view, as `Axis._update_ticks` does."""
    if not _seen:
        return _updated(axis)
    state, before = _state(axis), _seen[-1].get(axis)
    if before is None or before.state != state:
        before = _seen[-1][axis] = Seen(state, _updated(axis))
    return before.ticks


def label_boxes(axis: Any, ticks: Any, renderer: Any) -> Any:
    """Return the boxes around the labels of ticks, as `Axis._get_ticklabel_bboxes` does."""
    before = _seen[-1].get(axis) if _seen else None
    if before is None or before.ticks is not ticks or before.state != _state(axis):
        return USUAL["_get_ticklabel_bboxes"](axis, ticks, renderer)
    if before.boxes is None:
        before.boxes = USUAL["_get_ticklabel_bboxes"](axis, ticks, renderer)
    return before.boxes


def _state(axis: Any) -> Hashable:
    """Return all that moves the ticks of an axis while its figure is laid out and drawn."""
    return (*axis.get_view_interval(), *axis.axes.bbox.bounds, axis.get_figure(root=True).dpi)


def _updated(axis: Any) -> Any:
    if axis.axes.name == "3d":
        return USUAL["_update_ticks"](axis)
    ticks = []
    if _shown(axis, axis.major, axis._major_tick_kw):
        ticks += _placed(axis.major, axis.get_majorticklocs(), axis.get_major_ticks)
    if _shown(axis, axis.minor, axis._minor_tick_kw):
        ticks += _placed(axis.minor, axis.get_minorticklocs(), axis.get_minor_ticks)
    if not ticks:
        return []
    transform, (low, high) = axis.get_transform(), axis.get_view_interval()
    interval = transform.transform([min(low, high), max(low, high)])
    try:
        places = transform.transform([tick._loc for tick in ticks])
    except AssertionError:  # a scale that cannot take all of them: matplotlib asks one by one
        return USUAL["_update_ticks"](axis)
    return [tick for tick, at in zip(ticks, places, strict=True) if _interval_contains_close(interval, at)]


def _shown(axis: Any, kind: Any, options: dict[str, Any]) -> bool:
    return axis._tick_group_visible(options) and not isinstance(kind.locator, NullLocator)


def _placed(kind: Any, places: Any, ticks_of: Any) -> list[Any]:
    """Return ticks, each in its place with its label."""
    labels = kind.formatter.format_ticks(places)
    ticks = ticks_of(len(places))
    for tick, place, label in zip(ticks, places, labels, strict=False):
        if not _stands(tick, place):
            tick.update_position(place)
        tick.label1.set_text(label)
        tick.label2.set_text(label)
    return list(ticks)


def _stands(tick: Any, place: Any) -> bool:
    """Return whether all parts of a tick are where they would be put."""
    kind: Any = type(tick)
    if kind is XTick:
        lines = tick.tick1line._xorig, tick.tick2line._xorig, tick.gridline._xorig
        places = tick._loc, tick.label1._x, tick.label2._x
    elif kind is YTick:
        lines = tick.tick1line._yorig, tick.tick2line._yorig, tick.gridline._yorig
        places = tick._loc, tick.label1._y, tick.label2._y
    else:
        return False
    return places == (place,) * 3 and all(type(data) is tuple for data in lines) and lines == ((place,),) * 3


def _ticks(axis: Any, usual: Any, there: list[Any], number: int) -> Any:
    """Return so many ticks; where several are missing, matplotlib makes one of them."""
    if number > len(there) + 1:
        usual(axis, len(there) + 1)
        if type(there[-1]) in KNOWN:
            there += [_like(there[-1]) for _ in range(number - len(there))]
    return usual(axis, number)


def _like(tick: Any) -> Any:
    """Return a tick like one that has just been made."""
    made = _twin(tick)
    for name in LINES + LABELS:
        setattr(made, name, _twin(getattr(tick, name)))
    for label in (made.label1, made.label2):
        label._fontproperties = label._fontproperties.copy()
    return made


def _twin(artist: Any) -> Any:
    made = object.__new__(type(artist))
    vars(made).update(vars(artist), _callbacks=CallbackRegistry(signals=["pchanged"]))
    return made
