"""Partial likelihood of proportional hazards with ties and strata: arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack

from casework.stats.sums import cross

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
ITERATIONS = 60
ENOUGH = 1e-18  # squared Newton step in units of standard errors
LEAST = 1e-140  # weight at risk against the largest, which keeps sums of squares of its inverse finite
UNCHANGED = 1e-10  # information of an event about a standardised column that does not change among those at risk
COLLINEAR = 1e-11  # smallest against largest information


class NoMaximumError(ArithmeticError):
    """The columns repeat each other."""


@dataclass(frozen=True, kw_only=True)
class RiskSets:
    """Rows ordered by stratum and time, in groups that end at one time.

    Attributes
    ----------
    order : ndarray, shape (n,)
        Place of each row in the data.
    group : ndarray, shape (n,)
        Group of each row.
    starts, last : ndarray, shape (groups,)
        First row of each group, and last group of its stratum.
    events : ndarray, shape (m,)
        Rows that are events.
    share : ndarray, shape (m,)
        How much of the weight of the events of its group is gone before each event (Efron); 0 (Breslow).
    """

    order: Places
    group: Places
    starts: Places
    last: Places
    events: Places
    share: Floats


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Log likelihood with gradient and information, and what is needed of every event.

    Attributes
    ----------
    risk : ndarray, shape (m,)
        Weight at risk at each event, over the exponential of `top`.
    """

    value: float
    gradient: Floats
    information: Floats
    top: float
    risk: Floats


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Coefficients at the maximum, and how it was reached."""

    coefficients: Floats
    end: Evaluation
    null: Evaluation
    iterations: int
    converged: bool


def risk_sets(time: Floats, left: Bools, stratum: Places, *, efron: bool) -> RiskSets:
    """Order rows by stratum and time; events of a group stand in the order of the data."""
    order = np.lexsort((time, stratum)).astype(np.int64)
    times, strata = time[order], stratum[order]
    fresh = np.r_[True, (times[1:] != times[:-1]) | (strata[1:] != strata[:-1])]
    group = np.cumsum(fresh) - 1
    starts = np.flatnonzero(fresh)
    own = strata[starts]
    last = np.searchsorted(own, own, side="right") - 1
    events = np.flatnonzero(left[order])
    share = np.zeros(len(events))
    if efron and len(events):
        several = np.bincount(group[events], minlength=len(starts))
        before = np.concatenate([[0], np.cumsum(several)[:-1]])
        where = group[events]
        share = (np.arange(len(events)) - before[where]) / several[where]
    return RiskSets(order=order, group=group, starts=starts, last=last, events=events, share=share)


def evaluate(x: Floats, sets: RiskSets, beta: Floats, total: Floats | None = None) -> Evaluation:
    """Log partial likelihood, gradient and information at coefficients.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        In the order of `sets`.
    sets : RiskSets
    beta : ndarray, shape (k,)
    total : ndarray, shape (k,), optional
        Sum of the rows that are events, where it is known.

    Notes
    -----
    The second moments of all risk sets are never made: rows get the sum of the weights with which they enter them.

    References
    ----------
    Efron (1977), The efficiency of Cox's likelihood function for censored data, JASA 72, 557-565; Breslow (1974).
    """
    eta = np.einsum("ij,j->i", x, beta)
    top = float(eta.max(initial=0.0))
    weight = np.exp(eta - top)
    rows = weight[:, None] * x
    where, several = sets.group[sets.events], bool(sets.share.any())
    tied, tied_rows = by_event(weight, sets), by_event(rows, sets) if several else None
    there, there_rows = at_risk(weight, sets), at_risk(rows, sets)
    risk = np.maximum(there[where] - sets.share * tied[where], LEAST)
    sums = _sums(risk, sets)
    drawn = sums[0] @ there_rows
    information = cross(x, rows * exposure(risk, sets)[:, None]) - cross(there_rows, sums[2][:, None] * there_rows)
    if tied_rows is not None:
        drawn = drawn - sums[1] @ tied_rows
        both = cross(there_rows, sums[3][:, None] * tied_rows)
        information += both + both.T - cross(tied_rows, sums[4][:, None] * tied_rows)
    return Evaluation(
        value=float(eta[sets.events].sum() - top * len(risk) - np.log(risk).sum()),
        gradient=(x[sets.events].sum(axis=0) if total is None else total) - drawn,
        information=information,
        top=top,
        risk=risk,
    )


def event_means(x: Floats, sets: RiskSets, beta: Floats) -> Floats:
    """Weighted means of the columns of those at risk, at each event.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        In the order of `sets`.
    sets : RiskSets
    beta : ndarray, shape (k,)
    """
    eta = np.einsum("ij,j->i", x, beta)
    weight = np.exp(eta - float(eta.max(initial=0.0)))
    rows, where = weight[:, None] * x, sets.group[sets.events]
    risk = np.maximum(at_risk(weight, sets)[where] - sets.share * by_event(weight, sets)[where], LEAST)
    sums = at_risk(rows, sets)[where] - sets.share[:, None] * by_event(rows, sets)[where]
    return np.asarray(sums / risk[:, None])


def _sums(risk: Floats, sets: RiskSets) -> list[Floats]:
    """Sum 1 and the share over the risk, and 1, the share and its square over the squared risk, by group."""
    where, groups, inverse = sets.group[sets.events], len(sets.starts), 1 / risk
    parts = (inverse, sets.share * inverse, inverse**2, sets.share * inverse**2, (sets.share * inverse) ** 2)
    return [np.bincount(where, part, minlength=groups).astype(np.float64) for part in parts]


def at_risk(values: Floats, sets: RiskSets) -> Floats:
    """Sum over the rows of the stratum that are still there at the time of each group."""
    sums = np.add.reduceat(values, sets.starts, axis=0)
    later = np.concatenate([np.cumsum(sums[::-1], axis=0)[::-1], np.zeros((1, *values.shape[1:]))])
    if sets.last[0] == len(sets.starts) - 1:
        return np.asarray(later[:-1])
    return np.asarray(later[:-1] - later[sets.last + 1])


def exposure(risk: Floats, sets: RiskSets) -> Floats:
    """Sum of 1 / risk over the events that each row saw, less the share that ties take from it if it is one."""
    where, groups = sets.group[sets.events], len(sets.starts)
    jumps = np.bincount(where, 1 / risk, minlength=groups)
    total = np.concatenate([[0.0], np.cumsum(jumps)])
    first = np.searchsorted(sets.last, sets.last, side="left")
    seen = (total[1:] - total[first])[sets.group]
    seen[sets.events] -= np.bincount(where, sets.share / risk, minlength=groups)[where]
    return np.asarray(seen)


def climb(x: Floats, sets: RiskSets) -> Fit:
    """Newton steps from 0, halved where the likelihood would fall.

    Raises
    ------
    NoMaximumError
        Columns repeat each other.
    """
    beta = np.zeros(x.shape[1])
    total = x[sets.events].sum(axis=0)
    null = here = evaluate(x, sets, beta, total)
    if (np.diag(null.information) <= UNCHANGED * len(sets.events)).any():
        raise NoMaximumError
    _inverse(null.information)
    for count in range(1, ITERATIONS + 1):
        step = _step(here)
        if float(here.gradient @ step) < ENOUGH * max(1.0, len(sets.events)):
            return Fit(coefficients=beta, end=here, null=null, iterations=count, converged=True)
        there = evaluate(x, sets, beta + step, total)
        halved = 0
        while not there.value >= here.value - 1e-13 * abs(here.value) and halved < 40:
            step, halved = step / 2, halved + 1
            there = evaluate(x, sets, beta + step, total)
        if halved == 40:
            return Fit(coefficients=beta, end=here, null=null, iterations=count, converged=True)
        beta, here = beta + step, there
    return Fit(coefficients=beta, end=here, null=null, iterations=ITERATIONS, converged=False)


def _step(here: Evaluation) -> Floats:
    """Newton step; where a likelihood without end has used the information up, as far as arithmetic goes."""
    ridge = 1e-14 * float(np.trace(here.information)) / len(here.gradient)
    return np.asarray(
        np.linalg.lstsq(here.information + ridge * np.eye(len(here.gradient)), here.gradient, rcond=1e-15)[0]
    )


def _inverse(information: Floats) -> Floats:
    """Covariance from the information, or refuse columns that repeat each other."""
    scale = np.sqrt(np.diag(information))
    if not (scale > 0).all():
        raise NoMaximumError
    ratio = information / np.outer(scale, scale)
    factor, wrong = lapack.dpotrf(ratio, clean=0)
    if wrong or np.abs(factor.diagonal()).min() ** 2 <= COLLINEAR:
        raise NoMaximumError
    return np.asarray(lapack.dpotrs(factor, np.eye(len(ratio)))[0] / np.outer(scale, scale))


def covariance(information: Floats) -> Floats:
    """Covariance from the information."""
    return _inverse(information)


def by_event(values: Floats, sets: RiskSets) -> Floats:
    """Sum over the events of each group of rows."""
    chosen = np.zeros((len(sets.starts), *values.shape[1:]))
    if len(sets.events):
        where = sets.group[sets.events]
        begin = np.flatnonzero(np.r_[True, where[1:] != where[:-1]])
        chosen[where[begin]] = np.add.reduceat(values[sets.events], begin, axis=0)
    return chosen
