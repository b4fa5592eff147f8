"""Structure of a chain: processes, cycles, push and pull, macro processes, development, surplus, measures."""

from casework.supply_chain.structure.boundary import BoundaryResult, find_boundary
from casework.supply_chain.structure.cycles import ClassifiedProcesses, classify_processes
from casework.supply_chain.structure.development import (
    RUBRIC,
    Criterion,
    DevelopmentResult,
    development_rubric,
    development_stage,
)
from casework.supply_chain.structure.processes import ProcessTable, read_processes
from casework.supply_chain.structure.rules import BUYING, CYCLE_RULES, MACRO_RULES, WordRule
from casework.supply_chain.structure.stages import ROLES, Stages, read_stages

__all__ = [
    "BUYING",
    "CYCLE_RULES",
    "MACRO_RULES",
    "ROLES",
    "RUBRIC",
    "BoundaryResult",
    "ClassifiedProcesses",
    "Criterion",
    "DevelopmentResult",
    "ProcessTable",
    "Stages",
    "WordRule",
    "classify_processes",
    "development_rubric",
    "development_stage",
    "find_boundary",
    "read_processes",
    "read_stages",
]
