"""The bullwhip effect: serial chains, closed forms and simulation, measured amplification, and the beer game."""

from casework.supply_chain.bullwhip.beer_game import GameResult, GameState, start_game
from casework.supply_chain.bullwhip.chain import ROLES, Chain, Stage, Unmet, beer_game_chain, serial_chain
from casework.supply_chain.bullwhip.closed_forms import (
    AmplificationCurve,
    amplification_by_lead_time,
    ar1_amplification,
    decentralised_bound,
    exact_amplification,
    is_linear,
    moving_average_amplification,
    shared_information_amplification,
    smoothing_amplification,
)
from casework.supply_chain.bullwhip.comparison import ScenariosResult, compare_chains
from casework.supply_chain.bullwhip.demand import Demand
from casework.supply_chain.bullwhip.engine import Start, usual_start
from casework.supply_chain.bullwhip.measured import (
    DemandFit,
    MeasuredResult,
    fit_demand,
    measure_amplification,
)
from casework.supply_chain.bullwhip.planning import calming_chains, explore_chain, planned_chain, rule_chains
from casework.supply_chain.bullwhip.policies import (
    POLICY_WORDS,
    Anchoring,
    AutoRegressive,
    BaseStock,
    MovingAverage,
    OrderUpTo,
    Policy,
    PolicyName,
    Smoothing,
)
from casework.supply_chain.bullwhip.simulation import ChainResult, check_demand, simulate_chain, simulate_path

__all__ = [
    "POLICY_WORDS",
    "ROLES",
    "AmplificationCurve",
    "Anchoring",
    "AutoRegressive",
    "BaseStock",
    "Chain",
    "ChainResult",
    "Demand",
    "DemandFit",
    "GameResult",
    "GameState",
    "MeasuredResult",
    "MovingAverage",
    "OrderUpTo",
    "Policy",
    "PolicyName",
    "ScenariosResult",
    "Smoothing",
    "Stage",
    "Start",
    "Unmet",
    "amplification_by_lead_time",
    "ar1_amplification",
    "beer_game_chain",
    "calming_chains",
    "check_demand",
    "compare_chains",
    "decentralised_bound",
    "exact_amplification",
    "explore_chain",
    "fit_demand",
    "is_linear",
    "measure_amplification",
    "moving_average_amplification",
    "planned_chain",
    "rule_chains",
    "serial_chain",
    "shared_information_amplification",
    "simulate_chain",
    "simulate_path",
    "smoothing_amplification",
    "start_game",
    "usual_start",
]
