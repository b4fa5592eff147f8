"""Column names of the tables of bootstrap, index, groups and comparisons, marked for the catalogue.

With underscores as spaces, as `report.formats.heading` looks them up.
"""

from __future__ import annotations

from casework.core.messages import mark

BOOTSTRAP: tuple[str, ...] = (
    mark("group"),
    mark("from"),
    mark("to"),
    mark("estimate"),
    mark("mean"),
    mark("se"),
    mark("low"),
    mark("high"),
    mark("t"),
    mark("p normal"),
    mark("reason"),
    mark("n"),
    mark("share"),
)
INDEX: tuple[str, ...] = (
    mark("construct"),
    mark("score"),
    mark("score low"),
    mark("score high"),
    mark("index"),
)
GROUPS: tuple[str, ...] = (
    mark("reference"),
    mark("path group"),
    mark("path reference"),
    mark("total group"),
    mark("total reference"),
    mark("index group"),
    mark("index reference"),
    mark("difference"),
    mark("p"),
    mark("p holm"),
    mark("p bootstrap"),
    mark("df"),
    mark("p parametric"),
    mark("admissible"),
    mark("correlation"),
    mark("least"),
    mark("p compositional"),
    mark("compositional"),
    mark("mean difference"),
    mark("p mean"),
    mark("log variance ratio"),
    mark("p variance"),
    mark("equal"),
    mark("decision"),
)
COMPARISONS: tuple[str, ...] = (
    mark("predictors"),
    mark("smallest eigenvalue"),
    mark("largest vif"),
    mark("largest change"),
    mark("change pls"),
    mark("change plsc"),
    mark("pls"),
    mark("plsc"),
    mark("truth"),
    mark("holds truth"),
    mark("source"),
    mark("scheme"),
    mark("measure"),
    mark("published"),
    mark("ours"),
    mark("agree"),
    mark("question"),
)
