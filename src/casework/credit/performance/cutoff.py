"""Where to say no: expected cost of every cut-off, share accepted, bad rate of those accepted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_fraction, check_number, check_positive
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.performance.outcomes import Bools, Floats, check_outcomes
from casework.stats.bootstrap import percentile_interval

COLUMNS = (
    mark("cut off"),
    mark("bad cost"),
    mark("accepted"),
    mark("accept rate"),
    mark("bad accepted"),
    mark("good rejected"),
    mark("bad rate accepted"),
    mark("bad rate rejected"),
    mark("cost per case"),
    mark("decision"),
    mark("from probability"),
    mark("to probability"),
    mark("bad"),
    mark("n"),
)


@dataclass(frozen=True, kw_only=True)
class CutoffResult(Result):
    """Expected cost of every cut-off on a score where higher is better.

    Attributes
    ----------
    table : DataFrame
        A row per cut-off, ascending: `cut_off` (accepted from here on), `accepted`, `accept_rate`, `bad_accepted`,
        `good_rejected`, `bad_rate_accepted`, `bad_rate_rejected`, `cost_per_case` [currency].
    cut_off : float
        The cheapest; `low` and `high` are its bootstrap interval.
    chosen : float
        The cut-off that the picture and the sentence show: the cheapest, or that of the caller.
    bad_cost, good_cost : float
        What an accepted bad case and a rejected good one cost [currency].
    """

    table: pd.DataFrame
    cut_off: float
    low: float
    high: float
    chosen: float
    bad_cost: float
    good_cost: float
    n: int
    confidence: float
    notes: tuple[str, ...] = ()

    def row(self, cut_off: float | None = None) -> pd.Series:
        """Return the row of a cut-off: of the lowest score that it still accepts; the one chosen by default."""
        at = np.searchsorted(self.table["cut_off"].to_numpy(), self.chosen if cut_off is None else cut_off, "left")
        return self.table.iloc[min(int(at), len(self.table) - 1)]

    @property
    def cost(self) -> float:
        """Cost per case at the cheapest cut-off [currency]."""
        return float(self.row(self.cut_off)["cost_per_case"])

    @property
    def cost_accept_all(self) -> float:
        """Cost per case where nobody is rejected [currency]."""
        return float(self.table["cost_per_case"].iloc[0])

    @property
    def saving(self) -> float:
        """What the cheapest cut-off saves per case against the better of accepting all and rejecting all [currency]."""
        return float(min(self.cost_accept_all, self.table["cost_per_case"].iloc[-1]) - self.cost)

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the cut-offs."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what the chosen cut-off accepts, how many of them turn bad, and what it costs."""
        row = self.row()
        words: dict[str, object] = {"accept": float(row["accept_rate"]), "cost": money(row["cost_per_case"])}
        if row["accepted"] == 0:
            return t("Nobody is accepted, which costs {cost} per case.", **words)
        words |= {"bad": float(row["bad_rate_accepted"]), "cut": self.chosen}
        if self.chosen != self.cut_off:
            words |= {"best": self.cut_off, "least": money(self.cost)}
            return t("From {cut:,.4g} on, {accept:.0%} are accepted, of whom {bad:.1%} turn bad, at {cost} per "
                     "case; the cheapest cut-off, {best:,.4g}, costs {least}.", **words)  # fmt: skip
        return t("The cheapest cut-off is {cut:,.4g}: {accept:.0%} are accepted, of whom {bad:.1%} turn bad, at "
                 "{cost} per case.", **words)  # fmt: skip


