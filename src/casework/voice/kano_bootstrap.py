"""How far Kano's measures could have come out otherwise: resampled respondents, drawn as counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_fraction, check_number
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.stats.bootstrap import percentile_interval, resampled_counts
from casework.voice import kano_measures as measures
from casework.voice.kano_table import CATEGORIES, check_order
from casework.voice.wording import category_name, listing, shown

Floats = npt.NDArray[np.float64]
STABLE = 0.95  # share of resamples from which a category is called stable
HEADINGS = (mark("stability"), mark("standard error"), mark("undefined"))


@dataclass(frozen=True, kw_only=True, eq=False)
class KanoBootstrap(Result):
    """Percentile intervals of Kano's measures, and how often each category came out.

    Attributes
    ----------
    intervals : DataFrame
        One row per attribute and measure: `estimate`, `low`, `high`, `standard_error`, and `undefined`, the share
        of resamples in which the measure does not exist.
    stability : DataFrame, one row per attribute
        Share of resamples that end in each category by the rule; the rest had no answer at all.
    category : Series
        Category of the survey itself.
    """

    intervals: pd.DataFrame
    stability: pd.DataFrame
    category: pd.Series
    resamples: int
    seed: int
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per attribute: category, its stability, and the interval of each measure."""
        own = pd.DataFrame({"category": self.category, "stability": self.own_stability()})
        for measure in MEASURES:
            ends = self.interval(measure)
            own[f"{measure}_low"], own[f"{measure}_high"] = ends["low"], ends["high"]
        return own

    def own_stability(self) -> pd.Series:
        """Share of resamples that end in the category of the survey itself."""
        codes = np.array([CATEGORIES.index(letter) if isinstance(letter, str) else -1 for letter in self.category])
        shares = self.stability.to_numpy()[np.arange(len(codes)), codes]
        return pd.Series(np.where(codes < 0, np.nan, shares), index=self.category.index, name="stability")

    def interval(self, measure: str) -> pd.DataFrame:
        """Estimate, low and high of one measure, one row per attribute."""
        chosen = self.intervals[self.intervals["measure"] == measure]
        return chosen.set_index("attribute")[["estimate", "low", "high"]].copy()

    def summary(self) -> str:
        """Say which categories would change with other respondents."""
        shares = self.own_stability().dropna()
        shaky = shares[shares < STABLE].sort_values()
        if shares.empty:
            return t("No attribute has an answer.")
        if shaky.empty:
            return tn(
                "The category is the same in at least {share:.0%} of {resamples} resamples ({n} attribute).",
                "All {n} categories are the same in at least {share:.0%} of {resamples} resamples.",
                len(shares),
                share=STABLE,
                resamples=self.resamples,
            )
        return t(
            "{sure} of {n} categories are the same in at least {share:.0%} of {resamples} resamples. Least sure is"
            " {name}: {category} in {least:.0%}. Not sure: {names}.",
            sure=len(shares) - len(shaky),
            n=len(shares),
            share=STABLE,
            resamples=self.resamples,
            name=shown(shaky.index[0]),
            category=category_name(self.category[shaky.index[0]]),
            least=shaky.iloc[0],
            names=listing(shaky.index),
        )


def _rule(cells: measures.Counts, threshold: float, order: str) -> measures.Letters:
    n = cells.sum(axis=-1)
    return measures.rule_category(measures.rank(cells, order), n, threshold=threshold, order=order)


def _category_strength(cells: measures.Counts) -> Floats:
    return measures.category_strength(measures.rank(cells), cells.sum(axis=-1))


MEASURES: dict[str, Callable[[measures.Counts], Floats]] = {
    "better": measures.better,
    "worse": measures.worse,
    "total_strength": measures.total_strength,
    "category_strength": _category_strength,
}
SHARES = tuple(f"share_{letter}" for letter in CATEGORIES)


def bootstrap_counts(
    counts: pd.DataFrame, *, threshold: float, order: str, resamples: int, seed: int, confidence: float
) -> KanoBootstrap:
    """Bootstrap an evaluation from its counts; see `KanoResult.bootstrap`.

    Parameters
    ----------
    counts : DataFrame, shape (k, 7)
        Counts of M, O, A, I, R, Q and of incomplete pairs, one row per attribute.
    threshold, order, resamples, seed, confidence
        As for `KanoResult.bootstrap`.

    Raises
    ------
    ParameterError
        `resamples` is not from 1 to 1,000,000, or `confidence` not between 0 and 1.
    """
    resamples = int(check_number("resamples", resamples, low=1, high=1_000_000))
    check_fraction("confidence", confidence)
    order = check_order(order)
    table = counts.to_numpy(dtype=np.int64)
    parts, shares = [], []
    for block, draws in resampled_counts(table, resamples=resamples, rng=np.random.default_rng(seed)):
        cells = draws[..., : len(CATEGORIES)]
        parts.append(_intervals(cells, table[block, : len(CATEGORIES)], counts.index[block], confidence))
        final = _rule(cells, threshold, order)
        shares.append((final[..., None] == np.arange(len(CATEGORIES))).mean(axis=1))
    own = measures.letters(_rule(table[:, : len(CATEGORIES)], threshold, order))
    stability = np.concatenate(shares) if shares else np.empty((0, len(CATEGORIES)))
    return KanoBootstrap(
        intervals=pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(),
        stability=pd.DataFrame(stability, index=counts.index, columns=list(CATEGORIES)),
        category=pd.Series(own, index=counts.index, name="category", dtype=object),
        resamples=resamples,
        seed=seed,
        confidence=confidence,
    )


def _intervals(cells: measures.Counts, observed: measures.Counts, names: pd.Index, confidence: float) -> pd.DataFrame:
    """Intervals of one block; `cells` has shape (attributes, resamples, 6)."""
    draws = {name: measure(cells) for name, measure in MEASURES.items()}
    points = {name: measure(observed) for name, measure in MEASURES.items()}
    all_shares = measures.ratio(cells, cells.sum(axis=-1)[..., None])
    own_shares = measures.ratio(observed, observed.sum(axis=-1)[..., None])
    draws |= {name: all_shares[..., i] for i, name in enumerate(SHARES)}
    points |= {name: own_shares[..., i] for i, name in enumerate(SHARES)}
    columns = [_interval(points[measure], values, confidence) for measure, values in draws.items()]
    labels = {
        "attribute": names[np.tile(np.arange(len(names)), len(draws))],
        "measure": np.repeat(list(draws), len(names)),
    }
    return pd.DataFrame(labels | {name: np.concatenate([part[name] for part in columns]) for name in columns[0]})


def _interval(estimate: Floats, draws: Floats, confidence: float) -> dict[str, Floats]:
    low, high = percentile_interval(draws.T, confidence=confidence)
    exists = np.isfinite(draws)
    count = exists.sum(axis=1)
    mean = measures.ratio(np.where(exists, draws, 0).sum(axis=1), count)
    squares = (np.where(exists, draws - mean[:, None], 0) ** 2).sum(axis=1)
    return {
        "estimate": estimate,
        "low": low,
        "high": high,
        "standard_error": np.sqrt(measures.ratio(squares, count - 1)),
        "undefined": 1 - exists.mean(axis=1),
    }
