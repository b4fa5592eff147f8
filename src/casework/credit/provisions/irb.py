"""Capital of the internal ratings based approach of Basel II: correlations, maturity, risk weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from casework.core.checks import check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
ExposureClass = Literal["corporate", "mortgage", "revolving", "retail"]
LEVEL = 0.999
FLOOR = 0.0003  # of the probability of default, paragraph 285
SCALE = 12.5  # reciprocal of the capital ratio of 8%
COLUMNS = (mark("pd"), mark("capital"), mark("risk weight"), mark("correlation"), mark("maturity factor"))


@dataclass(frozen=True, kw_only=True)
class IrbResult(Result):
    """Capital of a portfolio by the formula of the Basel framework.

    Attributes
    ----------
    table : DataFrame
        A row per exposure: `pd`, `lgd`, `exposure`, `correlation`, `maturity_factor` (b), `capital` (K, share of the
        exposure), `risk_weight` (12.5 K), `amount` (K times exposure).
    amount, exposure : float
        Totals.
    """

    table: pd.DataFrame
    exposure_class: str
    amount: float
    exposure: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the capital of every exposure."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what a bank would have to hold."""
        share = self.amount / self.exposure if self.exposure > 0 else 0.0
        return t(
            "A bank would hold {x:,.0f} of capital against unexpected losses, {share:.1%} of the exposure.",
            x=self.amount,
            share=share,
        )


def irb_capital(
    probability: npt.ArrayLike,
    *,
    lgd: npt.ArrayLike = 0.45,
    exposure: npt.ArrayLike = 1.0,
    maturity: npt.ArrayLike = 2.5,
    exposure_class: ExposureClass = "corporate",
    turnover: npt.ArrayLike | None = None,
) -> IrbResult:
    """Capital and risk weights of exposures by the IRB formulas.

    Parameters
    ----------
    probability : array_like
        Probabilities of default, 0 to 1; at 0 and at 1 the formula gives no capital for unexpected losses.
    lgd : array_like
        Loss given default, 0 to 1.
    exposure : array_like
        Exposure at default [currency], at least 0.
    maturity : array_like
        Effective maturity [years], 1 to 5; for corporates only.
    exposure_class : {'corporate', 'mortgage', 'revolving', 'retail'}
        Which correlation.
    turnover : array_like, optional
        Annual sales of the customers [million EUR]: below 50 the correlation of corporates falls (small firms).

    Returns
    -------
    IrbResult

    Raises
    ------
    ParameterError
        A number out of its range, or an unknown class; all at once.

    Notes
    -----
    The scaling factor 1.06 of Basel II is not in it. Probabilities below the framework's floor of 0.03% are taken as
    they are, but the slope of the maturity adjustment is that at the floor: its formula has a pole at 0.0003%.

    References
    ----------
    Basel Committee (2006). International convergence of capital measurement and capital standards, paragraphs
    272-273, 328-330, and annex 5, which prints 92.32% for a PD of 1%, an LGD of 45% and 2.5 years.

    Examples
    --------
    >>> round(float(irb_capital(0.01).table["risk_weight"].iloc[0]), 4)
    0.9232
    """
    check_option("exposure_class", exposure_class, ExposureClass)
    given = {"probability": probability, "lgd": lgd, "exposure": exposure, "maturity": maturity}
    p, loss, ead, years = _checked(given)
    size = None if turnover is None else _checked({"turnover": turnover})[0]
    r = asset_correlation(p, exposure_class=exposure_class, turnover=size)
    b = maturity_slope(p)
    capital = _capital(p, loss, r)
    if exposure_class == "corporate":
        capital = capital * (1 + (years - 2.5) * b) / (1 - 1.5 * b)
    columns = [np.atleast_1d(x) for x in np.broadcast_arrays(p, loss, ead, r, b, capital)]
    table = pd.DataFrame(
        dict(zip(["pd", "lgd", "exposure", "correlation", "maturity_factor", "capital"], columns, strict=True))
    )
    table["risk_weight"] = SCALE * table["capital"]
    table["amount"] = table["capital"] * table["exposure"]
    return IrbResult(
        table=table,
        exposure_class=exposure_class,
        amount=float(table["amount"].sum()),
        exposure=float(table["exposure"].sum()),
    )


def asset_correlation(probability: Floats, *, exposure_class: str, turnover: Floats | None = None) -> Floats:
    """Correlation of assets as the framework sets it, falling with the probability of default.

    Examples
    --------
    >>> float(asset_correlation(np.array(0.01), exposure_class="corporate").round(6))
    0.192784
    """
    if exposure_class in ("mortgage", "revolving"):
        return np.full(np.shape(probability), 0.15 if exposure_class == "mortgage" else 0.04)
    low, high, speed = (0.12, 0.24, 50) if exposure_class == "corporate" else (0.03, 0.16, 35)
    share = (1 - np.exp(-speed * probability)) / (1 - np.exp(-speed))
    found = low * share + high * (1 - share)
    if turnover is not None and exposure_class == "corporate":
        found = found - 0.04 * (1 - (np.clip(turnover, 5, 50) - 5) / 45)
    return np.asarray(found)


def maturity_slope(probability: Floats) -> Floats:
    """Slope b of the maturity adjustment; 0 where the probability is 0 or 1, that at the floor below it."""
    inside = (probability > 0) & (probability < 1)
    return np.where(
        inside, (0.11852 - 0.05478 * np.log(np.where(inside, np.maximum(probability, FLOOR), 0.5))) ** 2, 0.0
    )


def _capital(p: Floats, lgd: Floats, r: Floats) -> Floats:
    """Unexpected loss of one unit; nothing where a default is impossible or has happened."""
    inside = (p > 0) & (p < 1)
    x = ndtri(np.where(inside, p, 0.5))
    worst = ndtr((x + np.sqrt(r) * ndtri(LEVEL)) / np.sqrt(1 - r))
    return np.where(inside, lgd * np.maximum(worst - p, 0.0), 0.0)


RANGES = {"probability": (0.0, 1.0), "lgd": (0.0, 1.0), "exposure": (0.0, np.inf), "maturity": (1.0, 5.0),
          "turnover": (0.0, np.inf)}  # fmt: skip


def _checked(given: dict[str, npt.ArrayLike]) -> list[Floats]:
    """Return arrays of numbers inside their ranges, or say all that is wrong."""
    found, problems = [], []
    for name, values in given.items():
        low, high = RANGES[name]
        try:
            array = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError):
            problems.append(Problem(name, t("{value} is not a number", value=repr(values)[:60])))
            continue
        bad = ~((array >= low) & (array <= high))
        if bad.any():
            shown = ", ".join(f"{x:g}" for x in np.atleast_1d(array)[np.atleast_1d(bad)][:5])
            problems.append(Problem(name, shown, t("{low:g} to {high:g}", low=low, high=high)))
        found.append(array)
    if problems:
        raise ParameterError(problems)
    return found