def money(value: float) -> str:
    """Return an amount with as many decimals as it needs: none from 100 on, two below.

    Examples
    --------
    >>> money(12345.6), money(0.625)
    ('12,346', '0.62')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def choose_cutoff(
    outcome: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    bad_cost: float,
    good_cost: float,
    cut_off: float | None = None,
    resamples: int = 500,
    confidence: float = 0.95,
    seed: int = 7,
) -> CutoffResult:
    """Find the cut-off with the lowest expected cost.

    Parameters
    ----------
    outcome : array_like of 0 and 1, shape (n,)
        1 is bad.
    score : array_like, shape (n,)
        Points: higher is better.
    bad_cost : float
        What an accepted bad case costs [currency], above 0: exposure times loss given default.
    good_cost : float
        What a rejected good case costs [currency], above 0: the margin that is lost.
    cut_off : float, optional
        A cut-off to look at; the cheapest by default.
    resamples : int
        Bootstrap resamples for the interval of the cheapest cut-off, 0 for none.
    confidence : float
        Between 0 and 1.
    seed : int
        At least 0.

    Raises
    ------
    DataError
        Missing or other values, or different lengths.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Where scores are well calibrated, the cheapest cut-off is where the probability of default is
    good_cost / (good_cost + bad_cost); see `break_even`. The valley is flat as a rule: the interval is wide, and nearby
    cut-offs cost nearly the same. The costs are of this sample; those whom today's rule rejects are not in it.

    References
    ----------
    Elkan (2001), The foundations of cost-sensitive learning, IJCAI, 973-978; Thomas, Edelman & Crook (2002), Credit
    Scoring and Its Applications, section 9.

    Examples
    --------
    >>> found = choose_cutoff([1, 1, 0, 0], [400, 500, 450, 600], bad_cost=1000, good_cost=100, resamples=0)
    >>> found.cut_off, found.cost
    (600.0, 25.0)
    """
    check_positive("bad_cost", bad_cost)
    check_positive("good_cost", good_cost)
    check_fraction("confidence", confidence)
    draws = int(check_number("resamples", resamples, low=0, high=1_000_000))
    chosen = None if cut_off is None else check_number("cut_off", cut_off)
    bad, (values,) = check_outcomes(outcome, score, both=False)
    scores, good_at, bad_at = _by_score(bad, values)
    table = _table(scores, good_at, bad_at, bad_cost, good_cost)
    best = float(table["cut_off"].iloc[int(table["cost_per_case"].to_numpy().argmin())])
    low, high = _interval(scores, good_at, bad_at, (bad_cost, good_cost), draws, confidence, seed)
    return CutoffResult(
        table=table,
        cut_off=best,
        low=low,
        high=high,
        chosen=best if chosen is None else chosen,
        bad_cost=bad_cost,
        good_cost=good_cost,
        n=len(bad),
        confidence=confidence,
        notes=_notes(table, best),
    )


def break_even(bad_cost: float, good_cost: float) -> float:
    """Probability of default from which on a rejection is cheaper.

    Raises
    ------
    ParameterError
        A cost is not above 0.

    Examples
    --------
    >>> break_even(900, 100)
    0.1
    """
    check_positive("bad_cost", bad_cost)
    check_positive("good_cost", good_cost)
    return good_cost / (good_cost + bad_cost)


def _by_score(bad: Bools, score: Floats) -> tuple[Floats, Floats, Floats]:
    scores, inverse = np.unique(score, return_inverse=True)
    bad_at = np.bincount(inverse, weights=bad, minlength=len(scores))
    good_at = np.bincount(inverse, weights=~bad, minlength=len(scores))
    return scores, np.asarray(good_at), np.asarray(bad_at)


def _before(counts: Floats) -> Floats:
    """Return the sums of all before each place and after the last one, along the last axis."""
    zero = np.zeros((*counts.shape[:-1], 1))
    return np.concatenate([zero, np.cumsum(counts, axis=-1)], axis=-1)


def _table(scores: Floats, good_at: Floats, bad_at: Floats, bad_cost: float, good_cost: float) -> pd.DataFrame:
    """All cut-offs: each distinct score, and one above the last that accepts nobody."""
    lost, caught = _before(good_at), _before(bad_at)
    n, bad = float(good_at.sum() + bad_at.sum()), float(bad_at.sum())
    rejected, bad_accepted = lost + caught, bad - caught
    accepted = n - rejected
    above = scores[-1] + (float(np.median(np.diff(scores))) if len(scores) > 1 else 1.0)
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(
            {
                "cut_off": [*scores, above],
                "accepted": accepted.astype(int),
                "accept_rate": accepted / n,
                "bad_accepted": bad_accepted.astype(int),
                "good_rejected": lost.astype(int),
                "bad_rate_accepted": bad_accepted / accepted,
                "bad_rate_rejected": caught / rejected,
                "cost_per_case": (bad_accepted * bad_cost + lost * good_cost) / n,
            }
        )


def _interval(
    scores: Floats,
    good_at: Floats,
    bad_at: Floats,
    costs: tuple[float, float],
    resamples: int,
    confidence: float,
    seed: int,
) -> tuple[float, float]:
    """Bootstrap of the cheapest cut-off: counts of good and bad at each score drawn together."""
    if not resamples:
        return float("nan"), float("nan")
    counts = np.concatenate([good_at, bad_at])
    rng, n, k = np.random.default_rng(seed), int(counts.sum()), len(scores)
    found = []
    step = max(1, 2_000_000 // max(len(counts), 1))
    for start in range(0, resamples, step):
        drawn = rng.multinomial(n, counts / n, size=min(step, resamples - start)).astype(np.float64)
        cost = _before(drawn[:, :k]) * costs[1] - _before(drawn[:, k:]) * costs[0]
        found.append(np.minimum(cost.argmin(axis=1), k - 1))
    low, high = percentile_interval(scores[np.concatenate(found)], confidence=confidence)
    return float(low), float(high)


def _notes(table: pd.DataFrame, best: float) -> tuple[str, ...]:
    if best == table["cut_off"].iloc[0]:
        return (t("With these costs it is cheapest to accept everybody: the score changes no decision."),)
    if best == table["cut_off"].iloc[-1]:
        return (t("With these costs it is cheapest to accept nobody: check the costs."),)
    return ()


@dataclass(frozen=True, kw_only=True)
class BandsResult(Result):
    """Three ways to decide by probability of default: approve, refer to a person, reject.

    Attributes
    ----------
    table : DataFrame
        `decision` (approve, refer, reject), `from_probability`, `to_probability`, `n`, `share`, `bad`, `bad_rate`,
        `cost_per_case` [currency, over all cases].
    approve_below, reject_above : float
        Probabilities where the cheapest decision changes; equal where a referral never pays.
    """

    table: pd.DataFrame
    approve_below: float
    reject_above: float
    cost: float
    cost_without: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the decisions."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many are approved, referred and rejected."""
        shares = dict(zip(("approve", "refer", "reject"), self.table["share"], strict=True))
        if self.approve_below >= self.reject_above:
            return t("A referral costs more than it saves: {approve:.0%} are approved and {reject:.0%} rejected.",
                     approve=shares["approve"], reject=shares["reject"])  # fmt: skip
        return t("{approve:.0%} are approved, {refer:.0%} referred to a person and {reject:.0%} rejected, at "
                 "{cost} per case instead of {without} without referral.",
                 **shares, cost=money(self.cost), without=money(self.cost_without))  # fmt: skip


