"""Paths of a dispute: negotiate, mediate, arbitrate, litigate; what each path is worth, and how it can end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from casework.accounts.decision import STEP_MARK, Branch, Chance, Choice, End, Node, Strategy, solve_tree
from casework.accounts.steps import ACCEPT, LOST, NOTHING, STOP, Step, check_steps
from casework.core.checks import check_all, check_number, check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result

Side = Literal["claimant", "respondent"]
STEPS = (mark("negotiate"), mark("mediate"), mark("arbitrate"), mark("litigate"))  # in rising harshness
START = mark("now")
COLUMNS = (
    mark("path"), mark("value"), mark("sd"), mark("worst"), mark("best"), mark("chance of recovery"),
    mark("expected cost"), mark("expected months"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """A dispute as one side sees it.

    Attributes
    ----------
    steps : tuple of Step
        In rising harshness.
    claim : float
        What the claimant asks for [currency].
    offer : float
        What the claimant can have now [currency].
    relationship : float
        Present value of what the two sides would still earn together, for the side that decides [currency].
    fallback : float
        What the claimant gets if the dispute is given up after a step failed [currency].
    rate : float
        Of interest a year.
    skip : bool
        Whether a step can be left out; else the steps are taken in order.
    side : {'claimant', 'respondent'}
        Whose money is counted: what one receives the other pays.
    """

    steps: tuple[Step, ...]
    claim: float
    offer: float = 0.0
    relationship: float = 0.0
    fallback: float = 0.0
    rate: float = 0.0
    skip: bool = False
    side: Side = "claimant"

    def __post_init__(self) -> None:
        """Refuse a dispute that means nothing."""
        names = ("offer", "relationship", "fallback")
        check_all(
            lambda: check_number("claim", self.claim, low=0, low_open=True),
            *(lambda name=name: check_number(name, getattr(self, name), low=0) for name in names),
            lambda: check_number("rate", self.rate, low=-1, low_open=True),
            lambda: check_option("side", self.side, Side),
            lambda: check_steps(self.steps),
        )

    @property
    def tree(self) -> Node:
        """The decision tree of the dispute."""
        return _choice(self, -1)


@dataclass(frozen=True, kw_only=True)
class DisputeResult(Result):
    """What every path of a dispute is worth.

    Attributes
    ----------
    table : DataFrame
        A row per path, the best first: `path` (steps that are taken until one ends the dispute; `accept the offer` for
        none), `value`, `sd`, `worst`, `best` (present value with costs and relationship [currency]),
        `chance_of_recovery` (that the claimant gets something), `expected_cost` [currency, not discounted],
        `expected_months`.
    strategies : tuple of Strategy
        The same with all their ends.
    dispute : Dispute
    """

    table: pd.DataFrame
    strategies: tuple[Strategy, ...]
    dispute: Dispute
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> str:
        """The best path."""
        return str(self.table["path"].iloc[0])

    @property
    def value(self) -> float:
        """What the best path is worth."""
        return float(self.table["value"].iloc[0])

    @property
    def continuing(self) -> pd.Series:
        """The best path other than taking the offer."""
        return self.table[self.table["path"] != ACCEPT].iloc[0]

    def path_value(self, path: str) -> float:
        """Return what a path is worth.

        Raises
        ------
        ParameterError
            There is no such path.
        """
        found = self.table.loc[self.table["path"] == path, "value"]
        if found.empty:
            raise ParameterError(
                Problem("path", repr(path), t("one of {values}", values=", ".join(self.table["path"])))
            )
        return float(found.iloc[0])

    def named(self) -> pd.DataFrame:
        """Return the table with the steps of each path in the language in force."""
        table = self.table.copy()
        table["path"] = [path_words(path) for path in table["path"]]
        return table

    def to_frame(self) -> pd.DataFrame:
        """Return the table of paths."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which path is best, and what the next one is worth."""
        words = {"path": path_words(self.best), "x": self.value, "n": len(self.table)}
        if len(self.table) == 1:
            return t("The only path, {path}, is worth {x:,.0f}.", **words)
        words |= {"next": path_words(str(self.table["path"].iloc[1])), "y": float(self.table["value"].iloc[1])}
        return t("Best of {n} paths: {path}, worth {x:,.0f}; then {next}, worth {y:,.0f}.", **words)


def path_words(path: str) -> str:
    """Return a path with its steps in the language in force.

    Examples
    --------
    >>> path_words("negotiate > mediate")
    'negotiate > mediate'
    """
    return STEP_MARK.join(t(part) if part.strip() else part for part in path.split(STEP_MARK))


