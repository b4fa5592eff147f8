"""Topics of comments: TF-IDF, non-negative matrix factorization, and how many topics the comments support."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number, check_option
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.voice.comments.texts import chinese_words, mask_personal, stop_words, terms

Floats = npt.NDArray[np.float64]
CommentLanguage = Literal["en", "zh"]
LEAST_COMMENTS = 30
DOCUMENTS = 3  # a term must stand in so many comments
TOP = 10  # terms that stand for a topic when solutions are compared
SUBSAMPLE = 0.8
ROUGHLY = 1e-3  # of the factorization where only the heaviest terms of a topic count
MOST_COMPARED = 2000  # comments by which the number of topics is chosen; drawn at random where there are more
SEPARATOR = ", "  # of terms, the same in every language: they are published
TOLERANCE = 0.1  # of the stability: numbers of topics that count as equally stable
HEADINGS = (
    mark("topic"),
    mark("terms"),
    mark("comments"),
    mark("share"),
    mark("mean rating"),
    mark("comment"),
    mark("topics"),
    mark("stability"),
    mark("stability se"),
    mark("coherence"),
    mark("chosen"),
)


@dataclass(frozen=True, kw_only=True)
class CommentTopics(Result):
    """Topics of comments.

    Attributes
    ----------
    table : DataFrame
        One row a topic, most frequent first: topic (1, 2, ...), terms, comments, share.
    topic : Series
        Topic of each comment, 0 where none of its terms is known; on the index of the comments.
    strength : Series of float
        Share of the comment's weight that falls on its topic, 0 to 1.
    selection : DataFrame
        For each number of topics that was tried: topics, stability (0 to 1) with its standard error, coherence (-1 to
        1), chosen. Empty where the number was given.
    weights : DataFrame, shape (terms, topics)
    """

    table: pd.DataFrame
    topic: pd.Series
    strength: pd.Series
    selection: pd.DataFrame
    weights: pd.DataFrame
    texts: pd.Series
    language: str
    notes: tuple[str, ...] = ()

    @property
    def n_topics(self) -> int:
        """Number of topics."""
        return len(self.table)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a topic."""
        return self.table.copy()

    def summary(self) -> str:
        """Name the most frequent topic."""
        first = self.table.iloc[0]
        return t(
            "{n} topics; the most frequent, {terms}, has {share:.0%} of the comments.",
            n=self.n_topics,
            terms=str(first["terms"]),
            share=float(first["share"]),
        )

    def examples(self, *, each: int = 2) -> pd.DataFrame:
        """Return the most typical comments of each topic, personal data masked: topic, comment.

        Comments that say the same are shown once.
        """
        order = self.strength.sort_values(ascending=False, kind="stable").index
        frame = pd.DataFrame({"topic": self.topic.loc[order], "comment": mask_personal(self.texts.loc[order])})
        frame = frame[frame["topic"] > 0].drop_duplicates("comment")
        return frame.groupby("topic").head(each).sort_values("topic", kind="stable").reset_index(drop=True)

    def ratings(self, rating: pd.Series) -> pd.DataFrame:
        """Return the table with the mean rating of each topic; `rating` is on the index of the comments."""
        means = rating.astype("Float64").groupby(self.topic.reindex(rating.index)).mean()
        return self.table.assign(mean_rating=self.table["topic"].map(means).astype(float))


