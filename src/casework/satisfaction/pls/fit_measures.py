"""How well the whole model reproduces the correlations that were observed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_option
from casework.core.messages import t
from casework.core.result import Result
from casework.satisfaction.pls.implied import Inner, Measurement, distances, implied_correlations, outer_residual
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.needs import need_fit
from casework.satisfaction.pls.result import PLSResult

INNER: tuple[str, ...] = ("estimated", "saturated")
GOOD_SRMR = 0.08  # Hu & Bentler (1999), Structural Equation Modeling 6(1)
TALK_RESIDUAL = 0.10


@dataclass(frozen=True, kw_only=True)
class FitMeasures(Result):
    """How well a model reproduces the observed correlations.

    Parameters
    ----------
    measures : DataFrame
        One row per inner model (`estimated`, `saturated`): `inner`, `srmr`, `d_g`, `d_g_log10`, `d_l`, `nfi`.
    gof : float
        Root of mean communality times mean R2.
    rms_theta : float
        Of the residuals of the reflective indicators.
    residuals : DataFrame, shape (p, p)
        Observed less implied correlations of the estimated model.
    measurement : {'composite', 'factor'}
        What is assumed of the indicators of one construct.
    """

    measures: pd.DataFrame
    gof: float
    rms_theta: float
    residuals: pd.DataFrame
    measurement: str
    notes: tuple[str, ...] = ()

    @property
    def srmr(self) -> float:
        """SRMR of the estimated model."""
        return float(self.measures["srmr"].iloc[0])

    def to_frame(self) -> pd.DataFrame:
        """Return one row per inner model."""
        return self.measures.copy()

    def largest_residuals(self, count: int = 10) -> pd.DataFrame:
        """Return the pairs of indicators that the model reproduces worst: `first`, `second`, `residual`."""
        values, names = self.residuals.to_numpy(), list(self.residuals.index)
        first, second = np.tril_indices(len(names), -1)
        order = np.argsort(-np.abs(values[first, second]), kind="stable")[:count]
        return pd.DataFrame(
            {
                "first": [names[i] for i in second[order]],
                "second": [names[i] for i in first[order]],
                "residual": values[first, second][order],
            }
        )

    def summary(self) -> str:
        """Say the SRMR of the estimated model against 0.08."""
        if not np.isfinite(self.srmr):
            return t("The fit of the model could not be computed.")
        return (
            t("SRMR is {srmr:.3f}, at most {limit:.2f}: the model reproduces the correlations well.",
              srmr=self.srmr, limit=GOOD_SRMR)
            if self.srmr <= GOOD_SRMR
            else t("SRMR is {srmr:.3f}, above {limit:.2f}: the model misses part of the correlations.",
                   srmr=self.srmr, limit=GOOD_SRMR)
        )  # fmt: skip


def fit_measures(result: PLSResult, *, measurement: str | None = None) -> FitMeasures:
    """Compare the correlations that a model implies with those observed.

    Parameters
    ----------
    result : PLSResult
        A fit; one to correlations will do.
    measurement : {'composite', 'factor'}, optional
        Composite: a construct is made of its indicators, which may correlate as they do. Factor: they correlate only
        through their construct (blocks of mode A). By default `factor` for a consistent fit, else `composite`.

    Returns
    -------
    FitMeasures
        SRMR, d_G (natural logarithm; `d_g_log10` is what cSEM prints), d_L and NFI, for the model as estimated and
        saturated (all constructs joined, so that only the measurement can misfit); GoF; RMS theta.

    Raises
    ------
    ParameterError
        Not a fit, or an unknown option.

    Notes
    -----
    PLS does not minimize any of these. Bounds such as 0.08 for SRMR come from other methods; `fit_test` gives bounds
    for the data at hand. GoF cannot tell a valid model from an invalid one (Henseler & Sarstedt 2013): it is given
    because older studies report it. NFI grows with every parameter.

    References
    ----------
    Henseler et al. (2014), Organizational Research Methods 17(2), 182-209; Dijkstra & Henseler (2015), Computational
    Statistics & Data Analysis 81, 10-23; Bentler & Bonett (1980), Psychological Bulletin 88 (NFI); Tenenhaus et al.
    (2005), Computational Statistics & Data Analysis 48, section 2.4 (GoF); Henseler & Sarstedt (2013), Computational
    Statistics 28, 565-580.

    Examples
    --------
    >>> from casework.satisfaction.pls import fit_correlations
    >>> names = ["a", "b", "c"]
    >>> table = pd.DataFrame([[1, 0.5, 0.4], [0.5, 1, 0.5], [0.4, 0.5, 1]], index=names, columns=names)
    >>> chain = fit_correlations(table, "A =~ a; B =~ b; C =~ c; B ~ A; C ~ B", n=100)
    >>> round(fit_measures(chain).srmr, 6)  # 0.4 observed, 0.5 x 0.5 implied: 0.15 / sqrt(6)
    0.061237
    """
    fit = need_fit(result)
    chosen = check_option("measurement", measurement or ("factor" if fit.consistent else "composite"), Measurement)
    stack, batch, structure = fit.moments.correlations[None], fit.estimate, fit.structure
    implied = {
        inner: implied_correlations(
            stack, batch, structure, measurement=chosen, inner=check_option("inner", inner, Inner)
        )
        for inner in INNER
    }
    rows = [_row(inner, distances(stack, matrix)) for inner, matrix in implied.items()]
    names = list(fit.model.indicators)
    measures = pd.DataFrame(rows)
    gof = goodness(fit)
    return FitMeasures(
        measures=measures,
        gof=gof,
        rms_theta=float(outer_residual(stack, batch, structure)[0]),
        residuals=pd.DataFrame(stack[0] - implied["estimated"][0], index=names, columns=names),
        measurement=chosen,
        notes=tuple(_notes(fit, chosen, measures)),
    )


def _row(inner: str, found: dict[str, Floats]) -> dict[str, object]:
    one = {name: float(value[0]) for name, value in found.items()}
    return {
        "inner": inner,
        "srmr": one["srmr"],
        "d_g": one["d_g"],
        "d_g_log10": one["d_g"] / np.log(10) ** 2,
        "d_l": one["d_l"],
        "nfi": 1 - one["f_ml"] / one["f_null"] if one["f_null"] > 0 else float("nan"),
    }


def goodness(fit: PLSResult) -> float:
    """GoF of Tenenhaus: root of the mean communality (indicators of blocks with several) times the mean R2."""
    several = np.array(fit.structure.sizes)[fit.structure.block] > 1
    loadings = fit.estimate.loadings[0][several] if several.any() else np.ones(1)
    return float(np.sqrt((loadings**2).mean() * np.nanmean(fit.estimate.r2[0])))


def _notes(fit: PLSResult, measurement: str, measures: pd.DataFrame) -> Iterable[str]:
    if measurement == "composite":
        yield t(
            "Composite model: correlations within a block are taken as they are; only those between blocks can misfit."
        )
    elif not fit.consistent:
        yield t(
            "Factor model with loadings that are not corrected for unreliability: they are too high, and so is the "
            "misfit."
        )
    if not fit.admissible:
        yield t("The fit is not admissible; its fit measures mean little.")
    if measures["d_g"].isna().any():
        yield t("The geodesic distance needs positive definite matrices; it is left out here.")
    yield t("GoF cannot tell a valid model from an invalid one; it is given because older studies report it.")
