"""Kano's method: which requirements must be met, which pay off the more the better, which delight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from casework.core.checks import check_fraction, check_number
from casework.core.errors import DataError, Problem
from casework.core.messages import join_sentences, mark, t, tn
from casework.core.result import Result
from casework.stats.proportion import wilson_interval
from casework.voice import kano_measures as measures
from casework.voice.kano_bootstrap import KanoBootstrap, bootstrap_counts
from casework.voice.kano_notes import attribute_notes
from casework.voice.kano_pairs import as_numbers, categories_frame, check_frames, count_categories, pair_codes
from casework.voice.kano_table import CATEGORIES, check_order, evaluation_table
from casework.voice.wording import listing

DEFAULT_THRESHOLD = 0.06  # Lee & Newcomb (1997): below 6 % a category is not clearly ahead
COUNT_COLUMNS = (*CATEGORIES, "incomplete")
HEADINGS = (
    mark("mode"),
    mark("category strength"),
    mark("mixed"),
    mark("total strength"),
    mark("better"),
    mark("better low"),
    mark("better high"),
    mark("worse"),
    mark("worse low"),
    mark("worse high"),
    mark("fong difference"),
    mark("fong bound"),
    mark("fong significant"),
    mark("chi square"),
    mark("chi square p"),
    mark("importance"),
    mark("incomplete"),
)
GROUPS: tuple[tuple[str, str], ...] = (
    ("M", mark("Must-be: {names}.")),
    ("O", mark("One-dimensional (the more the better): {names}.")),
    ("A", mark("Attractive: {names}.")),
    ("I", mark("Indifferent: {names}.")),
    ("R", mark("Reverse (better without): {names}.")),
    ("Q", mark("Questionable (question not understood): {names}.")),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class KanoResult(Result):
    """Category and measures of each attribute of a Kano survey.

    Attributes
    ----------
    frame : DataFrame, one row per attribute
        `n` complete pairs, counts `M` to `Q`, shares `share_M` to `share_Q`, `mode`, `category` by the rule,
        `category_strength`, `mixed`, `total_strength`, `better` and `worse` (negative) with their intervals,
        `fong_difference`, `fong_bound`, `fong_significant`, `chi_square`, `chi_square_p`, `importance`.
    counts : DataFrame, one row per attribute
        Counts of M, O, A, I, R, Q and of incomplete pairs.
    n_respondents : int
        Respondents, those with incomplete pairs too.
    table : tuple of str
        The evaluation table that was used.
    notes : tuple of str
        What must be read with care.
    """

    frame: pd.DataFrame
    counts: pd.DataFrame
    n_respondents: int
    table: tuple[str, ...]
    threshold: float
    order: str
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per attribute."""
        return self.frame.copy()

    def summary(self) -> str:
        """Say which attributes fall in which category."""
        head = tn(
            "{n} attribute, {respondents} respondents.",
            "{n} attributes, {respondents} respondents.",
            len(self.frame),
            respondents=self.n_respondents,
        )
        named = [(text, self.attributes(letter)) for letter, text in GROUPS]
        return join_sentences([head, *(t(text, names=listing(names)) for text, names in named if names)])

    def attributes(self, category: str) -> list[str]:
        """Names of the attributes of a category (rule), those furthest from indifference first."""
        chosen = self.frame[self.frame["category"] == category]
        return [str(name) for name in chosen.sort_values("total_strength", ascending=False, kind="stable").index]

    def bootstrap(self, *, resamples: int = 2000, seed: int = 7, confidence: float | None = None) -> KanoBootstrap:
        """Resample the respondents: intervals of all measures, and how stable each category is.

        Parameters
        ----------
        resamples : int
            1 to 1,000,000.
        seed : int
            Seed of the random generator.
        confidence : float, optional
            Between 0 and 1; that of the evaluation by default.

        Raises
        ------
        ParameterError
            An argument is out of range.

        Notes
        -----
        Each attribute's measures depend on the respondents only through the counts of its six categories and of
        its incomplete pairs. Drawing respondents with replacement makes these counts multinomial, so they are
        drawn directly: the same distribution as resampling rows, at a cost that does not grow with the rows.
        What is lost is only how attributes vary together, which no measure here uses.
        """
        return bootstrap_counts(
            self.counts,
            threshold=self.threshold,
            order=self.order,
            resamples=resamples,
            seed=seed,
            confidence=self.confidence if confidence is None else confidence,
        )


