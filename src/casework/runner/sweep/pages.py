"""The pages of a sweep, from its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from casework.core.messages import t, use_language
from casework.report.data_note import data_note
from casework.report.sweep import SweepPage, SweepResult, SweepRow, write_sweep_pages
from casework.runner.sweep import state
from casework.runner.sweep.table import CSV, PARQUET, write_tables
from casework.studies.parameters import field_unit
from casework.studies.registry import studies


def write_all(folder: Path, rows: Sequence[Mapping[str, Any]], lang: str) -> None:
    """Write table, index page and comparison page of a sweep into its folder."""
    definition = state.read_definition(folder)
    write_tables(folder, rows, definition["varied"])
    with use_language(lang):
        write_sweep_pages(folder, page_of(definition, rows), lang)


def page_of(definition: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> SweepPage:
    """Return what the pages show."""
    study = studies().get(definition["study"])
    fields = study.parameters.model_fields if study else {}
    varied = definition["varied"]
    common = rows[0]["parameters"] if rows else {}
    return SweepPage(
        title=definition["title"],
        study=definition["study"],
        sweep_id=definition["sweep_id"],
        started=definition["created"],
        counts=Counter(row["status"] for row in rows),
        varied=varied,
        rows=[_row(row) for row in rows],
        results=_results(definition["study"], rows),
        units={name: field_unit(field) for name, field in fields.items() if field_unit(field)},
        fixed={name: value for name, value in common.items() if name not in varied},
        notes=[note for kind in dict.fromkeys(row["data_kind"] for row in rows) if (note := data_note(kind))],
        downloads=[(t("Table (CSV)"), CSV), (t("Table (Parquet)"), PARQUET)],
    )


def _row(row: Mapping[str, Any]) -> SweepRow:
    return SweepRow(
        run_id=row["run_id"],
        status=row["status"],
        parameters=row["parameters"],
        values={name: item["value"] for name, item in row["results"].items()},
        seconds=row["seconds"],
        memory_mb=row["memory_mb"],
        href=f"../../{row['folder']}/report.html" if row["folder"] and row["report"] else "",
        error=row["error"],
    )


def _results(name: str, rows: Sequence[Mapping[str, Any]]) -> list[SweepResult]:
    study = studies().get(name)
    found: dict[str, SweepResult] = {}
    for row in rows:
        for result, item in row["results"].items():
            declared = study.result(result) if study else None
            found.setdefault(
                result,
                SweepResult(
                    name=result,
                    title=item["title"],
                    unit=item["unit"],
                    digits=declared.digits if declared else 2,
                    key=declared.key if declared else True,
                ),
            )
    return sorted(found.values(), key=lambda result: not result.key)
