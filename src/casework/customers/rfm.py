"""Recency, frequency, money: scores by rank or by fixed cuts, and segments with names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_option, check_whole, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Ties = Literal["order", "same"]
PARTS = ("recency", "frequency", "monetary")
COLUMNS = (mark("r"), mark("f"), mark("m"), mark("rfm"), mark("segment"), mark("customers"), mark("share of customers"),
           mark("share of value"), mark("mean recency"), mark("mean frequency"), mark("mean monetary"))  # fmt: skip

# Segments by the score of recency (first pair) and the rounded mean of frequency and money (second pair), each 1 to 5;
# the first that fits counts. The names are those in common use; the rectangles are a choice, and so an argument.
SEGMENTS: tuple[tuple[str, int, int, int, int], ...] = (
    (mark("champions"), 5, 5, 4, 5),
    (mark("loyal"), 3, 4, 4, 5),
    (mark("potential loyalists"), 4, 5, 2, 3),
    (mark("new customers"), 5, 5, 1, 1),
    (mark("promising"), 4, 4, 1, 1),
    (mark("need attention"), 3, 3, 2, 3),
    (mark("about to sleep"), 3, 3, 1, 1),
    (mark("cannot lose"), 1, 1, 3, 5),
    (mark("at risk"), 2, 2, 3, 5),
    (mark("hibernating"), 1, 2, 2, 2),
    (mark("lost"), 1, 2, 1, 1),
)


@dataclass(frozen=True, kw_only=True)
class RfmResult(Result):
    """Scores and segments of customers.

    Attributes
    ----------
    table : DataFrame
        On the rows of the input: `recency`, `frequency`, `monetary`, scores `r`, `f`, `m` (highest is best), `rfm`
        (the scores as a code such as 5-4-5) and `segment`.
    segments : DataFrame
        A row per segment: `customers`, `share_of_customers`, `share_of_value`, means.
    scores : int
        Highest score.
    """

    table: pd.DataFrame
    segments: pd.DataFrame
    scores: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the customers."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which segment brings most of the value."""
        first = self.segments.iloc[int(np.argmax(self.segments["share_of_value"]))]
        return tn("{n:,} customer scored; \"{name}\" are {c:.0%} of the customers and bring {v:.0%} of the value.",
                  "{n:,} customers scored; \"{name}\" are {c:.0%} of the customers and bring {v:.0%} of the value.",
                  len(self.table), name=t(str(first["segment"])), c=first["share_of_customers"],
                  v=first["share_of_value"])  # fmt: skip


def rfm_scores(
    table: pd.DataFrame,
    *,
    recency: str = "recency_days",
    frequency: str = "purchases",
    monetary: str = "total",
    scores: int = 5,
    cuts: Mapping[str, Sequence[float]] | None = None,
    ties: Ties = "order",
    segments: Sequence[tuple[str, int, int, int, int]] = SEGMENTS,
) -> RfmResult:
    """Score customers by how recently, how often and for how much they bought.

    Parameters
    ----------
    table : DataFrame
        One row per customer, as `customer_summary` makes it.
    recency, frequency, monetary : str
        Columns: days since the last purchase (fewer is better), purchases, and value.
    scores : int
        2 to 10 groups of about equal size, by rank: score = ceil(scores * rank / n).
    cuts : mapping of 'recency', 'frequency', 'monetary' to numbers, optional
        Fixed cuts instead of ranks, ascending, one fewer than `scores`. A value on a cut belongs to the lower side for
        recency (which is the better score) and to the upper side for the others (also the better score).
    ties : {'order', 'same'}
        Whether equal values are ranked in the order of the rows, or all have the score of the best of them.
    segments : sequence of (name, r from, r to, fm from, fm to)
        Rectangles of scores from 1 to 5 (other scores are scaled); the first that fits gives the name.

    Returns
    -------
    RfmResult

    Raises
    ------
    DataError
        A column is missing, or holds values that are missing or no numbers.
    ParameterError
        An argument is out of its range, or cuts do not ascend or have another number.

    References
    ----------
    Hughes (1994), Strategic database marketing; Bult & Wansbeek (1995), Marketing Science 14, 378-394.

    Examples
    --------
    >>> who = pd.DataFrame({"days": [10, 40, 100, 5, 70], "purchases": [5, 2, 1, 9, 3], "total": [9, 4, 2, 8, 5]})
    >>> rfm_scores(who, recency="days").table["r"].tolist()
    [4, 3, 1, 5, 2]
    """
    check_all(lambda: check_whole("scores", scores, low=2, high=10), lambda: check_option("ties", ties, Ties))
    fixed = _cuts(cuts or {}, scores)
    values = _read(table, (recency, frequency, monetary))
    found = {
        name: _score(-values[:, i] if i == 0 else values[:, i], fixed.get(name), scores, ties, reverse=i == 0)
        for i, name in enumerate(PARTS)
    }
    result = pd.DataFrame(values, columns=list(PARTS), index=table.index)
    r, f, m = (found[name] for name in PARTS)
    result["r"], result["f"], result["m"] = r, f, m
    codes = np.array(["-".join(code) for code in product(map(str, range(1, scores + 1)), repeat=3)], dtype=object)
    result["rfm"] = codes[((r - 1) * scores + f - 1) * scores + m - 1]
    result["segment"] = _segment(r, f, m, scores, segments)
    notes = _notes(values, found, fixed) if ties == "order" else ()
    return RfmResult(
        table=result, segments=_by_segment(result, [item[0] for item in segments]), scores=scores, notes=notes
    )


