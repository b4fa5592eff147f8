"""Net promoter score: promoters less detractors, with an honest interval, and by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from casework.core.checks import check_fraction, check_number, check_option
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.satisfaction.drivers.ratings import as_numbers, listed
from casework.stats.bootstrap import percentile_interval, resampled_counts
from casework.stats.share_difference import share_difference_interval

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
NPSInterval = Literal["score", "adjusted", "wald", "bootstrap"]
KINDS = (mark("promoters"), mark("passives"), mark("detractors"))
PROMOTER, DETRACTOR = 9, 6  # from 9 on, up to 6
ALL = mark("all")
SHOWN = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class NPSResult(Result):
    """Net promoter score of each group.

    Attributes
    ----------
    groups : DataFrame, one row per group, `all` first
        `group`, `n`, `missing`, counts `promoters`, `passives`, `detractors`, `nps` with `low` and `high` and its
        standard error `se` [points, -100 to 100].
    answers : DataFrame
        How often each answer from 0 to 10 was given, in all: `answer`, `n`; empty where only counts were given.
    """

    groups: pd.DataFrame
    answers: pd.DataFrame
    method: str
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per group."""
        return self.groups.copy()

    @property
    def nps(self) -> float:
        """Net promoter score of all [points]."""
        return float(self.groups["nps"].iloc[0])

    @property
    def low(self) -> float:
        """Lower end of its interval [points]."""
        return float(self.groups["low"].iloc[0])

    @property
    def high(self) -> float:
        """Upper end of its interval [points]."""
        return float(self.groups["high"].iloc[0])

    @property
    def n(self) -> int:
        """Answers in all."""
        return int(self.groups["n"].iloc[0])

    def summary(self) -> str:
        """Say the score and its interval."""
        return tn(
            "The net promoter score is {nps:+.0f} points ({low:+.0f} to {high:+.0f}, {n} answer).",
            "The net promoter score is {nps:+.0f} points ({low:+.0f} to {high:+.0f}, {n} answers).",
            self.n,
            nps=self.nps,
            low=self.low,
            high=self.high,
        )


def net_promoter_score(
    answers: pd.Series,
    *,
    by: pd.Series | None = None,
    method: str = "score",
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 7,
) -> NPSResult:
    """Count promoters (9, 10), passives (7, 8) and detractors (0 to 6), and give their score an interval.

    Parameters
    ----------
    answers : Series, shape (n,)
        Whole numbers from 0 to 10 to "how likely would you recommend us?"; empty ones are counted as missing.
    by : Series, shape (n,), optional
        Group of each respondent, on the same index; respondents without one count in `all` only.
    method : {'score', 'adjusted', 'wald', 'bootstrap'}
        How the interval is made: inverting a score test (Tango), Wald with one promoter and one detractor added
        (Bonett and Price), plain Wald, or percentiles of resamples.
    confidence : float
        Between 0 and 1.
    resamples : int
        For `bootstrap`, at least 1.
    seed : int
        For `bootstrap`.

    Returns
    -------
    NPSResult

    Raises
    ------
    DataError
        An answer is no whole number from 0 to 10 (with its rows), nobody answered, or the rows of `by` differ.
    ParameterError
        An argument is out of range.

    Notes
    -----
    The score throws away most of what the answers say: 0 and 6 count alike. Its standard error is that of the
    difference of two shares of one sample, up to twice that of a share, so it needs large samples.

    References
    ----------
    Reichheld, F. F. (2003). The one number you need to grow. Harvard Business Review, 81(12), 46-54. Rocks, B.
    (2016). Interval estimation for the net promoter score. The American Statistician, 70(4), 365-372.

    Examples
    --------
    >>> result = net_promoter_score(pd.Series([10] * 45 + [8] * 30 + [3] * 25), method="wald")
    >>> print(result)
    The net promoter score is +20 points (+4 to +36, 100 answers).
    """
    _check(method, confidence, resamples)
    values = _checked_answers(answers)
    if by is not None and not by.index.equals(answers.index):
        raise DataError(Problem("by", t("the rows differ"), fix=t("Take both from the same table, row by row.")))
    kinds = _kinds(values)
    members = _members(by, len(values))
    names = [name for name, _ in members]
    counts = np.array([np.bincount(kinds[rows & (kinds >= 0)], minlength=3) for _, rows in members])
    missing = [int((rows & (kinds < 0)).sum()) for _, rows in members]
    if not counts[0].sum():
        where = t("column {name}", name=repr(str(answers.name)))
        raise DataError(Problem(where, t("nobody answered"), t("at least one answer from 0 to 10")))
    tally = np.bincount(values[np.isfinite(values)].astype(int), minlength=11)
    rng = np.random.default_rng(seed)
    return NPSResult(
        groups=_groups(names, counts, missing, method, confidence, int(resamples), rng),
        answers=pd.DataFrame({"answer": np.arange(11), "n": tally}),
        method=method,
        confidence=confidence,
        notes=_notes(missing[0], names, counts),
    )


