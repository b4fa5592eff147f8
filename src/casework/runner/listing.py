"""All runs of an output folder: as rows, and as the index page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.messages import t
from casework.runner.folders import read_manifests
from casework.studies.registry import MODULES, studies

if TYPE_CHECKING:
    from casework.report.index import SweepLine

NOTHING = "–"


def run_rows(out: Path) -> list[dict[str, Any]]:
    """Return one row for each run, newest first: run, status, started, seconds, data, lang."""
    return [
        {
            "run": f"{folder.parent.name}/{folder.name}",
            "status": content.get("status"),
            "started": content.get("started"),
            "seconds": content.get("seconds"),
            "data": (content.get("data") or {}).get("name", ""),
            "lang": content.get("lang"),
        }
        for folder, content in read_manifests(out)
    ]


def write_index(out: Path) -> Path:
    """Write `index.html` of all runs: true status, parameters, figures of merit."""
    import json

    from casework.report.index import RunRow
    from casework.report.index import write_index as write_page
    from casework.runner.gather import RESULTS

    rows = []
    for folder, content in read_manifests(out):
        path = folder / RESULTS
        results = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        rows.append(
            RunRow(
                study=content["study"],
                title=t(content["title"]),
                module=t(
                    MODULES.get(content.get("module") or "", "")
                    if content.get("module") is not None
                    else "Own notebooks"
                ),
                run_id=folder.name,
                status=content["status"],
                started=content["started"],
                seconds=content["seconds"],
                lang=content["lang"],
                key_results=key_results(content["study"], results),
                changed=changed_parameters(content),
                href=f"{folder.parent.name}/{folder.name}/report.html" if (folder / "report.html").is_file() else "",
            )
        )
    return Path(write_page(out, rows, sweep_lines(out)))


def sweep_lines(out: Path) -> list[SweepLine]:
    """Return the sweeps of an output folder, newest first."""
    import json
    from collections import Counter

    from casework.report.index import SweepLine

    found: list[SweepLine] = []
    for path in out.glob("sweeps/*/sweep.json"):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            counts = Counter(str(run.get("status", "missing")) for run in content["runs"])
            line = SweepLine(
                title=t(str(content["title"])),
                sweep_id=path.parent.name,
                started=str(content["created"]),
                varied=[str(name) for name in content["varied"]],
                counts=[(status, count) for status, count in counts.items() if status != "missing"],
                href=_page(path.parent, "index.html"),
                comparison=_page(path.parent, "comparison.html"),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        found.append(line)
    return sorted(found, key=lambda line: line.started, reverse=True)


def _page(folder: Path, name: str) -> str:
    return f"sweeps/{folder.name}/{name}" if (folder / name).is_file() else ""


def key_results(study: str, results: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return title, value as text and unit of a run's figures of merit."""
    known = studies().get(study)
    found = []
    for name, item in results.items():
        declared = known.result(name) if known else None
        if item["value"] is not None and (known is None or (declared is not None and declared.key)):
            found.append(
                (
                    t(item["title"]),
                    value_text(item["value"], declared.digits if declared else 2),
                    t(item["unit"]) if item["unit"] else "",
                )
            )
    return found


def value_text(value: Any, digits: int) -> str:
    """Return a published value as text."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, float):
        return f"{value:,.{digits}f}"
    return f"{value:,}" if isinstance(value, int) else t("; ").join(t(part) for part in str(value).split("; "))


def changed_parameters(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the parameters of a run that differ from the study's defaults."""
    known = studies().get(content["study"])
    defaults = known.defaults() if known else {}
    return [(name, str(value)) for name, value in content["parameters"].items() if value != defaults.get(name)]
