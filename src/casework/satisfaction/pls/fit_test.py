"""Could the misfit of a model be chance? A bootstrap under the hypothesis that the model holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_number, check_option
from casework.core.errors import DataError, Problem
from casework.core.messages import t, tn
from casework.core.result import Result
from casework.satisfaction.pls.estimation import estimate
from casework.satisfaction.pls.implied import Inner, Measurement, distances, implied_correlations
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.needs import need_rows
from casework.satisfaction.pls.result import PLSResult
from casework.stats.resampling import resampled_moments

MEASURES = ("srmr", "d_l", "d_g")
LEAST = 19  # resamples from which a 95% bound can be read
BLOCK = 1024  # resamples held at once


@dataclass(frozen=True, kw_only=True)
class FitTest(Result):
    """Misfit of a model against what chance alone would give.

    Parameters
    ----------
    table : DataFrame
        `measure`, `value`, `hi95`, `hi99`, `p_value`, `rejected`.
    draws : DataFrame
        The measures of the resamples that could be used.
    resamples, failed : int
        Drawn, and left out because the fit did not converge or could not be computed.
    """

    table: pd.DataFrame
    draws: pd.DataFrame
    resamples: int
    failed: int
    measurement: str
    inner: str
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per measure."""
        return self.table.copy()

    def summary(self) -> str:
        """Say whether the misfit is beyond chance."""
        wrong = self.table.loc[self.table["rejected"], "measure"]
        if len(wrong):
            return t(
                "The misfit is beyond chance (above HI95) by {measures}: something is missing in the model.",
                measures=", ".join(t(name) for name in wrong),
            )
        return t("The misfit is within what chance gives if the model holds (95%).")


def fit_test(
    result: PLSResult,
    *,
    resamples: int = 499,
    seed: int = 1,
    measurement: str | None = None,
    inner: str = "estimated",
) -> FitTest:
    """Test the overall fit: resample data that are transformed so that the model holds in them.

    Parameters
    ----------
    result : PLSResult
        A fit to rows.
    resamples : int
        At least 19.
    seed : int
        Of the random numbers.
    measurement : {'composite', 'factor'}, optional
        As in `fit_measures`.
    inner : {'estimated', 'saturated'}
        Test the whole model, or the measurement alone.

    Returns
    -------
    FitTest
        HI95 and HI99 are quantiles of each measure where the model holds; p is the share of resamples that misfit at
        least as much, (1 + count) / (1 + resamples).

    Raises
    ------
    DataError
        No rows, observed or implied correlations are not positive definite, or fewer than 19 resamples can be used.
    ParameterError
        An option out of its range.

    Notes
    -----
    With many respondents every model is rejected; with few, none is. Look at the residuals too.

    References
    ----------
    Beran & Srivastava (1985), Annals of Statistics 13(1); Dijkstra & Henseler (2015), Computational Statistics & Data
    Analysis 81, section 3.
    """
    rows = need_rows(result)
    check_number("resamples", resamples, low=LEAST)
    check_number("seed", seed, low=0)
    chosen = check_option("measurement", measurement or ("factor" if result.consistent else "composite"), Measurement)
    check_option("inner", inner, Inner)
    settings = {"measurement": chosen, "inner": inner}
    structure, observed = result.structure, result.moments.correlations[None]
    implied = implied_correlations(observed, result.estimate, structure, **settings)
    values = {name: value[0] for name, value in distances(observed, implied).items()}
    standard = (rows - result.moments.means) / result.moments.deviations
    moved = transformed(standard, observed[0], implied[0])
    rng = np.random.default_rng(int(seed))
    parts = [
        _misfit(resampled_moments(moved, resamples=size, rng=rng)[1], result, settings)
        for size in _sizes(int(resamples))
    ]
    draws = pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in MEASURES})
    usable = draws.dropna()
    if len(usable) < LEAST:
        found = t("only {n} of {total} could be estimated", n=len(usable), total=len(draws))
        raise DataError(Problem(t("resamples"), found, t("at least {n}", n=LEAST)))
    return FitTest(
        table=_table(values, usable),
        draws=usable,
        resamples=int(resamples),
        failed=len(draws) - len(usable),
        measurement=chosen,
        inner=inner,
        notes=tuple(_notes(result, len(draws) - len(usable), len(draws))),
    )


def transformed(standard: Floats, observed: Floats, implied: Floats) -> Floats:
    """Standardized rows (n, p), turned so that their correlations are those implied.

    Raises
    ------
    DataError
        One of the matrices is not positive definite.
    """
    problems = []
    for name, matrix in ((t("observed correlations"), observed), (t("implied correlations"), implied)):
        least = float(np.linalg.eigvalsh(matrix)[0]) if np.isfinite(matrix).all() else float("nan")
        if not least > 1e-10:
            problems.append(Problem(name, t("smallest eigenvalue {value:.2g}", value=least), t("above 0")))
    if problems:
        raise DataError(problems)
    values, vectors = np.linalg.eigh(observed)
    back = vectors / np.sqrt(values) @ vectors.T
    values, vectors = np.linalg.eigh(implied)
    result: Floats = standard @ back @ (vectors * np.sqrt(values) @ vectors.T)
    return result


def _sizes(resamples: int) -> list[int]:
    return [min(BLOCK, resamples - start) for start in range(0, resamples, BLOCK)]


def _misfit(stack: Floats, result: PLSResult, settings: dict[str, str]) -> dict[str, Floats]:
    metric = stack
    if not result.standardized:
        metric = stack * np.outer(result.moments.deviations, result.moments.deviations)
    batch = estimate(
        metric,
        result.structure,
        consistent=result.consistent,
        tolerance=result.tolerance,
        max_iterations=result.max_iterations,
    )
    found = distances(stack, implied_correlations(stack, batch, result.structure, **settings))
    return {name: np.where(batch.usable, found[name], np.nan) for name in MEASURES}


def _table(values: dict[str, float], draws: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name in MEASURES:
        drawn, value = draws[name].to_numpy(), float(values[name])
        hi95, hi99 = np.quantile(drawn, [0.95, 0.99]) if len(drawn) else (np.nan, np.nan)
        p_value = (1 + int((drawn >= value).sum())) / (1 + len(drawn)) if len(drawn) else np.nan
        rows.append((name, value, float(hi95), float(hi99), p_value, bool(value > hi95)))
    return pd.DataFrame(rows, columns=["measure", "value", "hi95", "hi99", "p_value", "rejected"])


def _notes(result: PLSResult, failed: int, resamples: int) -> Iterable[str]:
    if failed:
        yield tn(
            "{n} of {total} resamples could not be used (not converged or not computed) and is left out.",
            "{n} of {total} resamples could not be used (not converged or not computed) and are left out.",
            failed,
            total=resamples,
        )
    if not result.admissible:
        yield t("The fit is not admissible; its fit measures mean little.")
