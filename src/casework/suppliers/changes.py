"""When a process changed: the most likely day of a step or of the start of a drift, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, special, stats

from casework.core.checks import check_all, check_fraction, check_option, check_whole
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.suppliers.cusum import Floats, check_labels, series

ChangeKind = Literal["best", "step", "drift"]
LEAST = 8  # values
EDGE = 2  # values on each side of a change
BLOCK = 2_000_000  # numbers of a block of permutations
COLUMNS = (mark("label"), mark("value"), mark("fitted"), mark("after"), mark("step F"), mark("drift F"))


@dataclass(frozen=True, kw_only=True)
class ChangeResult(Result):
    """Where a series changed most.

    Attributes
    ----------
    table : DataFrame
        A row per value: `label`, `value`, `fitted`, `after` (whether it lies after the change), and for a change right
        before it the statistics `step_F` and `drift_F`.
    kind : str
        `step` or `drift`: the one that fits better, or the one asked for.
    position : int
        Position (from 0) of the first value after the change; `low` and `high` are the ends of its interval.
    before, after : float
        Fitted means on both sides of a step; level before a drift, and level at the last value.
    slope : float
        Of a drift [unit per value]; 0 for a step.
    statistic, p_value : float
        Largest F over all places, and how often shuffled values reach it.
    """

    table: pd.DataFrame
    kind: str
    position: int
    low: int
    high: int
    before: float
    after: float
    slope: float
    statistic: float
    p_value: float
    confidence: float
    resamples: int
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> object:
        """Label of the first value after the change."""
        return self.table["label"].iloc[self.position]

    @property
    def interval(self) -> tuple[object, object]:
        """Labels of the ends of the interval."""
        return self.table["label"].iloc[self.low], self.table["label"].iloc[self.high]

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say when the series changed, how far, and how sure that is."""
        low, high = self.interval
        words = {"x": self.label, "low": low, "high": high, "c": self.confidence, "a": self.before, "b": self.after}
        words |= {"p": self.p_value}
        if self.p_value > 1 - self.confidence:
            return t("No change can be told from chance (p = {p:.3f}); the most likely place is {x}.", **words)
        if self.kind == "step":
            return t("The mean stepped from {a:,.3g} to {b:,.3g} at {x} ({c:.0%} interval {low} to {high}).", **words)
        return t("The mean drifted from {a:,.3g} to {b:,.3g}, beginning at {x} ({c:.0%} interval {low} to {high}).",
                 **words)  # fmt: skip


