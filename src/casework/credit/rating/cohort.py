"""How ratings move: the cohort matrix from one period to the next, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_fraction, check_number, check_option
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.rating.chains import (
    DefaultCurve,
    absorbing,
    cumulative_default,
    default_curve,
    transition_power,
    whole_years,
)
from casework.credit.rating.columns import (
    GRADES,
    Floats,
    Ints,
    check_grades,
    check_once,
    grade_codes,
    missing_columns,
    numbers_in,
)
from casework.stats.bootstrap import percentile_interval
from casework.stats.proportion import wilson_interval

Withdrawn = Literal["exclude", "state"]
DEFAULT, WITHDRAWN = mark("defaulted"), mark("withdrawn")
COLUMNS = (mark("from"), mark("to"), mark("cases"), mark("stay"), mark("better off"), mark("worse off"))
MOST_CELLS = 20_000_000  # resamples times customers held at once


@dataclass(frozen=True, kw_only=True)
class Moves:
    """Moves of customers, one each: customer, state before, state after (codes)."""

    customer: Ints
    before: Ints
    after: Ints
    customers: int


@dataclass(frozen=True, kw_only=True)
class MigrationResult(Result):
    """Cohort matrix of rating moves.

    Attributes
    ----------
    counts : DataFrame, shape (k, k)
        Moves from the row to the column, with states for default (and withdrawal) last.
    confidence : float
    moves : Moves
        The moves themselves, for the bootstrap.
    default : str
        Name of the default state, empty for none.
    withdrawn : int
        Ratings that were withdrawn; left out of the counts, or in a state of their own.
    notes : tuple of str
    """

    counts: pd.DataFrame
    confidence: float
    moves: Moves
    default: str = ""
    withdrawn: int = 0
    notes: tuple[str, ...] = field(default=())

    @property
    def states(self) -> tuple[str, ...]:
        """Grades, then default and withdrawn where they are kept."""
        return tuple(self.counts.columns)

    @property
    def grades(self) -> tuple[str, ...]:
        """States that can be left."""
        return tuple(name for name in self.states if name not in (self.default, WITHDRAWN))

    @property
    def n(self) -> pd.Series:
        """Ratings at the start, by grade."""
        return self.counts.sum(axis=1)

    @property
    def matrix(self) -> pd.DataFrame:
        """Shares: every row adds up to 1, and is not a number for a grade that was never seen."""
        values = shares(self.counts.to_numpy(dtype=float), self._absorbing)
        return pd.DataFrame(values, index=self.counts.index, columns=self.counts.columns)

    @property
    def _absorbing(self) -> list[int]:
        return [place for place, name in enumerate(self.states) if name not in self.grades]

    def intervals(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Lower and upper ends of the Wilson interval of every share."""
        x = self.counts.to_numpy(dtype=float)
        low, high = wilson_interval(
            x, np.broadcast_to(x.sum(axis=1, keepdims=True), x.shape), confidence=self.confidence
        )
        frames = [pd.DataFrame(end, index=self.counts.index, columns=self.counts.columns) for end in (low, high)]
        return frames[0], frames[1]

    def power(self, years: int) -> pd.DataFrame:
        """Matrix over several periods, if moves have no memory; see `transition_power`."""
        values = transition_power(self.matrix.to_numpy(), years)
        return pd.DataFrame(values, index=self.counts.index, columns=self.counts.columns)

    def default_curve(self, *, years: int = 10, resamples: int = 0, seed: int = 7) -> DefaultCurve:
        """Cumulative default probabilities by grade, with bootstrap intervals where `resamples` is above 0.

        Parameters
        ----------
        years : int
            From 1.
        resamples : int
            Whole customers are drawn again with all their moves, so that a customer counts as one.
        seed : int
            At least 0.

        Raises
        ------
        ParameterError
            There is no default state, or an argument is out of range.
        """
        if not self.default:
            raise ParameterError(
                Problem("default", t("there is no default state"), t("migration with a default state"))
            )
        if not resamples:
            return _of_grades(self, default_curve(self.matrix, years=years, default=self.default))
        return _bootstrapped(self, whole_years(years, least=1), int(resamples), seed)

    @property
    def directions(self) -> pd.DataFrame:
        """Per grade: `grade`, `n`, `better_off`, `stay`, `worse_off`, `defaulted` as shares."""
        matrix = self.matrix.loc[list(self.grades)]
        square = matrix[list(self.grades)].to_numpy()
        parts = {"better_off": np.tril(square, -1).sum(axis=1), "stay": np.diag(square),
                 "worse_off": np.triu(square, 1).sum(axis=1)}  # fmt: skip
        table = pd.DataFrame({"grade": list(self.grades), "n": self.n[list(self.grades)].to_numpy(), **parts})
        table.loc[table["n"] == 0, ["better_off", "worse_off"]] = np.nan
        return table.assign(defaulted=matrix[self.default].to_numpy()) if self.default else table

    @property
    def stay_share(self) -> float:
        """Share of all moves that keep the grade; not a number without a move."""
        total = int(self.n[list(self.grades)].sum())
        return float(np.diag(self.counts)[: len(self.grades)].sum()) / total if total else float("nan")

    def to_frame(self) -> pd.DataFrame:
        """One row per pair of states: `from`, `to`, `cases`, `share`, `low`, `high`."""
        low, high = self.intervals()
        rows = list(self.grades)
        k = len(self.states)
        parts = {"cases": self.counts, "share": self.matrix, "low": low, "high": high}
        table = pd.DataFrame({"from": np.repeat(rows, k), "to": np.tile(list(self.states), len(rows))})
        return table.assign(**{name: part.loc[rows].to_numpy().ravel() for name, part in parts.items()})

    def summary(self) -> str:
        """Say how many stay, rise, fall and default."""
        table = self.directions
        n = int(table["n"].sum())
        if not n:
            return t("No rating was seen twice.")
        share = {
            name: float((table[name].fillna(0) * table["n"]).sum() / n) for name in ("stay", "better_off", "worse_off")
        }
        return tn("{n} move: {stay:.0%} keep their grade, {up:.0%} rise, {down:.0%} fall.",
                  "{n:,} moves: {stay:.0%} keep their grade, {up:.0%} rise, {down:.0%} fall.",
                  n, stay=share["stay"], up=share["better_off"], down=share["worse_off"])  # fmt: skip


