"""Can the numbers of a fit be used? Every fit is asked, and says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.messages import join_sentences, mark, t
from casework.satisfaction.pls.estimation import Batch
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.model import PLSModel
from casework.satisfaction.pls.moments import Moments
from casework.satisfaction.pls.structure import Structure

ROUNDING = 1e-9
SINGULAR = 1e-10  # smallest eigenvalue of a correlation matrix whose variables repeat one another
NEARLY_ALL = 0.95  # share of one answer from which an indicator hardly varies
TIMES = 10  # respondents for each predictor of the largest regression: Barclay, Higgins & Thompson (1995)

WORDS = {
    "converged": mark("The weights stopped changing"),
    "computed": mark("Every number could be computed"),
    "indicators_definite": mark("No negative eigenvalue among the indicators"),
    "formative_rank": mark("No formative indicator repeats others"),
    "loadings": mark("No loading above 1 (Heywood case)"),
    "reliability": mark("Reliabilities between 0 and 1"),
    "constructs_definite": mark("Construct correlations positive definite"),
    "r2": mark("No R2 above 1"),
    "negative_loadings": mark("No indicator runs against its construct"),
    "varied": mark("Every indicator varies"),
    "respondents": mark("More respondents than indicators"),
    "ten_times": mark("Ten respondents for each predictor"),
}
CARE = frozenset({"negative_loadings", "varied", "respondents", "ten_times"})


@dataclass(frozen=True)
class Check:
    """One question to a fit, and its answer.

    Parameters
    ----------
    code : str
        A key of `WORDS`.
    ok : bool
        Whether all is well.
    value : float
        The number behind the answer: iterations, smallest eigenvalue, largest loading, ...
    names : tuple of str
        Indicators or constructs concerned.
    """

    code: str
    ok: bool
    value: float = float("nan")
    names: tuple[str, ...] = ()

    @property
    def decides(self) -> bool:
        """Whether the numbers cannot be used if the answer is no; otherwise they are to be read with care."""
        return self.code not in CARE

    def sentence(self) -> str:
        """Say what is wrong; nothing where all is well, or where there is no number to judge (`computed` says so)."""
        return "" if self.ok or np.isnan(self.value) else _sentence(self)


def _sentence(check: Check) -> str:
    names, value = ", ".join(check.names), check.value
    sentences = {
        "converged": t("The weights had not settled after {n} iterations.", n=f"{value:.0f}"),
        "computed": t("Some numbers could not be computed: {names}.", names=names),
        "indicators_definite": t(
            "The correlations of the indicators contradict one another (smallest eigenvalue {value}).",
            value=f"{value:.4g}",
        ),
        "formative_rank": t("Formative indicators repeat one another in: {names}.", names=names),
        "loadings": t("Loading above 1 (Heywood case): {names}.", names=names),
        "reliability": t("Reliability rho_A not between 0 and 1: {names}.", names=names),
        "constructs_definite": t(
            "The correlations of the constructs are not positive definite (smallest eigenvalue {value}).",
            value=f"{value:.4g}",
        ),
        "r2": t("R2 above 1: {names}.", names=names),
        "negative_loadings": t("Negative loading (reverse-coded?): {names}.", names=names),
        "varied": t("Nearly everybody gives the same answer to: {names}.", names=names),
        "respondents": t("Only {n} respondents for the indicators of the model.", n=f"{value:.0f}"),
        "ten_times": t("Fewer than ten respondents for each predictor of: {names}.", names=names),
    }
    return sentences[check.code]


def check_fit(batch: Batch, moments: Moments, model: PLSModel, structure: Structure) -> tuple[Check, ...]:
    """Ask everything of one fit.

    Parameters
    ----------
    batch : Batch
        One fit.
    moments : Moments
        What it was fitted to.
    model, structure
        The model, and its arrays.

    Returns
    -------
    tuple of Check
    """
    return (
        Check("converged", bool(batch.converged[0]), float(batch.iterations[0] + 0 * batch.change[0])),
        _computed(batch, model),
        *_definite(batch, moments, model, structure),
        *_bounds(batch, moments, model),
        *_data(batch, moments, model, structure),
    )


def _computed(batch: Batch, model: PLSModel) -> Check:
    missing = ~np.isfinite(batch.weights[0])
    names = [name for name, gone in zip(model.indicators, missing, strict=True) if gone]
    gone = ~np.isfinite(batch.paths[0]).all(axis=0)
    names += [name for name, lost in zip(model.names, gone, strict=True) if lost]
    return Check("computed", not names, float(len(names)), tuple(names))


def smallest_eigenvalue(matrix: Floats) -> float:
    """Smallest eigenvalue of a symmetric matrix; not a number where a number is missing."""
    return float(np.linalg.eigvalsh(matrix)[0]) if np.isfinite(matrix).all() else float("nan")


def _definite(batch: Batch, moments: Moments, model: PLSModel, structure: Structure) -> Iterable[Check]:
    whole = smallest_eigenvalue(moments.correlations)
    yield Check("indicators_definite", whole > -ROUNDING, whole)
    blocks = {
        model.names[int(structure.block[part.start])]: smallest_eigenvalue(moments.correlations[part, part])
        for part in structure.regression_blocks
    }
    names = tuple(name for name, value in blocks.items() if not value > SINGULAR)
    yield Check("formative_rank", not names, min(blocks.values(), default=float("nan")), names)
    inner = smallest_eigenvalue(batch.correlations[0])
    yield Check("constructs_definite", inner > SINGULAR, inner)


def _bounds(batch: Batch, moments: Moments, model: PLSModel) -> Iterable[Check]:
    loadings, reliability, r2 = batch.loadings[0], batch.reliability[0], batch.r2[0]
    yield _over("loadings", np.abs(loadings), model.indicators)
    outside = (reliability <= 0) | (reliability > 1 + ROUNDING)
    names = tuple(name for name, out in zip(model.names, outside, strict=True) if out)
    yield Check("reliability", not names, float(np.nanmax(reliability, initial=0.0)), names)
    yield _over("r2", np.nan_to_num(r2, nan=0.0), model.names)
    names = tuple(name for name, value in zip(moments.names, loadings, strict=True) if value < 0)
    yield Check("negative_loadings", not names, float(np.nanmin(loadings, initial=1.0)), names)


def _over(code: str, values: Floats, names: Sequence[str]) -> Check:
    over = tuple(name for name, value in zip(names, values, strict=True) if value > 1 + ROUNDING)
    return Check(code, not over, float(np.nanmax(values, initial=0.0)), over)


def _data(batch: Batch, moments: Moments, model: PLSModel, structure: Structure) -> Iterable[Check]:
    if moments.rows is not None:
        same = moments.middle
        names = tuple(name for name, share in zip(moments.names, same, strict=True) if share >= NEARLY_ALL)
        yield Check("varied", not names, float(same.max()), names)
    if moments.n:
        yield Check("respondents", moments.n > structure.p, float(moments.n))
        needs = {item.name: len(item.indicators) for item in model.constructs if item.mode == "B"}
        for name in model.targets:
            needs[name] = max(needs.get(name, 0), len(model.predictors(name)))
        short = tuple(name for name, number in needs.items() if moments.n < TIMES * number)
        yield Check("ten_times", not short, float(moments.n), short)


def to_table(checks: Sequence[Check]) -> pd.DataFrame:
    """One row per check: `check` (translated where it is shown), `ok`, `decides`, `value`, `concerns`."""
    return pd.DataFrame(
        {
            "check": [WORDS[check.code] for check in checks],
            "ok": [check.ok for check in checks],
            "decides": [check.decides for check in checks],
            "value": [check.value for check in checks],
            "concerns": [", ".join(check.names) for check in checks],
        }
    )


def sentences(checks: Sequence[Check]) -> str:
    """Say everything that is wrong."""
    return join_sentences(said for check in checks if (said := check.sentence()))
