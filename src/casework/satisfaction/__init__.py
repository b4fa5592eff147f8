"""How satisfied are customers: the index, what drives it, the gap from what they expect, and the competitors."""

from __future__ import annotations

from casework.satisfaction.comparison import ComparisonResult, compare_suppliers
from casework.satisfaction.gap import GapResult, expectation_gap
from casework.satisfaction.hierarchy import Hierarchy, parse_hierarchy
from casework.satisfaction.index import IndexResult, index_from_moments, satisfaction_index
from casework.satisfaction.pls import (
    PLSModel,
    PLSResult,
    build_model,
    fit_correlations,
    fit_pls,
    named_model,
    parse_model,
)
from casework.satisfaction.reliability import ScaleReliabilityResult, dimension_reliability
from casework.satisfaction.sensitivity import WeightingsResult, compare_weightings

__all__ = [
    "ComparisonResult",
    "GapResult",
    "Hierarchy",
    "IndexResult",
    "PLSModel",
    "PLSResult",
    "ScaleReliabilityResult",
    "WeightingsResult",
    "build_model",
    "compare_suppliers",
    "compare_weightings",
    "dimension_reliability",
    "expectation_gap",
    "fit_correlations",
    "fit_pls",
    "index_from_moments",
    "named_model",
    "parse_hierarchy",
    "parse_model",
    "satisfaction_index",
]
