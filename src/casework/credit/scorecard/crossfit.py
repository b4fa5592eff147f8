"""What a scorecard is worth with cases that it has never seen: it is made anew, bins included, for each fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_fraction, check_number
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.performance.discrimination import auc_covariance, auc_interval
from casework.credit.scorecard.fit import ScorecardPlan, check_plan, learn, quietly

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
COLUMNS = (mark("fold"), mark("repeat"), mark("times chosen"))


@dataclass(frozen=True, kw_only=True)
class CrossFitResult(Result):
    """Risks of cases from scorecards that did not know them.

    Attributes
    ----------
    risk : ndarray, shape (n,)
        Probability of bad, mean over the repeats.
    outcome : ndarray of 0 and 1, shape (n,)
    auc, low, high : float
        Mean area over the folds and its interval; `se` its standard error.
    folds : DataFrame
        A row per fold: `repeat`, `fold`, `n`, `bad`, `auc`, `variables` (how many were chosen), `auc_fitted` (with the
        cases that made the scorecard).
    chosen : DataFrame
        `variable`, `times_chosen` as a share of all folds.
    unseen : int
        Values that a fold's scorecard had never seen.
    """

    risk: Floats
    outcome: Ints
    auc: float
    se: float
    low: float
    high: float
    folds: pd.DataFrame
    chosen: pd.DataFrame
    unseen: int
    confidence: float
    notes: tuple[str, ...] = ()

    @property
    def optimism(self) -> float:
        """Area with the cases that made the scorecard less that with others."""
        return float(self.folds["auc_fitted"].mean()) - self.auc

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the folds."""
        return self.folds.copy()

    def summary(self) -> str:
        """Say the area out of sample and how much the fit flatters."""
        return t(
            "With cases that it has never seen, the scorecard reaches an AUC of {auc:.3f} ({low:.3f} to {high:.3f}); "
            "with those that made it {fitted:.3f}.",
            auc=self.auc,
            low=self.low,
            high=self.high,
            fitted=self.auc + self.optimism,
        )


def cross_fit(
    frame: pd.DataFrame,
    plan: ScorecardPlan,
    *,
    folds: int = 5,
    repeats: int = 1,
    group: str | None = None,
    confidence: float = 0.95,
    seed: int = 7,
) -> CrossFitResult:
    """Make the scorecard anew without each fold, and score the fold with it.

    Parameters
    ----------
    frame : DataFrame
        One row per case.
    plan : ScorecardPlan
        How the scorecard is made; bins, choice of variables and coefficients are all learned without the fold.
    folds : int
        2 to 100; each gets about the same share of bad.
    repeats : int
        How often the folds are drawn, 1 to 1000.
    group : str, optional
        Column whose equal values stay in one fold: a customer with several rows.
    confidence : float
        Between 0 and 1.
    seed : int
        At least 0.

    Raises
    ------
    DataError
        As in `bin_variables`, or too few bad or good cases (or groups) for the folds.
    ParameterError
        An argument is out of its range.

    Notes
    -----
    The area is the mean over the folds, its variance the sum of DeLong's variances of the folds over their squared
    number; that is the interval of LeDell et al. with the areas' exact placements. Repeats make the mean steadier, they
    do not make the cases more: the standard error is the mean of the repeats'.

    References
    ----------
    LeDell, Petersen & van der Laan (2015), Electronic Journal of Statistics 9, 1583-1607.
    """
    check_plan(plan)
    check_fraction("confidence", confidence)
    k = int(check_number("folds", folds, low=2, high=100))
    times = int(check_number("repeats", repeats, low=1, high=1000))
    outcome = plan.outcome(frame)
    owner = _owners(frame, group)
    _check_folds(outcome, owner, k)
    rng = np.random.default_rng(seed)
    risks, rows, chosen, unseen = np.zeros((times, len(frame))), [], [], 0
    for repeat in range(times):
        place = deal(outcome, owner, k, rng)
        for fold in range(k):
            test = place == fold
            found = _fold(frame, plan, outcome, test)
            risks[repeat, test] = found["risk"]
            chosen.append(found["chosen"])
            unseen += found["unseen"]
            rows.append({"repeat": repeat + 1, "fold": fold + 1, **found["row"]})
    table = pd.DataFrame(rows)
    auc = float(table["auc"].mean())
    se = float(np.sqrt(table.groupby("repeat")["variance"].sum()).mean() / k)
    low, high = auc_interval(auc, se, confidence)
    return CrossFitResult(
        risk=risks.mean(axis=0),
        outcome=outcome,
        auc=auc,
        se=se,
        low=low,
        high=high,
        folds=table.drop(columns="variance"),
        chosen=_chosen(chosen),
        unseen=unseen,
        confidence=confidence,
        notes=_notes(unseen),
    )


