"""Cells and outputs in the report."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from casework.core.errors import RunError
from casework.report.body import notebook_body, plain_text

PNG = "iVBORw0KGgo="


def body(*outputs, **options):
    cell = new_code_cell("x = 1", outputs=list(outputs))
    return str(notebook_body(new_notebook(cells=[cell]), **options)[0])


def display(data, **metadata):
    return new_output("display_data", data=data, metadata=metadata)


def figure(caption="c", alt="a"):
    return display({"image/png": PNG}, casework={"kind": "figure", "caption": caption, "alt": alt})


def test_figures_and_tables_are_numbered_apart(report):
    assert re.findall(r'<span class="cw-label">(.*?)</span>', report) == ["Figure 1", "Table 1"]
    two = body(figure("first"), figure("second"))
    assert re.findall(r"Figure \d</span> \w+", two) == ["Figure 1</span> first", "Figure 2</span> second"]


def test_a_figure_has_its_alternative_text_and_size(report):
    assert 'alt="Bars: service 4.2, price 3.1, image 2.4." width="700" height="420"' in report


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_figure_without_alternative_text_is_refused(alt):
    with pytest.raises(RunError, match=r"figure 1 \(Map\) has no alternative text"):
        body(figure("Map", alt))


def test_a_foreign_figure_gets_a_neutral_one():
    assert 'alt="Figure without a description"' in body(display({"image/png": PNG}))


def test_captions_and_alternative_texts_are_text():
    markup = body(figure('"><script>1</script>', '"><script>2</script>'))
    assert "<script" not in markup
    assert 'alt="&quot;&gt;&lt;script&gt;2' in markup


def test_an_image_that_is_none_is_refused():
    with pytest.raises(RunError, match="image of the notebook cannot be read"):
        body(display({"image/png": '"><script>'}))


def test_a_wide_table_can_be_scrolled_by_keyboard(report):
    assert 'tabindex="0" role="group" aria-label="Table 1: Services, their category and its share."' in report


def test_table_of_casework_keeps_its_note(report):
    assert '</table></div><p class="cw-note">Two answers were left out.</p>' in report


@pytest.mark.parametrize("role", ["finding", "note", "warning"])
def test_callouts(report, role):
    assert f'class="cw-callout cw-is-{role}" role="note"' in report


@pytest.mark.parametrize(
    "hidden",
    [
        "hidden_result",
        "a warning of a library",
        "IntSlider",
        "the hidden answer",
        "answer = 42",
        "secret default",
        "https://e.vil",
        "color:red",
    ],
)
def test_what_a_reader_need_not_see_is_left_out(report, hidden):
    assert hidden not in report


def test_printed_output_is_text(report):
    assert "printed &lt;b&gt;line&lt;/b&gt;" in report


def test_formula_outputs_become_mathml(report):
    assert '<p class="cw-formula"><math display="block">' in report


def test_plain_text_is_the_last_resort(report):
    assert "four &lt;b&gt;</pre>" in report


def test_code_is_left_out_or_folded(report, report_with_code):
    assert "<details class" not in report
    assert '<details class="cw-code"><summary>Code</summary>' in report_with_code
    assert "secret default" in report_with_code
    assert "answer = 42" not in report_with_code


def test_code_of_cells_that_show_nothing_is_folded_together():
    cells = [new_code_cell("a = 1"), new_code_cell("b = 2"), new_markdown_cell("text")]
    markup = str(notebook_body(new_notebook(cells=cells), with_code=True)[0])
    assert markup.count("<details") == 1


@pytest.mark.parametrize("tag", ["remove-input", "versions"])
def test_code_that_is_never_shown(tag):
    cell = new_code_cell(
        "secret()", metadata={"tags": [tag]}, outputs=[new_output("stream", name="stdout", text="1.2")]
    )
    markup = str(notebook_body(new_notebook(cells=[cell]), with_code=True)[0])
    assert "secret" not in markup
    assert "1.2" in markup


def test_foreign_svg_is_an_image_that_cannot_run():
    markup = body(display({"image/svg+xml": "<svg onload='alert(1)'/>"}))
    assert "onload" not in markup
    assert 'src="data:image/svg+xml;base64,' in markup


def test_foreign_table_is_kept_and_cleaned():
    table = '<table border="1" class="dataframe"><tr><th>a</th></tr><tr><td onclick="x()">1</td></tr></table>'
    markup = body(display({"text/html": table}))
    assert "onclick" not in markup
    assert '<table class="dataframe">' in markup


def test_metadata_of_the_wrong_shape_does_no_harm():
    assert body(display({"text/plain": "seen"}, casework="nonsense")).count("seen") == 1
    assert body(display({"text/plain": "seen"}, casework={"kind": "table", "caption": "c"})).count("seen") == 1


def test_plain_text_shows_what_a_terminal_would():
    assert plain_text("10%\r20%\rdone\n\x1b[1mbold\x1b[0m\x07") == "done\nbold"
    assert plain_text("windows\r\n") == "windows\n"
