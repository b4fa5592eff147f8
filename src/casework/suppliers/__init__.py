"""Suppliers: incoming quality, sampling plans, capability, grades, supply contracts, sourcing under disruption."""

from casework.suppliers.acceptance import acceptance_probability
from casework.suppliers.aql import aql_plan
from casework.suppliers.bargaining import BargainResult, bargain, try_terms
from casework.suppliers.capability import CapabilityResult, capability_from_summary, process_capability
from casework.suppliers.changes import ChangeResult, find_change
from casework.suppliers.contracts import (
    Contract,
    ContractResult,
    Market,
    best_wholesale_price,
    compare_contracts,
    coordinating_contract,
    retailer_profit,
)
from casework.suppliers.cover import CoverResult, smallest_sources
from casework.suppliers.cusum import CusumResult, cusum_run_length, tabular_cusum
from casework.suppliers.demand import SeasonDemand, listed_demand, season_demand
from casework.suppliers.disruption import Plant, Source, SourcingResult, Strategy, compare_sourcing
from casework.suppliers.excess import excess_rate
from casework.suppliers.grades import GradeChain, GradesResult, grade_chain, grade_suppliers, stationary_shares
from casework.suppliers.interruptions import InterruptionsResult, supply_interruptions
from casework.suppliers.points import (
    PointsResult,
    ScoreResult,
    composite_score,
    nonconformity_points,
    quality_rating,
)
from casework.suppliers.presence import (
    PresenceResult,
    SamplingCost,
    SamplingCostResult,
    compare_presence_plans,
    explore_plan,
    presence_plan,
    samples_needed,
)
from casework.suppliers.recall import RecallCosts, RecallResult, compare_recalls, worth_recalling
from casework.suppliers.sampling import PlanResult, design_plan, evaluate_plan
from casework.suppliers.season_fit import SeasonFitResult, fit_seasons
from casework.suppliers.sensitivity import Lever, SensitivityResult, sourcing_sensitivity
from casework.suppliers.sources import SourcesResult, rank_sources
from casework.suppliers.standing import (
    GainLeverageResult,
    Standing,
    contract_with_credits,
    gain_leverage,
    with_demands,
)
from casework.suppliers.stoppage import (
    LineRecord,
    ReserveResult,
    StoppageResult,
    line_record,
    replay_reserve,
    stoppage_cost,
)
from casework.suppliers.strategies import sourcing_strategies
from casework.suppliers.trace import LotGraph, TraceResult, lot_graph
from casework.suppliers.variation import LevelsResult, VariationResult, capability_by_level, sources_of_variation
from casework.suppliers.watch import WatchResult, WatchRule, watch_scores

__all__ = [
    "BargainResult",
    "CapabilityResult",
    "ChangeResult",
    "Contract",
    "ContractResult",
    "CoverResult",
    "CusumResult",
    "GainLeverageResult",
    "GradeChain",
    "GradesResult",
    "InterruptionsResult",
    "LevelsResult",
    "Lever",
    "LineRecord",
    "LotGraph",
    "Market",
    "PlanResult",
    "Plant",
    "PointsResult",
    "PresenceResult",
    "RecallCosts",
    "RecallResult",
    "ReserveResult",
    "SamplingCost",
    "SamplingCostResult",
    "ScoreResult",
    "SeasonDemand",
    "SeasonFitResult",
    "SensitivityResult",
    "Source",
    "SourcesResult",
    "SourcingResult",
    "Standing",
    "StoppageResult",
    "Strategy",
    "TraceResult",
    "VariationResult",
    "WatchResult",
    "WatchRule",
    "acceptance_probability",
    "aql_plan",
    "bargain",
    "best_wholesale_price",
    "capability_by_level",
    "capability_from_summary",
    "compare_contracts",
    "compare_presence_plans",
    "compare_recalls",
    "compare_sourcing",
    "composite_score",
    "contract_with_credits",
    "coordinating_contract",
    "cusum_run_length",
    "design_plan",
    "evaluate_plan",
    "excess_rate",
    "explore_plan",
    "find_change",
    "fit_seasons",
    "gain_leverage",
    "grade_chain",
    "grade_suppliers",
    "line_record",
    "listed_demand",
    "lot_graph",
    "nonconformity_points",
    "presence_plan",
    "process_capability",
    "quality_rating",
    "rank_sources",
    "replay_reserve",
    "retailer_profit",
    "samples_needed",
    "season_demand",
    "smallest_sources",
    "sources_of_variation",
    "sourcing_sensitivity",
    "sourcing_strategies",
    "stationary_shares",
    "stoppage_cost",
    "supply_interruptions",
    "tabular_cusum",
    "try_terms",
    "watch_scores",
    "with_demands",
    "worth_recalling",
]
