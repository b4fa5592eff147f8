import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.supply_chain_structure import METHODS, cycles, days, margins, perfect

CASES = Path(package.__file__).parent / "cases" / "supply_chain.structure.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


def test_faults_of_one_order_count_once():
    found = perfect({"orders": 4, "late": [0], "short": [0], "damaged": [0], "wrong_documents": [0]})
    assert found["perfect"] == 0.75
    assert found["product"] == pytest.approx(0.75**4)


def test_one_stage_loses_nothing():
    assert margins({"most": 10, "slope": 1, "cost": 0, "stages": 1})["efficiency"] == 1


def test_days_of_a_ledger_and_cycles_of_a_chain():
    ledger = {"sales": 365, "cost_of_sales": 365, "inventory": 3, "receivables": 2, "payables": 1}
    assert days(ledger)["cash_to_cash"] == pytest.approx(4)
    chain = {"stages": ["retailer", "customer"], "process": ["x"], "stage": ["retailer"], "partner": ["customer"]}
    assert cycles(chain) == {"cycles": ["customer order"]}
