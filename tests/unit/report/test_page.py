"""The shell of a page."""

from __future__ import annotations

from casework.report.page import document, html_language, readable_time, render, style_sheet, templates


def test_title_is_text_everywhere():
    markup = render('</title><script>"\\', "<p>x</p>", "en", lead="<b>", eyebrow="<i>")
    assert "<script" not in markup
    assert "<b>" not in markup
    assert "<i>" not in markup


def test_title_at_the_foot_of_printed_pages_cannot_leave_its_string():
    markup = document('a"} body{display:none', "<main id='cw_main'></main>", "en")
    assert "display:none" not in markup.split("@page{@bottom-left")[1].split("}")[0]
    assert '"} body' not in markup.split("<style>")[1].split("</style>")[0]


def test_body_is_in_main_with_a_way_to_skip_to_it():
    markup = render("T", "<p>body</p>", "zh")
    assert '<html lang="zh-Hans">' in markup
    assert '<main id="cw_main"' in markup
    assert markup.index('href="#cw_main"') < markup.index("<main")


def test_languages():
    assert html_language("zh") == "zh-Hans"
    assert html_language("en") == "en"


def test_time_for_people():
    assert readable_time("2026-05-04T10:15:31+02:00") == "2026-05-04 10:15 UTC+02:00"
    assert readable_time("2026-05-04T10:15:31") == "2026-05-04 10:15"
    assert readable_time("yesterday") == "yesterday"


def test_style_sheet_loads_nothing():
    assert "url(" not in style_sheet()
    assert "@import" not in style_sheet()


def test_templates_escape():
    assert templates().from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
