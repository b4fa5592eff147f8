"""The page that compares the runs of a sweep."""

from __future__ import annotations

import itertools

import pytest

from casework.report import sweep_comparison
from casework.report.page import POLICY
from casework.report.sweep import SweepPage, SweepResult, SweepRow
from casework.report.sweep_comparison import render_sweep_comparison

EVIL = '<script>alert("x")</script>'
RESULTS = [
    SweepResult(name="n", title="Respondents"),
    SweepResult(name="index", title="Index", unit="points", digits=1, key=True),
    SweepResult(name="best", title="Best"),
]


@pytest.fixture(autouse=True)
def _without_fonts(monkeypatch):
    """Fonts have tests of their own."""
    monkeypatch.setattr("casework.report.page.font_faces", lambda markup: "")


def sweep(grid, *, results=RESULTS, wrong=0, **changes):
    points = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    rows = [
        SweepRow(
            run_id=f"kano-{place}",
            parameters=point,
            values={"n": 600, "index": 60.0 + place, "best": "price; time" if place % 2 else "price"},
            href=f"../kano-{place}/report.html",
        )
        for place, point in enumerate(points)
    ]
    rows += [SweepRow(run_id=f"bad-{place}", status="failed", parameters=points[0]) for place in range(wrong)]
    varied = [name for name, values in grid.items() if len(values) > 1]
    fields = {"title": "Kano", "study": "kano", "sweep_id": "s", "varied": varied, "rows": rows, "results": results}
    return SweepPage(**(fields | changes))


def test_one_parameter_gives_small_multiples():
    markup = render_sweep_comparison(sweep({"seed": [1, 2, 3]}, wrong=1), "en")
    for text in (
        "Computed from 3 complete runs. 1 run that is not complete is left out.",
        "Index: lowest mean 60.0 at seed = 1, highest 62.0 at seed = 3.",
        "the same in all runs: 600",
        'href="../kano-2/report.html"',
        "price; time",
        "67%",
    ):
        assert text in markup
    assert markup.count("<img") == 1
    assert POLICY in markup


def test_two_parameters_give_a_heat_map():
    markup = render_sweep_comparison(sweep({"seed": [1, 2], "table": ["a", "b", "c"]}), "en")
    assert "Mean of Index by seed and table." in markup
    assert "It moves most with seed: its mean goes from 61.0 (1) to 64.0 (2)." in markup
    assert markup.count("<img") == 2


def test_many_parameters_give_a_tornado():
    markup = render_sweep_comparison(sweep({"a": [1, 2], "b": [1, 2], "c": [1, 2]}), "en")
    assert "How far each parameter moves the mean of Index." in markup
    assert markup.index("from 61.5 (1) to 65.5 (2)") < markup.index("Next comes b")


def test_every_figure_has_its_words():
    markup = render_sweep_comparison(sweep({"a": [1, 2], "b": [1, 2]}), "en")
    assert markup.count("<img") == markup.count('alt="Mean of') + markup.count('alt="Index against') == 2


def test_too_many_results_are_listed(monkeypatch):
    monkeypatch.setattr(sweep_comparison, "MOST_FIGURES", 4)
    results = [SweepResult(name="index", title=f"Index {place}") for place in range(3)]
    markup = render_sweep_comparison(sweep({"a": [1, 2], "b": [1, 2], "c": [1, 2]}, results=results), "en")
    assert markup.count("<img") == 4
    assert markup.count("there are more than 4 figures") == 1


def test_the_reader_is_told_what_there_is_not():
    assert "There is nothing to compare." in render_sweep_comparison(sweep({"a": [1]}), "en")
    rows = [SweepRow(run_id=str(place), values={"index": float(place)}) for place in range(3)]
    markup = render_sweep_comparison(sweep({"a": [1]}, rows=rows), "en")
    assert "No parameter varies." in markup
    assert "no parameter varies" in markup


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_names_are_text(lang, count):
    grid = {f"{EVIL}{place}": [EVIL, "=cmd|' /C calc'!A0"] for place in range(count)}
    results = [
        SweepResult(name="index", title=EVIL, unit=EVIL, key=True),
        SweepResult(name="n", title=EVIL),
        SweepResult(name="best", title=EVIL),
    ]
    page = sweep(grid, results=results, title=EVIL, notes=[EVIL], units=dict.fromkeys(grid, EVIL))
    markup = render_sweep_comparison(page, lang)
    assert "<script" not in markup
