"""Grades A to D of suppliers, what to do with each, and how grades change from period to period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
Actions = Mapping[tuple[str, int], str]
CUTS = (85.0, 70.0, 60.0)
LETTERS = "ABCDEFGH"
MANY = 3  # approved suppliers from which there is a real choice
COLUMNS = (mark("grade"), mark("item"), mark("suppliers of the item"), mark("action"), mark("capped"))

# What to do by grade and by the number of approved suppliers of the item (3 stands for three or more): a rule of the
# course (curriculum B7), data of which any part can be given otherwise. D means drop, unless nobody else delivers yet.
ACTIONS: dict[tuple[str, int], str] = {
    ("A", 1): mark("keep, reward with longer contracts; qualify a second source"),
    ("A", 2): mark("keep, give the larger share"),
    ("A", 3): mark("keep, give the largest share and new parts first"),
    ("B", 1): mark("keep, agree a plan of improvement; qualify a second source"),
    ("B", 2): mark("keep the share, ask for corrective action"),
    ("B", 3): mark("keep a smaller share, ask for corrective action"),
    ("C", 1): mark("help on site, inspect more tightly; qualify a second source at once"),
    ("C", 2): mark("cut the share, inspect more tightly, set a deadline"),
    ("C", 3): mark("stop new orders until the causes are removed"),
    ("D", 1): mark("inspect every lot, drop as soon as a second source is approved"),
    ("D", 2): mark("drop, move orders to the other supplier and qualify a new one"),
    ("D", 3): mark("drop, move orders to the others"),
}


@dataclass(frozen=True, kw_only=True)
class GradesResult(Result):
    """Grades of suppliers and what to do.

    Attributes
    ----------
    table : DataFrame
        On the rows of the input: `score`, `grade`, `capped` (whether a rule held the grade down), `item`,
        `suppliers_of_the_item` (approved ones: grade not D), `action`.
    cuts : tuple of float
        Lowest score of each grade but the last.
    """

    table: pd.DataFrame
    cuts: tuple[float, ...]
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> pd.Series:
        """Suppliers of each grade."""
        letters = list(LETTERS[: len(self.cuts) + 1])
        return self.table["grade"].value_counts().reindex(letters, fill_value=0)

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many suppliers have which grade."""
        counted = t(", ").join(f"{letter} {n}" for letter, n in self.counts.items())
        return tn("{n} supplier graded: {counted}.", "{n} suppliers graded: {counted}.",
                  int(self.table["grade"].notna().sum()), counted=counted)  # fmt: skip


def grade_suppliers(
    score: pd.Series,
    *,
    cuts: Sequence[float] = CUTS,
    item: pd.Series | None = None,
    cap: pd.Series | None = None,
    actions: Actions | None = None,
) -> GradesResult:
    """Grade suppliers by their score and say what to do with each.

    Parameters
    ----------
    score : Series
        Score of each supplier, 0 to 100; a missing one has no grade.
    cuts : sequence of 1 to 7 numbers
        Lowest score of A, of B, and so on, descending; what is below the last has the last grade.
    item : Series, optional
        Item that each row delivers: the action depends on how many approved suppliers it has. All rows deliver one
        item by default.
    cap : Series, optional
        Best grade that a supplier may have (such as C after a critical nonconformity); missing where there is no cap.
    actions : mapping of (grade, 1 to 3) to str, optional
        What to do by grade and number of approved suppliers; by default `ACTIONS`, for the grades A to D.

    Returns
    -------
    GradesResult

    Raises
    ------
    DataError
        Scores that are no numbers, other lengths, or a cap that is no grade.
    ParameterError
        Cuts that do not descend, or actions that are missing for a grade.

    Notes
    -----
    Approved suppliers are those with any grade but the last. For the action, a supplier of the last grade is counted
    beside the approved ones; where all have the last grade, the action is that of a single source.

    Examples
    --------
    >>> found = grade_suppliers(pd.Series([92, 71, 40], index=["x", "y", "z"]))
    >>> found.table["grade"].tolist(), found.table["action"].iloc[2]
    (['A', 'B', 'D'], 'drop, move orders to the others')
    """
    limits = _cuts(cuts)
    letters = np.array(list(LETTERS[: len(limits) + 1]))
    todo = _actions(ACTIONS if actions is None else actions, letters.tolist())
    values, caps = _read(score, item, cap, letters.tolist())
    known = np.isfinite(values)
    place = (values[:, None] < np.array(limits)).sum(axis=1)
    final = np.maximum(place, caps)
    items = np.zeros(len(values), dtype=np.int64) if item is None else pd.factorize(item.to_numpy())[0]
    approved = known & (final < len(limits)) & (items >= 0)
    number = np.bincount(items[approved], minlength=int(items.max(initial=0)) + 1)[items]
    others = np.clip(number + (known & (final == len(limits))), 1, MANY)
    table = pd.DataFrame({"score": values, "grade": np.where(known, letters[final], None)}, index=score.index)
    table["capped"] = known & (caps > place)
    if item is not None:
        table["item"] = item.to_numpy()
    table["suppliers_of_the_item"] = number
    words = np.array([[todo[letter, n] for n in range(1, MANY + 1)] for letter in letters], dtype=object)
    chosen = words[final, others - 1]
    chosen[~known] = None
    table["action"] = chosen
    return GradesResult(table=table, cuts=limits, notes=_notes(known))


