"""What earlier disputes teach: how often each step ends one, what it brings, and how sure the best path is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.accounts.decision import STEP_MARK, discount
from casework.accounts.dispute import Dispute, path_words, solve_dispute
from casework.accounts.steps import ACCEPT
from casework.core.checks import check_all, check_fraction, check_whole
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.stats.proportion import wilson_interval

Floats = npt.NDArray[np.float64]
COLUMNS = (
    mark("step"), mark("cases"), mark("settled"), mark("chance"), mark("low"), mark("high"), mark("share"),
    mark("path"), mark("value"), mark("best in"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PathStabilityResult(Result):
    """How sure the best path is, the chances and shares being estimates.

    Attributes
    ----------
    table : DataFrame
        A row per path, the best first: `path`, `value`, `low`, `high` (interval of the value over resampled precedents)
        and `best_in` (part of the resamples in which the path is best).
    resamples : int
    confidence : float
    """

    table: pd.DataFrame
    resamples: int
    confidence: float
    notes: tuple[str, ...] = ()

    def named(self) -> pd.DataFrame:
        """Return the table with the steps of each path in the language in force."""
        table = self.table.copy()
        table["path"] = [path_words(path) for path in table["path"]]
        return table

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say in how many resamples the best path stays the best."""
        first = self.table.iloc[0]
        return t("The best path is so in {x:.0%} of {n:,} resamples of the precedents: {path}.",
                 path=path_words(str(first["path"])), x=first["best_in"], n=self.resamples)  # fmt: skip


