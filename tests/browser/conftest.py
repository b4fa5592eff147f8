"""Chromium, with the network blocked."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

from casework.report.pdf import find_browser

SAMPLE = Path(__file__).resolve().parents[1] / "unit" / "report" / "sample.py"


@pytest.fixture(scope="session")
def sample():
    return runpy.run_path(str(SAMPLE))


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    executable = find_browser()
    if executable is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    options = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=options)
        yield started
        started.close()


@pytest.fixture(scope="session")
def reports(sample, tmp_path_factory):
    """Sample reports as files: with code in English, without in Chinese, one of a failed run, the index."""
    from casework.report.html import build_report
    from casework.report.index import RunRow, write_index

    folder = tmp_path_factory.mktemp("reports")
    notebook, info = sample["sample_notebook"], sample["sample_info"]
    pages = {
        "en": build_report(notebook("en"), info("en"), lang="en", with_code=True),
        "zh": build_report(notebook("zh"), info("zh"), lang="zh"),
        "failed": build_report(notebook("en", failed=True), info("en", "failed"), lang="en"),
    }
    paths = {name: folder / f"{name}.html" for name in pages}
    for name, markup in pages.items():
        paths[name].write_text(markup, encoding="utf-8")
    rows = [
        RunRow(study="kano", title="什么让顾客留下来", module="Voice", run_id="kano-zh", lang="zh", href="zh.html"),
        RunRow(study="kano", title="What makes customers stay", module="Voice", status="failed", href="failed.html"),
        RunRow(study="kano", title="<script>", module="Voice", status="killed", changed=[("level", "0.9")]),
    ]
    paths["index"] = write_index(folder, rows)
    return paths | study_reports(tmp_path_factory.mktemp("studies"))


def study_reports(folder):
    """Run the studies themselves, in both languages, as `make report` would but with small simulations."""
    from casework.runner.run import run

    return {
        name if lang == "en" else f"{name}_zh": run(name, {"fast": True}, out=folder, lang=lang).report
        for name in ("kano", "satisfaction_index")
        for lang in ("en", "zh")
    }
