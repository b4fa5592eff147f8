"""Key accounts: risk registers, what risks could cost, decision trees, paths of a dispute."""

from casework.accounts.decision import (
    Branch,
    Chance,
    Choice,
    End,
    Strategy,
    TreeResult,
    fold_back,
    solve_tree,
    vary_chance,
)
from casework.accounts.dispute import Dispute, DisputeResult, path_words, present_value, solve_dispute
from casework.accounts.exposure import ExposureResult, rank_reversals, simulate_exposure
from casework.accounts.leverage import (
    BreakEvenResult,
    LeverageResult,
    SettlementResult,
    break_even,
    dispute_leverage,
    settlement_range,
)
from casework.accounts.losses import loss_mean, loss_variance
from casework.accounts.precedents import PathStabilityResult, path_stability, summarise_precedents
from casework.accounts.risk import MATRIX, RiskResult, classify_risks, grade_levels
from casework.accounts.steps import Step, read_steps

__all__ = [
    "MATRIX",
    "Branch",
    "BreakEvenResult",
    "Chance",
    "Choice",
    "Dispute",
    "DisputeResult",
    "End",
    "ExposureResult",
    "LeverageResult",
    "PathStabilityResult",
    "RiskResult",
    "SettlementResult",
    "Step",
    "Strategy",
    "TreeResult",
    "break_even",
    "classify_risks",
    "dispute_leverage",
    "fold_back",
    "grade_levels",
    "loss_mean",
    "loss_variance",
    "path_stability",
    "path_words",
    "present_value",
    "rank_reversals",
    "read_steps",
    "settlement_range",
    "simulate_exposure",
    "solve_dispute",
    "solve_tree",
    "summarise_precedents",
    "vary_chance",
]
