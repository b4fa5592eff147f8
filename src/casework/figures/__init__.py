"""Drawing results: one style, one function `draw`; the drawings of a domain are in the module of its name."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from casework.figures.registry import draw

__all__ = ["draw"]

DOMAINS = (
    "voice",
    "requirements",
    "comments",
    "house",
    "satisfaction",
    "pls",
    "pls_bootstrap",
    "pls_quality",
    "drivers",
    "profit_chain",
    "bullwhip",
    "inventory",
    "multi_echelon",
    "network",
    "loss_provisions",
    "credit_rating",
    "structure",
    "credit_scorecard",
    "early_warning",
    "suppliers",
    "recall",
    "process_changes",
    "stoppage",
    "customers",
    "lifetime",
    "accounts",
    "bargaining",
)

for _domain in DOMAINS:
    if find_spec(f"{__name__}.{_domain}") is not None:
        import_module(f"{__name__}.{_domain}")
