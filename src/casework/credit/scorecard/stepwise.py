"""Which variables belong into the model: one in or out at a time, as long as the evidence pays for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import linalg, stats
from scipy.special import expit

from casework.core.checks import check_fraction, check_option
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.performance.outcomes import check_outcomes
from casework.credit.scorecard.logit import LogitResult, check_design, fit_logit
from casework.stats.logistic import NoFitError, newton, with_intercept

Floats = npt.NDArray[np.float64]
Evidence = Literal["bic", "aic", "lr", "all"]
Sign = Literal["negative", "positive", "any"]
CLOSE = 1e-10  # last squared step of a fit during the search, in units of standard errors
WORTH_A_FIT = 0.5  # a candidate whose score statistic is below this share of what is needed is not fitted
COLUMNS = (
    mark("log likelihood"),
    mark("variables"),
    mark("step"),
    mark("action"),
    mark("enter"),
    mark("leave"),
    mark("likelihood ratio"),
    mark("needed"),
)
REASONS = (mark("adds too little"), mark("wrong sign"), mark("cannot be fitted"))


@dataclass(frozen=True, kw_only=True)
class StepwiseResult(Result):
    """A model that was chosen step by step.

    Attributes
    ----------
    model : LogitResult
        The model at the end.
    steps : DataFrame
        A row per step: `step`, `action` (enter, leave), `variable`, `likelihood_ratio` (twice the change of the log
        likelihood), `needed` (what the evidence asks for), `log_likelihood`, `variables` (how many there are now).
    left_out : DataFrame
        `variable`, `reason` (adds too little, wrong sign, cannot be fitted), `likelihood_ratio` (score statistic at the
        end).
    evidence : str
        bic, aic, lr or all.
    """

    model: LogitResult
    steps: pd.DataFrame
    left_out: pd.DataFrame
    evidence: str
    needed: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the steps."""
        return self.steps.copy()

    def summary(self) -> str:
        """Say how many variables came in and how many stayed outside."""
        inside = len(self.model.variables)
        return tn(
            "{n} of {k} variables is in the model.",
            "{n} of {k} variables are in the model.",
            inside,
            k=inside + len(self.left_out),
        )


@dataclass
class _State:
    """Where the search stands: chosen columns, in the order in which they came, and their fit."""

    chosen: list[int]
    beta: Floats
    covariance: Floats
    log_likelihood: float


def choose_variables(
    x: pd.DataFrame,
    outcome: npt.ArrayLike,
    *,
    evidence: Evidence = "bic",
    significance: float = 0.05,
    sign: Sign = "any",
    confidence: float = 0.95,
) -> StepwiseResult:
    """Choose the variables of a logistic regression by evidence.

    Parameters
    ----------
    x : DataFrame, shape (n, k)
        Numbers without gaps, such as weights of evidence.
    outcome : array_like of 0 and 1, shape (n,)
        1 is bad.
    evidence : {'bic', 'aic', 'lr', 'all'}
        What one more variable must add to twice the log likelihood: ln n, 2, the quantile of a chi-squared at
        `significance`; or take all that can be fitted.
    significance : float
        Level of the likelihood ratio test, between 0 and 1.
    sign : {'any', 'negative', 'positive'}
        Sign that every coefficient must have: weights of evidence (good over bad) ask for a negative one.
    confidence : float
        Between 0 and 1, for the intervals of the coefficients.

    Raises
    ------
    DataError
        See `fit_logit`.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    In each step the candidate with the largest score statistic is fitted; it enters if the likelihood ratio is large
    enough and no sign turns. Then the weakest variable leaves if it no longer pays. The p values of the model at the
    end know nothing of this search: they are too small. Judge by cases that took no part.

    References
    ----------
    Rao (1948), score test; Schwarz (1978), Annals of Statistics 6, 461-464; Hosmer, Lemeshow & Sturdivant (2013),
    Applied logistic regression, section 4.3.
    """
    check_option("evidence", evidence, Evidence)
    check_option("sign", sign, Sign)
    check_fraction("significance", significance)
    bad, _ = check_outcomes(outcome)
    values = check_design(x, len(bad))
    names = [str(name) for name in x.columns]
    y, usable = bad.astype(np.float64), np.flatnonzero(np.ptp(values, axis=0) > 0) if values.size else np.zeros(0, int)
    needed = _needed(evidence, len(y), significance)
    state, steps, refused = _search(values, y, usable.tolist(), needed, sign)
    model = fit_logit(x.iloc[:, state.chosen], bad.astype(int), confidence=confidence)
    left_out = _left_out(values, y, state, names, refused)
    return StepwiseResult(
        model=model,
        steps=_steps_frame(steps, names, needed),
        left_out=left_out,
        evidence=evidence,
        needed=needed,
        notes=(*model.notes, *_notes(left_out)),
    )


def _needed(evidence: str, n: int, significance: float) -> float:
    by_rule = {"bic": float(np.log(n)), "aic": 2.0, "lr": float(stats.chi2.isf(significance, 1)), "all": 0.0}
    return by_rule[evidence]


Step = tuple[str, int, float, float, int]


def _search(
    values: Floats, y: Floats, candidates: list[int], needed: float, sign: str
) -> tuple[_State, list[Step], dict[int, str]]:
    """Enter and leave until nothing pays any more; return the state, the steps and why others were refused."""
    state = _fit(values, y, [], None)
    steps: list[Step] = []
    refused: dict[int, str] = {}
    for _ in range(3 * len(candidates) + 1):
        entered, refused = _enter(values, y, state, candidates, needed, sign)
        if entered is None:
            break
        steps.append(_step("enter", entered.chosen[-1], entered, state))
        state = entered
        while needed > 0 and (left := _leave(values, y, state, needed, sign)) is not None:
            gone = next(j for j in state.chosen if j not in left.chosen)
            steps.append(_step("leave", gone, left, state))
            state = left
        if len(steps) > 1 and steps[-1][:2] == ("leave", entered.chosen[-1]):
            break
    return state, steps, refused


