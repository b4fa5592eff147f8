"""What compared runs hold: read from their folders, and put into frames beside each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.errors import RunError
from casework.core.messages import mark, t
from casework.report.numbers import percent_text, result_texts
from casework.runner.gather import RESULTS
from casework.studies.registry import studies

if TYPE_CHECKING:
    import pandas as pd

MISSING = object()
LARGEST = 5
INPUTS = {
    "lang": mark("language"),
    "casework": mark("version of casework"),
    "data_sha256": mark("content of the data"),
    "notebook_sha256": mark("notebook"),
    "package_sha256": mark("code of casework"),
    "lock_sha256": mark("locked environment"),
}


@dataclass(frozen=True, kw_only=True)
class Side:
    """One run of a comparison.

    Attributes
    ----------
    label : str
        A for the first, B for the second, ...
    name : str
        Study and identifier, as in the folder of the reports.
    folder : Path
        Where it lies.
    manifest : dict
        The content of `run.json`.
    results : dict
        Published scalars and texts by name.
    """

    label: str
    name: str
    folder: Path
    manifest: dict[str, Any]
    results: dict[str, Any]

    @property
    def status(self) -> Any:
        """How the run ended."""
        return self.manifest.get("status", "failed")

    @property
    def ok(self) -> bool:
        """Return whether the run is complete."""
        return bool(self.status == "ok")

    @property
    def report(self) -> Path:
        """Path of its report."""
        return self.folder / "report.html"

    def value(self, name: str) -> Any:
        """Return the value of a published result, None where there is none."""
        return self.results.get(name, {}).get("value")


def read_side(label: str, folder: Path, manifest: Any) -> Side:
    """Return a run with what it published.

    Raises
    ------
    RunError
        Its manifest is not one.
    """
    name = f"{folder.parent.name}/{folder.name}"
    if not isinstance(manifest, dict) or not isinstance(manifest.get("parameters"), dict):
        raise RunError(t("{name}: its run.json cannot be read", name=name))
    return Side(label=label, name=name, folder=folder, manifest=manifest, results=_read_results(folder / RESULTS))


def _read_results(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {name: item for name, item in content.items() if isinstance(item, dict) and "value" in item}


def parameter_frame(sides: Sequence[Side]) -> pd.DataFrame:
    """Return parameters, and the inputs that differ, with the value in each run."""
    given = [side.manifest["parameters"] for side in sides]
    inputs = [_inputs(side.manifest) for side in sides]
    mixed = several_studies(sides)
    rows = [_row("parameter", name, given, mixed) for name in dict.fromkeys(name for item in given for name in item)]
    rows += [row for name in INPUTS if (row := _row("input", name, inputs, False))[2]]
    return _object_frame(rows, ["parameter", "kind", "differs", *(side.label for side in sides)])


def several_studies(sides: Sequence[Side]) -> bool:
    """Return whether the runs are of more than one study: what only one study has is then no difference."""
    return len({side.manifest.get("study") for side in sides}) > 1


def _row(kind: str, name: str, sides: Sequence[dict[str, Any]], mixed: bool) -> list[Any]:
    found = [side.get(name, MISSING) for side in sides]
    return [name, kind, _differ(found, mixed), *(None if value is MISSING else value for value in found)]


def _inputs(manifest: dict[str, Any]) -> dict[str, Any]:
    hashes = manifest.get("hashes") or {}
    return {
        "lang": manifest.get("lang"),
        "casework": (manifest.get("environment") or {}).get("casework"),
        "data_sha256": (manifest.get("data") or {}).get("sha256"),
        **{f"{name}_sha256": hashes.get(name) for name in ("notebook", "package", "lock")},
    }


def input_title(name: str) -> str:
    """Return what an input of a run is, in words."""
    return t(INPUTS.get(name, name))


def _differ(found: Sequence[Any], mixed: bool) -> bool:
    return len({_canonical(value) for value in found if not (mixed and value is MISSING)}) > 1


def _canonical(value: Any) -> str:
    return "" if value is MISSING else json.dumps(value, sort_keys=True, default=str)


def result_frame(sides: Sequence[Side]) -> pd.DataFrame:
    """Return published scalars and texts with the value in each run, and what numbers differ from the first."""
    labels = [side.label for side in sides]
    heads = ["result", "title", "unit", "differs", *labels]
    heads += [f"{what} {label}" for label in labels[1:] for what in ("difference", "relative")]
    names = dict.fromkeys(name for side in sides for name in side.results)
    mixed = several_studies(sides)
    rows = [_result(name, sides, mixed) for name in names]
    return _object_frame(sorted(rows, key=lambda row: -sum(row[0] in side.results for side in sides)), heads)


def _result(name: str, sides: Sequence[Side], mixed: bool) -> list[Any]:
    about = next(side.results[name] for side in sides if name in side.results)
    found = [side.results[name]["value"] if name in side.results else MISSING for side in sides]
    shown = [None if value is MISSING else value for value in found]
    changes = [part for value in shown[1:] for part in change(shown[0], value)]
    title, unit = str(about.get("title") or name), str(about.get("unit") or "")
    return [name, title, unit, _differ(found, mixed), *shown, *changes]


def change(first: Any, value: Any) -> tuple[float | None, float | None]:
    """Return difference and relative difference of two numbers; None where there is none.

    Examples
    --------
    >>> change(2.0, 3.0), change(0, 3), change("a", 3)
    ((1.0, 0.5), (3, None), (None, None))
    """
    if not (is_number(first) and is_number(value)):
        return None, None
    difference = value - first
    return difference, difference / abs(first) if first else None


def is_number(value: Any) -> bool:
    """Return whether a published value is a number; yes and no are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def long_frame(
    sides: Sequence[Side], parameters: pd.DataFrame, results: pd.DataFrame, tables: pd.DataFrame
) -> pd.DataFrame:
    """Return all there is as one tidy table."""
    rows: list[list[Any]] = []
    for side in sides:
        rows.append(["run", "status", "", side.name, side.status, None, None])
        rows.append(["run", "seconds", "s", side.name, side.manifest.get("seconds"), None, None])
    for item in records(parameters):
        rows += [[item["kind"], item["parameter"], "", s.name, _cell(item[s.label]), None, None] for s in sides]
    for item in records(results):
        rows += [["result", item["result"], item["unit"], s.name, *_changed(item, s.label)] for s in sides]
    names = {side.label: side.name for side in sides}
    for item in records(tables):
        rows.append(["table", item["table"], "differing cells", names[item["run"]], item["differing"], None, None])
    return _object_frame(rows, ["kind", "name", "unit", "run", "value", "difference", "relative"])


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def _changed(item: dict[str, Any], label: str) -> list[Any]:
    return [item[label], item.get(f"difference {label}"), item.get(f"relative {label}")]


