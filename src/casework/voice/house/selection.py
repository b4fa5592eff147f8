"""Which characteristics to work on when the money does not reach for all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.voice.house.matrix import HouseResult
from casework.voice.wording import listing

HEADINGS = (mark("chosen"), mark("importance per cost"))


@dataclass(frozen=True, kw_only=True, eq=False)
class Selection(Result):
    """Characteristics chosen within a budget.

    Attributes
    ----------
    frame : DataFrame, one row per characteristic, most important first
        `relative_sum`, `cost`, `importance_per_cost`, `chosen`.
    budget, cost, importance : float
        What may be spent, what the choice costs, and its share of the importance.
    """

    frame: pd.DataFrame
    budget: float
    cost: float
    importance: float
    notes: tuple[str, ...] = ()

    @property
    def chosen(self) -> list[str]:
        """Names of the chosen characteristics, most important first."""
        return [str(name) for name in self.frame.index[self.frame["chosen"]]]

    def to_frame(self) -> pd.DataFrame:
        """One row per characteristic."""
        return self.frame.copy()

    def summary(self) -> str:
        """Say what is chosen and what it brings."""
        if not self.chosen:
            return t("The budget of {budget:g} reaches for no characteristic.", budget=self.budget)
        return tn(
            "{n} characteristic for {cost:g} of {budget:g} covers {share:.0%} of the importance: {names}.",
            "{n} characteristics for {cost:g} of {budget:g} cover {share:.0%} of the importance: {names}.",
            len(self.chosen),
            cost=self.cost,
            budget=self.budget,
            share=self.importance,
            names=listing(self.chosen),
        )


def select_characteristics(house: HouseResult, *, budget: float, cost: pd.Series[float] | None = None) -> Selection:
    """Choose the characteristics that bring most importance within a budget.

    Parameters
    ----------
    house : HouseResult
        The house.
    budget : float
        What may be spent, at least 0, in the unit of the costs.
    cost : Series, optional
        Cost of working on each characteristic, at least 0; by default that of the house.

    Returns
    -------
    Selection
        The best choice there is (a knapsack, solved exactly).

    Raises
    ------
    DataError
        A characteristic has no cost, or one below 0: all of them at once.
    ParameterError
        The budget is below 0.

    Notes
    -----
    Importance is taken to add up over characteristics; the roof says where it does not.

    Examples
    --------
    Two of middling importance bring more together than the first one alone.

    >>> from casework.voice.house import house_of_quality
    >>> table = pd.DataFrame({"a": [9, 0], "b": [3, 3], "c": [3, 3]}, index=["x", "y"])
    >>> house = house_of_quality(table, importance={"x": 1, "y": 1}, technical={"a": {"cost": 4}, "b": {"cost": 2},
    ...                          "c": {"cost": 2}})
    >>> select_characteristics(house, budget=4).chosen
    ['b', 'c']
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    check_number("budget", budget, low=0)
    prices = _costs(house, cost)
    value = house.characteristics["relative_sum"].to_numpy()
    found = milp(
        -value,
        constraints=LinearConstraint(prices.to_numpy()[None, :], -np.inf, budget),
        integrality=np.ones(len(value)),
        bounds=Bounds(0, 1),
    )
    chosen = found.x > 0.5
    frame = pd.DataFrame(
        {
            "relative_sum": value,
            "cost": prices,
            "importance_per_cost": value / prices.where(prices > 0).to_numpy(),
            "chosen": chosen,
        },
        index=house.characteristics.index,
    ).loc[house.ranking()]
    spent, share = float(prices.to_numpy() @ chosen), float(value @ chosen)
    return Selection(frame=frame, budget=float(budget), cost=spent, importance=share)


def _costs(house: HouseResult, cost: pd.Series[float] | None) -> pd.Series[float]:
    given = house.technical["cost"] if cost is None else pd.to_numeric(cost, errors="coerce").astype(float)
    prices = given.reindex(house.characteristics.index)
    bad = ~(np.isfinite(prices) & (prices >= 0))
    if bad.any():
        raise DataError(
            [
                Problem(t("cost of {name}", name=repr(str(name))), f"{prices[name]:g}", t("a number of at least 0"))
                for name in prices.index[bad]
            ]
        )
    return prices
