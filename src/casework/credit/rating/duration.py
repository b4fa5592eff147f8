"""How ratings move, seen in continuous time: the generator from the days on which grades changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.rating.chains import DefaultCurve, whole_years
from casework.credit.rating.columns import (
    GRADES,
    Floats,
    Ints,
    at_rows,
    check_grades,
    check_once,
    grade_codes,
    numbers_in,
)

COLUMNS = (mark("exposure"), mark("intensity"))


@dataclass(frozen=True, kw_only=True)
class DurationResult(Result):
    """Generator of rating moves.

    Attributes
    ----------
    counts : DataFrame, shape (k, k)
        Moves seen from the row to the column.
    exposure : Series
        Time that customers spent in each grade [years].
    default : str
        Name of the default state, empty for none.
    notes : tuple of str
    """

    counts: pd.DataFrame
    exposure: pd.Series
    default: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def generator(self) -> pd.DataFrame:
        """Moves per year: intensities beside the diagonal, rows add up to 0; unknown for a grade without time."""
        k = len(self.counts)
        time = self.exposure.to_numpy()
        rates = np.divide(self.counts.to_numpy(dtype=float), time[:, None], out=np.full((k, k), np.nan),
                          where=time[:, None] > 0)  # fmt: skip
        if self.default:
            rates[list(self.counts.index).index(self.default)] = 0.0
        np.fill_diagonal(rates, 0.0)
        rates[np.isnan(rates).any(axis=1)] = np.nan
        np.fill_diagonal(rates, 0.0 - rates.sum(axis=1))
        return pd.DataFrame(rates, index=self.counts.index, columns=self.counts.columns)

    def matrix(self, years: float = 1.0) -> pd.DataFrame:
        """Transition matrix over any time: the exponential of the generator times the time.

        Raises
        ------
        ParameterError
            `years` is below 0 or not finite.
        """
        from scipy.linalg import expm

        time = check_number("years", years, low=0)
        rates = self.generator.to_numpy()
        unknown = np.isnan(rates).any(axis=1)
        found = expm(np.where(np.isnan(rates), 0.0, rates) * time)
        lost = unknown | (found[:, unknown].sum(axis=1) > 1e-12)
        return pd.DataFrame(
            np.where(lost[:, None], np.nan, found), index=self.counts.index, columns=self.counts.columns
        )

    def default_curve(self, *, years: int = 10) -> DefaultCurve:
        """Cumulative default probabilities by grade.

        Raises
        ------
        ParameterError
            There is no default state, or `years` is not a whole number from 1.
        """
        if not self.default:
            raise ParameterError(
                Problem("default", t("there is no default state"), t("histories with a default state"))
            )
        steps = whole_years(years, least=1)
        grades = [name for name in self.counts.index if name != self.default]
        rows = [self.matrix(year).loc[grades, self.default].to_numpy() for year in range(1, steps + 1)]
        return DefaultCurve(
            cumulative=pd.DataFrame(np.array(rows), index=pd.RangeIndex(1, steps + 1, name="year"), columns=grades)
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per pair of states: `from`, `to`, `cases`, `intensity`, `share` after a year."""
        names = list(self.counts.index)
        k = len(names)
        table = pd.DataFrame({"from": np.repeat(names, k), "to": np.tile(names, k)})
        parts = {"cases": self.counts, "intensity": self.generator, "share": self.matrix()}
        return table.assign(**{name: part.to_numpy().ravel() for name, part in parts.items()})

    def summary(self) -> str:
        """Say how many moves were seen in how much time."""
        n = int(self.counts.to_numpy().sum())
        return tn("{n} move in {time:,.0f} customer years.", "{n:,} moves in {time:,.0f} customer years.", n,
                  time=float(self.exposure.sum()))  # fmt: skip


def duration_matrix(
    histories: pd.DataFrame,
    *,
    end: float,
    start: float | None = None,
    customer: str = "customer",
    time: str = "time",
    grade: str = "grade",
    grades: Sequence[str] = GRADES,
    default: str = "defaulted",
) -> DurationResult:
    """Estimate the generator of rating moves from histories: who got which grade when.

    Parameters
    ----------
    histories : DataFrame, one row per customer and change of grade
        The first row of a customer is his first rating. An empty grade says that the rating was withdrawn then.
    end : float
        End of the observation [years]; rows after it are refused.
    start : float, optional
        Time before this does not count.
    customer, time, grade : str
        Columns; time in years.
    grades : sequence of str
        Best first.
    default : str
        Name of the default state, empty for none. Time after default does not count.

    Returns
    -------
    DurationResult
        lambda_ij = moves from i to j over the years spent in i, withdrawn ratings until their withdrawal; the matrix
        over t years is exp(t Lambda). A default from a grade that nobody left for default directly still has a
        probability above 0, over other grades.

    Raises
    ------
    DataError
        A column is missing or holds text, a grade is unknown, a customer has two grades at one time, or a time lies
        after the end.
    ParameterError
        `end` is not after `start`, or the default state is a grade.

    References
    ----------
    Lando & Skodeberg (2002), Journal of Banking & Finance 26, 423-444, section 3.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer": ["a", "a", "b"], "time": [0, 0.5, 0], "grade": ["A", "B", "B"]})
    >>> float(duration_matrix(rows, end=1, grades=["A", "B"]).generator.loc["A", "B"])
    2.0
    """
    names = check_grades(grades)
    if default in names:
        raise ParameterError(
            Problem("default", t("{value} is a grade", value=repr(default)), t("a name that is no grade"))
        )
    states = (*names, default) if default else names
    last = check_number("end", end)
    first = check_number("start", start, high=last, high_open=True) if start is not None else -np.inf
    check_once(histories, [customer, time])
    codes, who, when = _sorted(histories, customer, time, grade, states, last)
    return _estimate(codes, who, when, states, default, first, last)


