import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.credit_provisions import METHODS, bank, independent, irb_ends

CASES = Path(package.__file__).parent / "cases" / "credit.provisions.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


def test_what_is_not_refused_is_told():
    assert not irb_ends({"pd": [0.0], "outside": [0.5]})["all_refused"]


def test_bank_scales_with_its_exposure():
    given = {"pd": 0.02, "lgd": 0.4, "correlation": 0.1, "level": 0.999, "exposure": 200.0}
    assert bank(given)["loss"] == pytest.approx(0.4 * 200 * bank(given)["worst_case_rate"])


def test_two_coins():
    found = independent({"customers": 2, "pd": 0.5, "scenarios": 2000, "levels": [0.9], "defaults": [0, 1, 2]})
    assert found["probability"] == pytest.approx([0.25, 0.5, 0.25])
