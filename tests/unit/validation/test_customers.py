import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.customers import METHODS, abc, recency
from casework.validation.register import cases, check

CASES = Path(package.__file__).parent / "cases" / "customers.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


@pytest.mark.parametrize("case", cases("customers"), ids=lambda case: case.id)
def test_cases_hold(case):
    outcome = check(case)
    assert not outcome.error
    assert [item for item in outcome.comparisons if not item.ok] == []


def test_methods_answer_other_inputs():
    assert recency({"recency_days": [3, 1]})["R"] == [3, 5]
    assert abc({"value": [1]})["class"] == ["A"]
