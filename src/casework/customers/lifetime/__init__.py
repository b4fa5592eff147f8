"""Customer lifetime: who still buys, how much they will buy, and what it is worth."""

from casework.customers.lifetime.bg_nbd import BgNbdResult, bg_nbd
from casework.customers.lifetime.bg_nbd_model import BgNbdModel
from casework.customers.lifetime.forecast import ForecastResult, check_forecast
from casework.customers.lifetime.gamma_gamma import GammaGammaResult, gamma_gamma
from casework.customers.lifetime.gamma_gamma_model import GammaGammaModel
from casework.customers.lifetime.value import ValueResult, lifetime_value

__all__ = [
    "BgNbdModel",
    "BgNbdResult",
    "ForecastResult",
    "GammaGammaModel",
    "GammaGammaResult",
    "ValueResult",
    "bg_nbd",
    "check_forecast",
    "gamma_gamma",
    "lifetime_value",
]
