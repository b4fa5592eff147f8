"""From a logit on weights of evidence to points per bin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_number, check_option, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t, tn
from casework.credit.scorecard.binning import BinningResult
from casework.credit.scorecard.card import Scorecard
from casework.credit.scorecard.scaling import Scaling, check_scaling

Base = Literal["spread", "separate"]


def scorecard_points(
    binning: BinningResult,
    coefficients: Mapping[str, float] | pd.Series[Any],
    intercept: float,
    *,
    points: float = 600,
    odds: float = 50,
    pdo: float = 20,
    digits: int | None = 0,
    base: str = "spread",
) -> Scorecard:
    """Turn a logit on weights of evidence into a scorecard: points for each bin, higher is safer.

    Parameters
    ----------
    binning : BinningResult
        The bins and their weights of evidence.
    coefficients : mapping or Series
        Coefficient of each variable's weight of evidence in the log odds of the event; usually below 0. The card holds
        these variables, in this order.
    intercept : float
        Constant of the log odds of the event.
    points, odds : float
        A score of `points` stands for `odds` non-events per event (above 0).
    pdo : float
        Points that double the odds, above 0.
    digits : int or None
        Decimals of points, 0 to 6; None leaves them as they are.
    base : {"spread", "separate"}
        Share the base points out over the variables, or show them in a row of their own.

    Returns
    -------
    Scorecard

    Raises
    ------
    ParameterError
        No coefficient or one that is not a number, a variable that is not in the binning, a scale out of range: all
        problems at once.

    Notes
    -----
    score = offset - factor (intercept + sum of coefficient x weight), factor = pdo / ln 2, offset = points - factor
    ln(odds). Rounding moves a score by at most half a unit per variable; `Scorecard.rounding` counts the pairs of cases
    that change places.

    References
    ----------
    Siddiqi (2006), Credit risk scorecards, chapter 6, "Scorecard scaling".

    Examples
    --------
    >>> from casework.credit.scorecard import bin_variables
    >>> data = pd.DataFrame({"x": ["a"] * 4 + ["b"] * 4, "bad": [0, 0, 0, 1, 0, 1, 1, 1]})
    >>> binning = bin_variables(data, target="bad")
    >>> scorecard_points(binning, {"x": -1.0}, 0.0).table[["bin", "points"]].to_numpy().tolist()
    [['a', 519.0], ['b', 455.0]]
    """
    given = {str(name): value for name, value in coefficients.items()}
    scaling = _check(binning, given, intercept, points=points, odds=odds, pdo=pdo, digits=digits, base=base)
    constant = scaling.offset - scaling.factor * float(intercept)
    share = constant / len(given) if base == "spread" else 0.0
    exact = {name: share - scaling.factor * float(value) * binning.weights[name] + 0.0 for name, value in given.items()}
    ends = np.cumsum([len(values) for values in exact.values()])[:-1]
    own = 0.0 if base == "spread" else constant
    return Scorecard(
        rules={name: binning.rules[name] for name in given},
        points=dict(zip(exact, np.split(scaling.rounded(np.concatenate(list(exact.values()))), ends), strict=True)),
        exact=exact,
        rows={name: binning.rows[name] for name in given},
        base=float(scaling.rounded(np.array([own]))[0]),
        exact_base=own,
        scaling=scaling,
        coefficients={name: float(value) for name, value in given.items()},
        notes=_notes(given, binning),
    )


def _check(
    binning: BinningResult, coefficients: Mapping[str, Any], intercept: float, *, base: str, **scale: Any
) -> Scaling:
    problems: list[Problem] = []
    if not coefficients:
        problems.append(Problem("coefficients", t("no coefficient"), t("one for each variable of the card")))
    for name, value in coefficients.items():
        where = f"coefficients[{name!r}]"
        if name not in binning.rules:
            said = t("there is no variable {name}", name=repr(name))
            problems.append(Problem(where, said, fix=suggest(name, binning.names)))
        problems += _caught(check_number, where, value)
    problems += _caught(check_number, "intercept", intercept)
    problems += _caught(check_option, "base", base, Base)
    scaling = Scaling()
    try:
        scaling = check_scaling(**scale)
    except ParameterError as error:
        problems += error.problems
    if problems:
        raise ParameterError(problems)
    return scaling


def _caught(check: Any, *given: Any) -> list[Problem]:
    try:
        check(*given)
    except ParameterError as error:
        return list(error.problems)
    return []


def _notes(coefficients: Mapping[str, float], binning: BinningResult) -> tuple[str, ...]:
    against = [name for name, value in coefficients.items() if float(value) > 0]
    if not against:
        return ()
    return (
        tn(
            "{n} variable gives more points where there were more events, against its own bins; leave it out or look "
            "for another that it depends on: {list}.",
            "{n} variables give more points where there were more events, against their own bins; leave them out or "
            "look for others that they depend on: {list}.",
            len(against),
            list=t(", ").join(against),
        ),
    )
