"""Incoming quality in points, and the composite score of a supplier from several criteria."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_number, check_option, check_positive, suggest
from casework.core.errors import CaseworkWarning, DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
Missing = Literal["refuse", "reweight"]
WEIGHTS: dict[str, float] = {"critical": 5.0, "major": 3.0, "minor": 1.0}
SHOWN = 5
COLUMNS = (mark("critical"), mark("major"), mark("minor"), mark("units"), mark("points"), mark("points per unit"),
           mark("nonconformities"), mark("ppm"), mark("score"), mark("criteria rated"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PointsResult(Result):
    """Nonconformity points of suppliers.

    Attributes
    ----------
    table : DataFrame
        On the rows of the input: counts, `units` inspected, `points`, `points_per_unit`, `nonconformities` (of all
        kinds) and `ppm` (nonconformities per million units). Per unit is not a number where nothing was inspected.
    weights : mapping
        Points of a nonconformity of each kind.
    """

    table: pd.DataFrame
    weights: Mapping[str, float]
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say who has the most points per unit."""
        known = self.table["points_per_unit"].dropna()
        if known.empty:
            return t("Nothing was inspected: there are no points per unit.")
        worst = known.idxmax()
        return tn("{n} supplier was inspected; the most points per unit has {name}: {x:.3g}.",
                  "{n} suppliers were inspected; the most points per unit has {name}: {x:.3g}.",
                  len(known), name=worst, x=known.max())  # fmt: skip


def nonconformity_points(
    frame: pd.DataFrame,
    *,
    units: str = "units",
    weights: Mapping[str, float] | None = None,
    by: str | None = None,
) -> PointsResult:
    """Count nonconformities in points: 5 for a critical one, 3 for a major one, 1 for a minor one.

    Parameters
    ----------
    frame : DataFrame
        One row per supplier or lot; counts of each kind and units inspected, at least 0.
    units : str
        Column with the units inspected.
    weights : mapping of column to points, optional
        Kinds of nonconformity and their points, at least 0; by default critical 5, major 3, minor 1.
    by : str, optional
        Column whose equal values (lots of one supplier) are added up first.

    Returns
    -------
    PointsResult

    Raises
    ------
    DataError
        A column is missing, a count is missing, negative or no number: all of them at once.
    ParameterError
        Points that are negative or no numbers.

    Warns
    -----
    CaseworkWarning
        Rows without any inspected unit: points per unit are not a number.

    Examples
    --------
    >>> lots = pd.DataFrame({"critical": [0, 1], "major": [2, 0], "minor": [5, 3], "units": [100, 50]})
    >>> found = nonconformity_points(lots).table
    >>> found["points"].tolist(), found["points_per_unit"].tolist()
    ([11.0, 8.0], [0.11, 0.16])
    """
    points = dict(WEIGHTS if weights is None else weights)
    if not points:
        raise ParameterError(Problem("weights", t("none"), t("at least one kind of nonconformity")))
    check_all(*(lambda key=key, x=x: check_number(str(key), x, low=0) for key, x in points.items()))
    values = counts(frame, [*points, units])
    table = pd.DataFrame(values, columns=[*points, units], index=frame.index)
    if by is not None:
        _require(frame, [by])
        table = table.groupby(frame[by].to_numpy(), sort=True).sum()
    found, inspected = table[list(points)].to_numpy(), table[units].to_numpy()
    total = found @ np.array(list(points.values()), dtype=np.float64)
    table = table.rename(columns={units: "units"})
    table["points"], table["points_per_unit"] = total, _per(total, inspected)
    table["nonconformities"] = found.sum(axis=1)
    table["ppm"] = 1e6 * _per(found.sum(axis=1), inspected)
    notes = _without_units(inspected)
    for note in notes:
        warnings.warn(note, CaseworkWarning, stacklevel=2)
    return PointsResult(table=table, weights=points, notes=notes)


@dataclass(frozen=True, kw_only=True)
class ScoreResult(Result):
    """Composite scores of suppliers, 0 to 100.

    Attributes
    ----------
    table : DataFrame
        On the rows of the input: the criteria, the `score`, and how many `criteria_rated`.
    weights : mapping
        Share of each criterion; they add up to 1.
    contributions : DataFrame
        Points of the score that come from each criterion; they add up to the score.
    """

    table: pd.DataFrame
    weights: Mapping[str, float]
    contributions: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def score(self) -> pd.Series:
        """Score of each supplier."""
        return self.table["score"].copy()

    def to_frame(self) -> pd.DataFrame:
        """Return the table, best first."""
        return self.table.sort_values("score", ascending=False, kind="stable")

    def summary(self) -> str:
        """Say who leads, and by how much."""
        ranked = self.to_frame()["score"].dropna()
        if ranked.empty:
            return t("No supplier could be scored.")
        return tn("{n} supplier scored: {first} with {x:.1f} of 100.",
                  "{n} suppliers scored, from {x:.1f} of 100 ({first}) to {y:.1f} ({last}).",
                  len(ranked), first=ranked.index[0], x=ranked.iloc[0], last=ranked.index[-1],
                  y=ranked.iloc[-1])  # fmt: skip


