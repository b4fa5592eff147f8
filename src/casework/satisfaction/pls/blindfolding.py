"""Blindfolding: leave out every D-th answer of a block, predict it from the model, and compare (Stone-Geisser's Q2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number, check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t, tn
from casework.core.result import Result
from casework.satisfaction.pls.antecedents import Antecedents, antecedent_effects
from casework.satisfaction.pls.estimation import Batch, estimate
from casework.satisfaction.pls.linear import Floats, Ints
from casework.satisfaction.pls.needs import need_rows
from casework.satisfaction.pls.result import PLSResult
from casework.satisfaction.pls.structure import Structure

Pattern = Literal["cells", "rows"]
Filling = Literal["mean", "pairwise"]
Scale = Literal["answers", "standardized"]
MOST_CELLS = 4_000_000  # held at once
LEAST_KEPT = 3


@dataclass(frozen=True, kw_only=True)
class BlindfoldResult(Result):
    """How well answers that were left out are predicted.

    Parameters
    ----------
    constructs : DataFrame
        `construct`, `items`, `q2_redundancy` (predicted from the other constructs; missing where no path leads to it),
        `q2_communality` (predicted from the other answers to its own indicators; missing for single items).
    indicators : DataFrame
        `construct`, `indicator`, `q2_redundancy`, `q2_communality`.
    distance : int
        Every so many answers one is left out.
    pattern, filling, antecedents, scale : str
        As in `blindfold`.
    """

    constructs: pd.DataFrame
    indicators: pd.DataFrame
    distance: int
    pattern: str
    filling: str
    antecedents: str
    scale: str
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per construct."""
        return self.constructs.copy()

    def summary(self) -> str:
        """Say for how many constructs the model predicts better than the mean."""
        known = self.constructs["q2_redundancy"].dropna()
        if not len(known):
            return t("No Q2 could be computed.")
        return t(
            "The model predicts left-out answers better than their mean (Q2 above 0) for {good} of {total} constructs.",
            good=int((known > 0).sum()),
            total=len(known),
        )


def blindfold(
    result: PLSResult,
    *,
    distance: int = 7,
    pattern: str = "cells",
    filling: str = "mean",
    antecedents: str = "direct",
    scale: str = "answers",
) -> BlindfoldResult:
    """Q2 of Stone and Geisser: cross-validated redundancy and communality of every construct.

    Parameters
    ----------
    result : PLSResult
        A fit to rows.
    distance : int
        Every D-th answer of a block is left out, in D rounds; from 2 to n; 5 to 12 are usual. It should not divide
        the number of respondents, or whole rows are left out.
    pattern : {'cells', 'rows'}
        Count the answers of a block column after column; or leave out all answers of every D-th respondent to the
        block (then there is no communality).
    filling : {'mean', 'pairwise'}
        Before the model is estimated again, left-out answers become the mean of those kept; or they stay missing and
        correlations use the pairs that there are, as semPLS does.
    antecedents : {'direct', 'earliest'}
        Predict from the scores of the constructs with a path to it, or from the exogenous ones by total effects.
    scale : {'answers', 'standardized'}
        Add up squared errors in the units of the answers, as semPLS does (indicators that spread more count more), or
        of standardized indicators.

    Returns
    -------
    BlindfoldResult
        Q2 = 1 - (sum of squared errors of the model) / (of the mean of the kept answers), over all left-out answers.

    Raises
    ------
    DataError
        No rows.
    ParameterError
        The distance is below 2 or too large, or an option is unknown.

    Notes
    -----
    The respondents whose answers are predicted take part in the estimation with their other answers, so Q2 is no
    prediction of new respondents: that is `predict_pls` (Shmueli et al. 2016; seminr leaves Q2 out for this reason).

    References
    ----------
    Stone (1974), Journal of the Royal Statistical Society B 36; Geisser (1974), Biometrika 61; Wold (1982);
    Tenenhaus et al. (2005), Computational Statistics & Data Analysis 48, section 2.5.
    """
    rows = need_rows(result)
    check_option("pattern", pattern, Pattern)
    check_option("filling", filling, Filling)
    check_option("antecedents", antecedents, Antecedents)
    check_option("scale", scale, Scale)
    n = len(rows)
    step = _checked_distance(distance, n)
    standard = (rows - result.moments.means) / result.moments.deviations
    structure = result.structure
    sums = np.zeros((3, structure.p))  # errors by redundancy, by communality, and of the mean
    failed = 0
    for construct in range(structure.k):
        if not structure.adjacency[:, construct].any() and structure.sizes[construct] == 1:
            continue
        for found, wrong in _rounds(result, standard, construct, step, pattern, filling, antecedents):
            sums[:, structure.block == construct] += found
            failed += wrong
    if scale == "answers":
        sums *= result.moments.deviations**2
    constructs, indicators = _tables(result, structure, sums, whole_rows=pattern == "rows" or n % step == 0)
    return BlindfoldResult(
        constructs=constructs,
        indicators=indicators,
        distance=step,
        pattern=pattern,
        filling=filling,
        antecedents=antecedents,
        scale=scale,
        notes=tuple(_notes(result, n, step, pattern, failed)),
    )