def deal(outcome: Ints, owner: Ints, folds: int, rng: np.random.Generator) -> Ints:
    """Deal owners out to folds, those with a bad case first and apart from the others, in an order drawn anew.

    Returns
    -------
    ndarray, shape (n,)
        Fold of each row; rows of one owner share it.
    """
    owners = int(owner.max()) + 1
    has_bad = np.bincount(owner, weights=outcome, minlength=owners) > 0
    place = np.empty(owners, dtype=np.int64)
    start = 0
    for members in (np.flatnonzero(has_bad), np.flatnonzero(~has_bad)):
        place[rng.permutation(members)] = (start + np.arange(len(members))) % folds
        start += len(members)
    return place[owner]


def _fold(frame: pd.DataFrame, plan: ScorecardPlan, outcome: Ints, test: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Learn without the rows of `test`, and score them."""
    training, fresh = frame[~test], frame[test]
    binning, choice = learn(training, plan)
    inside = binning.select(choice.model.variables)
    risk = choice.model.predict(quietly(inside, fresh))
    fitted = choice.model.predict(quietly(inside, training))
    auc, covariance = auc_covariance(outcome[test] == 1, risk[None, :])
    auc_fitted, _ = auc_covariance(outcome[~test] == 1, fitted[None, :])
    row = {
        "n": int(test.sum()),
        "bad": int(outcome[test].sum()),
        "auc": float(auc[0]),
        "auc_fitted": float(auc_fitted[0]),
        "variables": len(choice.model.variables),
        "variance": float(covariance[0, 0]),
    }
    return {
        "risk": risk,
        "chosen": choice.model.variables,
        "unseen": int(inside.unseen(fresh)["count"].sum()),
        "row": row,
    }


def _owners(frame: pd.DataFrame, group: str | None) -> Ints:
    if group is None:
        return np.arange(len(frame))
    if group not in frame.columns or frame[group].isna().any():
        raise DataError(Problem(group, t("no such column, or empty cells"), t("a name in each row")))
    return np.asarray(pd.factorize(frame[group])[0], dtype=np.int64)


def _check_folds(outcome: Ints, owner: Ints, folds: int) -> None:
    bad, good = (len(np.unique(owner[outcome == value])) for value in (1, 0))
    if min(bad, good) < 2 * folds:
        raise DataError(
            Problem(t("outcome"), t("{bad} bad and {good} good cases", bad=bad, good=good),
                    t("at least {n} of each for {folds} folds", n=2 * folds, folds=folds),
                    t("Ask for fewer folds, or take more cases"))
        )  # fmt: skip


def _chosen(chosen: list[tuple[str, ...]]) -> pd.DataFrame:
    counts = pd.Series([name for names in chosen for name in names], dtype=object).value_counts()
    found = pd.DataFrame({"variable": counts.index, "times_chosen": counts.to_numpy() / len(chosen)})
    return found.sort_values(["times_chosen", "variable"], ascending=[False, True], ignore_index=True)


def _notes(unseen: int) -> tuple[str, ...]:
    if not unseen:
        return ()
    return (
        tn("{n} value was new to the scorecard of its fold; it counted as neutral.",
           "{n} values were new to the scorecards of their folds; they counted as neutral.", unseen),
    )  # fmt: skip