def composite_score(ratings: pd.DataFrame, *, weights: Mapping[str, float], missing: Missing = "refuse") -> ScoreResult:
    """Combine ratings of several criteria (quality, delivery, price, service, managers) into one score.

    Parameters
    ----------
    ratings : DataFrame
        One row per supplier; each criterion from 0 to 100, higher is better.
    weights : mapping of column to weight
        Above 0; they are scaled to add up to 1.
    missing : {'refuse', 'reweight'}
        Whether missing ratings are an error, or the other criteria take over their weight.

    Returns
    -------
    ScoreResult

    Raises
    ------
    DataError
        A column is missing, a rating is no number, missing or outside 0 to 100.
    ParameterError
        No weight, or one that is not above 0.

    Examples
    --------
    >>> ratings = pd.DataFrame({"quality": [90, 60], "delivery": [80, 100]}, index=["A", "B"])
    >>> composite_score(ratings, weights={"quality": 3, "delivery": 1}).score.tolist()
    [87.5, 70.0]
    """
    check_option("missing", missing, Missing)
    if not weights:
        raise ParameterError(Problem("weights", t("none"), t("at least one criterion")))
    check_all(*(lambda key=key, x=x: check_positive(str(key), x) for key, x in weights.items()))
    names = list(weights)
    values = counts(ratings, names, high=100.0, gaps=missing == "reweight")
    share = np.array([weights[name] for name in names], dtype=np.float64)
    share = share / share.sum()
    known = np.isfinite(values)
    effective = known * share
    total = effective.sum(axis=1, keepdims=True)
    effective = np.divide(effective, total, out=np.full(values.shape, np.nan), where=total > 0)
    parts = effective * np.where(known, values, 0.0)
    table = pd.DataFrame(values, columns=names, index=ratings.index)
    table["score"], table["criteria_rated"] = parts.sum(axis=1), known.sum(axis=1)
    return ScoreResult(
        table=table,
        weights=dict(zip(names, share.tolist(), strict=True)),
        contributions=pd.DataFrame(parts, columns=names, index=ratings.index),
        notes=_reweighted(known),
    )


def quality_rating(points_per_unit: npt.ArrayLike, *, zero_at: float) -> Floats:
    """Turn points per unit into a rating: 100 without points, 0 from `zero_at` on, a straight line between.

    Parameters
    ----------
    points_per_unit : array_like
        At least 0; what is missing stays missing.
    zero_at : float
        Points per unit at which nothing is left of the rating, above 0.

    Raises
    ------
    ParameterError
        `zero_at` is not above 0.

    Examples
    --------
    >>> quality_rating([0, 0.05, 0.3], zero_at=0.2).tolist()
    [100.0, 75.0, 0.0]
    """
    check_positive("zero_at", zero_at)
    return np.asarray(np.clip(100 * (1 - np.asarray(points_per_unit, dtype=np.float64) / zero_at), 0, 100))


def counts(frame: pd.DataFrame, names: list[str], *, high: float = np.inf, gaps: bool = False) -> Floats:
    """Return columns as numbers from 0 to `high`, or refuse them, all problems at once.

    Raises
    ------
    DataError
        See `nonconformity_points` and `composite_score`.
    """
    _require(frame, names)
    problems, columns = [], []
    for name in names:
        values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        empty = frame[name].isna().to_numpy()
        bad = (np.isnan(values) & ~empty) | (values < 0) | (values > high) | np.isinf(values)
        if not gaps:
            bad |= empty
        if bad.any():
            problems.append(_bad_rows(frame, name, bad, high))
        columns.append(values)
    if problems:
        raise DataError(problems)
    return np.column_stack(columns)


def _bad_rows(frame: pd.DataFrame, name: str, bad: npt.NDArray[np.bool_], high: float) -> Problem:
    rows = [str(label) for label in frame.index[bad][:SHOWN]]
    named = ", ".join(rows) + (", ..." if int(bad.sum()) > SHOWN else "")
    found = tn("{n} value that cannot be used, in row {rows}", "{n} values that cannot be used, in rows {rows}",
               int(bad.sum()), rows=named)  # fmt: skip
    expected = t("numbers of at least 0") if np.isinf(high) else t("numbers from 0 to {high:g}", high=high)
    return Problem(t("column {name}", name=repr(name)), found, expected)


def _require(frame: pd.DataFrame, names: list[str]) -> None:
    known = [str(name) for name in frame.columns]
    lost = [name for name in names if name not in frame.columns]
    if lost:
        raise DataError([
            Problem(t("column {name}", name=repr(name)), t("missing"), fix=suggest(name, known)) for name in lost
        ])  # fmt: skip


def _per(values: Floats, units: Floats) -> Floats:
    return np.asarray(np.divide(values, units, out=np.full(len(values), np.nan), where=units > 0))


def _without_units(units: Floats) -> tuple[str, ...]:
    n = int((units == 0).sum())
    if not n:
        return ()
    return (tn("{n} row has no inspected unit: points per unit are not known there.",
               "{n} rows have no inspected unit: points per unit are not known there.", n),)  # fmt: skip


def _reweighted(known: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    n = int((~known).any(axis=1).sum())
    if not n:
        return ()
    return (tn("{n} supplier lacks a rating: the other criteria took over its weight.",
               "{n} suppliers lack a rating: the other criteria took over its weight.", n),)  # fmt: skip
