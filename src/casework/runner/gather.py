"""Gather what a notebook published: `results.json` (scalars and texts) and `tables/` (CSV and Parquet)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from casework.core.messages import t
from casework.runner.hashing import published
from casework.studies.base import Study

RESULTS = "results.json"
TABLES = "tables"


def gather(notebook: Any, study: Study | None) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """Return scalars and texts, tables, and what does not agree with the study's declaration.

    Returns
    -------
    scalars : dict
        Name to `{"value", "unit", "title", "kind"}`.
    tables : dict
        Name to `{"columns", "kinds", "rows"}`.
    problems : list of str
        Results declared but not published, or published but not declared.
    """
    scalars: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    for item in published(notebook):
        declared = study.result(item["name"]) if study else None
        if item["kind"] == "table":
            tables[item["name"]] = item["table"]
        else:
            scalars[item["name"]] = {
                "value": item["value"],
                "unit": item.get("unit") or (declared.unit if declared else ""),
                "title": declared.title if declared else item.get("title") or item["name"],
                "kind": item["kind"],
            }
    return scalars, tables, _disagreements(study, {*scalars, *tables})


def _disagreements(study: Study | None, names: set[str]) -> list[str]:
    if study is None:
        return []
    declared = {item.name for item in study.results}
    missing = [t("declared but not published: {name}", name=name) for name in sorted(declared - names)]
    return missing + [t("published but not declared: {name}", name=name) for name in sorted(names - declared)]


def write_tables(tables: dict[str, Any], folder: Path) -> None:
    """Write tables as CSV, safe to open in a spreadsheet, and as Parquet."""
    if not tables:
        return
    from casework.datasets.export import write_csv, write_parquet

    (folder / TABLES).mkdir(exist_ok=True)
    for name, table in tables.items():
        frame = to_frame(table)
        write_csv(frame, folder / TABLES / f"{name}.csv")
        write_parquet(frame, folder / TABLES / f"{name}.parquet")


def to_frame(table: dict[str, Any]) -> Any:
    """Return a gathered table as a frame with its types."""
    import pandas as pd

    frame = pd.DataFrame(table["rows"], columns=table["columns"])
    types = {"integer": "Int64", "number": "float64", "boolean": "boolean", "text": "str"}
    for name, kind in zip(table["columns"], table["kinds"], strict=True):
        frame[name] = frame[name].astype(types[kind])
    return frame
