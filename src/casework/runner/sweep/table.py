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
OWN = ("run_id", "status", "seconds", "cpu_seconds", "memory_mb", "error", "report")
DTYPES = (({bool}, "boolean"), ({int}, "Int64"), ({int, float}, "Float64"), ({str}, "string"))


def make_row(point: Point, out: Path, line: Mapping[str, Any] | None, *, now: bool = False) -> dict[str, Any]:
    """Return what is known of one run, as plain data.

    Parameters
    ----------
    point : Point
        The run.
    out : Path
        Folder of the reports.
    line : mapping, optional
        Its line of the journal; None where it was not executed in this sweep.
    now : bool
        It was executed just now: how that ended counts, also where an earlier good run stands in its place.
    """
    line = line or {}
    folder = _folder(point, out, line, now)
    content = _read(folder / MANIFEST) if folder else {}
    results = _read(folder / RESULTS) if folder else {}
    status = content.get("status") or line.get("status") or "missing"
    status = "missing" if status == "ok" and not folder else status  # it was there once
    error = content.get("error") or line.get("error") or {}
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


def _folder(point: Point, out: Path, line: Mapping[str, Any], now: bool) -> Path | None:
    place, named = place_of(point, out), str(line.get("folder") or "")
    if now and not named:
        return None
    others = [out / named] if named else []
    candidates = [*others, place] if now else [place, *others]
    return next((path for path in candidates if (path / MANIFEST).is_file()), None)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def records(rows: Sequence[Mapping[str, Any]], varied: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of the table: run, status, parameters (varied ones first), results with units, cost.

    A parameter and a result have their names as columns, a result with a unit a second column `NAME_unit`. A
    parameter named as one of the table's own columns gets `parameter_` in front, a result named as any other
    column `result_`.
    """
    names = dict.fromkeys([*varied, *(name for row in rows for name in row["parameters"])])
    units = {name: item.get("unit") or "" for row in rows for name, item in row["results"].items()}
    taken = set(OWN)
    parameters = {name: _free("parameter_", [name], taken) for name in names}
    results = {name: _free("result_", [name, f"{name}{UNIT}"] if units[name] else [name], taken) for name in units}
    return [_record(row, parameters, results, units) for row in rows]


def _free(prefix: str, names: Sequence[str], taken: set[str]) -> str:
    """Return what goes before names so that no column has them yet, together with the first of them."""
    front = ""
    while any(f"{front}{name}" in taken for name in names):
        front += prefix
    taken |= {f"{front}{name}" for name in names}
    return f"{front}{names[0]}"


def _record(
    row: Mapping[str, Any], parameters: Mapping[str, str], results: Mapping[str, str], units: Mapping[str, str]
) -> dict[str, Any]:
    record: dict[str, Any] = {"run_id": row["run_id"], "status": row["status"]}
    record |= {column: _plain(row["parameters"].get(name)) for name, column in parameters.items()}
    for name, column in results.items():
        record[column] = (row["results"].get(name) or {}).get("value")
        if units[name]:
            record[f"{column}{UNIT}"] = units[name]
    record |= {name: row[name] for name in ("seconds", "cpu_seconds", "memory_mb", "error")}
    return record | {"report": f"../../{row['folder']}/report.html" if row.get("report", row["folder"]) else ""}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def to_frame(rows: Sequence[Mapping[str, Any]], varied: Sequence[str]) -> Any:
    """Return the table as a frame; a column has one type, whatever runs the sweep has."""
    import pandas as pd

    found = records(rows, varied)
    columns = {name: [record[name] for record in found] for name in (found[0] if found else ())}
    return pd.DataFrame({name: pd.Series(values, dtype=_dtype(values)) for name, values in columns.items()})


def _dtype(values: Sequence[Any]) -> Any:
    """Return the type of a column; what no type holds (mixed values, very large whole numbers) stays as it is."""
    known = [value for value in values if value is not None]
    if not known or any(type(value) is int and abs(value) >= 1 << 63 for value in known):
        return object
    kinds = {type(value) for value in known}
    return next((name for allowed, name in DTYPES if kinds <= allowed), object)


def write_tables(folder: Path, rows: Sequence[Mapping[str, Any]], varied: Sequence[str]) -> None:
    """Write the table as CSV, safe to open in a spreadsheet, and as Parquet."""
    from casework.datasets.export import write_csv, write_parquet

    frame = to_frame(rows, varied)
    write_csv(frame, folder / CSV)
    write_parquet(frame, folder / PARQUET)


def fingerprint(rows: Sequence[Mapping[str, Any]], varied: Sequence[str]) -> str:
    """Return the hash of all that the table and the pages are made of."""
    return sha256_json([list(rows), list(varied)])
