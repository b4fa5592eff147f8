"""A scorecard from a table in one call: bins, variables by evidence, logit, points."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number, check_option, suggest
from casework.core.errors import CaseworkWarning, DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.performance.discrimination import auc_covariance
from casework.credit.scorecard.binning import BinningResult, bin_variables
from casework.credit.scorecard.bins import range_labels
from casework.credit.scorecard.card import Scorecard
from casework.credit.scorecard.logit import LogitResult
from casework.credit.scorecard.points import scorecard_points
from casework.credit.scorecard.stepwise import Evidence, StepwiseResult, choose_variables, refuse_empty
from casework.credit.scorecard.target import read_target

Floats = npt.NDArray[np.float64]
EVENTS_PER_VARIABLE = 10
GIVEAWAY = 0.98  # AUC of a variable alone beyond which it tells the outcome
MOST_CATEGORIES = 50
TOTAL = mark("total score")
COLUMNS = (mark("reason 1"), mark("reason 2"), mark("reason 3"), mark("lost 1"), mark("lost 2"), mark("lost 3"))


@dataclass(frozen=True, kw_only=True)
class ScorecardPlan:
    """How a scorecard is made: what `bin_variables`, `choose_variables` and `scorecard_points` are asked.

    Parameters
    ----------
    target, event : str, object
        Column of the outcome, and the value that is bad.
    variables : sequence of str, optional
        Columns to try; all others by default.
    trend, max_bins, min_share, min_events, special, smoothing, unseen
        See `bin_variables`.
    least_iv : float
        Variables with less information value than this are not tried, at least 0.
    evidence, significance
        See `choose_variables`.
    points, odds, pdo, digits
        See `scorecard_points`.
    """

    target: str
    event: object = 1
    variables: Sequence[str] | None = None
    trend: str | Mapping[str, str] = "auto"
    max_bins: int | None = None
    min_share: float = 0.05
    min_events: int | None = None
    special: Mapping[str, Any] = field(default_factory=dict)
    smoothing: float = 0.0
    unseen: str = "neutral"
    least_iv: float = 0.02
    evidence: Evidence = "bic"
    significance: float = 0.05
    points: float = 600
    odds: float = 50
    pdo: float = 20
    digits: int = 0

    def outcome(self, frame: pd.DataFrame) -> npt.NDArray[np.int64]:
        """Return 1 for bad and 0 for good rows.

        Raises
        ------
        DataError
            The column is missing, has gaps, other than two values, or is text without the event named.
        """
        if self.target not in frame.columns:
            fix = suggest(self.target, [str(name) for name in frame.columns])
            raise DataError(Problem(self.target, t("there is no such column"), t("the outcome of each case"), fix))
        events, problems = read_target(frame[self.target], event=self.event, where=self.target)
        if problems:
            raise DataError(problems)
        return events.astype(np.int64)

    def to_points(self, risk: npt.ArrayLike) -> Floats:
        """Return the points, not rounded, of probabilities of bad: `points` at odds of `odds` good for one bad."""
        p = np.clip(np.asarray(risk, dtype=np.float64), 1e-12, 1 - 1e-12)
        factor = self.pdo / np.log(2)
        return np.asarray(self.points + factor * (np.log((1 - p) / p) - np.log(self.odds)))

    def to_risk(self, points: npt.ArrayLike) -> Floats:
        """Return the probability of bad that points stand for."""
        values = (np.asarray(points, dtype=np.float64) - self.points) * np.log(2) / self.pdo + np.log(self.odds)
        return np.asarray(1 / (1 + np.exp(values)))


@dataclass(frozen=True, kw_only=True)
class FittedScorecard(Result):
    """A scorecard, and how it came about.

    Attributes
    ----------
    binning : BinningResult
        Bins of all variables that were tried.
    choice : StepwiseResult
        Which of them are in, and the logit.
    card : Scorecard
        Points of each bin of the variables that are in.
    plan : ScorecardPlan
        What was asked.
    """

    plan: ScorecardPlan
    binning: BinningResult
    choice: StepwiseResult
    card: Scorecard
    notes: tuple[str, ...] = ()

    @property
    def model(self) -> LogitResult:
        """Return the logistic regression behind the points."""
        return self.choice.model

    def risk(self, frame: pd.DataFrame) -> Floats:
        """Return the probability of bad of each row.

        Raises
        ------
        DataError
            A variable of the scorecard is missing, or holds text where numbers were.

        Warns
        -----
        CaseworkWarning
            Values that training has not seen.
        """
        return self.model.predict(self.binning.select(self.model.variables).transform(frame))

    def variables(self) -> pd.DataFrame:
        """Return a row per variable tried: `variable`, `iv`, `strength`, `bins`, `trend`, `role` (in, or why not)."""
        table = self.binning.variables.reset_index()[["variable", "iv", "strength", "bins", "trend", "missing_share"]]
        why = dict(zip(self.choice.left_out["variable"], self.choice.left_out["reason"], strict=True))
        inside = set(self.model.variables)
        low = mark("too little information")
        table["role"] = [mark("in the scorecard") if x in inside else why.get(x, low) for x in table["variable"]]
        return table

    def classes(self, frame: pd.DataFrame, base: pd.DataFrame, *, bands: int = 10) -> pd.DataFrame:
        """Return the bin of each row in each variable, and first the band of its total score.

        Parameters
        ----------
        frame, base : DataFrame
            Cases; the bands have equal shares of those in `base`.
        bands : int
            2 to 100.

        Raises
        ------
        DataError
            As in `risk`.
        ParameterError
            `bands` is out of its range.
        """
        k = int(check_number("bands", bands, low=2, high=100))
        inside = self.binning.select(self.model.variables)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CaseworkWarning)
            scores, reference = self.card.score(frame), self.card.score(base)
        ends = np.unique(np.quantile(reference, np.arange(1, k) / k))
        found = {TOTAL: _classes(np.searchsorted(ends, scores, "right"), range_labels(ends.tolist()))}
        codes = inside.codes(frame)
        for name in inside.names:
            found[name] = _classes(codes[name].to_numpy(), inside.rules[name].labels)
        return pd.DataFrame(found, index=frame.index)

    def to_frame(self) -> pd.DataFrame:
        """Return the points of every bin."""
        return self.card.to_frame()

    def summary(self) -> str:
        """Say how many variables are in, and which scores the scorecard gives."""
        return tn(
            "The scorecard has {n} variable of {k} that were tried.",
            "The scorecard has {n} variables of {k} that were tried.",
            len(self.model.variables),
            k=len(self.binning.names),
        )


def fit_scorecard(frame: pd.DataFrame, plan: ScorecardPlan, *, confidence: float = 0.95) -> FittedScorecard:
    """Make a scorecard from a table.

    Parameters
    ----------
    frame : DataFrame
        One row per case, with the columns of the plan.
    plan : ScorecardPlan
        What is asked.
    confidence : float
        Between 0 and 1, for the intervals of the coefficients.

    Raises
    ------
    DataError
        As in `bin_variables` and `fit_logit`, or no variable adds enough.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    Weights of evidence are logarithms of good over bad, so every coefficient must be negative in a model of bad; a
    variable whose coefficient would turn stays outside.

    Examples
    --------
    >>> months = [6] * 100 + [18] * 100 + [36] * 100
    >>> bad = [1] * 10 + [0] * 90 + [1] * 25 + [0] * 75 + [1] * 40 + [0] * 60
    >>> made = fit_scorecard(pd.DataFrame({"months": months, "bad": bad}), ScorecardPlan(target="bad"))
    >>> made.risk(pd.DataFrame({"months": [6, 18, 36]})).round(6).tolist()
    [0.1, 0.25, 0.4]
    """
    check_plan(plan)
    binning, choice = learn(frame, plan, confidence=confidence)
    refuse_empty(choice)
    inside = binning.select(choice.model.variables)
    card = scorecard_points(
        inside,
        choice.model.coefficients,
        choice.model.intercept,
        points=plan.points,
        odds=plan.odds,
        pdo=plan.pdo,
        digits=plan.digits,
    )
    notes = (*binning.notes, *choice.notes, *_notes(binning, choice), *_giveaways(frame, binning, plan))
    return FittedScorecard(plan=plan, binning=binning, choice=choice, card=card, notes=notes)


def learn(
    frame: pd.DataFrame, plan: ScorecardPlan, *, confidence: float = 0.95
) -> tuple[BinningResult, StepwiseResult]:
    """Return bins and model without points; the model may be empty."""
    binning = bin_variables(
        frame,
        target=plan.target,
        event=plan.event,
        variables=plan.variables,
        trend=plan.trend,
        max_bins=plan.max_bins,
        min_share=plan.min_share,
        min_events=plan.min_events,
        special=plan.special,
        smoothing=plan.smoothing,
        unseen=plan.unseen,
    )
    tried = [str(name) for name in binning.iv.index[binning.iv.to_numpy() >= plan.least_iv]]
    choice = choose_variables(
        quietly(binning.select(tried), frame),
        plan.outcome(frame),
        evidence=plan.evidence,
        significance=plan.significance,
        sign="any" if plan.evidence == "all" else "negative",
        confidence=confidence,
    )
    return binning, choice


def quietly(binning: BinningResult, frame: pd.DataFrame) -> pd.DataFrame:
    """Return weights of evidence without warnings of values never seen; who calls it counts them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        return binning.transform(frame)