def classify(functional: pd.DataFrame, dysfunctional: pd.DataFrame, *, table: Any = "berger") -> pd.DataFrame:
    """Category of each respondent's pair of answers.

    Parameters
    ----------
    functional, dysfunctional : DataFrame, shape (n, k)
        Answers if the product has the attribute, and if it has not: whole numbers from 1 (like) to 5 (dislike),
        empty where missing. Same rows, and columns with the names of the attributes in both.
    table : {'berger', 'pouliot', '3-level'} or array of letters
        Evaluation table; `3-level` takes answers from 1 to 3.

    Returns
    -------
    DataFrame, shape (n, k)
        M, O, A, I, R or Q; missing where a pair is incomplete.

    Raises
    ------
    DataError
        The frames do not belong together, or answers lie outside the scale: all problems at once.
    ParameterError
        The table is not known or not square.

    References
    ----------
    Berger, C., et al. (1993). Kano's methods for understanding customer-defined quality. Center for Quality of
    Management Journal, 2(4), 2-36.

    Examples
    --------
    >>> like, dislike = pd.DataFrame({"coverage": [1, 3, None]}), pd.DataFrame({"coverage": [5, 5, 5]})
    >>> classify(like, dislike)["coverage"].tolist()
    ['O', 'M', nan]
    """
    codes = dict(pair_codes(functional, dysfunctional, evaluation_table(table)))
    return categories_frame(codes, functional.index)


def evaluate(
    functional: pd.DataFrame,
    dysfunctional: pd.DataFrame,
    *,
    table: Any = "berger",
    threshold: float = DEFAULT_THRESHOLD,
    order: str = "MOAIRQ",
    importance: pd.DataFrame | None = None,
    confidence: float = 0.95,
) -> KanoResult:
    """Evaluate a Kano survey: category, strengths, better and worse of each attribute.

    Parameters
    ----------
    functional, dysfunctional : DataFrame, shape (n, k)
        As for `classify`.
    table : {'berger', 'pouliot', '3-level'} or array of letters
        Evaluation table.
    threshold : float
        Shares this close are as good as equal, and `order` decides; 0 to 1. Lee and Newcomb use 0.06; others 0.05.
    order : str
        Preference among close categories; letters left out follow in the order M, O, A, I, R, Q.
    importance : DataFrame, shape (n, k), optional
        Self-stated importance under the same column names; attributes without a column stay without a mean.
    confidence : float
        Of the Wilson intervals of better and worse, between 0 and 1.

    Returns
    -------
    KanoResult
        `.to_frame()` has one row per attribute; `.notes` say what must be read with care.

    Raises
    ------
    DataError
        The frames do not belong together, or answers lie outside the scale: all problems at once.
    ParameterError
        An argument is out of range.

    Notes
    -----
    Shares and strengths divide by all complete pairs, questionable ones included. Better and worse leave reverse
    and questionable answers out, so an attribute that many reject can still look good there: read both.

    References
    ----------
    Berger et al. (1993), as in `classify`; Lee, M. C., & Newcomb, J. F. (1997). Applying the Kano methodology to
    meet customer requirements. Quality Management Journal, 4(3), 95-110; Fong (1996), as in `kano_measures.fong`.
    """
    used = evaluation_table(table)
    counted = {name: count_categories(codes) for name, codes in pair_codes(functional, dysfunctional, used)}
    counts = pd.DataFrame.from_dict(counted, orient="index", columns=list(COUNT_COLUMNS))
    means = None if importance is None else _importance(importance, functional)
    return _evaluate(
        counts,
        n_respondents=len(functional),
        table=used.letters,
        threshold=threshold,
        order=order,
        confidence=confidence,
        importance=means,
    )


def evaluate_counts(
    counts: pd.DataFrame,
    *,
    threshold: float = DEFAULT_THRESHOLD,
    order: str = "MOAIRQ",
    confidence: float = 0.95,
) -> KanoResult:
    """Evaluate category counts, for instance those of a published table.

    Parameters
    ----------
    counts : DataFrame, shape (k, 6)
        One row per attribute, columns M, O, A, I, R, Q (whole numbers); a column `incomplete` may be added.
    threshold, order, confidence
        As for `evaluate`.

    Raises
    ------
    DataError
        A column is missing or unknown, or a count is negative, missing or not whole.
    ParameterError
        An argument is out of range.

    Examples
    --------
    The attribute "Hotline" of the example table of the R package stp25kano: indifferent is named most, but
    attractive is within 5 % and comes first.

    >>> hotline = pd.DataFrame([[15, 24, 121, 124, 6, 6]], index=["Hotline"], columns=list("MOAIRQ"))
    >>> found = evaluate_counts(hotline, threshold=0.05).to_frame().loc["Hotline"]
    >>> found["mode"], found["category"], f"{found['better']:.3f}", f"{found['worse']:.3f}"
    ('I', 'A', '0.511', '-0.137')
    """
    checked = _check_counts(counts)
    return _evaluate(
        checked,
        n_respondents=int(checked.sum(axis=1).max()) if len(checked) else 0,
        table=(),
        threshold=threshold,
        order=order,
        confidence=confidence,
    )


