"""The index of all runs: one offline page that leads to every report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from casework.core.files import write_text
from casework.core.messages import language, t, tn
from casework.core.options import RunStatus
from casework.report import page
from casework.report.status import status_class, status_label

INDEX_FILE = "index.html"
MAX_TEXT = 60


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """One run in the index.

    Parameters
    ----------
    study, title, module : str
        Name and title of the study, title of its module.
    run_id : str
        Name of the run.
    status : {'ok', 'failed', 'timeout', 'killed', 'cancelled'}
        How it ended.
    started : str
        When, as ISO 8601.
    seconds : float
        How long it took [s], at least 0.
    lang : str
        Language of its report.
    key_results : sequence of (title, value, unit)
        Figures of merit.
    changed : sequence of (name, value)
        Parameters that differ from their defaults.
    href : str
        Path of the report relative to the index; empty where there is none.
    """

    study: str
    title: str
    module: str = ""
    run_id: str = ""
    status: RunStatus = "ok"
    started: str = ""
    seconds: float = 0.0
    lang: str = "en"
    key_results: Sequence[tuple[str, str, str]] = ()
    changed: Sequence[tuple[str, str]] = ()
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class SweepLine:
    """One sweep in the index.

    Parameters
    ----------
    title : str
        Title of its study, translated.
    sweep_id : str
        Name of the sweep.
    started : str
        When, as ISO 8601.
    varied : sequence of str
        Parameters that vary.
    counts : sequence of (status, n)
        How its runs ended.
    href, comparison : str
        Paths of its pages relative to the index; empty where there is none.
    """

    title: str
    sweep_id: str
    started: str = ""
    varied: Sequence[str] = ()
    counts: Sequence[tuple[str, int]] = ()
    href: str = ""
    comparison: str = ""


def write_index(out_dir: Path, runs: Sequence[RunRow], sweeps: Sequence[SweepLine] = ()) -> Path:
    """Write `index.html` into a folder of runs; the old one stays until the new one is whole.

    Parameters
    ----------
    out_dir : Path
        Folder of the runs; it is made where it is missing.
    runs : sequence of RunRow
        All runs, in any order; the newest of a module comes first.
    sweeps : sequence of SweepLine
        All sweeps, the newest first.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    target = out_dir / INDEX_FILE
    write_text(target, render_index(runs, sweeps))
    return target


def render_index(runs: Sequence[RunRow], sweeps: Sequence[SweepLine] = ()) -> str:
    """Return the index as one HTML document, in the language in force."""
    newest = sorted(runs, key=lambda run: run.started, reverse=True)
    ordered = sorted(newest, key=lambda run: run.module)
    modules = [
        (module or t("Course"), [_row(run) for run in group])
        for module, group in groupby(ordered, key=lambda run: run.module)
    ]
    template = page.templates().get_template("index.html.j2")
    body = template.render(modules=modules, sweeps=[_sweep(item) for item in sweeps], labels=_labels())
    complete = sum(run.status == "ok" for run in runs)
    lead = tn("{n} run, {complete} complete", "{n} runs, {complete} complete", len(runs), complete=complete)
    return page.render(t("Runs and reports"), body, language(), lead=lead if runs else "", eyebrow="casework")


def safe_href(href: str) -> str:
    """Return a path inside the folder of the index as an address; anything else becomes empty.

    Examples
    --------
    >>> safe_href("kano/run 1/report.html"), safe_href("javascript:alert(1)"), safe_href("../secret")
    ('kano/run%201/report.html', '', '')
    """
    path = PurePosixPath(href.replace("\\", "/"))
    if not href or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return ""
    return quote(str(path))


def _row(run: RunRow) -> dict[str, Any]:
    return {
        "run": run,
        "href": safe_href(run.href),
        "lang": page.html_language(run.lang),
        "status": status_label(run.status),
        "status_class": status_class(run.status),
        "started": page.readable_time(run.started),
        "seconds": t("{seconds} s", seconds=f"{run.seconds:.1f}"),
        "key_results": [(title, _short(value), unit) for title, value, unit in run.key_results],
        "changed": [(name, _short(value)) for name, value in run.changed],
    }


def _sweep(sweep: SweepLine) -> dict[str, Any]:
    return {
        "sweep": sweep,
        "href": safe_href(sweep.href),
        "comparison": safe_href(sweep.comparison),
        "started": page.readable_time(sweep.started),
        "counts": [(status_label(status), status_class(status), count) for status, count in sweep.counts],
    }


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _labels() -> dict[str, str]:
    return {
        "sweeps": t("Sweeps"),
        "sweep": t("Sweep"),
        "varied": t("Varied parameters"),
        "runs": t("Runs"),
        "comparison": t("Comparison"),
        "study": t("Study"),
        "status": t("Status"),
        "results": t("Key results"),
        "parameters": t("Changed parameters"),
        "started": t("Started"),
        "defaults": t("defaults"),
        "no_report": t("no report"),
        "empty": t("There are no runs yet. Start one with: casework run kano"),
    }