def check_plan(plan: ScorecardPlan) -> None:
    """Check what the methods that a plan is handed to do not check.

    Raises
    ------
    ParameterError
        `least_iv` or `evidence` cannot be used.
    """
    check_number("least_iv", plan.least_iv, low=0)
    check_option("evidence", plan.evidence, Evidence)


def split_last(frame: pd.DataFrame, period: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of all periods but the last, and those of the last.

    Parameters
    ----------
    frame : DataFrame
        One row per case.
    period : str or None
        Column of the period; without one, or with one period only, all rows come first and none comes last.

    Raises
    ------
    DataError
        There is no such column, or a period is missing.

    Examples
    --------
    >>> before, last = split_last(pd.DataFrame({"year": [2023, 2024, 2022]}), "year")
    >>> before["year"].tolist(), last["year"].tolist()
    ([2023, 2022], [2024])
    """
    if period is None:
        return frame, frame.iloc[:0]
    if period not in frame.columns or frame[period].isna().any():
        raise DataError(Problem(period, t("no such column, or cells without a period"), t("a period in each row")))
    is_last = (frame[period] == frame[period].max()).to_numpy()
    return (frame, frame.iloc[:0]) if is_last.all() else (frame[~is_last], frame[is_last])


def _classes(codes: npt.NDArray[Any], labels: Sequence[str]) -> pd.Categorical[Any]:
    """Return labels in the order of the bins; two bins of the same name (a category "missing") get numbers."""
    names = [f"{x} {place}" if labels.count(x) > 1 else x for place, x in enumerate(labels, start=1)]
    return pd.Categorical.from_codes(codes, pd.Index(names, dtype=object), ordered=True)


def _giveaways(frame: pd.DataFrame, binning: BinningResult, plan: ScorecardPlan) -> tuple[str, ...]:
    """Name variables that fell into one bin because they tell the outcome outright: bins of one class were merged."""
    outcome = pd.Series(plan.outcome(frame), index=frame.index)
    found = []
    for name in binning.variables.index[binning.variables["bins"] == 1]:
        column = frame[name]
        if not pd.api.types.is_numeric_dtype(column):
            if column.nunique() > MOST_CATEGORIES:
                continue
            column = column.map(outcome.groupby(column).mean())
        known = column.notna().to_numpy()
        bad = outcome.to_numpy()[known] == 1
        if bad.all() or not bad.any():
            continue
        auc, _ = auc_covariance(bad, column.to_numpy(dtype=np.float64)[known][None, :])
        if abs(auc[0] - 0.5) > GIVEAWAY - 0.5:
            found.append(str(name))
    if not found:
        return ()
    return (t("These variables tell the outcome almost outright, so that no bin holds good and bad cases; they are "
              "not in the scorecard. Were they known before? {names}", names=t(", ").join(found)),)  # fmt: skip


def _notes(binning: BinningResult, choice: StepwiseResult) -> tuple[str, ...]:
    notes = []
    k, rarer = len(choice.model.variables), min(binning.events, binning.n - binning.events)
    if rarer < EVENTS_PER_VARIABLE * k:
        notes.append(t("{bad:,} cases of the rarer class for {k} variables are few: fewer than {rule} for each.",
                       bad=rarer, k=k, rule=EVENTS_PER_VARIABLE))  # fmt: skip
    return tuple(notes)