def comment_topics(
    comments: pd.Series,
    *,
    language: str = "en",
    topics: int = 0,
    most: int = 10,
    resamples: int = 10,
    extra_stop_words: Iterable[str] = (),
    top: int = 6,
    seed: int = 7,
) -> CommentTopics:
    """Find the topics of comments.

    Parameters
    ----------
    comments : Series of str, shape (n,)
        Comments in one language; empty ones are left out and counted.
    language : {'en', 'zh'}
        English words, or runs of 2 to 4 Chinese characters.
    topics : int
        Number of topics; 0 to choose it by stability and coherence.
    most : int
        Largest number of topics that is tried, at least 2.
    resamples : int
        Subsamples (80% of the comments) by which stability is judged, at least 2.
    extra_stop_words : iterable of str
        Words without a topic, on top of those of the package.
    top : int
        Terms that name a topic.
    seed : int
        Of the subsamples.

    Returns
    -------
    CommentTopics

    Raises
    ------
    DataError
        Fewer than 30 comments with known terms, or fewer terms than topics.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Stability: the model is fitted again to subsamples; topics are matched one to one and the mean Jaccard agreement of
    their ten heaviest terms is taken (1 for the same topics again). Coherence: mean normalized pointwise mutual
    information of the ten terms within comments. Chosen is the largest number at a peak of stability that
    is at most 0.1 below the highest: the finest topics that come back; the highest peak alone would mostly choose two.
    Coherence is shown beside it. Of more than 2,000 comments, 2,000 drawn at random choose the number; all make the
    topics.
    A topic is a group of terms, not a meaning; name it after you have read its examples.

    References
    ----------
    Lee, D. D. & Seung, H. S. (1999). Learning the parts of objects by non-negative matrix factorization. Nature 401,
    788-791. Greene, D., O'Callaghan, D. & Cunningham, P. (2014). How many topics? Stability analysis for topic models.
    ECML PKDD. Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction. GSCL.
    """
    check_option("language", language, CommentLanguage)
    for name, value, low in (("topics", topics, 0), ("most", most, 2), ("resamples", resamples, 2), ("top", top, 1)):
        check_number(name, value, low=low)
    if topics == 1:
        raise ParameterError(Problem("topics", "1", t("at least 2, or 0 to choose the number")))
    texts = comments[comments.map(lambda text: isinstance(text, str) and bool(text.strip())).astype(bool)].astype(str)
    stops = stop_words(extra_stop_words)[language]
    matrix, names = _matrix(mask_personal(texts), language, stops)
    known = np.asarray(matrix.getnnz(axis=1) > 0)
    if known.sum() < LEAST_COMMENTS:
        found = tn("{n} comment with known terms", "{n} comments with known terms", int(known.sum()))
        raise DataError(Problem(t("comments"), found, t("at least {n}", n=LEAST_COMMENTS)))
    largest = min(most, len(names) - 1, int(known.sum()) // 5)
    if len(names) <= max(topics, 2) or largest < 2:
        raise DataError(Problem(t("comments"), tn("{n} term", "{n} terms", len(names)), t("more terms than topics")))
    used = matrix[known]
    selection = pd.DataFrame() if topics else _selection(used, range(2, largest + 1), resamples, seed)
    number = topics or int(selection.loc[selection["chosen"], "topics"].iloc[0])
    documents, weights = _factors(used, number)
    return _result(texts, known, documents, weights, names, selection, language, top, len(comments) - len(texts))


def _matrix(texts: pd.Series, language: str, stops: frozenset[str]) -> tuple[Any, npt.NDArray[Any]]:
    """TF-IDF of the comments (comments, terms), and the terms."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

    words = chinese_words(texts, stops=stops) if language == "zh" else None

    def analyze(text: str) -> list[str]:
        found = terms(text, language=language, stops=stops)
        return found if words is None else [term for term in found if term in words or term.isascii()]

    counter = CountVectorizer(analyzer=analyze, min_df=min(DOCUMENTS, max(len(texts), 1)))
    try:
        counts = counter.fit_transform(texts)
    except ValueError as error:
        raise DataError(Problem(t("comments"), t("no term that is used more than once"))) from error
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts), counter.get_feature_names_out()


def _factors(matrix: Any, number: int, *, tolerance: float = 1e-4) -> tuple[Floats, Floats]:
    """Weights of the topics in comments and of the terms in topics; the start is fixed, so no chance is involved."""
    import warnings

    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = NMF(n_components=number, init="nndsvd", max_iter=300, tol=tolerance, random_state=0)
        documents = model.fit_transform(matrix)
    return documents, model.components_


def _top(weights: Floats) -> npt.NDArray[np.bool_]:
    """Which terms are among the heaviest of each topic (topics, terms)."""
    places = np.argsort(-weights, axis=1, kind="stable")[:, :TOP]
    chosen = np.zeros(weights.shape, dtype=bool)
    np.put_along_axis(chosen, places, values=True, axis=1)
    return chosen & (weights > 0)


def _selection(matrix: Any, numbers: Sequence[int] | range, resamples: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    if matrix.shape[0] > MOST_COMPARED:
        matrix = matrix[np.sort(rng.permutation(matrix.shape[0])[:MOST_COMPARED])]
    size = max(2, int(SUBSAMPLE * matrix.shape[0]))
    parts = [matrix[rng.permutation(matrix.shape[0])[:size]] for _ in range(resamples)]
    rows = []
    for number in numbers:
        reference = _top(_factors(matrix, number, tolerance=ROUGHLY)[1])
        agreement = np.array(
            [_agreement(reference, _top(_factors(part, number, tolerance=ROUGHLY)[1])) for part in parts]
        )
        error = float(agreement.std(ddof=1) / np.sqrt(resamples))
        rows.append((number, float(agreement.mean()), error, _coherence(matrix, reference)))
    table = pd.DataFrame(rows, columns=["topics", "stability", "stability_se", "coherence"])
    stability = np.concatenate([[-1.0], table["stability"], [-1.0]])
    peak = (stability[1:-1] >= stability[:-2]) & (stability[1:-1] >= stability[2:])
    chosen = int(np.flatnonzero(peak & (stability[1:-1] >= stability.max() - TOLERANCE))[-1])
    return table.assign(chosen=np.arange(len(table)) == chosen)


def _agreement(first: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_]) -> float:
    """Mean Jaccard agreement of the topics of two solutions, matched one to one."""
    from scipy.optimize import linear_sum_assignment

    both = first.astype(float) @ second.T.astype(float)
    either = first.sum(axis=1)[:, None] + second.sum(axis=1)[None, :] - both
    jaccard = both / np.maximum(either, 1)
    rows, columns = linear_sum_assignment(-jaccard)
    return float(jaccard[rows, columns].mean())


def _coherence(matrix: Any, top: npt.NDArray[np.bool_]) -> float:
    """Mean normalized pointwise mutual information of the heaviest terms of each topic."""
    used = np.flatnonzero(top.any(axis=0))
    present = np.asarray((matrix[:, used] > 0).todense(), dtype=float)
    share = present.mean(axis=0)
    joint = present.T @ present / len(present)
    with np.errstate(divide="ignore", invalid="ignore"):
        mutual = np.log(joint / np.outer(share, share)) / -np.log(joint)
    mutual = np.where(joint > 0, np.where(joint >= 1, 1.0, mutual), -1.0)
    values = []
    for row in top[:, used]:
        block = mutual[np.ix_(row, row)]
        values.append(block[np.triu_indices(len(block), 1)].mean() if len(block) > 1 else 0.0)
    return float(np.mean(values))


def _result(
    texts: pd.Series,
    known: npt.NDArray[np.bool_],
    documents: Floats,
    weights: Floats,
    names: npt.NDArray[Any],
    selection: pd.DataFrame,
    language: str,
    top: int,
    empty: int,
) -> CommentTopics:
    scaled = documents * weights.sum(axis=1)
    own, total = scaled.argmax(axis=1), scaled.sum(axis=1)
    order = np.argsort(-np.bincount(own, minlength=len(weights)), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    numbers, shares = np.zeros(len(texts), dtype=np.int64), np.zeros(len(texts))
    numbers[known] = np.where(total > 0, rank[own], 0)
    shares[known] = np.divide(scaled.max(axis=1), total, out=np.zeros(len(total)), where=total > 0)
    topic, strength = pd.Series(numbers, index=texts.index), pd.Series(shares, index=texts.index)
    count = np.array([(topic == place).sum() for place in range(1, len(order) + 1)])
    rows = {
        "topic": np.arange(1, len(order) + 1),
        "terms": [SEPARATOR.join(_distinct(names[np.argsort(-row, kind="stable")], top)) for row in weights[order]],
        "comments": count,
        "share": count / len(texts),
    }
    return CommentTopics(
        table=pd.DataFrame(rows),
        topic=topic,
        strength=strength,
        selection=selection,
        weights=pd.DataFrame(weights[order].T, index=names, columns=range(1, len(order) + 1)),
        texts=texts,
        language=language,
        notes=_notes(empty, int((topic == 0).sum())),
    )


def _distinct(ordered: npt.NDArray[Any], top: int) -> list[str]:
    """First terms that are no part of one another."""
    chosen: list[str] = []
    for name in ordered[: 8 * top].tolist():
        if not any(name in other or other in name for other in chosen):
            chosen.append(name)
    return chosen[:top]


def _notes(empty: int, unknown: int) -> tuple[str, ...]:
    notes = []
    if empty:
        notes.append(tn("{n} empty comment was left out.", "{n} empty comments were left out.", empty))
    if unknown:
        notes.append(
            tn("{n} comment has no known term and no topic.", "{n} comments have no known term and no topic.", unknown)
        )
    return tuple(notes)
