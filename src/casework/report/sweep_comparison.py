"""What the varied parameters of a sweep do to its results: figures with computed sentences, on one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from casework.core.messages import join_sentences, t, tn, use_language
from casework.report import page
from casework.report.formats import format_value
from casework.report.links import relative_href
from casework.report.numbers import plain
from casework.report.pictures import Picture, draw_picture
from casework.report.sweep import INDEX_FILE, SweepPage, SweepRow, cell, eyebrow, lead, short, words
from casework.report.sweep_figures import HALF, WIDE, Panel, draw_heat, draw_panels, draw_tornado, heat_factors
from casework.report.sweep_levels import BINS, MOST_LEVELS
from casework.report.sweep_measures import FEWEST_RUNS, Measured, effect_texts, findings, measure, numbers_of

MOST_FIGURES = 24
PANELS = 6
STRONGEST = 4
MOST_TEXTS = 10


def render_sweep_comparison(sweep: SweepPage, lang: str) -> str:
    """Return the page as one HTML document.

    Parameters
    ----------
    sweep : SweepPage
        What the runs are and found.
    lang : {'en', 'zh'}
        Language of the page.
    """
    with use_language(lang):
        body = page.templates().get_template("sweep_comparison.html.j2").render(**_content(sweep))
        title = t("Comparison: {title}", title=t(sweep.title))
        return page.render(title, body, lang, lead=lead(sweep), eyebrow=eyebrow(sweep))


def _content(sweep: SweepPage) -> dict[str, Any]:
    rows = [row for row in sweep.rows if row.status == "ok"]
    measured, left_out = measure(sweep, rows)
    drawn = measured[: _room(sweep)]
    sections = list(_sections(sweep, drawn))
    crowded = t("there are more than {n} figures", n=MOST_FIGURES)
    figures = sum(len(section["pictures"]) for section in sections)
    anchors = {id(item): f"cw_result_{place}" for place, item in enumerate(drawn)} if len(sweep.varied) > 1 else {}
    return {
        "index": INDEX_FILE,
        "basis": _basis(sweep, rows),
        "notes": sweep.notes,
        "moves": [_move(item, anchors.get(id(item), "")) for item in measured] if len(sweep.varied) > 1 else [],
        "sections": sections,
        "texts": _texts(sweep, rows),
        "left_out": [*left_out, *((item.title, crowded) for item in measured[len(drawn) :])],
        "reports": [_report(sweep, row) for row in sweep.rows],
        "labels": _labels(sweep, figures),
    }


def _room(sweep: SweepPage) -> int:
    """Return how many results can be drawn."""
    return MOST_FIGURES * PANELS if len(sweep.varied) == 1 else MOST_FIGURES // 2


def _basis(sweep: SweepPage, rows: Sequence[SweepRow]) -> str:
    told = [tn("Computed from {n} complete run.", "Computed from {n} complete runs.", len(rows))]
    wrong = len(sweep.rows) - len(rows)
    if wrong:
        told.append(
            tn("{n} run that is not complete is left out.", "{n} runs that are not complete are left out.", wrong)
        )
    if len(rows) < FEWEST_RUNS:
        told.append(t("There is nothing to compare."))
    elif not sweep.varied:
        told.append(t("No parameter varies."))
    return join_sentences(told)


def _sections(sweep: SweepPage, drawn: Sequence[Measured]) -> Iterator[dict[str, Any]]:
    """Return the figures with their sentences, numbered through the page."""
    number = 1
    groups = _grouped(drawn) if len(sweep.varied) == 1 else [[item] for item in drawn]
    for place, group in enumerate(groups):
        pictures = _responses(group) if len(sweep.varied) == 1 else _pair(group[0])
        yield {
            "anchor": f"cw_result_{place}",
            "title": _section_title(group, sweep),
            "pictures": list(enumerate(pictures, start=number)),
            "findings": [sentence for item in group for sentence in findings(item, len(sweep.varied))],
        }
        number += len(pictures)


def _grouped(drawn: Sequence[Measured]) -> list[list[Measured]]:
    """Return results six by six, key results apart from the others."""
    groups = []
    for key in (True, False):
        some = [item for item in drawn if item.result.key is key]
        groups += [some[begin : begin + PANELS] for begin in range(0, len(some), PANELS)]
    return groups


def _section_title(group: Sequence[Measured], sweep: SweepPage) -> str:
    if len(sweep.varied) > 1:
        return group[0].title
    return t("Key results") if group[0].result.key else t("Further results")


def _responses(group: Sequence[Measured]) -> list[Picture]:
    """One varied parameter: each result against it, in one figure."""
    panels = [Panel(unit=item.unit, factor=item.factors[0], values=item.values, heading=item.title) for item in group]
    name = group[0].factors[0].name
    caption = t("Results by {parameter}: each run, and the means.", parameter=short(name))
    alt = join_sentences([caption, *(sentence for item in group for sentence in findings(item, 1))])
    return [draw_picture(draw_panels(panels, width=WIDE if len(panels) > 1 else WIDE * 0.7), caption=caption, alt=alt)]


def _pair(item: Measured) -> list[Picture]:
    """Two or more varied parameters: the picture of them all, and the result against the strongest."""
    first = _heat(item) if len(item.factors) == 2 else _tornado(item)
    return [first, _multiples(item)]


def _heat(item: Measured) -> Picture:
    across, upward = heat_factors(*item.factors)
    figure = draw_heat(item.title, item.unit, across, upward, item.values, digits=item.result.digits)
    cells = len(across.levels) * len(upward.levels)
    filled = len(set(zip(across.codes.tolist(), upward.codes.tolist(), strict=True)))
    caption = [
        t(
            "Mean of {title} by {first} and {second}.",
            title=item.title,
            first=short(across.name),
            second=short(upward.name),
        )
    ]
    if filled < cells:
        caption.append(t("Hatched: no run."))
    return draw_picture(figure, caption=join_sentences(caption), alt=join_sentences([*caption, *findings(item, 2)]))


def _tornado(item: Measured) -> Picture:
    mean, digits = float(item.values.mean()), item.result.digits
    figure = draw_tornado(item.title, item.unit, item.effects, mean, digits=digits)
    caption = [t("How far each parameter moves the mean of {title}.", title=item.title)]
    if any(not effect.beyond_chance and effect.span > 0 for effect in item.effects):
        caption.append(t("Grey: no more than chance."))
    return draw_picture(
        figure, caption=join_sentences(caption), alt=join_sentences([*caption, *findings(item, len(item.factors))])
    )


def _multiples(item: Measured) -> Picture:
    strongest = [item.factor(effect) for effect in item.effects[:STRONGEST]]
    panels = [Panel(unit=item.unit, factor=factor, values=item.values) for factor in strongest]
    names = t(", ").join(short(factor.name) for factor in strongest)
    caption = t("{title} against {names}: each run, and the means.", title=item.title, names=names)
    few = len(panels) < 3
    figure = draw_panels(panels, title=item.title, columns=1 if few else 2, width=HALF if few else HALF * 1.2)
    return draw_picture(figure, caption=caption, alt=join_sentences([caption, *findings(item, len(item.factors))]))


def _move(item: Measured, anchor: str) -> dict[str, Any]:
    strongest = item.effects[0]
    about = {"title": item.title, "unit": item.unit, "anchor": anchor, "parameter": "", "note": ""}
    if strongest.span == 0:
        return about | {"note": t("Its mean is the same at every level of each parameter.")}
    return about | effect_texts(item, strongest)


def _texts(sweep: SweepPage, rows: Sequence[SweepRow]) -> list[dict[str, Any]]:
    """Return for each result that is no number how many runs found what."""
    found = []
    for result in sweep.ordered_results:
        values = [value for row in rows if (value := plain(row.values.get(result.name))) is not None]
        if values and numbers_of(values) is None:
            found.append(
                {
                    "title": t(result.title),
                    **_shares([words(value) if isinstance(value, str) else format_value(value) for value in values]),
                }
            )
    return found


def _shares(texts: Sequence[str]) -> dict[str, Any]:
    ordered = Counter(texts).most_common()
    rows = [(short(text, 300), f"{count:,}", f"{count / len(texts):.0%}") for text, count in ordered[:MOST_TEXTS]]
    rest = len(ordered) - len(rows)
    return {
        "rows": rows,
        "note": tn("{n} more text is not shown.", "{n} more texts are not shown.", rest) if rest else "",
    }


def _report(sweep: SweepPage, row: SweepRow) -> tuple[str, str, str]:
    given = [t("{name} = {value}", name=short(name), value=cell(row.parameters.get(name))[0]) for name in sweep.varied]
    return relative_href(row.href), row.run_id, t("; ").join(given)


def _labels(sweep: SweepPage, figures: int) -> dict[str, Any]:
    return {
        "index": t("All runs in a table"),
        "note": t("Read with care"),
        "moves": t("What moves the results most"),
        "result": t("Result"),
        "strongest": t("Strongest parameter"),
        "lowest": t("Lowest mean"),
        "highest": t("Highest mean"),
        "how": t(
            "Means over the runs at each level of the parameter. Numbers with more than {most} values: {n} bins.",
            most=MOST_LEVELS,
            n=BINS,
        ),
        "figure": [t("Figure {n}", n=number) for number in range(1, figures + 1)],
        "texts": t("Texts"),
        "text": t("Text"),
        "runs": t("Runs"),
        "share": t("Share"),
        "left_out": t("Not drawn"),
        "reports": t("All reports"),
        "count": tn("{n} report", "{n} reports", len(sweep.rows)),
    }
