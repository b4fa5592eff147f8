"""From a comparison to what its page shows: texts, addresses, figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.messages import t
from casework.report.comparison import NOTHING, ComparedRun, ComparisonPage, FigureRow, ValueRow, match_pictures
from casework.report.links import href_between
from casework.report.numbers import change_text, result_texts
from casework.report.pictures import Picture, notebook_pictures
from casework.runner.compare_values import Side, input_title, is_number, records, result_digits, several_studies
from casework.runner.listing import value_text
from casework.runner.run import NOTEBOOK
from casework.studies.notebook import read_notebook

if TYPE_CHECKING:
    import pandas as pd

    from casework.runner.compare import Comparison

SHOWN_HASH = 12


def comparison_page(comparison: Comparison, folder: Path, *, figures: bool = True) -> ComparisonPage:
    """Return what the page in a folder shows, in the language in force.

    Parameters
    ----------
    comparison : Comparison
        What was found.
    folder : Path
        Where the page will lie; links to the reports start there.
    figures : bool
        Read the figures too, from the executed notebooks.
    """
    return ComparisonPage(
        runs=[_run(side, comparison.parameters, folder) for side in comparison.runs],
        parameters=_parameters(comparison.runs, comparison.parameters),
        results=_results(comparison.runs, comparison.results),
        tables=_tables(comparison.runs, comparison.tables),
        figures=_figures(comparison.runs) if figures else (),
        findings=comparison.findings(),
    )


def _run(side: Side, parameters: pd.DataFrame, folder: Path) -> ComparedRun:
    manifest, error = side.manifest, side.manifest.get("error") or {}
    differing = parameters[parameters["differs"] & (parameters["kind"] == "parameter")]
    return ComparedRun(
        label=side.label,
        name=side.name,
        title=t(str(manifest.get("title") or side.name)),
        status=side.status,
        error=f"{error.get('name', '')}: {error.get('message', '')}" if error else "",
        started=str(manifest.get("started", "")),
        seconds=float(manifest.get("seconds") or 0),
        lang=str(manifest.get("lang", "en")),
        href=href_between(folder, side.report) if side.report.is_file() else "",
        differing=[
            (name, parameter_text(value))
            for name, value in zip(differing["parameter"], differing[side.label], strict=True)
        ],
    )


def parameter_text(value: Any) -> str:
    """Return the value of a parameter as text.

    Examples
    --------
    >>> parameter_text(0.95), parameter_text(["a", "b"]), parameter_text(""), parameter_text("f")
    ('0.95', '["a", "b"]', '""', 'f')
    """
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value or '""'
    return json.dumps(value, ensure_ascii=False, default=str)


def _parameters(sides: Sequence[Side], frame: pd.DataFrame) -> list[ValueRow]:
    return [
        ValueRow(
            name=item["parameter"],
            title=input_title(item["parameter"]) if item["kind"] == "input" else "",
            values=[_input(item, side.label) for side in sides],
            differs=item["differs"],
        )
        for item in records(frame)
    ]


def _input(item: dict[str, Any], label: str) -> str:
    text = parameter_text(item[label])
    return text[:SHOWN_HASH] if item["kind"] == "input" else text


def _results(sides: Sequence[Side], frame: pd.DataFrame) -> list[ValueRow]:
    rows = []
    for item in records(frame):
        changes = [change_text(item[f"difference {side.label}"], item[f"relative {side.label}"]) for side in sides[1:]]
        rows.append(
            ValueRow(
                name=item["result"],
                title=t(item["title"]),
                unit=t(item["unit"]) if item["unit"] else "",
                values=_texts([item[side.label] for side in sides], result_digits(sides, item["result"])),
                changes=["", *(text if item["differs"] else "" for text in changes)],
                differs=item["differs"],
            )
        )
    return rows


def _texts(values: Sequence[Any], digits: int) -> list[str]:
    numbers = iter(result_texts([value for value in values if is_number(value)], digits))
    return [next(numbers) if is_number(value) else value_text(value, digits) for value in values]


def _tables(sides: Sequence[Side], frame: pd.DataFrame) -> list[ValueRow]:
    counts = {(item["table"], item["run"]): item for item in records(frame)}
    return [
        ValueRow(
            name=name,
            values=[NOTHING, *(_cells(counts.get((name, side.label))) for side in sides[1:])],
            differs=True,
        )
        for name in dict.fromkeys(frame["table"])
    ]


def _cells(item: dict[str, Any] | None) -> str:
    if item is None:
        return t("not published")
    return t("{n} of {total}", n=f"{item['differing']:,}", total=f"{item['cells']:,}")


def _figures(sides: Sequence[Side]) -> tuple[FigureRow, ...]:
    shown = [_pictures(side.folder / NOTEBOOK) for side in sides]
    languages = len({side.manifest.get("lang") for side in sides}) > 1
    same_count = len({len(side) for side in shown}) == 1
    return match_pictures(shown, in_order=not several_studies(sides) and languages and same_count)


def _pictures(path: Path) -> tuple[Picture, ...]:
    """Return the figures of a run; none where its notebook cannot be read."""
    from nbformat.reader import NotJSONError
    from nbformat.validator import NotebookValidationError

    try:
        return notebook_pictures(read_notebook(path))
    except (OSError, ValueError, KeyError, AttributeError, NotJSONError, NotebookValidationError):
        return ()
