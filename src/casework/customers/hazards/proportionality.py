"""Whether the effect of covariates stays the same over time: the test on scaled Schoenfeld residuals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import chdtrc, ndtri
from scipy.stats import rankdata

from casework.core.checks import check_names, check_option, check_whole
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.customers.hazards.cox import CoxResult

Floats = npt.NDArray[np.float64]
Transform = Literal["km", "rank", "identity", "log"]
WIDTH = 0.12  # of the weights of a smooth course, as a share of the range
COLUMNS = (mark("variable"), mark("correlation"), mark("chi2"), mark("df"), mark("p"))


@dataclass(frozen=True, kw_only=True)
class ProportionalityResult(Result):
    """Test of proportional hazards.

    Attributes
    ----------
    table : DataFrame
        A row per variable and one of all together (`GLOBAL`): `variable`, `correlation` of the scaled residuals with
        the transformed time, `chi2`, `df`, `p`.
    scaled : DataFrame
        A row per event: `time`, `transformed`, and the scaled residual of each variable plus its coefficient, whose
        course over time is that of the effect.
    coefficients : Series
        Of the model, by variable.
    errors : ndarray
        Their standard errors.
    """

    table: pd.DataFrame
    scaled: pd.DataFrame
    coefficients: pd.Series
    errors: Floats
    transform: str
    confidence: float

    def broken(self) -> list[str]:
        """Return the variables whose effect clearly changes over time."""
        rows = self.table.iloc[:-1]
        return [str(name) for name in rows.loc[rows["p"] < 1 - self.confidence, "variable"]]

    def course(self, name: str, *, points: int = 60) -> pd.DataFrame:
        """Return how the effect of a variable runs over time, by local lines through the scaled residuals.

        Parameters
        ----------
        name : str
        points : int
            2 to 1000.

        Returns
        -------
        DataFrame
            `transformed` time, `effect` (coefficient), `low`, `high`: pointwise intervals.

        Raises
        ------
        ParameterError
            The variable is not one of the model, or `points` is out of its range.
        """
        names = [str(known) for known in self.coefficients.index]
        check_names("name", [name], names)
        steps = check_whole("points", points, low=2, high=1000)
        place = names.index(name)
        x = self.scaled.iloc[:, 1].to_numpy(dtype=np.float64)
        grid = np.linspace(x.min(), x.max(), steps)
        effect, spread = local_lines(
            x, self.scaled.iloc[:, 2 + place].to_numpy(dtype=np.float64), grid, WIDTH * np.ptp(x)
        )
        half = float(ndtri((1 + self.confidence) / 2)) * self.errors[place] * np.sqrt(len(x)) * spread
        return pd.DataFrame({"transformed": grid, "effect": effect, "low": effect - half, "high": effect + half})

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the tests."""
        return self.table.copy()

    def summary(self) -> str:
        """Say whose effect changes over time."""
        overall, names = float(self.table["p"].iloc[-1]), self.broken()
        if names:
            return t("These effects change over time: {names} (all together: p {p:.3g}).", names=", ".join(names),
                     p=overall)  # fmt: skip
        if overall < 1 - self.confidence:
            return t("Effects change over time, but of no variable alone is it clear (all together: p {p:.3g}).",
                     p=overall)  # fmt: skip
        return t("No effect clearly changes over time (all together: p {p:.3g}).", p=overall)


