"""Suppliers: incoming quality, sampling plans, capability, grades, supply contracts, sourcing under disruption."""

from casework.suppliers.acceptance import acceptance_probability
from casework.suppliers.aql import aql_plan
from casework.suppliers.capability import CapabilityResult, capability_from_summary, process_capability
from casework.suppliers.contracts import (
    Contract,
    ContractResult,
    Market,
    best_wholesale_price,
    compare_contracts,
    coordinating_contract,
)
from casework.suppliers.demand import SeasonDemand, listed_demand, season_demand
from casework.suppliers.disruption import Plant, Source, SourcingResult, Strategy, compare_sourcing
from casework.suppliers.grades import GradeChain, GradesResult, grade_chain, grade_suppliers, stationary_shares
from casework.suppliers.points import (
    PointsResult,
    ScoreResult,
    composite_score,
    nonconformity_points,
    quality_rating,
)
from casework.suppliers.sampling import PlanResult, design_plan, evaluate_plan

__all__ = [
    "CapabilityResult",
    "Contract",
    "ContractResult",
    "GradeChain",
    "GradesResult",
    "Market",
    "PlanResult",
    "Plant",
    "PointsResult",
    "ScoreResult",
    "SeasonDemand",
    "Source",
    "SourcingResult",
    "Strategy",
    "acceptance_probability",
    "aql_plan",
    "best_wholesale_price",
    "capability_from_summary",
    "compare_contracts",
    "compare_sourcing",
    "composite_score",
    "coordinating_contract",
    "design_plan",
    "evaluate_plan",
    "grade_chain",
    "grade_suppliers",
    "listed_demand",
    "nonconformity_points",
    "process_capability",
    "quality_rating",
    "season_demand",
    "stationary_shares",
]
