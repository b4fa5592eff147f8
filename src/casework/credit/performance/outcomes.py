"""What really happened against what was forecast: the check that every measure of performance starts with."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def check_outcomes(
    outcome: npt.ArrayLike, *risks: npt.ArrayLike, probability: bool = False, both: bool = True
) -> tuple[Bools, list[Floats]]:
    """Read outcomes (1 bad, 0 good) and risks (higher is worse), and refuse what cannot be used.

    Parameters
    ----------
    outcome : array_like of 0 and 1, shape (n,)
        What happened.
    *risks : array_like of float, shape (n,)
        Forecasts, finite.
    probability : bool
        Forecasts lie between 0 and 1.
    both : bool
        At least one bad and one good are needed.

    Returns
    -------
    bad : ndarray of bool, shape (n,)
    risks : list of ndarray, shape (n,)

    Raises
    ------
    DataError
        Not a row of numbers, empty, of different lengths, missing or infinite values, outcomes other than 0 and 1,
        probabilities outside 0 to 1, or one class only: all problems at once.

    Examples
    --------
    >>> bad, (risk,) = check_outcomes([0, 1], [0.1, 0.7])
    >>> bad.tolist(), risk.tolist()
    ([False, True], [0.1, 0.7])
    """
    problems: list[Problem] = []
    y = _numbers(outcome, t("outcome"), problems)
    found = [_numbers(risk, t("risk"), problems) for risk in risks]
    if not problems:
        problems = _target_problems(y, both=both)
        for risk in found:
            problems += _risk_problems(risk, len(y), probability=probability)
    if problems:
        raise DataError(problems)
    return y == 1, found


def _numbers(values: npt.ArrayLike, where: str, problems: list[Problem]) -> Floats:
    try:
        row = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values))
        read = np.asarray(row.to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):
        problems.append(Problem(where, t("values that are not numbers in a row"), t("numbers")))
        return np.zeros(0)
    if not read.size:
        problems.append(Problem(where, t("no values"), t("at least one value")))
    return read


def _target_problems(y: Floats, *, both: bool) -> list[Problem]:
    where, missing = t("outcome"), int(np.isnan(y).sum())
    if missing:
        return [Problem(where, tn("{n} outcome is missing", "{n} outcomes are missing", missing), t("0 or 1"))]
    wrong = int(((y != 0) & (y != 1)).sum())
    if wrong:
        return [Problem(where, tn("{n} outcome is neither", "{n} outcomes are neither", wrong), t("0 or 1"))]
    if both and (y.all() or not y.any()):
        return [
            Problem(where, t("one class only: {n} rows, all {value}", n=len(y), value=int(y[0])), t("both 0 and 1"))
        ]
    return []


def _risk_problems(risk: Floats, n: int, *, probability: bool) -> list[Problem]:
    where, problems = t("risk"), []
    if len(risk) != n:
        problems.append(Problem(where, tn("{n} value", "{n} values", len(risk)), t("as many as outcomes, {n}", n=n)))
    lost = int((~np.isfinite(risk)).sum())
    if lost:
        problems.append(
            Problem(where, tn("{n} value is missing or infinite", "{n} values are missing or infinite", lost),
                    t("finite numbers"))
        )  # fmt: skip
    outside = int(((risk < 0) | (risk > 1)).sum()) if probability else 0
    if outside:
        problems.append(
            Problem(where, tn("{n} value is outside", "{n} values are outside", outside), t("between 0 and 1"))
        )
    return problems
