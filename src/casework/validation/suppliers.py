"""How published cases of the supplier methods are computed."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pandas as pd

from casework import suppliers
from casework.core.errors import CaseworkWarning


def acceptance(inputs: dict[str, Any]) -> dict[str, Any]:
    """Probability of acceptance at quality levels."""
    return {"pa": suppliers.acceptance_probability(**inputs).tolist()}


def quality_at(inputs: dict[str, Any]) -> dict[str, Any]:
    """Quality accepted with given probabilities."""
    given = dict(inputs)
    wanted = given.pop("probability")
    return {"quality": suppliers.evaluate_plan(**given).quality_at(wanted).tolist()}


def plan(inputs: dict[str, Any]) -> dict[str, Any]:
    """Smallest plan for two risks, and its probabilities of acceptance."""
    found = suppliers.design_plan(**inputs)
    pa = found.at([inputs["aql"], inputs["rql"]])["acceptance"]
    return {"n": found.n, "c": found.c, "pa": pa.tolist()}


def inspection(inputs: dict[str, Any]) -> dict[str, Any]:
    """Average total inspection at a quality level."""
    return {"ati": suppliers.evaluate_plan(**inputs).curve["total_inspection"].tolist()}


def aql(inputs: dict[str, Any]) -> dict[str, Any]:
    """Plans looked up by lot and AQL: letter, n, Ac, Re."""
    found = [suppliers.aql_plan(int(lot), level, level=inputs["level"]) for lot, level in inputs["cases"]]
    return {"plans": [[letter, item.n, item.c, item.c + 1] for letter, item in found]}


def capability(inputs: dict[str, Any]) -> dict[str, Any]:
    """Index with its interval from a summary."""
    given = dict(inputs)
    name = given.pop("index")
    found = suppliers.capability_from_summary(**given)
    low, high = found.interval(name)
    return {"index": found.value(name), "lower": low, "upper": high}


def contract(inputs: dict[str, Any]) -> dict[str, Any]:
    """One contract with listed demand."""
    given = dict(inputs)
    demand = suppliers.listed_demand(dict(zip(given.pop("demand"), given.pop("chance"), strict=True)))
    terms = suppliers.Contract(**given.pop("contract"))
    found = suppliers.compare_contracts(suppliers.Market(demand=demand, **given), [terms])
    names = ("order_quantity", "retailer_profit", "supplier_profit", "chain_profit")
    return {name: found.value(name) for name in names} | {"best": found.best_profit}


def uniform_wholesale(inputs: dict[str, Any]) -> dict[str, Any]:
    """Best wholesale price where demand is uniform from 0."""
    most = inputs["most"]
    demand = suppliers.season_demand(mean=most / 2, sd=most / 12**0.5, kind="uniform")
    market = suppliers.Market(demand=demand, price=inputs["price"], supplier_cost=inputs["cost"])
    terms = suppliers.best_wholesale_price(market)
    found = suppliers.compare_contracts(market, [terms])
    return {"wholesale": terms.wholesale} | {name: found.value(name) for name in ("order_quantity", "efficiency")}


def points(inputs: dict[str, Any]) -> dict[str, Any]:
    """Points of nonconformities."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        found = suppliers.nonconformity_points(pd.DataFrame(inputs)).table
    return {"points": found["points"].tolist(), "points_per_unit": found["points_per_unit"].tolist()}


def stationary(inputs: dict[str, Any]) -> dict[str, Any]:
    """Shares that a chain of grades keeps."""
    return {"stationary": suppliers.stationary_shares(inputs["P"]).tolist()}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "acceptance": acceptance,
    "quality_at": quality_at,
    "plan": plan,
    "inspection": inspection,
    "aql": aql,
    "capability": capability,
    "contract": contract,
    "uniform_wholesale": uniform_wholesale,
    "points": points,
    "stationary": stationary,
}