def _step(action: str, column: int, after: _State, before: _State) -> Step:
    change = 2 * (after.log_likelihood - before.log_likelihood)
    return action, column, change, after.log_likelihood, len(after.chosen)


def _fit(values: Floats, y: Floats, chosen: list[int], before: _State | None) -> _State:
    start = np.zeros(len(chosen) + 1)
    if before is None:
        start[0] = np.log(y.mean() / (1 - y.mean()))
    else:
        start[0] = before.beta[0]
        for place, column in enumerate(chosen):
            if column in before.chosen:
                start[place + 1] = before.beta[before.chosen.index(column) + 1]
    beta, covariance, log_likelihood = newton(with_intercept(values[:, chosen]), y, start, enough=CLOSE)
    return _State(chosen, beta, covariance, log_likelihood)


def _enter(
    values: Floats, y: Floats, state: _State, candidates: list[int], needed: float, sign: str
) -> tuple[_State | None, dict[int, str]]:
    """Return the state with the best admissible candidate, or None, and why better ones were refused."""
    refused: dict[int, str] = {}
    others = [j for j in candidates if j not in state.chosen]
    if not others:
        return None, refused
    score = score_statistics(values, y, state.chosen, state.beta, others)
    for place in np.argsort(-score, kind="stable"):
        column = others[place]
        if score[place] < WORTH_A_FIT * needed:
            break
        try:
            found = _fit(values, y, [*state.chosen, column], state)
        except NoFitError:
            refused[column] = "cannot be fitted"
            continue
        if not _signs_hold(found.beta, sign):
            refused[column] = "wrong sign"
        elif 2 * (found.log_likelihood - state.log_likelihood) > needed or needed == 0:
            return found, refused
    return None, refused


def _leave(values: Floats, y: Floats, state: _State, needed: float, sign: str) -> _State | None:
    """Return the state without its weakest variable, where that costs less than it is worth."""
    if not state.chosen:
        return None
    wald = state.beta[1:] ** 2 / np.diag(state.covariance)[1:]
    weakest = int(np.argmin(wald))
    if wald[weakest] > 2 * needed:
        return None
    try:
        found = _fit(values, y, [j for place, j in enumerate(state.chosen) if place != weakest], state)
    except NoFitError:
        return None
    costs = 2 * (state.log_likelihood - found.log_likelihood)
    return found if costs <= needed and _signs_hold(found.beta, sign) else None


def _signs_hold(beta: Floats, sign: str) -> bool:
    if sign == "any":
        return True
    return bool((beta[1:] < 0).all() if sign == "negative" else (beta[1:] > 0).all())


def score_statistics(values: Floats, y: Floats, chosen: list[int], beta: Floats, others: list[int]) -> Floats:
    """Rao's score statistic of each further column, all at once, given the fit of those chosen.

    Returns
    -------
    ndarray, shape (len(others),)
        Chi-squared with one degree of freedom if the column adds nothing; 0 where the chosen determine it.
    """
    inside, outside = with_intercept(values[:, chosen]), values[:, others]
    outside = outside - outside.mean(axis=0)
    p = expit(inside @ beta)
    weight = (p * (1 - p))[:, None]
    gradient = outside.T @ (y - p)
    between = (inside * weight).T @ outside
    own = (outside**2 * weight).sum(axis=0)
    explained = np.einsum("ij,ij->j", between, linalg.solve((inside * weight).T @ inside, between, assume_a="sym"))
    variance = own - explained
    return np.asarray(np.where(variance > 1e-10 * own, gradient**2 / np.maximum(variance, 1e-300), 0.0))


def _steps_frame(steps: list[Step], names: list[str], needed: float) -> pd.DataFrame:
    rows = [
        (place + 1, action, names[column], change, needed, log_likelihood, k)
        for place, (action, column, change, log_likelihood, k) in enumerate(steps)
    ]
    columns = ["step", "action", "variable", "likelihood_ratio", "needed", "log_likelihood", "variables"]
    return pd.DataFrame(rows, columns=columns)


def _left_out(values: Floats, y: Floats, state: _State, names: list[str], refused: dict[int, str]) -> pd.DataFrame:
    others = [j for j in range(len(names)) if j not in state.chosen]
    score = score_statistics(values, y, state.chosen, state.beta, others) if others else np.zeros(0)
    still = {j for j in others if np.ptp(values[:, j]) == 0}
    reasons = ["cannot be fitted" if j in still else refused.get(j, "adds too little") for j in others]
    found = pd.DataFrame({"variable": [names[j] for j in others], "reason": reasons, "likelihood_ratio": score})
    return found.sort_values("likelihood_ratio", ascending=False, kind="stable", ignore_index=True)


def _notes(left_out: pd.DataFrame) -> tuple[str, ...]:
    turned = left_out.loc[left_out["reason"] == "wrong sign", "variable"].tolist()
    if not turned:
        return ()
    return (t("Left out because a coefficient would turn its sign: {names}.", names=t(", ").join(turned)),)


def refuse_empty(result: StepwiseResult) -> None:
    """Refuse a model without a variable.

    Raises
    ------
    DataError
        No variable is in the model.
    """
    if not result.model.variables:
        raise DataError(
            Problem(t("variables"), t("none adds enough to the model"), t("at least one that tells bad from good"),
                    t("Ask for less evidence, or take other variables"))
        )  # fmt: skip
