"""The one table of a sweep: a row for each run, with its parameters, what it published, and what it cost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from casework.runner.folders import MANIFEST
from casework.runner.gather import RESULTS
from casework.runner.hashing import sha256_json
from casework.runner.sweep.points import Point, place_of

CSV = "results.csv"
PARQUET = "results.parquet"
UNIT = "_unit"
MEBIBYTE = 1 << 20


def make_row(point: Point, out: Path, line: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what is known of one run, as plain data.

    Parameters
    ----------
    point : Point
        The run.
    out : Path
        Folder of the reports.
    line : mapping, optional
        Its line of the journal; None where it was not executed in this sweep.
    """
    folder = _folder(point, out, line)
    content = _read(folder / MANIFEST) if folder else {}
    results = _read(folder / RESULTS) if folder else {}
    status = content.get("status") or (line or {}).get("status") or "missing"
    error = content.get("error") or (line or {}).get("error") or {}
    memory = content.get("memory_bytes")
    return {
        "run_id": point.run_id,
        "status": status,
        "parameters": dict(content.get("parameters") or point.plan.shown),
        "results": results if status == "ok" else {},
        "seconds": content.get("seconds"),
        "cpu_seconds": content.get("cpu_seconds"),
        "memory_mb": round(memory / MEBIBYTE, 1) if memory else None,
        "error": f"{error['name']}: {error['message']}" if error else "",
        "data_kind": (content.get("data") or {}).get("kind", ""),
        "folder": f"{folder.parent.name}/{folder.name}" if folder else "",
    }


def _folder(point: Point, out: Path, line: Mapping[str, Any] | None) -> Path | None:
    place = place_of(point, out)
    named = (line or {}).get("folder")
    candidates = [place, *([out / named] if named else [])]
    return next((path for path in candidates if (path / MANIFEST).is_file()), None)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def records(rows: Sequence[Mapping[str, Any]], varied: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of the table: run, status, parameters (varied ones first), results with units, cost.

    A result has its name as column, and where it has a unit a second column `NAME_unit`. A result named as a
    parameter or as one of the table's own columns gets `result_` in front.
    """
    names = list(dict.fromkeys([*varied, *(name for row in rows for name in row["parameters"])]))
    results = {name: item for row in rows for name, item in row["results"].items()}
    own = {"run_id", "status", "seconds", "cpu_seconds", "memory_mb", "error", "report", *names}
    columns = {name: f"result_{name}" if name in own else name for name in results}
    return [_record(row, names, columns, results) for row in rows]


def _record(
    row: Mapping[str, Any], names: Sequence[str], columns: Mapping[str, str], results: Mapping[str, Any]
) -> dict[str, Any]:
    record: dict[str, Any] = {"run_id": row["run_id"], "status": row["status"]}
    record |= {name: _plain(row["parameters"].get(name)) for name in names}
    for name, column in columns.items():
        record[column] = (row["results"].get(name) or {}).get("value")
        if results[name].get("unit"):
            record[f"{column}{UNIT}"] = results[name]["unit"]
    record |= {name: row[name] for name in ("seconds", "cpu_seconds", "memory_mb", "error")}
    return record | {"report": f"../../{row['folder']}/report.html" if row["folder"] else ""}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else json.dumps(value, default=str)


def to_frame(rows: Sequence[Mapping[str, Any]], varied: Sequence[str]) -> Any:
    """Return the table as a frame."""
    import pandas as pd

    return pd.DataFrame(records(rows, varied)).convert_dtypes()


def write_tables(folder: Path, rows: Sequence[Mapping[str, Any]], varied: Sequence[str]) -> None:
    """Write the table as CSV, safe to open in a spreadsheet, and as Parquet."""
    from casework.datasets.export import write_csv, write_parquet

    frame = to_frame(rows, varied)
    write_csv(frame, folder / CSV)
    write_parquet(frame, folder / PARQUET)


def fingerprint(rows: Sequence[Mapping[str, Any]], varied: Sequence[str]) -> str:
    """Return the hash of all that the table and the pages are made of."""
    return sha256_json([list(rows), list(varied)])
