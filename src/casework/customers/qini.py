"""How good an order of customers is for an offer: Qini curve, uplift by group of a score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_fraction, check_whole, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.customers.uplift import column, compare_arms, read_trial

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
COLUMNS = (mark("share"), mark("gain"), mark("straight"), mark("group"), mark("control rate"), mark("offered rate"),
           mark("uplift"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class UpliftCurveResult(Result):
    """How much an offer keeps when customers are offered it in the order of a score.

    Attributes
    ----------
    curve : DataFrame
        From nobody to everybody, at every distinct score: `share` of the customers, `gain` (additional customers kept,
        per customer of the offered group) and `straight`, the gain of an order by chance.
    groups : DataFrame
        Customers in groups by score, highest first: `group`, `n`, `control_rate`, `offered_rate`, `uplift`, `low`,
        `high`.
    qini : float
        Area between curve and straight line, over that of an order that knows who the offer keeps and whom it drives
        away: 1 is perfect, 0 as good as chance, below 0 worse.
    gain : float
        Gain where all are offered it.
    """

    curve: pd.DataFrame
    groups: pd.DataFrame
    qini: float
    gain: float
    confidence: float
    notes: tuple[str, ...] = ()

    def at(self, share: float) -> float:
        """Return the gain where this share of the customers, highest score first, gets the offer.

        Raises
        ------
        ParameterError
            The share is not between 0 and 1.
        """
        if not 0 <= share <= 1:
            raise ParameterError(Problem("share", f"{share:g}", t("a number from 0 to 1")))
        return float(np.interp(share, self.curve["share"], self.curve["gain"]))

    def to_frame(self) -> pd.DataFrame:
        """Return the curve."""
        return self.curve.copy()

    def summary(self) -> str:
        """Say whether the order of the score beats chance."""
        words = {"third": 100 * self.at(0.3), "chance": 30 * self.gain, "q": self.qini}
        return t("Offered to the 30% with the highest score, {third:.1f} of 100 customers are kept in addition, "
                 "against {chance:.1f} in an order by chance (Qini {q:.2f}).", **words)  # fmt: skip


def uplift_curve(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    control: str,
    offer: str,
    score: str,
    groups: int = 5,
    confidence: float = 0.95,
) -> UpliftCurveResult:
    """Judge a ranking of customers by what an offer changed along it: Qini curve and uplift by group.

    Parameters
    ----------
    frame : DataFrame
        One row per customer of the campaign; rows of other offers are left out.
    outcome, arm, control
        As for `campaign_uplift`.
    offer : str
        The value of `arm` of the offer.
    score : str
        Column of numbers, highest first; customers with the same score enter together.
    groups : int
        2 to 100 groups of about equal size.
    confidence : float
        Of the intervals.

    Returns
    -------
    UpliftCurveResult

    Raises
    ------
    DataError
        As `campaign_uplift`; or the score has gaps or is no number.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    gain(k) = (kept with the offer among the first k - kept without it, scaled to as many customers) / customers with
    the offer. A score that was fitted to the same customers looks better than it is.

    References
    ----------
    Radcliffe (2007), Using control groups to target on predicted lift, Direct Marketing Analytics Journal, 14-21.

    Examples
    --------
    >>> trial = pd.DataFrame({"kept": [1, 0, 1, 1, 0, 1], "arm": ["call", "none"] * 3, "score": [3, 3, 2, 2, 1, 1]})
    >>> found = uplift_curve(trial, outcome="kept", arm="arm", control="none", offer="call", score="score", groups=2)
    >>> found.curve["gain"].round(3).tolist(), round(found.qini, 3)
    ([0.0, 0.333, 0.333, 0.0], 0.5)
    """
    check_all(lambda: check_whole("groups", groups, low=2, high=100), lambda: check_fraction("confidence", confidence))
    kept, arms, _ = read_trial(frame, outcome, arm, control, None, offer=offer)
    values = _scores(frame, score)
    used = np.isin(arms.codes, [arms.names.index(name) for name in (control, offer)])
    y, offered, s = kept[used], arms.codes[used] == arms.names.index(offer), values[used]
    order = np.argsort(-s, kind="stable")
    share, gain = _qini(y, offered, s, order)
    perfect = _perfect(y, offered)
    area, best = (float(np.trapezoid(g - x * g[-1], x)) for x, g in ((share, gain), perfect))
    return UpliftCurveResult(
        curve=pd.DataFrame({"share": share, "gain": gain, "straight": share * gain[-1]}),
        groups=_along(y, offered, order, min(int(groups), len(y)), confidence),
        qini=area / best if best > 0 else float("nan"),
        gain=float(gain[-1]),
        confidence=confidence,
    )


def _qini(kept: Floats, offered: Bools, score: Floats, order: Ints) -> tuple[Floats, Floats]:
    """Share of customers and gain at the end of every run of equal scores, from nobody on."""
    last = np.flatnonzero(np.r_[np.diff(score[order]) != 0, True])
    y, with_offer = kept[order], offered[order]
    n, got = with_offer.cumsum()[last], (y * with_offer).cumsum()[last]
    return _curve(n, last + 1 - n, got, y.cumsum()[last] - got)


def _perfect(kept: Floats, offered: Bools) -> tuple[Floats, Floats]:
    """Curve of an order that has those kept by the offer first, and those who stay without it last."""
    known = np.where(offered, -kept, kept).astype(np.int64) + 1
    n, m = (np.bincount(known[part], minlength=3) for part in (offered, ~offered))
    got, had = (np.bincount(known[part], kept[part], minlength=3) for part in (offered, ~offered))
    there = n + m > 0
    return _curve(*(part[there].cumsum() for part in (n, m, got, had)))


def _curve(n: Ints, m: Ints, got: Floats, had: Floats) -> tuple[Floats, Floats]:
    """Share and gain from running counts: with the offer, without it, and how many of either stayed."""
    scale = np.divide(n, m, out=np.zeros(len(n)), where=m > 0)
    gain = (got - had * scale) / n[-1]
    return np.r_[0.0, (n + m) / (n[-1] + m[-1])], np.r_[0.0, gain]


def _along(kept: Floats, offered: Bools, order: Ints, groups: int, confidence: float) -> pd.DataFrame:
    """Compare offered and control in groups of equal size along an order of the customers."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) * groups // len(order)
    cells = place * 2 + offered
    n = np.bincount(cells, minlength=2 * groups).reshape(groups, 2)
    success = np.bincount(cells, kept, minlength=2 * groups).reshape(groups, 2)
    found = compare_arms("", list(range(1, groups + 1)), n, success, confidence)
    found = found.rename(columns={"segment": "group"}).assign(n=n.sum(axis=1))
    return found[["group", "n", "control_rate", "offered_rate", "uplift", "low", "high"]]


def _scores(frame: pd.DataFrame, score: str) -> Floats:
    if score not in frame.columns:
        raise DataError(Problem(column(score), t("missing"), fix=suggest(score, [str(name) for name in frame.columns])))
    values = pd.to_numeric(frame[score], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if bad := int((~np.isfinite(values)).sum()):
        found = tn("{n} value is missing or no number", "{n} values are missing or no numbers", bad)
        raise DataError(Problem(column(score), found, t("finite numbers")))
    return values