def shares(counts: Floats, absorbing_places: Sequence[int]) -> Floats:
    """Rows over their sums; states that nobody leaves keep theirs; rows without a case are not a number."""
    total = counts.sum(axis=-1, keepdims=True)
    found: Floats = np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0)
    for place in absorbing_places:
        found = absorbing(found, place)
        found[..., place, place] = 1.0
    return found


def migration_pairs(
    before: Any, after: Any, *, grades: Sequence[str] = GRADES, default: str = "", confidence: float = 0.95
) -> MigrationResult:
    """Cohort matrix from pairs of grades: at the start and at the end of a period.

    Parameters
    ----------
    before, after : columns of the same length
        Grades; `after` may also be the default state.
    grades : sequence of str
        Best first.
    default : str
        Name of the default state, empty for none.
    confidence : float
        Of the Wilson intervals.

    Returns
    -------
    MigrationResult

    Raises
    ------
    DataError
        An unknown or empty grade, or columns of different length.
    ParameterError
        Fewer than two grades, the default state is one of them, or `confidence` is not between 0 and 1.

    Examples
    --------
    >>> result = migration_pairs(list("AABBBC"), list("ABABCC"), grades=list("ABC"))
    >>> result.matrix.round(3).to_numpy().tolist()
    [[0.5, 0.5, 0.0], [0.333, 0.333, 0.333], [0.0, 0.0, 1.0]]
    """
    check_fraction("confidence", confidence)
    names = _states(grades, default)
    start = grade_codes(before, check_grades(grades), where="before")
    end = grade_codes(after, names, where="after")
    if len(start) != len(end):
        found = t("{a} grades before and {b} after", a=len(start), b=len(end))
        raise DataError(Problem("after", found, t("as many as before")))
    moves = Moves(customer=np.arange(len(start)), before=start, after=end, customers=len(start))
    return _result(moves, names, default, confidence)


