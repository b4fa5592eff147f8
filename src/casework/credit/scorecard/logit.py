"""Logistic regression by Newton steps, with exact standard errors: small, fast, and clear about what it cannot fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import linalg
from scipy.special import expit, ndtr, ndtri

from casework.core.checks import check_fraction, check_names
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.stats.logistic import NoFitError, inflation, newton, null_log_likelihood, with_intercept

Floats = npt.NDArray[np.float64]
HIGH_VIF = 5.0
COLUMNS = (mark("coefficient"), mark("standard error"), mark("vif"))


@dataclass(frozen=True, kw_only=True)
class LogitResult(Result):
    """A logistic regression.

    Attributes
    ----------
    table : DataFrame
        A row per coefficient, intercept first: `variable`, `coefficient`, `standard_error`, `z`, `p`, `low`, `high`,
        `vif` (how many times its variance is inflated by the other variables).
    covariance : ndarray, shape (k + 1, k + 1)
        Of the coefficients.
    log_likelihood, null_log_likelihood : float
        With the variables, and with the intercept alone.
    n, bad : int
        Cases, and bad ones.
    """

    table: pd.DataFrame
    covariance: Floats
    log_likelihood: float
    null_log_likelihood: float
    n: int
    bad: int
    confidence: float
    notes: tuple[str, ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables."""
        return tuple(self.table["variable"].tolist()[1:])

    @property
    def intercept(self) -> float:
        """Log odds of bad where every variable is 0."""
        return float(self.table["coefficient"].iloc[0])

    @property
    def coefficients(self) -> dict[str, float]:
        """Coefficient of each variable."""
        return dict(zip(self.variables, self.table["coefficient"].tolist()[1:], strict=True))

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * len(self.table) - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion."""
        return float(np.log(self.n)) * len(self.table) - 2 * self.log_likelihood

    @property
    def r_squared(self) -> float:
        """McFadden's share of the log likelihood explained."""
        return 1 - self.log_likelihood / self.null_log_likelihood

    def predict(self, x: pd.DataFrame) -> Floats:
        """Return the probability of bad of each row.

        Raises
        ------
        DataError
            A variable is missing from `x`.
        """
        _check_columns(x, self.variables)
        values = x[list(self.variables)].to_numpy(dtype=np.float64)
        return np.asarray(expit(self.intercept + values @ self.table["coefficient"].to_numpy()[1:]))

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the coefficients."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many variables there are and how much they explain."""
        return tn(
            "{k} variable explains {r:.1%} of the log likelihood of {cases:,} cases, {bad:,} of them bad.",
            "{k} variables explain {r:.1%} of the log likelihood of {cases:,} cases, {bad:,} of them bad.",
            len(self.variables),
            k=len(self.variables),
            r=self.r_squared,
            cases=self.n,
            bad=self.bad,
        )


def fit_logit(x: pd.DataFrame, outcome: npt.ArrayLike, *, confidence: float = 0.95) -> LogitResult:
    """Fit the log odds of bad as a linear function of variables.

    Parameters
    ----------
    x : DataFrame, shape (n, k)
        Numbers without gaps, such as weights of evidence; k may be 0.
    outcome : array_like of 0 and 1, shape (n,)
        1 is bad.
    confidence : float
        Between 0 and 1.

    Raises
    ------
    DataError
        Gaps, other values, one class only, variables that repeat each other, or variables that separate bad from good
        completely, so that no finite coefficient is best.
    ParameterError
        `confidence` is not between 0 and 1.

    Notes
    -----
    Maximum likelihood without a penalty; the covariance is the inverse of the observed information. Columns are scaled
    inside, so that sales in the millions beside a ratio do no harm.

    References
    ----------
    McCullagh & Nelder (1989), Generalized linear models, section 4.4; McFadden (1974).

    Examples
    --------
    >>> found = fit_logit(pd.DataFrame({"late": [0, 0, 0, 0, 1, 1, 1, 1]}), [0, 0, 0, 1, 0, 1, 1, 1])
    >>> round(found.coefficients["late"], 6), round(2 * float(np.log(3)), 6)
    (2.197225, 2.197225)
    """
    from casework.credit.performance.outcomes import check_outcomes

    check_fraction("confidence", confidence)
    bad, _ = check_outcomes(outcome)
    values = check_design(x, len(bad))
    names = [str(name) for name in x.columns]
    start = np.zeros(len(names) + 1)
    start[0] = _log_odds(bad)
    try:
        beta, covariance, log_likelihood = newton(with_intercept(values), bad.astype(np.float64), start)
    except NoFitError:
        raise DataError(_why(values, names)) from None
    vif = inflation(values)
    return LogitResult(
        table=_table(names, beta, np.sqrt(np.diag(covariance)), vif, confidence),
        covariance=covariance,
        log_likelihood=log_likelihood,
        null_log_likelihood=null_log_likelihood(bad),
        n=len(bad),
        bad=int(bad.sum()),
        confidence=confidence,
        notes=_notes(names, vif),
    )


