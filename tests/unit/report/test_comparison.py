"""Runs beside each other."""

from __future__ import annotations

import pytest

from casework.report.comparison import (
    ComparedRun,
    ComparisonPage,
    FigureRow,
    ValueRow,
    match_pictures,
    render_comparison,
)
from casework.report.page import POLICY
from casework.report.pictures import Picture

EVIL = '<script>alert("x")</script>'


@pytest.fixture(autouse=True)
def _without_fonts(monkeypatch):
    """Fonts have tests of their own."""
    monkeypatch.setattr("casework.report.page.font_faces", lambda markup: "")


def picture(png="AAAA", caption="Map", alt="A map"):
    return Picture(png=png, caption=caption, alt=alt)


def compared(count=2, **changes):
    labels = "ABCDEFGHIJKL"[:count]
    fields = {
        "runs": [ComparedRun(label=label, name=f"kano/{label}", href=f"../{label}/report.html") for label in labels],
        "results": [ValueRow(name="index", title="Index", values=["1"] * count, differs=True)],
    }
    return ComparisonPage(**(fields | changes))


def test_figures_of_one_caption_belong_together():
    rows = match_pictures([[picture("A"), picture("B"), picture("C", "Bars")], [picture("D", "Bars"), picture("A")]])
    assert [row.caption for row in rows] == ["Map", "Map", "Bars"]
    assert [[item.png if item else None for item in row.pictures] for row in rows] == [
        ["A", "A"],
        ["B", None],
        ["C", "D"],
    ]
    assert [row.same for row in rows] == [True, False, False]


def test_figures_of_two_languages_belong_together_by_order():
    (row,) = match_pictures([[picture(caption="Map")], [picture("B", caption="图")]], in_order=True)
    assert [item.png for item in row.pictures if item] == ["AAAA", "B"]


def test_a_picture_is_shown_once():
    row = FigureRow(caption="Map", pictures=[picture("AAAA"), picture("BBBB"), picture("AAAA"), None])
    markup = render_comparison(compared(4, figures=[row]), "en")
    assert markup.count("base64,AAAA") == 1
    assert markup.count("base64,BBBB") == 1
    caption = markup[markup.index("<figcaption>") : markup.index("</figcaption>")]
    assert "kano/A" in caption
    assert "kano/C" in caption
    assert "Not in D." in markup


def test_the_same_in_all_runs():
    markup = render_comparison(compared(figures=[FigureRow(caption="Map", pictures=[picture(), picture()])]), "en")
    assert markup.count("<img") == 1
    assert "The same picture in all runs." in markup


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_names_are_text(lang):
    run = ComparedRun(label="A", name=EVIL, title=EVIL, status="failed", error=EVIL, differing=[(EVIL, EVIL)])
    row = ValueRow(name=EVIL, title=EVIL, unit=EVIL, values=[EVIL, EVIL], changes=["", EVIL], differs=True)
    page = compared(
        runs=[run, run],
        parameters=[row],
        results=[row],
        tables=[row],
        findings=[EVIL],
        figures=[FigureRow(caption=EVIL, pictures=[picture(caption=EVIL, alt=EVIL), picture("B", caption="x")])],
    )
    markup = render_comparison(page, lang)
    assert "<script" not in markup
    assert POLICY in markup


def test_links_status_and_differences_are_shown():
    runs = [
        ComparedRun(label="A", name="kano/a", href="../kano/a/report.html"),
        ComparedRun(label="B", name="kano/b", status="timeout"),
    ]
    row = ValueRow(name="index", title="Index", unit="points", values=["1.0", "2.0"], changes=["", "+1 (+100.0%)"])
    markup = render_comparison(
        compared(runs=runs, results=[row], parameters=[ValueRow(name="seed", values="77")]), "en"
    )
    for text in ('href="../kano/a/report.html"', "Timed out", "no report", "+1 (+100.0%)", "No parameter differs."):
        assert text in markup


def test_twelve_runs_have_their_columns():
    assert render_comparison(compared(12), "en").count('<th scope="col">L</th>') == 2 - 1
