"""How satisfied are customers: the index, the gap between expected and perceived, and the competitors."""

from __future__ import annotations

from casework.satisfaction.comparison import ComparisonResult, compare_suppliers
from casework.satisfaction.gap import GapResult, expectation_gap
from casework.satisfaction.hierarchy import Hierarchy, parse_hierarchy
from casework.satisfaction.index import IndexResult, index_from_moments, satisfaction_index
from casework.satisfaction.reliability import ScaleReliabilityResult, dimension_reliability
from casework.satisfaction.sensitivity import WeightingsResult, compare_weightings

__all__ = [
    "ComparisonResult",
    "GapResult",
    "Hierarchy",
    "IndexResult",
    "ScaleReliabilityResult",
    "WeightingsResult",
    "compare_suppliers",
    "compare_weightings",
    "dimension_reliability",
    "expectation_gap",
    "index_from_moments",
    "parse_hierarchy",
    "satisfaction_index",
]
