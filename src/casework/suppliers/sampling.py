"""Single sampling plans for lots: what a plan does, and the smallest plan that keeps both risks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_fraction, check_option, check_whole
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.suppliers.acceptance import (
    Floats,
    SamplingModel,
    accepted,
    check_plan,
    check_quality,
    nonconforming,
    quality_accepted,
)

POINTS = 201  # of the curves
FINE = 401  # of the first search for the worst average outgoing quality
MOST_ACCEPTED = 500  # acceptance numbers that the search looks at
LARGEST = 2_000_000
COLUMNS = (
    mark("quality"),
    mark("acceptance"),
    mark("outgoing quality"),
    mark("total inspection"),
    mark("nonconforming"),
)


@dataclass(frozen=True, kw_only=True)
class PlanResult(Result):
    """A single sampling plan and what it does to lots of any quality.

    Attributes
    ----------
    n, c : int
        Inspect n units; accept the lot with at most c nonconforming ones.
    lot : int or None
        Units in a lot; without it lots are taken as endless.
    curve : DataFrame
        `quality` (share nonconforming), `acceptance` (probability), `outgoing_quality` (AOQ: share after rejected lots
        were sorted and their nonconforming units replaced), `total_inspection` (ATI: units inspected per lot; not a
        number without a lot size).
    aoql, worst_quality : float
        Worst average outgoing quality, and the incoming quality at which it comes about.
    aql, rql : float or None
        Quality levels that the plan was designed for; `alpha` and `beta` are the risks asked for.
    """

    n: int
    c: int
    lot: int | None
    model: str
    curve: pd.DataFrame
    aoql: float
    worst_quality: float
    aql: float | None = None
    rql: float | None = None
    alpha: float | None = None
    beta: float | None = None
    notes: tuple[str, ...] = ()

    def at(self, quality: npt.ArrayLike) -> pd.DataFrame:
        """Return acceptance, outgoing quality and total inspection at other quality levels.

        Raises
        ------
        ParameterError
            A share is not between 0 and 1.
        """
        return _rows(np.atleast_1d(check_quality("quality", quality)), self.n, self.c, self.lot, self.model)

    def quality_at(self, probability: npt.ArrayLike) -> Floats:
        """Return the quality that is accepted with these probabilities, such as 0.95 and 0.10.

        Raises
        ------
        ParameterError
            A probability is not between 0 and 1.
        """
        wanted = check_quality("probability", probability)
        return quality_accepted(wanted, n=self.n, c=self.c, lot=self.lot, model=self.model)

    @property
    def producer_risk(self) -> float:
        """Probability that a lot at the acceptable quality level is rejected; not a number without such a level."""
        return float("nan") if self.aql is None else 1 - float(self.at(self.aql)["acceptance"].iloc[0])

    @property
    def consumer_risk(self) -> float:
        """Probability that a lot at the rejectable quality level is accepted; not a number without such a level."""
        return float("nan") if self.rql is None else float(self.at(self.rql)["acceptance"].iloc[0])

    def to_frame(self) -> pd.DataFrame:
        """Return the curve."""
        return self.curve.copy()

    def summary(self) -> str:
        """Say how to inspect, and with which risks."""
        words = {"n": self.n, "c": self.c, "aoql": self.aoql}
        if self.aql is not None and self.rql is not None:
            words |= {"aql": self.aql, "rql": self.rql, "a": self.producer_risk, "b": self.consumer_risk}
            return t("Inspect {n:,} units and accept the lot with at most {c} nonconforming: lots with {aql:.2%} are "
                     "rejected with probability {a:.1%}, lots with {rql:.2%} accepted with probability {b:.1%}.",
                     **words)  # fmt: skip
        low, high = self.quality_at([0.95, 0.10])
        return t("Inspect {n:,} units and accept the lot with at most {c} nonconforming: lots with {low:.2%} are "
                 "accepted 95 times in 100, lots with {high:.2%} 10 times in 100.", low=low, high=high,
                 **words)  # fmt: skip


def evaluate_plan(
    *,
    n: int,
    c: int,
    lot: int | None = None,
    model: SamplingModel = "binomial",
    quality: npt.ArrayLike | None = None,
    aql: float | None = None,
    rql: float | None = None,
) -> PlanResult:
    """Say what a sampling plan does: OC curve, average outgoing quality, total inspection.

    Parameters
    ----------
    n, c, lot, model
        As in `acceptance_probability`.
    quality : array_like, optional
        Shares nonconforming at which the curve is wanted; by default from 0 to where hardly a lot passes.
    aql, rql : float, optional
        Acceptable and rejectable quality level (the latter also LTPD, LQ), between 0 and 1.

    Returns
    -------
    PlanResult

    Raises
    ------
    ParameterError
        A number is out of its range; all of them are told at once.

    Notes
    -----
    Outgoing quality holds for rectifying inspection: rejected lots are sorted, nonconforming units replaced by good
    ones. With a lot, AOQ = Pa p (N - n) / N and ATI = n + (1 - Pa)(N - n); without, AOQ = Pa p.

    References
    ----------
    Montgomery (2013), Introduction to statistical quality control, section 15.2: n 89, c 2, p 0.01 gives 0.9397 and,
    with N 10,000, an ATI of 687.

    Examples
    --------
    >>> plan = evaluate_plan(n=89, c=2, lot=10_000, quality=[0.01])
    >>> round(float(plan.curve["total_inspection"].iloc[0])), round(plan.aoql, 4)
    (687, 0.0152)
    """
    check_all(
        lambda: check_plan(n, c, lot, model),
        lambda: None if quality is None else check_quality("quality", quality),
        lambda: None if aql is None else check_fraction("aql", aql),
        lambda: None if rql is None else check_fraction("rql", rql),
    )
    n, c, lot = int(n), int(c), None if lot is None else int(lot)
    grid = _grid(n, c, lot, model) if quality is None else np.atleast_1d(check_quality("quality", quality))
    worst, limit = _worst(n, c, lot, model)
    return PlanResult(
        n=n,
        c=c,
        lot=lot,
        model=model,
        curve=_rows(grid, n, c, lot, model),
        aoql=limit,
        worst_quality=worst,
        aql=aql,
        rql=rql,
        notes=_notes(n, lot, model),
    )


def design_plan(
    *,
    aql: float,
    rql: float,
    alpha: float = 0.05,
    beta: float = 0.10,
    lot: int | None = None,
    model: SamplingModel = "binomial",
) -> PlanResult:
    """Find the smallest single sampling plan that keeps the risks of supplier and customer.

    Parameters
    ----------
    aql, rql : float
        Acceptable and rejectable share nonconforming, 0 < aql < rql < 1.
    alpha : float
        Producer's risk: a lot at the AQL is rejected with at most this probability.
    beta : float
        Consumer's risk: a lot at the RQL is accepted with at most this probability.
    lot, model
        As in `acceptance_probability`.

    Returns
    -------
    PlanResult
        The plan with the smallest acceptance number that keeps both risks, and with it the smallest sample.

    Raises
    ------
    ParameterError
        A number is out of its range, the levels are in the wrong order, or no plan keeps both risks (levels too close;
        or a lot that is too small: then inspect all of it).

    References
    ----------
    Guenther (1969), Use of the binomial, hypergeometric and Poisson tables to obtain sampling plans, Journal of
    Quality Technology 1(2), 105-109; the worked example in the documentation of Minitab: AQL 1.5 %, RQL 10 %, lot
    5,000 gives n 52, c 2, accepted with 0.957 and 0.097.

    Examples
    --------
    >>> plan = design_plan(aql=0.015, rql=0.10, lot=5000)
    >>> plan.n, plan.c, plan.at([0.015, 0.10])["acceptance"].round(3).tolist()
    (52, 2, [0.957, 0.097])
    """
    check_all(
        lambda: check_fraction("aql", aql),
        lambda: check_fraction("rql", rql),
        lambda: check_fraction("alpha", alpha),
        lambda: check_fraction("beta", beta),
        lambda: check_option("model", model, SamplingModel),
        lambda: None if lot is None else check_whole("lot", lot, low=2),
    )
    _check_levels(aql, rql, alpha, beta, lot, model)
    n, c = _smallest(aql, rql, alpha, beta, lot, model)
    found = evaluate_plan(n=n, c=c, lot=lot, model=model, aql=aql, rql=rql)
    return PlanResult(**{**vars(found), "alpha": alpha, "beta": beta})


def _check_levels(aql: float, rql: float, alpha: float, beta: float, lot: int | None, model: str) -> None:
    problems = []
    if rql <= aql:
        problems.append(Problem("rql", f"{rql:g}", t("above the acceptable level, {aql:g}", aql=aql)))
    if alpha + beta >= 1:
        problems.append(Problem("alpha, beta", f"{alpha:g}, {beta:g}", t("risks that add up to less than 1")))
    if model == "hypergeometric" and lot is None:
        problems.append(Problem("lot", t("missing"), t("the number of units of the lot, for the hypergeometric model")))
    elif model == "hypergeometric" and nonconforming(np.array(rql), lot) < 1:
        problems.append(Problem("rql", f"{rql:g}", t("at least one nonconforming unit in the lot of {lot}", lot=lot)))
    if problems:
        raise ParameterError(problems)


def _smallest(aql: float, rql: float, alpha: float, beta: float, lot: int | None, model: str) -> tuple[int, int]:
    """Smallest acceptance number whose least sample for the consumer satisfies the producer."""
    c = np.arange(MOST_ACCEPTED)
    most = LARGEST if lot is None else lot
    n = _least_sample(c, rql, beta, most, lot, model)
    fits = (n <= most) & (n > c)
    fits[fits] &= accepted(np.array(aql), n[fits], c[fits], lot, model) >= 1 - alpha - 1e-12
    if not fits.any():
        found = t("no plan keeps both risks for {aql:g} against {rql:g}", aql=aql, rql=rql)
        fix = t("Set the levels further apart, accept larger risks, or inspect every unit")
        raise ParameterError(Problem("aql, rql", found, "", fix))
    best = int(np.flatnonzero(fits)[0])
    return int(n[best]), best


def _least_sample(
    c: npt.NDArray[np.int64], rql: float, beta: float, most: int, lot: int | None, model: str
) -> npt.NDArray[np.int64]:
    """Least sample size for every acceptance number by bisection; most + 1 where none is enough."""
    low, high = c.copy(), np.full(len(c), most + 1, dtype=np.int64)
    level = np.array(rql)
    while (high - low > 1).any():
        middle = (low + high) // 2
        enough = accepted(level, np.minimum(middle, most), c, lot, model) <= beta + 1e-12
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return high


def _rows(p: Floats, n: int, c: int, lot: int | None, model: str) -> pd.DataFrame:
    """Curve at these quality levels; of a lot, the quality is that of a whole number of units."""
    if model == "hypergeometric" and lot is not None:
        p = nonconforming(p, lot) / lot
    probability = accepted(p, n, c, lot, model)
    kept = 1.0 if lot is None else (lot - n) / lot
    inspected = np.full(len(p), np.nan) if lot is None else n + (1 - probability) * (lot - n)
    return pd.DataFrame(
        {
            "quality": p,
            "acceptance": probability,
            "outgoing_quality": probability * p * kept,
            "total_inspection": inspected,
        }
    )


def _grid(n: int, c: int, lot: int | None, model: str) -> Floats:
    """Quality levels of the curve: from 0 to where one lot in a thousand passes."""
    end = float(np.nan_to_num(quality_accepted(0.001, n=n, c=c, lot=lot, model=model), nan=1.0))
    grid = np.linspace(0, min(1.0, max(end * 1.05, 1e-9)), POINTS)
    return np.unique(nonconforming(grid, lot)) / lot if model == "hypergeometric" and lot is not None else grid


def _worst(n: int, c: int, lot: int | None, model: str) -> tuple[float, float]:
    """Incoming quality with the worst average outgoing quality, and that quality; coarse to fine."""
    low, high = 0.0, min(1.0, float(quality_accepted(1e-4, n=n, c=c, lot=lot, model=model)) + 1 / (lot or n))
    for _ in range(3):
        grid = np.linspace(low, high, FINE)
        if model == "hypergeometric" and lot is not None:
            grid = np.unique(nonconforming(grid, lot)) / lot
        outgoing = _rows(grid, n, c, lot, model)["outgoing_quality"].to_numpy()
        best = int(np.argmax(outgoing))
        low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    return float(grid[best]), float(outgoing[best])


def _notes(n: int, lot: int | None, model: str) -> tuple[str, ...]:
    if lot is None or model == "hypergeometric" or n <= 0.1 * lot:
        return ()
    return (tn("The sample is {share:.0%} of the lot of {n:,} unit: the hypergeometric model is the exact one.",
               "The sample is {share:.0%} of the lot of {n:,} units: the hypergeometric model is the exact one.",
               lot, share=n / lot),)  # fmt: skip
