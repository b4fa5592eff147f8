"""Provisions and portfolio loss: loss rates, provision matrix, expected loss, concentration, loss distribution."""

from casework.credit.provisions.gaussian import both_default, conditional_pd
from casework.credit.provisions.irb import IrbResult, irb_capital
from casework.credit.provisions.moments import loss_sd
from casework.credit.provisions.portfolio import Portfolio, portfolio
from casework.credit.provisions.simulation import LossResult, simulate_losses
from casework.credit.provisions.vasicek import (
    VasicekResult,
    vasicek,
    vasicek_cdf,
    vasicek_density,
    vasicek_quantile,
    vasicek_variance,
)
