"""How the inventory methods are called with the cases of `cases/supply_chain.inventory.toml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from casework.supply_chain import inventory


def _column(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def _measures(result: Any, **names: str) -> dict[str, Any]:
    """Measures of a result under the names of the cases; those that are there."""
    return {case: _column(result.value(measure)) for case, measure in names.items() if measure in result.values}


def eoq(inputs: dict[str, Any]) -> dict[str, Any]:
    """Economic lot with any of backorders and production rate."""
    result = inventory.eoq(**inputs)
    found = {"order_quantity": "order_quantity", "cost": "cost", "stockout_fraction": "stockout_fraction"}
    return {**_measures(result, **found), "cycle_years": _column(result.cycle_time)}


def discounts(inputs: dict[str, Any]) -> dict[str, Any]:
    """Economic lot under a price list."""
    return _measures(inventory.eoq_discounts(**inputs), order_quantity="order_quantity", region="region", cost="cost")


def disruptions(inputs: dict[str, Any]) -> dict[str, Any]:
    """Economic lot with disruptions."""
    return _measures(inventory.eoq_disruptions(**inputs), order_quantity="order_quantity", cost="cost")


def newsvendor_disruptions(inputs: dict[str, Any]) -> dict[str, Any]:
    """Stock level with disruptions."""
    return _measures(inventory.newsvendor_disruptions(**inputs), base_stock_level="base_stock_level", cost="cost")


def lot_yield(inputs: dict[str, Any]) -> dict[str, Any]:
    """Economic lot with random yield."""
    return _measures(inventory.eoq_yield(**inputs), order_quantity="order_quantity", cost="cost")


def newsvendor_yield(inputs: dict[str, Any]) -> dict[str, Any]:
    """Stock level with uniform random yield."""
    from scipy.stats import uniform

    given = dict(inputs)
    low, high = given.pop("yield_lo"), given.pop("yield_hi")
    result = inventory.newsvendor_yield(**given, yield_distribution=uniform(low, high - low))
    return _measures(result, base_stock_level="base_stock_level", cost="cost")


def lots(inputs: dict[str, Any]) -> dict[str, Any]:
    """Orders for demand that is known period by period."""
    result = inventory.lot_sizes(**inputs)
    return {"order_quantities": result.order_quantities, "cost": result.cost}


def newsvendor(inputs: dict[str, Any]) -> dict[str, Any]:
    """Newsvendor with the distribution that the case names."""
    given = dict(inputs)
    kind = given.pop("distribution")
    if kind == "discrete":
        pmf = dict(zip(given.pop("values"), given.pop("probabilities"), strict=True))
        result = inventory.newsvendor_discrete(pmf, **given)
    elif kind == "continuous":
        from scipy.stats import lognorm

        result = inventory.newsvendor_continuous(lognorm(given.pop("sigma"), scale=np.exp(given.pop("mu"))), **given)
    else:
        result = getattr(inventory, f"newsvendor_{kind}")(**given)
    names = ("base_stock_level", "cost", "profit", "critical_ratio", "expected_short", "service_level", "fill_rate")
    return _measures(result, **dict(zip(names, names, strict=True)))


def rq(inputs: dict[str, Any]) -> dict[str, Any]:
    """Reorder point and quantity."""
    return _measures(inventory.rq_policy(**inputs), r="reorder_point", Q="order_quantity", cost="cost")


def ss(inputs: dict[str, Any]) -> dict[str, Any]:
    """Reorder and order-up-to level."""
    return _measures(inventory.ss_policy(**inputs), s="reorder_point", S="order_up_to", cost="cost")


def safety(inputs: dict[str, Any]) -> dict[str, Any]:
    """Safety stock for a service target."""
    result = inventory.safety_stock(**inputs)
    names = ("safety_stock", "reorder_point", "service_level", "fill_rate", "expected_short")
    return _measures(result, **dict(zip(names, names, strict=True)))


def abc(inputs: dict[str, Any]) -> dict[str, Any]:
    """Classes by cumulative share."""
    table = inventory.abc_classes(inputs["value"], cuts=inputs["cuts"]).to_frame()
    return {"share": table["share"].tolist(), "class": table["abc"].tolist()}


METHODS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "eoq": eoq,
    "discounts": discounts,
    "disruptions": disruptions,
    "newsvendor_disruptions": newsvendor_disruptions,
    "lot_yield": lot_yield,
    "newsvendor_yield": newsvendor_yield,
    "lots": lots,
    "newsvendor": newsvendor,
    "rq": rq,
    "ss": ss,
    "safety": safety,
    "abc": abc,
}
