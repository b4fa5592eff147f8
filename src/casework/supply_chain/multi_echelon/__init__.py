"""Stock in a chain of stages: where to hold it, how much, and what that costs."""

from casework.supply_chain.multi_echelon.assembly import LEVEL_RULES, AssemblyResult, assembly_optimum
from casework.supply_chain.multi_echelon.bounds import BoundsResult, serial_bounds
from casework.supply_chain.multi_echelon.excerpt import Excerpt, excerpt
from casework.supply_chain.multi_echelon.guaranteed import GuaranteedResult, guaranteed_service
from casework.supply_chain.multi_echelon.levels import echelon_levels, local_levels
from casework.supply_chain.multi_echelon.neighbours import NeighbourResult, compare_neighbours
from casework.supply_chain.multi_echelon.network import StageNetwork, stage_network
from casework.supply_chain.multi_echelon.period_values import PeriodValues, period_values
from casework.supply_chain.multi_echelon.serial import SerialResult, serial_cost, serial_optimum
from casework.supply_chain.multi_echelon.simulation import ChainSimulation, simulate_chain, simulate_serial

__all__ = [
    "LEVEL_RULES",
    "AssemblyResult",
    "BoundsResult",
    "ChainSimulation",
    "Excerpt",
    "GuaranteedResult",
    "NeighbourResult",
    "PeriodValues",
    "SerialResult",
    "StageNetwork",
    "assembly_optimum",
    "compare_neighbours",
    "echelon_levels",
    "excerpt",
    "guaranteed_service",
    "local_levels",
    "period_values",
    "serial_bounds",
    "serial_cost",
    "serial_optimum",
    "simulate_chain",
    "simulate_serial",
    "stage_network",
]
