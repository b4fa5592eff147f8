"""Every case of the validation register: published numbers against ours, within their printed digits."""

import pytest

from casework.validation.register import Case, cases, check


@pytest.mark.published
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_published_case(case: Case) -> None:
    outcome = check(case)
    assert not outcome.error
    wrong = [f"{item.name}: {item.expected} expected, {item.computed}" for item in outcome.comparisons if not item.ok]
    assert wrong == []
    assert outcome.comparisons
