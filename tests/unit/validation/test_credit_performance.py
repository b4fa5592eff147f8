import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.credit_performance import METHODS, delong, discrimination

CASES = Path(package.__file__).parent / "cases" / "credit.performance.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


def test_two_cases_in_order():
    assert discrimination({"outcome": [0, 1], "risk": [0.0, 1.0]}) == {"auc": 1, "gini": 1, "ks": 1, "brier": 0}


def test_signs_of_the_three_tests():
    found = delong({"outcome": [0, 0, 1, 1], "albumin": [4, 3, 2, 1], "protein": [1, 2, 3, 4], "score": [1, 2, 3, 4]})
    assert found["auc"] == {"albumin": 1, "protein": 0, "score": 1}
    assert found["se"]["score"] == pytest.approx(0)
