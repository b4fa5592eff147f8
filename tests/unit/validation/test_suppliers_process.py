import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.register import cases, check
from casework.validation.suppliers_process import METHODS, change, cusum, poisson

CASES = Path(package.__file__).parent / "cases" / "suppliers.process.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


@pytest.mark.parametrize(
    "case", [case for case in cases("suppliers") if case.part == "process"], ids=lambda case: case.id
)
def test_cases_hold(case):
    outcome = check(case)
    assert not outcome.error
    assert [item for item in outcome.comparisons if not item.ok] == []


def test_methods_answer_other_inputs():
    assert cusum({"values": [0, 0, 9, 9], "target": 0, "sd": 1})["signal"] == 3
    assert change({"values": [1, 2, 1, 2, 9, 8, 9, 8]})["last_before"] == 4
    assert poisson({"counts": [2]})["high"][0] == pytest.approx(7.225, abs=5e-4)
