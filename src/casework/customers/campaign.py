"""What a retention campaign earns: the profit of contacting those whom a churn model points at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_all, check_number
from casework.core.messages import mark, t
from casework.core.result import Result

COLUMNS = (mark("held"), mark("profit"))
STEPS = 201


@dataclass(frozen=True, kw_only=True)
class CampaignResult(Result):
    """Profit of one campaign, and how it depends on the share of leavers that it holds.

    Attributes
    ----------
    profit : float
        Of the campaign [currency].
    per_contact : float
        Profit per customer contacted, before the fixed cost [currency].
    contacts : float
        Customers contacted.
    leavers : float
        Of them would leave without an offer.
    break_even : float
        Share of leavers to hold so that the profit is 0; above 1 where none is enough, not a number where nothing is
        contacted or a held customer brings no more than the incentive.
    curve : DataFrame
        `held` from 0 to 1, and the `profit` there.
    """

    profit: float
    per_contact: float
    contacts: float
    leavers: float
    break_even: float
    held: float
    curve: pd.DataFrame
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the curve."""
        return self.curve.copy()

    def summary(self) -> str:
        """Say what the campaign earns and from when on it does."""
        words = {"profit": self.profit, "held": self.held, "needed": self.break_even}
        if not np.isfinite(self.break_even) or self.break_even > 1:
            return t("The campaign earns {profit:,.0f}; it loses whatever share of the leavers is held.", **words)
        return t("The campaign earns {profit:,.0f} where {held:.0%} of the leavers among those contacted are held; "
                 "it pays from {needed:.0%} on.", **words)  # fmt: skip


def retention_campaign(
    *,
    customers: float = 1000,
    churn_rate: float = 0.3,
    contacted: float = 0.3,
    lift: float = 1.5,
    held: float = 0.3,
    value: float = 100,
    contact_cost: float = 2,
    incentive: float = 5,
    fixed_cost: float = 0,
) -> CampaignResult:
    """Profit of offering an incentive to the customers whom a churn model ranks first.

    Parameters
    ----------
    customers : float
        At least 1. Symbol N.
    churn_rate : float
        Share who leave without a campaign, 0 to 1. Symbol beta0.
    contacted : float
        Share contacted, highest forecast first, 0 to 1. Symbol alpha.
    lift : float
        Churn rate of those contacted over that of all, at least 0; their rate is at most 1. Symbol lambda.
    held : float
        Share of the leavers contacted who stay for the incentive, 0 to 1. Symbol gamma.
    value : float
        What a customer who is held brings [currency], at least 0. Symbol LVC.
    contact_cost, incentive, fixed_cost : float
        For every contact, for everybody contacted who stays, and for the campaign [currency], at least 0. Symbols c,
        delta, A.

    Returns
    -------
    CampaignResult
        profit = N alpha ((gamma LVC + delta (1 - gamma)) beta0 lambda - delta - c) - A

    Raises
    ------
    ParameterError
        An argument is out of its range; all of them at once.

    Notes
    -----
    Who stays anyway takes the incentive, too. That the offer holds the same share of all leavers, and drives nobody
    away, is assumed; a control group tells (`campaign_uplift`).

    References
    ----------
    Neslin, Gupta, Kamakura, Lu & Mason (2006), Defection detection: measuring and understanding the predictive accuracy
    of customer churn models, Journal of Marketing Research 43, 204-211, eq. (1).

    Examples
    --------
    >>> found = retention_campaign(customers=1000, churn_rate=0.2, contacted=0.1, lift=3, held=0.3, value=200)
    >>> round(found.profit), round(found.break_even, 4)
    (3110, 0.0342)
    """
    check_all(
        lambda: check_number("customers", customers, low=1),
        *(lambda name=name, x=x: check_number(name, x, low=0, high=1)
          for name, x in (("churn_rate", churn_rate), ("contacted", contacted), ("held", held))),
        *(lambda name=name, x=x: check_number(name, x, low=0)
          for name, x in (("lift", lift), ("value", value), ("contact_cost", contact_cost), ("incentive", incentive),
                          ("fixed_cost", fixed_cost))),
    )  # fmt: skip
    contacts, rate = customers * contacted, min(churn_rate * lift, 1.0)
    flat = contacts * (incentive * rate - incentive - contact_cost) - fixed_cost
    slope = contacts * rate * (value - incentive)
    grid = np.linspace(0, 1, STEPS)
    return CampaignResult(
        profit=float(flat + slope * held),
        per_contact=float((flat + slope * held + fixed_cost) / contacts) if contacts else float("nan"),
        contacts=float(contacts),
        leavers=float(contacts * rate),
        break_even=float(-flat / slope) if slope > 0 else float("nan"),
        held=float(held),
        curve=pd.DataFrame({"held": grid, "profit": flat + slope * grid}),
        notes=_notes(churn_rate * lift),
    )


def _notes(rate: float) -> tuple[str, ...]:
    return (t("More than all of those contacted would leave; their rate is taken as 1."),) if rate > 1 else ()
