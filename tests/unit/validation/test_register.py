from __future__ import annotations

from typing import Any

import pytest

from casework.core.errors import ParameterError
from casework.validation import register
from casework.validation.register import Case


def compare(expected: dict[str, Any], computed: dict[str, Any], atol: float = 0.0, rtol: float = 0.0) -> bool:
    case = Case(
        module="m", id="i", topic="t", method="x", source="s", inputs={}, expected=expected, atol=atol, rtol=rtol
    )
    return all(item.ok for item in register._compare(case, "", expected, computed))


@pytest.mark.parametrize(
    ("expected", "computed", "atol", "same"),
    [
        ({"a": 1.0}, {"a": 1.04}, 0.05, True),
        ({"a": 1.0}, {"a": 1.06}, 0.05, False),
        ({"a": [1, 2]}, {"a": [1]}, 0.05, False),
        ({"a": {"b": "x"}}, {"a": {"b": "x"}}, 0.0, True),
        ({"a": {"b": "x"}}, {"a": {}}, 0.0, False),
        ({"a": True}, {"a": 1}, 0.0, True),
        ({"a": "nan"}, {"a": float("nan")}, 0.0, True),
        ({"a": "nan"}, {"a": 1.0}, 0.0, False),
        ({"a": 1.0}, {"a": None}, 9.0, False),
        ({"a": 1.0}, {"a": float("nan")}, 9.0, False),
    ],
)
def test_values_agree_within_the_printed_digits(
    expected: dict[str, Any], computed: dict[str, Any], atol: float, same: bool
) -> None:
    assert compare(expected, computed, atol) is same


def test_relative_tolerance() -> None:
    assert compare({"a": 200.0}, {"a": 200.1}, rtol=1e-3)
    assert not compare({"a": 200.0}, {"a": 201.0}, rtol=1e-3)


def test_every_module_has_cases_with_sources() -> None:
    found = register.cases()
    assert {case.module for case in found} == set(register.modules())
    assert all(case.source and case.expected for case in found)
    assert len({case.id for case in found}) == len(found)


def test_an_unknown_module() -> None:
    with pytest.raises(ParameterError, match="'voic' is not known"):
        register.cases("voic")


def test_a_method_that_breaks_is_reported_not_raised() -> None:
    case = Case(module="voice", id="i", topic="t", method="nothing", source="s", inputs={}, expected={"a": 1})
    outcome = register.check(case)
    assert not outcome.ok
    assert "KeyError" in outcome.error


def test_a_module_may_have_parts_and_cases_may_share_data() -> None:
    found = [case for case in register.cases("satisfaction") if case.part == "pls"]
    assert found
    assert {case.methods for case in found} == {"casework.validation.satisfaction_pls"}
    assert "satisfaction.pls" not in register.modules()
    mobi = register.shared_data("mobi")
    assert len(mobi["means"]) == len(mobi["correlation"]) == len(mobi["indicators"])
    assert any(case.inputs["data"] is mobi for case in found)
