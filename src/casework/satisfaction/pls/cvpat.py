"""CVPAT: tell a difference in predictive error, between models or from a benchmark, from chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from casework.core.checks import check_fraction, check_number, check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import join_sentences, mark, t
from casework.core.result import Result
from casework.satisfaction.pls.estimation import Flags
from casework.satisfaction.pls.linear import Floats
from casework.satisfaction.pls.predict import PredictResult
from casework.stats.bootstrap import percentile_interval
from casework.stats.resampling import resampled_sums

Scale = Literal["answers", "standardized"]
BENCHMARKS = {"mean": 2, "lm": 1}
WHOLE = mark("whole model")
BETTER, WORSE, ALIKE, UNKNOWN = mark("better"), mark("worse"), mark("no difference"), mark("not judged")


@dataclass(frozen=True, kw_only=True)
class CVPATResult(Result):
    """Differences of the mean squared error of prediction.

    Parameters
    ----------
    table : DataFrame
        `construct` (or `whole model`), `benchmark`, `items`, `loss`, `loss_benchmark`, `difference` (below 0: the model
        predicts better), `low`, `high`, `t`, `p_value`, `boot_low`, `boot_high`, `boot_p`, `verdict`.
    n : int
        Respondents predicted.
    confidence : float
        Of the intervals.
    resamples : int
        Behind the bootstrap columns.
    """

    table: pd.DataFrame
    n: int
    confidence: float
    resamples: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per construct and benchmark."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how the whole model compares with each benchmark."""
        whole = self.table.drop_duplicates("benchmark")  # its row comes first
        return join_sentences(_sentence(row) for _, row in whole.iterrows())


def _sentence(row: pd.Series) -> str:
    name = {"mean": t("the mean of each indicator"), "lm": t("the linear regression")}.get(str(row["benchmark"]))
    other = name or str(row["benchmark"])
    fields = {"other": other, "difference": row["difference"], "p": _p(float(row["p_value"]))}
    if row["verdict"] == BETTER:
        return t("The model predicts better than {other} (difference of losses {difference:.3f}, {p}).", **fields)
    if row["verdict"] == WORSE:
        return t("The model predicts worse than {other} (difference of losses {difference:.3f}, {p}).", **fields)
    if row["verdict"] == ALIKE:
        return t("No sure difference from {other} (difference of losses {difference:.3f}, {p}).", **fields)
    return t("The comparison with {other} could not be computed.", **fields)


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def cvpat(
    prediction: PredictResult,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 1,
    scale: str = "answers",
) -> CVPATResult:
    """Test whether a model predicts new respondents better than the mean and than a linear regression.

    Parameters
    ----------
    prediction : PredictResult
        What `predict_pls` returns.
    confidence : float
        Of the intervals, between 0 and 1.
    resamples : int
        Bootstrap resamples of the respondents' losses, at least 100.
    seed : int
        Of the bootstrap.
    scale : {'answers', 'standardized'}
        Squared errors in the units of the answers (the usual choice: indicators that spread more count more), or
        divided by the variance of each indicator.

    Returns
    -------
    CVPATResult
        For the whole model and each construct that paths lead to. The loss of a respondent is the mean squared error
        over the indicators; t tests the mean difference of losses (two-sided, n - 1 degrees of freedom). `boot_low`
        and `boot_high` are percentiles, `boot_p` the share of resampled t values, centred, beyond the one found.

    Raises
    ------
    ParameterError
        Not a prediction, or a number out of range.

    Notes
    -----
    To beat the mean is the least that a model must do; to beat the regression is strong. Losses of respondents in one
    fold share their training data, which the test neglects, as its authors do.

    References
    ----------
    Liengaard et al. (2021), Decision Sciences 52(2), 362-392; Sharma, Liengaard, Hair, Sarstedt & Ringle (2023),
    European Journal of Marketing 57(6), 1662-1677.
    """
    _check(prediction, confidence, resamples, seed, scale)
    squared = _scaled(prediction.squared, prediction, scale)
    blocks = list(_blocks(prediction))
    pairs = [
        (name, benchmark, columns, squared[0][:, columns], squared[row][:, columns])
        for benchmark, row in BENCHMARKS.items()
        for name, columns in blocks
    ]
    return _compared(pairs, confidence, int(resamples), int(seed))


def compare_predictions(
    first: PredictResult,
    second: PredictResult,
    *,
    name: str = "second",
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 1,
    scale: str = "answers",
) -> CVPATResult:
    """Test which of two models predicts the same indicators of the same respondents better.

    Parameters
    ----------
    first, second : PredictResult
        Predictions with the same respondents, folds, repetitions and seed.
    name : str
        What the second model is called in the table.
    confidence, resamples, seed, scale
        As in `cvpat`.

    Returns
    -------
    CVPATResult
        Over the indicators that both predict; a difference below 0: the first model predicts better.

    Raises
    ------
    ParameterError
        The predictions were made of different respondents or folds, or share no indicator.

    References
    ----------
    Liengaard et al. (2021), Decision Sciences 52(2), 362-392.
    """
    _check(first, confidence, resamples, seed, scale)
    _check(second, confidence, resamples, seed, scale)
    shared = _shared(first, second)
    losses = [_scaled(item.squared, item, scale)[0] for item in (first, second)]
    places = [[list(item.actual.columns).index(indicator) for indicator in shared] for item in (first, second)]
    one, two = (values[:, place] for values, place in zip(losses, places, strict=True))
    owners = first.table.set_index("indicator")["construct"]
    own: dict[str, list[int]] = {}
    for place, indicator in enumerate(shared):
        own.setdefault(str(owners[indicator]), []).append(place)
    blocks = [(WHOLE, list(range(len(shared)))), *own.items()]
    pairs = [(block, name, columns, one[:, columns], two[:, columns]) for block, columns in blocks]
    return _compared(pairs, confidence, int(resamples), int(seed))


