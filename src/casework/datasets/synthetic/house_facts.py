"""What is true of the invented house of quality of a mobile phone plan: plain data, read without numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.core.messages import mark

PRODUCTS: tuple[str, ...] = ("Lumina", "Nordtel", "Quadrix", "Vireo")  # the own company first

# Need: true importance [1-5] and sales point. Names and Kano shares are those of the Kano survey of the same plan.
NEEDS: Mapping[str, tuple[float, float]] = {
    "network coverage": (4.7, 1.2),
    "price per month": (4.4, 1.5),
    "data volume": (4.0, 1.2),
    "waiting time of the hotline": (3.4, 1.0),
    "bill that is easy to read": (3.6, 1.0),
    "change of plan at any time": (2.8, 1.2),
    "video and music without using data": (2.0, 1.0),
    "use abroad at no extra cost": (3.1, 1.5),
    "gifts for loyal customers": (1.9, 1.0),
}

# Points of satisfaction with the need that a step of the characteristic (one standard deviation of products) brings.
EFFECTS: Mapping[str, Mapping[str, float]] = {
    "network coverage": {"base stations": 0.90, "roaming countries": 0.10},
    "price per month": {"basic fee": 0.90, "included data": 0.30, "notice period": 0.10, "loyalty budget": 0.12},
    "data volume": {"included data": 0.85, "free services": 0.35, "base stations": 0.10},
    "waiting time of the hotline": {"hotline staff": 0.80, "chatbot answers": -0.30, "lines on the bill": 0.15},
    "bill that is easy to read": {"lines on the bill": 0.80, "basic fee": 0.10},
    "change of plan at any time": {"notice period": 0.75, "steps to change the plan": 0.70, "chatbot answers": 0.10},
    "video and music without using data": {"free services": 0.90, "included data": 0.30},
    "use abroad at no extra cost": {"roaming countries": 0.95, "included data": 0.15, "basic fee": 0.10},
    "gifts for loyal customers": {"loyalty budget": 0.90},
}
CUTS: tuple[tuple[float, int], ...] = ((0.60, 9), (0.25, 3), (0.08, 1))  # an effect of at least so much is judged so
MISJUDGED: Mapping[tuple[str, str], int] = {("waiting time of the hotline", "chatbot answers"): 9}

UNITS = (
    mark("per 100 km2"),
    mark("euro per month"),
    mark("GB per month"),
    mark("per 10,000"),
    mark("% of calls"),
    mark("lines"),
    mark("days"),
    mark("steps"),
    mark("count"),
    mark("count"),
    mark("euro per year"),
)
NAMES = (
    mark("base stations"),
    mark("basic fee"),
    mark("included data"),
    mark("hotline staff"),
    mark("chatbot answers"),
    mark("lines on the bill"),
    mark("notice period"),
    mark("steps to change the plan"),
    mark("free services"),
    mark("roaming countries"),
    mark("loyalty budget"),
)
# Better direction, value of each product, target (None: to be proposed), effort [1-5] (None: decided already), cost
# [1,000 euro].
_FACTS: tuple[tuple[str, tuple[float, float, float, float], float | None, int | None, int], ...] = (
    ("more", (38, 46, 31, 40), None, 5, 60),
    ("less", (29, 32, 22, 27), None, 4, 45),
    ("more", (20, 25, 30, 20), None, 2, 25),
    ("more", (34, 42, 25, 36), None, 2, 18),
    ("more", (45, 30, 55, 35), None, 2, 10),
    ("less", (46, 30, 38, 41), 25, None, 6),
    ("less", (90, 30, 30, 60), 30, None, 12),
    ("less", (9, 7, 4, 6), None, 2, 8),
    ("more", (3, 6, 2, 5), None, 3, 20),
    ("more", (48, 52, 30, 60), None, 4, 22),
    ("more", (6, 4, 0, 8), None, 1, 15),
)


def _row(
    unit: str, direction: str, values: tuple[float, ...], target: float | None, effort: int | None, cost: int
) -> dict[str, Any]:
    known: dict[str, Any] = {"unit": unit, "direction": direction, "values": list(values)}
    rest = {"target": target, "effort": effort, "cost": cost}
    return known | {key: value for key, value in rest.items() if value is not None}


# As the study's parameter takes it: `values` in the order of the products.
TECHNICAL: dict[str, dict[str, Any]] = {
    name: _row(unit, *facts) for name, unit, facts in zip(NAMES, UNITS, _FACTS, strict=True)
}


def by_product(row: Mapping[str, Any], products: Sequence[str]) -> dict[str, Any]:
    """Return what is known of a characteristic with each of its `values` under the name of its product.

    Examples
    --------
    >>> by_product({"unit": "g", "values": [3, None]}, ["ours", "theirs"])
    {'unit': 'g', 'ours': 3, 'theirs': None}
    """
    values = dict(zip(products, row.get("values") or (), strict=False))
    return {key: value for key, value in row.items() if key != "values"} | values


# What improving the one does to improving the other.
ROOF: dict[str, dict[str, str]] = {
    "base stations": {"basic fee": "--", "included data": "+", "roaming countries": "-"},
    "basic fee": {"included data": "--", "hotline staff": "-", "chatbot answers": "+", "notice period": "-",
                  "roaming countries": "-", "loyalty budget": "-"},
    "included data": {"free services": "-"},
    "hotline staff": {"chatbot answers": "+"},
    "lines on the bill": {"steps to change the plan": "+"},
    "notice period": {"steps to change the plan": "++", "loyalty budget": "+"},
}  # fmt: skip