def summarise_precedents(precedents: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Estimate for each step how often it ends a dispute, and which part of the claim it brings then.

    Parameters
    ----------
    precedents : DataFrame
        A row per earlier dispute: `step`, `settled` (true or false), `share_recovered` (of the claim, where settled).
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        A row per step in the order of the table: `step`, `cases`, `settled`, `chance` with `low` and `high` (Wilson),
        `share`.

    Raises
    ------
    DataError
        A column is missing, a cell is no truth value or no number, or a settled dispute has no share: all at once.
    ParameterError
        The confidence is out of its range.

    Examples
    --------
    >>> table = pd.DataFrame({"step": ["mediate"] * 4, "settled": [True, True, True, False],
    ...                       "share_recovered": [0.4, 0.5, 0.6, float("nan")]})
    >>> summarise_precedents(table)[["chance", "share"]].iloc[0].round(6).tolist()
    [0.75, 0.5]
    """
    check_fraction("confidence", confidence)
    _check(precedents)
    settled = precedents["settled"].astype(bool)
    share = pd.to_numeric(precedents["share_recovered"]).where(settled)
    groups = precedents["step"].astype(str)
    found = pd.DataFrame({"cases": settled.groupby(groups, sort=False).size(),
                          "settled": settled.groupby(groups, sort=False).sum().astype(int),
                          "share": share.groupby(groups, sort=False).mean()})  # fmt: skip
    found["chance"] = found["settled"] / found["cases"]
    found["low"], found["high"] = wilson_interval(found["settled"], found["cases"], confidence=confidence)
    found["share"] = found["share"].fillna(0.0)
    found = found.rename_axis("step").reset_index()
    return found[["step", "cases", "settled", "chance", "low", "high", "share"]]


def path_stability(
    dispute: Dispute, precedents: pd.DataFrame, *, resamples: int = 2000, confidence: float = 0.95, seed: int = 7
) -> PathStabilityResult:
    """Resample the precedents, and see which path is best each time.

    Parameters
    ----------
    dispute : Dispute
        Its steps are in `precedents`; chances and shares come from there.
    precedents : DataFrame
        As in `summarise_precedents`.
    resamples : int
        100 to 100,000.
    confidence : float
        Between 0 and 1.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    PathStabilityResult

    Raises
    ------
    DataError
        As in `summarise_precedents`, or a step has no precedents.
    ParameterError
        A number is out of its range.

    Notes
    -----
    Bootstrap within each step: the number settled is binomial, and the mean share is that of as many drawn with
    replacement. Costs, times and the value of the relationship stay as they are; see `dispute_leverage` for them.
    """
    check_all(
        lambda: check_whole("resamples", resamples, low=100, high=100_000),
        lambda: check_fraction("confidence", confidence),
    )
    found = summarise_precedents(precedents, confidence=confidence).set_index("step")
    lost = [step.name for step in dispute.steps if step.name not in found.index]
    if lost:
        raise DataError([Problem("precedents", t("no case of the step {name}", name=repr(name))) for name in lost])
    known = replace(dispute, steps=tuple(
        replace(step, outcomes=((step.outcomes[0][0], float(found["chance"][step.name]),
                                 float(found["share"][step.name])),)) for step in dispute.steps))  # fmt: skip
    base = solve_dispute(known).table.set_index("path")["value"]
    chances, shares = _resampled(known, precedents, int(resamples), np.random.default_rng(seed))
    values = path_values(known, list(base.index), chances, shares)
    ends = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2], axis=1)
    wins = np.bincount(values.argmax(axis=0), minlength=len(base)) / resamples
    columns = {"path": base.index, "value": base.to_numpy(), "low": ends[0], "high": ends[1], "best_in": wins}
    return PathStabilityResult(table=pd.DataFrame(columns), resamples=int(resamples), confidence=float(confidence))


def path_values(dispute: Dispute, paths: list[str], chances: Floats, shares: Floats) -> Floats:
    """Value every path for many sets of chances and shares at once.

    Parameters
    ----------
    dispute : Dispute
    paths : list of str
        As in the table of `solve_dispute`.
    chances, shares : ndarray, shape (sets, steps)
        Of an outcome in favour of the claimant, and the part of the claim that it brings.

    Returns
    -------
    ndarray, shape (paths, sets)
    """
    names = [step.name for step in dispute.steps]
    sign = 1.0 if dispute.side == "claimant" else -1.0
    found = np.empty((len(paths), len(chances)))
    for row, path in enumerate(paths):
        if path == ACCEPT:
            found[row] = sign * dispute.offer + dispute.relationship
            continue
        places = [names.index(name) for name in path.split(STEP_MARK)]
        last = dispute.steps[places[-1]]
        end = -last.cost_if_lost if last.binding else sign * dispute.fallback
        later = np.full(len(chances), end + last.kept * dispute.relationship)
        for place in reversed(places):
            step = dispute.steps[place]
            won = sign * shares[:, place] * dispute.claim + step.kept * dispute.relationship
            later = chances[:, place] * won + (1 - chances[:, place]) * later
            later = discount(step.months, dispute.rate) * later - step.cost
        found[row] = later
    return found


def _resampled(
    dispute: Dispute, precedents: pd.DataFrame, resamples: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Chances and mean shares of each step in each resample."""
    chances, shares = np.zeros((2, resamples, len(dispute.steps)))
    groups = precedents["step"].astype(str)
    settled = precedents["settled"].astype(bool)
    for place, step in enumerate(dispute.steps):
        inside = (groups == step.name).to_numpy()
        won = pd.to_numeric(precedents["share_recovered"])[inside & settled.to_numpy()].to_numpy(dtype=np.float64)
        n = int(inside.sum())
        counts = rng.binomial(n, len(won) / n, resamples)
        chances[:, place] = counts / n
        if len(won):
            drawn = rng.choice(won, size=(resamples, len(won)))
            shares[:, place] = drawn.mean(axis=1)
    return chances, shares


def _check(precedents: pd.DataFrame) -> None:
    missing = [name for name in ("step", "settled", "share_recovered") if name not in precedents]
    if missing or precedents.empty:
        problems = [Problem("precedents", t("no column {name}", name=repr(name))) for name in missing]
        raise DataError(problems or Problem("precedents", t("it is empty"), t("at least one case")))
    odd = ~precedents["settled"].isin([True, False]).to_numpy()
    share = pd.to_numeric(precedents["share_recovered"], errors="coerce").to_numpy(dtype=np.float64)
    won = precedents["settled"].isin([True]).to_numpy()
    wrong = won & ~(np.isfinite(share) & (share >= 0))
    problems = []
    if odd.any():
        shown = ", ".join(repr(x) for x in precedents["settled"][odd].head(3))
        problems.append(Problem("settled", shown, t("true or false")))
    if wrong.any():
        n = int(wrong.sum())
        found = tn("{n} settled case without a share", "{n} settled cases without a share", n)
        problems.append(Problem("share_recovered", found, t("a share of the claim, at least 0")))
    if problems:
        raise DataError(problems)
