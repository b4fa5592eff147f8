"""PLSpredict: how well a causal model predicts the answers of respondents it has not seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_names, check_number, check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.satisfaction.pls.antecedents import Antecedents
from casework.satisfaction.pls.holdout import MODELS, predictions
from casework.satisfaction.pls.linear import Floats, Ints
from casework.satisfaction.pls.needs import need_rows
from casework.satisfaction.pls.result import PLSResult

Average = Literal["predictions", "errors"]
Error = Literal["rmse", "mae"]
POWERS = (mark("all"), mark("majority"), mark("minority"), mark("none"))
SKEWED = 1.0  # skewness of errors from which the absolute error is the better measure


@dataclass(frozen=True, kw_only=True)
class PredictResult(Result):
    """Errors of predicting the indicators of every construct that paths lead to.

    Parameters
    ----------
    table : DataFrame
        `construct`, `indicator`, `q2_predict`, `rmse`, `rmse_lm`, `rmse_mean`, `mae`, `mae_lm`, `mae_mean`,
        `skewness` (of the errors of the model), `better` (a smaller RMSE than the regression).
    actual : DataFrame, shape (n, q)
        The answers.
    predicted : dict of str to DataFrame
        Predictions by the model (`pls`), by regression (`lm`) and by the mean (`mean`), averaged over repetitions.
    squared : ndarray, shape (3, n, q)
        Squared errors of the three that count: of the averaged predictions, or averaged over repetitions.
    folds, repetitions, seed : int
        How the respondents were divided.
    antecedents, average : str
        As in `predict_pls`.
    """

    table: pd.DataFrame
    actual: pd.DataFrame
    predicted: dict[str, pd.DataFrame]
    squared: Floats
    folds: int
    repetitions: int
    seed: int
    antecedents: str
    average: str
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per indicator."""
        return self.table.copy()

    @property
    def targets(self) -> tuple[str, ...]:
        """Constructs whose indicators are predicted."""
        return tuple(dict.fromkeys(self.table["construct"]))

    def power(self, construct: str | None = None, *, error: str = "rmse") -> str:
        """Predictive power by Shmueli et al. (2019), Figure 4: for how many indicators the model beats the regression.

        Parameters
        ----------
        construct : str, optional
            The construct of interest; all by default.
        error : {'rmse', 'mae'}
            Where errors are strongly skewed, the absolute one.

        Returns
        -------
        {'all', 'majority', 'minority', 'none'}
            High, medium (half counts as medium), low and no predictive power.

        Raises
        ------
        ParameterError
            No such construct or error.
        """
        check_option("error", error, Error)
        if construct is not None:
            check_names("construct", [construct], self.targets)
        table = self.table if construct is None else self.table[self.table["construct"] == construct]
        share = float((table[error] < table[f"{error}_lm"]).mean())
        if share in (0.0, 1.0):
            return POWERS[0] if share else POWERS[3]
        return POWERS[1] if share >= 0.5 else POWERS[2]

    def powers(self, *, error: str = "rmse") -> pd.DataFrame:
        """Return one row per construct: `construct`, `items`, `beats_mean`, `beats_lm`, `power`."""
        rows = [
            {
                "construct": name,
                "items": len(part),
                "beats_mean": int((part["q2_predict"] > 0).sum()),
                "beats_lm": int((part[error] < part[f"{error}_lm"]).sum()),
                "power": self.power(str(name), error=error),
            }
            for name, part in self.table.groupby("construct", sort=False)
        ]
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Say how often the model beats the mean and the regression."""
        if self.table["q2_predict"].isna().all():
            return t("No respondent could be predicted.")
        return t(
            "The model predicts {mean} of {total} indicators better than their mean (Q2 predict above 0), and {lm} "
            "better than a linear regression: predictive power {power}.",
            mean=int((self.table["q2_predict"] > 0).sum()),
            lm=int(self.table["better"].sum()),
            total=len(self.table),
            power=_power_word(self.power()),
        )


def _power_word(power: str) -> str:
    words = {POWERS[0]: t("high"), POWERS[1]: t("medium"), POWERS[2]: t("low"), POWERS[3]: t("none at all")}
    return words[power]


def predict_pls(
    result: PLSResult,
    *,
    folds: int | str = 10,
    repetitions: int = 10,
    seed: int = 1,
    antecedents: str = "direct",
    average: str = "predictions",
) -> PredictResult:
    """Predict respondents left out of the estimation, fold by fold, and compare with two simple benchmarks.

    Parameters
    ----------
    result : PLSResult
        A fit to rows; its model and settings are estimated again without each fold.
    folds : int or 'loo'
        From 2 to n; 'loo' leaves out one respondent at a time (one repetition).
    repetitions : int
        How often the respondents are divided anew; at least 1.
    seed : int
        Of the random division.
    antecedents : {'direct', 'earliest'}
        Direct: from the scores of the constructs with a path to it. Earliest: from the exogenous constructs alone,
        by total effects; the harder and more honest forecast where the others are not known in advance.
    average : {'predictions', 'errors'}
        Average the predictions of the repetitions and take their error (Shmueli et al. 2016), or average the errors of
        the repetitions (cSEM).

    Returns
    -------
    PredictResult
        Errors in the units of the answers. Benchmarks: the mean of the training respondents (behind Q2 predict), and a
        linear regression of each indicator on all indicators of the same antecedents.

    Raises
    ------
    DataError
        No rows.
    ParameterError
        A number out of range, or fewer than 3 respondents left to estimate.

    Notes
    -----
    Everything, means and deviations too, comes from the training folds. All folds are estimated at once.

    References
    ----------
    Shmueli, Ray, Velasquez Estrada & Chatla (2016), Journal of Business Research 69, 4552-4564; Shmueli et al. (2019),
    European Journal of Marketing 53, 2322-2347; Danks & Ray (2018), Annals of Data Science (antecedents).
    """
    rows = need_rows(result)
    count, again = _division(folds, repetitions, len(rows))
    check_number("seed", seed, low=0)
    check_option("antecedents", antecedents, Antecedents)
    check_option("average", average, Average)
    targets = np.flatnonzero((result.structure.adjacency.sum(axis=0) > 0)[result.structure.block]).astype(np.int64)
    actual = rows[:, targets]
    sums, squares, absolutes = (np.zeros((3, *actual.shape)) for _ in range(3))
    rmse, failed = [], 0
    rng = np.random.default_rng(int(seed))
    for _ in range(again):
        order = np.arange(len(rows)) if count == len(rows) else rng.permutation(len(rows))
        found, wrong = predictions(result, rows, order, count, targets, antecedents)
        failed += wrong
        sums += found
        error = actual - found
        squares += error**2
        absolutes += np.abs(error)
        rmse.append(np.sqrt(_mean(error**2)))
    mean = sums / again
    error = actual - mean
    if average == "predictions":
        squared, absolute, root = error**2, np.abs(error), np.sqrt(_mean(error**2))
    else:
        squared, absolute, root = squares / again, absolutes / again, np.mean(rmse, axis=0)
    table = _table(result, targets, squared, absolute, root, error[0])
    names = list(table["indicator"])
    frames = {
        name: pd.DataFrame(values, index=result.moments.index, columns=names)
        for name, values in zip(MODELS, mean, strict=True)
    }
    return PredictResult(
        table=table,
        actual=pd.DataFrame(actual, index=result.moments.index, columns=names),
        predicted=frames,
        squared=np.asarray(squared, dtype=np.float64),
        folds=count,
        repetitions=again,
        seed=int(seed),
        antecedents=antecedents,
        average=average,
        notes=tuple(_notes(result, table, failed, count * again)),
    )


def _division(folds: int | str, repetitions: int, n: int) -> tuple[int, int]:
    if folds == "loo":
        return n, 1
    if isinstance(folds, str):
        raise ParameterError(Problem("folds", repr(folds), t("a number, or {word}", word="'loo'")))
    count = int(check_number("folds", folds, low=2, high=n))
    again = int(check_number("repetitions", repetitions, low=1))
    problems = [Problem(name, f"{value:g}", t("a whole number"))
                for name, value in (("folds", folds), ("repetitions", repetitions)) if value != int(value)]  # fmt: skip
    if n - -(-n // count) < 3:
        problems.append(Problem("folds", f"{folds:g}", t("at least 3 respondents to estimate from")))
    if problems:
        raise ParameterError(problems)
    return count, again if count < n else 1


def _mean(values: Floats) -> Floats:
    """Mean over respondents (3, q); those that could not be predicted are left out."""
    known = np.isfinite(values).all(axis=0)
    with np.errstate(all="ignore"):
        result: Floats = np.where(known, values, 0).sum(axis=1) / known.sum(axis=0)
    return result


def _table(
    result: PLSResult, targets: Ints, squared: Floats, absolute: Floats, root: Floats, errors: Floats
) -> pd.DataFrame:
    block = result.structure.block[targets]
    mae, sums = _mean(absolute), _mean(squared)
    with np.errstate(all="ignore"):
        q2 = 1 - sums[0] / sums[2]
    columns: dict[str, object] = {
        "construct": [result.model.names[i] for i in block],
        "indicator": [result.model.indicators[i] for i in targets],
        "q2_predict": q2,
    }
    for error, values in (("rmse", root), ("mae", mae)):
        for model, row in zip(("", "_lm", "_mean"), values, strict=True):
            columns[f"{error}{model}"] = row
    columns["skewness"] = _skewness(errors)
    return pd.DataFrame(columns).assign(better=root[0] < root[1])


def _skewness(errors: Floats) -> Floats:
    """Skewness of each column (n, q), missing values left out."""
    known = np.isfinite(errors)
    count = known.sum(axis=0)
    with np.errstate(all="ignore"):
        centred = np.where(known, errors - np.where(known, errors, 0).sum(axis=0) / count, 0)
        result: Floats = (centred**3).sum(axis=0) / count / ((centred**2).sum(axis=0) / count) ** 1.5
    return result


def _notes(result: PLSResult, table: pd.DataFrame, failed: int, rounds: int) -> Iterable[str]:
    if failed:
        yield tn(
            "{n} of {total} folds could not be estimated; its respondents are left out.",
            "{n} of {total} folds could not be estimated; their respondents are left out.",
            failed,
            total=rounds,
        )
    if table["rmse_lm"].isna().any():
        yield t("The regression benchmark has too few respondents for its indicators, or they repeat one another.")
    below = table.loc[table["q2_predict"] <= 0, "indicator"]
    if len(below):
        yield t("Not predicted better than by their mean: {names}.", names=", ".join(below))
    skewed = table.loc[table["skewness"].abs() > SKEWED, "indicator"]
    if len(skewed):
        yield t("Errors are strongly skewed; compare the mean absolute error for: {names}.", names=", ".join(skewed))
    if not result.admissible:
        yield t("The fit is not admissible; what it predicts means little.")
