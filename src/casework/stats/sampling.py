"""How many answers are needed for a margin of error, and what margin a sample gives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.core.checks import check_fraction, check_number, check_positive
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.core.result import Result

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class SampleSizeResult(Result):
    """Answers that are needed, and people to invite.

    `exact` is the size before rounding up, `answers` the whole number of answers, `invitations` the people to
    invite at the response rate.
    """

    exact: float
    answers: int
    invitations: int
    margin: float
    confidence: float
    deviation: float
    population: float | None = None
    response_rate: float = 1.0
    design_effect: float = 1.0
    unit: str = ""
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return `measure`, `value`, `unit`."""
        import pandas as pd

        rows = [
            ("answers", float(self.answers), "answers"),
            ("invitations", float(self.invitations), "people"),
            ("margin", self.margin, self.unit),
            ("confidence", self.confidence, ""),
            ("standard deviation", self.deviation, self.unit),
        ]
        return pd.DataFrame(rows, columns=["measure", "value", "unit"])

    def summary(self) -> str:
        """Say how many answers and invitations the margin takes."""
        return t(
            "Answers for ±{margin:g} {unit} at {confidence:.0%} confidence: {answers:,}; invitations: {invitations:,}.",
            margin=self.margin,
            unit=t(self.unit) if self.unit else "",
            confidence=self.confidence,
            answers=self.answers,
            invitations=self.invitations,
        )


def sample_size_mean(
    *,
    deviation: float,
    margin: float,
    confidence: float = 0.95,
    population: float | None = None,
    response_rate: float = 1.0,
    design_effect: float = 1.0,
    unit: str = "",
) -> SampleSizeResult:
    """Answers needed to know a mean (or an index) within a margin.

    Parameters
    ----------
    deviation : float
        Standard deviation of the answers [unit], above 0. Symbol s.
    margin : float
        Half width of the interval [unit], above 0. Symbol d.
    confidence : float
        Between 0 and 1.
    population : float, optional
        Size of the population; smaller ones need fewer answers. Symbol N.
    response_rate : float
        Share of the invited who answer, above 0, at most 1.
    design_effect : float
        Variance against a simple random sample of the same size, above 0.
    unit : str
        Unit of margin and deviation, for the sentences.

    Returns
    -------
    SampleSizeResult
        n0 = deff (z s / d)^2; with a population n = n0 / (1 + n0 / N).

    Raises
    ------
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Normal approximation; it covers chance only, not those who do not answer.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., eq. (4.4)-(4.5).

    Examples
    --------
    >>> sample_size_mean(deviation=20, margin=2).answers
    385
    """
    check_positive("deviation", deviation)
    first = _start(deviation, margin, confidence, design_effect)
    exact = first if population is None else first / (1 + first / check_positive("population", population))
    return _result(exact, margin, confidence, deviation, population, response_rate, design_effect, unit)


def sample_size_proportion(
    *,
    margin: float,
    proportion: float = 0.5,
    confidence: float = 0.95,
    population: float | None = None,
    response_rate: float = 1.0,
    design_effect: float = 1.0,
) -> SampleSizeResult:
    """Answers needed to know a share within a margin.

    Parameters
    ----------
    margin : float
        Half width of the interval, as a share: 0.05 is 5 percentage points.
    proportion : float
        Expected share; 0.5 is the most demanding. Symbol p.
    confidence, population, response_rate, design_effect
        As in `sample_size_mean`.

    Returns
    -------
    SampleSizeResult
        n0 = deff z^2 p (1 - p) / d^2; with a population n = n0 / (1 + (n0 - 1) / N).

    Raises
    ------
    ParameterError
        An argument is out of its range.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., eq. (4.1)-(4.2).

    Examples
    --------
    >>> sample_size_proportion(margin=0.05).answers
    385
    """
    check_fraction("proportion", proportion)
    deviation = math.sqrt(proportion * (1 - proportion))
    first = _start(deviation, margin, confidence, design_effect)
    exact = first if population is None else first / (1 + (first - 1) / check_positive("population", population))
    return _result(exact, margin, confidence, deviation, population, response_rate, design_effect, "")


def achieved_margin(
    *,
    answers: int,
    deviation: float,
    confidence: float = 0.95,
    population: float | None = None,
    design_effect: float = 1.0,
) -> float:
    """Margin of error [unit of the deviation] that so many answers give.

    Raises
    ------
    ParameterError
        An argument is out of its range, or there are more answers than people.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., eq. (2.20), (4.4).

    Examples
    --------
    >>> round(achieved_margin(answers=385, deviation=0.5), 4)
    0.0499
    """
    check_number("answers", answers, low=1)
    check_number("deviation", deviation, low=0)
    check_positive("design_effect", design_effect)
    if population is not None and answers > population:
        expected = t("at most the population of {population:g}", population=population)
        raise ParameterError(Problem("answers", f"{answers:g}", expected))
    remaining = 1.0 if population is None else 1 - answers / population
    return quantile(confidence) * deviation * math.sqrt(design_effect * remaining / answers)


def quantile(confidence: float) -> float:
    """Return the standard normal quantile of a two-sided interval.

    Examples
    --------
    >>> round(quantile(0.95), 4)
    1.96
    """
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + check_fraction("confidence", confidence) / 2)


def _start(deviation: float, margin: float, confidence: float, design_effect: float) -> float:
    check_positive("margin", margin)
    check_positive("design_effect", design_effect)
    return float(design_effect * (quantile(confidence) * deviation / margin) ** 2)


def _result(
    exact: float,
    margin: float,
    confidence: float,
    deviation: float,
    population: float | None,
    response_rate: float,
    design_effect: float,
    unit: str,
) -> SampleSizeResult:
    check_number("response_rate", response_rate, low=0, high=1, low_open=True)
    answers = max(1, math.ceil(exact - 1e-9))
    invitations = math.ceil(answers / response_rate - 1e-9)
    notes: tuple[str, ...] = ()
    if population is not None and invitations > population:
        notes = (t("More invitations are needed than there are people ({n:,.0f}).", n=population),)
    return SampleSizeResult(
        exact=exact,
        answers=answers,
        invitations=invitations,
        margin=margin,
        confidence=confidence,
        deviation=deviation,
        population=population,
        response_rate=response_rate,
        design_effect=design_effect,
        unit=unit,
        notes=notes,
    )