def proportional_hazards(model: CoxResult, *, transform: Transform = "km") -> ProportionalityResult:
    """Test whether the effects of a Cox model stay the same over time.

    Parameters
    ----------
    model : CoxResult
    transform : {'km', 'rank', 'identity', 'log'}
        Scale of time on which a trend is looked for: share who left before (Kaplan-Meier), rank of the event, the time
        itself or its logarithm.

    Returns
    -------
    ProportionalityResult

    Raises
    ------
    DataError
        All who left did so at one time, or at time 0 where the logarithm is asked for.
    ParameterError
        The transform is unknown.

    Notes
    -----
    The approximate test, which takes the covariance of the residuals to be the same at all events; R's `cox.zph` before
    survival 3.0 and lifelines use it too. With many customers harmless changes are found, with few none: look at the
    picture.

    References
    ----------
    Grambsch & Therneau (1994), Proportional hazards tests and diagnostics based on weighted residuals, Biometrika 81,
    515-526; Therneau & Grambsch (2000), section 6.2.

    Examples
    --------
    >>> from casework.customers.hazards import cox
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=800)
    >>> frame = pd.DataFrame({"time": rng.exponential(np.exp(-0.5 * x)), "left": 1, "x": x})
    >>> found = proportional_hazards(cox(frame, duration="time", event="left", covariates=["x"]))
    >>> found.table["variable"].tolist(), found.broken()
    (['x', 'GLOBAL'], [])
    """
    check_option("transform", transform, Transform)
    names = model.table["variable"].tolist()
    time = model.residuals.iloc[:, 0].to_numpy(dtype=np.float64)
    raw = model.residuals.iloc[:, 2:].to_numpy(dtype=np.float64)
    scale = _transformed(model, time, transform)
    if not np.isfinite(scale).all() or np.ptp(scale) == 0:
        found = t("no two times that can be told apart on this scale")
        raise DataError(Problem("transform", found, t("events at different times, above 0 for 'log'")))
    variance, beta = model.covariance.to_numpy(), model.table["coefficient"].to_numpy(dtype=np.float64)
    scaled = len(time) * raw @ variance
    chi2, correlation = statistics(raw, variance, scale)
    df = np.append(np.ones(len(names)), len(names)).astype(np.int64)
    course = pd.DataFrame(scaled + beta, columns=names)
    course.insert(0, "transformed", scale, allow_duplicates=True)
    course.insert(0, "time", time, allow_duplicates=True)
    table = {
        "variable": [*names, mark("GLOBAL")],
        "correlation": np.append(correlation, np.nan),
        "chi2": chi2,
        "df": df,
        "p": chdtrc(df, chi2),
    }
    return ProportionalityResult(
        table=pd.DataFrame(table),
        scaled=course,
        coefficients=pd.Series(beta, index=names),
        errors=np.sqrt(np.diag(variance)),
        transform=transform,
        confidence=model.confidence,
    )


def statistics(raw: Floats, variance: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Statistics of each variable and of all, and correlations of scaled residuals with the scale of time.

    Parameters
    ----------
    raw : ndarray, shape (m, k)
        Schoenfeld residuals.
    variance : ndarray, shape (k, k)
        Of the coefficients.
    scale : ndarray, shape (m,)
        Transformed times of the events.
    """
    away, n = scale - scale.mean(), len(scale)
    size, both = float(away @ away), away @ raw
    scaled = n * raw @ variance
    chi2 = (away @ scaled) ** 2 / (n * np.diag(variance) * size)
    spread = scaled - scaled.mean(axis=0)
    correlation = away @ scaled / np.sqrt(size * (spread**2).sum(axis=0))
    return np.append(chi2, float(both @ variance @ both) * n / size), correlation


def local_lines(x: Floats, y: Floats, grid: Floats, width: float) -> tuple[Floats, Floats]:
    """Smooth by lines through what is near, with weights of a normal curve; and the standard error for a unit variance.

    References
    ----------
    Fan & Gijbels (1996), Local polynomial modelling and its applications, section 2.3.
    """
    away = x - grid[:, None]
    weight = np.exp(-0.5 * (away / width) ** 2)
    zero, one, two = (np.sum(weight * away**power, axis=1, keepdims=True) for power in (0, 1, 2))
    spread = zero * two - one**2
    line = weight * np.divide(two - away * one, spread, out=np.zeros_like(weight), where=spread > 1e-12 * zero * two)
    return line @ y, np.sqrt((line**2).sum(axis=1))


def _transformed(model: CoxResult, time: Floats, transform: str) -> Floats:
    """Return the times of the events on the scale of the test."""
    if transform == "rank":
        return np.asarray(rankdata(time), dtype=np.float64)
    if transform == "log":
        with np.errstate(divide="ignore"):
            return np.log(time)
    return time if transform == "identity" else model.residuals.iloc[:, 1].to_numpy(dtype=np.float64)
