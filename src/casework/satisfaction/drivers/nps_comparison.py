"""Do groups differ in their net promoter score? Signed differences with interval and test."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from casework.core.checks import check_names, check_number
from casework.core.errors import DataError, Problem
from casework.core.messages import join_sentences, t, tn
from casework.core.result import Result
from casework.satisfaction.drivers.nps import KINDS, NPSResult, few_answers
from casework.stats.bootstrap import percentile_interval, resampled_counts
from casework.stats.multiple import holm

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class NPSComparison(Result):
    """Differences of net promoter scores between groups.

    `pairs` has one row per pair: `group`, `reference`, `difference` (group less reference) with `se`, `low`, `high`
    [points], `p` and `p_holm`, adjusted for the number of pairs.
    """

    pairs: pd.DataFrame
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per pair."""
        return self.pairs.copy()

    @property
    def clear(self) -> pd.DataFrame:
        """Pairs that differ beyond chance at the level of the comparison, after Holm."""
        return self.pairs[self.pairs["p_holm"] < 1 - self.confidence]

    def summary(self) -> str:
        """Say how many pairs differ, and which most."""
        widest = self.pairs.iloc[int(np.nanargmax(np.abs(self.pairs["difference"].to_numpy())))]
        first = t(
            "The widest difference is {group} less {reference}: {x:+.0f} points ({low:+.0f} to {high:+.0f}).",
            group=t(str(widest["group"])),
            reference=t(str(widest["reference"])),
            x=widest["difference"],
            low=widest["low"],
            high=widest["high"],
        )
        second = t("{clear} of {n} differences are beyond chance.", clear=len(self.clear), n=len(self.pairs))
        return join_sentences([first, second])


def compare_nps(result: NPSResult, *, reference: str | None = None, resamples: int = 0, seed: int = 7) -> NPSComparison:
    """Test whether groups differ in their net promoter score.

    Parameters
    ----------
    result : NPSResult
        With at least two groups besides `all`.
    reference : str, optional
        Compare every other group with this one; by default each pair of groups.
    resamples : int
        Bootstrap resamples for percentile intervals, at least 100; 0 for Wald intervals. p values are by Wald's test.
    seed : int
        Of the resamples.

    Returns
    -------
    NPSComparison
        Differences are signed: the later group less the earlier, or the group less the reference.

    Raises
    ------
    DataError
        There are fewer than two groups.
    ParameterError
        The reference is no group, or there are fewer than 100 resamples but not 0.

    Notes
    -----
    Wald test of two independent samples; with less than some 30 answers in a group its p is too small.

    References
    ----------
    Variance of a difference of shares of one multinomial sample, added over two samples; R package NPS 1.1.

    Examples
    --------
    >>> from casework.satisfaction.drivers.nps import nps_from_counts
    >>> both = compare_nps(nps_from_counts({"a": (45, 30, 25), "b": (60, 25, 15)})).pairs
    >>> both[["difference", "se", "p"]].round(4).to_numpy().tolist()
    [[25.0, 10.9886, 0.0229]]
    """
    table = result.groups.iloc[1:].set_index("group")
    names = [str(name) for name in table.index]
    if len(names) < 2:
        found = tn("{n} group", "{n} groups", len(names))
        raise DataError(Problem(t("net promoter score"), found, t("at least two groups")))
    if reference is not None:
        check_names("reference", [reference], names)
    pairs = (
        [(name, reference) for name in names if name != reference]
        if reference is not None
        else [(b, a) for a, b in combinations(names, 2)]
    )
    compared = _differences(table, pairs, result.confidence)
    if check_number("resamples", resamples, low=0):
        check_number("resamples", resamples, low=100)
        rng = np.random.default_rng(seed)
        low, high = _drawn_ends(table, pairs, result.confidence, int(resamples), rng)
        compared = compared.assign(low=low, high=high)
    return NPSComparison(pairs=compared, confidence=result.confidence, notes=few_answers(table["n"]))


def _differences(table: pd.DataFrame, pairs: list[tuple[str, str]], confidence: float) -> pd.DataFrame:
    left, right = table.loc[[a for a, _ in pairs]], table.loc[[b for _, b in pairs]]
    difference = left["nps"].to_numpy() - right["nps"].to_numpy()
    error = np.hypot(left["se"].to_numpy(), right["se"].to_numpy())
    half = float(ndtri((1 + confidence) / 2)) * error
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.abs(difference) / error
    p = 2 * ndtr(-z)
    return pd.DataFrame(
        {
            "group": [a for a, _ in pairs],
            "reference": [b for _, b in pairs],
            "difference": difference,
            "se": error,
            "low": difference - half,
            "high": difference + half,
            "p": p,
            "p_holm": holm(p),
        }
    )


def _drawn_ends(
    table: pd.DataFrame, pairs: list[tuple[str, str]], confidence: float, resamples: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draw the ends of the percentile intervals of the differences [points]."""
    counts = table[list(KINDS)].to_numpy(dtype=np.int64)
    drawn = np.empty((len(counts), resamples))
    for block, draws in resampled_counts(counts, resamples=resamples, rng=rng):
        with np.errstate(invalid="ignore", divide="ignore"):
            drawn[block] = 100 * (draws[..., 0] - draws[..., 2]) / counts[block].sum(axis=1)[:, None]
    place = {str(name): i for i, name in enumerate(table.index)}
    left, right = [place[a] for a, _ in pairs], [place[b] for _, b in pairs]
    return percentile_interval((drawn[left] - drawn[right]).T, confidence=confidence)
