"""How many answers an index of several questions takes, and how many a path of a model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np

from casework.core.checks import check_fraction, check_number, check_option, check_positive
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.stats.sampling import SampleSizeResult, sample_size_mean

if TYPE_CHECKING:
    import pandas as pd

PathMethod = Literal["inverse_square_root", "gamma_exponential"]

METHOD_NAMES: dict[str, str] = {
    "inverse_square_root": mark("inverse square root"),
    "gamma_exponential": mark("gamma-exponential"),
}
MEASURES = (
    mark("answers"),
    mark("invitations"),
    mark("people"),
    mark("smallest path"),
    mark("significance level"),
    mark("power"),
)
SMALL = 10  # the gamma correction replaces the exponential one up to here


@dataclass(frozen=True, kw_only=True)
class PathSampleSize(Result):
    """Answers that are needed for a path coefficient to be found significant.

    `exact` is the size before rounding up (not a number for the gamma-exponential rule, which counts in whole
    answers), `answers` the whole number, `invitations` the people to invite at the response rate.
    """

    path: float
    exact: float
    answers: int
    invitations: int
    significance: float
    power: float
    method: str
    response_rate: float = 1.0
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return `measure`, `value`, `unit`."""
        import pandas as pd

        rows = [
            ("answers", float(self.answers), "answers"),
            ("invitations", float(self.invitations), "people"),
            ("smallest path", self.path, ""),
            ("significance level", self.significance, ""),
            ("power", self.power, ""),
        ]
        return pd.DataFrame(rows, columns=["measure", "value", "unit"])

    def summary(self) -> str:
        """Say how many answers and invitations the path takes."""
        return t(
            "Answers to find a path of {path:g} with {power:.0%} power at the {level:.0%} level: {answers:,} "
            "({method}); invitations: {invitations:,}.",
            path=self.path,
            power=self.power,
            level=self.significance,
            answers=self.answers,
            method=t(METHOD_NAMES[self.method]),
            invitations=self.invitations,
        )


def sample_size_path(
    *,
    path: float,
    significance: float = 0.05,
    power: float = 0.8,
    method: PathMethod = "inverse_square_root",
    response_rate: float = 1.0,
) -> PathSampleSize:
    """Answers needed so that the weakest path of a PLS model is found.

    Parameters
    ----------
    path : float
        Smallest standardized path coefficient that shall be found, -1 to 1, not 0; its size counts. Symbol beta.
    significance : float
        One-tailed level, between 0 and 1.
    power : float
        Chance of finding the path where it is there, between 0 and 1 and above `significance`.
    method : {'inverse_square_root', 'gamma_exponential'}
        The simple rule, a little on the safe side, or the refined one.
    response_rate : float
        Share of the invited who answer, above 0, at most 1.

    Returns
    -------
    PathSampleSize
        Inverse square root: n = ((z_sig + z_power) / abs(beta))^2, rounded up. Gamma-exponential: the smallest n
        with abs(beta) sqrt(n) exp(e abs(beta) / sqrt(n)) above z_sig + z_power; where that is at most 10, the
        smallest n with abs(beta) sqrt(n) c(n) above it, c the gamma correction of the standard error.

    Raises
    ------
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Both rules take the standard error as about 1 / sqrt(n); they assume that predictors are hardly collinear.
    The spreadsheet code printed in the paper's appendix B uses the gamma function half a step further on than its
    equation (6); the equation is used here. The two corrections do not meet: where the rule changes from one to the
    other (paths of about 0.4), it asks for a few more answers than for a slightly weaker path.

    References
    ----------
    Kock, N. & Hadaya, P. (2018). Minimum sample size estimation in PLS-SEM: the inverse square root and
    gamma-exponential methods. Information Systems Journal 28(1), 227-261, eq. (5)-(7), tables 3-5.

    Examples
    --------
    >>> sample_size_path(path=0.197).answers, sample_size_path(path=0.197, method="gamma_exponential").answers
    (160, 146)
    """
    beta = abs(check_number("path", path, low=-1, high=1))
    check_positive("path", beta)
    check_fraction("significance", significance)
    check_number("power", power, low=significance, high=1, low_open=True, high_open=True)
    check_option("method", method, PathMethod)
    check_number("response_rate", response_rate, low=0, high=1, low_open=True)
    target = _target(significance, power)
    exact = (target / beta) ** 2
    answers = math.ceil(exact - 1e-9) if method == "inverse_square_root" else _gamma_exponential(beta, target)
    return PathSampleSize(
        path=path,
        exact=exact if method == "inverse_square_root" else math.nan,
        answers=answers,
        invitations=math.ceil(answers / response_rate - 1e-9),
        significance=significance,
        power=power,
        method=method,
        response_rate=response_rate,
    )


def sample_size_index(
    *,
    deviation: float,
    items: int,
    correlation: float,
    margin: float,
    confidence: float = 0.95,
    population: float | None = None,
    response_rate: float = 1.0,
    design_effect: float = 1.0,
    unit: str = "",
) -> SampleSizeResult:
    """Answers needed to know an index, the mean of several questions, within a margin.

    Parameters
    ----------
    deviation : float
        Standard deviation of one question [unit], above 0. Symbol s.
    items : int
        Questions in the index, at least 1. Symbol k.
    correlation : float
        Mean correlation of the questions, from -1 / (k - 1) to 1. Symbol r.
    margin, confidence, population, response_rate, design_effect, unit
        As in `casework.stats.sampling.sample_size_mean`.

    Returns
    -------
    SampleSizeResult
        That of a mean with deviation s sqrt((1 + (k - 1) r) / k).

    Raises
    ------
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Questions of equal weight and equal spread. Asking more questions helps little once they agree: with r of 0.5
    the deviation of an index never falls below 0.71 of that of one question.

    References
    ----------
    Lord, F. M. & Novick, M. R. (1968). Statistical Theories of Mental Test Scores, section 4.6: variance of a
    composite.

    Examples
    --------
    >>> sample_size_index(deviation=20, items=1, correlation=0, margin=2).answers
    385
    >>> sample_size_index(deviation=20, items=3, correlation=0.5, margin=2).answers
    257
    """
    check_positive("deviation", deviation)
    k = check_number("items", items, low=1)
    lowest = -1.0 if k < 2 else -1 / (k - 1)
    r = check_number("correlation", correlation, low=lowest, high=1, low_open=k >= 2)
    return sample_size_mean(
        deviation=deviation * math.sqrt((1 + (k - 1) * r) / k),
        margin=margin,
        confidence=confidence,
        population=population,
        response_rate=response_rate,
        design_effect=design_effect,
        unit=unit,
    )


def _target(significance: float, power: float) -> float:
    normal = NormalDist()
    return normal.inv_cdf(1 - significance) + normal.inv_cdf(power)


def _gamma_exponential(beta: float, target: float) -> int:
    """Smallest n that meets the exponential rule, or the gamma rule where few answers do."""
    n = np.arange(1, math.ceil((target / beta) ** 2) + 2, dtype=float)  # the correction only ever helps
    reached = beta * np.sqrt(n) * np.exp(math.e * beta / np.sqrt(n)) > target
    answers = int(n[np.argmax(reached)])
    if answers > SMALL:
        return answers
    from scipy.special import gammaln

    n = np.arange(2, math.ceil((target / beta) ** 2) + 3, dtype=float)
    correction = np.sqrt((n - 1) / 2) * np.exp(gammaln((n - 1) / 2) - gammaln(n / 2))
    return int(n[np.argmax(beta * np.sqrt(n) * correction > target)])
