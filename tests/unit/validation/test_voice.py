import pytest

from casework.validation.register import cases, check
from casework.validation.voice import METHODS


@pytest.mark.published
@pytest.mark.parametrize("case", cases("voice"), ids=lambda case: case.id)
def test_published_case_holds(case):
    outcome = check(case)
    assert outcome.error == ""
    assert [item for item in outcome.comparisons if not item.ok] == []
    assert outcome.comparisons


def test_every_method_has_a_case():
    assert {case.method for case in cases("voice")} == set(METHODS)


def test_every_case_names_its_source():
    assert all(len(case.source) > 10 for case in cases("voice"))
