"""Durations, events, covariates and strata of a frame: read and checked, all problems at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t, tn

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
SHOWN = 5
MOST_NAMES = 12
REPEATED = 1e-9  # variance of a combination of standardised columns that is next to nothing


@dataclass(frozen=True, kw_only=True)
class Lives:
    """What is known of each row.

    Attributes
    ----------
    time, left : ndarray, shape (n,)
    x : ndarray, shape (n, k)
    stratum : ndarray of int, shape (n,)
        Place in `strata`.
    strata : tuple
        Names; one of none where there are no strata.
    """

    time: Floats
    left: Bools
    x: Floats
    stratum: Places
    strata: tuple[object, ...]


def read_lives(
    frame: pd.DataFrame, *, duration: str, event: str, covariates: Sequence[str], strata: str | None
) -> Lives:
    """Return what is known of each row, or tell everything that is wrong."""
    names = list(covariates)
    _check_roles(names, duration, event, strata)
    _check_present(frame, [duration, event, *names, *([strata] if strata else [])])
    time, left = read_numbers(frame[duration]), read_numbers(frame[event])
    problems = [
        *bad_cells(frame, duration, ~(np.isfinite(time) & (time >= 0)), t("numbers of at least 0")),
        *bad_cells(frame, event, ~np.isin(left, (0, 1)), t("1 for who left, 0 for who is still here")),
    ]
    found = [_covariate(frame, name, problems) for name in names]
    stratum, kinds = np.zeros(len(frame), dtype=np.int64), (None,)
    if strata:
        code, values = pd.factorize(frame[strata], sort=False)
        stratum, kinds = code.astype(np.int64), tuple(values)
        problems += bad_cells(frame, strata, code < 0, t("a label for each row"))
    if not problems and not (left == 1).any():
        problems.append(Problem(_where(event), t("nobody left"), t("some who left")))
    if problems:
        raise DataError(problems)
    return Lives(time=time, left=left == 1, x=np.column_stack(found), stratum=stratum, strata=kinds)


def read_covariates(frame: pd.DataFrame, names: Sequence[str]) -> Floats:
    """Return covariates of other customers.

    Raises
    ------
    DataError
        A column is missing or holds gaps or text.
    """
    _check_present(frame, names)
    problems: list[Problem] = []
    found = [_covariate(frame, name, problems) for name in names]
    if problems:
        raise DataError(problems)
    return np.column_stack(found)


def refuse_repeated(x: Floats, names: Sequence[str]) -> None:
    """Tell which columns do not change (within strata), or are made of others.

    Raises
    ------
    DataError
        Always.
    """
    flat = [name for name, column in zip(names, x.T, strict=True) if np.ptp(column) <= 1e-12 * np.abs(column).max()]
    if flat:
        found, who = t("the same value in every row"), flat
    else:
        size, ways = np.linalg.eigh(np.atleast_2d(np.corrcoef(x.T)))
        made = (np.abs(ways[:, size < REPEATED]) > 1e-3).any(axis=1)
        who = [name for name, out in zip(names, made, strict=True) if out] or list(names)
        found = t("they repeat each other, or do not change among those who could leave")
    where = _columns(who)
    raise DataError(Problem(where, found, t("variables that tell something of their own")))


def refuse_endless(names: Sequence[str]) -> None:
    """Tell which columns separate who left from who stayed.

    Raises
    ------
    DataError
        Always.
    """
    where = _columns(names)
    found = t("they separate who left early from all others, so that no finite coefficient fits best")
    raise DataError(Problem(where, found, fix=t("leave them out or join categories")))


def read_numbers(column: pd.Series) -> Floats:
    """Return a column as numbers; what is none is not a number."""
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def bad_cells(frame: pd.DataFrame, name: str, bad: Bools, expected: str, fix: str = "") -> list[Problem]:
    """Return the problem of cells that cannot be used, or nothing."""
    count = int(bad.sum())
    if not count:
        return []
    labels = ", ".join(str(label) for label in frame.index[bad][:SHOWN]) + (", ..." if count > SHOWN else "")
    found = tn("{n} value that cannot be used, in row {rows}", "{n} values that cannot be used, in rows {rows}",
               count, rows=labels)  # fmt: skip
    return [Problem(_where(name), found, expected, fix)]


def _covariate(frame: pd.DataFrame, name: str, problems: list[Problem]) -> Floats:
    values = read_numbers(frame[name])
    bad = ~np.isfinite(values)
    text = bool(bad.any()) and bool((bad & frame[name].notna().to_numpy()).any())
    fix = t("make columns of 0 and 1 of categories") if text else ""
    problems += bad_cells(frame, name, bad, t("finite numbers"), fix)
    return values


def _check_roles(names: list[str], duration: str, event: str, strata: str | None) -> None:
    counts = Counter([duration, event, *names, *([strata] if strata else [])])
    problems = [Problem("covariates", t("{value} is used twice", value=repr(name)), t("each column once"))
                for name, count in counts.items() if count > 1]  # fmt: skip
    if not names:
        problems.append(Problem("covariates", t("none"), t("at least one")))
    if problems:
        raise ParameterError(problems)


def _check_present(frame: pd.DataFrame, names: Sequence[str]) -> None:
    known = [str(name) for name in frame.columns]
    lost = [name for name in names if name not in frame.columns]
    several = [name for name in names if known.count(str(name)) > 1]
    if lost or several:
        raise DataError(
            [Problem(_where(name), t("missing"), fix=suggest(str(name), known)) for name in lost]
            + [Problem(_where(name), t("several columns of this name"), t("one")) for name in several]
        )
    if not len(frame):
        raise DataError(Problem(t("rows"), t("none"), t("at least one")))


def _columns(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:MOST_NAMES])
    return t("columns {names}", names=shown + (", ..." if len(names) > MOST_NAMES else ""))


def _where(name: str) -> str:
    return t("column {name}", name=repr(name))
