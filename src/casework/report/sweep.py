"""The pages of a sweep: all its runs in a table, and what the varied parameters do to the results."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.core.files import write_text
from casework.core.messages import t, tn, use_language
from casework.report import page
from casework.report.formats import format_value
from casework.report.links import relative_href
from casework.report.numbers import is_number, level_text, plain
from casework.report.status import status_class, status_label

INDEX_FILE = "index.html"
COMPARISON_FILE = "comparison.html"
MOST_COLUMNS = 8  # results in the table of runs
MAX_TEXT = 80
MAX_ERROR = 300
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class SweepRow:
    """One run of a sweep.

    Parameters
    ----------
    run_id : str
        Name of the run.
    status : {'ok', 'failed', 'timeout', 'killed', 'cancelled'}
        How it ended.
    parameters : mapping
        Values of the varied parameters, at least.
    values : mapping
        Published scalars and texts by name; those that are missing are left out or None.
    seconds, memory_mb : float
        How long it took [s] and how much memory it needed at most [MB]; None where it is not known.
    cached : bool
        Taken from the cache.
    href : str
        Path of its report relative to the folder of the pages; empty where there is none.
    error : str
        Why it ended so, where it is not ok.
    """

    run_id: str
    status: str = "ok"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    memory_mb: float | None = None
    cached: bool = False
    href: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class SweepResult:
    """One result that the runs publish: name, English title and unit, decimals, whether it is a key result."""

    name: str
    title: str
    unit: str = ""
    digits: int = 2
    key: bool = False


@dataclass(frozen=True, kw_only=True)
class SweepPage:
    """What the pages of a sweep show.

    Parameters
    ----------
    title : str
        English title of the study; it is translated here, as are units and titles of results.
    study, sweep_id : str
        Names of study and sweep.
    started : str
        When, as ISO 8601.
    counts : mapping
        Number of runs by status; runs that are still to be made count as `pending`.
    varied : sequence of str
        Names of the parameters that vary.
    rows : sequence of SweepRow
        The runs, in their order.
    results : sequence of SweepResult
        Published scalars and texts, in the order of the study.
    units : mapping
        English units of the parameters, by name.
    fixed : mapping
        Parameters that were given and do not vary.
    notes : sequence of str
        Translated sentences on what is to be read with care.
    downloads : sequence of (title, path)
        Files of the sweep beside its pages: the table of results, for one.
    """

    title: str
    study: str
    sweep_id: str
    started: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    varied: Sequence[str] = ()
    rows: Sequence[SweepRow] = ()
    results: Sequence[SweepResult] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
    downloads: Sequence[tuple[str, str]] = ()

    @property
    def ordered_results(self) -> list[SweepResult]:
        """Return the results, key results first."""
        return sorted(self.results, key=lambda item: not item.key)

    def unit(self, parameter: str) -> str:
        """Return the unit of a parameter in the language in force."""
        return t(self.units[parameter]) if self.units.get(parameter) else ""


def write_sweep_pages(folder: Path, sweep: SweepPage, lang: str) -> tuple[Path, Path]:
    """Write `index.html` and `comparison.html` of a sweep; the old ones stay until the new ones are whole.

    Parameters
    ----------
    folder : Path
        Folder of the sweep; it is made where it is missing.
    sweep : SweepPage
        What they show.
    lang : {'en', 'zh'}
        Language of the pages.

    Returns
    -------
    tuple of Path
        The page of all runs, and the page that compares them.
    """
    from casework.report.sweep_comparison import render_sweep_comparison

    folder.mkdir(parents=True, exist_ok=True)
    targets = folder / INDEX_FILE, folder / COMPARISON_FILE
    write_text(targets[0], render_sweep_index(sweep, lang))
    write_text(targets[1], render_sweep_comparison(sweep, lang))
    return targets


def render_sweep_index(sweep: SweepPage, lang: str) -> str:
    """Return the page of all runs as one HTML document."""
    with use_language(lang):
        shown = _columns(sweep)
        wrong = [row for row in sweep.rows if row.status != "ok"]
        whole = [row for row in sweep.rows if row.status == "ok"]
        body = (
            page.templates()
            .get_template("sweep.html.j2")
            .render(
                sweep=sweep,
                heads=[(name, sweep.unit(name)) for name in sweep.varied],
                results=[(t(item.title), t(item.unit) if item.unit else "") for item in shown],
                wrong=list(_chunks(sweep, wrong, shown)),
                whole=list(_chunks(sweep, whole, shown)),
                tiles=_tiles(sweep),
                fixed=[(name, short(level_text(value)), sweep.unit(name)) for name, value in sweep.fixed.items()],
                downloads=[(t(title), relative_href(path)) for title, path in sweep.downloads],
                comparison=COMPARISON_FILE,
                labels=_labels(),
            )
        )
        return page.render(t(sweep.title), body, lang, lead=lead(sweep), eyebrow=eyebrow(sweep))


def eyebrow(sweep: SweepPage) -> str:
    """Return the words over the title of a sweep's pages."""
    return t("Sweep {name}", name=f"{sweep.study} / {sweep.sweep_id}")


