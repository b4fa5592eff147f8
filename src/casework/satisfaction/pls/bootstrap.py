"""How sure are the numbers of a causal model? Bootstrap of a fit, all resamples together."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from casework.core.checks import check_fraction, check_names, check_number, check_option
from casework.core.errors import CaseworkWarning, DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.satisfaction.pls.linear import Floats, Ints
from casework.satisfaction.pls.quantities import Quantities, Quantity
from casework.satisfaction.pls.replication import CONSTANT, NO_NUMBER, ODD, UNSETTLED, Codes, Replication
from casework.satisfaction.pls.resampling import Progress, in_chunks
from casework.satisfaction.pls.result import PLSResult
from casework.satisfaction.pls.scores import to_points
from casework.stats.bias_corrected import bias_corrected_interval, jackknife_acceleration
from casework.stats.bootstrap import percentile_interval

Sign = Literal["construct", "individual", "none"]
Effects = Literal["unstandardized", "standardized"]
Interval = Literal["percentile", "bias_corrected", "bca", "normal"]

REASONS: Mapping[int, str] = {
    ODD: mark("used, though not admissible (Heywood case)"),
    CONSTANT: mark("left out: an indicator is constant"),
    UNSETTLED: mark("left out: not converged"),
    NO_NUMBER: mark("left out: a number could not be computed"),
}
TESTED = ("path", "total", "total_points", "indirect", "weight", "loading")  # for which 0 is a sensible hypothesis
MOST_LEFT_OUT = 0.10  # share of resamples: seminr stops at the first one, others drop them silently


@dataclass(frozen=True, kw_only=True, eq=False)
class BootstrapResult(Result):
    """A fitted model with what resampling says about its numbers.

    Parameters
    ----------
    fit : PLSResult
        The fit to the whole sample.
    quantities : Quantities
        Which numbers are followed.
    estimates : ndarray, shape (numbers,)
        Of the whole sample.
    draws : ndarray, shape (resamples, numbers)
        Of each resample; rows of resamples that were left out are not a number.
    outcome : ndarray of int, shape (resamples,)
        0 where used, otherwise a key of `REASONS`.
    codes : ndarray of int, shape (n,)
        Group of each respondent, -1 for none.
    sign, confidence, seed
        As in `bootstrap_pls`.
    """

    fit: PLSResult
    quantities: Quantities
    estimates: Floats
    draws: Floats
    outcome: Codes
    codes: Ints
    sign: str
    confidence: float
    seed: int
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Protect the arrays without copying them: the draws may be large."""
        for array in (self.estimates, self.draws, self.outcome, self.codes):
            array.flags.writeable = False

    @property
    def resamples(self) -> int:
        """Resamples drawn."""
        return len(self.outcome)

    @property
    def used(self) -> int:
        """Resamples behind the intervals."""
        return int((self.outcome <= ODD).sum())

    def failures(self) -> pd.DataFrame:
        """Return how many resamples were not as they should be: `reason` (translated where shown), `n`, `share`."""
        counts = [int((self.outcome == code).sum()) for code in REASONS]
        return pd.DataFrame({"reason": list(REASONS.values()), "n": counts}).assign(
            share=np.array(counts) / self.resamples
        )

    def draws_of(self, kind: str) -> pd.DataFrame:
        """Return the draws of one kind of number, one column for each, one row per resample."""
        chosen = self._chosen(kind)
        labels = self.quantities.frame.loc[chosen, ["group", "from", "to"]]
        return pd.DataFrame(self.draws[:, chosen], columns=pd.MultiIndex.from_frame(labels))

    def htmt_draws(self) -> Floats:
        """Return HTMT of each resample, shape (resamples, k, k), as `measurement_quality` takes it."""
        first, second = self.quantities.couples
        k = self.quantities.structure.k
        result = np.ones((self.resamples, k, k))
        drawn = self.draws[:, self._chosen("htmt")]
        result[:, first, second] = result[:, second, first] = drawn
        return result

    def importance_draws(self, target: str, *, effects: str = "unstandardized") -> Floats:
        """Return total effects on a target in each resample, shape (resamples, k), as `importance_map` takes them.

        Raises
        ------
        ParameterError
            The target or the kind of effects is not known.
        """
        model, pairs = self.fit.model, self.quantities.pairs
        check_names("target", [target], model.targets)
        kind = "total" if check_option("effects", effects, Effects) == "standardized" else "total_points"
        drawn = self.draws[:, self._chosen(kind)]
        mine = np.flatnonzero(pairs[:, 1] == model.names.index(target))
        result = np.zeros((self.resamples, len(model.names)))
        result[:, pairs[mine, 0]] = drawn[:, mine]
        return result

    def performance_draws(self, *, low: float, high: float) -> Floats:
        """Return the mean score of each construct [points] in each resample, shape (resamples, k)."""
        return to_points(self.draws[:, self._chosen("index")[: len(self.fit.model.names)]], low, high)

    def table(self, kind: str = "path", *, method: str = "percentile", confidence: float | None = None) -> pd.DataFrame:
        """Return one kind of number with its error and interval.

        Parameters
        ----------
        kind : {'path', 'total', 'total_points', 'indirect', 'weight', 'loading', 'r2', 'correlation', 'htmt', 'index'}
            Which numbers; `total_points` are total effects on the scale of the answers, and so is an index (see
            `pls_index` for points from 0 to 100).
        method : {'percentile', 'bias_corrected', 'bca', 'normal'}
            Quantiles of the draws; quantiles moved for bias; for bias and changing spread; or the estimate with
            its standard error.
        confidence : float, optional
            Between 0 and 1; that of the bootstrap by default.

        Returns
        -------
        DataFrame
            `from`, `to` (and `group`), `estimate`, `mean` of the draws, `se`, `low`, `high`, `t` (estimate over its
            standard error) and `p_normal` (two-sided, from the normal distribution).

        Raises
        ------
        ParameterError
            An argument is not known or out of range.

        Notes
        -----
        `t` and `p_normal` suppose a normal estimate; an interval from the draws does not. Shares (R2, HTMT) and indices
        have no t: 0 is no sensible hypothesis for them.
        """
        method = check_option("method", method, Interval)
        chosen = self._chosen(kind)
        level = self.confidence if confidence is None else check_fraction("confidence", confidence)
        drawn, found = self.draws[:, chosen], self.estimates[chosen]
        spread = _spread(drawn)
        low, high = self._interval(method, level, chosen, spread)
        table = self.quantities.frame.loc[chosen].drop(columns="kind").reset_index(drop=True)
        table = table.assign(estimate=found, mean=_mean(drawn), se=spread, low=low, high=high)
        if kind in TESTED:
            with np.errstate(all="ignore"):
                table["t"] = found / spread
            table["p_normal"] = 2 * ndtr(-table["t"].abs())
        blank = [name for name in ("group", "from") if not table[name].astype(bool).any()]
        return table.drop(columns=blank)

    def _chosen(self, kind: str) -> Ints:
        check_option("kind", kind, Quantity)
        return np.flatnonzero(self.quantities.frame["kind"] == kind).astype(np.int64)

    def _interval(self, method: str, level: float, chosen: Ints, spread: Floats) -> tuple[Floats, Floats]:
        drawn, found = self.draws[:, chosen], self.estimates[chosen]
        if method == "percentile":
            return percentile_interval(drawn, confidence=level)
        if method == "normal":
            reach = ndtri((1 + level) / 2) * spread
            return found - reach, found + reach
        speed = self.acceleration[chosen] if method == "bca" else 0.0
        return bias_corrected_interval(drawn, found, confidence=level, acceleration=speed)

    @cached_property
    def acceleration(self) -> Floats:
        """Acceleration of each number, from a jackknife made when it is first asked for."""
        engine = Replication(self.fit, self.quantities, self.codes, self.sign, self.seed)
        return jackknife_acceleration(engine.jackknife())

    def to_frame(self) -> pd.DataFrame:
        """Return the paths with their intervals."""
        return self.table("path")

    def summary(self) -> str:
        """Say how many paths are beyond chance; what became of the resamples is in `notes`."""
        table = self.table("path")
        sure = int(((table["low"] > 0) | (table["high"] < 0)).sum())
        return tn(
            "{sure} of {n} path is beyond chance ({confidence:.0%} interval, {used} resamples).",
            "{sure} of {n} paths are beyond chance ({confidence:.0%} intervals, {used} resamples).",
            len(table),
            sure=sure,
            confidence=self.confidence,
            used=self.used,
        )