@dataclass(frozen=True, kw_only=True)
class GradeChain(Result):
    """How grades follow each other.

    Attributes
    ----------
    matrix : DataFrame, shape (k, k)
        Probability of the next grade (columns) given this one (rows); a row that was never seen is not a number.
    counts : DataFrame, shape (k, k)
        Steps seen.
    stationary : Series
        Share of suppliers in each grade if this goes on for ever; not numbers where it is not defined.
    """

    matrix: pd.DataFrame
    counts: pd.DataFrame
    stationary: pd.Series
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the matrix."""
        return self.matrix.copy()

    def summary(self) -> str:
        """Say how often a grade is kept."""
        steps = int(self.counts.to_numpy().sum())
        kept = float(np.trace(self.counts.to_numpy())) / steps if steps else float("nan")
        return tn("{n} step from period to period: the grade is kept in {kept:.0%}.",
                  "{n} steps from period to period: the grade is kept in {kept:.0%}.", steps, kept=kept)  # fmt: skip


def grade_chain(
    frame: pd.DataFrame, *, supplier: str, period: str, grade: str, grades: Sequence[str] = ("A", "B", "C", "D")
) -> GradeChain:
    """Count how grades change from one period of a supplier to its next.

    Parameters
    ----------
    frame : DataFrame
        One row per supplier and period.
    supplier, period, grade : str
        Columns; periods are sorted as they compare.
    grades : sequence of str
        All grades, best first.

    Returns
    -------
    GradeChain

    Raises
    ------
    DataError
        A column is missing, a grade is unknown, or a supplier has two grades in one period.

    Examples
    --------
    >>> log = pd.DataFrame({"s": ["x"] * 3 + ["y"] * 2, "t": [1, 2, 3, 1, 2], "g": list("ABA") + list("BB")})
    >>> grade_chain(log, supplier="s", period="t", grade="g", grades="AB").counts.to_numpy().tolist()
    [[0, 1], [1, 1]]
    """
    names = list(grades)
    lost = [name for name in (supplier, period, grade) if name not in frame.columns]
    if lost:
        known = [str(name) for name in frame.columns]
        raise DataError(
            [Problem(t("column {name}", name=repr(name)), t("missing"), fix=suggest(name, known)) for name in lost]
        )
    problems = []
    unknown = sorted({str(x) for x in frame[grade].dropna().unique() if x not in names})
    if unknown:
        problems.append(Problem(t("column {name}", name=repr(grade)), ", ".join(unknown), ", ".join(names)))
    twice = int(frame.duplicated([supplier, period]).sum())
    if twice:
        found = tn("{n} row repeats supplier and period", "{n} rows repeat supplier and period", twice)
        problems.append(Problem(f"{supplier}, {period}", found, t("one grade of a supplier in a period")))
    if problems:
        raise DataError(problems)
    ordered = frame.dropna(subset=[grade]).sort_values([supplier, period], kind="stable")
    who = pd.factorize(ordered[supplier])[0]
    place = pd.Index(names).get_indexer(pd.Index(ordered[grade]))
    same = who[1:] == who[:-1]
    pairs = place[:-1][same] * len(names) + place[1:][same]
    seen = np.bincount(pairs, minlength=len(names) ** 2).reshape(len(names), -1)
    total = seen.sum(axis=1, keepdims=True)
    matrix = np.divide(seen, total, out=np.full(seen.shape, np.nan), where=total > 0)
    return GradeChain(
        matrix=pd.DataFrame(matrix, index=names, columns=names),
        counts=pd.DataFrame(seen, index=names, columns=names),
        stationary=pd.Series(stationary_shares(matrix), index=names),
        notes=() if (total > 0).all() else (t("Some grades were never left: what follows them is not known."),),
    )


def stationary_shares(matrix: npt.ArrayLike) -> Floats:
    """Return the shares that a matrix of transitions keeps; not numbers where there are none or several.

    Parameters
    ----------
    matrix : array_like, shape (k, k)
        Rows add up to 1.

    References
    ----------
    Kemeny & Snell (1960), Finite Markov chains, chapter 4.

    Examples
    --------
    >>> stationary_shares([[0.5, 0.25, 0.25], [0.5, 0.0, 0.5], [0.25, 0.25, 0.5]]).round(12).tolist()
    [0.4, 0.2, 0.4]
    """
    values = np.asarray(matrix, dtype=np.float64)
    k = len(values)
    if not np.isfinite(values).all() or not np.allclose(values.sum(axis=1), 1):
        return np.full(k, np.nan)
    system = np.vstack([values.T - np.eye(k), np.ones(k)])
    if np.linalg.matrix_rank(system[:-1]) < k - 1:
        return np.full(k, np.nan)
    found = np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0]
    return np.asarray(np.clip(found, 0, None) / np.clip(found, 0, None).sum())


def _cuts(cuts: Sequence[float]) -> tuple[float, ...]:
    limits = tuple(float(x) for x in cuts)
    falling = all(a > b for a, b in pairwise(limits))
    if not 1 <= len(limits) < len(LETTERS) or not falling or not np.isfinite(limits).all():
        found = ", ".join(f"{x:g}" for x in limits)
        raise ParameterError(Problem("cuts", found or t("none"), t("1 to 7 numbers, the largest first")))
    return limits


def _actions(actions: Actions, letters: list[str]) -> Actions:
    lost = [f"{letter}{n}" for letter in letters for n in (1, 2, MANY) if (letter, n) not in actions]
    if lost:
        expected = t("an action for every grade and for 1, 2 and 3 suppliers")
        raise ParameterError(Problem("actions", t("missing: {names}", names=", ".join(lost)), expected))
    return actions


def _read(
    score: pd.Series, item: pd.Series | None, cap: pd.Series | None, letters: list[str]
) -> tuple[Floats, npt.NDArray[np.int64]]:
    problems = []
    values = pd.to_numeric(score, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    words = int((np.isnan(values) & score.notna().to_numpy()).sum())
    if words:
        found = tn("{n} value is not a number", "{n} values are not numbers", words)
        problems.append(Problem("score", found, t("numbers from 0 to 100")))
    for name, column in (("item", item), ("cap", cap)):
        if column is not None and len(column) != len(score):
            problems.append(Problem(name, t("{n} rows", n=len(column)), t("as many as scores, {n}", n=len(score))))
    caps = np.zeros(len(score), dtype=np.int64)
    if cap is not None and not problems:
        given = cap.notna().to_numpy()
        places = pd.Index(letters).get_indexer(pd.Index(cap))
        unknown = sorted({str(x) for x in cap.to_numpy()[given & (places < 0)]})
        if unknown:
            problems.append(Problem("cap", ", ".join(unknown), ", ".join(letters)))
        caps = np.where(given, places, 0)
    if problems:
        raise DataError(problems)
    return values, caps


def _notes(known: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    n = int((~known).sum())
    return (tn("{n} supplier has no score and no grade.", "{n} suppliers have no score and no grade.", n),) if n else ()