def _score(values: Floats, cuts: Floats | None, scores: int, ties: str, *, reverse: bool) -> Ints:
    """Score from 1 to `scores`, the highest value best (recency comes with a minus sign)."""
    if cuts is not None:
        ends = -cuts[::-1] if reverse else cuts
        return np.asarray(np.searchsorted(ends, values, side="right") + 1, dtype=np.int64)
    n = len(values)
    order = np.argsort(values, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(1, n + 1)
    if ties == "same":
        rank = np.searchsorted(values[order], values, side="right")
    return -(-scores * rank // n)


def _segment(
    r: Ints, f: Ints, m: Ints, scores: int, segments: Sequence[tuple[str, int, int, int, int]]
) -> npt.NDArray[np.object_]:
    recency = -(-5 * r // scores)
    both = np.floor((-(-5 * f // scores) + -(-5 * m // scores)) / 2 + 0.5)
    fits = [(recency >= a) & (recency <= b) & (both >= c) & (both <= d) for _, a, b, c, d in segments]
    names = np.empty(len(segments) + 1, dtype=object)
    names[:] = [*(item[0] for item in segments), mark("others")]
    place = np.argmax(np.vstack([*fits, np.ones(len(r), dtype=bool)]), axis=0)
    return np.asarray(names[place])


def _by_segment(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    grouped = table.groupby("segment", sort=False)
    found = pd.DataFrame({"customers": grouped.size(), "value": grouped["monetary"].sum()})
    for name in PARTS:
        found[f"mean_{name}"] = grouped[name].mean()
    order = [name for name in dict.fromkeys([*names, "others"]) if name in found.index]
    found = found.loc[order].reset_index()
    total = float(found["value"].sum())
    found.insert(2, "share_of_customers", found["customers"] / len(table))
    found.insert(3, "share_of_value", found.pop("value") / total if total > 0 else np.nan)
    return found


def _read(table: pd.DataFrame, names: tuple[str, ...]) -> Floats:
    known = [str(name) for name in table.columns]
    problems = [
        Problem(t("column {name}", name=repr(name)), t("missing"), fix=suggest(name, known))
        for name in names
        if name not in table.columns
    ]
    if problems:
        raise DataError(problems)
    if not len(table):
        raise DataError(Problem(t("customers"), t("none"), t("at least one")))
    columns = [
        pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan) for name in names
    ]
    for name, column in zip(names, columns, strict=True):
        bad = int((~np.isfinite(column)).sum())
        if bad:
            found = tn("{n} value is missing or no number", "{n} values are missing or no numbers", bad)
            problems.append(Problem(t("column {name}", name=repr(name)), found, t("finite numbers")))
    if problems:
        raise DataError(problems)
    return np.column_stack(columns)


def _cuts(cuts: Mapping[str, Sequence[float]], scores: int) -> dict[str, Floats]:
    problems = []
    for name, ends in cuts.items():
        if name not in PARTS:
            problems.append(Problem("cuts", t("{value} is not known", value=repr(name)), ", ".join(PARTS)))
        elif len(ends) != scores - 1 or not all(a < b for a, b in pairwise(ends)):
            found = ", ".join(f"{x:g}" for x in ends)
            problems.append(Problem(f"cuts, {name}", found, t("{n} numbers, ascending", n=scores - 1)))
    if problems:
        raise ParameterError(problems)
    return {name: np.asarray(ends, dtype=np.float64) for name, ends in cuts.items()}


def _notes(values: Floats, found: Mapping[str, Ints], fixed: Mapping[str, Floats]) -> tuple[str, ...]:
    """Count customers with the same value and another score than their like: ranks cut through ties."""
    notes = []
    for i, name in enumerate(PARTS):
        if name in fixed:
            continue
        frame = pd.DataFrame({"value": values[:, i], "score": found[name]})
        spread = frame.groupby("value")["score"].transform("nunique")
        n = int((spread > 1).sum())
        if n:
            notes.append(tn("{n:,} customer has the same {part} as others but another score: ranks cut through ties.",
                            "{n:,} customers have the same {part} as others but another score: ranks cut through ties.",
                            n, part=t(name)))  # fmt: skip
    return tuple(notes)
