"""The report as a whole."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from casework.core.options import RunStatus, allowed
from casework.report.html import ReportInfo, build_report


class Tags(HTMLParser):
    def __init__(self, markup):
        super().__init__()
        self.found = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def named(self, *names):
        return [attrs for tag, attrs in self.found if tag in names]


@pytest.fixture(scope="session")
def tags(report):
    return Tags(report)


def empty(**fields):
    from nbformat.v4 import new_notebook

    return build_report(new_notebook(), ReportInfo(title="Title", **fields), lang="en")


def test_loads_nothing_from_elsewhere(report, tags):
    assert not tags.named("script", "link", "iframe", "object", "embed", "form", "base")
    for _, attrs in tags.found:
        for name in ("href", "src", "srcset", "action", "poster", "xlink:href"):
            assert not attrs.get(name) or attrs[name].startswith(("data:image/png;base64,", "#")), attrs
        assert not [name for name in attrs if name.startswith("on") or name == "style"]
    assert "@import" not in report
    assert set(re.findall(r"url\(([a-z]+:)", report)) == {"data:"}


def test_has_a_strict_policy(tags):
    policy = next(attrs["content"] for attrs in tags.named("meta") if "http-equiv" in attrs)
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:")
    assert "script-src" not in policy


def test_names_of_the_data_are_text(report, sample):
    assert sample["EVIL"] not in report
    assert "&lt;script&gt;alert(" in report


def test_has_landmarks_and_one_title(tags, report):
    assert len(tags.named("main")) == len(tags.named("h1")) == 1
    assert len(tags.named("header")) == len(tags.named("nav")) == len(tags.named("footer")) == 1
    assert 'href="#cw_main"' in report
    assert '<html lang="en">' in report


def test_heading_levels_have_no_gap(tags):
    levels = [int(tag[1]) for tag, _ in tags.found if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_contents_lead_to_what_is_there(tags):
    anchors = {attrs["id"] for _, attrs in tags.found if "id" in attrs}
    links = [attrs["href"][1:] for attrs in tags.named("a") if "href" in attrs]
    assert {"cw_key", "cw_about", "limits", "references"} <= set(links) <= anchors
    assert len(anchors) == len([1 for _, attrs in tags.found if "id" in attrs])


def test_parameters_and_provenance_come_before_the_body(report):
    places = [report.index(text) for text in ("Key results</h2>", "bootstrap resamples", "Outputs hash", "Limits</h2>")]
    assert places == sorted(places)


def test_shows_the_title_and_the_question_once(report):
    assert report.count(">What makes customers stay<") == 2  # the document's title and its heading
    assert report.count("Which services must a hotel offer") == 1


@pytest.mark.parametrize("status", [status for status in allowed(RunStatus) if status != "ok"])
def test_a_run_that_is_not_ok_says_that_the_report_is_partial(status):
    markup = empty(status=status, message="<i>why</i>")
    assert "cw-banner" in markup
    assert "report is partial" in markup
    assert "&lt;i&gt;why&lt;/i&gt;" in markup


def test_a_complete_run_has_no_banner(report):
    assert 'class="cw-callout cw-is-error cw-banner"' not in report
    assert "Complete" in report


def test_a_failed_step_is_shown_without_its_traceback(sample):
    markup = build_report(sample["sample_notebook"](failed=True), sample["sample_info"](status="failed"), lang="en")
    assert "This step failed" in markup
    assert "row 3: &lt;script&gt;" in markup
    assert "secret frame" not in markup
    assert "\x1b" not in markup


def test_chinese_report_names_its_language_and_carries_its_font(chinese_report):
    assert '<html lang="zh-Hans">' in chinese_report
    assert "什么让顾客留下来" in chinese_report
    assert chinese_report.count("@font-face{") == 2


def test_same_notebook_gives_the_same_bytes(sample, report):
    assert build_report(sample["sample_notebook"](), sample["sample_info"](), lang="en") == report


def test_without_anything_it_is_still_a_page():
    markup = empty()
    assert "<h1>Title</h1>" in markup
    assert "Key results" not in markup
    assert "Parameters" not in markup


def test_numbers_are_set_larger_than_texts():
    markup = empty(key_results=[("a", "1,204.5", ""), ("b", "Wi-Fi, breakfast", ""), ("c", "−3.2%", "")])
    assert markup.count('class="cw-tile"') == 2
    assert markup.count('class="cw-tile cw-tile-text"') == 1
