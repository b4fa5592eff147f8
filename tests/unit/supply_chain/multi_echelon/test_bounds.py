"""Bounds of Shang and Song."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from casework.core.errors import ParameterError
from casework.supply_chain.multi_echelon import serial_bounds, serial_optimum

CHAIN = pd.DataFrame({"stage": list("1234"), "lead_time": [0.25] * 4, "holding_cost": [0.25, 2.5, 2.5, 0.25]})
COSTS = {"stockout_cost": 99, "demand_mean": 16, "distribution": "poisson", "holding": "echelon"}


def test_bounds_are_newsvendors() -> None:
    table = serial_bounds(CHAIN, **COSTS).to_frame()
    assert table["lower_bound"].tolist() == [
        stats.poisson(4 * (j + 1)).ppf(share / 104.5) for j, share in enumerate([104.25, 101.75, 99.25, 99])
    ]
    assert table["upper_bound"].iloc[3] == stats.poisson(16).ppf(99 / 99.25)


def test_the_best_levels_lie_between() -> None:
    found, best = serial_bounds(CHAIN, **COSTS), serial_optimum(CHAIN, **COSTS)
    assert (best.echelon_levels >= found.stages["lower_bound"]).all()
    assert (best.echelon_levels <= found.stages["upper_bound"]).all()
    assert found.best_cost == pytest.approx(best.cost)
    assert 0 <= found.gap < 0.02
    assert "more than the best levels" in found.summary()


def test_weight_and_rounding() -> None:
    table = serial_bounds(CHAIN, weight=1, **COSTS).to_frame()
    assert table["heuristic_level"].tolist() == table["lower_bound"].tolist()
    up, down = (serial_bounds(CHAIN, rounding=how, **COSTS).stages["heuristic_level"] for how in ("up", "down"))
    assert (up - down).max() == 1
    with pytest.raises(ParameterError, match="weight: 2"):
        serial_bounds(CHAIN, weight=2, **COSTS)
