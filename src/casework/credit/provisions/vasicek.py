"""The loss distribution of a large portfolio of small customers in closed form (Vasicek)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.provisions.gaussian import both_default, conditional_pd

Floats = npt.NDArray[np.float64]
LEVELS = (0.5, 0.9, 0.95, 0.99, 0.995, 0.999)
COLUMNS = (mark("level"), mark("loss"), mark("expected shortfall"), mark("unexpected loss"))


@dataclass(frozen=True, kw_only=True)
class VasicekResult(Result):
    """Loss of a portfolio without end, by level.

    Attributes
    ----------
    table : DataFrame
        A row per `level`: `loss` (share of the exposure), `expected_shortfall` beyond it, `unexpected_loss`
        above the expected one.
    probability, lgd, correlation : float
        Inputs.
    expected, sd : float
        Mean and standard deviation of the loss, as shares of the exposure.
    """

    table: pd.DataFrame
    probability: float
    lgd: float
    correlation: float
    expected: float
    sd: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the loss by level."""
        return self.table.copy()

    def summary(self) -> str:
        """Compare a bad year with the expected loss."""
        last = self.table.iloc[-1]
        return t(
            "In an average year {x:.2%} of the exposure is lost; in {level:.1%} of the years no more than {y:.2%}.",
            x=self.expected,
            level=last["level"],
            y=last["loss"],
        )


def vasicek(
    probability: float, *, correlation: float, lgd: float = 1.0, levels: Sequence[float] = LEVELS
) -> VasicekResult:
    """Loss distribution of very many small equal customers.

    Parameters
    ----------
    probability : float
        Probability of default within the horizon, between 0 and 1. Symbol p.
    correlation : float
        Correlation of the assets of two customers, between 0 and 1. Symbol rho.
    lgd : float
        Share of an exposure that a default costs, 0 to 1.
    levels : sequence of float
        Levels of the quantiles, each between 0 and 1.

    Returns
    -------
    VasicekResult

    Raises
    ------
    ParameterError
        A number out of its range.

    References
    ----------
    Vasicek (2002). The distribution of loan portfolio value. Risk 15(12), 160-162. Hull (2009). Risk Management and
    Financial Institutions, 2nd edition, table 11.4: for p = 1% and rho = 0.2 the 99.9% default rate is 14.6%.

    Examples
    --------
    >>> round(float(vasicek(0.01, correlation=0.2, levels=[0.999]).table["loss"].iloc[0]), 3)
    0.146
    """
    check_number("probability", probability, low=0, high=1, low_open=True, high_open=True)
    check_number("correlation", correlation, low=0, high=1, low_open=True, high_open=True)
    check_number("lgd", lgd, low=0, high=1)
    wanted = check_levels(levels)
    loss = lgd * vasicek_quantile(wanted, probability, correlation)
    tail = lgd * vasicek_shortfall(wanted, probability, correlation)
    expected = lgd * probability
    table = pd.DataFrame(
        {"level": wanted, "loss": loss, "expected_shortfall": tail, "unexpected_loss": loss - expected}
    )
    return VasicekResult(
        table=table,
        probability=float(probability),
        lgd=float(lgd),
        correlation=float(correlation),
        expected=expected,
        sd=lgd * float(np.sqrt(vasicek_variance(probability, correlation))),
    )


def check_levels(levels: Sequence[float]) -> Floats:
    """Check that there are levels and each lies between 0 and 1, and return them sorted.

    Raises
    ------
    ParameterError
        None, or some that do not.
    """
    given = list(levels)
    bad = [x for x in given if isinstance(x, bool) or not isinstance(x, (int, float)) or not 0 < x < 1]
    if bad or not given:
        shown = ", ".join(repr(x) for x in bad) or t("none")
        raise ParameterError(Problem("levels", shown, t("numbers between 0 and 1, at least one")))
    return np.unique(np.asarray(given, dtype=np.float64))


def vasicek_quantile(level: npt.ArrayLike, probability: npt.ArrayLike, correlation: npt.ArrayLike) -> Floats:
    """Default rate that is not exceeded with probability `level`."""
    return conditional_pd(probability, -ndtri(level), correlation)


def vasicek_cdf(rate: npt.ArrayLike, probability: npt.ArrayLike, correlation: npt.ArrayLike) -> Floats:
    """Probability that the default rate is at most `rate`.

    Examples
    --------
    >>> round(float(vasicek_cdf(vasicek_quantile(0.9, 0.02, 0.15), 0.02, 0.15)), 10)
    0.9
    """
    rho = np.asarray(correlation, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.asarray(ndtr((np.sqrt(1 - rho) * ndtri(rate) - ndtri(probability)) / np.sqrt(rho)))


def vasicek_density(rate: npt.ArrayLike, probability: npt.ArrayLike, correlation: npt.ArrayLike) -> Floats:
    """Density of the default rate, for rates strictly between 0 and 1."""
    rho, x = np.asarray(correlation, dtype=np.float64), ndtri(rate)
    distance = np.sqrt(1 - rho) * x - ndtri(probability)
    return np.asarray(np.sqrt((1 - rho) / rho) * np.exp(x * x / 2 - distance**2 / (2 * rho)))


def vasicek_variance(probability: npt.ArrayLike, correlation: npt.ArrayLike) -> Floats:
    """Variance of the default rate: the probability that two default together, less the square of one."""
    p = np.asarray(probability, dtype=np.float64)
    return both_default(p, p, correlation) - p * p


def vasicek_shortfall(level: npt.ArrayLike, probability: npt.ArrayLike, correlation: npt.ArrayLike) -> Floats:
    """Mean default rate in the worst `1 - level` of the years."""
    worst = 1 - np.asarray(level, dtype=np.float64)
    return both_default(probability, worst, np.sqrt(correlation)) / worst
