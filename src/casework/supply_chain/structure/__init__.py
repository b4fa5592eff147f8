"""Structure of a chain: processes, cycles, push and pull, macro processes, development, surplus, measures."""

from casework.supply_chain.structure.boundary import BoundaryResult, explore_boundary, find_boundary
from casework.supply_chain.structure.cash import CashResult, cash_to_cash
from casework.supply_chain.structure.chain_table import ChainTable, read_chain
from casework.supply_chain.structure.cycles import ClassifiedProcesses, classify_processes
from casework.supply_chain.structure.development import (
    RUBRIC,
    Criterion,
    DevelopmentResult,
    development_rubric,
    development_stage,
)
from casework.supply_chain.structure.orders import OrderMetrics, measure_definitions, measure_orders
from casework.supply_chain.structure.processes import ProcessTable, read_processes
from casework.supply_chain.structure.rules import BUYING, CYCLE_RULES, MACRO_RULES, WordRule
from casework.supply_chain.structure.stages import ROLES, Stages, read_stages
from casework.supply_chain.structure.surplus import MarginResult, SurplusResult, double_margins, split_surplus

__all__ = [
    "BUYING",
    "CYCLE_RULES",
    "MACRO_RULES",
    "ROLES",
    "RUBRIC",
    "BoundaryResult",
    "CashResult",
    "ChainTable",
    "ClassifiedProcesses",
    "Criterion",
    "DevelopmentResult",
    "MarginResult",
    "OrderMetrics",
    "ProcessTable",
    "Stages",
    "SurplusResult",
    "WordRule",
    "cash_to_cash",
    "classify_processes",
    "development_rubric",
    "development_stage",
    "double_margins",
    "explore_boundary",
    "find_boundary",
    "measure_definitions",
    "measure_orders",
    "read_chain",
    "read_processes",
    "read_stages",
    "split_surplus",
]
