"""Penalty-reward contrasts: Kano-like factors from ordinary ratings, without a Kano questionnaire."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtr, stdtrit

from casework.core.checks import check_fraction, check_number
from casework.core.errors import CaseworkWarning, DataError, ParameterError, Problem
from casework.core.messages import join_sentences, mark, t, tn
from casework.core.result import Result
from casework.stats.bootstrap import percentile_interval
from casework.stats.resampling import resampled_products
from casework.voice.kano_pairs import as_numbers
from casework.voice.wording import listing

Floats = npt.NDArray[np.float64]
Factor = Literal["basic", "performance", "excitement", "none"]
FACTOR_NAMES: dict[str, str] = {
    "basic": mark("basic"),
    "performance": mark("performance"),
    "excitement": mark("excitement"),
    "none": mark("none"),
}
ASYMMETRY = 0.2  # |asymmetry| up to here: penalty and reward are alike (performance factor)
NULL_TOLERANCE = 1e-8
HEADINGS = (
    mark("n low"),
    mark("n high"),
    mark("penalty"),
    mark("penalty low"),
    mark("penalty high"),
    mark("penalty p"),
    mark("reward"),
    mark("reward low"),
    mark("reward high"),
    mark("reward p"),
    mark("impact range"),
    mark("asymmetry"),
    mark("factor"),
    mark("clear"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class PenaltyRewardResult(Result):
    """What low and high performance of each attribute do to overall satisfaction.

    Attributes
    ----------
    frame : DataFrame, one row per attribute
        `n_low`, `n_high`; `penalty` and `reward` [points of y] against middling performance, with interval and p;
        `impact_range` = harm + gain, `asymmetry` = (gain - harm) / (gain + harm), where harm is the size of a negative
        penalty and gain a positive reward, else 0; `factor`; `clear`: the interval of one of the two excludes 0 in the
        expected direction.
    constant : float
        Expected satisfaction where every attribute performs middling [points of y].
    r_squared : float
        Share of the variance of y that the contrasts explain.
    n : int
        Respondents with complete answers.
    resamples : int
        Bootstrap resamples behind the intervals; 0 for intervals by Student's t.
    """

    frame: pd.DataFrame
    constant: float
    r_squared: float
    n: int
    low: float
    high: float
    confidence: float
    resamples: int = 0
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per attribute."""
        return self.frame.copy()

    def attributes(self, factor: Factor) -> list[str]:
        """Names of the attributes of one factor type whose effect is clear, largest impact first."""
        chosen = self.frame[(self.frame["factor"] == factor) & self.frame["clear"]]
        return [str(name) for name in chosen.sort_values("impact_range", ascending=False, kind="stable").index]

    def summary(self) -> str:
        """Say which attributes are basic, performance and excitement factors."""
        told = [
            t(text, names=listing(self.attributes(factor)))  # type: ignore[arg-type]
            for factor, text in SENTENCES.items()
            if self.attributes(factor)  # type: ignore[arg-type]
        ]
        head = t(
            "Low and high performance explain {share:.0%} of overall satisfaction ({n} respondents).",
            share=self.r_squared,
            n=self.n,
        )
        unclear = self.frame.index[~self.frame["clear"]]
        if len(unclear):
            told.append(t("No clear effect: {names}.", names=listing(unclear)))
        return join_sentences([head, *told])


SENTENCES: dict[str, str] = {
    "basic": mark("Basic, harms when low: {names}."),
    "performance": mark("Performance, works both ways: {names}."),
    "excitement": mark("Excitement, gains when high: {names}."),
}