def nps_from_counts(
    counts: Mapping[str, Sequence[int]],
    *,
    method: str = "score",
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 7,
) -> NPSResult:
    """Net promoter score where only counts are at hand.

    Parameters
    ----------
    counts : mapping of group to (promoters, passives, detractors)
        Whole numbers, at least 0, not all 0. The row `all` is their sum.
    method, confidence, resamples, seed
        As in `net_promoter_score`.

    Returns
    -------
    NPSResult

    Raises
    ------
    DataError
        Counts are no three whole numbers of at least 0, or all 0.
    ParameterError
        An argument is out of range.

    Examples
    --------
    >>> nps_from_counts({"north": (45, 30, 25), "south": (60, 25, 15)}).groups["nps"].round(1).tolist()
    [32.5, 20.0, 45.0]
    """
    _check(method, confidence, resamples)
    problems = [
        Problem(
            t("counts of {group}", group=repr(str(group))),
            repr(tuple(row)),
            t("promoters, passives, detractors: whole numbers, at least 0"),
        )
        for group, row in counts.items()
        if len(row) != 3 or not all(float(x).is_integer() and x >= 0 for x in row) or not sum(row)
    ]
    if problems or not counts:
        raise DataError(problems or Problem("counts", t("no group")))
    table = np.array([[int(x) for x in row] for row in counts.values()], dtype=np.int64)
    table = np.vstack([table.sum(axis=0), table])
    names = [ALL, *map(str, counts)]
    rng = np.random.default_rng(seed)
    return NPSResult(
        groups=_groups(names, table, [0] * len(names), method, confidence, int(resamples), rng),
        answers=pd.DataFrame({"answer": [], "n": []}),
        method=method,
        confidence=confidence,
    )


def _check(method: str, confidence: float, resamples: int) -> None:
    check_option("method", method, NPSInterval)
    check_fraction("confidence", confidence)
    check_number("resamples", resamples, low=1)


def _checked_answers(answers: pd.Series) -> Floats:
    values = as_numbers(answers.to_frame(name="answers" if answers.name is None else answers.name))[:, 0]
    with np.errstate(invalid="ignore"):
        wrong = np.isfinite(values) & ((values < 0) | (values > 10) | (values != np.floor(values)))
    if wrong.any():
        rows = answers[wrong]
        first = t(", ").join(t("row {row}: {value}", row=row, value=value) for row, value in rows.head(SHOWN).items())
        found = tn("{n} answer outside the scale ({first})", "{n} answers outside the scale ({first})", len(rows),
                   first=first)  # fmt: skip
        where = t("column {name}", name=repr(str(answers.name)))
        raise DataError(Problem(where, found, t("whole numbers from 0 to 10, or empty")))
    return values


def _kinds(values: Floats) -> Counts:
    """0 promoter, 1 passive, 2 detractor, -1 missing."""
    with np.errstate(invalid="ignore"):
        return np.select([values >= PROMOTER, values <= DETRACTOR, np.isfinite(values)], [0, 2, 1], -1).astype(np.int64)


def _members(by: pd.Series | None, n: int) -> list[tuple[str, NDArray[np.bool_]]]:
    """Names of the groups and who is in them, all respondents first."""
    everybody = [(ALL, np.ones(n, dtype=bool))]
    if by is None:
        return everybody
    labels = np.array([None if pd.isna(name) else str(name) for name in by], dtype=object)
    names = sorted({name for name in labels if name is not None})
    return [*everybody, *((name, np.asarray(labels == name, dtype=bool)) for name in names)]


def _groups(
    names: list[str],
    counts: Counts,
    missing: list[int],
    method: str,
    confidence: float,
    resamples: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    n = counts.sum(axis=1)
    promoters, detractors = counts[:, 0], counts[:, 2]
    with np.errstate(invalid="ignore", divide="ignore"):
        score = (promoters - detractors) / n
        error = np.sqrt(((promoters + detractors) / n - score**2) / n)
    if method == "bootstrap":
        low, high = _bootstrap(counts, confidence, resamples, rng)
    else:
        low, high = share_difference_interval(promoters, detractors, n, method=method, confidence=confidence)
    return pd.DataFrame(
        {
            "group": names,
            "n": n,
            "missing": missing,
            **{kind: counts[:, i] for i, kind in enumerate(KINDS)},
            "nps": 100 * score,
            "se": 100 * error,
            "low": 100 * low,
            "high": 100 * high,
        }
    )


def _bootstrap(counts: Counts, confidence: float, resamples: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    low, high = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    for block, draws in resampled_counts(counts, resamples=resamples, rng=rng):
        total = counts[block].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            score = (draws[..., 0] - draws[..., 2]) / total[:, None]
        low[block], high[block] = percentile_interval(
            np.where(total[:, None] > 0, score, np.nan).T, confidence=confidence
        )
    return low, high


def _notes(missing: int, names: list[str], counts: Counts) -> tuple[str, ...]:
    notes = []
    if missing:
        notes.append(
            tn(
                "{n} respondent did not answer how likely a recommendation is.",
                "{n} respondents did not answer how likely a recommendation is.",
                missing,
            )
        )
    return (*notes, *few_answers(pd.Series(counts[1:].sum(axis=1), index=names[1:])))


def few_answers(sizes: pd.Series) -> tuple[str, ...]:
    """Return a note about groups with fewer than 30 answers."""
    few = [str(name) for name in sizes.index[sizes < 30]]
    return (t("Fewer than 30 answers, so read with care: {names}.", names=listed(few)),) if few else ()
