"""How the methods of the bullwhip effect are called with the cases of `cases/supply_chain.bullwhip.toml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from casework.supply_chain.bullwhip import (
    Anchoring,
    AutoRegressive,
    BaseStock,
    Demand,
    MovingAverage,
    OrderUpTo,
    Smoothing,
    Start,
    ar1_amplification,
    beer_game_chain,
    decentralised_bound,
    exact_amplification,
    moving_average_amplification,
    serial_chain,
    shared_information_amplification,
    simulate_chain,
    simulate_path,
    smoothing_amplification,
    start_game,
)


def moving_average(inputs: dict[str, Any]) -> dict[str, Any]:
    """Amplification by the closed form, for arrays."""
    found = moving_average_amplification(
        lead_time=inputs["lead_time"], window=inputs["window"], correlation=inputs["correlation"]
    )
    return {"ratio": list(found)}


def forecasts(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return closed form, exact sum and simulation of one stage, for three forecasts."""
    lead, rho = inputs["lead_time"], inputs["correlation"]
    demand = Demand(mean=100, sd=10, correlation=rho)
    rules: dict[str, Any] = {
        "moving_average": MovingAverage(window=inputs["window"]),
        "smoothing": Smoothing(weight=inputs["weight"]),
        "ar1": AutoRegressive(correlation=rho, mean=100),
    }
    formulas = {
        "moving_average": moving_average_amplification(lead_time=lead, window=inputs["window"], correlation=rho),
        "smoothing": smoothing_amplification(lead_time=lead, weight=inputs["weight"], correlation=rho),
        "ar1": ar1_amplification(lead_time=lead, correlation=rho),
    }
    found: dict[str, Any] = {"formula": formulas, "exact": {}, "simulation_holds_it": {}}
    for name, rule in rules.items():
        chain = serial_chain(OrderUpTo(forecast=rule), names=["shop"], shipment_lead_time=lead, returns=True)
        found["exact"][name] = float(exact_amplification(chain, correlation=rho)[0])
        row = simulate_chain(chain, demand, periods=2000, replications=300, warm_up=200, confidence=0.999).stages.iloc[
            0
        ]
        found["simulation_holds_it"][name] = bool(row["low"] <= formulas[name] <= row["high"])
        if name == "smoothing":
            found["simulation_holds_the_peer"] = bool(row["low"] <= inputs["peer"] <= row["high"])
    return found


def stages(inputs: dict[str, Any]) -> dict[str, Any]:
    """Bound without shared information, formula and exact value with it."""
    leads, window = inputs["lead_times"], inputs["window"]
    names = [str(i) for i in range(len(leads))]
    rule = OrderUpTo(forecast=MovingAverage(window=window))
    facts = {"names": names, "shipment_lead_time": leads, "returns": True}
    return {
        "bound": decentralised_bound(lead_times=leads, window=window).tolist(),
        "without_sharing": exact_amplification(serial_chain(rule, **facts)).tolist(),
        "formula": shared_information_amplification(lead_times=leads, window=window).tolist(),
        "with_sharing": exact_amplification(serial_chain(rule, shared=True, **facts)).tolist(),
    }


def path(inputs: dict[str, Any]) -> dict[str, Any]:
    """Cost of a base-stock chain on a given path of demand."""
    levels = [float(x) for x in inputs["levels"]]
    names = [str(i) for i in range(len(levels))]
    facts = {name: inputs[name] for name in ("shipment_lead_time", "holding_cost", "backlog_cost", "transit_cost")}
    chain = serial_chain([BaseStock(level=x) for x in levels], names=names, **facts)
    table = simulate_path(chain, inputs["demand"], start=Start(flow=0.0, inventory=np.array(levels)))
    return {"total_cost": float(table["cost"].sum())}


def beer_game(inputs: dict[str, Any]) -> dict[str, Any]:
    """Costs of the beer game when every stage follows the same kind of rule."""
    rule = {name: inputs[name] for name in ("theta", "alpha", "beta")}
    chain = beer_game_chain([Anchoring(target=x, **rule) for x in inputs["targets"]])
    result = start_game(chain=chain).play_on().result()
    costs = result.stages.set_index("stage")["cost"].to_dict()
    return {"costs": {str(name): float(cost) for name, cost in costs.items()}, "team": result.cost}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "moving_average": moving_average,
    "forecasts": forecasts,
    "stages": stages,
    "path": path,
    "beer_game": beer_game,
}
