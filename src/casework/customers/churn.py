"""Who will leave: logistic regression judged on customers it has not seen, with lift and calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, ndtr, ndtri
from scipy.stats import rankdata

from casework.core.checks import check_all, check_fraction, check_number, check_whole
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.stats.logistic import NoFitError, inflation, newton, with_intercept
from casework.stats.proportion import wilson_interval

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
FEWEST = 10  # who leave, for each variable
COLUMNS = (mark("variable"), mark("coefficient"), mark("standard error"), mark("odds ratio"), mark("p"), mark("vif"),
           mark("leavers"), mark("rate"), mark("lift"), mark("cumulative lift"), mark("gain"),
           mark("mean probability"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LiftResult(Result):
    """Customers in groups by forecast probability, the most endangered first.

    Attributes
    ----------
    table : DataFrame
        A row per group: `n`, `leavers`, `rate` with Wilson's interval (`low`, `high`), `mean_probability` (forecast),
        `lift` (rate over that of all), `cumulative_lift` and `gain` (share of all who left found so far).
    auc : float
        Probability that one who left had a higher forecast than one who stayed.
    brier : float
        Mean squared error of the forecasts.
    rate : float
        Share of all who left.
    """

    table: pd.DataFrame
    auc: float
    brier: float
    rate: float
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the groups."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many of the leavers are in the first group."""
        first = self.table.iloc[0]
        return t("The {share:.0%} of customers with the highest forecasts hold {gain:.0%} of those who left, "
                 "{lift:.1f} times their share (AUC {auc:.3f}).",
                 share=first["n"] / self.table["n"].sum(), gain=first["gain"], lift=first["lift"],
                 auc=self.auc)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ChurnResult(Result):
    """A churn model and how it does on customers that it has not seen.

    Attributes
    ----------
    table : DataFrame
        A row per coefficient, intercept first: `variable`, `coefficient`, `standard_error`, `odds_ratio`, its interval
        (`low`, `high`), `p`, `vif`.
    test, training : LiftResult
        On customers held out, and on those that it was fitted to.
    held_out : ndarray of bool, shape (n,)
        Which rows were held out.
    probability : Series
        Forecast of every row.
    """

    table: pd.DataFrame
    test: LiftResult
    training: LiftResult
    held_out: Bools
    probability: pd.Series
    notes: tuple[str, ...] = ()

    def predict(self, x: pd.DataFrame) -> Floats:
        """Return the probability of leaving of each row.

        Raises
        ------
        DataError
            A variable is missing or holds gaps or text.
        """
        names = self.table["variable"].tolist()[1:]
        values, _ = _design(x, names)
        return np.asarray(expit(with_intercept(values) @ self.table["coefficient"].to_numpy(dtype=np.float64)))

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the coefficients."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how the model does on customers that it has not seen."""
        return self.test.summary()


