"""Cases that are drawn: what the call or a grid file says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.core.errors import Problem
from casework.core.messages import t
from casework.runner.sweep.case_grids import read_mapping
from casework.runner.sweep.design import Design, Piece
from casework.runner.sweep.draws import draw
from casework.runner.sweep.inputs import key_problems
from casework.runner.sweep.ranges import read_range
from casework.runner.sweep.spans import Options, Span
from casework.runner.sweep.words import read_range_text

DRAW_KEYS = ("count", "method", "seed", "ranges")


def add_draws(design: Design, section: Any, given: Mapping[str, Any]) -> None:
    """Add draws: those of the file or those of the call, not both.

    Parameters
    ----------
    design : Design
        To which they are added.
    section : mapping, optional
        `draws` of the file: `count`, `method`, `seed`, `ranges`.
    given : mapping
        The same of the call; `count` and `ranges` are None where nothing is drawn.
    """
    called = given["count"] is not None or given["ranges"] is not None
    if section is None and not called:
        return
    if section is not None and called:
        found = t("it is given twice: {first}, {second}", first="draws", second="grid")
        design.problems.append(Problem("draws", found, t("draws once")))
    _add_plan(design, given if called else {**given, **_read_section(design, section)})


def _read_section(design: Design, section: Any) -> dict[str, Any]:
    given = read_mapping(design, "draws", section)
    design.problems.extend(key_problems("draws", given, DRAW_KEYS))
    return {key: value for key, value in given.items() if key in DRAW_KEYS}


def _add_plan(design: Design, plan: Mapping[str, Any]) -> None:
    ranges = read_mapping(design, "ranges", plan["ranges"])
    spans = _read_spans(design, ranges)
    with design.collecting():
        if spans or not ranges:
            drawn = draw(spans, plan["count"], method=plan["method"], seed=plan["seed"])
            design.axes.append([Piece(values) for values in drawn])
            design.origin = plan["method"]


def _read_spans(design: Design, ranges: Mapping[str, Any]) -> dict[str, Span | Options]:
    spans = {}
    for name in design.claim(ranges, "draws"):
        with design.collecting():
            given = read_range_text(name, design.target.kinds[name], ranges[name])
            spans[name] = read_range(name, design.target.own[name], given)
    return spans