def find_change(
    values: npt.ArrayLike,
    *,
    kind: ChangeKind = "best",
    labels: Sequence[object] | pd.Series | None = None,
    confidence: float = 0.95,
    resamples: int = 999,
    seed: int = 1,
) -> ChangeResult:
    """Find the place where the mean of a series changed, once: by a step, or by the start of a drift.

    Parameters
    ----------
    values : array_like, shape (n,)
        At least 8 values in the order of time, such as daily means [unit of the characteristic].
    kind : {'best', 'step', 'drift'}
        A mean on either side; a mean and from the change on a straight line that starts there; or the better of both
        (they have the same number of parameters, so the smaller residual sum of squares decides).
    labels : sequence, shape (n,), optional
        Names of the values, such as days; numbers from 1 by default.
    confidence : float
        Of the interval, between 0 and 1.
    resamples : int
        Permutations for the p-value, 99 to 1,000,000.
    seed : int
        Of the permutations.

    Returns
    -------
    ChangeResult

    Raises
    ------
    DataError
        Fewer than 8 values, values that are missing, no numbers or all the same, labels that do not fit.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    The place is that of least squares, the most likely one for normal values. The interval of a step is that of Bai
    with a variance of its own on either side; the interval of a drift holds the places whose residual sum of squares
    an F test does not reject. One change is assumed, and values that do not depend on each other; where they do, both
    intervals are too short.

    References
    ----------
    Hinkley (1970), Inference about the change-point in a sequence of random variables, Biometrika 57, 1-17; Bai
    (1997), Estimation of a change point in multiple regression models, Review of Economics and Statistics 79, 551-563,
    appendix B; Seber & Wild (1989), Nonlinear regression, section 9.3 (drift). Flow of the Nile 1871-1970 (Cobb, 1978):
    the break after 1898, and the interval 1895 to 1902 that the R package strucchange gives.

    Examples
    --------
    >>> found = find_change([5, 4, 6, 5, 4, 5, 9, 8, 10, 9, 9, 8], resamples=99)
    >>> found.kind, found.position, round(found.before, 2), round(found.after, 2)
    ('step', 6, 4.83, 8.83)
    """
    check_all(
        lambda: check_option("kind", kind, ChangeKind),
        lambda: check_fraction("confidence", confidence),
        lambda: check_whole("resamples", resamples, low=99, high=1_000_000),
        lambda: check_whole("seed", seed, low=0),
    )
    data = series("values", values, least=LEAST)
    names = check_labels(labels, len(data))
    _check_spread(data)
    step, drift = _f_values(data[None, :])
    curves = {"step": step[0], "drift": drift[0]}
    asked: list[str] = list(curves) if kind == "best" else [kind]
    chosen = max(asked, key=lambda name: float(np.nanmax(curves[name])))
    place = int(np.nanargmax(curves[chosen]))
    top = float(np.nanmax(curves[chosen]))
    fit = _fit(data, chosen, place)
    low, high = _interval(data, chosen, place, curves[chosen], confidence)
    shown = {"label": names, "value": data, "fitted": fit[0], "after": np.arange(len(data)) >= place}
    table = pd.DataFrame({**shown, "step_F": step[0], "drift_F": drift[0]})
    return ChangeResult(
        table=table,
        kind=chosen,
        position=place,
        low=low,
        high=high,
        before=fit[1],
        after=fit[2],
        slope=fit[3],
        statistic=top,
        p_value=_permuted(data, asked, top, int(resamples), np.random.default_rng(int(seed))),
        confidence=confidence,
        resamples=int(resamples),
        notes=_notes(data - fit[0]),
    )


def _f_values(rows: Floats) -> tuple[Floats, Floats]:
    """F of a step and of a drift whose first changed value stands at each place, for many series at once."""
    n = rows.shape[1]
    rows = rows - rows.mean(axis=1, keepdims=True)
    total = (rows**2).sum(axis=1, keepdims=True)
    left = np.arange(n)  # values before the change
    right = n - left
    tail = np.cumsum(rows[:, ::-1], axis=1)[:, ::-1]  # sum from each place on
    ramp = np.cumsum(tail[:, ::-1], axis=1)[:, ::-1]  # sum of values times 1, 2, 3, ... from each place on
    hinge = right * (right + 1) * (2 * right + 1) / 6 - (right * (right + 1) / 2) ** 2 / n
    usable = (left >= EDGE) & (right >= EDGE)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(usable, tail**2 * n / (left * right), np.nan)
        drift = np.where(usable, ramp**2 / hinge, np.nan)
        return tuple((n - 2) * gain / np.maximum(total - gain, 1e-12 * total) for gain in (step, drift))


