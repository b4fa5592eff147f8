"""What `compare` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.cli.terminal import out, printable, table

if TYPE_CHECKING:
    from casework.report.comparison import ValueRow
    from casework.runner.compare import Comparison

CELL = 40


def print_comparison(comparison: Comparison) -> None:
    """Print the runs, the parameters that differ, all results with their differences to A, and what it means."""
    from casework.core.messages import use_language
    from casework.runner.compare_page import comparison_page

    with use_language(comparison.lang):
        page = comparison_page(comparison, comparison.place, figures=False)
    out(
        table(
            [[run.label, run.name, run.status, f"{run.seconds:g} s"] for run in page.runs],
            ["", "run", "status", "time"],
        )
    )
    labels = [run.label for run in page.runs]
    _print_rows("parameter", labels, [row for row in page.parameters if row.differs])
    _print_rows("result", labels, page.results)
    _print_rows("cells that differ", labels, page.tables)
    out()
    out(printable(comparison.summary()))


def _print_rows(head: str, labels: Sequence[str], rows: Sequence[ValueRow]) -> None:
    if rows:
        out()
        out(table([[row.title or row.name, *_cells(row)] for row in rows], [head, *labels]))


def _cells(row: ValueRow) -> list[str]:
    """Return the cells of a row, the difference in brackets behind the value."""
    changes = row.changes or [""] * len(row.values)
    return [
        f"{_short(value)} [{change}]" if change else _short(value)
        for value, change in zip(row.values, changes, strict=True)
    ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= CELL else line[: CELL - 1] + "…"