def bootstrap_pls(
    fit: PLSResult,
    *,
    resamples: int = 5000,
    seed: int = 7,
    sign: str = "construct",
    by: pd.Series | None = None,
    confidence: float = 0.95,
    most_left_out: float = MOST_LEFT_OUT,
    workers: int = 1,
    progress: Progress | None = None,
) -> BootstrapResult:
    """Draw the respondents anew, again and again, and fit the model to each resample.

    Parameters
    ----------
    fit : PLSResult
        A fit to rows; its settings are used for every resample.
    resamples : int
        At least 2; 5,000 for intervals that are reported.
    seed : int
        The same seed gives the same numbers, for any number of workers.
    sign : {'construct', 'individual', 'none'}
        A construct and its mirror image fit alike. Turn each construct so that its loadings resemble those of the whole
        sample; turn each number by itself; or leave the signs as `fit_pls` sets them.
    by : Series, shape (rows of the data), optional
        Group of each respondent, on the index of the data: the index is followed in each group, too. Weights are those
        of all respondents, so that groups are measured alike.
    confidence : float
        Of the intervals, between 0 and 1.
    most_left_out : float
        Share of resamples, 0 to 1, that may be left out before the bootstrap is refused.
    workers : int
        Threads that share the resamples, at least 1.
    progress : callable, optional
        Told `(done, total)` now and then; what it raises ends the bootstrap.

    Returns
    -------
    BootstrapResult
        Intervals of paths, total and indirect effects, weights, loadings, R2, correlations, HTMT and indices.

    Raises
    ------
    DataError
        The fit has no rows; `by` lacks respondents; too many resamples had to be left out (with the reasons).
    ParameterError
        An argument is out of range.

    Warns
    -----
    CaseworkWarning
        Resamples were left out, or used though not admissible; how many, and why.

    Notes
    -----
    Weights are estimated anew in each resample, so the intervals hold their uncertainty, too. A resample is left out
    where an indicator is constant, the weights do not settle, or a number cannot be computed. Heywood cases and other
    inadmissible solutions are used and counted: to drop them would make the intervals too narrow. The bootstrap treats
    answers that were filled in as if they had been given. Turning signs (`sign`) never widens an interval; `none` lets
    a construct whose loadings sum to nearly 0 flip from resample to resample.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapters 13 and 14; Tenenhaus, Esposito Vinzi, Chatelin
    & Lauro (2005), Computational Statistics & Data Analysis 48, section 6.4 (signs).

    Examples
    --------
    >>> from casework.satisfaction.pls import fit_pls
    >>> rng = np.random.default_rng(1)
    >>> quality = rng.normal(size=200)
    >>> survey = pd.DataFrame({"q1": quality, "s1": 0.6 * quality + 0.8 * rng.normal(size=200)})
    >>> fit = fit_pls(survey, "Quality =~ q1; Satisfaction =~ s1; Satisfaction ~ Quality")
    >>> table = bootstrap_pls(fit, resamples=500).table("path")
    >>> bool(table["low"][0] < fit.path("Quality", "Satisfaction") < table["high"][0])
    True
    """
    check_number("resamples", resamples, low=2)
    check_number("workers", workers, low=1)
    check_number("seed", seed, low=0)
    check_number("most_left_out", most_left_out, low=0, high=1)
    check_fraction("confidence", confidence)
    sign = check_option("sign", sign, Sign)
    _, codes, names = check_rows(fit, by)
    quantities = Quantities(fit.model, fit.structure, fit.standardized, names)
    engine = Replication(fit, quantities, codes, sign, int(seed))
    parts = in_chunks(engine.chunk, int(resamples), workers=int(workers), progress=progress)
    draws, outcome = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    result = BootstrapResult(
        fit=fit,
        quantities=quantities,
        estimates=engine.whole(),
        draws=draws,
        outcome=outcome,
        codes=codes,
        sign=sign,
        confidence=confidence,
        seed=int(seed),
        notes=_notes(outcome),
    )
    _refuse_too_few(result, most_left_out)
    for note in result.notes:
        warnings.warn(note, CaseworkWarning, stacklevel=2)
    return result


