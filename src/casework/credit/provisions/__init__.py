"""Provisions and portfolio loss: loss rates, provision matrix, expected loss, concentration, loss distribution."""

from casework.credit.provisions.approximations import ApproximationResult, approximations
from casework.credit.provisions.concentration import ConcentrationResult, concentration, granularity_adjustment
from casework.credit.provisions.debtors import debtors, grade_probabilities
from casework.credit.provisions.diversification import DiversificationResult, diversification
from casework.credit.provisions.exact import ExactLoss, exact_losses
from casework.credit.provisions.expected import ExpectedLossResult, RecoveryResult, expected_loss, legal_recovery
from casework.credit.provisions.gaussian import both_default, conditional_pd
from casework.credit.provisions.irb import ExposureClass, IrbResult, asset_correlation, irb_capital
from casework.credit.provisions.loss_rates import FlowResult, RunOffResult, flow_rates, run_off, run_off_rates
from casework.credit.provisions.matrix import ProvisionResult, provision_matrix, scenario_factors
from casework.credit.provisions.moments import loss_sd
from casework.credit.provisions.portfolio import Portfolio, portfolio
from casework.credit.provisions.simulation import LossResult, simulate_losses
from casework.credit.provisions.vasicek import (
    VasicekResult,
    vasicek,
    vasicek_cdf,
    vasicek_density,
    vasicek_quantile,
    vasicek_shortfall,
    vasicek_variance,
)

__all__ = [
    "ApproximationResult",
    "ConcentrationResult",
    "DiversificationResult",
    "ExactLoss",
    "ExpectedLossResult",
    "ExposureClass",
    "FlowResult",
    "IrbResult",
    "LossResult",
    "Portfolio",
    "ProvisionResult",
    "RecoveryResult",
    "RunOffResult",
    "VasicekResult",
    "approximations",
    "asset_correlation",
    "both_default",
    "concentration",
    "conditional_pd",
    "debtors",
    "diversification",
    "exact_losses",
    "expected_loss",
    "flow_rates",
    "grade_probabilities",
    "granularity_adjustment",
    "irb_capital",
    "legal_recovery",
    "loss_sd",
    "portfolio",
    "provision_matrix",
    "run_off",
    "run_off_rates",
    "scenario_factors",
    "simulate_losses",
    "vasicek",
    "vasicek_cdf",
    "vasicek_density",
    "vasicek_quantile",
    "vasicek_shortfall",
    "vasicek_variance",
]
