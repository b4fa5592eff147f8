"""Ratings and an outcome as numbers: the same rows, no text, and who answered everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn
from casework.stats.weights import numbers

Floats = NDArray[np.float64]
REPEATS = 1e-10  # smallest eigenvalue of a correlation matrix below which columns repeat each other
SHOWN = 8


@dataclass(frozen=True)
class Ratings:
    """Ratings (n, k) and an outcome (n,) of the rows that have both; `left_out` rows have a gap."""

    ratings: Floats
    outcome: Floats
    names: tuple[str, ...]
    outcome_name: str
    left_out: int

    @property
    def joint(self) -> Floats:
        """Return ratings and outcome side by side (n, k + 1)."""
        return np.column_stack([self.ratings, self.outcome])

    @property
    def all_names(self) -> tuple[str, ...]:
        """Return the names of the columns of `joint`."""
        return (*self.names, self.outcome_name)


def as_numbers(frame: pd.DataFrame) -> Floats:
    """Return a frame as floats (n, k), not a number where a cell is empty.

    Raises
    ------
    DataError
        A name occurs twice, or cells are no finite numbers; all columns are told at once.
    """
    names = [str(name) for name in frame.columns]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise DataError(
            [Problem(t("column {name}", name=repr(name)), t("occurs twice"), t("each column once")) for name in twice]
        )
    values = numbers(frame)
    bad = (np.isnan(values) & frame.notna().to_numpy()) | np.isinf(values)
    problems = [
        Problem(
            t("column {name}", name=repr(name)),
            tn("{n} cell is no finite number", "{n} cells are no finite numbers", int(bad[:, j].sum())),
            t("numbers, or empty cells"),
        )
        for j, name in enumerate(names)
        if bad[:, j].any()
    ]
    if problems:
        raise DataError(problems)
    return values


def same_rows(ratings: pd.DataFrame, outcome: pd.Series) -> pd.DataFrame:
    """Return ratings and outcome in one frame, the outcome last.

    Raises
    ------
    DataError
        There are no ratings, the rows differ, or the outcome is one of the ratings.
    """
    problems = []
    if ratings.shape[1] == 0:
        problems.append(Problem("ratings", t("no column"), t("at least one column")))
    if not ratings.index.equals(outcome.index):
        problems.append(
            Problem("ratings, outcome", t("the rows differ"), fix=t("Take both from the same table, row by row."))
        )
    if outcome.name in ratings.columns:
        where = t("column {name}", name=repr(str(outcome.name)))
        problems.append(Problem(where, t("is both a rating and the outcome"), t("an outcome outside the ratings")))
    if problems:
        raise DataError(problems)
    return pd.concat([ratings, outcome], axis=1)


def complete_ratings(ratings: pd.DataFrame, outcome: pd.Series, *, least: int | None = None) -> Ratings:
    """Keep the rows where everything is answered.

    Parameters
    ----------
    ratings : DataFrame, shape (n, k)
        Numbers or empty.
    outcome : Series, shape (n,)
        On the same index.
    least : int, optional
        Complete rows needed; by default k + 2.

    Raises
    ------
    DataError
        The rows differ, a column holds text or nothing but one value, or too few rows are complete.
    """
    joint = same_rows(ratings, outcome)
    values = as_numbers(joint)
    whole = np.isfinite(values).all(axis=1)
    kept = values[whole]
    names = tuple(str(name) for name in joint.columns)
    needed = ratings.shape[1] + 2 if least is None else least
    if len(kept) < needed:
        found = tn("{n} row with an answer to everything", "{n} rows with an answer to everything", len(kept))
        raise DataError(Problem(t("ratings and outcome"), found, t("at least {needed}", needed=needed)))
    refuse_constant(kept, names)
    return Ratings(kept[:, :-1], kept[:, -1], names[:-1], names[-1], int((~whole).sum()))


def refuse_constant(values: Floats, names: Sequence[str]) -> None:
    """Refuse columns with one value only.

    Raises
    ------
    DataError
        Names every such column.
    """
    constant = np.ptp(values, axis=0) == 0
    problems = [
        Problem(t("column {name}", name=repr(name)), t("all values are equal"), t("values that vary"))
        for name, same in zip(names, constant, strict=True)
        if same
    ]
    if problems:
        raise DataError(problems)


def refuse_repeats(correlation: Floats, names: Sequence[str]) -> None:
    """Refuse columns that are exact combinations of each other, by name.

    Raises
    ------
    DataError
        Names the columns that repeat each other.
    """
    roots, vectors = np.linalg.eigh(correlation)
    part = np.abs(vectors[:, roots < REPEATS]).max(axis=1, initial=0.0) > 1e-4
    if part.any():
        found = t(
            "repeat each other: {names}",
            names=listed([name for name, inside in zip(names, part, strict=False) if inside]),
        )
        raise DataError(
            Problem(t("ratings"), found, t("columns that are no sum or copy of others"), t("Leave one of them out."))
        )


def correlations(values: Floats) -> Floats:
    """Return the correlations (k, k) of the columns of values (n, k)."""
    return np.asarray(np.atleast_2d(np.corrcoef(values, rowvar=False)), dtype=np.float64)


def whole(matrices: Floats) -> NDArray[np.bool_]:
    """Return which of the matrices (m, ...) have no gap."""
    return np.asarray(np.isfinite(matrices.reshape(len(matrices), -1)).all(axis=1))


def listed(names: Sequence[object], most: int = SHOWN) -> str:
    """Return names as a list for a sentence; of a long one the first, and how many more.

    Examples
    --------
    >>> listed(["price", "staff"]), listed(["a", "b", "c", "d"], most=3)
    ('price, staff', 'a, b, c and 1 more')
    """
    first = t(", ").join(t(str(name)) if str(name) else "" for name in names[:most])
    left = len(names) - most
    return tn("{names} and {n} more", "{names} and {n} more", left, names=first) if left > 0 else first
