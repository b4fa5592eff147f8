"""The house of quality: from what customers need to what must be engineered."""

from casework.voice.house.kano_ratio import EXPONENTS, KanoMethod
from casework.voice.house.matrix import HouseResult, house_of_quality
from casework.voice.house.needs import NeedWeighting, NeedWeights, need_weights
from casework.voice.house.roof import roof_conflicts, roof_matrix
from casework.voice.house.scale import STRENGTHS, relation_matrix, symbol_codes
from casework.voice.house.selection import Selection, select_characteristics
from casework.voice.house.stability import RankStability, ScaleComparison, compare_scales, rank_stability
from casework.voice.house.weightings import WeightingComparison, compare_weightings

__all__ = [
    "EXPONENTS",
    "STRENGTHS",
    "HouseResult",
    "KanoMethod",
    "NeedWeighting",
    "NeedWeights",
    "RankStability",
    "ScaleComparison",
    "Selection",
    "WeightingComparison",
    "compare_scales",
    "compare_weightings",
    "house_of_quality",
    "need_weights",
    "rank_stability",
    "relation_matrix",
    "roof_conflicts",
    "roof_matrix",
    "select_characteristics",
    "symbol_codes",
]
