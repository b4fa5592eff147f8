"""Surroundings of sweeps: a template process and a cache of these tests' own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from sweep_lab import SOURCE, Lab, end, of_folder


@pytest.fixture(scope="package")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give a template process of these tests' own, and end it after them."""
    runtime = tmp_path_factory.mktemp("rt")
    changed = {
        "CASEWORK_CACHE": str(tmp_path_factory.mktemp("sweeps_cache")),
        "CASEWORK_TEMPLATE_IDLE": "60",
        "XDG_RUNTIME_DIR": str(runtime),
        "PYTHONPATH": str(SOURCE),
        "NO_COLOR": "1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in changed.items():
            patch.setenv(name, value)
        patch.delenv("CASEWORK_WARM", raising=False)
        yield dict(os.environ)
        templates = list(of_folder(runtime, word=True))
        end(templates)
    assert not [process for process in templates if process.is_running()]


@pytest.fixture
def lab(tmp_path: Path, surroundings: dict[str, str]) -> Lab:
    return Lab(tmp_path, surroundings)
