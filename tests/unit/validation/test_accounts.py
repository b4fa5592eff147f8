import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.accounts import METHODS, settle, tree
from casework.validation.register import cases, check

CASES = Path(package.__file__).parent / "cases" / "accounts.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


@pytest.mark.parametrize("case", cases("accounts"), ids=lambda case: case.id)
def test_cases_hold(case):
    outcome = check(case)
    assert not outcome.error
    assert [item for item in outcome.comparisons if not item.ok] == []


def test_methods_answer_other_inputs():
    coin = ["chance", "coin", [{"name": "a", "chance": 0.5, "then": 4}, {"name": "b", "chance": 0.5, "then": 0}]]
    assert tree({"tree": coin})["profile"] == [[0.0, 0.5], [4.0, 0.5]]
    found = settle({"claim": 100, "cost": 1, "offer": 90, "outcomes": [[0.5, 1.0]]})
    assert found["best"] == "litigate"
    assert found["trial"] == pytest.approx(-51)
