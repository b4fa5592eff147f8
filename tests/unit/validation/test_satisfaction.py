import tomllib
from pathlib import Path

import casework.validation as package
from casework.validation.satisfaction import METHODS, holm_p_values

CASES = Path(package.__file__).parent / "cases" / "satisfaction.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


def test_adapter_returns_what_the_case_names():
    assert holm_p_values({"p_values": [0.02, 0.5]}) == {"adjusted": [0.04, 0.5]}
