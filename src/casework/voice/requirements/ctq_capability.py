"""How much of what was measured lies within the limits: share, defects per million, sigma level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_fraction, check_number
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.stats.proportion import wilson_interval
from casework.voice.requirements.ctq import CtqTree

Floats = npt.NDArray[np.float64]
MILLION = 1_000_000
SHIFT = 1.5  # standard deviations that the convention allows the mean to wander in the long run
HEADINGS = (
    mark("measure"),
    mark("defects"),
    mark("within"),
    mark("within low"),
    mark("within high"),
    mark("dpmo"),
    mark("sigma level"),
    mark("sigma low"),
    mark("sigma high"),
    mark("mean"),
    mark("limits"),
)


@dataclass(frozen=True, kw_only=True)
class CtqCapability(Result):
    """Measurements against the limits of a tree.

    Attributes
    ----------
    tree : CtqTree
    table : DataFrame
        One row a measure with measurements: measure, unit, lower, upper, n, missing, mean, defects, within (share) with
        its interval, dpmo (defects per million opportunities), sigma_level with its interval (infinite without defects,
        so the lower end is what is known).
    total : dict of str to float
        The same figures for all measures together.
    """

    tree: CtqTree
    table: pd.DataFrame
    total: dict[str, float]
    confidence: float
    shift: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a measure."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which measure fails most, and the level of all together."""
        worst = self.table.iloc[int(self.table["within"].argmin())]
        if not self.total["defects"]:
            return t(
                "All {n:,.0f} measurements lie within their limits; the sigma level is at least {low:.1f}.",
                n=self.total["n"],
                low=self.total["sigma_low"],
            )
        return t(
            "Least within its limits: {name} ({within:.1%}). All measures together: {dpmo:,.0f} defects per million, "
            "sigma level {sigma:.1f}.",
            name=t(str(worst["measure"])),
            within=float(worst["within"]),
            dpmo=self.total["dpmo"],
            sigma=self.total["sigma_level"],
        )


def sigma_level(dpmo: npt.ArrayLike, *, shift: float = SHIFT) -> Floats:
    """Sigma level of defects per million opportunities.

    Parameters
    ----------
    dpmo : array_like of float
        0 to 1,000,000.
    shift : float
        Standard deviations added by convention; 0 gives the plain normal quantile.

    Returns
    -------
    ndarray of float
        z with P(Z > z) = dpmo / 1,000,000, plus the shift; infinite at both ends of the range.

    Raises
    ------
    ParameterError
        A value below 0 or above 1,000,000, or a shift that is no finite number.

    Notes
    -----
    The shift of 1.5 is a convention without a proof (long-term defects are quoted as if the process were better in the
    short term). Compare levels only where the same shift was used.

    References
    ----------
    Harry, M. & Schroeder, R. (2000). Six Sigma, table of sigma levels: 3.4 is 6, 233 is 5, 6,210 is 4, 66,807 is 3,
    308,537 is 2.

    Examples
    --------
    >>> sigma_level([3.4, 233, 6210, 66807]).round(2).tolist()
    [6.0, 5.0, 4.0, 3.0]
    """
    from scipy.special import ndtri

    check_number("shift", shift)
    values = np.asarray(dpmo, dtype=np.float64)
    for value in values[(values < 0) | (values > MILLION)].ravel()[:1]:
        check_number("dpmo", value, low=0, high=MILLION)
    level: Floats = shift - ndtri(values / MILLION)
    return level


def dpmo_of(level: float, *, shift: float = SHIFT) -> float:
    """Defects per million opportunities of a sigma level.

    Raises
    ------
    ParameterError
        A level or shift that is no finite number.

    Examples
    --------
    >>> round(dpmo_of(6), 1), round(dpmo_of(3))
    (3.4, 66807)
    """
    return MILLION * NormalDist().cdf(check_number("shift", shift) - check_number("level", level))


