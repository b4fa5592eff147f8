import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.register import cases, check, shared_data
from casework.validation.supply_chain_network import METHODS, warehouses

CASES = Path(package.__file__).parent / "cases" / "supply_chain.network.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


@pytest.mark.parametrize("case", [c for c in cases("supply_chain") if c.part == "network"], ids=lambda c: c.id)
def test_cases_agree(case):
    outcome = check(case)
    assert outcome.ok, [item for item in outcome.comparisons if not item.ok] or outcome.error


def test_capacity_makes_a_network_dearer():
    data = shared_data("orlib_cap")
    free = warehouses({"data": data, "fixed_cost": 7500})
    assert warehouses({"data": data, "fixed_cost": 7500, "capacity": 5000})["cost"] > free["cost"]
