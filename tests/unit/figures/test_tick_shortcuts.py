"""Ticks that are made and moved only where something changed are those that matplotlib makes and moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter

from casework.figures.shortcuts import shortcuts
from casework.figures.tick_shortcuts import USUAL, unchanged


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def grown(kind):
    """Return ticks that an axis makes when it needs nine, after its first was changed."""
    _, ax = plt.subplots()
    axis = ax.xaxis if kind.startswith("x") else ax.yaxis
    ax.tick_params(axis=kind[0], which="both", labelrotation=20, direction="inout")
    get = axis.get_minor_ticks if kind.endswith("minor") else axis.get_major_ticks
    first = get(1)[0]
    first.label1.set(color="red", rotation_mode="anchor", y=0.3, zorder=9)
    first.gridline.set(linestyle=":", gid="own")
    return get(9)


def state(tick):
    parts = {name: vars(getattr(tick, name)) for name in ("tick1line", "tick2line", "gridline", "label1", "label2")}
    return {
        name: {key: repr(value) for key, value in values.items() if not hasattr(value, "__dict__")}
        for name, values in {**parts, "tick": {k: v for k, v in vars(tick).items() if k not in parts}}.items()
    }


@pytest.mark.parametrize("kind", ["x", "y", "x minor", "y minor"])
def test_more_ticks_are_like_those_that_matplotlib_makes(kind):
    with shortcuts():
        found = grown(kind)
    wanted = grown(kind)
    assert [state(tick) for tick in found] == [state(tick) for tick in wanted]
    found[-1].label1.set(fontsize=30, text="new")
    found[-1].tick1line.set(markersize=20, data=([1], [2]))
    assert [state(tick) for tick in found[:-1]] == [state(tick) for tick in wanted[:-1]]
    assert len({id(tick.label1._callbacks) for tick in found}) == len(found)


SCALES = {"linear": (-7.0, 3.0), "log": (0.02, 5e3), "symlog": (-50.0, 900.0), "logit": (0.01, 0.98)}


@given(
    st.sampled_from(list(SCALES)),
    st.floats(0, 0.4),
    st.booleans(),
    st.lists(st.floats(0.1, 0.9), max_size=4),
    st.booleans(),
)
def test_the_same_ticks_are_in_view(scale, part, turned, more, minor):
    low, high = SCALES[scale]
    low, high = (low + part * (high - low), high) if scale in ("linear", "symlog") else (low, high)
    ax = Figure().add_subplot()
    ax.set_yscale(scale)
    ax.set_ylim((high, low) if turned else (low, high))
    if minor:
        ax.minorticks_on()
    if more:
        ax.set_yticks([low + share * (high - low) for share in [*more, 0.99]], [*map(str, more), "last"])
        ax.set_ylim(*ax.get_ylim()[::-1] if turned else (low, low + 0.8 * (high - low)))
    seen = []
    for _ in range(2):
        with shortcuts():
            ax.yaxis._update_ticks()
            ticks = ax.yaxis._update_ticks()
        seen.append([(tick.get_loc(), tick.label1.get_text(), *tick.label1.get_position()) for tick in ticks])
        usual = USUAL["_update_ticks"](ax.yaxis)
        seen.append([(tick.get_loc(), tick.label1.get_text(), *tick.label1.get_position()) for tick in usual])
    assert seen[0] == seen[1] == seen[2] == seen[3]


@pytest.mark.parametrize("part", ["tick1line", "tick2line", "gridline"])
def test_a_part_that_was_moved_goes_back(part):
    _, ax = plt.subplots()
    tick = ax.xaxis.get_major_ticks()[1]
    USUAL["_update_ticks"](ax.xaxis)
    getattr(tick, part).set_xdata([0.77])
    tick.label2.set_x(0.5)
    with shortcuts():
        ax.xaxis._update_ticks()
    assert list(getattr(tick, part).get_xdata()) == [tick.get_loc()] == [tick.label2.get_position()[0]]


def looked_at(monkeypatch):
    """Return a list that grows each time an axis formats its ticks."""
    calls = []
    kept = Formatter.format_ticks
    monkeypatch.setattr(Formatter, "format_ticks", lambda self, values: calls.append(1) or kept(self, values))
    return calls


def test_an_axis_is_looked_at_again_where_it_lies_otherwise(monkeypatch):
    figure, ax = plt.subplots()
    renderer = figure.canvas.get_renderer()
    calls = looked_at(monkeypatch)
    with shortcuts(), unchanged():
        first = ax.get_tightbbox(renderer).bounds
        once = len(calls)
        assert ax.get_tightbbox(renderer).bounds == first
        assert len(calls) == once
        ax.set_position([0.3, 0.3, 0.5, 0.5])
        moved = ax.get_tightbbox(renderer).bounds
        ax.set_xlim(0, 40)
        wider = ax.get_tightbbox(renderer).bounds
    assert len(calls) > once
    assert moved == ax.get_tightbbox(renderer).bounds or moved != first
    assert wider == ax.get_tightbbox(renderer).bounds


def test_outside_nothing_is_trusted(monkeypatch):
    figure, ax = plt.subplots()
    with shortcuts():
        ax.get_tightbbox(figure.canvas.get_renderer())
        ax.xaxis.get_major_formatter().format_ticks = lambda values: ["new"] * len(values)
        ax.get_tightbbox(figure.canvas.get_renderer())
    assert ax.xaxis.get_major_ticks()[0].label1.get_text() == "new"


def test_labels_have_the_boxes_that_they_have():
    figure, ax = plt.subplots()
    ax.tick_params(labelright=True, labelrotation=30)
    renderer = figure.canvas.get_renderer()
    with shortcuts(), unchanged():
        ticks = ax.yaxis._update_ticks()
        found = [ax.yaxis._get_ticklabel_bboxes(each, renderer) for each in (ticks, ticks, ticks[:2])]
    wanted = Axis._get_ticklabel_bboxes(ax.yaxis, ticks, renderer)
    for boxes in found[:2]:
        for side, other in zip(boxes, wanted, strict=True):
            assert np.allclose([box.bounds for box in side], [box.bounds for box in other], rtol=0, atol=0)
    assert len(found[2][0]) == 2
