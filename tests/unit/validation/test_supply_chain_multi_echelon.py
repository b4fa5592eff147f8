"""The cases of stock in several stages: every one holds, and a wrong number does not pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.validation.register import Case, cases, check
from casework.validation.supply_chain_multi_echelon import METHODS

CASES = [case for case in cases("supply_chain") if case.part == "multi_echelon"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_case_holds(case: Case) -> None:
    outcome = check(case)
    assert outcome.ok, (outcome.error, outcome.comparisons)


def test_every_method_has_a_case() -> None:
    assert {case.method for case in CASES} == set(METHODS)


def test_a_wrong_number_is_found() -> None:
    case = next(case for case in CASES if case.method == "simulation")
    assert not check(replace(case, expected={"total_cost": 1219.7})).ok
