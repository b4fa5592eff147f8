"""Expected loss, and what legal recovery saves of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.provisions.portfolio import Portfolio

Floats = npt.NDArray[np.float64]
COLUMNS = (
    mark("claim"), mark("proceeds"), mark("cost"), mark("gain"), mark("pursued"), mark("lgd"), mark("group"),
    mark("customers"), mark("pd"), mark("expected loss rate"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RecoveryResult(Result):
    """Claims and what suing for them is worth today.

    Attributes
    ----------
    table : DataFrame
        A row per claim: `claim`, `proceeds` (present value), `cost`, `gain` (their difference), `pursued` (gain above
        0), `lgd` (share of the claim that is lost if only what pays is pursued).
    break_even : float
        Claim from which on suing pays [currency]; infinite where it never does.
    """

    table: pd.DataFrame
    break_even: float
    share: float
    years: float
    rate: float
    cost_share: float
    fixed_cost: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the claims."""
        return self.table.copy()

    def summary(self) -> str:
        """Say from which claim on suing pays."""
        if not np.isfinite(self.break_even):
            return t("Legal recovery costs more than it brings, whatever the claim.")
        return t(
            "Suing pays for claims above {x:,.0f}: {k:,} of {n:,} claims, {share:.0%} of their value.",
            x=self.break_even,
            k=int(self.table["pursued"].sum()),
            n=len(self.table),
            share=self.table.loc[self.table["pursued"], "claim"].sum() / max(self.table["claim"].sum(), 1e-300),
        )


def legal_recovery(
    claims: npt.ArrayLike,
    *,
    share: float,
    years: float = 1.0,
    rate: float = 0.05,
    cost_share: float = 0.1,
    fixed_cost: float = 0.0,
) -> RecoveryResult:
    """Value of suing for claims: what comes back, later and at a cost.

    Parameters
    ----------
    claims : array_like, shape (n,)
        Amounts owed at default [currency], at least 0.
    share : float
        Share of a claim that comes back, 0 to 1.
    years : float
        Time until it does [years], at least 0.
    rate : float
        Discount rate [1/year], above -1. IFRS 9 takes the effective interest rate, which is 0 for short trade debts.
    cost_share, fixed_cost : float
        Costs paid now: share of the claim, 0 to 1, and per case [currency], at least 0.

    Returns
    -------
    RecoveryResult

    Raises
    ------
    ParameterError
        A number out of its range.
    DataError
        A claim that is no number or negative.

    Notes
    -----
    A claim is pursued where its gain, share claim/(1 + rate)^years - cost_share claim - fixed_cost, is above 0;
    otherwise it is written off whole.

    Examples
    --------
    >>> found = legal_recovery([500, 10_000], share=0.5, years=1, rate=0.25, cost_share=0.1, fixed_cost=300)
    >>> round(found.break_even, 6), found.table["lgd"].round(6).tolist()
    (1000.0, [1.0, 0.73])
    """
    low = {"share": share, "cost_share": cost_share}
    for name, value in low.items():
        check_number(name, value, low=0, high=1)
    check_number("years", years, low=0, high=100)
    check_number("rate", rate, low=-1, low_open=True, high=10)
    check_number("fixed_cost", fixed_cost, low=0)
    owed = _claims(claims)
    per_unit = share / (1 + rate) ** years
    proceeds, cost = owed * per_unit, owed * cost_share + fixed_cost
    gain = proceeds - cost
    pursued = gain > 0
    lost = np.where(pursued, 1 - gain / np.where(owed > 0, owed, 1.0), 1.0)
    table = pd.DataFrame(
        {
            "claim": owed,
            "proceeds": proceeds,
            "cost": cost,
            "gain": gain,
            "pursued": pursued,
            "lgd": np.clip(lost, 0, 1),
        }
    )
    margin = per_unit - cost_share
    return RecoveryResult(
        table=table,
        break_even=float(fixed_cost / margin) if margin > 0 else float("inf"),
        share=float(share),
        years=float(years),
        rate=float(rate),
        cost_share=float(cost_share),
        fixed_cost=float(fixed_cost),
    )