def _permuted(data: Floats, asked: list[str], top: float, resamples: int, rng: np.random.Generator) -> float:
    """Share of shuffled series whose largest F is at least that of the series."""
    reached, done = 0, 0
    while done < resamples:
        size = min(resamples - done, max(1, BLOCK // len(data)))
        rows = rng.permuted(np.broadcast_to(data, (size, len(data))), axis=1)
        curves = dict(zip(("step", "drift"), _f_values(rows), strict=True))
        best = np.max([np.nanmax(curves[name], axis=1) for name in asked], axis=0)
        reached += int((best >= top * (1 - 1e-12)).sum())
        done += size
    return (reached + 1) / (resamples + 1)


def _fit(data: Floats, kind: str, place: int) -> tuple[Floats, float, float, float]:
    """Fitted values, level before, level at the end, slope."""
    n = len(data)
    if kind == "step":
        before, after = float(data[:place].mean()), float(data[place:].mean())
        return np.where(np.arange(n) < place, before, after), before, after, 0.0
    hinge = np.maximum(np.arange(n) - place + 1, 0).astype(np.float64)
    centred = hinge - hinge.mean()
    slope = float(centred @ data / (centred @ centred))
    before = float(data.mean() - slope * hinge.mean())
    fitted = before + slope * hinge
    return fitted, before, float(fitted[-1]), slope


def _interval(data: Floats, kind: str, place: int, curve: Floats, confidence: float) -> tuple[int, int]:
    """Positions of the ends of the interval of the first changed value, inside the series."""
    if kind == "drift":
        fit = 1 / (1 + curve / (len(data) - 2))  # residual sum of squares, as a share of the total
        limit = np.nanmin(fit) * (1 + stats.f.ppf(confidence, 1, len(data) - 3) / (len(data) - 3))
        kept = np.flatnonzero(fit <= limit)
        return int(kept[0]), int(kept[-1])
    below, above = data[:place], data[place:]
    jump = float(above.mean() - below.mean())
    spread = [float(side.var()) for side in (below, above)]
    if jump == 0 or min(spread) <= 1e-12 * jump**2:
        return place, place
    ratio = spread[1] / spread[0]
    early, late = (change_quantile(q, ratio) for q in ((1 - confidence) / 2, (1 + confidence) / 2))
    scale = spread[0] / jump**2
    start, end = int(np.floor(place - late * scale)), int(np.ceil(place - early * scale))
    return max(start, 0), min(end, len(data) - 1)


def change_quantile(probability: float, ratio: float = 1.0) -> float:
    """Quantile of the scaled error of the estimated place of a step.

    Parameters
    ----------
    probability : float
        Between 0 and 1.
    ratio : float
        Variance after the step over that before it, above 0.

    References
    ----------
    Bai (1997), appendix B; for equal variances Yao (1987).

    Examples
    --------
    >>> round(change_quantile(0.975), 1)
    11.0
    """
    reach = 10.0
    while change_distribution(-reach, ratio) > probability or change_distribution(reach, ratio) < probability:
        reach *= 2
    found = optimize.brentq(lambda x: change_distribution(x, ratio) - probability, -reach, reach, xtol=1e-10)
    return float(found)


def change_distribution(x: float, ratio: float = 1.0) -> float:
    """Distribution of the place where a two-sided Brownian motion with drift is highest.

    Examples
    --------
    >>> [round(change_distribution(x), 3) for x in (-7, 0, 7)]
    [0.058, 0.5, 0.942]
    """
    if x >= 0:
        return 1 - _tail(float(x), 1.0, ratio)
    return _tail(float(-x), ratio, 1.0)


def _tail(x: float, other: float, own: float) -> float:
    """Probability that the highest place lies farther than x on the side whose variance is `own` (drift 1/2)."""
    u, phi = x / own, other / own
    root = np.sqrt(u)
    grown = np.exp((1 + 1 / phi) / phi * u / 2 + float(special.log_ndtr(-(0.5 + 1 / phi) * root)))
    c, d = phi * (phi + 2) / (phi + 1), (phi + 2) ** 2 / (phi + 1)
    found = -root * np.exp(-u / 8) / np.sqrt(2 * np.pi) - c * grown + (d - 2 + u / 2) * special.ndtr(-root / 2)
    return float(found)


def _check_spread(data: Floats) -> None:
    if not np.ptp(data) > 0:
        raise DataError(Problem("values", t("all values are {x:g}", x=data[0]), t("values that differ")))


def _notes(rest: Floats) -> tuple[str, ...]:
    """Warn where neighbours depend on each other."""
    power = float(rest @ rest)
    if power <= 0:
        return ()
    along = float(rest[1:] @ rest[:-1]) / power
    if along <= 2 / np.sqrt(len(rest)):
        return ()
    return (t("Neighbouring values depend on each other (correlation {r:.2f}): the interval and the p-value are too "
              "optimistic.", r=along),)  # fmt: skip
