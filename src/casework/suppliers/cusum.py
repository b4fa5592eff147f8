"""Tabular CUSUM: a chart that adds up small deviations, and how long it runs before it signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from casework.core.checks import check_all, check_number, check_option, check_positive
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
Side = Literal["two", "one"]
NODES = 60  # at least, of the quadrature for run lengths; 5 for each standard deviation of the limit
COLUMNS = (mark("label"), mark("value"), mark("upper sum"), mark("lower sum"), mark("run up"), mark("run down"),
           mark("signal"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CusumResult(Result):
    """A tabular CUSUM.

    Attributes
    ----------
    table : DataFrame
        A row per value: `label`, `value`, `upper_sum` and `lower_sum` [standard deviations], `run_up` and `run_down`
        (values since the sum was last 0), `signal`.
    target, sd, k, h : float
        What the chart was set up with; k and h in standard deviations.
    signal : int or None
        Position (from 0) of the first signal.
    upward : bool or None
        Whether that signal was upward.
    began : int or None
        Position of the first value after the sum was last 0: where the change began, by this chart.
    mean_after : float
        Mean since then, as the chart estimates it; not a number without a signal.
    """

    table: pd.DataFrame
    target: float
    sd: float
    k: float
    h: float
    signal: int | None
    upward: bool | None
    began: int | None
    mean_after: float
    notes: tuple[str, ...] = ()

    def signal_from(self, position: int) -> int | None:
        """Return the position of the first signal at a position or after it, or None."""
        later = np.flatnonzero(self.table["signal"].to_numpy()[position:])
        return position + int(later[0]) if len(later) else None

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say where the chart signalled, and where the change began."""
        if self.signal is None or self.began is None:
            return tn("The CUSUM of {n} value gives no signal.", "The CUSUM of {n} values gives no signal.",
                      len(self.table))  # fmt: skip
        labels = self.table["label"]
        words = {"x": labels.iloc[self.signal], "y": labels.iloc[self.began], "mean": self.mean_after}
        if self.upward:
            return t("The CUSUM signals upward at {x}; by its own count the change began at {y}, to a mean of "
                     "{mean:,.4g}.", **words)  # fmt: skip
        return t("The CUSUM signals downward at {x}; by its own count the change began at {y}, to a mean of "
                 "{mean:,.4g}.", **words)  # fmt: skip


def tabular_cusum(
    values: npt.ArrayLike,
    *,
    target: float,
    sd: float,
    k: float = 0.5,
    h: float = 5.0,
    labels: Sequence[object] | pd.Series | None = None,
) -> CusumResult:
    """Add up deviations from the target, beyond what is let pass, in both directions.

    Parameters
    ----------
    values : array_like, shape (n,)
        At least 2 values in the order of time, such as daily means [unit of the characteristic].
    target : float
        Mean of the process when all is well.
    sd : float
        Standard deviation of a value when all is well, above 0.
    k : float
        Slack [standard deviations], at least 0: half the shift that is to be found soon.
    h : float
        Limit of the sums [standard deviations], above 0.
    labels : sequence, shape (n,), optional
        Names of the values, such as days; numbers from 1 by default.

    Returns
    -------
    CusumResult

    Raises
    ------
    DataError
        Fewer than 2 values, values that are missing or no numbers, labels that do not fit.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    The sums go on after a signal. Values are taken as independent of each other.

    References
    ----------
    Page (1954), Continuous inspection schemes, Biometrika 41, 100-115; Montgomery (2013), Introduction to statistical
    quality control, equations (9.2)-(9.5) and table 9.2: signal at value 29 with 5.28 after 7 values, new mean 11.25.

    Examples
    --------
    >>> found = tabular_cusum([0.2, -0.4, 0.1, 2.0, 2.2, 1.9, 2.4], target=0, sd=1, h=4)
    >>> found.signal, found.began, found.table["upper_sum"].round(1).tolist()
    (5, 3, [0.0, 0.0, 0.0, 1.5, 3.2, 4.6, 6.5])
    """
    check_all(
        lambda: check_number("target", target),
        lambda: check_positive("sd", sd),
        lambda: check_number("k", k, low=0),
        lambda: check_positive("h", h),
    )
    data = series("values", values, least=2)
    names = check_labels(labels, len(data))
    scaled = (data - target) / sd
    upper, lower = one_sided(scaled - k), one_sided(-scaled - k)
    table = pd.DataFrame({"label": names, "value": data, "upper_sum": upper, "lower_sum": lower})
    table["run_up"], table["run_down"] = _run(upper), _run(lower)
    table["signal"] = (upper > h) | (lower > h)
    first = int(table["signal"].argmax()) if table["signal"].any() else None
    upward, began, mean = _first(table, first, target, sd, k)
    return CusumResult(table=table, target=target, sd=sd, k=k, h=h, signal=first, upward=upward, began=began,
                       mean_after=mean)  # fmt: skip