def ctq_capability(
    tree: CtqTree, measurements: pd.DataFrame, *, shift: float = SHIFT, confidence: float = 0.95
) -> CtqCapability:
    """Hold measurements to the limits of a tree.

    Parameters
    ----------
    tree : CtqTree
        Measures name their column in `column`, or have the name of the column themselves.
    measurements : DataFrame, shape (n, k)
        Numbers [unit of the measure]; limits belong to what is accepted. Empty cells are left out and counted.
    shift : float
        See `sigma_level`.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    CtqCapability
        Each measurement is one opportunity.

    Raises
    ------
    DataError
        No measure has a column, or a column holds text: all of it at once.
    ParameterError
        `shift` or `confidence` is out of its range.

    Notes
    -----
    Counted defects, not a fitted normal distribution, so skewed measures such as waiting times are no trouble. Wilson's
    interval takes the measurements as independent.

    Examples
    --------
    >>> from casework.voice.requirements.ctq import ctq_tree
    >>> tree = ctq_tree({"quick help": {"reachable": {"seconds": {"unit": "s", "upper": 30}}}})
    >>> result = ctq_capability(tree, pd.DataFrame({"seconds": [12, 25, 31, 30]}))
    >>> result.table[["n", "defects", "within", "dpmo"]].to_numpy().tolist()
    [[4.0, 1.0, 0.75, 250000.0]]
    """
    check_fraction("confidence", confidence)
    check_number("shift", shift)
    measures = tree.measures
    columns = [own or name for own, name in zip(measures["column"], measures["measure"], strict=True)]
    there = np.array([column in measurements.columns for column in columns])
    values = _numbers(measurements, [column for column, found in zip(columns, there, strict=True) if found])
    chosen = measures[there]
    table = _table(chosen, values, shift, confidence)
    whole = _figures(
        table["defects"].to_numpy().sum(keepdims=True), table["n"].to_numpy().sum(keepdims=True), shift, confidence
    )
    total = {str(key): float(value) for key, value in whole.iloc[0].items()}
    absent = measures.loc[~there, "measure"].tolist()
    notes = (t("Not measured: {names}.", names=t(", ").join(map(str, absent))),) if absent else ()
    return CtqCapability(
        tree=tree, table=table, total=total, confidence=confidence, shift=shift, notes=(*notes, *_few(table))
    )


def _numbers(measurements: pd.DataFrame, columns: Sequence[str]) -> Floats:
    if not columns:
        given = ", ".join(map(repr, list(measurements.columns)[:12]))
        raise DataError(
            Problem(t("measurements"), t("no column of a measure; there are: {names}", names=given),
                    t("a column for at least one measure"))
        )  # fmt: skip
    problems = [
        Problem(t("column {name}", name=repr(name)), t("no numbers"))
        for name in dict.fromkeys(columns)
        if not pd.api.types.is_numeric_dtype(measurements[name]) or not measurements[name].notna().any()
    ]
    if problems:
        raise DataError(problems)
    return measurements[list(columns)].to_numpy(dtype=np.float64, na_value=np.nan)


def _table(measures: pd.DataFrame, values: Floats, shift: float, confidence: float) -> pd.DataFrame:
    lower = measures["lower"].fillna(-np.inf).to_numpy()
    upper = measures["upper"].fillna(np.inf).to_numpy()
    present = ~np.isnan(values)
    defects = ((values < lower) | (values > upper)).sum(axis=0)
    n = present.sum(axis=0)
    head = measures[["measure", "unit", "lower", "upper", "target"]].reset_index(drop=True)
    head["missing"] = len(values) - n
    head["mean"] = np.nansum(values, axis=0) / n
    return pd.concat([head, _figures(defects, n, shift, confidence)], axis=1)


def _figures(defects: npt.NDArray[np.int64], n: npt.NDArray[np.int64], shift: float, confidence: float) -> pd.DataFrame:
    low, high = wilson_interval(defects, n, confidence=confidence)
    share = defects / n
    return pd.DataFrame(
        {
            "n": n,
            "defects": defects,
            "within": 1 - share,
            "within_low": 1 - high,
            "within_high": 1 - low,
            "dpmo": share * MILLION,
            "sigma_level": sigma_level(share * MILLION, shift=shift),
            "sigma_low": sigma_level(high * MILLION, shift=shift),
            "sigma_high": sigma_level(low * MILLION, shift=shift),
        }
    )


def _few(table: pd.DataFrame) -> tuple[str, ...]:
    few = int((table["defects"] == 0).sum())
    if not few:
        return ()
    return (
        tn(
            "{n} measure has no defect: its sigma level is known from below only.",
            "{n} measures have no defect: their sigma levels are known from below only.",
            few,
        ),
    )
