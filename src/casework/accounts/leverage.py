"""What would turn a dispute around: break-even chances, one change at a time, and sums to settle for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.accounts.decision import strategies
from casework.accounts.dispute import Dispute, DisputeResult, path_of, path_words
from casework.accounts.steps import Step
from casework.core.checks import check_number, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
TIE = 1e-9
MOST_NAMED = 2
COLUMNS = (
    mark("input"), mark("low"), mark("high"), mark("value at low"), mark("value at high"), mark("path at low"),
    mark("path at high"), mark("swing"), mark("turns"), mark("chance"), mark("from"), mark("to"), mark("path"),
    mark("limit"), mark("sum"),
)  # fmt: skip
WORDS = {
    "claim": mark("sum claimed"),
    "offer": mark("offer"),
    "relationship": mark("value of the relationship"),
    "rate": mark("rate of interest"),
}
PARTS = {
    "chance": mark("{step}: chance"),
    "share": mark("{step}: share of the claim"),
    "cost": mark("{step}: cost"),
    "months": mark("{step}: months"),
}


@dataclass(frozen=True, kw_only=True)
class BreakEvenResult(Result):
    """Which path is best for every chance of a step.

    Attributes
    ----------
    table : DataFrame
        Ranges of the chance (`from`, `to`) with the `path` that is best there.
    lines : DataFrame
        Value of each path at chance 0 and at 1; between them it is a straight line. Index: path.
    step : str
    now : float
        The chance as it stands.
    """

    table: pd.DataFrame
    lines: pd.DataFrame
    step: str
    now: float
    notes: tuple[str, ...] = ()

    @property
    def nearest(self) -> float | None:
        """The break-even chance that is nearest to the chance now, or None where one path is best for all."""
        edges = self.table["from"].to_numpy()[1:]
        return float(edges[np.argmin(np.abs(edges - self.now))]) if len(edges) else None

    def to_frame(self) -> pd.DataFrame:
        """Return the ranges."""
        return self.table.copy()

    def summary(self) -> str:
        """Say where the best path changes."""
        if self.nearest is None:
            return t("{path} is best for every chance of the step {step}.", step=t(self.step),
                     path=path_words(str(self.table["path"].iloc[0])))  # fmt: skip
        return t("The best path changes where the chance of the step {step} is {x:.0%}; it is {now:.0%} now.",
                 step=t(self.step), x=self.nearest, now=self.now)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LeverageResult(Result):
    """Value of the best path with one input changed at a time, the largest swing first.

    Attributes
    ----------
    table : DataFrame
        `input` (`claim`, or step and part), `low`, `high`, `value_at_low`, `value_at_high`, `path_at_low`,
        `path_at_high`, `swing`, `turns` (the best path changes).
    value : float
        With nothing changed.
    best : str
        Path with nothing changed.
    """

    table: pd.DataFrame
    value: float
    best: str
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what matters most and what turns the decision."""
        first = self.table.iloc[0]
        turning = [input_words(str(x)) for x in self.table.loc[self.table["turns"], "input"]]
        words = {"name": input_words(str(first["input"])), "x": first["swing"], "n": len(self.table)}
        if not turning:
            return t("What moves the value most is {name}, by {x:,.0f}; none of the {n} inputs turns the choice of the "
                     "path.", **words)  # fmt: skip
        words |= {"k": len(turning), "names": t(", ").join(turning[:MOST_NAMED])}
        return t("What moves the value most is {name}, by {x:,.0f}; {k} of the {n} inputs turn the choice of the path, "
                 "first of all: {names}.", **words)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SettlementResult(Result):
    """Sums for which both sides would rather settle now than go on.

    Attributes
    ----------
    low : float
        Least that the claimant would take [currency].
    high : float
        Most that the defendant would pay.
    path : str
        What the claimant would do otherwise.
    claim : float
    offer : float
    """

    low: float
    high: float
    path: str
    claim: float
    offer: float
    notes: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether there is such a sum, of at least 0."""
        return max(self.low, 0.0) <= self.high

    @property
    def gain(self) -> float:
        """What the two save together by settling now."""
        return self.high - self.low

    def to_frame(self) -> pd.DataFrame:
        """Return the limits."""
        names = (mark("least that the claimant would take"), mark("most that the defendant would pay"), mark("offer"))
        return pd.DataFrame({"limit": names, "sum": [self.low, self.high, self.offer]})

    def summary(self) -> str:
        """Say for which sums both are better off."""
        words = {"low": max(self.low, 0.0), "high": self.high, "path": path_words(self.path)}
        if self.exists:
            return t("Rather than {path}, both sides gain if they settle now for a sum from {low:,.0f} to {high:,.0f}.",
                     **words)  # fmt: skip
        return t("There is no sum for which both sides would rather settle now than {path}: the claimant asks for at "
                 "least {low:,.0f}, the defendant pays at most {high:,.0f}.", **words)  # fmt: skip


def break_even(dispute: Dispute, step: str) -> BreakEvenResult:
    """Find for every chance of a step which path is best.

    Parameters
    ----------
    dispute : Dispute
    step : str
        Name of a step; its outcomes keep their ratio while their sum, the chance, goes from 0 to 1.

    Returns
    -------
    BreakEvenResult

    Raises
    ------
    ParameterError
        There is no such step.

    Notes
    -----
    No path takes a step twice, so that the value of each is a straight line in the chance; the best is their upper
    envelope, and break-even chances are exact.

    Examples
    --------
    A claim of 1,000, 400 offered, a trial for 100: it pays from a chance of one half on.

    >>> trial = Step(name="litigate", outcomes=(("won", 0.6, 1.0),), cost=100, binding=True)
    >>> found = break_even(Dispute(steps=(trial,), claim=1000, offer=400), "litigate")
    >>> round(found.nearest, 6)
    0.5
    """
    names = [item.name for item in dispute.steps]
    if step not in names:
        raise ParameterError(Problem("step", repr(step), fix=suggest(step, names)))
    own = dispute.steps[names.index(step)]
    ends = [_values(_with_step(dispute, step, _with_chance(own, x))) for x in (0.0, 1.0)]
    paths = list(ends[0])
    left, right = (np.array([end[path] for path in paths]) for end in ends)
    return BreakEvenResult(
        table=_envelope(paths, left, right),
        lines=pd.DataFrame({"at_0": left, "at_1": right}, index=pd.Index(paths, name="path")),
        step=step,
        now=own.chance,
    )


def dispute_leverage(dispute: Dispute, *, swing: float = 0.2, rate_swing: float = 0.05) -> LeverageResult:
    """Change one input at a time, and see what the best path is worth then.

    Parameters
    ----------
    dispute : Dispute
    swing : float
        Part by which inputs go down and up, above 0, below 1; chances and shares stay at most 1.
    rate_swing : float
        By which the rate of interest goes down (to 0 at least) and up.

    Returns
    -------
    LeverageResult

    Raises
    ------
    ParameterError
        A number out of its range.
    """
    part = check_number("swing", swing, low=0, high=1, low_open=True, high_open=True)
    step = check_number("rate_swing", rate_swing, low=0)
    base = _best(dispute)
    rows = []
    for name, low, high, changed in _changes(dispute, part, step):
        (low_path, low_value), (high_path, high_value) = (_best(item) for item in changed)
        rows.append({"input": name, "low": low, "high": high, "value_at_low": low_value, "value_at_high": high_value,
                     "path_at_low": low_path, "path_at_high": high_path, "swing": abs(high_value - low_value),
                     "turns": {low_path, high_path} != {base[0]}})  # fmt: skip
    table = pd.DataFrame(rows).sort_values("swing", ascending=False, kind="stable", ignore_index=True)
    return LeverageResult(table=table, value=base[1], best=base[0])


def settlement_range(claimant: DisputeResult, respondent: DisputeResult) -> SettlementResult:
    """Find the sums for which both sides would rather settle now.

    Parameters
    ----------
    claimant, respondent : DisputeResult
        The same dispute seen by the two sides: each with its own costs and its own value of the relationship.

    Returns
    -------
    SettlementResult

    Raises
    ------
    ParameterError
        The sides are not a claimant and a respondent, or they do not know the same paths.

    Notes
    -----
    The claimant decides: without a settlement it takes its best path. Settling now keeps the whole relationship.

    References
    ----------
    Raiffa (1982), The art and science of negotiation, chapter 4 (zone of agreement).

    Examples
    --------
    >>> from casework.accounts.dispute import solve_dispute
    >>> trial = Step(name="litigate", outcomes=(("won", 0.5, 1.0),), cost=100, binding=True)
    >>> sides = [solve_dispute(Dispute(steps=(trial,), claim=1000, side=side)) for side in ("claimant", "respondent")]
    >>> found = settlement_range(*sides)
    >>> found.low, found.high
    (400.0, 600.0)
    """
    sides = (claimant.dispute.side, respondent.dispute.side)
    if sides != ("claimant", "respondent"):
        raise ParameterError(Problem("side", t(", ").join(sides), t("a claimant, then the other side")))
    path = str(claimant.continuing["path"])
    low = float(claimant.continuing["value"]) - claimant.dispute.relationship
    high = respondent.dispute.relationship - respondent.path_value(path)
    return SettlementResult(low=low, high=high, path=path, claim=claimant.dispute.claim, offer=claimant.dispute.offer)


def input_words(name: str) -> str:
    """Return the name of an input of the table of `dispute_leverage` in the language in force.

    Examples
    --------
    >>> input_words("mediate: cost"), input_words("relationship")
    ('mediate: cost', 'value of the relationship')
    """
    if name in WORDS:
        return t(WORDS[name])
    step, _, part = name.rpartition(": ")
    return t(PARTS[part], step=t(step)) if part in PARTS and step.strip() else name


def _values(dispute: Dispute) -> dict[str, float]:
    return {path_of(item): item.expected for item in strategies(dispute.tree, rate=dispute.rate)}


def _best(dispute: Dispute) -> tuple[str, float]:
    values = _values(dispute)
    path = max(values, key=lambda name: values[name])
    return path, values[path]


def _with_step(dispute: Dispute, name: str, changed: Step) -> Dispute:
    return replace(dispute, steps=tuple(changed if item.name == name else item for item in dispute.steps))


def _with_chance(step: Step, chance: float) -> Step:
    """Step whose outcomes have this probability together, in the ratio that they had."""
    whole, n = step.chance, len(step.outcomes)
    found = tuple((name, chance * (p / whole if whole > 0 else 1 / n), share) for name, p, share in step.outcomes)
    return replace(step, outcomes=found)


def _envelope(paths: list[str], left: Floats, right: Floats) -> pd.DataFrame:
    """Ranges in which each line is the highest: only crossings with the best line so far can end its range."""
    rows, start = [], 0.0
    slope = right - left
    best = int(np.lexsort((-slope, -left))[0])
    while True:
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = (left - left[best]) / (slope[best] - slope)
        later = np.where((slope > slope[best] + TIE) & (cross > start + TIE), cross, np.inf)
        end = float(min(later.min(), 1.0))
        rows.append({"from": start, "to": end, "path": paths[best]})
        if end >= 1:
            return pd.DataFrame(rows)
        meeting = np.flatnonzero(later <= end + TIE)
        start, best = end, int(meeting[np.argmax(slope[meeting])])


def _changes(dispute: Dispute, part: float, step: float) -> Iterator[tuple[str, float, float, tuple[Dispute, Dispute]]]:
    """Every input with its two values and the disputes that they make."""
    for name in ("claim", "offer", "relationship"):
        value = float(getattr(dispute, name))
        if value > 0:
            yield _pair(dispute, name, name, value * (1 - part), value * (1 + part))
    yield _pair(dispute, "rate", "rate", max(dispute.rate - step, min(dispute.rate, 0.0)), dispute.rate + step)
    for item in dispute.steps:
        for part_name, low, high, changed in _step_changes(item, part):
            pair = (_with_step(dispute, item.name, changed[0]), _with_step(dispute, item.name, changed[1]))
            yield f"{item.name}: {part_name}", low, high, pair


def _pair(
    dispute: Dispute, label: str, name: str, low: float, high: float
) -> tuple[str, float, float, tuple[Dispute, Dispute]]:
    below: dict[str, Any] = {name: low}
    above: dict[str, Any] = {name: high}
    return label, low, high, (replace(dispute, **below), replace(dispute, **above))


def _step_changes(step: Step, part: float) -> Iterator[tuple[str, float, float, tuple[Step, Step]]]:
    """Part of a step, its two values, and the steps that they make."""
    chance, down, up = step.chance, 1 - part, 1 + part
    mean = sum(p * share for _, p, share in step.outcomes) / chance if chance > 0 else 0.0
    if chance > 0:
        low, high = chance * down, min(chance * up, 1.0)
        yield "chance", low, high, (_with_chance(step, low), _with_chance(step, high))
    if mean > 0:
        yield "share", mean * down, mean * up, (_with_shares(step, down), _with_shares(step, up))
    if step.cost > 0:
        pair = (replace(step, cost=step.cost * down), replace(step, cost=step.cost * up))
        yield "cost", step.cost * down, step.cost * up, pair
    if step.months > 0:
        pair = (replace(step, months=step.months * down), replace(step, months=step.months * up))
        yield "months", step.months * down, step.months * up, pair


def _with_shares(step: Step, factor: float) -> Step:
    return replace(step, outcomes=tuple((name, p, share * factor) for name, p, share in step.outcomes))
