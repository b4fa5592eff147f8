"""Printing, without a browser."""

from __future__ import annotations

import stat
import sys

import pytest

from casework.core.errors import RunError
from casework.report import pdf
from casework.report.pdf import find_browser, html_to_pdf

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in browser is a shell script")


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("<p>x</p>", encoding="utf-8")
    return path


@pytest.fixture
def browser(tmp_path, monkeypatch):
    def make(script):
        path = tmp_path / "browser"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("CHROME", str(path))

    return make


def test_says_how_to_get_a_browser(page, monkeypatch):
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setattr(pdf, "BROWSERS", ())
    monkeypatch.setattr(pdf, "INSTALLED", ())
    with pytest.raises(RunError, match="apt install chromium"):
        html_to_pdf(page, page.with_suffix(".pdf"))


def test_a_wrong_name_in_the_environment_is_not_passed_over(monkeypatch):
    monkeypatch.setenv("CHROME", "no-such-browser")
    assert find_browser() is None


def test_prints_offline_and_in_a_profile_of_its_own(page, browser, tmp_path):
    browser(
        f'echo "$@" > {tmp_path}/call\n'
        'for arg; do case $arg in --print-to-pdf=*) printf "%%PDF-1.7" > "${arg#*=}";; esac; done'
    )
    made = html_to_pdf(page, tmp_path / "out.pdf")
    assert made.read_bytes() == b"%PDF-1.7"
    call = (tmp_path / "call").read_text(encoding="utf-8")
    for option in (
        "--headless=new",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--user-data-dir=",
        "--no-pdf-header-footer",
    ):
        assert option in call
    assert not list(tmp_path.glob("*.part"))


def test_a_failing_browser_is_told(page, browser):
    browser('echo "cannot open display" >&2; exit 3')
    with pytest.raises(RunError, match="failed with code 3: cannot open display"):
        html_to_pdf(page, page.with_suffix(".pdf"))


def test_a_browser_that_prints_nothing_is_told(page, browser):
    browser("exit 0")
    with pytest.raises(RunError, match="made no PDF"):
        html_to_pdf(page, page.with_suffix(".pdf"))
    assert not page.with_suffix(".pdf").exists()


def test_a_browser_that_hangs_is_stopped(page, browser):
    browser("exec sleep 30")
    with pytest.raises(RunError, match=r"did not print the report in 0\.2 s"):
        html_to_pdf(page, page.with_suffix(".pdf"), timeout=0.2)


def test_a_missing_report_is_told(tmp_path, browser):
    browser("exit 0")
    with pytest.raises(RunError, match=r"there is no report gone\.html"):
        html_to_pdf(tmp_path / "gone.html", tmp_path / "out.pdf")
