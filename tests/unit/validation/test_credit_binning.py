import tomllib
from pathlib import Path

import numpy as np
import pytest

import casework.validation as package
from casework.validation.credit_binning import METHODS, refusals, weights

CASES = Path(package.__file__).parent / "cases" / "credit.binning.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


def test_weights_by_hand():
    assert weights({"goods": [3, 1], "bads": [1, 1]})["woe"] == pytest.approx([np.log(1.5), np.log(0.5)])


def test_what_is_accepted_is_said():
    assert refusals({"fine": [0, 1, 0, 1], "words": {"fine": "-"}}) == {"fine": "accepted"}