def penalty_reward(
    y: pd.Series,
    X: pd.DataFrame,  # noqa: N803 - the design matrix, as in the literature
    *,
    low: float = 6,
    high: float = 9,
    confidence: float = 0.95,
    asymmetry: float = ASYMMETRY,
    resamples: int = 0,
    seed: int = 7,
) -> PenaltyRewardResult:
    """Regress overall satisfaction on low and high performance of each attribute.

    Parameters
    ----------
    y : Series, length n
        Overall satisfaction, any number scale.
    X : DataFrame, shape (n, k)
        Performance ratings of the attributes, same index.
    low, high : float
        Ratings up to `low` are low, from `high` on they are high; those between are the reference. low < high.
    confidence : float
        Of the intervals, between 0 and 1.
    asymmetry : float
        Up to this absolute asymmetry an attribute counts as performance factor; 0 to 1.
    resamples : int
        Bootstrap resamples of the respondents for percentile intervals, at least 100; 0 for intervals by Student's t,
        which take the errors as evenly spread. p values are always by Student's t.
    seed : int
        Of the resamples.

    Returns
    -------
    PenaltyRewardResult
        Least squares; respondents with a missing answer are left out and counted.

    Raises
    ------
    DataError
        The rows differ, a column holds no numbers, or there are not more respondents than contrasts.
    ParameterError
        `low` is not below `high`, or another argument is out of range.

    Warns
    -----
    CaseworkWarning
        A penalty or reward cannot be estimated (nobody rated the attribute low, or high); it is not a number.

    Notes
    -----
    Observational: an attribute that goes with satisfied people need not make them so. Ratings of attributes hang
    together, so intervals are wide; the cut points decide, try others.

    References
    ----------
    Brandt, R. D. (1987). A procedure for identifying value-enhancing service components using customer satisfaction
    survey data. In C. Surprenant (Ed.), Add value to your service, 61-65. Matzler, K., & Sauerwein, E. (2002). The
    factor structure of customer satisfaction. International Journal of Service Industry Management, 13(4), 314-332.
    Mikulic, J., & Prebezac, D. (2008). Prioritizing improvement of service attributes using impact range-performance
    analysis and impact-asymmetry analysis. Managing Service Quality, 18(6), 559-576.
    """
    if check_number("low", low) >= check_number("high", high):
        raise ParameterError(Problem("low, high", f"{low:g}, {high:g}", t("low below high")))
    check_fraction("confidence", confidence)
    check_number("asymmetry", asymmetry, low=0, high=1)
    if check_number("resamples", resamples, low=0):
        check_number("resamples", resamples, low=100)
    target, ratings = _complete(y, X)
    names = [str(name) for name in X.columns]
    dummies = np.hstack([ratings <= low, ratings >= high]).astype(np.float64)
    fit = _least_squares(target, dummies, confidence)
    if resamples:
        fit = _with_percentiles(fit, target, dummies, int(resamples), confidence, np.random.default_rng(seed))
    frame = _frame(fit, dummies, names, asymmetry)
    result = PenaltyRewardResult(
        frame=frame,
        constant=float(fit.coefficient[0]),
        r_squared=fit.r_squared,
        n=len(target),
        low=low,
        high=high,
        confidence=confidence,
        resamples=int(resamples),
        notes=_notes(frame, len(y) - len(target)),
    )
    _warn(frame)
    return result


@dataclass(frozen=True)
class _Fit:
    """Least-squares fit; entries that the data do not determine are not a number."""

    coefficient: Floats
    low: Floats
    high: Floats
    p: Floats
    r_squared: float


def _complete(y: pd.Series, ratings: pd.DataFrame) -> tuple[Floats, Floats]:
    problems = []
    if not y.index.equals(ratings.index):
        fix = t("Merge them by respondent first")
        raise DataError(Problem("y, X", t("the rows differ"), fix=fix))
    columns = {str(y.name): y, **{str(name): ratings.iloc[:, i] for i, name in enumerate(ratings.columns)}}
    numbers = {name: as_numbers(column) for name, column in columns.items()}
    for name, column in columns.items():
        bad = int((np.isnan(numbers[name]) & column.notna().to_numpy()).sum())
        if bad:
            found = tn("{n} cell is no number", "{n} cells are no numbers", bad)
            problems.append(Problem(t("column {name}", name=name), found))
    if problems:
        raise DataError(problems)
    matrix = np.column_stack([numbers[str(y.name)], *[as_numbers(ratings.iloc[:, i]) for i in range(ratings.shape[1])]])
    matrix = matrix[np.isfinite(matrix).all(axis=1)]
    needed = 2 * ratings.shape[1] + 2
    if len(matrix) < needed:
        found = tn("{n} respondent with complete answers", "{n} respondents with complete answers", len(matrix))
        raise DataError(Problem("y, X", found, t("at least {needed}", needed=needed)))
    return matrix[:, 0], matrix[:, 1:]


