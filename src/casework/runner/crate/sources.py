"""What a crate is made of: the run or sweep that is meant, the notebook that was run, the data that were read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from casework.core.errors import RunError
from casework.core.messages import t
from casework.runner.crate.files import safe_name
from casework.runner.folders import MANIFEST, find_run
from casework.runner.gather import RESULTS
from casework.studies.base import Study
from casework.studies.registry import studies

SWEEP = "sweep.json"
EXECUTED = "notebook.ipynb"
ADDED_CELLS = {"injected-parameters", "papermill-error-cell-tag"}
TEXT_FIELDS = ("study", "title", "run_id", "status", "notebook", "lang")


@dataclass(frozen=True, kw_only=True)
class CrateRun:
    """A run that goes into a crate, and where its files stand there."""

    folder: Path
    manifest: dict[str, Any]
    results: dict[str, Any]
    prefix: str = ""

    @property
    def study(self) -> Study | None:
        """The study of the course, or None for a notebook of the user's own."""
        return studies().get(self.manifest["study"]) if self.manifest.get("module") is not None else None

    @property
    def data(self) -> dict[str, Any]:
        """What the manifest says of the data; empty where none were read."""
        return self.manifest.get("data") or {}


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a crate is made of: one run, or a sweep and those of its runs that are whole.

    Attributes
    ----------
    folder : Path
        Folder of the run or sweep.
    runs : tuple of CrateRun
        At least one.
    sweep : dict, optional
        Content of `sweep.json`, its runs' folders as they are in the crate.
    moved : dict
        Folder of a run as the sweep names it, and its prefix in the crate.
    """

    folder: Path
    runs: tuple[CrateRun, ...]
    sweep: dict[str, Any] | None = None
    moved: dict[str, str] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        """Number of runs of the sweep that are not whole."""
        return len(self.sweep["runs"]) - len(self.moved) if self.sweep else 0


def find_source(name: str, out: Path) -> Source:
    """Find the run or sweep that is meant, and read what it says of itself.

    Raises
    ------
    RunError
        There is none, more than one is meant, it cannot be read, or no run of a sweep is whole.
    """
    sweep = _sweep_folder(name, out)
    if sweep is not None:
        return _read_sweep(sweep, out)
    try:
        folder, _ = find_run(name, out)
    except ValueError as error:
        raise unreadable(Path(name) / MANIFEST, error) from None
    return Source(folder=folder, runs=(read_run(folder),))


def _sweep_folder(name: str, out: Path) -> Path | None:
    if (Path(name) / SWEEP).is_file():
        return Path(name).resolve()
    found = [path.parent for pattern in (f"*/{SWEEP}", f"*/*/{SWEEP}") for path in out.glob(pattern)]
    meant = [folder for folder in found if name in (folder.name, f"{folder.parent.name}/{folder.name}")]
    return meant[0] if len(meant) == 1 else None


def read_run(folder: Path, prefix: str = "") -> CrateRun:
    """Read a run's manifest and results.

    Raises
    ------
    RunError
        They cannot be read, or are not those of a run.
    """
    manifest = _read_json(folder / MANIFEST)
    results = _read_json(folder / RESULTS) if (folder / RESULTS).is_file() else {}
    wrong = [name for name in TEXT_FIELDS if not isinstance(manifest.get(name), str)]
    wrong += [name for name in ("parameters", "hashes", "environment") if not isinstance(manifest.get(name), dict)]
    if wrong:
        raise unreadable(folder / MANIFEST, t("missing: {names}", names=", ".join(wrong)))
    try:
        datetime.fromisoformat(manifest["started"])
        float(manifest["seconds"])
        _ = manifest["environment"]["python"], manifest["environment"]["casework"]
    except (KeyError, TypeError, ValueError) as error:
        raise unreadable(folder / MANIFEST, error) from None
    published = {name: item for name, item in results.items() if isinstance(item, dict) and "value" in item}
    return CrateRun(folder=folder, manifest=manifest, results=published, prefix=prefix)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from None
    if not isinstance(content, dict):
        raise unreadable(path, t("it is not a JSON object"))
    return content


def unreadable(path: Path, reason: object) -> RunError:
    """Return the error for a file of a run that cannot be read."""
    return RunError(t("{path}: it cannot be read ({reason})", path=f"{path.parent.name}/{path.name}", reason=reason))


def _read_sweep(folder: Path, out: Path) -> Source:
    content = _read_json(folder / SWEEP)
    listed = content.get("runs")
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise unreadable(folder / SWEEP, t("missing: {names}", names="runs"))
    runs: dict[Path, CrateRun] = {}
    moved: dict[str, str] = {}
    for item in listed:
        place = _run_place(folder, str(item.get("folder") or ""), out)
        run = read_run(place, f"runs/{safe_name(place.name)}/") if (place / MANIFEST).is_file() else None
        if run and run.manifest["status"] == "ok":
            runs.setdefault(place, run)
            moved[str(item["folder"])] = run.prefix
    if not runs:
        raise RunError(t("{name}: no run of this sweep is whole; resume it first", name=folder.name))
    content["runs"] = [item | {"folder": moved.get(str(item.get("folder")), "").rstrip("/")} for item in listed]
    return Source(folder=folder, runs=tuple(runs.values()), sweep=content, moved=moved)


def _run_place(folder: Path, named: str, out: Path) -> Path:
    """Folder of a run as a sweep names it; a sweep cannot reach beyond the reports it stands in."""
    place = (folder / named).resolve()
    if not any(place.is_relative_to(root) for root in (folder, folder.parent.parent, out)):
        raise RunError(t("{name}: the run {run} lies outside the reports", name=folder.name, run=named))
    return place
