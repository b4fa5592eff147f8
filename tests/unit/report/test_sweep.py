"""The page of all runs."""

from __future__ import annotations

import pytest

from casework.report.page import POLICY
from casework.report.sweep import SweepPage, SweepResult, SweepRow, render_sweep_index, words, write_sweep_pages

EVIL = '<script>alert("x")</script>'


@pytest.fixture(autouse=True)
def _without_fonts(monkeypatch):
    """Fonts have tests of their own."""
    monkeypatch.setattr("casework.report.page.font_faces", lambda markup: "")


def row(place=0, **changes):
    fields = {
        "run_id": f"kano-{place}",
        "parameters": {"seed": place},
        "values": {"index": 60.0 + place},
        "seconds": 1.5,
        "memory_mb": 160.0,
        "href": f"../../kano/kano-{place}/report.html",
    }
    return SweepRow(**(fields | changes))


def sweep(rows, **changes):
    counts = {}
    for item in rows:
        counts[item.status] = counts.get(item.status, 0) + 1
    fields = {
        "title": "Kano",
        "study": "kano",
        "sweep_id": "s1",
        "counts": counts,
        "varied": ["seed"],
        "rows": rows,
        "results": [SweepResult(name="index", title="Index", unit="points", digits=1, key=True)],
    }
    return SweepPage(**(fields | changes))


def test_shows_every_run_with_its_link_and_results():
    markup = render_sweep_index(
        sweep([row(0), row(1, cached=True)], fixed={"data": "kano"}, units={"seed": "points"}), "en"
    )
    for text in (
        'href="../../kano/kano-1/report.html"',
        "60.0",
        "from the cache",
        "2 runs over seed",
        "Taken from the cache",
        "<code>data</code>",
    ):
        assert text in markup
    assert POLICY in markup


def test_failed_runs_come_first_with_their_reason():
    markup = render_sweep_index(sweep([row(0), row(1, status="timeout", error="not finished", href="")]), "en")
    assert markup.index("not finished") < markup.index(">kano-0<")
    assert markup.index(">kano-0<") > markup.index("Complete runs")
    assert "Timed out" in markup
    assert "no report" in markup


def test_many_runs_fold():
    markup = render_sweep_index(sweep([row(place) for place in range(1201)]), "en")
    for title in ("Runs 1 to 500 of 1,201", "Runs 501 to 1,000 of 1,201", "Runs 1,001 to 1,201 of 1,201"):
        assert title in markup
    assert markup.count("<details open>") == 1


def test_few_runs_do_not_fold():
    assert "<details" not in render_sweep_index(sweep([row(place) for place in range(500)]), "en")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_names_are_text(lang):
    bad = row(
        run_id=EVIL,
        parameters={EVIL: EVIL},
        values={"index": EVIL},
        href="javascript:alert(1)",
        error=EVIL,
        status="failed",
    )
    page = sweep(
        [bad, row(run_id=EVIL, parameters={EVIL: "测" * 300})],
        title=EVIL,
        study=EVIL,
        sweep_id=EVIL,
        varied=[EVIL],
        notes=[EVIL],
        fixed={EVIL: EVIL},
        downloads=[(EVIL, "//e.vil")],
        results=[SweepResult(name="index", title=EVIL, unit=EVIL, key=True)],
    )
    markup = render_sweep_index(page, lang)
    assert "<script" not in markup
    assert "javascript:" not in markup
    assert "e.vil" not in markup
    assert "测" * 100 not in markup


def test_nothing_done_yet():
    markup = render_sweep_index(sweep([], counts={"pending": 3}), "en")
    assert "No run is complete yet." in markup
    assert "To be run" in markup


def test_without_key_results_the_first_ones_are_shown():
    results = [SweepResult(name=f"r{place}", title=f"Result {place}") for place in range(12)]
    markup = render_sweep_index(sweep([row()], results=results), "en")
    assert "Result 7" in markup
    assert "Result 8" not in markup


def test_unknown_values_are_dashes():
    markup = render_sweep_index(sweep([row(seconds=None, memory_mb=None, values={})]), "en")
    assert markup.count(">–</td>") == 3


def test_lists_of_names_are_texts():
    assert words("a; b") == "a; b"
    assert words("") == "–"


def test_writes_both_pages_whole(tmp_path):
    targets = write_sweep_pages(tmp_path / "sweep", sweep([row(0), row(1)]), "en")
    assert [path.name for path in targets] == ["index.html", "comparison.html"]
    assert sorted(path.name for path in (tmp_path / "sweep").iterdir()) == ["comparison.html", "index.html"]
