"""What all tests share."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pytest
from hypothesis import HealthCheck, settings

from casework.core.messages import set_language

mpl.use("Agg")
settings.register_profile("casework", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("casework")

if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # Ctrl-C counts even where the tests run in the background

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests' runs out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASEWORK_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("CASEWORK_TEMPLATE_IDLE", "120")
        yield


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start every test in English, outside a run."""
    for name in ("CASEWORK_LANG", "CASEWORK_RUN", "CASEWORK_DATA_SOURCES"):
        monkeypatch.delenv(name, raising=False)
    set_language(None)
    yield
    set_language(None)


@pytest.fixture
def shared_data() -> Path:
    """Return the folder of real public data beside the project, or skip."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of real public data is not beside the project")
    return SHARED_DATA


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one cache of runs for all workers of this session: what one has run, another need not."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared-cache"
