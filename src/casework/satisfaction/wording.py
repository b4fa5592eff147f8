"""Words that stand in tables and controls of the satisfaction studies, marked for the catalogue.

They are column names and option values, with underscores as spaces, as `report.formats.heading` looks them up.
"""

from __future__ import annotations

from casework.core.messages import mark

HEADINGS: tuple[str, ...] = (
    mark("index"),
    mark("node"),
    mark("level"),
    mark("parent"),
    mark("weight"),
    mark("global weight"),
    mark("score"),
    mark("se"),
    mark("low"),
    mark("high"),
    mark("n"),
    mark("contribution"),
    mark("lost"),
    mark("dimension"),
    mark("items"),
    mark("alpha"),
    mark("weakest item"),
    mark("alpha without it"),
    mark("item total"),
    mark("alpha if dropped"),
    mark("expected"),
    mark("perceived"),
    mark("gap"),
    mark("category"),
    mark("share"),
    mark("supplier"),
    mark("own"),
    mark("rank"),
    mark("rank low"),
    mark("rank high"),
    mark("probability first"),
    mark("difference"),
    mark("difference low"),
    mark("difference high"),
    mark("p value"),
    mark("p holm"),
    mark("truth"),
    mark("holds truth"),
    mark("indicator"),
    mark("coefficient"),
    mark("measure"),
    mark("value"),
    mark("unit"),
)
OPTIONS: tuple[str, ...] = (
    mark("equal"),
    mark("direct"),
    mark("entropy"),
    mark("critic"),
    mark("regression"),
    mark("ahp"),
    mark("complaining"),
    mark("satisfied"),
    mark("loyal"),
)
CONTROLS: tuple[str, ...] = (mark("weighting"), mark("minimum answered"))
MEASURES: tuple[str, ...] = (
    mark("answers"),
    mark("invitations"),
    mark("margin"),
    mark("confidence"),
    mark("standard deviation"),
    mark("people"),
    mark("points"),
)