def _object_frame(rows: list[list[Any]], heads: list[str]) -> pd.DataFrame:
    """Return a frame whose cells keep their own types: 1 stays 1 beside 1.5, None beside a text."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=heads, dtype=object)
    return frame.astype({"differs": bool}) if "differs" in heads else frame


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def result_digits(sides: Sequence[Side], name: str) -> int:
    """Return the decimals that a study declares for a result, 2 where none does."""
    for side in sides:
        study = studies().get(str(side.manifest.get("study")))
        declared = study.result(name) if study else None
        if declared:
            return declared.digits
    return 2


def largest_changes(sides: Sequence[Side], results: pd.DataFrame) -> list[str]:
    """Return sentences on the numbers that differ most from the first run, relative to it."""
    found = []
    for item in records(results[results["differs"]]):
        changes = [(abs(item[f"relative {s.label}"] or 0.0), s.label) for s in sides[1:]]
        largest, label = max(changes)
        if largest > 0:
            found.append((largest, label, item))
    ordered = sorted(found, key=lambda entry: entry[0], reverse=True)
    return [_change_sentence(sides, label, item) for _, label, item in ordered[:LARGEST]]


def _change_sentence(sides: Sequence[Side], label: str, item: dict[str, Any]) -> str:
    first = sides[0].label
    before, after = result_texts([item[first], item[label]], result_digits(sides, item["result"]))
    return t(
        "{title}: {before} in {first}, {after} in {other} ({change}).",
        title=t(item["title"]),
        before=before,
        first=first,
        after=after,
        other=label,
        change=percent_text(item[f"relative {label}"]),
    )