def migration(
    ratings: pd.DataFrame,
    *,
    customer: str = "customer",
    period: str = "year",
    grade: str = "grade",
    defaulted: str = "",
    grades: Sequence[str] = GRADES,
    default: str = DEFAULT,
    withdrawn: Withdrawn = "exclude",
    step: float = 1.0,
    confidence: float = 0.95,
) -> MigrationResult:
    """Cohort matrix from a table of ratings: who had which grade in one period, and where he was in the next.

    Parameters
    ----------
    ratings : DataFrame, one row per customer and period
        Ratings at the end of each period.
    customer, period, grade : str
        Columns; the period is a number.
    defaulted : str
        Column of 0 and 1: default before the next rating; empty where default is a grade of its own, or unknown.
    grades : sequence of str
        Best first.
    default : str
        Name of the default state; with `defaulted` empty and no such grade in the data there is none.
    withdrawn : {'exclude', 'state'}
        Customers without a next rating who did not default: left out, or a state of their own.
    step : float
        Length between ratings in units of `period`.
    confidence : float
        Of the Wilson intervals.

    Returns
    -------
    MigrationResult
        The last period starts no move, since what follows it is not known. A grade that was never seen has a row of
        not-a-number, not of zeros.

    Raises
    ------
    DataError
        A column is missing, a customer stands there twice in a period, a grade or outcome is not known, or there are
        fewer than two periods: told at once where they are of one kind.
    ParameterError
        An argument is out of range.

    Notes
    -----
    The cohort matrix sees ratings at its own dates only. A grade that nobody left for default in a year has a default
    rate of 0, however many got there in two steps; see `duration_matrix`.

    References
    ----------
    Lando & Skodeberg (2002), Analyzing rating transitions and rating drift with continuous observations, Journal of
    Banking & Finance 26, 423-444.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer": list("aabbc"), "year": [1, 2, 1, 2, 1], "grade": list("ABBBA"),
    ...                      "defaulted": [0, 0, 0, 0, 1]})
    >>> migration(rows, defaulted="defaulted", grades=["A", "B"]).matrix.loc["A"].tolist()
    [0.0, 0.5, 0.5]
    """
    check_fraction("confidence", confidence)
    check_option("withdrawn", withdrawn, Withdrawn)
    gap = check_number("step", step, low=0, low_open=True)
    problems = missing_columns(ratings, [name for name in (customer, period, grade, defaulted) if name])
    if problems:
        raise DataError(problems)
    check_once(ratings, [customer, period])
    names = _states(grades, default)
    codes = grade_codes(ratings[grade], names, where=grade)
    bad = _defaulted(ratings, defaulted)
    moves, left = _moves(ratings, customer, period, codes, bad, gap, len(names) - 1 if default else -1)
    kept = default if defaulted or not default or (codes == len(names) - 1).any() else ""
    if withdrawn == "state":
        names = (*names, WITHDRAWN)
        moves = _with_withdrawn(moves, left, len(names) - 1)
    else:
        moves = _known(moves)
    if not kept and default:
        names, moves = _without(names, moves, default)
    return _result(moves, names, kept, confidence, withdrawn=int(left.sum()), excluded=withdrawn == "exclude")


def _states(grades: Sequence[str], default: str) -> tuple[str, ...]:
    names = check_grades(grades)
    if default in names:
        expected = t("a name that is no grade")
        raise ParameterError(Problem("default", t("{value} is a grade", value=repr(default)), expected))
    return (*names, default) if default else names


def _defaulted(ratings: pd.DataFrame, column: str) -> npt.NDArray[np.bool_]:
    if not column:
        return np.zeros(len(ratings), dtype=bool)
    values = numbers_in(ratings, [column])[column]
    if (np.isfinite(values) & ~np.isin(values, (0, 1))).any():
        raise DataError(Problem(column, t("an outcome that is neither 0 nor 1"), t("0 or 1")))
    return np.asarray(values == 1)


def _moves(
    ratings: pd.DataFrame, customer: str, period: str, codes: Ints, bad: npt.NDArray[np.bool_], gap: float, place: int
) -> tuple[Moves, npt.NDArray[np.bool_]]:
    """Return one move per rating that is not of the last period (after = -1 where no rating follows)."""
    who, names = pd.factorize(ratings[customer].astype(str))
    when = numbers_in(ratings, [period])[period]
    if not np.isfinite(when).all() or len(np.unique(when)) < 2:
        raise DataError(Problem(period, t("fewer than two periods"), t("numbers of at least two periods")))
    order = np.lexsort((when, who))
    who, when, codes, bad = who[order], when[order], codes[order], bad[order]
    follows = np.zeros(len(who), dtype=bool)
    follows[:-1] = (who[1:] == who[:-1]) & (np.abs(when[1:] - when[:-1] - gap) < 1e-6 * max(1.0, gap))
    after = np.where(follows, np.append(codes[1:], -1), -1)
    after = np.where(bad, place, after)
    starts = (when < when.max()) & (codes != place)
    moves = Moves(customer=who[starts], before=codes[starts], after=after[starts], customers=len(names))
    return moves, np.asarray(after[starts] < 0)


