import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.stats import METHODS, ahp

CASES = Path(package.__file__).parent / "cases" / "stats.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


def test_judgements_above_the_diagonal():
    result = ahp({"criteria": ["a", "b", "c"], "upper": [[2, 4], [2]]})
    assert result["priorities"] == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert result["lambda_max"] == pytest.approx(3)
