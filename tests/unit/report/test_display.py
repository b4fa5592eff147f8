"""What a notebook shows, tells and publishes."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from casework.core.paths import RUN_VARIABLE
from casework.core.result import Result
from casework.figures import draw, style
from casework.report.display import RESULT_MIME, publish, show, tell


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown(Result):
    value: float

    def to_frame(self):
        return pd.DataFrame({"value": [self.value]})

    def summary(self):
        return "The value is one half."


@draw.register(Shown)
def draw_shown(result, ax=None, kind=None):
    ax = style.axes(ax)
    ax.bar(["a"], [result.value])
    return ax


@pytest.fixture
def outputs(monkeypatch):
    seen = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw=False, metadata=None: seen.append((data, metadata)))
    yield seen
    plt.close("all")


def test_a_result_is_drawn_with_its_summary_as_alternative_text(outputs):
    show(Shown(value=0.5), caption="One half.")
    data, metadata = outputs[0]
    assert data["image/png"].startswith("iVBOR")
    assert metadata["casework"] == {"kind": "figure", "caption": "One half.", "alt": "The value is one half."}
    assert 500 < metadata["image/png"]["width"] < 900
    assert plt.get_fignums() == []


@pytest.mark.parametrize("part", ["axes", "figure"])
def test_axes_and_figures_are_shown(outputs, part):
    axes = style.axes()
    show(axes if part == "axes" else axes.get_figure(), caption="c", alt="what it shows")
    assert outputs[0][1]["casework"]["alt"] == "what it shows"


def test_jupyterlab_shows_words_on_the_left_and_sets_findings_apart(outputs, monkeypatch):
    frame = pd.DataFrame({"name": ['<td>"a"'], "value": [1.5]})
    for run in ("1", ""):
        monkeypatch.setenv(RUN_VARIABLE, run)
        show(frame, caption="c", verbatim=True)
        tell("x < y", role="finding")
    plain, sentence, table, finding = (data["text/html"] for data, _ in outputs)
    assert "style=" not in plain + sentence
    assert '<th scope="row" class="cw-short" style="text-align:left">&lt;td&gt;&quot;a&quot;</th>' in table
    assert '<td class="cw-num">1.50</td>' in table
    assert re.sub(' style="[^"]*"', "", table) == plain
    assert re.sub(' style="[^"]*"', "", finding) == sentence
    assert "border-left" in finding


def test_same_figure_gives_the_same_bytes(outputs):
    show(Shown(value=0.5), caption="c")
    show(Shown(value=0.5), caption="c")
    assert outputs[0][0]["image/png"] == outputs[1][0]["image/png"]


def test_a_table_says_how_many_rows_it_leaves_out(outputs):
    show(pd.DataFrame({"n": range(5)}), caption="Numbers.", rows=2)
    data, metadata = outputs[0]
    assert metadata["casework"] == {"kind": "table", "caption": "Numbers."}
    assert "3 more rows" in data["text/html"]
    assert data["text/html"].count("<tr>") == 3


def test_fields_of_a_sentence_are_text(outputs, monkeypatch):
    monkeypatch.setenv(RUN_VARIABLE, "1")
    tell("{name} leads with {share:.0%}", name="<b>x</b>", share=0.25, role="finding")
    data, metadata = outputs[0]
    assert data["text/html"] == '<p class="cw-finding">&lt;b&gt;x&lt;/b&gt; leads with 25%</p>'
    assert data["text/plain"] == "<b>x</b> leads with 25%"
    assert metadata["casework"] == {"kind": "text", "role": "finding"}


def test_nothing_is_told_without_words(outputs):
    tell("")
    assert outputs == []


def test_a_number_is_published_with_its_unit(outputs):
    publish("index", 72.4, unit="points", title="Index")
    data, metadata = outputs[0]
    assert data[RESULT_MIME] == {"name": "index", "kind": "scalar", "value": 72.4, "unit": "points", "title": "Index"}
    assert metadata["casework"] == {"kind": "result", "name": "index"}


def test_a_text_and_a_table_are_published(outputs):
    publish("first", "service")
    publish("all", pd.DataFrame({"n": [1]}))
    assert outputs[0][0][RESULT_MIME]["kind"] == "text"
    assert outputs[1][0][RESULT_MIME]["table"] == {"columns": ["n"], "kinds": ["integer"], "rows": [[1]]}


def test_what_cannot_be_published_is_refused():
    with pytest.raises(TypeError, match="cannot publish a dict"):
        publish("x", {})