def _sorted(
    histories: pd.DataFrame, customer: str, time: str, grade: str, states: Sequence[str], last: float
) -> tuple[Ints, Ints, Floats]:
    if grade not in histories.columns:
        raise DataError(Problem(grade, t("there is no column {name}", name=repr(grade))))
    when = numbers_in(histories, [time])[time]
    wrong = ~(when <= last)
    if wrong.any():
        found = t("a time that is missing or after the end")
        raise DataError(Problem(at_rows(time, histories.index, wrong), found, t("at most {x:g}", x=last)))
    codes = grade_codes(histories[grade], states, where=grade, missing=True)
    who, _ = pd.factorize(histories[customer].astype(str))
    order = np.lexsort((when, who))
    return codes[order], who[order].astype(np.int64), when[order]


def _estimate(
    state: Ints, who: Ints, when: Floats, states: Sequence[str], default: str, first: float, last: float
) -> DurationResult:
    k = len(states)
    same = np.append(who[1:] == who[:-1], False)
    until = np.where(same, np.append(when[1:], last), last)
    spell = np.maximum(until - np.maximum(when, first), 0.0)
    rated = state >= 0
    over = state == k - 1 if default else np.zeros(len(state), dtype=bool)
    exposure = np.bincount(state[rated & ~over], weights=spell[rated & ~over], minlength=k)
    then = np.append(state[1:], -1)
    moved = same & rated & ~over & (then >= 0) & (then != state) & (until > first)
    cells = np.bincount(state[moved] * k + then[moved], minlength=k * k).reshape(k, k)
    counts = pd.DataFrame(cells, index=list(states), columns=list(states))
    spent = pd.Series(exposure, index=list(states))
    idle = [name for name in states if name != default and not spent[name] > 0]
    notes = (t("Grades in which nobody spent any time: {names}. Their moves are unknown.", names=", ".join(idle)),)
    return DurationResult(counts=counts, exposure=spent, default=default, notes=notes if idle else ())


def histories_from_ratings(
    ratings: pd.DataFrame,
    *,
    customer: str = "customer",
    period: str = "year",
    grade: str = "grade",
    defaulted: str = "",
    default: str = "defaulted",
    default_after: float = 0.5,
) -> pd.DataFrame:
    """Turn yearly ratings into histories: grades change at the date of the rating, defaults some time after it.

    Parameters
    ----------
    ratings : DataFrame, one row per customer and period
    customer, period, grade, defaulted : str
        Columns; `defaulted` (0 and 1: default before the next rating) may be empty.
    default : str
        Name of the default state.
    default_after : float
        Time from the rating to the default [years], above 0, at most 1: the middle of the year where the
        day is unknown.

    Returns
    -------
    DataFrame
        `customer`, `time`, `grade`, for `duration_matrix`; a customer who is not rated again is withdrawn a year later.
        Nothing after the last period is kept, since ratings then are not known.

    Raises
    ------
    DataError, ParameterError
        A column is missing, a customer stands there twice in a period; `default_after` is out of range.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer": ["a", "b", "b"], "year": [1, 1, 2], "grade": list("AAB"),
    ...                      "defaulted": [1, 0, 0]})
    >>> histories_from_ratings(rows, defaulted="defaulted")["time"].tolist()
    [1.0, 1.5, 1.0, 2.0]
    """
    wait = check_number("default_after", default_after, low=0, low_open=True, high=1)
    check_once(ratings, [customer, period])
    when = numbers_in(ratings, [period])[period]
    who = ratings[customer].astype(str).to_numpy(dtype=object)
    rows = pd.DataFrame({"customer": who, "time": when, "grade": ratings[grade].astype(object).to_numpy()})
    bad = np.zeros(len(rows), dtype=bool) if not defaulted else numbers_in(ratings, [defaulted])[defaulted] == 1
    falls = pd.DataFrame({"customer": who[bad], "time": when[bad] + wait, "grade": default})
    gone = pd.DataFrame({"customer": who[~bad], "time": when[~bad] + 1, "grade": None})
    again = pd.MultiIndex.from_arrays([gone["customer"], gone["time"]])
    gone = gone[~again.isin(pd.MultiIndex.from_arrays([rows["customer"], rows["time"]]))]
    parts = [part for part in (rows, falls, gone) if len(part)]
    found = pd.concat(parts, ignore_index=True).sort_values(["customer", "time"], kind="stable")
    kept: pd.DataFrame = found[found["time"] <= when.max()]
    return kept.reset_index(drop=True)
