import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.register import cases, check, shared_data
from casework.validation.satisfaction_quality import METHODS, reliability, validity

CASES = Path(package.__file__).parent / "cases" / "satisfaction.quality.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


@pytest.mark.parametrize("case", [case for case in cases("satisfaction") if case.part == "quality"], ids=lambda c: c.id)
def test_cases_agree(case):
    outcome = check(case)
    assert outcome.ok, [item for item in outcome.comparisons if not item.ok] or outcome.error


def test_measures_have_their_names():
    inputs = {"data": shared_data("mobi"), "text": "S =~ CUSA1 + CUSA2; L =~ CUSL1 + CUSL3; L ~ S"}
    assert set(reliability(inputs)["rho_c"]) == {"S", "L"}
    assert set(validity(inputs)["htmt"]) == {"L~S"}