def _check(prediction: object, confidence: float, resamples: int, seed: int, scale: str) -> None:
    if not isinstance(prediction, PredictResult):
        raise ParameterError(
            Problem("prediction", t("a {kind}", kind=type(prediction).__name__), t("what predict_pls returns"))
        )
    check_fraction("confidence", confidence)
    check_number("resamples", resamples, low=100)
    check_number("seed", seed, low=0)
    check_option("scale", scale, Scale)


def _shared(first: PredictResult, second: PredictResult) -> list[str]:
    problems = [
        Problem("second", t("{name} {found}", name=name, found=repr(getattr(second, name))),
                t("as in the first: {value}", value=repr(getattr(first, name))))
        for name in ("folds", "repetitions", "seed", "average") if getattr(first, name) != getattr(second, name)
    ]  # fmt: skip
    if not first.actual.index.equals(second.actual.index):
        problems.append(Problem("second", t("predicts other respondents"), t("the same respondents")))
    shared = [name for name in first.actual.columns if name in set(second.actual.columns)]
    if not shared:
        problems.append(Problem("second", t("predicts other indicators"), t("at least one indicator in both")))
    if problems:
        raise ParameterError(problems)
    return shared


def _scaled(squared: Floats, prediction: PredictResult, scale: str) -> Floats:
    if scale == "answers":
        return squared
    variance: Floats = prediction.actual.to_numpy().var(axis=0, ddof=1)
    return squared / variance


def _blocks(prediction: PredictResult) -> Iterator[tuple[str, list[int]]]:
    """Yield the whole model and each construct, with the places of their indicators."""
    yield WHOLE, list(range(len(prediction.table)))
    for name, part in prediction.table.groupby("construct", sort=False):
        yield str(name), [int(place) for place in part.index]


def _compared(
    pairs: list[tuple[str, str, list[int], Floats, Floats]], confidence: float, resamples: int, seed: int
) -> CVPATResult:
    losses = np.stack([np.stack([one.mean(axis=1), two.mean(axis=1)]) for *_, one, two in pairs])
    known = np.isfinite(losses).all(axis=1)  # (pairs, n)
    n = int(known.sum(axis=1).max())
    differences = np.where(known, losses[:, 0] - losses[:, 1], 0.0)
    count = known.sum(axis=1)
    low, high, p_values = _bootstrap(differences, known, confidence, resamples, seed)
    rows = []
    for place, (name, benchmark, columns, *_) in enumerate(pairs):
        row = _row(losses[place][:, known[place]], confidence)
        boot = {"boot_low": low[place], "boot_high": high[place], "boot_p": p_values[place]}
        rows.append({"construct": name, "benchmark": benchmark, "items": len(columns), **row, **boot})
    table = pd.DataFrame(rows)
    table["verdict"] = np.select(
        [table["low"].isna(), table["high"] < 0, table["low"] > 0], [UNKNOWN, BETTER, WORSE], default=ALIKE
    )
    return CVPATResult(
        table=table,
        n=n,
        confidence=confidence,
        resamples=resamples,
        notes=tuple(_notes(table, int(len(differences[0]) - count.max()))),
    )


def _row(losses: Floats, confidence: float) -> dict[str, float]:
    n = losses.shape[1]
    names = ("loss", "loss_benchmark", "difference", "low", "high", "t", "p_value")
    if n < 2:
        return dict.fromkeys(names, float("nan"))
    mean, differences = losses.mean(axis=1), losses[0] - losses[1]
    error = float(differences.std(ddof=1)) / np.sqrt(n)
    average = float(differences.mean())
    half = float(stats.t.ppf((1 + confidence) / 2, n - 1)) * error
    statistic = average / error if error > 0 else float("nan")
    p_value = float(2 * stats.t.sf(abs(statistic), n - 1))
    values = (float(mean[0]), float(mean[1]), average, average - half, average + half, statistic, p_value)
    return dict(zip(names, values, strict=True))


def _bootstrap(
    differences: Floats,
    known: Flags,
    confidence: float,
    resamples: int,
    seed: int,
) -> tuple[Floats, Floats, Floats]:
    """Percentiles of the mean difference, and p of the centred t value, each of shape (pairs,)."""
    values = np.concatenate([differences, differences**2, known.astype(np.float64)]).T
    sums = resampled_sums(values, resamples=resamples, rng=np.random.default_rng(seed))
    first, second, count = np.split(sums, 3, axis=1)
    with np.errstate(all="ignore"):
        means = first / count
        errors = np.sqrt((second / count - means**2) / (count - 1))
        n = known.sum(axis=1)
        found = differences.sum(axis=1) / n
        error = np.sqrt(((differences**2).sum(axis=1) / n - found**2) / (n - 1))
        statistic = found / error
        extreme = np.abs(means - found) / errors >= np.abs(statistic)
    low, high = percentile_interval(np.where(count > 1, means, np.nan), confidence=confidence)
    p_values = np.where(np.isfinite(statistic), (1 + extreme.sum(axis=0)) / (1 + resamples), np.nan)
    return low, high, p_values


def _notes(table: pd.DataFrame, left_out: int) -> Iterable[str]:
    if left_out:
        yield t("{n} respondents could not be predicted and are left out.", n=left_out)
    doubtful = table[(table["p_value"] < 0.05) != (table["boot_p"] < 0.05)].dropna(subset=["p_value", "boot_p"])
    if len(doubtful):
        names = ", ".join(dict.fromkeys(t(name) for name in doubtful["construct"]))
        yield t("The t test and the bootstrap disagree at the 5% level: {names}.", names=names)
