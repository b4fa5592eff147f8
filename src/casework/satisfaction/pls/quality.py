"""Do the questions measure what they should? Reliability, validity and collinearity of a fitted causal model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from casework.core.checks import check_fraction, check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.needs import need_fit
from casework.satisfaction.pls.result import PLSResult
from casework.satisfaction.pls.structure import Structure
from casework.satisfaction.pls.validity import (
    alpha,
    block_inflation,
    extracted,
    htmt,
    inflation,
    reliability_a,
    reliability_c,
)
from casework.stats.bootstrap import percentile_interval
from casework.stats.reliability import feldt_interval

REFLECTIVE, FORMATIVE, SINGLE = mark("reflective"), mark("formative"), mark("single item")
OK, WEAK, REDUNDANT, ELSEWHERE = mark("ok"), mark("weak"), mark("redundant"), mark("closer to another")
COLLINEAR, TOO_CLOSE, UNJUDGED = mark("collinear"), mark("too close"), mark("not judged")


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Rules of thumb by which a measurement is judged; conventions, not tests.

    Parameters
    ----------
    loading : float
        Least loading of a reflective indicator: 0.708, half of its variance (Hair et al. 2019, European Business
        Review 31(1)).
    reliability : float
        Least reliability: 0.70 (Nunnally & Bernstein 1994).
    redundant : float
        Reliability above which items say the same thing: 0.95 (Hair et al. 2019).
    ave : float
        Least average variance extracted: 0.50 (Fornell & Larcker 1981).
    htmt : float
        Highest ratio of constructs that differ: 0.90 for related ones, 0.85 for distinct ones (Henseler et al. 2015).
    vif : float
        Highest variance inflation: 5; strict 3.3 (Diamantopoulos & Siguaw 2006), 3 (Hair et al. 2019).
    """

    loading: float = 0.708
    reliability: float = 0.70
    redundant: float = 0.95
    ave: float = 0.50
    htmt: float = 0.90
    vif: float = 5.0

    def __post_init__(self) -> None:
        """Check every threshold."""
        for name in ("loading", "reliability", "redundant", "ave"):
            check_number(name, getattr(self, name), low=0, high=1)
        check_number("htmt", self.htmt, low=0, low_open=True)
        check_number("vif", self.vif, low=1)


