"""Gather what a notebook published: `results.json` (scalars and texts) and `tables/` (CSV and Parquet)."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from casework.core.messages import t
from casework.runner.hashing import published
from casework.studies.base import Study

RESULTS = "results.json"
TABLES = "tables"


def gather(
    notebook: Any, study: Study | None, *, without_answers: bool = False
) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """Return scalars and texts, tables, and what does not agree with the study's declaration.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.
    study : Study or None
        Whose notebook it is.
    without_answers : bool
        It is a case's version for students: results that are answers must not be there.

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
    return scalars, tables, _disagreements(study, {*scalars, *tables}, without_answers)


def _disagreements(study: Study | None, names: set[str], without_answers: bool) -> list[str]:
    if study is None:
        return []
    declared = {item.name for item in study.results if not (without_answers and item.answers)}
    missing = [t("declared but not published: {name}", name=name) for name in sorted(declared - names)]
    return missing + [t("published but not declared: {name}", name=name) for name in sorted(names - declared)]


def write_tables(tables: dict[str, Any], folder: Path) -> None:
    """Write tables as CSV, safe to open in a spreadsheet, and as Parquet."""
    if not tables:
        return
    from casework.datasets.export import write_parquet

    (folder / TABLES).mkdir(exist_ok=True)
    for name, table in tables.items():
        (folder / TABLES / f"{name}.csv").write_bytes(csv_text(table).encode("utf-8", "replace"))
        write_parquet(to_frame(table), folder / TABLES / f"{name}.parquet")


def csv_text(table: dict[str, Any]) -> str:
    r"""Return a gathered table as the text that `write_csv` writes of its frame, without the frame.

    Examples
    --------
    >>> csv_text({"columns": ["name", "x"], "kinds": ["text", "number"], "rows": [["=1+1", 2], ["b", None]]})
    "name,x\n'=1+1,2.0\nb,\n"
    """
    from casework.datasets.export import neutral

    convert = [{"integer": int, "number": float, "boolean": bool}.get(kind, _text) for kind in table["kinds"]]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(neutral, table["columns"]))
    for row in table["rows"]:
        writer.writerow(None if value is None else as_kind(value) for as_kind, value in zip(convert, row, strict=True))
    return text.getvalue()


def _text(value: Any) -> str:
    from casework.datasets.export import neutral

    return neutral(str(value))


def to_frame(table: dict[str, Any]) -> Any:
    """Return a gathered table as a frame with its types."""
    import pandas as pd

    types: dict[str, Any] = {"integer": "Int64", "number": "float64", "boolean": "boolean", "text": "str"}
    values = zip(*table["rows"], strict=True) if table["rows"] else ([] for _ in table["columns"])
    columns = [pd.array(list(column), dtype=types[kind]) for kind, column in zip(table["kinds"], values, strict=True)]
    return pd.DataFrame(dict(enumerate(columns))).set_axis(table["columns"], axis=1)
