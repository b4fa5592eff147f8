"""From open balances and grades to a portfolio: what each customer owes, and how likely he defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t

COLUMNS = (
    mark("customer"),
    mark("grade"),
    mark("exposure"),
    mark("overdue"),
    mark("defaulted"),
    mark("pd"),
    mark("lgd"),
)


def grade_probabilities(grades: Sequence[str], probabilities: Sequence[float]) -> dict[str, float]:
    """Put grades and their probabilities of default together.

    Raises
    ------
    ParameterError
        Not as many of one as of the other, a grade twice, or a probability outside 0 to 1; all at once.

    Examples
    --------
    >>> grade_probabilities(["A", "B"], [0.005, 0.02])
    {'A': 0.005, 'B': 0.02}
    """
    problems = []
    if len(grades) != len(probabilities):
        found = t("{a} grades, {b} probabilities", a=len(grades), b=len(probabilities))
        problems.append(Problem("grade_pd", found, t("as many of each")))
    problems += [
        Problem("grades", t("{name} occurs twice", name=repr(g))) for g in dict.fromkeys(grades) if grades.count(g) > 1
    ]
    bad = [x for x in probabilities if not 0 <= x <= 1]
    if bad:
        problems.append(Problem("grade_pd", ", ".join(f"{x:g}" for x in bad), t("numbers from 0 to 1")))
    if problems:
        raise ParameterError(problems)
    return dict(zip(grades, probabilities, strict=True))


def debtors(
    balances: pd.DataFrame,
    grades: pd.Series,
    *,
    grade_pd: Mapping[str, float],
    sectors: pd.Series | None = None,
    default_share: float = 0.5,
) -> pd.DataFrame:
    """Exposure and probability of default of every customer who owes something.

    Parameters
    ----------
    balances : DataFrame, shape (customers, buckets)
        Open amounts by age, the oldest bucket last [currency], at least 0; customers are the index.
    grades : Series
        Grade by customer.
    grade_pd : mapping of grade to float
        Probability of default of each grade, 0 to 1.
    sectors : Series, optional
        Sector by customer.
    default_share : float
        A customer counts as in default (probability 1) when at least this share of the balance is in the oldest
        bucket, above 0; above 1 nobody does.

    Returns
    -------
    DataFrame
        A row per customer who owes something: `customer`, `grade`, `sector`, `exposure`, `overdue` (share beyond the
        first bucket), `defaulted`, `pd`.

    Raises
    ------
    DataError
        Nobody owes anything, a customer has no grade or one without a probability, or no sector; all at once.
    ParameterError
        `default_share` not above 0.

    Notes
    -----
    IFRS 9 presumes default at 90 days past due unless something else can be shown (paragraph B5.5.37).
    """
    check_number("default_share", default_share, low=0, low_open=True, high=10)
    owed = balances.loc[balances.sum(axis=1) > 0.005]
    if owed.empty:
        raise DataError(Problem("balances", t("nobody owes anything"), t("at least one open balance")))
    total = owed.sum(axis=1)
    grade = grades.reindex(owed.index)
    sector = None if sectors is None else sectors.reindex(owed.index)
    _check_known(grade, grade_pd, sector)
    old = owed.iloc[:, -1] / total
    late = (old >= default_share).to_numpy()
    chance = grade.map(dict(grade_pd)).to_numpy(dtype=np.float64)
    return pd.DataFrame(
        {
            "customer": owed.index.astype(str),
            "grade": grade.astype(str).to_numpy(),
            "sector": "" if sector is None else sector.astype(str).to_numpy(),
            "exposure": total.to_numpy(dtype=np.float64),
            "overdue": (1 - owed.iloc[:, 0] / total).to_numpy(),
            "defaulted": late,
            "pd": np.where(late, 1.0, chance),
        }
    )


def _check_known(grade: pd.Series, grade_pd: Mapping[str, float], sector: pd.Series | None) -> None:
    problems = []
    unknown = sorted({str(g) for g in grade.dropna().unique()} - {str(g) for g in grade_pd})
    if unknown:
        known = ", ".join(map(str, grade_pd))
        found = t("without a probability of default: {names}", names=", ".join(map(repr, unknown)))
        problems.append(Problem("grade", found, t("one of {values}", values=known)))
    for name, values in (("grade", grade), ("sector", sector)):
        if values is not None and values.isna().any():
            who = ", ".join(repr(str(x)) for x in values.index[values.isna()][:5])
            found = t("{n} customers have none: {who}", n=int(values.isna().sum()), who=who)
            problems.append(Problem(name, found, t("one for every customer")))
    if problems:
        raise DataError(problems)
