"""How well a score tells bad from good: AUC with DeLong's interval, Gini, KS, lift, Brier score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from casework.core.checks import check_fraction
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.performance.outcomes import Bools, Floats, check_outcomes

FEW = 50  # bad or good cases below which an interval is rough
COLUMNS = (mark("rejected share"), mark("bad share"), mark("good share"), mark("lift"))


@dataclass(frozen=True, kw_only=True)
class DiscriminationResult(Result):
    """How well a risk tells bad from good.

    Attributes
    ----------
    auc, low, high : float
        Area under the ROC curve and its interval; 0.5 is guessing.
    se : float
        DeLong's standard error of the area.
    gini : float
        2 AUC - 1; `gini_low` and `gini_high` are its interval.
    ks : float
        Largest distance between the distributions of bad and good; `ks_at` is the risk where it stands.
    brier : float or None
        Mean squared error, where the risk is a probability.
    curve : DataFrame
        A row per distinct risk, worst first: `risk`, `rejected_share` (all at least as risky), `bad_share`,
        `good_share` (of all bad and good that they hold), `lift`.
    """

    auc: float
    se: float
    low: float
    high: float
    ks: float
    ks_at: float
    brier: float | None
    n: int
    bad: int
    confidence: float
    curve: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def gini(self) -> float:
        """Return 2 AUC - 1."""
        return 2 * self.auc - 1

    @property
    def gini_low(self) -> float:
        """Return the lower end of the Gini's interval."""
        return 2 * self.low - 1

    @property
    def gini_high(self) -> float:
        """Return the upper end of the Gini's interval."""
        return 2 * self.high - 1

    def lift_at(self, share: float) -> float:
        """Return how many times more bad than average the riskiest `share` holds.

        Raises
        ------
        ParameterError
            `share` is not between 0 and 1.
        """
        check_fraction("share", share)
        at = np.interp(share, [0, *self.curve["rejected_share"]], [0, *self.curve["bad_share"]])
        return float(at / share)

    def to_frame(self) -> pd.DataFrame:
        """Return measure, value and interval."""
        rows: list[tuple[str, float | None, float, float]] = [
            (mark("AUC"), self.auc, self.low, self.high),
            (mark("Gini"), self.gini, self.gini_low, self.gini_high),
            (mark("KS"), self.ks, np.nan, np.nan),
            (mark("lift of the riskiest tenth"), self.lift_at(0.1), np.nan, np.nan),
        ]
        if self.brier is not None:
            rows.append((mark("Brier score"), self.brier, np.nan, np.nan))
        return pd.DataFrame(rows, columns=["measure", "value", "low", "high"])

    def summary(self) -> str:
        """Say how often the score puts a bad and a good case in the right order."""
        return t(
            "Of a bad and a good case, the score calls the bad one riskier in {auc:.1%} of all pairs "
            "({low:.1%} to {high:.1%}).",
            auc=self.auc,
            low=self.low,
            high=self.high,
        )


def measure_discrimination(
    outcome: npt.ArrayLike, risk: npt.ArrayLike, *, confidence: float = 0.95
) -> DiscriminationResult:
    """Measure how well a risk tells bad from good.

    Parameters
    ----------
    outcome : array_like of 0 and 1, shape (n,)
        1 is bad.
    risk : array_like, shape (n,)
        Higher is worse: a probability of default, or points with a minus.
    confidence : float
        Between 0 and 1.

    Raises
    ------
    DataError
        Missing or other values, different lengths, or one class only.
    ParameterError
        `confidence` is not between 0 and 1.

    Notes
    -----
    Pairs with equal risk count one half. The interval is DeLong's, from ranks, in the time of a sort (Sun & Xu); it is
    cut at 0 and 1. It holds for a score that was made with other data: on the data that made it, the area is too
    good. Without a single misplaced pair the standard error is 0, which says more about the sample than the score.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845; Sun & Xu (2014), IEEE Signal Processing Letters 21,
    1389-1393.

    Examples
    --------
    >>> found = measure_discrimination([0, 0, 1, 1, 0, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.2, 0.7, 0.05, 0.9])
    >>> found.auc, found.gini, found.ks, round(found.brier, 6)
    (0.9375, 0.875, 0.75, 0.096875)
    """
    check_fraction("confidence", confidence)
    bad, (values,) = check_outcomes(outcome, risk)
    auc, covariance = auc_covariance(bad, values[None, :])
    area, se = float(auc[0]), float(np.sqrt(covariance[0, 0]))
    low, high = auc_interval(area, se, confidence)
    curve = separation_curve(bad, values)
    gap = (curve["bad_share"] - curve["good_share"]).to_numpy()
    at = int(np.argmax(np.abs(gap)))
    is_probability = bool(values.min() >= 0 and values.max() <= 1)
    return DiscriminationResult(
        auc=area,
        se=se,
        low=low,
        high=high,
        ks=float(abs(gap[at])),
        ks_at=float(curve["risk"].iloc[at]),
        brier=float(np.mean((values - bad) ** 2)) if is_probability else None,
        n=len(bad),
        bad=int(bad.sum()),
        confidence=confidence,
        curve=curve,
        notes=_notes(bad),
    )


