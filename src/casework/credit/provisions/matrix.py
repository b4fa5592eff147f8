"""The provision matrix of IFRS 9: balances by age times loss rates, looked at in several futures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_names, check_number
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
COLUMNS = (
    mark("segment"), mark("bucket"), mark("balance"), mark("loss rate"), mark("adjusted rate"), mark("allowance"),
    mark("scenario"), mark("loss factor"), mark("weight"), mark("coverage"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ProvisionResult(Result):
    """Allowance for expected credit losses.

    Attributes
    ----------
    table : DataFrame
        A row per segment and bucket: `balance` [currency], historical `loss_rate`, `adjusted_rate` (mean over the
        scenarios), `allowance` [currency].
    scenarios : DataFrame
        A row per scenario: `factor`, `weight` (they add up to 1), `allowance`.
    total, balance : float
        Allowance and open balance [currency].
    """

    table: pd.DataFrame
    scenarios: pd.DataFrame
    total: float
    balance: float
    notes: tuple[str, ...] = ()

    @property
    def coverage(self) -> float:
        """Allowance as a share of the balance."""
        return self.total / self.balance if self.balance > 0 else 0.0

    def by_segment(self) -> pd.DataFrame:
        """Balance, allowance and coverage of every segment."""
        found = self.table.groupby("segment", sort=False, as_index=False)[["balance", "allowance"]].sum()
        found["coverage"] = (found["allowance"] / found["balance"].where(found["balance"] > 0)).fillna(0.0)
        return found

    def by_bucket(self) -> pd.DataFrame:
        """Balance, allowance and coverage of every bucket."""
        found = self.table.groupby("bucket", sort=False, as_index=False)[["balance", "allowance"]].sum()
        found["coverage"] = (found["allowance"] / found["balance"].where(found["balance"] > 0)).fillna(0.0)
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return the matrix, one row per segment and bucket."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how large the allowance is and where most of it lies."""
        buckets = self.by_bucket()
        most = buckets.iloc[int(buckets["allowance"].argmax())]
        if not self.total > 0:
            return t("No allowance is needed: nothing is open, or nothing was ever lost.")
        return t(
            "The allowance is {total:,.0f}, {coverage:.2%} of {balance:,.0f} open; the bucket {bucket} makes up "
            "{share:.0%} of it.",
            total=self.total,
            coverage=self.coverage,
            balance=self.balance,
            bucket=t(str(most["bucket"])),
            share=most["allowance"] / self.total,
        )


def provision_matrix(
    balances: pd.Series | pd.DataFrame,
    rates: pd.Series | pd.DataFrame,
    *,
    factors: Mapping[str, float] | None = None,
    weights: Mapping[str, float] | None = None,
) -> ProvisionResult:
    """Return the allowance from balances by bucket and historical loss rates, with a forward-looking factor.

    Parameters
    ----------
    balances : Series or DataFrame
        Open amounts by bucket [currency], at least 0; a DataFrame has a row per segment. Credits of customers stay out:
        they must not reduce the allowance of others.
    rates : Series or DataFrame
        Loss rates of the same buckets, 0 to 1: one set for all, or a row per segment.
    factors : mapping of scenario to float, optional
        Factor on all loss rates in each scenario, at least 0; by default 1 alone. A rate never exceeds 1.
    weights : mapping of scenario to float, optional
        Weight of each scenario, above 0; scaled to add up to 1. By default all equal.

    Returns
    -------
    ProvisionResult

    Raises
    ------
    DataError
        A balance negative or no number, a rate outside 0 to 1, a bucket or segment without a rate; all at once.
    ParameterError
        A factor below 0, a weight not above 0, or names of scenarios that differ.

    Notes
    -----
    A weighted mean over scenarios is what paragraph 5.5.17(a) asks for. As rates are cut at 1, it is not the
    allowance at the mean factor.

    References
    ----------
    IFRS 9 Financial Instruments, paragraphs 5.5.15, 5.5.17 and B5.5.35. The example is that of faqifrs.com, step 6,
    Company T, which prints 75, 165, 108 and 112.

    Examples
    --------
    >>> names = ["current", "1-30", "31-60", "61-90"]
    >>> owed = pd.Series([15_000, 7_500, 4_000, 2_500], index=names)
    >>> found = provision_matrix(owed, pd.Series([0.005, 0.022, 0.027, 0.045], index=names))
    >>> found.table["allowance"].tolist()
    [75.0, 165.0, 108.0, 112.5]
    """
    grid = _grid(balances)
    ratio = _aligned(grid, rates)
    chosen, share = _scenarios(factors, weights)
    each = np.minimum(ratio[None] * np.array(list(chosen.values()))[:, None, None], 1.0)
    owed = grid.to_numpy(dtype=np.float64)
    adjusted = np.tensordot(share, each, axes=1)
    allowance = (each * owed).sum(axis=(1, 2))
    table = pd.DataFrame(
        {
            "segment": np.repeat([str(name) for name in grid.index], grid.shape[1]),
            "bucket": np.tile([str(name) for name in grid.columns], grid.shape[0]),
            "balance": owed.ravel(),
            "loss_rate": ratio.ravel(),
            "adjusted_rate": adjusted.ravel(),
            "allowance": (adjusted * owed).ravel(),
        }
    )
    futures = pd.DataFrame(
        {"scenario": list(chosen), "loss_factor": list(chosen.values()), "weight": share, "allowance": allowance}
    )
    return ProvisionResult(
        table=table, scenarios=futures, total=float(share @ allowance), balance=float(owed.sum()),
        notes=_notes(ratio, chosen, owed),
    )  # fmt: skip