def _known(moves: Moves) -> Moves:
    kept = moves.after >= 0
    return Moves(customer=moves.customer[kept], before=moves.before[kept], after=moves.after[kept],
                 customers=moves.customers)  # fmt: skip


def _with_withdrawn(moves: Moves, left: npt.NDArray[np.bool_], place: int) -> Moves:
    after = np.where(left, place, moves.after)
    return Moves(customer=moves.customer, before=moves.before, after=after, customers=moves.customers)


def _without(names: tuple[str, ...], moves: Moves, default: str) -> tuple[tuple[str, ...], Moves]:
    """Take out a default state that the data cannot know of."""
    place = names.index(default)
    after = np.where(moves.after > place, moves.after - 1, moves.after)
    kept = tuple(name for name in names if name != default)
    return kept, Moves(customer=moves.customer, before=moves.before, after=after, customers=moves.customers)


def _result(
    moves: Moves, names: Sequence[str], default: str, confidence: float, *, withdrawn: int = 0, excluded: bool = False
) -> MigrationResult:
    k = len(names)
    cells = np.bincount(moves.before * k + moves.after, minlength=k * k).reshape(k, k)
    counts = pd.DataFrame(cells, index=list(names), columns=list(names))
    unseen = [name for name in names if name not in (default, WITHDRAWN) and not counts.loc[name].sum()]
    notes = []
    if unseen:
        notes.append(t("Grades that were never seen at the start of a period: {names}. Their moves are unknown.",
                       names=", ".join(unseen)))  # fmt: skip
    if withdrawn and excluded:
        notes.append(tn("{n} rating without a next one was left out.",
                        "{n} ratings without a next one were left out.", withdrawn))  # fmt: skip
    return MigrationResult(counts=counts, confidence=confidence, moves=moves, default=default, withdrawn=withdrawn,
                           notes=tuple(notes))  # fmt: skip


def _bootstrapped(result: MigrationResult, years: int, resamples: int, seed: int) -> DefaultCurve:
    check_number("resamples", resamples, low=100)
    check_number("seed", seed, low=0)
    curve = _of_grades(result, default_curve(result.matrix, years=years, default=result.default))
    draws = _curves(result, years, resamples, seed)
    low, high = percentile_interval(draws, confidence=result.confidence)
    grades = list(curve.cumulative.columns)
    place = [result.states.index(name) for name in grades]
    known = curve.cumulative.notna()
    ends = [
        pd.DataFrame(end[:, place], index=curve.cumulative.index, columns=grades).where(known) for end in (low, high)
    ]
    return DefaultCurve(cumulative=curve.cumulative, low=ends[0], high=ends[1], confidence=result.confidence)


def _of_grades(result: MigrationResult, curve: DefaultCurve) -> DefaultCurve:
    """Leave out the state of withdrawn ratings: nothing is known of what follows them."""
    return replace(curve, cumulative=curve.cumulative[list(result.grades)])


def _curves(result: MigrationResult, years: int, resamples: int, seed: int) -> Floats:
    """Default curves of resamples of whole customers: shape (resamples, years, states)."""
    from scipy.sparse import csr_array

    rng = np.random.default_rng(seed)
    k, n = len(result.states), result.moves.customers
    cell = result.moves.before * k + result.moves.after
    table = csr_array((np.ones(len(cell)), (cell, result.moves.customer)), shape=(k * k, n))
    place = result.states.index(result.default)
    size = max(1, MOST_CELLS // max(1, n))
    found = []
    for start in range(0, resamples, size):
        some = min(size, resamples - start)
        drawn = rng.multinomial(n, np.full(n, 1 / n), size=some)
        counts = (table @ drawn.T.astype(float)).T.reshape(some, k, k)
        found.append(cumulative_default(shares(counts, result._absorbing), place, years))
    return np.concatenate(found)
