"""A kernel of the template knows the same modules as one that looks at all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from ipykernel import ipkernel
from IPython.core import shellapp

from casework.runner.warm import modules


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Start and end without a list."""
    yield
    modules._known.clear()
    modules._names.clear()
    modules._counted.clear()


def files() -> list[str]:
    """Return what ipykernel finds, by its own words."""
    found = ipkernel.sys.modules.copy().values()
    return [m.__file__ for m in found if hasattr(m, "__file__") and m.__file__]


def test_the_list_is_that_of_all_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = files()
    modules.remember()
    with modules.listed():
        assert files() == usual
    late, empty = ModuleType("late"), ModuleType("empty")
    late.__file__ = "/somewhere/late.py"
    monkeypatch.setitem(sys.modules, "late", late)
    monkeypatch.setitem(sys.modules, "empty", empty)
    with modules.listed():
        assert files() == [*usual, "/somewhere/late.py"]
    assert modules.newer() == [empty, late]


def test_the_names_are_those_of_all_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    modules.remember()
    monkeypatch.setitem(sys.modules, "late", ModuleType("late"))
    with modules.listed():
        assert shellapp.sys is not sys
        assert set(shellapp.sys.modules.keys()) == set(sys.modules)
    assert shellapp.sys is sys


def test_modules_that_went_away_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "going", ModuleType("going"))
    modules.remember()
    monkeypatch.delitem(sys.modules, "going")
    with modules.listed():
        assert set(files()) >= {ipkernel.__file__, pytest.__file__}


def test_without_a_list_a_kernel_looks_for_itself() -> None:
    with modules.listed():
        assert ipkernel.sys is sys


def fail() -> None:
    with modules.listed():
        assert ipkernel.sys is not sys
        assert ipkernel.sys.version_info is sys.version_info
        raise ZeroDivisionError("inside")


def test_ipykernel_gets_its_own_back() -> None:
    modules.remember()
    with pytest.raises(ZeroDivisionError, match="inside"):
        fail()
    assert ipkernel.sys is sys
