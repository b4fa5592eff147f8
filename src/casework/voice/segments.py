"""Do groups of customers want different things? Kano categories compared between segments."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_fraction, check_number
from casework.core.errors import CaseworkWarning, DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.stats.contingency import cramers_v, independence_test, permutation_p
from casework.stats.multiple import holm
from casework.voice.kano import COUNT_COLUMNS, DEFAULT_THRESHOLD, KanoResult, evaluate_counts
from casework.voice.kano_pairs import pair_codes
from casework.voice.kano_table import CATEGORIES, evaluation_table
from casework.voice.wording import category_name, listing, shown

SMALL_EXPECTED = 5.0
MANY_SEGMENTS = 20
HEADINGS = (
    mark("degrees of freedom"),
    mark("p"),
    mark("p permutation"),
    mark("p holm"),
    mark("cramers v"),
    mark("smallest expected"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class KanoSegments(Result):
    """Which attributes are seen differently by segments of customers.

    Attributes
    ----------
    tests : DataFrame, one row per attribute
        `n` pairs in the test, `chi_square`, `degrees_of_freedom`, `p`, `p_permutation` (no assumption about small
        counts), `p_holm` (the permutation p values, adjusted for the number of attributes), `cramers_v`,
        `smallest_expected` count.
    measures : DataFrame, one row per attribute and segment
        `n`, `category`, `stability`, `better`, `worse` with bootstrap intervals.
    sizes : Series
        Respondents of each segment.
    """

    tests: pd.DataFrame
    measures: pd.DataFrame
    sizes: pd.Series
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the tests, one row per attribute."""
        return self.tests.copy()

    def different(self) -> list[str]:
        """Attributes whose categories differ between segments after Holm's adjustment, strongest first."""
        clear = self.tests[self.tests["p_holm"] < 1 - self.confidence]
        return [str(name) for name in clear.sort_values("cramers_v", ascending=False, kind="stable").index]

    def split(self) -> pd.DataFrame:
        """Category by attribute (rows) and segment (columns)."""
        wide = self.measures.pivot(index="attribute", columns="segment", values="category")  # noqa: PD010
        return wide.loc[self.tests.index, list(self.sizes.index)]

    def summary(self) -> str:
        """Say where segments differ, and how."""
        names = self.different()
        if not names:
            return tn(
                "No difference between segments is certain for {n} attribute.",
                "No difference between segments is certain for any of {n} attributes.",
                len(self.tests),
            )
        row = self.split().loc[names[0]]
        told = listing(f"{shown(segment)} ({category_name(row[segment])})" for segment in row.index)
        return tn(
            "Segments differ on {n} of {total} attributes: {names}. Most on {first}: {told}.",
            "Segments differ on {n} of {total} attributes: {names}. Most on {first}: {told}.",
            len(names),
            total=len(self.tests),
            names=listing(names),
            first=shown(names[0]),
            told=told,
        )


def compare_segments(
    functional: pd.DataFrame,
    dysfunctional: pd.DataFrame,
    segment: pd.Series,
    *,
    table: Any = "berger",
    threshold: float = DEFAULT_THRESHOLD,
    order: str = "MOAIRQ",
    permutations: int = 4999,
    resamples: int = 2000,
    seed: int = 7,
    confidence: float = 0.95,
) -> KanoSegments:
    """Compare the Kano categories of segments of customers, attribute by attribute.

    Parameters
    ----------
    functional, dysfunctional : DataFrame, shape (n, k)
        As for `kano.classify`.
    segment : Series, length n
        Segment of each respondent, same index; respondents without one are left out and counted.
    table, threshold, order
        As for `kano.evaluate`.
    permutations : int
        Random tables with the same margins behind `p_permutation`; 1 to 1,000,000.
    resamples : int
        Bootstrap resamples behind the intervals of each segment; 1 to 1,000,000.
    seed : int
        Seed of the random generator.
    confidence : float
        Of intervals and tests, between 0 and 1.

    Returns
    -------
    KanoSegments
        `.to_frame()` has the tests, `.measures` better and worse of each segment.

    Raises
    ------
    DataError
        The rows of `segment` are not those of the answers, fewer than 2 segments or more than 20 have
        respondents, or the answers cannot be used.
    ParameterError
        An argument is out of range.

    Warns
    -----
    CaseworkWarning
        Expected counts lie below 5, so that the chi-square p value is rough; read `p_permutation`.

    Notes
    -----
    Chi-square of independence without continuity correction; categories that nobody chose are dropped. Permuting
    the segments of respondents keeps both margins, so the permuted tables are drawn from the multivariate
    hypergeometric distribution directly.

    References
    ----------
    Agresti, A. (2013). Categorical data analysis, 3rd ed., sections 3.2 and 3.5; Holm, S. (1979). A simple
    sequentially rejective multiple test procedure. Scandinavian Journal of Statistics, 6, 65-70.
    """
    check_number("permutations", permutations, low=1, high=1_000_000)
    check_fraction("confidence", confidence)
    codes, names = _segment_codes(segment, functional.index)
    attributes, counts = _count(functional, dysfunctional, codes, len(names), table)
    results = {
        name: evaluate_counts(
            pd.DataFrame(counts[:, position], index=attributes, columns=list(COUNT_COLUMNS)),
            threshold=threshold,
            order=order,
            confidence=confidence,
        )
        for position, name in enumerate(names)
    }
    tests = _tests(counts[..., : len(CATEGORIES)], permutations=int(permutations), seed=seed)
    tests.index = pd.Index(attributes, name="attribute")
    notes = _notes(tests, int((codes < 0).sum()))
    _warn_small(tests)
    return KanoSegments(
        tests=tests,
        measures=_segment_measures(results, resamples=resamples, seed=seed, confidence=confidence),
        sizes=pd.Series(np.bincount(codes[codes >= 0], minlength=len(names)), index=names, name="n"),
        confidence=confidence,
        notes=notes,
    )


