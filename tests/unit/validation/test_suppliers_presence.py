import pytest

from casework.validation.register import cases, check
from casework.validation.suppliers_presence import METHODS

OWN = [case for case in cases("suppliers") if case.part == "presence"]


def test_every_method_has_a_case():
    assert {case.method for case in OWN} == set(METHODS)


@pytest.mark.parametrize("case", OWN, ids=lambda case: case.id)
def test_cases_agree(case):
    outcome = check(case)
    assert outcome.ok, outcome
