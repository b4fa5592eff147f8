"""Markdown cells."""

from __future__ import annotations

import pytest

from casework.report.markdown import Outline, math, slug, strip_dollars, to_html


def test_html_in_markdown_is_text():
    assert to_html("a <script>alert(1)</script>") == "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    assert "<iframe" not in to_html("<iframe src=x></iframe>")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "vbscript:x", "file:///etc/passwd", "data:text/html,x"])
def test_links_that_run_or_read_are_none(address):
    markup = to_html(f"[x]({address})")
    assert "href" not in markup


def test_an_address_stands_as_text():
    markup = to_html("[Attractive quality](https://doi.org/10.1/x) and <https://a.example/y>")
    assert "href" not in markup
    assert "Attractive quality</span> (https://doi.org/10.1/x)" in markup
    assert markup.count("https://a.example/y") == 1


def test_a_link_inside_leads_to_the_heading():
    markup = to_html("## What this means\n\n[there](#What-this-means) [auch](#What%20this%20means)")
    assert markup.count('href="#what-this-means"') == 2
    assert 'id="what-this-means"' in markup


def test_images_are_those_of_the_cell():
    source = "![map](attachment:m.png) ![far](https://a.example/b.png) ![near](file.png)"
    markup = to_html(source, attachments={"m.png": {"image/png": "AAAA"}})
    assert '<img src="data:image/png;base64,AAAA" alt="map"' in markup
    assert markup.count("<img") == 1
    assert "[Picture: far]" in markup
    assert "[Picture: near]" in markup


def test_formulas_become_mathml():
    markup = to_html("Index $I_1$ and\n\n$$\n\\frac{a}{b}\n$$\n")
    assert markup.count("<math") == 2
    assert "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>" in markup
    assert "$" not in markup


def test_prices_are_no_formulas():
    assert "<math" not in to_html("It costs $5 here and $6 there.")


def test_code_keeps_its_dollars():
    assert "<code>$a$</code>" in to_html("`$a$`")


@pytest.mark.parametrize("latex", ["", "\\frac", "\\begin{cases}", "\\left("])
def test_a_formula_that_cannot_be_read_does_not_stop_the_report(latex):
    assert math(latex)[:5] in ("<code", "<math")


def test_a_formula_runs_nothing():
    assert "javascript" not in math("\\href{javascript:alert(1)}{x}").replace("<code", "")
    assert "style=" not in math("\\style{background:red}{x}")
    assert "<b>" not in math("a<b>c")


def test_headings_keep_their_order_and_their_anchors_apart():
    outline = Outline()
    to_html("# Title\n\n#### Deep\n\n## Limits\n\n## Limits", outline)
    assert [(h.level, h.anchor) for h in outline.headings] == [
        (2, "title"),
        (3, "deep"),
        (2, "limits"),
        (2, "limits-2"),
    ]


def test_what_the_report_shows_already_is_left_out():
    markup = to_html("# Kano\n\nWhich?\n\nLevel: first", shown_already=("Kano", "Which?"))
    assert markup == "<p>Level: first</p>\n"


def test_tables_are_aligned_without_inline_styles():
    markup = to_html("| a | b |\n| - | -: |\n| 1 | 2 |")
    assert '<td class="cw-right">2</td>' in markup
    assert "style=" not in markup
    assert 'tabindex="0"' in markup


@pytest.mark.parametrize(
    ("latex", "expected"), [("$$x$$", ("x", True)), ("\\(y\\)", ("y", False)), ("z", ("z", False))]
)
def test_delimiters(latex, expected):
    assert strip_dollars(latex) == expected


def test_slug_is_never_empty():
    assert slug("!?") == "section"
    assert slug("顾客 满意") == "顾客-满意"
