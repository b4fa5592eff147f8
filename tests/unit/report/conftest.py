"""The sample notebook and its report, made once."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

SAMPLE = runpy.run_path(str(Path(__file__).with_name("sample.py")))


@pytest.fixture(scope="session")
def sample():
    return SAMPLE


@pytest.fixture(scope="session")
def report(sample):
    from casework.report.html import build_report

    return build_report(sample["sample_notebook"](), sample["sample_info"](), lang="en")


@pytest.fixture(scope="session")
def report_with_code(sample):
    from casework.report.html import build_report

    return build_report(sample["sample_notebook"](), sample["sample_info"](), lang="en", with_code=True)


@pytest.fixture(scope="session")
def chinese_report(sample):
    from casework.report.html import build_report

    return build_report(sample["sample_notebook"]("zh"), sample["sample_info"]("zh"), lang="zh")
