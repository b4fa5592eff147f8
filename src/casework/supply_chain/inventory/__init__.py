"""Inventory policies: how much to order, when, and how much to keep, for one SKU or a whole column of them."""

from casework.supply_chain.inventory.base_stock import BaseStockResult, SafetyStockResult, base_stock, safety_stock
from casework.supply_chain.inventory.classes import ClassResult, abc_classes, abc_xyz_classes, demand_statistics
from casework.supply_chain.inventory.discounts import DiscountResult, eoq_discounts
from casework.supply_chain.inventory.eoq import EoqResult, eoq, eoq_sensitivity, epq
from casework.supply_chain.inventory.exchange import ExchangeResult, exchange_curve
from casework.supply_chain.inventory.lot_sizing import LotSizeResult, lot_sizes
from casework.supply_chain.inventory.newsvendor import (
    NewsvendorResult,
    newsvendor_continuous,
    newsvendor_discrete,
    newsvendor_empirical,
    newsvendor_gamma,
    newsvendor_lognormal,
    newsvendor_normal,
    newsvendor_poisson,
)
from casework.supply_chain.inventory.periodic import PeriodicResult, ss_policy
from casework.supply_chain.inventory.reorder import ReorderResult, rq_policy
from casework.supply_chain.inventory.simulation import StockPathResult, simulate_policy
from casework.supply_chain.inventory.unreliable import (
    UnreliableResult,
    eoq_disruptions,
    eoq_yield,
    newsvendor_disruptions,
    newsvendor_yield,
)

__all__ = [
    "BaseStockResult",
    "ClassResult",
    "DiscountResult",
    "EoqResult",
    "ExchangeResult",
    "LotSizeResult",
    "NewsvendorResult",
    "PeriodicResult",
    "ReorderResult",
    "SafetyStockResult",
    "StockPathResult",
    "UnreliableResult",
    "abc_classes",
    "abc_xyz_classes",
    "base_stock",
    "demand_statistics",
    "eoq",
    "eoq_discounts",
    "eoq_disruptions",
    "eoq_sensitivity",
    "eoq_yield",
    "epq",
    "exchange_curve",
    "lot_sizes",
    "newsvendor_continuous",
    "newsvendor_discrete",
    "newsvendor_disruptions",
    "newsvendor_empirical",
    "newsvendor_gamma",
    "newsvendor_lognormal",
    "newsvendor_normal",
    "newsvendor_poisson",
    "newsvendor_yield",
    "rq_policy",
    "safety_stock",
    "simulate_policy",
    "ss_policy",
]