def churn_model(
    x: pd.DataFrame,
    left: npt.ArrayLike,
    *,
    holdout: float = 0.3,
    groups: int = 10,
    confidence: float = 0.95,
    seed: int = 1,
) -> ChurnResult:
    """Fit who leaves by logistic regression on part of the customers and judge it on the others.

    Parameters
    ----------
    x : DataFrame, shape (n, k)
        What was known before: numbers without gaps.
    left : array_like of 0 and 1, shape (n,)
        1 left.
    holdout : float
        Share of the customers who are held out, between 0 and 1; leavers and stayers in the same proportion.
    groups : int
        2 to 100 groups of the lift table.
    confidence : float
        Between 0 and 1.
    seed : int
        Of the draw.

    Returns
    -------
    ChurnResult

    Raises
    ------
    DataError
        Gaps, text, other lengths, one outcome only, variables that repeat each other or separate the outcomes.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Variables must be from before the time in which leaving was watched; else the forecast knows the answer.

    References
    ----------
    Neslin et al. (2006), Defection detection, Journal of Marketing Research 43, 204-211; McCullagh & Nelder (1989).

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> x = pd.DataFrame({"calls": rng.normal(size=2000)})
    >>> left = rng.random(2000) < expit(-1 + 1.5 * x["calls"])
    >>> found = churn_model(x, left)
    >>> found.table["variable"].tolist(), bool(found.test.auc > 0.75)
    (['intercept', 'calls'], True)
    """
    check_all(
        lambda: check_fraction("holdout", holdout),
        lambda: check_whole("groups", groups, low=2, high=100),
        lambda: check_fraction("confidence", confidence),
        lambda: check_whole("seed", seed, low=0),
    )
    values, names = _design(x, [str(name) for name in x.columns])
    gone = _outcomes(left, len(values))
    out = split(gone, holdout, np.random.default_rng(int(seed)))
    if min(gone[~out].sum(), (~gone[~out]).sum(), gone[out].sum(), (~gone[out]).sum()) < 1:
        raise DataError(Problem("left", t("too few who left or who stayed"), t("some of both in either part")))
    table = _fit(values[~out], gone[~out], names, confidence)
    p = expit(with_intercept(values) @ table["coefficient"].to_numpy(dtype=np.float64))
    return ChurnResult(
        table=table,
        test=lift_table(gone[out], p[out], groups=groups, confidence=confidence),
        training=lift_table(gone[~out], p[~out], groups=groups, confidence=confidence),
        held_out=out,
        probability=pd.Series(p, index=x.index),
        notes=_notes(int(gone[~out].sum()), len(names)),
    )


def lift_table(
    left: npt.ArrayLike, probability: npt.ArrayLike, *, groups: int = 10, confidence: float = 0.95
) -> LiftResult:
    """Hold forecasts of leaving against who left: lift, gains, calibration by group.

    Parameters
    ----------
    left : array_like of 0 and 1, shape (n,)
    probability : array_like, shape (n,)
        0 to 1.
    groups : int
        2 to 100 groups of about equal size, at most n; equal forecasts keep the order of the rows.
    confidence : float
        Of the intervals of the rates.

    Raises
    ------
    DataError
        Other values, other lengths, or nobody who left or stayed.
    ParameterError
        An argument is out of its range.

    References
    ----------
    Hanley & McNeil (1982), Radiology 143, 29-36 (AUC as a probability); Wilson (1927).

    Examples
    --------
    >>> found = lift_table([1, 1, 0, 0, 0, 0, 0, 0], [0.9, 0.7, 0.8, 0.1, 0.1, 0.1, 0.1, 0.1], groups=4)
    >>> found.table["lift"].tolist(), round(found.auc, 4)
    ([2.0, 2.0, 0.0, 0.0], 0.9167)
    """
    check_all(lambda: check_number("groups", groups, low=2, high=100), lambda: check_fraction("confidence", confidence))
    p = np.asarray(probability, dtype=np.float64).ravel()
    gone = _outcomes(left, len(p))
    if not ((p >= 0) & (p <= 1)).all():
        raise DataError(Problem("probability", t("values outside 0 to 1"), t("probabilities")))
    if gone.all() or not gone.any():
        raise DataError(Problem("left", t("only one outcome"), t("some who left and some who stayed")))
    order = np.argsort(-p, kind="stable")
    place = np.empty(len(p), dtype=np.int64)
    place[order] = np.arange(len(p)) * min(int(groups), len(p)) // len(p)
    n, found = np.bincount(place), np.bincount(place, gone)
    low, high = wilson_interval(found, n, confidence=confidence)
    rate = float(gone.mean())
    table = pd.DataFrame({"group": np.arange(1, len(n) + 1), "n": n, "leavers": found.astype(int), "rate": found / n})
    table["low"], table["high"] = low, high
    table["mean_probability"] = np.bincount(place, p) / n
    table["lift"] = found / n / rate
    table["cumulative_lift"] = found.cumsum() / n.cumsum() / rate
    table["gain"] = found.cumsum() / found.sum()
    return LiftResult(
        table=table, auc=_auc(gone, p), brier=float(np.mean((p - gone) ** 2)), rate=rate, confidence=confidence
    )


