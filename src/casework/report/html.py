"""An executed notebook as a report: one HTML file that needs no network and no script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.core.messages import t, use_language
from casework.core.options import RunStatus
from casework.report import page
from casework.report.body import notebook_body
from casework.report.markdown import Heading
from casework.report.status import status_class, status_label, status_sentence

if TYPE_CHECKING:
    from nbformat import NotebookNode

MAX_CONTENTS = 18
NUMBER = re.compile(r"[-−–+]?[\d.,\s]+%?|[–-]")


@dataclass(frozen=True, kw_only=True)
class ReportInfo:
    """What the report says about the run, in words that are translated already.

    Parameters
    ----------
    title, question, module : str
        Title of the study, the management question it answers, title of its module.
    study, run_id : str
        Name of the study and of the run.
    status : {'ok', 'failed', 'timeout', 'killed', 'cancelled'}
        How the run ended.
    message : str
        Why it ended so, where it is not ok.
    generated : str
        When, as ISO 8601.
    data_note : str
        One sentence on the data: that they are synthetic, for one.
    key_results : sequence of (title, value, unit)
        Shown first, as tiles.
    parameters : sequence of (name, value, unit, help)
        All parameters of the run.
    provenance : sequence of (label, value)
        Data file, hashes, versions, times.
    exclusions : sequence of (where, count, reason)
        Rows or answers that were left out.
    """

    title: str
    question: str = ""
    module: str = ""
    study: str = ""
    run_id: str = ""
    status: RunStatus = "ok"
    message: str = ""
    generated: str = ""
    data_note: str = ""
    key_results: Sequence[tuple[str, str, str]] = ()
    parameters: Sequence[tuple[str, str, str, str]] = ()
    provenance: Sequence[tuple[str, str]] = ()
    exclusions: Sequence[tuple[str, int, str]] = ()


def build_report(notebook: NotebookNode, info: ReportInfo, *, lang: str, with_code: bool = False) -> str:
    """Return the report of a run as one HTML document.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook, partial where the run ended early; its prose is in `lang` already.
    info : ReportInfo
        What stands at the top.
    lang : {'en', 'zh'}
        Language of the report's own words.
    with_code : bool
        Put each cell's code into the report, folded.

    Raises
    ------
    RunError
        A figure of casework has no alternative text.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> notebook = new_notebook(cells=[new_markdown_cell("## What this means")])
    >>> '<h2 id="what-this-means">' in build_report(notebook, ReportInfo(title="Kano"), lang="en")
    True
    """
    with use_language(lang):
        body, headings = notebook_body(notebook, title=info.title, question=info.question, with_code=with_code)
        content = (
            page.templates()
            .get_template("report.html.j2")
            .render(
                info=info,
                body=body,
                tiles=[
                    (*result, "" if NUMBER.fullmatch(result[1]) else " cw-tile-text") for result in info.key_results
                ],
                labels=_labels(),
                generated=page.readable_time(info.generated),
                contents=_contents(headings),
                status=status_label(info.status),
                status_class=status_class(info.status),
                banner="" if info.status == "ok" else status_sentence(info.status),
            )
        )
    return page.document(info.title, content, lang)


def _contents(headings: Sequence[Heading]) -> list[Heading]:
    """Headings for the table of contents: two levels, or one where there are many."""
    two = [heading for heading in headings if heading.level <= 3]
    return two if len(two) <= MAX_CONTENTS else [heading for heading in two if heading.level == 2]


def _labels() -> dict[str, str]:
    return {
        "contents": t("Contents"),
        "key_results": t("Key results"),
        "about": t("About this run"),
        "parameters": t("Parameters"),
        "provenance": t("Provenance"),
        "exclusions": t("Left out of the analysis"),
        "parameter": t("Parameter"),
        "value": t("Set to"),
        "meaning": t("Meaning"),
        "where": t("Where"),
        "count": t("Count"),
        "reason": t("Reason"),
        "run": t("Run"),
        "generated": t("Generated"),
        "made_with": t("Made with casework. The file is complete: it needs no network."),
    }
