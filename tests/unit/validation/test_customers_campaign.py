import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.customers_campaign import METHODS, uplift
from casework.validation.register import cases, check

CASES = Path(package.__file__).parent / "cases" / "customers.campaign.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


@pytest.mark.parametrize("case", [case for case in cases("customers") if case.part == "campaign"], ids=lambda x: x.id)
def test_cases_hold(case):
    outcome = check(case)
    assert not outcome.error
    assert [item for item in outcome.comparisons if not item.ok] == []


def test_methods_answer_other_inputs():
    assert uplift({"trials": [[1, 2, 0, 2]]})["uplift"] == [0.5]
