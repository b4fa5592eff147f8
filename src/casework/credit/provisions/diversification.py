"""What diversification is worth: the same portfolio spread, capped, tied together, cut loose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from casework.core.checks import check_number
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.provisions.concentration import concentration
from casework.credit.provisions.portfolio import Portfolio
from casework.credit.provisions.simulation import LossResult, simulate_losses

TODAY, EVEN, CAPPED, ONE, OWN, FREE = (
    mark("as it is"),
    mark("spread evenly within sector and grade"),
    mark("largest exposures cut to the limit"),
    mark("one factor for all sectors"),
    mark("sectors independent"),
    mark("all defaults independent"),
)
COLUMNS = (
    mark("portfolio"), mark("unexpected loss"), mark("expected loss"), mark("loss"), mark("low"), mark("high"),
    mark("expected shortfall"), mark("share of exposure"), mark("change"), mark("effective number"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DiversificationResult(Result):
    """Bad years of one portfolio under changes.

    Attributes
    ----------
    table : DataFrame
        A row per `portfolio`: `exposure`, `effective_number` of customers, `expected_loss`, `loss` at the level with
        its interval (`low`, `high`), `expected_shortfall`, `unexpected_loss` (loss less expected loss) and its `change`
        against the first row.
    level : float
        Of `loss`.
    limit : float
        Largest exposure in the capped portfolio [currency].
    """

    table: pd.DataFrame
    level: float
    limit: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what dependence costs: the portfolio as it is against independent defaults."""
        free = self.table.loc[self.table["portfolio"] == FREE, "unexpected_loss"].iloc[0]
        today = self.table["unexpected_loss"].iloc[0]
        if not free > 0:
            return t("Nothing unexpected can happen to this portfolio.")
        return t(
            "Beyond what is expected, a bad year costs {x:,.0f}; if customers defaulted independently, it would be "
            "{y:,.0f}.",
            x=today,
            y=free,
        )


def diversification(
    customers: Portfolio,
    *,
    correlation: float | Mapping[str, float] = 0.15,
    sector_correlation: float = 0.5,
    limit: float | None = None,
    level: float = 0.999,
    **options: Any,
) -> DiversificationResult:
    """Simulate a portfolio as it is, spread out, capped, and with other ties between customers.

    Parameters
    ----------
    customers : Portfolio
        As it is.
    correlation, sector_correlation
        As in `simulate_losses`.
    limit : float, optional
        Largest exposure allowed [currency], above 0; by default the mean exposure of the largest tenth of customers.
    level : float
        Of the quantile, between 0 and 1.
    **options
        `scenarios`, `confidence`, `seed` of `simulate_losses`.

    Returns
    -------
    DiversificationResult

    Raises
    ------
    ParameterError
        A number out of its range.

    Notes
    -----
    All portfolios use the same seed. The evenly spread one gives customers of the same sector and probability of
    default the same exposure and loss given default, so that the expected loss stays.
    """
    check_number("level", level, low=0, high=1, low_open=True, high_open=True)
    cap = _usual_limit(customers) if limit is None else check_number("limit", limit, low=0, low_open=True)
    base = {"correlation": correlation, "sector_correlation": sector_correlation, "levels": (level,), **options}
    cases = {
        TODAY: (customers, {}),
        EVEN: (_even(customers), {}),
        CAPPED: (replace(customers, exposure=np.minimum(customers.exposure, cap)), {}),
        ONE: (customers, {"sector_correlation": 1.0}),
        OWN: (customers, {"sector_correlation": 0.0}),
        FREE: (customers, {"correlation": 0.0}),
    }
    rows = [_row(name, own, simulate_losses(own, **{**base, **change})) for name, (own, change) in cases.items()]
    table = pd.DataFrame(rows)
    today = table["unexpected_loss"].iloc[0]
    table["change"] = table["unexpected_loss"] / today - 1 if today > 0 else np.nan
    return DiversificationResult(table=table, level=float(level), limit=cap)


def _row(name: str, customers: Portfolio, found: LossResult) -> dict[str, Any]:
    tail = found.table.iloc[-1]
    at_risk = customers.exposure > 0
    effective = concentration(pd.Series(customers.exposure)).effective_number if at_risk.any() else 0.0
    return {
        "portfolio": name,
        "exposure": found.exposure,
        "effective_number": effective,
        "expected_loss": found.expected,
        "loss": tail["loss"],
        "low": tail["low"],
        "high": tail["high"],
        "expected_shortfall": tail["expected_shortfall"],
        "unexpected_loss": max(tail["loss"] - found.expected, 0.0),
    }


def _usual_limit(customers: Portfolio) -> float:
    """Return the mean exposure of the largest tenth of the customers."""
    largest = np.sort(customers.exposure)[::-1]
    return float(largest[: max(1, len(largest) // 10)].mean())


def _even(customers: Portfolio) -> Portfolio:
    """Share out exposure and loss evenly among customers of the same sector and probability of default."""
    _, group = np.unique(np.column_stack([customers.sector, customers.pd]), axis=0, return_inverse=True)
    group = np.where(customers.exposure > 0, group.ravel(), group.max() + 1)
    number, owed, lost = (np.bincount(group, weights=x) for x in (None, customers.exposure, customers.loss))
    share = np.divide(lost, owed, out=np.zeros_like(owed), where=owed > 0)
    mean = np.divide(owed, number, out=np.zeros_like(owed), where=number > 0)
    return replace(customers, exposure=mean[group], lgd=np.clip(share, 0, 1)[group])
