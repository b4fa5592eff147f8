"""How concentrated a portfolio is: HHI, effective number, largest customers, Gini, and what that adds to the risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from casework.core.checks import check_fraction, check_number
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.provisions.gaussian import conditional_pd
from casework.credit.provisions.portfolio import Portfolio, sector_values

Floats = npt.NDArray[np.float64]
COLUMNS = (mark("measure"), mark("value"), mark("name"), mark("share"), mark("cumulative share"))
WORDS = {
    "hhi": mark("Herfindahl-Hirschman index"),
    "effective_number": mark("effective number"),
    "largest": mark("share of the largest"),
    "gini": mark("Gini coefficient"),
    "number": mark("number with an exposure"),
}


@dataclass(frozen=True, kw_only=True)
class ConcentrationResult(Result):
    """Concentration of exposures.

    Attributes
    ----------
    shares : DataFrame
        A row per name with an exposure, the largest first: `exposure`, `share`, `cumulative_share`.
    hhi : float
        Sum of the squared shares, 1/n (all equal) to 1 (one alone).
    effective_number : float
        1/HHI: so many equal customers would be as concentrated.
    gini : float
        0 (all equal) to nearly 1.
    top : mapping of int to float
        Share of the largest n.
    """

    shares: pd.DataFrame
    hhi: float
    effective_number: float
    gini: float
    top: Mapping[int, float]
    notes: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """Return how many have an exposure."""
        return len(self.shares)

    def to_frame(self) -> pd.DataFrame:
        """Return the measures, one row each."""
        rows: list[tuple[str, float]] = [
            (WORDS["number"], float(self.number)),
            (WORDS["hhi"], self.hhi),
            (WORDS["effective_number"], self.effective_number),
            (WORDS["gini"], self.gini),
        ]
        rows += [(t("share of the largest {n}", n=n), share) for n, share in self.top.items()]
        return pd.DataFrame(rows, columns=["measure", "value"])

    def summary(self) -> str:
        """Say how many equal customers would be as concentrated."""
        n, share = next(iter(self.top.items()))
        if n == 1:
            return t(
                "{number:,} names, as concentrated as {effective:,.1f} equal ones; the largest holds {share:.0%}.",
                number=self.number,
                effective=self.effective_number,
                share=share,
            )
        return t(
            "{number:,} names, as concentrated as {effective:,.1f} equal ones; the largest {n} hold {share:.0%}.",
            number=self.number,
            effective=self.effective_number,
            n=n,
            share=share,
        )


def concentration(exposure: pd.Series, *, top: Sequence[int] = (10,)) -> ConcentrationResult:
    """Measure how concentrated exposures are.

    Parameters
    ----------
    exposure : Series
        Exposure by name [currency], at least 0; entries of the same name are added up, those of 0 left out.
    top : sequence of int
        Numbers of the largest whose share is wanted, each at least 1.

    Returns
    -------
    ConcentrationResult

    Raises
    ------
    DataError
        An exposure that is no number or negative, or none above 0.
    ParameterError
        A number in `top` below 1.

    References
    ----------
    Hirschman (1964), American Economic Review 54, 761-762; Basel Committee (2006), Studies on credit risk
    concentration, working paper 15.

    Examples
    --------
    >>> found = concentration(pd.Series([50.0, 30.0, 20.0]), top=[1])
    >>> round(found.hhi, 2), round(found.effective_number, 2), found.top
    (0.38, 2.63, {1: 0.5})
    """
    wanted = [int(check_number("top", n, low=1)) for n in top] or [1]
    owed = _exposures(exposure)
    share = (owed / owed.sum()).to_numpy()
    n = len(share)
    hhi = float(share @ share)
    running = np.cumsum(share)
    table = pd.DataFrame({"name": owed.index, "exposure": owed.to_numpy(), "share": share, "cumulative_share": running})
    return ConcentrationResult(
        shares=table,
        hhi=hhi,
        effective_number=1 / hhi,
        gini=float(max(0.0, (n + 1 - 2 * np.cumsum(share[::-1]).sum()) / n)),
        top={k: float(running[min(k, n) - 1]) for k in wanted},
    )


def _exposures(exposure: pd.Series) -> pd.Series:
    """Add up by name, drop those of 0, sort the largest first."""
    values = pd.to_numeric(exposure, errors="coerce")
    bad = ~(np.isfinite(values.to_numpy(dtype=np.float64, na_value=np.nan)) & (values.fillna(-1) >= 0).to_numpy())
    if bad.any():
        shown = ", ".join(repr(x) for x in exposure[bad].head(5).tolist())
        expected = t("numbers of at least 0")
        raise DataError(Problem("exposure", t("{n} cells: {shown}", n=int(bad.sum()), shown=shown), expected))
    owed = values.astype(np.float64).groupby(values.index, sort=False).sum()
    owed = owed[owed > 0].sort_values(ascending=False, kind="stable")
    if owed.empty:
        raise DataError(Problem("exposure", t("nothing above 0"), t("at least one exposure above 0")))
    return owed


def granularity_adjustment(
    customers: Portfolio, *, correlation: float | Mapping[str, float], level: float = 0.999
) -> tuple[float, float]:
    """Loss at a level under one factor: of a portfolio without end, and what a finite number of customers adds.

    Parameters
    ----------
    customers : Portfolio
        The customers.
    correlation : float or mapping of sector to float
        Correlation of assets, above 0, below 1.
    level : float
        Between 0 and 1.

    Returns
    -------
    limit, adjustment : float
        Loss at the level if each customer were very many small ones, and the first-order addition [currency].

    Raises
    ------
    ParameterError
        A number out of its range.

    Notes
    -----
    The addition is -(1/2 phi(x)) d/dx [phi(x) V(x) / M'(x)] at the factor x of the level, with mean M and variance V
    of the loss given the factor. It is first order in HHI: for a handful of customers it misleads.

    References
    ----------
    Martin & Wilde (2002). Unsystematic credit risk. Risk 15(11), 123-128. Gordy (2003), Journal of Financial
    Intermediation 12, 199-232.

    Examples
    --------
    >>> one = Portfolio(names=np.arange(100), exposure=np.ones(100), pd=np.full(100, 0.02), lgd=np.ones(100),
    ...                 sector=np.zeros(100, dtype=int), sectors=("",))
    >>> limit, more = granularity_adjustment(one, correlation=0.1)
    >>> round(limit, 1), more > 0
    (12.8, True)
    """
    check_fraction("level", level)
    rho = sector_values("correlation", correlation, customers.sectors)[customers.sector]
    check_number("correlation", float(rho.min()), low=0, high=1, low_open=True, high_open=True)
    x = -float(ndtri(level))
    a, p = customers.loss, conditional_pd(customers.pd, x, rho)
    slope = np.sqrt(rho / (1 - rho))
    g = np.where((p > 0) & (p < 1), ndtri(np.clip(p, 1e-300, 1 - 1e-16)), 0.0)
    density = np.where((p > 0) & (p < 1), np.exp(-g * g / 2) / np.sqrt(2 * np.pi), 0.0)
    first, second = -slope * density, -(slope**2) * g * density
    m1, m2 = float(a @ first), float(a @ second)
    v, v1 = float(a**2 @ (p - p * p)), float(a**2 @ (first * (1 - 2 * p)))
    more = -0.5 * (-x * v / m1 + v1 / m1 - v * m2 / m1**2) if m1 < 0 else 0.0
    return float(a @ p), more
