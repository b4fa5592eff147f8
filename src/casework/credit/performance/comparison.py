"""Champion against challenger: two scores of the same cases, their difference, and who would change places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from casework.core.checks import check_fraction
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.performance.discrimination import (
    auc_covariance,
    auc_interval,
    separation_curve,
)
from casework.credit.performance.outcomes import Bools, Floats, check_outcomes

COLUMNS = (
    mark("champion"),
    mark("challenger"),
    mark("accepted by"),
    mark("model"),
    mark("auc"),
    mark("gini"),
    mark("ks"),
)


@dataclass(frozen=True, kw_only=True)
class ChallengeResult(Result):
    """Two scores of the same cases.

    Attributes
    ----------
    table : DataFrame
        `model` (champion, challenger), `auc` with its interval (`low`, `high`), `gini`, `ks`.
    difference, low, high : float
        AUC of the challenger less that of the champion, with DeLong's interval for correlated areas.
    z, p : float
        DeLong's test, two-sided.
    swaps : DataFrame
        At the accept rate of the comparison: `accepted_by` (both, champion, challenger, neither), `n`, `bad`,
        `bad_rate`.
    curves : DataFrame
        `model` and the columns of `DiscriminationResult.curve`.
    """

    table: pd.DataFrame
    difference: float
    se: float
    low: float
    high: float
    z: float
    p: float
    swaps: pd.DataFrame
    accept_rate: float
    curves: pd.DataFrame
    confidence: float
    names: tuple[str, str]
    notes: tuple[str, ...] = ()

    @property
    def winner(self) -> str:
        """Return `challenger`, `champion`, or `none` where the difference may be chance."""
        if self.low > 0:
            return "challenger"
        return "champion" if self.high < 0 else "none"

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the two."""
        return self.table.copy()

    def summary(self) -> str:
        """Say who wins, by how much, and whether it may be chance."""
        words = {"x": 100 * self.difference, "low": 100 * self.low, "high": 100 * self.high}
        if self.winner == "challenger":
            return t(
                "The challenger ranks better: its AUC is higher by {x:.1f} points ({low:.1f} to {high:.1f}).", **words
            )
        if self.winner == "champion":
            return t("The champion ranks better: the challenger's AUC differs by {x:.1f} points "
                     "({low:.1f} to {high:.1f}).", **words)  # fmt: skip
        return t("The AUCs differ by {x:.1f} points ({low:.1f} to {high:.1f}), which may be chance.", **words)


def challenge(
    outcome: npt.ArrayLike,
    champion: npt.ArrayLike,
    challenger: npt.ArrayLike,
    *,
    accept_rate: float = 0.8,
    names: tuple[str, str] = ("champion", "challenger"),
    confidence: float = 0.95,
) -> ChallengeResult:
    """Hold a challenger's risks against a champion's, case by case.

    Parameters
    ----------
    outcome : array_like of 0 and 1, shape (n,)
        1 is bad.
    champion, challenger : array_like, shape (n,)
        Risks, higher is worse; scales may differ.
    accept_rate : float
        Share of the cases that each accepts for the table of swaps, between 0 and 1.
    names : tuple of str
        Names of the two for pictures.
    confidence : float
        Between 0 and 1.

    Raises
    ------
    DataError
        Missing or other values, different lengths, or one class only.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Where both order all pairs alike, the difference is 0 and so is its standard error; z and p are not numbers then.
    Ties at the accept rate are split in the order of the rows.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845.

    Examples
    --------
    >>> found = challenge([0, 0, 1, 1], [0.1, 0.6, 0.5, 0.9], [0.1, 0.4, 0.5, 0.9], accept_rate=0.5)
    >>> found.table["auc"].tolist(), found.difference
    ([0.75, 1.0], 0.25)
    """
    check_fraction("confidence", confidence)
    check_fraction("accept_rate", accept_rate)
    bad, risks = check_outcomes(outcome, champion, challenger)
    auc, covariance = auc_covariance(bad, np.array(risks))
    difference = float(auc[1] - auc[0])
    se = float(np.sqrt(max(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1], 0.0)))
    z = difference / se if se > 0 else float("nan")
    half = float(ndtri((1 + confidence) / 2)) * se
    curves = [separation_curve(bad, risk) for risk in risks]
    return ChallengeResult(
        table=_table(auc, np.sqrt(np.diag(covariance)), curves, confidence),
        difference=difference,
        se=se,
        low=difference - half,
        high=difference + half,
        z=z,
        p=float(2 * ndtr(-abs(z))),
        swaps=swap_table(bad, risks[0], risks[1], accept_rate),
        accept_rate=accept_rate,
        curves=pd.concat([curve.assign(model=name) for curve, name in zip(curves, MODELS, strict=True)]),
        confidence=confidence,
        names=names,
    )


MODELS = (mark("champion"), mark("challenger"))


def _table(auc: Floats, se: Floats, curves: list[pd.DataFrame], confidence: float) -> pd.DataFrame:
    ends = [auc_interval(float(a), float(s), confidence) for a, s in zip(auc, se, strict=True)]
    return pd.DataFrame(
        {
            "model": list(MODELS),
            "auc": auc,
            "low": [low for low, _ in ends],
            "high": [high for _, high in ends],
            "gini": 2 * auc - 1,
            "ks": [float((curve["bad_share"] - curve["good_share"]).abs().max()) for curve in curves],
        }
    )


def swap_table(bad: Bools, champion: Floats, challenger: Floats, accept_rate: float) -> pd.DataFrame:
    """Return who both, one or neither accept when each accepts the same share, and how they turned out."""
    first, second = (_accepted(risk, accept_rate) for risk in (champion, challenger))
    group = np.select([first & second, first & ~second, ~first & second], [0, 1, 2], 3)
    n = np.bincount(group, minlength=4)
    bads = np.bincount(group, weights=bad, minlength=4)
    rate = np.divide(bads, n, out=np.full(4, np.nan), where=n > 0)
    names = [mark("both"), mark("champion"), mark("challenger"), mark("neither")]
    return pd.DataFrame({"accepted_by": names, "n": n, "bad": bads.astype(int), "bad_rate": rate})


def _accepted(risk: Floats, share: float) -> Bools:
    found = np.zeros(len(risk), dtype=bool)
    found[np.argsort(risk, kind="stable")[: round(share * len(risk))]] = True
    return found