def _checked_distance(distance: int, n: int) -> int:
    step = int(check_number("distance", distance, low=2, high=n))
    if step != distance or n - -(-n // step) < LEAST_KEPT:
        expected = t("a whole number that leaves at least {n} respondents", n=LEAST_KEPT)
        raise ParameterError(Problem("distance", f"{distance:g}", expected))
    return step


def omitted_in(n: int, size: int, distance: int, pattern: str) -> Ints:
    """Round in which each answer (n, size) of a block is left out.

    Examples
    --------
    >>> omitted_in(4, 2, 3, "cells").T.tolist(), omitted_in(4, 2, 3, "rows").T.tolist()
    ([[0, 1, 2, 0], [1, 2, 0, 1]], [[0, 1, 2, 0], [0, 1, 2, 0]])
    """
    places = np.arange(n)[:, None] + (n * np.arange(size) if pattern == "cells" else np.zeros(size, dtype=np.int64))
    result: Ints = places % distance
    return result


def _rounds(
    result: PLSResult,
    standard: Floats,
    construct: int,
    distance: int,
    pattern: str,
    filling: str,
    antecedents: str,
) -> Iterator[tuple[Floats, int]]:
    """Yield sums of squares (3, m) of the indicators of a construct, and failed rounds, a block of rounds at a time."""
    structure, n = result.structure, len(standard)
    own = structure.block == construct
    left_out = omitted_in(n, int(own.sum()), distance, pattern)
    step = max(1, MOST_CELLS // (n * structure.p))
    for start in range(0, distance, step):
        rounds = np.arange(start, min(start + step, distance))
        kept = left_out[None] != rounds[:, None, None]
        mean, spread, correlations = _kept_moments(standard, own, kept, result.moments.correlations, filling)
        batch = _estimated(result, correlations, spread, own)
        usable = batch.usable
        errors = _errors(standard, own, kept, mean, spread, batch, structure, construct, antecedents)
        yield errors[:, usable].sum(axis=1), int((~usable).sum())


def _kept_moments(
    standard: Floats, own: npt.NDArray[np.bool_], kept: npt.NDArray[np.bool_], whole: Floats, filling: str
) -> tuple[Floats, Floats, Floats]:
    """Mean and deviation (G, m) of the block, and all correlations (G, p, p), without what each round leaves out."""
    block, others = standard[:, own], standard[:, ~own]
    weight = kept.astype(np.float64)
    count = weight.sum(axis=1)
    mean = (weight * block).sum(axis=1) / count
    centred = weight * (block - mean[:, None])
    freedom = len(standard) - 1 if filling == "mean" else count - 1
    with np.errstate(all="ignore"):
        spread = np.sqrt((centred**2).sum(axis=1) / freedom)
        spread = np.where(spread > 1e-9, spread, np.nan)
        if filling == "mean":
            inner = centred.transpose(0, 2, 1) @ centred / (len(standard) - 1) / _outer(spread)
            outer = centred.transpose(0, 2, 1) @ others / (len(standard) - 1) / spread[:, :, None]
        else:
            inner, outer = _pairwise(weight, centred, others)
    correlations = np.repeat(whole[None], len(kept), axis=0)
    places, rest = np.flatnonzero(own), np.flatnonzero(~own)
    correlations[:, places[:, None], places] = inner
    correlations[:, places[:, None], rest] = outer
    correlations[:, rest[:, None], places] = outer.transpose(0, 2, 1)
    correlations[:, places, places] = np.where(np.isfinite(spread), 1.0, np.nan)
    return mean, spread, correlations


def _pairwise(weight: Floats, centred: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Correlations of the kept pairs within the block (G, m, m) and with the other indicators (G, m, p - m)."""
    turned, values = weight.transpose(0, 2, 1), centred.transpose(0, 2, 1)
    inner = _correlation(turned @ weight, values @ weight, turned @ centred, values @ centred,
                         values**2 @ weight, turned @ centred**2)  # fmt: skip
    count = weight.sum(axis=1)[:, :, None]
    outer = _correlation(count, values.sum(axis=2)[:, :, None], turned @ others, values @ others,
                         (values**2).sum(axis=2)[:, :, None], turned @ others**2)  # fmt: skip
    return inner, outer


def _correlation(count: Floats, x: Floats, y: Floats, xy: Floats, xx: Floats, yy: Floats) -> Floats:
    found: Floats = (xy - x * y / count) / np.sqrt((xx - x * x / count) * (yy - y * y / count))
    return found


def _outer(values: Floats) -> Floats:
    result: Floats = values[:, :, None] * values[:, None, :]
    return result


def _estimated(result: PLSResult, correlations: Floats, spread: Floats, own: npt.NDArray[np.bool_]) -> Batch:
    """Estimates with weights of standardized indicators."""
    units = np.ones((len(spread), len(own)))
    if not result.standardized:
        units[:] = result.moments.deviations
        units[:, own] *= spread
    batch = estimate(
        correlations * _outer(units),
        result.structure,
        consistent=result.consistent,
        tolerance=result.tolerance,
        max_iterations=result.max_iterations,
    )
    return replace(batch, weights=batch.weights * units)


def _errors(
    standard: Floats,
    own: npt.NDArray[np.bool_],
    kept: npt.NDArray[np.bool_],
    mean: Floats,
    spread: Floats,
    batch: Batch,
    structure: Structure,
    construct: int,
    antecedents: str,
) -> Floats:
    """Squared errors (3, G, m) summed over what each round leaves out: redundancy, communality, mean."""
    block = standard[:, own]
    effects = antecedent_effects(batch.paths, structure, antecedents)[:, structure.block, construct]
    from_others = (batch.weights * effects) @ standard.T
    filled = np.where(kept, (block - mean[:, None]) / spread[:, None], 0.0)
    from_own = np.einsum("gnm,gm->gn", filled, batch.weights[:, own])
    deviation = np.where(kept, 0.0, block - mean[:, None])
    scale = spread * batch.loadings[:, own]
    found = [
        (np.where(kept, 0.0, deviation - score[:, :, None] * scale[:, None]) ** 2).sum(axis=1)
        for score in (from_others, from_own)
    ]
    return np.stack([*found, (deviation**2).sum(axis=1)])


def _tables(
    result: PLSResult, structure: Structure, sums: Floats, *, whole_rows: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    explained = structure.adjacency.sum(axis=0) > 0
    several = (np.array(structure.sizes) > 1) & (not whole_rows)
    by_construct = np.add.reduceat(sums, structure.starts, axis=1)
    names = np.array(result.model.names, dtype=object)
    constructs = pd.DataFrame({"construct": names, "items": list(structure.sizes)})
    indicators = pd.DataFrame({"construct": names[structure.block], "indicator": list(result.model.indicators)})
    with np.errstate(all="ignore"):
        for row, (column, applies) in enumerate((("q2_redundancy", explained), ("q2_communality", several))):
            constructs[column] = np.where(applies, 1 - by_construct[row] / by_construct[2], np.nan)
            indicators[column] = np.where(applies[structure.block], 1 - sums[row] / sums[2], np.nan)
    return constructs, indicators


def _notes(result: PLSResult, n: int, distance: int, pattern: str, failed: int) -> Iterable[str]:
    if pattern == "cells" and n % distance == 0:
        yield t(
            "The distance {distance} divides the {n} respondents, so that whole rows are left out and there is no "
            "communality; {other} does not.",
            distance=distance,
            n=n,
            other=next(value for value in range(distance + 1, distance + n + 2) if n % value),
        )
    if failed:
        yield tn(
            "{n} round could not be estimated and is left out.",
            "{n} rounds could not be estimated and are left out.",
            failed,
        )
    if not result.admissible:
        yield t("The fit is not admissible; what it predicts means little.")
    if any(mode == "B" for mode in result.structure.modes):
        yield t("Q2 is meant for reflective constructs; for formative ones read it with care.")
