"""How the methods about stock in several stages are called with the cases of `supply_chain.multi_echelon.toml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from casework.supply_chain.multi_echelon import guaranteed_service, serial_optimum, simulate_chain


def serial(inputs: dict[str, Any]) -> dict[str, Any]:
    """Best echelon levels of a serial chain and their cost."""
    names = [str(i + 1) for i in range(len(inputs["lead_time"]))]
    chain = pd.DataFrame({"stage": names, "lead_time": inputs["lead_time"], "holding_cost": inputs["echelon_holding"]})
    found = serial_optimum(
        chain,
        stockout_cost=inputs["stockout_cost"],
        demand_mean=inputs["demand_mean"],
        demand_sd=inputs.get("demand_sd"),
        distribution=inputs["distribution"],
        holding="echelon",
    )
    return {"levels": found.echelon_levels, "cost": found.cost}


def guaranteed(inputs: dict[str, Any]) -> dict[str, Any]:
    """Service times of a tree and the cost of its safety stock."""
    columns = ("stage", "lead_time", "holding_cost", "demand_sd", "max_service_time", "inbound_time")
    table = pd.DataFrame({name: inputs[name] for name in columns}).replace("", None)
    found = guaranteed_service(
        table,
        links=[(up, down) for up, down in inputs["links"]],
        max_service_time="max_service_time",
        inbound_time="inbound_time",
        service_factor=inputs["service_factor"],
    )
    return {"cost": found.cost, "service_time": found.service_times}


def simulation(inputs: dict[str, Any]) -> dict[str, Any]:
    """Total cost of a serial chain on a given path of demand."""
    names = [str(i + 1) for i in range(len(inputs["lead_time"]))]
    columns = {name: inputs[name] for name in ("lead_time", "holding_cost", "local_level")}
    table = pd.DataFrame({"stage": names, **columns})
    links = list(zip(names[1:], names[:-1], strict=True))
    found = simulate_chain(table, links=links, demand=inputs["demand"], stockout_cost=inputs["stockout_cost"])
    return {"total_cost": found.total_cost}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "serial": serial,
    "guaranteed": guaranteed,
    "simulation": simulation,
}