def _evaluate(
    counts: pd.DataFrame,
    *,
    n_respondents: int,
    table: tuple[str, ...],
    threshold: float,
    order: str,
    confidence: float,
    importance: Sequence[float] | None = None,
) -> KanoResult:
    check_number("threshold", threshold, low=0, high=1)
    check_fraction("confidence", confidence)
    order = check_order(order)
    counts = counts.rename_axis("attribute")
    frame = _measure(counts, threshold=threshold, order=order, confidence=confidence)
    frame["importance"] = np.nan if importance is None else list(importance)
    return KanoResult(
        frame=frame,
        counts=counts,
        n_respondents=n_respondents,
        table=table,
        threshold=threshold,
        order=order,
        confidence=confidence,
        notes=attribute_notes(frame, counts["incomplete"], threshold=threshold),
    )


def _measure(counts: pd.DataFrame, *, threshold: float, order: str, confidence: float) -> pd.DataFrame:
    cells = counts[list(CATEGORIES)].to_numpy(dtype=np.int64)
    n, decided = cells.sum(axis=1), measures.decided(cells)
    ranking = measures.rank(cells, order)
    satisfied, dissatisfied = cells[:, [1, 2]].sum(axis=1), cells[:, [0, 1]].sum(axis=1)
    better_low, better_high = wilson_interval(satisfied, decided, confidence=confidence)
    worse_high, worse_low = wilson_interval(dissatisfied, decided, confidence=confidence)
    difference, bound, significant = measures.fong(cells)
    statistic, p_value = measures.equal_counts_test(cells)
    shares = measures.ratio(cells, n[:, None])
    return pd.DataFrame(
        {
            "n": n,
            **{letter: cells[:, i] for i, letter in enumerate(CATEGORIES)},
            **{f"share_{letter}": shares[:, i] for i, letter in enumerate(CATEGORIES)},
            "mode": measures.letters(np.where(n == 0, measures.NONE, ranking.first)),
            "category": measures.letters(measures.rule_category(ranking, n, threshold=threshold, order=order)),
            "category_strength": measures.category_strength(ranking, n),
            "mixed": measures.is_close(ranking, n, threshold=threshold),
            "total_strength": measures.total_strength(cells),
            "better": measures.better(cells),
            "better_low": better_low,
            "better_high": better_high,
            "worse": measures.worse(cells),
            "worse_low": 0.0 - worse_low,
            "worse_high": 0.0 - worse_high,
            "fong_difference": difference,
            "fong_bound": bound,
            "fong_significant": significant,
            "chi_square": statistic,
            "chi_square_p": p_value,
        },
        index=counts.index,
    )


def _importance(importance: pd.DataFrame, functional: pd.DataFrame) -> list[float]:
    known = importance.columns.intersection(functional.columns)
    check_frames(importance[known], functional[known])
    means = []
    for name in functional.columns:
        values = importance[name] if name in known else pd.Series(dtype=float)
        if not pd.api.types.is_numeric_dtype(values.dtype):
            raise DataError(Problem(t("importance, column {name}", name=name), t("not a number column")))
        means.append(float(values.mean()) if values.notna().any() else np.nan)
    return means


def _check_counts(counts: pd.DataFrame) -> pd.DataFrame:
    problems = [
        Problem("counts", t("column {name} is missing", name=letter))
        for letter in CATEGORIES
        if letter not in counts.columns
    ]
    problems += [
        Problem("counts", t("column {name} is not known", name=repr(name)))
        for name in counts.columns
        if name not in COUNT_COLUMNS
    ]
    if problems:
        raise DataError(problems)
    full = counts.assign(incomplete=counts.get("incomplete", 0))[list(COUNT_COLUMNS)]
    expected = t("a whole number, at least 0")
    for name in full.columns:
        numbers = as_numbers(full[name])
        with np.errstate(invalid="ignore"):
            bad = ~((numbers >= 0) & np.isfinite(numbers) & (np.floor(numbers) == numbers))
        problems += [
            Problem(t("counts, column {column}, row {row}", column=name, row=row), str(value), expected)
            for row, value in full.loc[bad, name].items()
        ]
    if problems:
        raise DataError(problems)
    return full.astype(np.int64).set_axis([str(name) for name in full.index], axis=0)