def one_sided(steps: Floats) -> Floats:
    """Add up steps to sums that never fall below 0, without a loop.

    Examples
    --------
    >>> one_sided(np.array([1.0, -3.0, 2.0, 2.0, -1.0])).tolist()
    [1.0, 0.0, 2.0, 4.0, 3.0]
    """
    total = np.cumsum(steps)
    return np.asarray(total - np.minimum(np.minimum.accumulate(total), 0.0))


def cusum_run_length(*, k: float = 0.5, h: float = 5.0, shift: float = 0.0, sided: Side = "two") -> float:
    """Average number of values until a CUSUM signals.

    Parameters
    ----------
    k : float
        Slack [standard deviations], at least 0.
    h : float
        Limit [standard deviations], above 0, at most 50.
    shift : float
        How far the mean is off the target [standard deviations]; 0 gives the time to a false alarm.
    sided : {'two', 'one'}
        Both sums are watched, or the upper one alone.

    Raises
    ------
    ParameterError
        An argument is out of its range.

    Notes
    -----
    The integral equation of Page is solved by Gauss-Legendre quadrature; the sums start at 0. Both sides together:
    1 / ARL = 1 / ARL(up) + 1 / ARL(down).

    References
    ----------
    Lucas & Crosier (1982), Fast initial response for CUSUM quality-control schemes, Technometrics 24, 199-205;
    Montgomery (2013), table 9.3.

    Examples
    --------
    >>> [round(cusum_run_length(h=5, shift=x), 2) for x in (0, 1, 2)]
    [465.44, 10.38, 4.01]
    """
    check_all(
        lambda: check_number("k", k, low=0),
        lambda: check_number("h", h, low=0, high=50, low_open=True),
        lambda: check_number("shift", shift),
        lambda: check_option("sided", sided, Side),
    )
    up = _run_length(k, h, shift)
    return up if sided == "one" else 1 / (1 / up + 1 / _run_length(k, h, -shift))


def _run_length(k: float, h: float, shift: float) -> float:
    """L(z) = 1 + L(0) Phi(k - z - shift) + integral of L(x) phi(x + k - z - shift) over 0 to h."""
    count = max(NODES, int(5 * h))
    nodes, weights = np.polynomial.legendre.leggauss(count)
    nodes, weights = h * (nodes + 1) / 2, h * weights / 2
    at = np.concatenate([[0.0], nodes])
    kernel = np.exp(-((at[None, :] + k - at[:, None] - shift) ** 2) / 2) / np.sqrt(2 * np.pi)
    system = np.eye(count + 1)
    system[:, 1:] -= kernel[:, 1:] * weights
    system[:, 0] -= special.ndtr(k - at - shift)
    with np.errstate(all="ignore"):
        found = float(np.linalg.solve(system, np.ones(count + 1))[0])
    return found if 1 <= found < 1e13 else float("inf")


def _run(sums: Floats) -> npt.NDArray[np.int64]:
    """Values since the sum was last 0."""
    places = np.arange(1, len(sums) + 1)
    last = np.maximum.accumulate(np.where(sums <= 0, places, 0))
    return np.asarray(places - last, dtype=np.int64)


def _first(
    table: pd.DataFrame, first: int | None, target: float, sd: float, k: float
) -> tuple[bool | None, int | None, float]:
    """Direction, beginning and new mean of the first signal."""
    if first is None:
        return None, None, float("nan")
    row = table.iloc[first]
    upward = bool(row["upper_sum"] >= row["lower_sum"])
    length = int(row["run_up"] if upward else row["run_down"])
    height = float(row["upper_sum"] if upward else row["lower_sum"])
    away = sd * (k + height / length)
    return upward, first - length + 1, target + (away if upward else -away)


def series(name: str, values: npt.ArrayLike, *, least: int) -> Floats:
    """Return values in the order of time, or refuse them.

    Raises
    ------
    DataError
        See `tabular_cusum` and `find_change`.
    """
    try:
        data = np.asarray(values, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        raise DataError(Problem(name, t("values that are not numbers"), t("measured values"))) from None
    problems = []
    lost = int((~np.isfinite(data)).sum())
    if lost:
        found = tn("{n} value is missing or infinite", "{n} values are missing or infinite", lost)
        problems.append(Problem(name, found, t("finite numbers"), t("Leave these rows out")))
    if len(data) < least:
        problems.append(Problem(name, tn("{n} value", "{n} values", len(data)), t("at least {low}", low=least)))
    if problems:
        raise DataError(problems)
    return data


def check_labels(labels: Sequence[object] | pd.Series | None, n: int) -> list[object]:
    """Return a label for each value.

    Raises
    ------
    DataError
        There are more or fewer labels than values.
    """
    if labels is None:
        return list(range(1, n + 1))
    named = list(labels)
    if len(named) != n:
        raise DataError(Problem("labels", t("{n} labels", n=len(named)), t("as many as values, {n}", n=n)))
    return named
