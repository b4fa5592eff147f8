"""Addresses between pages."""

from __future__ import annotations

import pytest

from casework.report.links import href_between, relative_href


@pytest.mark.parametrize("href", ["", "../", "javascript:alert(1)", "../javascript:x", "//e.vil", "/etc", "a/../../b"])
def test_leads_nowhere_else(href):
    assert relative_href(href) == ""


def test_steps_up_are_kept_and_names_quoted():
    assert relative_href('../../kano/"a" #1/report.html') == "../../kano/%22a%22%20%231/report.html"


def test_between_two_folders(tmp_path):
    assert href_between(tmp_path / "comparisons" / "x", tmp_path / "kano" / "a" / "report.html") == (
        "../../kano/a/report.html"
    )