def split(gone: Bools, holdout: float, rng: np.random.Generator) -> Bools:
    """Hold out the same share of leavers and of stayers."""
    out = np.zeros(len(gone), dtype=bool)
    for rows in (np.flatnonzero(gone), np.flatnonzero(~gone)):
        out[rng.permutation(rows)[: round(holdout * len(rows))]] = True
    return out


def _auc(gone: Bools, p: Floats) -> float:
    n = int(gone.sum())
    return float((rankdata(p)[gone].sum() - n * (n + 1) / 2) / (n * (len(gone) - n)))


def _fit(values: Floats, gone: Bools, names: list[str], confidence: float) -> pd.DataFrame:
    start = np.zeros(len(names) + 1)
    start[0] = np.log(gone.sum() / (~gone).sum())
    try:
        beta, covariance, _ = newton(with_intercept(values), gone.astype(np.float64), start)
    except NoFitError:
        flat = [name for name, column in zip(names, values.T, strict=True) if np.ptp(column) == 0]
        found = (
            t("the same value in every row: {names}", names=", ".join(flat))
            if flat
            else t("they repeat each other, or separate who left from who stayed completely")
        )
        raise DataError(Problem(t("variables"), found, t("variables that tell something of their own"))) from None
    se = np.sqrt(np.diag(covariance))
    half = float(ndtri((1 + confidence) / 2)) * se
    return pd.DataFrame(
        {
            "variable": [mark("intercept"), *names],
            "coefficient": beta,
            "standard_error": se,
            "odds_ratio": np.exp(beta),
            "low": np.exp(beta - half),
            "high": np.exp(beta + half),
            "p": 2 * ndtr(-np.abs(beta / se)),
            "vif": [np.nan, *inflation(values)],
        }
    )


def _design(x: pd.DataFrame, names: list[str]) -> tuple[Floats, list[str]]:
    problems, columns = [], []
    known = {str(name): place for place, name in enumerate(x.columns)}
    for name in names:
        where = t("column {name}", name=repr(name))
        if name not in known:
            problems.append(Problem(where, t("missing")))
            continue
        column = pd.to_numeric(x.iloc[:, known[name]], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        bad = int((~np.isfinite(column)).sum())
        if bad:
            found = tn("{n} value is missing or no number", "{n} values are missing or no numbers", bad)
            problems.append(Problem(where, found, t("finite numbers")))
        columns.append(column)
    if not names:
        problems.append(Problem(t("variables"), t("none"), t("at least one")))
    if problems:
        raise DataError(problems)
    return np.column_stack(columns), names


def _outcomes(left: npt.ArrayLike, n: int) -> Bools:
    values = pd.to_numeric(pd.Series(np.asarray(left).ravel()), errors="coerce").to_numpy(dtype=np.float64)
    problems = []
    other = int((~np.isin(values, (0, 1))).sum())
    if other:
        found = tn("{n} value is neither 0 nor 1", "{n} values are neither 0 nor 1", other)
        problems.append(Problem("left", found, t("1 for who left, 0 for who is still here")))
    if len(values) != n:
        problems.append(Problem("left", t("{n} rows", n=len(values)), t("as many as customers, {n}", n=n)))
    if problems:
        raise DataError(problems)
    return np.asarray(values == 1)


def _notes(gone: int, k: int) -> tuple[str, ...]:
    if gone >= FEWEST * k:
        return ()
    return (tn("Only {n} who left for {k} variables: fewer than 10 for each, so coefficients are shaky.",
               "Only {n} who left for {k} variables: fewer than 10 for each, so coefficients are shaky.",
               gone, k=k),)  # fmt: skip
