"""What moves satisfaction: importance of drivers, priorities, recommendation, the chain to profit, the pyramid."""

from __future__ import annotations

from casework.core.equations import ChainModel, chain_model
from casework.satisfaction.drivers.chain import ChainResult, service_profit_chain, unit_table
from casework.satisfaction.drivers.importance import (
    DriverImportanceResult,
    driver_importance,
    importance_from_correlations,
)
from casework.satisfaction.drivers.importance_performance import ImportancePerformanceResult, importance_performance
from casework.satisfaction.drivers.nps import NPSResult, net_promoter_score, nps_from_counts
from casework.satisfaction.drivers.nps_comparison import NPSComparison, compare_nps
from casework.satisfaction.drivers.pyramid import PyramidResult, quality_pyramid
from casework.satisfaction.drivers.reach import ReachNoiseResult, reach_noise_shapley

__all__ = [
    "ChainModel",
    "ChainResult",
    "DriverImportanceResult",
    "ImportancePerformanceResult",
    "NPSComparison",
    "NPSResult",
    "PyramidResult",
    "ReachNoiseResult",
    "chain_model",
    "compare_nps",
    "driver_importance",
    "importance_from_correlations",
    "importance_performance",
    "net_promoter_score",
    "nps_from_counts",
    "quality_pyramid",
    "reach_noise_shapley",
    "service_profit_chain",
    "unit_table",
]
