"""Runs beside each other: one offline page of their parameters, results and figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from casework.core.messages import t, tn, use_language
from casework.core.options import RunStatus
from casework.report import page
from casework.report.pictures import Picture
from casework.report.status import status_class, status_label

NOTHING = "–"
MAX_TEXT = 160


@dataclass(frozen=True, kw_only=True)
class ComparedRun:
    """One run of the comparison.

    Parameters
    ----------
    label : str
        Short name that heads its columns, such as A.
    name, title : str
        Name of the run; title of its study, translated.
    status : {'ok', 'failed', 'timeout', 'killed', 'cancelled'}
        How it ended.
    error : str
        Why, where it is not ok.
    started : str
        When, as ISO 8601.
    seconds : float
        How long it took [s].
    lang : str
        Language of its report.
    href : str
        Address of its report, quoted; empty where there is none.
    differing : sequence of (name, value)
        Its values of the parameters that differ.
    """

    label: str
    name: str
    title: str = ""
    status: RunStatus = "ok"
    error: str = ""
    started: str = ""
    seconds: float = 0.0
    lang: str = "en"
    href: str = ""
    differing: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class ValueRow:
    """One line of a table: a name, and one text for each run.

    Parameters
    ----------
    name, title, unit : str
        Name as the study declares it; title and unit, translated.
    values : sequence of str
        One for each run.
    changes : sequence of str
        Difference of each run to the first; empty texts where there is none.
    differs : bool
        Not the same in all runs.
    """

    name: str
    values: Sequence[str]
    title: str = ""
    unit: str = ""
    changes: Sequence[str] = ()
    differs: bool = False


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """One figure as each run shows it; None where a run does not."""

    caption: str
    pictures: Sequence[Picture | None]

    @property
    def same(self) -> bool:
        """Return whether all runs show the very same picture."""
        return None not in self.pictures and len({picture.png for picture in self.pictures if picture}) == 1


@dataclass(frozen=True, kw_only=True)
class ComparisonPage:
    """What the page shows, in words that are translated already."""

    runs: Sequence[ComparedRun]
    parameters: Sequence[ValueRow] = ()
    results: Sequence[ValueRow] = ()
    tables: Sequence[ValueRow] = ()
    figures: Sequence[FigureRow] = ()
    findings: Sequence[str] = ()


def match_pictures(sides: Sequence[Sequence[Picture]], *, in_order: bool = False) -> tuple[FigureRow, ...]:
    """Put the same figure of several runs beside each other.

    Parameters
    ----------
    sides : sequence of sequences of Picture
        The figures of each run, in their order.
    in_order : bool
        The first belongs to the first, and so on: runs of one notebook in several languages. By default
        figures belong together that have the same caption, the second of a caption to the second.

    Examples
    --------
    >>> one, two = (Picture(png=png, caption="Map", alt="A map") for png in ("AAAA", "BBBB"))
    >>> rows = match_pictures([[one], [two, one]])
    >>> [row.same for row in rows], rows[1].pictures[0] is None
    ([False, False], True)
    """
    keyed = [dict(zip(_keys(side, in_order), side, strict=True)) for side in sides]
    rows = []
    for key in dict.fromkeys(key for side in keyed for key in side):
        pictures = tuple(side.get(key) for side in keyed)
        rows.append(FigureRow(caption=next(item.caption for item in pictures if item), pictures=pictures))
    return tuple(rows)


def _keys(side: Iterable[Picture], in_order: bool) -> list[tuple[str, int]]:
    seen: Counter[str] = Counter()
    keys = []
    for picture in side:
        caption = "" if in_order else picture.caption
        keys.append((caption, seen[caption]))
        seen[caption] += 1
    return keys


def render_comparison(comparison: ComparisonPage, lang: str) -> str:
    """Return the page as one HTML document.

    Parameters
    ----------
    comparison : ComparisonPage
        What it shows.
    lang : {'en', 'zh'}
        Language of the page's own words.
    """
    with use_language(lang):
        body = (
            page.templates()
            .get_template("comparison.html.j2")
            .render(
                page=comparison,
                runs=[_run(run) for run in comparison.runs],
                figures=[_figure(row, comparison.runs) for row in comparison.figures],
                short=_short,
                labels=_labels(),
            )
        )
        lead = tn("{n} run side by side", "{n} runs side by side", len(comparison.runs))
        return page.render(t("Comparison of runs"), body, lang, lead=lead, eyebrow="casework")


def _run(run: ComparedRun) -> dict[str, Any]:
    return {
        "run": run,
        "lang": page.html_language(run.lang),
        "status": status_label(run.status),
        "status_class": status_class(run.status),
        "started": page.readable_time(run.started),
        "seconds": t("{seconds} s", seconds=f"{run.seconds:.1f}"),
        "differing": [(name, _short(value, 60)) for name, value in run.differing],
    }


def _figure(row: FigureRow, runs: Sequence[ComparedRun]) -> dict[str, Any]:
    """Return a tile for each picture, with all the runs that show it."""
    tiles: dict[str, dict[str, Any]] = {}
    for run, picture in zip(runs, row.pictures, strict=True):
        if picture:
            tile = tiles.setdefault(picture.png, {"picture": picture, "runs": [], "lang": page.html_language(run.lang)})
            tile["runs"].append(run)
    missing = [run.label for run, picture in zip(runs, row.pictures, strict=True) if not picture]
    return {
        "caption": row.caption,
        "lang": next((tile["lang"] for tile in tiles.values()), ""),
        "same": row.same,
        "tiles": list(tiles.values()),
        "missing": t("Not in {runs}.", runs=t(", ").join(missing)) if missing else "",
    }


def _short(text: str, width: int = MAX_TEXT) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _labels() -> dict[str, str]:
    return {
        "findings": t("What differs"),
        "runs": t("Runs"),
        "run": t("Run"),
        "status": t("Status"),
        "differing": t("Parameters that differ"),
        "started": t("Started"),
        "results": t("Results"),
        "result": t("Result"),
        "to_first": t("The second line of a cell is the difference to {run}.", run=t("run A")),
        "parameters": t("Parameters"),
        "parameter": t("Parameter"),
        "all_parameters": t("Parameters that are the same wherever they are"),
        "no_parameters": t("No parameter differs."),
        "tables": t("Published tables"),
        "table": t("Table"),
        "cells": t("Cells that differ from the table of {run}", run=t("run A")),
        "figures": t("Figures"),
        "same": t("The same picture in all runs."),
        "no_report": t("no report"),
    }
