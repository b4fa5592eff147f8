"""Voice of the customer: what customers require, and what it is worth to them."""

from casework.voice.continuous import ContinuousKano, continuous
from casework.voice.kano import KanoResult, classify, evaluate, evaluate_counts
from casework.voice.kano_bootstrap import KanoBootstrap
from casework.voice.kano_table import CATEGORIES, CATEGORY_NAMES, EVALUATION_TABLES, evaluation_table
from casework.voice.penalty_reward import PenaltyRewardResult, penalty_reward
from casework.voice.quality import KanoQuality, quality
from casework.voice.segments import KanoSegments, compare_segments

__all__ = [
    "CATEGORIES",
    "CATEGORY_NAMES",
    "EVALUATION_TABLES",
    "ContinuousKano",
    "KanoBootstrap",
    "KanoQuality",
    "KanoResult",
    "KanoSegments",
    "PenaltyRewardResult",
    "classify",
    "compare_segments",
    "continuous",
    "evaluate",
    "evaluate_counts",
    "evaluation_table",
    "penalty_reward",
    "quality",
]
