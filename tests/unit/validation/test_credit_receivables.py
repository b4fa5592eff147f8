import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.credit_receivables import METHODS, credits_, effectiveness
from casework.validation.register import cases, check

CASES = Path(package.__file__).parent / "cases" / "credit.receivables.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


@pytest.mark.parametrize(
    "case", [case for case in cases("credit") if case.part == "receivables"], ids=lambda case: case.id
)
def test_cases_hold(case):
    assert check(case).ok


def test_other_inputs_go_through():
    assert credits_({"balance": 5.0, "credit": 9.0})["total"] == -4
    given = {"beginning": 10, "sales": 10, "ending": 5, "ending_current": 5, "months": 1}
    assert effectiveness(given) == {"cei": 1.0}