def check_design(x: pd.DataFrame, n: int) -> Floats:
    """Return the columns as numbers, or refuse gaps, text and other lengths, all problems at once."""
    if len(x) == n and all(isinstance(kind, np.dtype) and kind.kind == "f" for kind in x.dtypes):
        whole = x.to_numpy(dtype=np.float64)
        if np.isfinite(whole).all():
            return whole
    problems, columns = [], []
    if len(x) != n:
        problems.append(Problem(t("variables"), t("{n} rows", n=len(x)), t("as many as outcomes, {n}", n=n)))
    for place, name in enumerate(x.columns):
        try:
            column = x.iloc[:, place].to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError):
            problems.append(Problem(_column(name), t("values that are not numbers in a row"), t("numbers")))
            continue
        lost = int((~np.isfinite(column)).sum())
        if lost:
            found = tn("{n} value is missing or infinite", "{n} values are missing or infinite", lost)
            fix = t("Bin the variable first: missing becomes a bin")
            problems.append(Problem(_column(name), found, t("finite numbers"), fix))
        columns.append(column)
    if problems:
        raise DataError(problems)
    return np.column_stack(columns) if columns else np.zeros((n, 0))


def _check_columns(x: pd.DataFrame, wanted: tuple[str, ...]) -> None:
    try:
        check_names("variable", wanted, [str(name) for name in x.columns])
    except ParameterError as error:
        raise DataError(error.problems) from None


def _why(values: Floats, names: list[str]) -> list[Problem]:
    """Say which columns stand still or repeat others, or that bad and good are separated."""
    problems = [
        Problem(_column(name), t("the same value in every row"), t("a variable that varies"))
        for name, column in zip(names, values.T, strict=True)
        if np.ptp(column) == 0
    ]
    if not problems and values.shape[1] > 1:
        _, upper, order = linalg.qr((values - values.mean(axis=0)) / values.std(axis=0), mode="economic", pivoting=True)
        size = np.abs(np.diag(upper))
        expected = t("variables that tell something of their own")
        problems = [
            Problem(_column(names[j]), t("the other variables determine it"), expected, t("Leave it out"))
            for j in order[size <= 1e-5 * size[0]]
        ]
    return problems or [
        Problem(t("variables"), t("together they separate bad from good completely, or nearly so"),
                t("bad and good cases that overlap"), t("Use fewer variables or wider bins"))
    ]  # fmt: skip


def _column(name: object) -> str:
    return t("column {name}", name=repr(str(name)))


def _log_odds(bad: npt.NDArray[np.bool_]) -> float:
    k, n = int(bad.sum()), len(bad)
    return float(np.log(k / (n - k)))


def _table(names: list[str], beta: Floats, se: Floats, vif: Floats, confidence: float) -> pd.DataFrame:
    half = float(ndtri((1 + confidence) / 2)) * se
    return pd.DataFrame(
        {
            "variable": [mark("intercept"), *names],
            "coefficient": beta,
            "standard_error": se,
            "z": beta / se,
            "p": 2 * ndtr(-np.abs(beta / se)),
            "low": beta - half,
            "high": beta + half,
            "vif": [np.nan, *vif],
        }
    )


def _notes(names: list[str], vif: Floats) -> tuple[str, ...]:
    high = [name for name, x in zip(names, vif, strict=True) if x > HIGH_VIF]
    if not high:
        return ()
    return (t("These variables overlap much with the others (VIF above 5): {names}.", names=t(", ").join(high)),)
