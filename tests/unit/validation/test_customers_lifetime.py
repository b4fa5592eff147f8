import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.customers_lifetime import METHODS, probability, spending
from casework.validation.register import cases, check

CASES = Path(package.__file__).parent / "cases" / "customers.lifetime.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


@pytest.mark.parametrize(
    "case", [case for case in cases("customers") if case.part == "lifetime"], ids=lambda case: case.id
)
def test_cases_hold(case):
    outcome = check(case)
    assert not outcome.error
    assert [item for item in outcome.comparisons if not item.ok] == []


def test_methods_answer_other_inputs():
    parameters = {"r": 1, "alpha": 1, "a": 1, "b": 1}
    assert probability({"parameters": parameters, "count": [0], "time": [1]})["probability"] == [0.5]
    found = spending({"parameters": {"p": 1, "q": 2, "gamma": 3}, "frequency": [0], "mean_value": [0]})
    assert found == {"mean": 3, "expected_value": [3]}
