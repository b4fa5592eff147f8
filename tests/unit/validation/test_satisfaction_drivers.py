import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.satisfaction_drivers import METHODS, importance, reach_noise

CASES = Path(package.__file__).parent / "cases" / "satisfaction.drivers.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


def test_matrix_below_its_diagonal():
    found = importance({"names": ["y", "a"], "below": [[0.5]], "outcome": "y"})
    assert found["r_squared"] == pytest.approx(0.25)
    assert found["lmg"] == pytest.approx({"a": 0.25})


def test_patterns_become_respondents():
    found = reach_noise({"drivers": ["a", "b"], "dissatisfied": {"a": 1, "a b": 1}, "others": {"none": 3, "b": 1}})
    assert found["values"] == pytest.approx({"a": 0.75, "b": 0.0})
