"""Sentiment of comments, learned from ratings, with scores that count only on comments not seen."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_fraction, check_number, check_positive
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.stats.bootstrap import percentile_interval
from casework.voice.comments.texts import LONGEST, MASKED, WIDE_RUN, mask_personal

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
LATIN_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
CELLS = 2_000_000  # weights of resamples held at once
LEAST_EACH = 20  # comments of each class
NEGATIVE, POSITIVE = mark("negative comment"), mark("positive comment")
MODEL, BASELINE, DIFFERENCE = mark("model"), mark("always the larger class"), mark("difference")
MEASURES: dict[str, str] = {
    "accuracy": mark("accuracy"),
    "balanced_accuracy": mark("balanced accuracy"),
    "average_precision": mark("average precision"),
    "roc_auc": mark("area under the ROC curve"),
}
HEADINGS = (
    mark("measure"),
    mark("of"),
    mark("estimate"),
    mark("low"),
    mark("high"),
    mark("mood"),
    mark("called negative"),
    mark("called positive"),
    mark("term"),
    mark("weight"),
    mark("fold"),
)


@dataclass(frozen=True, kw_only=True)
class CommentSentiment(Result):
    """A classifier of comments and its honest scores.

    Attributes
    ----------
    table : DataFrame
        measure, of (model, always the larger class, difference), estimate, low, high.
    confusion : DataFrame
        One row for each mood by rating: mood, called_negative, called_positive, counted on comments that were not
        learned from.
    curve : DataFrame
        recall and precision of finding negative comments, from the strictest threshold on.
    terms : DataFrame
        term, weight: what speaks most for a negative (above 0) and a positive comment; of the model of all comments.
    probability : Series of float
        Probability of being negative: out of fold for rated comments, of the model of all comments for the others.
    negative : Series of bool
        Mood by rating, for the comments that were used.
    folds : int
        Folds of the cross-validation.
    """

    table: pd.DataFrame
    confusion: pd.DataFrame
    curve: pd.DataFrame
    terms: pd.DataFrame
    probability: pd.Series
    negative: pd.Series
    folds: int
    confidence: float
    notes: tuple[str, ...] = ()

    @property
    def better(self) -> bool:
        """Whether the model beats always naming the larger class, beyond chance (accuracy)."""
        return float(self.score("accuracy", DIFFERENCE)["low"]) > 0

    def score(self, measure: str, of: str = MODEL) -> pd.Series:
        """Row of the table: estimate, low, high."""
        found = self.table[(self.table["measure"] == MEASURES[measure]) & (self.table["of"] == of)]
        return found.iloc[0]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a measure and way of judging."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how well unseen comments are told apart, against the simplest rule."""
        model, baseline = self.score("accuracy"), self.score("accuracy", BASELINE)
        fields: dict[str, Any] = {
            "model": float(model["estimate"]),
            "low": float(model["low"]),
            "high": float(model["high"]),
            "baseline": float(baseline["estimate"]),
        }
        if self.better:
            return t(
                "{model:.0%} of unseen comments are told right ({low:.0%} to {high:.0%}), against {baseline:.0%} for "
                "always naming the larger class.",
                **fields,
            )
        return t(
            "The model is not better than always naming the larger class: {model:.0%} ({low:.0%} to {high:.0%}) "
            "against {baseline:.0%}. Do not use it.",
            **fields,
        )