def check_rows(fit: PLSResult, by: pd.Series | None) -> tuple[Floats, Ints, tuple[str, ...]]:
    """Return the rows of a fit, the number of each one's group (-1 for none) and the names of the groups.

    Raises
    ------
    DataError
        The fit has no rows, or `by` does not name the respondents used.
    """
    if fit.moments.rows is None or fit.moments.index is None:
        raise DataError(Problem(t("model"), t("fitted to correlations, without rows"), t("a fit to rows")))
    rows = fit.moments.rows
    if by is None:
        return rows, np.full(len(rows), -1, dtype=np.int64), ()
    if not by.index.is_unique or not fit.moments.index.isin(by.index).all():
        found = t("its rows are not those of the data")
        raise DataError(Problem("by", found, t("one group for each respondent, on the same index")))
    return rows, *group_codes(by.loc[fit.moments.index])


def group_codes(by: pd.Series) -> tuple[Ints, tuple[str, ...]]:
    """Return the number of each row's group in the order of their names, -1 where there is none; and the names."""
    texts = by.map(str, na_action="ignore").astype(object)
    names = tuple(sorted(set(texts.dropna())))
    places = {name: place for place, name in enumerate(names)}
    return texts.map(lambda name: places.get(name, -1)).to_numpy(dtype=np.int64), names


