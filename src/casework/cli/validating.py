"""What `validate` prints and writes."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from casework.cli.terminal import table
from casework.core.messages import t, use_language
from casework.validation.register import CaseOutcome


def outcome_rows(outcomes: Sequence[CaseOutcome]) -> list[dict[str, Any]]:
    """Return every compared value as a row, for JSON."""
    return [
        {
            "case": outcome.case.id,
            "module": outcome.case.module,
            "method": outcome.case.method,
            "source": outcome.case.source,
            "note": outcome.case.note,
            "ok": outcome.ok,
            "error": outcome.error,
            "values": [vars(item) for item in outcome.comparisons],
        }
        for outcome in outcomes
    ]


def validation_text(outcomes: Sequence[CaseOutcome]) -> str:
    """Return one line a case, and each value that does not agree."""
    rows = [
        [
            "ok" if outcome.ok else "DIFFERS",
            outcome.case.id,
            len(outcome.comparisons),
            _number(outcome.largest_difference),
            outcome.case.source[:70],
        ]
        for outcome in outcomes
    ]
    parts = [table(rows, ["verdict", "case", "values", "largest difference", "source"])]
    for outcome in outcomes:
        if outcome.error:
            parts.append(f"{outcome.case.id}: {outcome.error}")
        parts += [
            f"{outcome.case.id}: {item.name}: expected {item.expected}, computed {item.computed}"
            for item in outcome.comparisons
            if not item.ok
        ]
    values = sum(len(outcome.comparisons) for outcome in outcomes)
    wrong = sum(not outcome.ok for outcome in outcomes)
    parts.append(f"{len(outcomes)} cases, {values} values, {wrong} cases differ")
    return "\n".join(parts)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1e}"


def write_page(outcomes: Sequence[CaseOutcome], path: Path, lang: str) -> None:
    """Write the register as an offline page that can be attached to a report."""
    from casework.core.files import write_text
    from casework.report.page import render
    from casework.runner.manifest import environment

    with use_language(lang):
        about = environment()
        versions = ", ".join(f"{name} {found}" for name, found in about["packages"].items())
        intro = t(
            "Every method against published numbers, computed here with casework {version} on Python {python}.",
            version=about["casework"],
            python=about["python"],
        )
        wrong = sum(not outcome.ok for outcome in outcomes)
        verdict = t("{n} cases, {wrong} differ.", n=len(outcomes), wrong=wrong)
        body = [
            f"<p>{html.escape(intro)}</p><p><strong>{html.escape(verdict)}</strong></p><p>{html.escape(versions)}</p>"
        ]
        body.append(_overview(outcomes))
        body += [_section(outcome) for outcome in outcomes]
        write_text(path, render(t("Validation register"), "".join(body), lang=lang))


def _verdict(outcome: CaseOutcome) -> str:
    return t("agrees") if outcome.ok else t("DIFFERS")


def _overview(outcomes: Sequence[CaseOutcome]) -> str:
    names = (t("case"), t("values"), t("largest difference"), t("verdict"))
    heads = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row"><a href="#{html.escape(outcome.case.id)}">{html.escape(outcome.case.id)}</a></th>'
        f'<td class="cw-num">{len(outcome.comparisons)}</td>'
        f'<td class="cw-num">{_number(outcome.largest_difference) or "–"}</td>'
        f'<td class="cw-short">{html.escape(_verdict(outcome))}</td></tr>'
        for outcome in outcomes
    )
    return f'<table class="cw-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _section(outcome: CaseOutcome) -> str:
    case = outcome.case
    heads = "".join(
        f'<th scope="col">{html.escape(name)}</th>'
        for name in (t("value"), t("expected"), t("computed"), t("difference"), t("verdict"))
    )
    rows = "".join(
        "<tr>"
        + f'<th scope="row">{html.escape(item.name)}</th>'
        + "".join(
            f'<td class="cw-num">{html.escape(cell)}</td>'
            for cell in (
                _cell(item.expected),
                _cell(item.computed),
                _number(item.difference),
                t("agrees") if item.ok else t("DIFFERS"),
            )
        )
        + "</tr>"
        for item in outcome.comparisons
    )
    note = f'<p class="cw-note">{html.escape(case.note)}</p>' if case.note else ""
    error = f'<p class="cw-warning">{html.escape(outcome.error)}</p>' if outcome.error else ""
    tolerance = t("absolute tolerance {atol:g}, relative {rtol:g}", atol=case.atol, rtol=case.rtol)
    facts = [
        (t("verdict"), _verdict(outcome)),
        (t("method"), case.method),
        (t("source"), case.source),
        (t("tolerance"), tolerance),
    ]
    listed = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in facts)
    return (
        f'<section><h2 id="{html.escape(case.id)}">{html.escape(case.id)}</h2><dl>{listed}</dl>{note}{error}'
        f"<details><summary>{html.escape(t('{n} values', n=len(outcome.comparisons)))}</summary>"
        f'<table class="cw-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></details></section>'
    )


def _cell(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
