import tomllib
from pathlib import Path

import pytest

import casework.validation as package
from casework.validation.supply_chain_bullwhip import METHODS, beer_game, moving_average, path

CASES = Path(package.__file__).parent / "cases" / "supply_chain.bullwhip.toml"


def test_every_method_has_a_case_and_every_case_a_method():
    used = {case["method"] for case in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    assert used == set(METHODS)


def test_arrays_go_through():
    assert moving_average({"lead_time": [1], "window": [1], "correlation": [0.0]}) == {"ratio": pytest.approx([5.0])}


def test_one_stage_by_hand():
    facts = {"levels": [3], "shipment_lead_time": [1], "holding_cost": [2], "backlog_cost": [5], "transit_cost": [0]}
    assert path({"demand": [1, 4], **facts}) == {"total_cost": 2 * 2 + 5}


def test_team_is_the_sum_of_the_roles():
    found = beer_game({"theta": 0.36, "alpha": 0.26, "beta": 0.34, "targets": [17] * 4})
    assert found["team"] == pytest.approx(sum(found["costs"].values()))