def _notes(outcome: Codes) -> tuple[str, ...]:
    total, notes = len(outcome), []
    if left_out := int((outcome > ODD).sum()):
        parts = [(t(REASONS[code]), int((outcome == code).sum())) for code in (CONSTANT, UNSETTLED, NO_NUMBER)]
        reasons = "; ".join(f"{text}: {count}" for text, count in parts if count)
        notes.append(
            tn(
                "{n} of {total} resamples is not used ({reasons}).",
                "{n} of {total} resamples are not used ({reasons}).",
                left_out,
                total=total,
                reasons=reasons,
            )
        )
    if odd := int((outcome == ODD).sum()):
        notes.append(
            tn(
                "{n} of {total} resamples gives a solution that is not admissible; it is used.",
                "{n} of {total} resamples give solutions that are not admissible; they are used.",
                odd,
                total=total,
            )
        )
    return tuple(notes)


def _refuse_too_few(result: BootstrapResult, most_left_out: float) -> None:
    left_out = result.resamples - result.used
    if left_out > most_left_out * result.resamples or result.used < 2:
        expected = t("at most {share:.0%} left out, and 2 used", share=most_left_out)
        fix = t("Look at the failures: an indicator that hardly varies, or a model that is too large for the sample")
        raise DataError(Problem("resamples", " ".join(result.notes) or str(result.used), expected, fix))


def _spread(drawn: Floats) -> Floats:
    good = drawn[np.isfinite(drawn).all(axis=1)]
    if len(good) < 2:
        return np.array([np.nanstd(column, ddof=1) for column in drawn.T])
    result: Floats = good.std(axis=0, ddof=1)
    return result


def _mean(drawn: Floats) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        result: Floats = np.nanmean(drawn, axis=0)
    return result