def auc_interval(auc: float, se: float, confidence: float) -> tuple[float, float]:
    """Return the normal interval of an area, cut at 0 and 1."""
    half = float(ndtri((1 + confidence) / 2)) * se
    return max(auc - half, 0.0), min(auc + half, 1.0)


def auc_covariance(bad: Bools, risks: Floats) -> tuple[Floats, Floats]:
    """Areas of several risks of the same cases, and their covariance.

    Parameters
    ----------
    bad : ndarray of bool, shape (n,)
        Both classes present.
    risks : ndarray, shape (m, n)
        Higher is worse.

    Returns
    -------
    auc : ndarray, shape (m,)
    covariance : ndarray, shape (m, m)
        0 of a class with one case adds nothing.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), equations 4 to 8.
    """
    of_bad, of_good = placements(bad, risks)
    return of_bad.mean(axis=1), _covariance(of_bad) / of_bad.shape[1] + _covariance(of_good) / of_good.shape[1]


def placements(bad: Bools, risks: Floats) -> tuple[Floats, Floats]:
    """Share of good cases that each bad one beats, and of bad cases that beat each good one; ties count half.

    Returns
    -------
    of_bad : ndarray, shape (m, number of bad)
    of_good : ndarray, shape (m, number of good)
    """
    good_values, bad_values = np.sort(risks[:, ~bad], axis=1), np.sort(risks[:, bad], axis=1)
    of_bad = np.array([_below(ordered, row) for ordered, row in zip(good_values, risks[:, bad], strict=True)])
    of_good = np.array([1 - _below(ordered, row) for ordered, row in zip(bad_values, risks[:, ~bad], strict=True)])
    return of_bad, of_good


def _below(ordered: Floats, values: Floats) -> Floats:
    """Share of the ordered values below each value, half of those that equal it."""
    left, right = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.asarray((left + right) / (2.0 * len(ordered)))


def _covariance(values: Floats) -> Floats:
    if values.shape[1] < 2:
        return np.zeros((len(values), len(values)))
    return np.atleast_2d(np.cov(values))


def separation_curve(bad: Bools, risk: Floats) -> pd.DataFrame:
    """Return what is caught by rejecting all from each distinct risk upwards, worst first."""
    distinct, inverse = np.unique(risk, return_inverse=True)
    bads = np.bincount(inverse, weights=bad, minlength=len(distinct))[::-1].cumsum()
    total = np.bincount(inverse, minlength=len(distinct))[::-1].cumsum()
    rejected, bad_share = total / len(bad), bads / bad.sum()
    return pd.DataFrame(
        {
            "risk": distinct[::-1],
            "rejected_share": rejected,
            "bad_share": bad_share,
            "good_share": (total - bads) / (~bad).sum(),
            "lift": bad_share / rejected,
        }
    )


def _notes(bad: Bools) -> tuple[str, ...]:
    least = int(min(bad.sum(), (~bad).sum()))
    if least >= FEW:
        return ()
    return (t("Only {bad} bad and {good} good cases: the intervals are rough.", bad=bad.sum(), good=(~bad).sum()),)