def _claims(claims: npt.ArrayLike) -> Floats:
    owed = np.atleast_1d(pd.to_numeric(pd.Series(claims), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan))
    bad = ~(np.isfinite(owed) & (owed >= 0))
    if bad.any():
        where = ", ".join(str(i) for i in np.flatnonzero(bad)[:5])
        raise DataError(Problem("claims", t("not usable at places {where}", where=where), t("numbers of at least 0")))
    return np.asarray(owed)


@dataclass(frozen=True, kw_only=True)
class ExpectedLossResult(Result):
    """Expected loss by group.

    Attributes
    ----------
    table : DataFrame
        A row per `group`: `customers`, `exposure`, `pd` and `lgd` (means weighted by exposure, the latter by what is
        expected to default), `expected_loss` [currency, present value], `expected_loss_rate`.
    total, exposure : float
        Of all groups.
    """

    table: pd.DataFrame
    total: float
    exposure: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the expected loss by group."""
        return self.table.copy()

    def summary(self) -> str:
        """Name the group that costs most."""
        worst = self.table.iloc[int(self.table["expected_loss"].argmax())]
        return t(
            "Expected loss {total:,.0f}, {rate:.2%} of the exposure; {group} brings {share:.0%} of it with {owed:.0%} "
            "of the exposure.",
            total=self.total,
            rate=self.total / self.exposure if self.exposure > 0 else 0.0,
            group=t(str(worst["group"])),
            share=worst["expected_loss"] / self.total if self.total > 0 else 0.0,
            owed=worst["exposure"] / self.exposure if self.exposure > 0 else 0.0,
        )


def expected_loss(
    customers: Portfolio, *, groups: npt.ArrayLike | None = None, rate: float = 0.0, years: float = 0.5
) -> ExpectedLossResult:
    """Return the expected loss PD x LGD x EAD, discounted to today, by group.

    Parameters
    ----------
    customers : Portfolio
        The customers.
    groups : array_like of str, shape (n,), optional
        Group of each customer, such as its grade; by default its sector.
    rate : float
        Discount rate [1/year], above -1.
    years : float
        Mean time until default [years], at least 0: half the horizon.

    Returns
    -------
    ExpectedLossResult

    Raises
    ------
    ParameterError
        A number out of its range.

    References
    ----------
    IFRS 9 Financial Instruments, paragraphs 5.5.17-5.5.20 and B5.5.28-B5.5.35.

    Examples
    --------
    >>> from casework.credit.provisions import portfolio
    >>> table = pd.DataFrame({"exposure": [1000.0, 2000.0], "pd": [0.01, 0.05], "grade": ["A", "C"]})
    >>> expected_loss(portfolio(table, lgd=0.5), groups=table["grade"]).table["expected_loss"].tolist()
    [5.0, 50.0]
    """
    check_number("rate", rate, low=-1, low_open=True, high=10)
    check_number("years", years, low=0, high=100)
    names = np.asarray(customers.sectors, dtype=object)[customers.sector] if groups is None else np.asarray(groups)
    chance = customers.exposure * customers.pd
    frame = pd.DataFrame({"group": names, "customers": 1, "exposure": customers.exposure, "chance": chance})
    frame["expected_loss"] = chance * customers.lgd
    table = frame.groupby("group", sort=True, as_index=False).sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        table.insert(3, "pd", table["chance"] / table["exposure"])
        table.insert(4, "lgd", table["expected_loss"] / table["chance"])
        table["expected_loss"] *= (1 + rate) ** -years
        table["expected_loss_rate"] = table["expected_loss"] / table["exposure"]
    table = table.drop(columns="chance")
    return ExpectedLossResult(table=table, total=float(table["expected_loss"].sum()), exposure=customers.total)
