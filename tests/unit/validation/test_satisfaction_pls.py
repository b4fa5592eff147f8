import tomllib
from pathlib import Path

import casework.validation as package
from casework.validation.register import shared_data
from casework.validation.satisfaction_pls import METHODS, fitted, model_of, refused

CASES = Path(package.__file__).parent / "cases" / "satisfaction.pls.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


def test_model_of_a_case():
    model = model_of({"model": "ECSI", "formative": ["Value"]})
    assert [item.name for item in model.constructs if item.mode == "B"] == ["Value"]


def test_reversed_indicators_change_sign():
    inputs = {"data": shared_data("mobi"), "text": "S =~ CUSA1 + CUSA2; L =~ CUSL1; L ~ S", "reversed": ["CUSL1"]}
    assert fitted(inputs).path("S", "L") < 0


def test_a_model_that_is_not_refused_names_nothing():
    assert refused({"text": "A =~ a; B =~ b; B ~ A"}) == {"named": ""}