def _segment_codes(segment: pd.Series, index: pd.Index) -> tuple[npt.NDArray[np.intp], list[str]]:
    if not segment.index.equals(index):
        fix = t("Merge them by respondent first")
        raise DataError(Problem("segment", t("its rows are not those of the answers"), fix=fix))
    values = segment.astype("string")
    codes, names = pd.factorize(values, sort=True)
    if not 2 <= len(names) <= MANY_SEGMENTS:
        found = tn("{n} segment", "{n} segments", len(names))
        raise DataError(Problem("segment", found, t("2 to {most} segments", most=MANY_SEGMENTS)))
    return np.asarray(codes, dtype=np.intp), [str(name) for name in names]


def _count(
    functional: pd.DataFrame,
    dysfunctional: pd.DataFrame,
    segment: npt.NDArray[np.intp],
    segments: int,
    table: Any,
) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return counts of shape (attributes, segments, 7)."""
    known, width = segment >= 0, len(COUNT_COLUMNS)
    names, counts = [], []
    for name, codes in pair_codes(functional, dysfunctional, evaluation_table(table)):
        cell = segment[known] * width + codes[known]
        names.append(name)
        counts.append(np.bincount(cell, minlength=segments * width).reshape(segments, width))
    return names, np.array(counts, dtype=np.int64)


def _tests(counts: npt.NDArray[np.int64], *, permutations: int, seed: int) -> pd.DataFrame:
    statistic, freedom, p_value, smallest = independence_test(counts)
    permuted = permutation_p(counts, permutations=permutations, rng=np.random.default_rng(seed))
    return pd.DataFrame(
        {
            "n": counts.sum(axis=(1, 2)),
            "chi_square": statistic,
            "degrees_of_freedom": freedom,
            "p": p_value,
            "p_permutation": permuted,
            "p_holm": holm(permuted),
            "cramers_v": cramers_v(counts),
            "smallest_expected": smallest,
        }
    )


def _segment_measures(results: dict[str, KanoResult], *, resamples: int, seed: int, confidence: float) -> pd.DataFrame:
    parts = []
    for position, (name, result) in enumerate(results.items()):
        resampled = result.bootstrap(resamples=resamples, seed=seed + position, confidence=confidence)
        ends = resampled.to_frame()[["stability", "better_low", "better_high", "worse_low", "worse_high"]]
        part = result.frame[["n", "category", "better", "worse"]].join(ends).reset_index()
        part.insert(1, "segment", name)
        parts.append(part)
    attributes = list(parts[0]["attribute"])
    whole = pd.concat(parts, ignore_index=True)
    place = whole["attribute"].map({name: i for i, name in enumerate(attributes)})
    return whole.iloc[np.argsort(place.to_numpy(), kind="stable")].reset_index(drop=True)


def _notes(tests: pd.DataFrame, without: int) -> tuple[str, ...]:
    small = tests[tests["smallest_expected"] < SMALL_EXPECTED]
    none = tests[tests["chi_square"].isna()]
    notes = []
    if len(small):
        notes.append(
            t(
                "Expected counts below 5, so the chi-square p value is rough; the permutation p value is not: {names}.",
                names=listing(small.index),
            )
        )
    if len(none):
        notes.append(
            t("One category or one segment only, so there is nothing to compare: {names}.", names=listing(none.index))
        )
    if without:
        notes.append(
            tn(
                "{n} respondent without a segment is left out.",
                "{n} respondents without a segment are left out.",
                without,
            )
        )
    return tuple(notes)


def _warn_small(tests: pd.DataFrame) -> None:
    small = int((tests["smallest_expected"] < SMALL_EXPECTED).sum())
    if small:
        message = tn(
            "expected counts below 5 for {n} attribute: read p_permutation",
            "expected counts below 5 for {n} attributes: read p_permutation",
            small,
        )
        warnings.warn(message, CaseworkWarning, stacklevel=3)
