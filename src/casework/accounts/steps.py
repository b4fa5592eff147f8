"""Steps of a dispute: their outcomes, costs and times, read from a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from casework.accounts.decision import STEP_MARK
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t

ACCEPT, STOP, NOTHING, AGREED, LOST = (
    mark("accept the offer"),
    mark("stop"),
    mark("no agreement"),
    mark("settled"),
    mark("claim dismissed"),
)
MOST_STEPS = 8
SUM_ERROR = 1e-9
COLUMNS = (
    mark("step"), mark("share"), mark("cost"), mark("months"), mark("kept"), mark("binding"), mark("outcome"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a dispute.

    Attributes
    ----------
    name : str
    outcomes : tuple of (str, float, float)
        Name, probability, and share of the claim that the claimant gets; what is missing to 1 is no agreement or, in a
        binding step, a claim that is dismissed.
    cost : float
        Of the side that decides, paid at the start [currency].
    months : float
        Until its outcome.
    kept : float
        Part of the value of the relationship that is left if the dispute ends at this step, 0 to 1.
    binding : bool
        Nothing can follow: there is a decision.
    cost_if_lost : float
        Costs of the other side and the like, where a binding step is lost [currency].
    """

    name: str
    outcomes: tuple[tuple[str, float, float], ...]
    cost: float = 0.0
    months: float = 0.0
    kept: float = 1.0
    binding: bool = False
    cost_if_lost: float = 0.0

    @property
    def chance(self) -> float:
        """Probability of an outcome that ends the dispute with something for the claimant."""
        return float(sum(chance for _, chance, _ in self.outcomes))


def read_steps(table: pd.DataFrame, *, outcomes: pd.DataFrame | None = None, cost: str = "cost") -> tuple[Step, ...]:
    """Read the steps of a dispute from a table.

    Parameters
    ----------
    table : DataFrame
        A row per step in rising harshness: `step`, `chance` (of an agreement or award) and `share` (of the claim that
        it gives), the cost, `months`, `kept` (part of the relationship's value that is left); optional `binding` (true
        or false, default false) and `cost_if_lost` (default 0).
    outcomes : DataFrame, optional
        Several outcomes for a step: `step`, `outcome`, `chance`, `share`. Steps without a row here keep the pair above.
    cost : str
        Column of the cost: those of the two sides differ.

    Returns
    -------
    tuple of Step

    Raises
    ------
    DataError
        A column is missing, a step is unknown, twice there, without a name, or a cell cannot be used: all at once.

    Examples
    --------
    >>> table = pd.DataFrame({"step": ["negotiate", "litigate"], "chance": [0.5, 0.4], "share": [0.6, 1.0],
    ...                       "cost": [1, 20], "months": [1, 24], "kept": [0.9, 0.0], "binding": [False, True]})
    >>> [step.name for step in read_steps(table)]
    ['negotiate', 'litigate']
    """
    wanted = ["step", "chance", "share", cost, "months", "kept"]
    problems = [Problem("steps", t("no column {name}", name=repr(name))) for name in wanted if name not in table]
    if outcomes is not None:
        missing = [name for name in ("step", "outcome", "chance", "share") if name not in outcomes]
        problems += [Problem("outcomes", t("no column {name}", name=repr(name))) for name in missing]
    if problems:
        raise DataError(problems)
    numbers = [name for name in (*wanted[1:], "cost_if_lost") if name in table]
    problems = list(_not_numbers(table, numbers, "steps"))
    own: dict[str, list[tuple[str, float, float]]] = {}
    if outcomes is not None:
        problems += _not_numbers(outcomes, ["chance", "share"], "outcomes")
        known = set(table["step"].astype(str))
        strange = [x for x in outcomes["step"].astype(str).unique() if x not in known]
        problems += [Problem("outcomes", t("{name} is no step", name=repr(name))) for name in strange]
        if not problems:
            for row in outcomes.to_dict("records"):
                own.setdefault(str(row["step"]), []).append(
                    (str(row["outcome"]), float(row["chance"]), float(row["share"]))
                )
    if problems:
        raise DataError(problems)
    steps = tuple(_step(row, own, cost) for row in table.to_dict("records"))
    try:
        check_steps(steps)
    except ParameterError as error:
        raise DataError(error.problems) from None
    return steps


def _step(row: Mapping[Any, Any], own: Mapping[str, Sequence[tuple[str, float, float]]], cost: str) -> Step:
    name = str(row["step"])
    numbers = {key: float(row[key]) for key in ("chance", "share", cost, "months", "kept")}
    return Step(
        name=name,
        outcomes=tuple(own.get(name, [(AGREED, numbers["chance"], numbers["share"])])),
        cost=numbers[cost],
        months=numbers["months"],
        kept=numbers["kept"],
        binding=bool(row.get("binding", False)),
        cost_if_lost=float(row.get("cost_if_lost", 0.0)),
    )


def _not_numbers(table: pd.DataFrame, names: Sequence[str], where: str) -> Iterator[Problem]:
    for name in names:
        values = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64)
        for place in np.flatnonzero(~np.isfinite(values))[:3]:
            row = t("{table}, row {row}, {column}", table=where, row=place + 1, column=name)
            yield Problem(row, repr(table[name].iloc[place]), t("a finite number"))


def check_steps(steps: Sequence[Step]) -> None:
    """Refuse steps that mean nothing.

    Raises
    ------
    ParameterError
        All that is wrong with them at once.
    """
    problems = []
    if not 1 <= len(steps) <= MOST_STEPS:
        problems.append(Problem("steps", str(len(steps)), t("from 1 to {n} steps", n=MOST_STEPS)))
    names = [step.name for step in steps]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            problems.append(Problem("steps", t("{name} occurs twice", name=repr(name))))
        if not name.strip() or name in (ACCEPT, STOP) or STEP_MARK in name:
            problems.append(Problem("steps", repr(name), t("a name of its own")))
    for step in steps:
        problems += _problems(step)
    if problems:
        raise ParameterError(problems)


def _problems(step: Step) -> Iterator[Problem]:
    for name, chance, share in step.outcomes:
        where = f"{step.name}, {name}"
        if not 0 <= chance <= 1:
            yield Problem(where, f"{chance:g}", t("a chance from 0 to 1"))
        if not (np.isfinite(share) and share >= 0):
            yield Problem(where, f"{share:g}", t("a share of the claim, at least 0"))
        if name in (NOTHING, LOST, STOP):
            yield Problem(where, repr(name), t("a name of its own"))
    outcomes = [name for name, _, _ in step.outcomes]
    if twice := sorted({name for name in outcomes if outcomes.count(name) > 1}):
        yield Problem(step.name, t("{name} occurs twice", name=repr(twice[0])))
    if step.chance > 1 + SUM_ERROR:
        yield Problem(step.name, f"{step.chance:g}", t("chances that add up to at most 1"))
    for name, value, high in (("cost", step.cost, np.inf), ("months", step.months, np.inf), ("kept", step.kept, 1.0),
                              ("cost_if_lost", step.cost_if_lost, np.inf)):  # fmt: skip
        if not (np.isfinite(value) and 0 <= value <= high):
            yield Problem(f"{step.name}, {name}", f"{value:g}", t("from 0 to 1") if high == 1 else t("at least 0"))
