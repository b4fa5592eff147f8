"""What `class collect`, `class grade` and `class rehearse` print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from casework.cli.terminal import err, out, out_json, table
from casework.core.messages import t

if TYPE_CHECKING:
    from casework.teach.grading.batch import GradedClass
    from casework.teach.grading.collect import Collected
    from casework.teach.grading.rehearsal import Rehearsed

WIDEST = 100
FIELD = re.compile(r"\{[^{}]*\}")


def print_collected(collected: Collected, *, as_json: bool) -> None:
    """Print where each file of a download went, and why the others went nowhere."""
    from casework.teach.grading.collect import STATES, WAYS

    if as_json:
        out_json({"files": collected.to_frame().to_dict(orient="records"), "missing": list(collected.missing)})
        return
    if collected.placed:
        rows = [[one.student, t(WAYS[one.by]), one.file, t(STATES[one.state])] for one in collected.placed]
        out(table(rows, [t("student"), t("known by"), t("file"), t("state")]) + "\n")
    if collected.left:
        rows = [[one.file, one.reason] for one in collected.left]
        out(table(rows, [t("not placed"), t("why")]) + "\n")
    out(collected.summary())


def print_graded(graded: GradedClass, *, as_json: bool) -> None:
    """Print the marks of a class, and what its instructor should look at."""
    for note in graded.notes:
        err(t("note: {text}", text=note))
    if as_json:
        out_json(graded.to_frame().to_dict(orient="records"))
        return
    rows = [[one.student, f"{one.score:g}", f"{one.points:g}", _short("; ".join(one.reasons))] for one in graded.graded]
    out(table(rows, [t("student"), t("score"), t("possible points"), t("remarks")]))
    out(graded.summary())


def print_rehearsed(found: Rehearsed, *, as_json: bool) -> None:
    """Print what was expected of each kind, and what came."""
    if as_json:
        out_json({"ok": found.ok, "kinds": found.rows, "touched": found.touched, "leaked": found.leaked})
        return
    rows = [
        [
            row["kind"],
            _points(row["expected"]),
            FIELD.sub("…", row["remark_expected"]),
            _points(row["found"]),
            row["remark"],
            _ok(row),
        ]
        for row in found.rows
    ]
    heads = [t("kind"), t("expected"), t("remark expected"), t("found"), t("remark"), t("as expected")]
    out(table([[_short(str(cell), 60) for cell in row] for row in rows], heads))
    out(found.summary())


def _points(value: float | None) -> str:
    return t("not graded") if value is None else f"{value:g}"


def _ok(row: dict[str, Any]) -> str:
    if row["ok"] or row["again"] == row["found"]:
        return t("yes") if row["ok"] else t("NO")
    return t("NO; the second time {score:g}", score=row["again"])


def _short(text: str, most: int = WIDEST) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


@contextmanager
def said_when_stopped() -> Iterator[None]:
    """Say after Ctrl-C that nothing is lost."""
    try:
        yield
    except KeyboardInterrupt:
        err(t("The marks so far are kept; the same command goes on with the rest."))
        raise
