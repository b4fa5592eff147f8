"""What is loaded, and that it leaves nothing of a run behind."""

from __future__ import annotations

import builtins
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import casework
from casework.runner.warm import preload
from casework.runner.warm.identity import fixed_environment

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="warm starts are for Linux")
PACKAGE = Path(casework.__file__).parent
WHOLE = """
import gc, os, sys
from casework.runner.warm import preload
print(preload.preload())
print(preload.threads(), preload.pristine(), gc.get_freeze_count() > 100_000, os.environ.get("MPLBACKEND"))
print([name for name in sys.modules if name.split(".")[0] in ("tests", "lab", "notebooks", "conftest")])
"""


def test_every_module_of_the_methods_is_loaded() -> None:
    found = set(preload._own())
    for area in ("voice", "satisfaction", "stats"):
        modules = {f"casework.{area}.{path.stem}" for path in (PACKAGE / area).glob("*.py") if path.stem != "__init__"}
        assert modules
        assert modules | {f"casework.{area}"} <= found


def test_only_modules_of_the_package_are_its_own() -> None:
    found = list(preload._own())
    assert len(found) == len(set(found))
    for name in found:
        first, *parts = name.split(".")
        place = PACKAGE.joinpath(*parts)
        assert first == "casework"
        assert place.is_dir() or place.with_suffix(".py").is_file()


def test_an_area_that_is_not_there_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preload, "OWN", ("no_such_area", "voice"))
    assert next(preload._own()) == "casework.voice"


def test_nothing_of_a_project_is_named() -> None:
    named = (*preload.KERNEL, *preload.STUDIES, *preload.RUNNER, *preload.CASEWORK)
    assert len(named) == len(set(named))
    assert not {name.split(".")[0] for name in named} & {"tests", "lab", "notebooks", "benchmarks", "tools"}


@pytest.mark.parametrize("name", preload.CASEWORK)
def test_the_named_modules_of_casework_are_there(name: str) -> None:
    place = PACKAGE.joinpath(*name.split(".")[1:])
    assert place.is_dir() or place.with_suffix(".py").is_file()


def test_a_broken_library_is_left_to_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_library.py").write_text("raise RuntimeError('broken')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert not preload._load("broken_library")
    assert not preload._load("no_such_library")
    assert preload._load("json")


def test_libraries_see_a_kernel_while_they_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)
    with preload._as_in_a_kernel():
        assert os.environ["MPLBACKEND"].endswith("backend_inline")
        assert builtins.get_ipython().kernel  # type: ignore[attr-defined]
        assert not preload.pristine()
    assert "MPLBACKEND" not in os.environ
    assert not hasattr(builtins, "get_ipython")


def test_also_when_loading_fails() -> None:
    with pytest.raises(RuntimeError, match="broken"), preload._as_in_a_kernel():
        raise RuntimeError("broken")
    assert not hasattr(builtins, "get_ipython")


def test_the_backend_of_notebooks_belongs_to_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "matplotlib_inline.backend_inline"
    monkeypatch.delitem(sys.modules, name, raising=False)
    assert preload.pristine()
    monkeypatch.setitem(sys.modules, name, sys)
    assert not preload.pristine()


def test_threads_are_counted() -> None:
    before = preload.threads()
    leave = threading.Event()
    others = [threading.Thread(target=leave.wait) for _ in range(2)]
    for other in others:
        other.start()
    assert preload.threads() == before + 2
    leave.set()
    for other in others:
        other.join()


@linux
@pytest.mark.slow
def test_the_whole_is_loaded_in_one_thread(tmp_path: Path) -> None:
    environment = fixed_environment(os.environ) | {"IPYTHONDIR": str(tmp_path)}
    command = [sys.executable, "-c", WHOLE]
    found = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines() == ["[]", "1 True True None", "[]"]


def test_what_is_forked_for_is_loaded_without_the_grammar_of_all_addresses() -> None:
    code = (
        "import sys; from casework.runner.warm import template as t; t.bodies(); print('rfc3987_syntax' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert found.stdout.strip() == "False"