def lead(sweep: SweepPage) -> str:
    """Return the sentence under the title: how many runs, and over what."""
    if not sweep.varied:
        return tn("{n} run", "{n} runs", len(sweep.rows))
    names = t(", ").join(short(name) for name in sweep.varied)
    return tn("{n} run over {names}", "{n} runs over {names}", len(sweep.rows), names=names)


def _columns(sweep: SweepPage) -> list[SweepResult]:
    """Return the results that the table of runs shows: the key results, or the first ones."""
    keys = [item for item in sweep.results if item.key]
    return (keys or list(sweep.results))[:MOST_COLUMNS]


def _tiles(sweep: SweepPage) -> list[tuple[str, str, str]]:
    """Return counts, time and memory as label, value and unit."""
    counts = [
        (status_label(status) if status != "pending" else t("To be run"), f"{count:,}", "")
        for status, count in sorted(sweep.counts.items(), key=lambda item: item[0] != "ok")
        if count or status == "ok"
    ]
    cached = sum(row.cached for row in sweep.rows)
    seconds = [row.seconds for row in sweep.rows if row.seconds is not None and not row.cached]
    memory = [row.memory_mb for row in sweep.rows if row.memory_mb is not None]
    if cached:
        counts.append((t("Taken from the cache"), f"{cached:,}", ""))
    if seconds:
        counts.append((t("Median time of a run"), f"{statistics.median(seconds):,.1f}", t("s")))
    if memory:
        counts.append((t("Largest memory of a run"), f"{max(memory):,.0f}", t("MB")))
    return counts


def _chunks(
    sweep: SweepPage, rows: Sequence[SweepRow], shown: Sequence[SweepResult]
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Return the rows of one table, or of several that fold where they are many."""
    begun = 1
    for part in _batched(rows, CHUNK):
        last = begun + len(part) - 1
        title = t("Runs {first} to {last} of {n}", first=f"{begun:,}", last=f"{last:,}", n=f"{len(rows):,}")
        yield (title if len(rows) > CHUNK else ""), [_row(sweep, row, shown) for row in part]
        begun = last + 1


def _batched(rows: Sequence[SweepRow], size: int) -> Iterator[Sequence[SweepRow]]:
    for begin in range(0, len(rows), size):
        yield rows[begin : begin + size]


def _row(sweep: SweepPage, row: SweepRow, shown: Sequence[SweepResult]) -> dict[str, Any]:
    return {
        "run": row,
        "href": relative_href(row.href),
        "status": status_label(row.status),
        "status_class": status_class(row.status),
        "error": short(row.error, MAX_ERROR),
        "parameters": [cell(row.parameters.get(name)) for name in sweep.varied],
        "values": [_value(plain(row.values.get(item.name)), item) for item in shown],
        "seconds": "–" if row.seconds is None else f"{row.seconds:,.1f}",
        "memory": "–" if row.memory_mb is None else f"{row.memory_mb:,.0f}",
    }


def cell(value: Any) -> tuple[str, bool]:
    """Return a parameter's value as text, and whether it is a number."""
    value = plain(value)
    return short(level_text(value)), is_number(value)


def _value(value: Any, result: SweepResult) -> tuple[str, bool]:
    return short(words(value) if isinstance(value, str) else format_value(value, result.digits)), is_number(value)


def words(text: str) -> str:
    """Return a published text; the names that it lists are translated one by one."""
    return t("; ").join(map(t, text.split("; "))) if text else "–"


def short(text: str, width: int = MAX_TEXT) -> str:
    """Return a text cut to a width."""
    return text if len(text) <= width else text[: width - 1] + "…"


def _labels() -> dict[str, str]:
    return {
        "overview": t("Overview"),
        "comparison": t("What the varied parameters do to the results"),
        "wrong": t("Runs that are not complete"),
        "whole": t("Complete runs"),
        "run": t("Run"),
        "status": t("Status"),
        "error": t("Reason"),
        "seconds": t("Time"),
        "memory": t("Memory"),
        "s": t("s"),
        "mb": t("MB"),
        "cached": t("from the cache"),
        "fixed": t("Parameters that do not vary"),
        "parameter": t("Parameter"),
        "value": t("Set to"),
        "no_report": t("no report"),
        "note": t("Read with care"),
        "downloads": t("Files"),
        "empty": t("No run is complete yet."),
    }