def decision_bands(
    outcome: npt.ArrayLike,
    probability: npt.ArrayLike,
    *,
    bad_cost: float,
    good_cost: float,
    review_cost: float,
    bad_found: float = 0.6,
    good_kept: float = 0.9,
) -> BandsResult:
    """Split cases into approve, refer and reject at the lowest expected cost.

    Parameters
    ----------
    outcome : array_like of 0 and 1, shape (n,)
        1 is bad.
    probability : array_like, shape (n,)
        Probability of default, 0 to 1.
    bad_cost, good_cost : float
        See `choose_cutoff`.
    review_cost : float
        What a person's look at a case costs [currency], at least 0.
    bad_found, good_kept : float
        Share of the bad cases that the person rejects, and of the good ones that he accepts, 0 to 1.

    Raises
    ------
    DataError
        Missing or other values, different lengths, probabilities outside 0 to 1.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    With probability p, approving costs p B, rejecting (1 - p) G, and referring R + p (1 - d) B + (1 - p)(1 - a) G; the
    cheapest changes at p = (R + (1-a) G)/(d B + (1-a) G) and p = (a G - R)/(a G + (1-d) B).

    Examples
    --------
    >>> found = decision_bands([0, 1], [0.02, 0.5], bad_cost=1000, good_cost=200, review_cost=10)
    >>> round(found.approve_below, 4), round(found.reject_above, 4)
    (0.0484, 0.2931)
    """
    check_positive("bad_cost", bad_cost)
    check_positive("good_cost", good_cost)
    check_number("review_cost", review_cost, low=0)
    check_number("bad_found", bad_found, low=0, high=1)
    check_number("good_kept", good_kept, low=0, high=1)
    bad, (p,) = check_outcomes(outcome, probability, probability=True, both=False)
    low, high = _band_ends(bad_cost, good_cost, review_cost, bad_found, good_kept)
    decision = np.where(p < low, 0, np.where(p > high, 2, 1)) if low < high else np.where(p < low, 0, 2)
    each = _decision_costs(bad, bad_cost, good_cost, review_cost, bad_found, good_kept)
    without = np.where(p < break_even(bad_cost, good_cost), each[0], each[2])
    table = _band_table(bad, decision, each, (low, high))
    return BandsResult(
        table=table,
        approve_below=low,
        reject_above=high,
        cost=float(table["cost_per_case"].sum()),
        cost_without=float(without.mean()),
    )


def _band_ends(bad_cost: float, good_cost: float, review: float, found: float, kept: float) -> tuple[float, float]:
    """Probabilities where approve gives way to refer, and refer to reject; both at break-even without a referral."""
    even = break_even(bad_cost, good_cost)
    below = found * bad_cost + (1 - kept) * good_cost
    above = kept * good_cost + (1 - found) * bad_cost
    low = (review + (1 - kept) * good_cost) / below if below > 0 else np.inf
    high = (kept * good_cost - review) / above if above > 0 else -np.inf
    return (float(low), float(high)) if low < high else (even, even)


def _decision_costs(
    bad: Bools, bad_cost: float, good_cost: float, review: float, found: float, kept: float
) -> tuple[Floats, Floats, Floats]:
    """Cost of every case if it is approved, referred, rejected."""
    refer = review + np.where(bad, (1 - found) * bad_cost, (1 - kept) * good_cost)
    return np.where(bad, bad_cost, 0.0), refer, np.where(bad, 0.0, good_cost)


def _band_table(
    bad: Bools, decision: npt.NDArray[np.int64], each: tuple[Floats, Floats, Floats], ends: tuple[float, float]
) -> pd.DataFrame:
    n = np.bincount(decision, minlength=3)
    bads = np.bincount(decision, weights=bad, minlength=3)
    cost = np.choose(decision, each)
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(
            {
                "decision": [mark("approve"), mark("refer"), mark("reject")],
                "from_probability": [0.0, *ends],
                "to_probability": [*ends, 1.0],
                "n": n,
                "share": n / len(bad),
                "bad": bads.astype(int),
                "bad_rate": bads / n,
                "cost_per_case": np.bincount(decision, weights=cost, minlength=3) / len(bad),
            }
        )
