"""Guaranteed service: published examples, what the stages hold, and one clear error for each fault."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.multi_echelon import guaranteed_service

TABLE = pd.DataFrame({
    "stage": ["mill", "shop", "plant", "web"],
    "successor": ["plant", "", "shop;web", ""],
    "lead_time": [2, 1, 1, 1],
    "holding_cost": [1.0, 3, 2, 3],
    "demand_sd": [None, 1, None, 1],
    "demand_mean": [None, 10, None, 20],
    "limit": [None, 0, None, 1],
    "inbound": [1, None, None, None],
})  # fmt: skip
COLUMNS = {"max_service_time": "limit", "inbound_time": "inbound"}


def test_example_6_5() -> None:
    found = guaranteed_service(TABLE, service_factor=1, **COLUMNS)
    assert found.service_times == {"mill": 0, "shop": 0, "plant": 0, "web": 1}
    assert found.cost == pytest.approx(2 * np.sqrt(2) + np.sqrt(6) + 3, abs=1e-12)
    assert found.holding_stages == ("mill", "shop", "plant")
    assert found.to_frame()["safety_cost"].sum() == pytest.approx(found.cost)


def test_stock_at_ends_and_everywhere() -> None:
    found = guaranteed_service(TABLE, service_factor=1, **COLUMNS)
    assert found.cost_at_ends == pytest.approx(3 * np.sqrt(5) + 3 * np.sqrt(4))
    assert found.cost_everywhere == pytest.approx(np.sqrt(2) * np.sqrt(3) + 3 + 2 * np.sqrt(2) + 3)
    assert found.saving == pytest.approx(1 - found.cost / found.cost_everywhere)
    assert "3 of 4" in found.summary()


def test_mean_demand_gives_levels_and_pipeline() -> None:
    table = guaranteed_service(TABLE, demand_mean="demand_mean", service_factor=2, **COLUMNS).to_frame()
    assert table["pipeline_stock"].tolist() == [60, 10, 30, 20]
    assert table["base_stock_level"].iloc[1] == 10 + 2
    assert table["base_stock_level"].iloc[3] == 0


def test_service_level_and_pooling() -> None:
    factor = guaranteed_service(TABLE, service_factor=1.6448536, **COLUMNS)
    level = guaranteed_service(TABLE, service_level=0.95, **COLUMNS)
    assert level.cost == pytest.approx(factor.cost, rel=1e-6)
    together = guaranteed_service(TABLE, service_factor=1, pooling=1, **COLUMNS).to_frame()
    assert together["demand_sd"].tolist() == [2, 1, 2, 1]


def test_one_stage() -> None:
    table = pd.DataFrame({"stage": ["x"], "successor": [None], "lead_time": [4], "holding_cost": [2], "demand_sd": [3]})
    assert guaranteed_service(table, service_factor=1).cost == 12


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lead_time": [2, 1.5, 1, 1]}, "lead_time, stage 'shop': 1.5. Expected: a whole number"),
        ({"successor": ["plant", "web", "shop;web", ""]}, "a ring"),
        ({"successor": ["", "", "shop;web", ""]}, "2 parts that no link joins"),
        ({"successor": ["plnt", "", "shop;web", ""]}, "there is no stage 'plnt'"),
        ({"demand_sd": [None, None, None, 1]}, "demand_sd, stage 'shop': empty"),
        ({"holding_cost": [1, -3, 2, 3]}, "holding_cost, stage 'shop'"),
        ({"lead_time": [20_000, 1, 1, 1]}, "replenishment takes up to 20,00"),
        ({"limit": [None, 0.5, None, 1]}, "limit, stage 'shop': 0.5"),
    ],
)
def test_one_clear_error(change: dict, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(DataError, match=message) as caught:
        guaranteed_service(TABLE.assign(**change), service_factor=1, **COLUMNS)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "none of them is given"),
        ({"service_level": 0.9, "service_factor": 1}, "both are given"),
        ({"service_level": 0.4}, "service_level: 0.4"),
        ({"service_factor": -1}, "service_factor: -1"),
        ({"service_factor": 1, "pooling": 3}, "pooling: 3"),
    ],
)
def test_bad_arguments(given: dict, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(ParameterError, match=message):
        guaranteed_service(TABLE, **given, **COLUMNS)