def _grid(balances: pd.Series | pd.DataFrame) -> pd.DataFrame:
    grid = balances.to_frame("all").T if isinstance(balances, pd.Series) else balances
    values = grid.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    problems = []
    if not values.size:
        problems.append(Problem("balances", t("none"), t("at least one bucket")))
    for name, column in zip(grid.columns, values.T, strict=True):
        bad = ~(np.isfinite(column) & (column >= 0))
        if bad.any():
            shown = ", ".join(repr(x) for x in grid.loc[bad, name].head(5).tolist())
            fix = t("keep credits apart from what is owed")
            problems.append(Problem(t("bucket {name}", name=repr(str(name))), shown, t("numbers of at least 0"), fix))
    if problems:
        raise DataError(problems)
    return pd.DataFrame(values, index=grid.index, columns=grid.columns)


def _aligned(grid: pd.DataFrame, rates: pd.Series | pd.DataFrame) -> Floats:
    """Rates in the shape of the balances, or all that is wrong with them."""
    table = rates if isinstance(rates, pd.DataFrame) else pd.DataFrame([rates] * len(grid), index=grid.index)
    problems = [
        Problem("rates", t("none for the bucket {name}", name=repr(str(name))))
        for name in grid.columns
        if name not in table
    ]
    lost = [str(name) for name in grid.index if name not in table.index]
    if lost:
        problems.append(Problem("rates", t("none for {names}", names=", ".join(map(repr, lost)))))
    if problems:
        raise DataError(problems)
    values = table.loc[grid.index, grid.columns].to_numpy(dtype=np.float64, na_value=np.nan)
    idle = np.isnan(values) & (grid.to_numpy() == 0)
    values = np.where(idle, 0.0, values)
    bad = ~((values >= 0) & (values <= 1))
    if bad.any():
        shown = ", ".join(f"{x:g}" for x in values[bad][:5])
        raise DataError(
            Problem("rates", t("{n} of them: {shown}", n=int(bad.sum()), shown=shown), t("numbers from 0 to 1"))
        )
    return values


def _scenarios(
    factors: Mapping[str, float] | None, weights: Mapping[str, float] | None
) -> tuple[dict[str, float], Floats]:
    chosen = {
        str(k): check_number(f"factors[{k!r}]", v, low=0) for k, v in (factors or {mark("as in the past"): 1.0}).items()
    }
    given = dict.fromkeys(chosen, 1.0) if weights is None else {str(k): v for k, v in weights.items()}
    check_names("weights", given, list(chosen))
    missing = [name for name in chosen if name not in given]
    if missing:
        raise ParameterError(Problem("weights", t("none for {names}", names=", ".join(map(repr, missing)))))
    share = np.array([check_number(f"weights[{n!r}]", given[n], low=0, low_open=True) for n in chosen])
    return chosen, share / share.sum()


def _notes(rates: Floats, factors: Mapping[str, float], owed: Floats) -> tuple[str, ...]:
    cut = (rates * max(factors.values()) > 1) & (owed > 0)
    return (t("In the worst scenario {n} of the rates are cut at 100%.", n=int(cut.sum())),) if cut.any() else ()


def scenario_factors(
    names: Sequence[str], factors: Sequence[float], weights: Sequence[float]
) -> tuple[dict[str, float], dict[str, float]]:
    """Put lists of scenarios, factors and weights together.

    Raises
    ------
    ParameterError
        The lists are not of the same length.

    Examples
    --------
    >>> scenario_factors(["good", "bad"], [0.8, 1.5], [1, 3])
    ({'good': 0.8, 'bad': 1.5}, {'good': 1, 'bad': 3})
    """
    if not len(names) == len(factors) == len(weights):
        found = t("{a} names, {b} factors, {c} weights", a=len(names), b=len(factors), c=len(weights))
        raise ParameterError(Problem("scenarios", found, t("as many of each")))
    return dict(zip(names, factors, strict=True)), dict(zip(names, weights, strict=True))