def solve_dispute(dispute: Dispute) -> DisputeResult:
    """Value every path of a dispute.

    Parameters
    ----------
    dispute : Dispute
        A path takes some of the steps one after another until one ends the dispute, and gives up after the last.

    Returns
    -------
    DisputeResult

    Notes
    -----
    Probabilities of a step do not depend on the steps before. Costs are paid when a step begins; what is won and the
    relationship that is left count from its end and are discounted. What remains of the relationship depends on the
    last step that was taken: who goes to court and loses has a partner who was sued.

    References
    ----------
    Raiffa (1982), The art and science of negotiation; Victor (2015), Decision tree analysis, Georgia State University
    Law Review 31(4), 715-743.

    Examples
    --------
    To settle for 600 beats a trial that costs 100 and loses 1,000 in half of the cases, 300 in a fifth:

    >>> trial = Step(name="litigate", outcomes=(("large", 0.5, 1.0), ("small", 0.2, 0.3)), cost=100, binding=True)
    >>> found = solve_dispute(Dispute(steps=(trial,), claim=1000, offer=600, side="respondent"))
    >>> found.table[["path", "value"]].round(6).to_numpy().tolist()
    [['accept the offer', -600.0], ['litigate', -660.0]]
    """
    solved = solve_tree(dispute.tree, rate=dispute.rate)
    gains = {_end(step, name) for step in dispute.steps for name, _, share in step.outcomes if share > 0}
    rows = [_row(item, gains, dispute) for item in solved.strategies]
    return DisputeResult(table=pd.DataFrame(rows), strategies=solved.strategies, dispute=dispute, notes=_notes(dispute))


def present_value(yearly: float, *, years: float, rate: float) -> float:
    """Return what a steady income over some years is worth now.

    Parameters
    ----------
    yearly : float
        Income a year [currency], spread evenly.
    years : float
        At least 0.
    rate : float
        Of interest a year, above -1.

    Raises
    ------
    ParameterError
        A number is out of its range.

    Examples
    --------
    >>> round(present_value(100, years=3, rate=0.08), 1), present_value(100, years=3, rate=0)
    (267.9, 300.0)
    """
    check_all(
        lambda: check_number("yearly", yearly),
        lambda: check_number("years", years, low=0),
        lambda: check_number("rate", rate, low=-1, low_open=True),
    )
    return float(yearly * (years if rate == 0 else -np.expm1(-years * np.log1p(rate)) / np.log1p(rate)))


def path_of(strategy: Strategy) -> str:
    """Return the steps of a strategy, in the order in which they are taken."""
    taken = [branch for _, branch in strategy.choices if branch != STOP]
    return STEP_MARK.join(taken)


def _row(item: Strategy, gains: set[str], dispute: Dispute) -> dict[str, object]:
    likely = item.chance > 0
    paid = {ACCEPT: dispute.offer > 0, STOP: dispute.fallback > 0}
    won = np.array([paid.get(name, name in gains) for name in item.ends])
    return {
        "path": path_of(item),
        "value": item.expected,
        "sd": item.sd,
        "worst": float(item.value[likely].min()),
        "best": float(item.value[likely].max()),
        "chance_of_recovery": float(item.chance[won].sum()),
        "expected_cost": float(item.chance @ item.cost),
        "expected_months": float(item.chance @ item.months),
    }


def _choice(dispute: Dispute, last: int) -> Node:
    """Point at which one decides how to go on after the last step taken (-1: before the first)."""
    sign = 1.0 if dispute.side == "claimant" else -1.0
    if last < 0:
        stay = Branch(ACCEPT, End(sign * dispute.offer + dispute.relationship, ACCEPT))
    else:
        left = dispute.steps[last].kept * dispute.relationship
        stay = Branch(STOP, End(sign * dispute.fallback + left, STOP))
    rest = range(last + 1, len(dispute.steps))
    nexts = rest if dispute.skip else rest[:1]
    ways = tuple(Branch(dispute.steps[i].name, _chance(dispute, i), cost=dispute.steps[i].cost) for i in nexts)
    return Choice(START if last < 0 else dispute.steps[last].name, (stay, *ways))


def _chance(dispute: Dispute, place: int) -> Node:
    step = dispute.steps[place]
    sign = 1.0 if dispute.side == "claimant" else -1.0
    left = step.kept * dispute.relationship
    ways = [
        Branch(name, End(sign * share * dispute.claim + left, _end(step, name)), chance, months=step.months)
        for name, chance, share in step.outcomes
    ]
    missing = max(1 - step.chance, 0.0)
    if step.binding:
        ways.append(Branch(LOST, End(left - step.cost_if_lost, LOST), missing, months=step.months))
    else:
        after = _choice(dispute, place)
        if isinstance(after, Choice) and len(after.branches) == 1:
            after = after.branches[0].then
        ways.append(Branch(NOTHING, after, missing, months=step.months))
    return Chance(step.name, tuple(ways))


def _end(step: Step, outcome: str) -> str:
    return f"{step.name}{STEP_MARK}{outcome}"


def _notes(dispute: Dispute) -> tuple[str, ...]:
    idle = [step.name for i, step in enumerate(dispute.steps) if any(s.binding for s in dispute.steps[:i])]
    if idle and not dispute.skip:
        return (t("After a binding step nothing follows: {names} cannot be reached.", names=t(", ").join(idle)),)
    return ()
