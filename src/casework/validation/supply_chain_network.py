"""How the network methods are called with the cases of `cases/supply_chain.network.toml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework.supply_chain import network


def warehouses(inputs: dict[str, Any]) -> dict[str, Any]:
    """Solve an OR-Library instance with this capacity and fixed cost at every site but the free one."""
    rows = np.array(inputs["data"]["rows"])
    demand = rows[:, 0]
    fixed = np.full(rows.shape[1] - 1, float(inputs["fixed_cost"]))
    fixed[inputs["data"]["free_site"]] = 0.0
    unit_cost = pd.DataFrame((rows[:, 1:] / demand[:, None]).T)
    capacity = inputs.get("capacity", np.inf)
    found = network.facility_location(unit_cost, demand=demand, fixed_cost=fixed, capacity=capacity, gap=0.0)
    return {"cost": found.cost, "gap": found.gap, "open": list(found.open_sites)}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"facility_location": warehouses}