def comment_sentiment(
    comments: pd.Series,
    rating: pd.Series,
    *,
    negative_to: float = 2,
    positive_from: float = 4,
    customer: pd.Series | None = None,
    folds: int = 5,
    resamples: int = 1000,
    strength: float = 1.0,
    confidence: float = 0.95,
    seed: int = 7,
) -> CommentSentiment:
    """Learn from rated comments which ones are negative, and say how well it works on comments not seen.

    Parameters
    ----------
    comments : Series of str, shape (n,)
        English, Chinese or both.
    rating : Series of float
        On the index of the comments; empty where a comment was not rated.
    negative_to, positive_from : float
        Ratings up to the first are negative, from the second on positive; those between are not used.
    customer : Series, optional
        Who wrote the comment, on the same index. Comments of one customer stay in one fold, and so do equal comments:
        else the model would be examined with what it has learned.
    folds : int
        Folds of the cross-validation, at least 2; fewer where there are fewer groups.
    resamples : int
        Bootstrap resamples (of customers) for the intervals, at least 100.
    strength : float
        C of the logistic regression, above 0: large values trust the comments, small ones hold back.
    confidence : float
        Of the intervals, between 0 and 1.
    seed : int
        Of folds and resamples.

    Returns
    -------
    CommentSentiment

    Raises
    ------
    DataError
        The indexes differ, or there are fewer than 20 negative or positive comments, or groups too few for two folds.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Logistic regression on TF-IDF of words and pairs of words, and of runs of 2 to 4 Chinese characters, which are
    written without spaces. The whole pipeline, vocabulary and weights included, is fitted
    inside each fold. Intervals: percentile bootstrap of customers over the out-of-fold predictions; they do not cover
    that another sample would have given another model. The baseline names the larger class of each training part.

    References
    ----------
    Kohavi, R. (1995). A study of cross-validation and bootstrap for accuracy estimation and model selection. IJCAI,
    1137-1143.
    """
    _check_arguments(negative_to, positive_from, folds, resamples, strength, confidence)
    if not comments.index.equals(rating.index) or (customer is not None and not comments.index.equals(customer.index)):
        raise DataError(Problem(t("ratings"), t("other rows than the comments"), t("the same index")))
    written = comments.map(lambda text: isinstance(text, str) and bool(text.strip())).to_numpy(dtype=bool)
    stars = pd.to_numeric(rating, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    low, high = stars <= negative_to, stars >= positive_from
    used = written & (low | high)
    texts, negative = _masked(comments[used]), low[used]
    _check_classes(negative, negative_to, positive_from)
    groups = _groups(texts, customer[used] if customer is not None else None)
    parts = _folds(negative, groups, folds, seed)
    chance, baseline = _out_of_fold(texts.to_numpy(dtype=object), negative, parts, strength)
    model = _pipeline(strength).fit(texts.to_numpy(dtype=object), negative)
    probability = pd.Series(np.nan, index=comments.index)
    others = written & ~used
    if others.any():
        probability[others] = model.predict_proba(_masked(comments[others]).to_numpy(dtype=object))[:, 1]
    probability[used] = chance
    return CommentSentiment(
        table=_scores(negative, chance, baseline, groups, resamples, confidence, seed),
        confusion=_confusion(negative, chance),
        curve=_curve(negative, chance),
        terms=_terms(model),
        probability=probability,
        negative=pd.Series(negative, index=texts.index),
        folds=len(parts),
        confidence=confidence,
        notes=_notes(written, stars, negative_to, positive_from, len(parts), folds),
    )


def _check_arguments(
    negative_to: float, positive_from: float, folds: int, resamples: int, strength: float, confidence: float
) -> None:
    check_number("negative_to", negative_to)
    check_number("positive_from", positive_from)
    if not negative_to < positive_from:
        raise ParameterError(
            Problem("positive_from", f"{positive_from:g}", t("above negative_to {low:g}", low=negative_to))
        )
    check_number("folds", folds, low=2)
    check_number("resamples", resamples, low=100)
    check_positive("strength", strength)
    check_fraction("confidence", confidence)


def _check_classes(negative: Mask, negative_to: float, positive_from: float) -> None:
    counts = {
        t("comments rated {x:g} or less", x=negative_to): int(negative.sum()),
        t("comments rated {x:g} or more", x=positive_from): int((~negative).sum()),
    }
    problems = [Problem(name, f"{n}", t("at least {n}", n=LEAST_EACH)) for name, n in counts.items() if n < LEAST_EACH]
    if problems:
        raise DataError(problems)


def _masked(texts: pd.Series) -> pd.Series:
    """Texts without personal data: a telephone number is no mood."""
    return mask_personal(texts).str.replace(MASKED, " ", regex=True)


def _groups(texts: pd.Series, customer: pd.Series | None) -> npt.NDArray[np.int64]:
    """Comments that must stay together: same customer, or same words."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(texts)
    words = pd.factorize(texts.str.casefold().str.replace(r"\W+", "", regex=True))[0]
    links = [words + n]
    if customer is not None:
        codes = pd.factorize(customer)[0]
        alone = n + int(codes.max(initial=0)) + 1 + np.arange(n)
        links.append(np.where(codes >= 0, codes + 2 * n, alone + 2 * n))
    ends = np.concatenate(links)
    size = int(ends.max()) + 1
    rows = np.tile(np.arange(n), len(links))
    graph = coo_array((np.ones(len(rows)), (rows, ends)), shape=(size, size))
    labels: npt.NDArray[np.int64] = pd.factorize(connected_components(graph, directed=False)[1][:n])[0]
    return labels


def _folds(
    negative: Mask, groups: npt.NDArray[np.int64], folds: int, seed: int
) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Train and test places, groups whole, classes alike; fewer folds where groups are few."""
    from sklearn.model_selection import StratifiedGroupKFold

    each = min(len(np.unique(groups[negative])), len(np.unique(groups[~negative])))
    if each < 2:
        found = tn("{n} independent group of comments", "{n} independent groups of comments", each)
        raise DataError(Problem(t("comments"), found, t("at least {n}", n=2)))
    splitter = StratifiedGroupKFold(n_splits=min(folds, each), shuffle=True, random_state=seed)
    return [
        (train, test)
        for train, test in splitter.split(np.zeros(len(negative)), negative, groups)
        if len(test) and len(np.unique(negative[train])) == 2
    ]


def pieces(text: str) -> list[str]:
    """Return words and pairs of words, and runs of 2 to 4 Chinese characters; negations stay.

    Examples
    --------
    >>> pieces("Not good, 很慢")
    ['not', 'good', 'not good', '很慢']
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = LATIN_WORD.findall(plain)
    pairs = [f"{first} {second}" for first, second in itertools.pairwise(words)]
    wide = [
        run[start : start + size]
        for run in WIDE_RUN.findall(plain)
        for size in range(2, min(LONGEST, len(run)) + 1)
        for start in range(len(run) - size + 1)
    ]
    return words + pairs + wide


def _pipeline(strength: float) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    vectorizer = TfidfVectorizer(analyzer=pieces, min_df=2, sublinear_tf=True)
    return make_pipeline(vectorizer, LogisticRegression(C=strength, max_iter=1000))


def _out_of_fold(texts: Any, negative: Mask, parts: Any, strength: float) -> tuple[Floats, Mask]:
    """Probability of negative from models that did not see the comment, and what the larger class would say."""
    chance, baseline = np.full(len(texts), negative.mean()), np.zeros(len(texts), dtype=bool)
    for train, test in parts:
        model = _pipeline(strength).fit(texts[train], negative[train])
        chance[test] = model.predict_proba(texts[test])[:, 1]
        baseline[test] = negative[train].mean() > 0.5
    return chance, baseline


def _accuracy(truth: Mask, chance: Floats, weight: Floats) -> Floats:
    right = (truth == (chance > 0.5)).astype(float)
    result: Floats = weight @ right / weight.sum(axis=1)
    return result


def _balanced(truth: Mask, chance: Floats, weight: Floats) -> Floats:
    right = (truth == (chance > 0.5)).astype(float)
    parts = [(weight[:, own] @ right[own]) / weight[:, own].sum(axis=1) for own in (truth, ~truth)]
    result: Floats = (parts[0] + parts[1]) / 2
    return result


def _average_precision(truth: Mask, chance: Floats, weight: Floats) -> Floats:
    """Sum of precision times the step of recall over the thresholds, equal chances as one step."""
    order = np.argsort(-chance, kind="stable")
    last = np.flatnonzero(np.append(np.diff(chance[order]) != 0, True))
    hits = np.cumsum(weight[:, order] * truth[order], axis=1)[:, last]
    called = np.cumsum(weight[:, order], axis=1)[:, last]
    precision = np.divide(hits, called, out=np.zeros_like(hits), where=called > 0)
    result: Floats = (precision * np.diff(hits, axis=1, prepend=0)).sum(axis=1) / hits[:, -1]
    return result


def _roc_auc(truth: Mask, chance: Floats, weight: Floats) -> Floats:
    """Chance that a negative comment gets the higher value, ties counted half."""
    order = np.argsort(chance, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(chance[order]) != 0))
    positive = np.add.reduceat(weight[:, order] * ~truth[order], starts, axis=1)
    negative = np.add.reduceat(weight[:, order] * truth[order], starts, axis=1)
    below = np.cumsum(positive, axis=1) - positive / 2
    result: Floats = (negative * below).sum(axis=1) / (negative.sum(axis=1) * positive.sum(axis=1))
    return result


SCORES: dict[str, Callable[[Mask, Floats, Floats], Floats]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced,
    "average_precision": _average_precision,
    "roc_auc": _roc_auc,
}


def _scores(
    negative: Mask,
    chance: Floats,
    baseline: Mask,
    groups: npt.NDArray[np.int64],
    resamples: int,
    confidence: float,
    seed: int,
) -> pd.DataFrame:
    """Scores of model, baseline and their difference; groups are resampled, all resamples at once."""
    simple = baseline.astype(float)
    blocks = [
        [(score(negative, chance, weight), score(negative, simple, weight)) for score in SCORES.values()]
        for weight in _weights(negative, groups, resamples, np.random.default_rng(seed))
    ]
    rows = []
    for place, name in enumerate(SCORES):
        own, other = (np.concatenate([block[place][side] for block in blocks]) for side in (0, 1))
        for of, values in ((MODEL, own), (BASELINE, other), (DIFFERENCE, own - other)):
            low, high = percentile_interval(values[1:], confidence=confidence)
            rows.append((MEASURES[name], of, float(values[0]), float(low), float(high)))
    return pd.DataFrame(rows, columns=["measure", "of", "estimate", "low", "high"])


def _weights(
    negative: Mask, groups: npt.NDArray[np.int64], resamples: int, rng: np.random.Generator
) -> Iterator[Floats]:
    """Yield how often each comment counts (resamples, comments), a block at a time; the first row is all ones.

    Resamples without a comment of one of the moods are passed over. The draws do not depend on the size of a block.
    """
    yield np.ones((1, len(negative)))
    n = int(groups.max()) + 1
    step = max(1, CELLS // len(negative))
    for start in range(0, resamples, step):
        drawn = rng.multinomial(n, np.full(n, 1 / n), size=min(step, resamples - start))[:, groups].astype(float)
        yield drawn[(drawn @ negative > 0) & (drawn @ ~negative > 0)]


def _confusion(negative: Mask, chance: Floats) -> pd.DataFrame:
    called = chance > 0.5
    rows = [
        (name, int((own & called).sum()), int((own & ~called).sum()))
        for name, own in ((NEGATIVE, negative), (POSITIVE, ~negative))
    ]
    return pd.DataFrame(rows, columns=["mood", "called_negative", "called_positive"])


def _curve(negative: Mask, chance: Floats) -> pd.DataFrame:
    order = np.argsort(-chance, kind="stable")
    last = np.flatnonzero(np.append(np.diff(chance[order]) != 0, True))
    hits = np.cumsum(negative[order])[last]
    return pd.DataFrame(
        {"threshold": chance[order][last], "recall": hits / negative.sum(), "precision": hits / (last + 1)}
    )


def _terms(model: Any, *, each: int = 10) -> pd.DataFrame:
    """Pieces of words with the largest weights on both sides; pieces of a piece are left out."""
    names = model[0].get_feature_names_out()
    weights = model[1].coef_[0]
    rows: list[tuple[str, float]] = []
    for side in (1, -1):
        chosen: list[tuple[str, float]] = []
        for place in np.argsort(-side * weights, kind="stable")[: each * 30].tolist():
            name = str(names[place]).strip()
            if weights[place] * side <= 0 or len(name) < 2 or any(name in old or old in name for old, _ in chosen):
                continue
            chosen.append((name, float(weights[place])))
            if len(chosen) == each:
                break
        rows += chosen
    return pd.DataFrame(rows, columns=["term", "weight"])


def _notes(written: Mask, stars: Floats, low: float, high: float, done: int, wanted: int) -> tuple[str, ...]:
    between = int((written & (stars > low) & (stars < high)).sum())
    unrated = int((written & np.isnan(stars)).sum())
    notes = []
    if between:
        notes.append(
            tn(
                "{n} comment with a rating in between was not used for learning.",
                "{n} comments with a rating in between were not used for learning.",
                between,
            )
        )
    if unrated:
        notes.append(tn("{n} comment has no rating.", "{n} comments have no rating.", unrated))
    if done < wanted:
        notes.append(tn("Only {n} fold could be made.", "Only {n} folds could be made.", done))
    return tuple(notes)
