import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.register import cases, check
from casework.validation.suppliers import METHODS, capability, plan

CASES = Path(package.__file__).parent / "cases" / "suppliers.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


@pytest.mark.parametrize("case", cases("suppliers"), ids=lambda case: case.id)
def test_cases_hold(case):
    outcome = check(case)
    assert not outcome.error
    assert [item for item in outcome.comparisons if not item.ok] == []


def test_methods_answer_other_inputs():
    assert plan({"aql": 0.01, "rql": 0.5})["pa"][0] >= 0.95
    assert capability({"index": "Pp", "mean": 0, "sd": 1, "n": 9, "lower": -3, "upper": 3})["index"] == pytest.approx(1)