def _least_squares(target: Floats, dummies: Floats, confidence: float) -> _Fit:
    design = np.column_stack([np.ones(len(target)), dummies])
    _, sizes, axes = np.linalg.svd(design, full_matrices=False)
    kept = sizes > sizes[0] * max(design.shape) * np.finfo(float).eps
    known = (np.abs(axes[~kept]) < NULL_TOLERANCE).all(axis=0)
    coefficient = np.linalg.pinv(design) @ target
    residuals = target - design @ coefficient
    freedom = len(target) - int(kept.sum())
    variance = residuals @ residuals / freedom
    error = np.sqrt(variance * ((axes[kept] / sizes[kept, None]) ** 2).sum(axis=0))
    half = float(stdtrit(freedom, (1 + confidence) / 2)) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * stdtr(freedom, -np.abs(coefficient / error))
    spread = ((target - target.mean()) ** 2).sum()
    share = 1 - float(residuals @ residuals) / float(spread) if spread > 0 else np.nan
    values = [
        np.where(known, value, np.nan) for value in (coefficient, coefficient - half, coefficient + half, p_value)
    ]
    return _Fit(values[0], values[1], values[2], values[3], share)


def _with_percentiles(
    fit: _Fit, target: Floats, dummies: Floats, resamples: int, confidence: float, rng: np.random.Generator
) -> _Fit:
    """Replace the ends of the intervals by those of the resamples; where the data give no coefficient there is none."""
    terms = np.column_stack([np.ones(len(target)), dummies, target])
    moments = resampled_products(terms, resamples=resamples, rng=rng)
    inner, toward = moments[:, :-1, :-1], moments[:, :-1, -1:]
    drawn = (np.linalg.pinv(inner, rcond=1e-10, hermitian=True) @ toward)[..., 0]
    drawn[np.diagonal(inner, axis1=1, axis2=2) == 0] = np.nan  # nobody low (high) in that resample
    low, high = percentile_interval(drawn, confidence=confidence)
    known = np.isfinite(fit.coefficient)
    return replace(fit, low=np.where(known, low, np.nan), high=np.where(known, high, np.nan))


def _frame(fit: _Fit, dummies: Floats, names: list[str], asymmetry: float) -> pd.DataFrame:
    k = len(names)
    lows, highs = slice(1, k + 1), slice(k + 1, 2 * k + 1)
    counts = dummies.sum(axis=0).astype(int)
    harm = np.maximum(-fit.coefficient[lows], 0)  # not a number stays so
    gain = np.maximum(fit.coefficient[highs], 0)
    total = harm + gain
    with np.errstate(invalid="ignore", divide="ignore"):
        lean = np.where(total > 0, (gain - harm) / total, np.nan)
    factor = np.select(
        [np.isnan(total), total == 0, lean < -asymmetry, lean > asymmetry],
        ["", "none", "basic", "excitement"],
        "performance",
    )
    return pd.DataFrame(
        {
            "n_low": counts[:k],
            "n_high": counts[k:],
            **_columns("penalty", fit, lows),
            **_columns("reward", fit, highs),
            "impact_range": total,
            "asymmetry": lean,
            "factor": [str(name) or None for name in factor],
            "clear": (fit.high[lows] < 0) | (fit.low[highs] > 0),
        },
        index=pd.Index(names, name="attribute"),
    )


def _columns(name: str, fit: _Fit, part: slice) -> dict[str, Floats]:
    return {
        name: fit.coefficient[part],
        f"{name}_low": fit.low[part],
        f"{name}_high": fit.high[part],
        f"{name}_p": fit.p[part],
    }


def _notes(frame: pd.DataFrame, left_out: int) -> tuple[str, ...]:
    notes = []
    for column, count, text in (
        ("penalty", "n_low", t("Nobody rated these low, so their penalty is unknown: {names}.")),
        ("reward", "n_high", t("Nobody rated these high, so their reward is unknown: {names}.")),
    ):
        empty = frame.index[frame[column].isna() & (frame[count] == 0)]
        if len(empty):
            notes.append(text.format(names=listing(empty)))
    tangled = frame.index[
        (frame["penalty"].isna() & (frame["n_low"] > 0)) | (frame["reward"].isna() & (frame["n_high"] > 0))
    ]
    if len(tangled):
        text = t("The same people rated these low or high, so their effects cannot be told apart: {names}.")
        notes.append(text.format(names=listing(tangled)))
    if left_out:
        notes.append(
            tn(
                "{n} respondent with a missing rating is left out.",
                "{n} respondents with a missing rating are left out.",
                left_out,
            )
        )
    return tuple(notes)


def _warn(frame: pd.DataFrame) -> None:
    unknown = frame.index[frame["penalty"].isna() | frame["reward"].isna()]
    if len(unknown):
        message = t("penalty or reward cannot be estimated for {names}", names=listing(unknown))
        warnings.warn(message, CaseworkWarning, stacklevel=3)