@dataclass(frozen=True, kw_only=True)
class MeasurementQuality(Result):
    """How well the indicators measure their constructs.

    Parameters
    ----------
    constructs : DataFrame
        `construct`, `kind`, `items`, `alpha`, `alpha_raw`, `alpha_raw_low`, `alpha_raw_high`, `rho_a`, `rho_c`, `ave`,
        `verdict`.
    indicators : DataFrame
        `construct`, `kind`, `indicator`, `weight`, `loading`, `vif`, `other_loading`, `other_construct`, `verdict`.
    pairs : DataFrame
        `first`, `second`, `correlation`, `htmt`, `htmt_low`, `htmt_high`, `htmt_signed`, `htmt2`, `fornell_larcker`,
        `verdict`.
    collinearity : DataFrame
        `target`, `predictor`, `vif`, `verdict`: constructs that together predict another.
    cross_loadings : DataFrame, shape (p, k)
        Correlation of each indicator with each score.
    thresholds : Thresholds
        By which it is judged.
    consistent : bool
        Whether loadings and correlations are corrected for unreliability (PLSc).
    """

    constructs: pd.DataFrame
    indicators: pd.DataFrame
    pairs: pd.DataFrame
    collinearity: pd.DataFrame
    cross_loadings: pd.DataFrame
    thresholds: Thresholds = field(default_factory=Thresholds)
    consistent: bool = False
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per construct."""
        return self.constructs.copy()

    def matrix(self, measure: str = "htmt") -> pd.DataFrame:
        """Return a column of `pairs` as a lower triangle, constructs in rows and columns.

        Raises
        ------
        ParameterError
            No such measure.
        """
        measures = ("htmt", "htmt_signed", "htmt2", "correlation")
        if measure not in measures:
            raise ParameterError(Problem("measure", repr(measure), t("one of {values}", values=", ".join(measures))))
        names = list(self.constructs["construct"])
        table = self.pairs.set_index(["second", "first"])[measure].unstack()  # noqa: PD010
        return table.reindex(index=names[1:], columns=names[:-1]).rename_axis(index=None, columns=None)

    def fornell_larcker(self) -> pd.DataFrame:
        """Return roots of the AVE on the diagonal, correlations of the constructs below it."""
        names = list(self.constructs["construct"])
        table = self.matrix("correlation").reindex(index=names, columns=names)
        values = table.to_numpy(copy=True)
        np.fill_diagonal(values, np.sqrt(self.constructs["ave"].to_numpy()))
        return pd.DataFrame(values, index=names, columns=names)

    def summary(self) -> str:
        """Say how many constructs pass, and which pairs are too close."""
        judged = self.constructs[self.constructs["kind"] == REFLECTIVE]
        close = self.pairs[self.pairs["verdict"] == TOO_CLOSE]
        if not len(judged):
            return t("No construct has several reflective indicators: there is no reliability to judge.")
        return t(
            "{good} of {total} reflective constructs are reliable and share at least {ave:.0%} of the variance of "
            "their indicators; {close} of {pairs} pairs are too close to tell apart (HTMT from {limit:.2f}).",
            good=int((judged["verdict"] == OK).sum()),
            total=len(judged),
            ave=self.thresholds.ave,
            close=len(close),
            pairs=int((self.pairs["verdict"] != UNJUDGED).sum()),
            limit=self.thresholds.htmt,
        )


def measurement_quality(
    result: PLSResult,
    *,
    thresholds: Thresholds | None = None,
    htmt_draws: Floats | None = None,
    confidence: float = 0.95,
) -> MeasurementQuality:
    """Judge the measurement of a fitted model: reliability, convergent and discriminant validity, collinearity.

    Parameters
    ----------
    result : PLSResult
        A fit; one to correlations will do.
    thresholds : Thresholds, optional
        Rules of thumb; the usual ones by default.
    htmt_draws : ndarray, shape (B, k, k), optional
        HTMT of bootstrap resamples (`validity.htmt`), for its percentile interval.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    MeasurementQuality
        Formative constructs are judged by the collinearity of their indicators only; single items not at all (their
        reliability is set to 1, which nothing shows). `alpha` is the standardized one, `alpha_raw` that of the answers
        with its interval (Feldt's).

    Raises
    ------
    ParameterError
        Not a fit, or draws of another shape.

    Notes
    -----
    The absolute correlations of HTMT are those of seminr and cSEM; the signed ratio differs where a correlation is
    negative. Cross-loadings and the Fornell-Larcker criterion rarely find what HTMT finds (Henseler et al. 2015).

    References
    ----------
    Hair, Risher, Sarstedt & Ringle (2019), European Business Review 31(1), 2-24; Henseler, Ringle & Sarstedt (2015),
    Journal of the Academy of Marketing Science 43, 115-135.

    Examples
    --------
    >>> from casework.satisfaction.pls import fit_correlations
    >>> names = ["q1", "q2", "s1"]
    >>> table = pd.DataFrame([[1, 0.6, 0.3], [0.6, 1, 0.3], [0.3, 0.3, 1]], index=names, columns=names)
    >>> fit = fit_correlations(table, "Quality =~ q1 + q2; Satisfaction =~ s1; Satisfaction ~ Quality", n=200)
    >>> quality = measurement_quality(fit)
    >>> quality.constructs[["alpha", "rho_c", "ave"]].iloc[0].astype(float).round(4).tolist()  # by hand
    [0.75, 0.8889, 0.8]
    """
    fit, limits = need_fit(result), thresholds or Thresholds()
    check_fraction("confidence", confidence)
    structure = fit.structure
    kinds = [_kind(item.mode, len(item.indicators)) for item in fit.model.constructs]
    constructs = _constructs(fit, structure, kinds, limits, confidence)
    indicators = _indicators(fit, structure, kinds, limits)
    pairs = _pairs(fit, structure, kinds, limits, constructs["ave"].to_numpy(), htmt_draws, confidence)
    collinearity = _collinearity(fit, limits)
    return MeasurementQuality(
        constructs=constructs,
        indicators=indicators,
        pairs=pairs,
        collinearity=collinearity,
        cross_loadings=fit.cross_loadings(),
        thresholds=limits,
        consistent=fit.consistent,
        notes=tuple(_notes(fit, kinds, constructs, indicators, pairs, collinearity)),
    )


def _kind(mode: str, items: int) -> str:
    if items == 1:
        return SINGLE
    return FORMATIVE if mode == "B" else REFLECTIVE


def _constructs(
    fit: PLSResult, structure: Structure, kinds: list[str], limits: Thresholds, confidence: float
) -> pd.DataFrame:
    correlations, loadings = fit.moments.correlations, fit.estimate.loadings
    table = pd.DataFrame(
        {
            "construct": list(fit.model.names),
            "kind": kinds,
            "items": list(structure.sizes),
            "alpha": alpha(correlations, structure)[0],
            "alpha_raw": alpha(fit.moments.covariance, structure)[0],
            "alpha_raw_low": np.nan,
            "alpha_raw_high": np.nan,
            "rho_a": reliability_a(correlations, fit.standard_weights[None], structure)[0],
            "rho_c": reliability_c(loadings, structure)[0],
            "ave": extracted(loadings, structure)[0],
        }
    )
    several = table["kind"] == REFLECTIVE
    if fit.n >= 3 and several.any():
        ends = [
            feldt_interval(value, n=fit.n, k=size, confidence=confidence)
            for value, size in zip(table.loc[several, "alpha_raw"], table.loc[several, "items"], strict=True)
        ]
        table.loc[several, ["alpha_raw_low", "alpha_raw_high"]] = np.array(ends)
    table["verdict"] = np.select(
        [
            ~several,
            ~((table["rho_c"] >= limits.reliability) & (table["ave"] >= limits.ave)),
            table["rho_c"] > limits.redundant,
        ],
        [UNJUDGED, WEAK, REDUNDANT],
        default=OK,
    )
    return table


def _indicators(fit: PLSResult, structure: Structure, kinds: list[str], limits: Thresholds) -> pd.DataFrame:
    names = np.array([*fit.model.names, ""], dtype=object)
    block, cross = structure.block, fit.estimate.cross[0].copy()
    own = cross[np.arange(structure.p), block].copy()
    cross[np.arange(structure.p), block] = np.nan
    size = np.where(np.isfinite(cross), np.abs(cross), -1.0)
    nearest = size.argmax(axis=1)
    other = np.where(size.max(axis=1) >= 0, cross[np.arange(structure.p), nearest], np.nan)
    kind = np.array(kinds, dtype=object)[block]
    loading, vif = fit.estimate.loadings[0], block_inflation(fit.moments.correlations, structure)
    verdict = np.select(
        [
            kind == SINGLE,
            (kind == FORMATIVE) & ~(vif < limits.vif),
            (kind == REFLECTIVE) & ~(np.abs(other) < own) & np.isfinite(other),
            (kind == REFLECTIVE) & ~(loading >= limits.loading),
        ],
        [UNJUDGED, COLLINEAR, ELSEWHERE, WEAK],
        default=OK,
    )
    return pd.DataFrame(
        {
            "construct": names[block],
            "kind": kind,
            "indicator": list(fit.model.indicators),
            "weight": fit.standard_weights,
            "loading": loading,
            "vif": vif,
            "other_loading": other,
            "other_construct": names[nearest],
            "verdict": verdict,
        }
    )


def _pairs(
    fit: PLSResult,
    structure: Structure,
    kinds: list[str],
    limits: Thresholds,
    ave: Floats,
    draws: Floats | None,
    confidence: float,
) -> pd.DataFrame:
    places = np.array(list(combinations(range(structure.k), 2)), dtype=np.int64).reshape(-1, 2)
    first, second = places[:, 0], places[:, 1]
    formative = np.array([kind == FORMATIVE for kind in kinds])
    left_out = formative[first] | formative[second]
    correlations = fit.moments.correlations

    def ratio(kind: str, signed: bool) -> Floats:
        found = htmt(correlations, structure, kind=kind, signed=signed)[0][first, second]
        return np.where(left_out, np.nan, found)

    value, names = ratio("htmt", False), np.array(fit.model.names, dtype=object)
    low, high = _interval(draws, structure.k, confidence)
    correlation = fit.estimate.correlations[0][first, second]
    judged = np.isfinite(value)
    return pd.DataFrame(
        {
            "first": names[first],
            "second": names[second],
            "correlation": correlation,
            "htmt": value,
            "htmt_low": np.where(left_out, np.nan, low[first, second]),
            "htmt_high": np.where(left_out, np.nan, high[first, second]),
            "htmt_signed": ratio("htmt", True),
            "htmt2": ratio("htmt2", False),
            "fornell_larcker": np.where(
                np.isfinite(ave[first] + ave[second]),
                np.where(correlation**2 < np.minimum(ave[first], ave[second]), OK, TOO_CLOSE),
                UNJUDGED,
            ),
            "verdict": np.where(judged, np.where(value < limits.htmt, OK, TOO_CLOSE), UNJUDGED),
        }
    )


def _interval(draws: Floats | None, k: int, confidence: float) -> tuple[Floats, Floats]:
    if draws is None:
        return np.full((k, k), np.nan), np.full((k, k), np.nan)
    values = np.asarray(draws, dtype=np.float64)
    if values.ndim != 3 or values.shape[1:] != (k, k) or not len(values):
        expected = t("resamples by {k} by {k} constructs", k=k)
        raise ParameterError(Problem("htmt_draws", t("shape {shape}", shape=values.shape), expected))
    return percentile_interval(values, confidence=confidence)


def _collinearity(fit: PLSResult, limits: Thresholds) -> pd.DataFrame:
    names, correlations = fit.model.names, fit.estimate.correlations[0]
    rows = []
    for target in fit.model.targets:
        before = fit.model.predictors(target)
        if len(before) > 1:
            places = [names.index(name) for name in before]
            factors = inflation(correlations[np.ix_(places, places)])
            rows += [(target, name, float(factor)) for name, factor in zip(before, factors, strict=True)]
    table = pd.DataFrame(rows, columns=["target", "predictor", "vif"]).astype({"vif": float})
    return table.assign(verdict=np.where(table["vif"] < limits.vif, OK, COLLINEAR).astype(object))


def _notes(
    fit: PLSResult,
    kinds: list[str],
    constructs: pd.DataFrame,
    indicators: pd.DataFrame,
    pairs: pd.DataFrame,
    collinearity: pd.DataFrame,
) -> Iterable[str]:
    if not fit.admissible:
        yield t("The fit is not admissible; its loadings and correlations mean little.")
    if singles := [name for name, kind in zip(fit.model.names, kinds, strict=True) if kind == SINGLE]:
        yield t("Reliability of a single item cannot be judged; it is set to 1: {names}.", names=", ".join(singles))
    if formed := [name for name, kind in zip(fit.model.names, kinds, strict=True) if kind == FORMATIVE]:
        yield t(
            "Indicators of a formative construct need not agree, so reliability and HTMT do not apply: {names}.",
            names=", ".join(formed),
        )
    if len(weak := constructs.loc[constructs["verdict"] == WEAK, "construct"]):
        yield t("Reliability or variance extracted is too low: {names}.", names=", ".join(weak))
    if len(moved := indicators.loc[indicators["verdict"] == ELSEWHERE, "indicator"]):
        yield t("Goes at least as closely with another construct as with its own: {names}.", names=", ".join(moved))
    close = pairs[pairs["verdict"] == TOO_CLOSE]
    if len(close):
        listed = ", ".join(f"{a} – {b}" for a, b in zip(close["first"], close["second"], strict=True))
        yield tn("Hard to tell apart: {names}.", "{n} pairs hard to tell apart: {names}.", len(close), names=listed)
    if (np.abs(pairs["htmt"] - pairs["htmt_signed"]) > 1e-9).any() or (
        pairs["htmt_signed"].isna() & pairs["htmt"].notna()
    ).any():
        yield t(
            "Some correlations of indicators are negative, so that HTMT of absolute and of signed correlations differ."
        )
    if len(wrong := collinearity.loc[collinearity["verdict"] == COLLINEAR]):
        listed = ", ".join(f"{a} → {b}" for a, b in zip(wrong["predictor"], wrong["target"], strict=True))
        yield t("Predictors repeat one another, so their paths are unsure: {names}.", names=listed)
