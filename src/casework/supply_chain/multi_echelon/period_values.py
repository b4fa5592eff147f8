"""What a period is worth: safety stock with a lead time a period shorter, or customers who wait a period longer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.supply_chain.multi_echelon.guaranteed import cost_of, read_problem
from casework.supply_chain.multi_echelon.tree import TreeProblem, best_times

Floats = npt.NDArray[np.float64]

HEADINGS = (mark("shorter lead time"), mark("longer wait"))
MOST = 40  # stages looked at


@dataclass(frozen=True, kw_only=True)
class PeriodValues(Result):
    """What a period less of lead time, or more of patience, saves in safety stock.

    Attributes
    ----------
    stages : DataFrame
        One row per stage: saving by a lead time that is a period shorter, and by customers who accept a wait that is a
        period longer, stock being placed anew [currency/period]; not a number where there is no lead time or no
        customer.
    cost : float
        Of safety stock as it is [currency/period].
    """

    stages: pd.DataFrame
    cost: float
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> tuple[str, float]:
        """Stage whose lead time is worth most, and what a period of it saves."""
        saved = self.stages["shorter_lead_time"].fillna(0.0)
        return str(self.stages["stage"].iloc[int(saved.argmax())]), float(saved.max())

    def to_frame(self) -> pd.DataFrame:
        """One row per stage."""
        return self.stages.copy()

    def summary(self) -> str:
        """Say where a period less is worth most."""
        name, saved = self.best
        if saved <= 0:
            return t("No shorter lead time saves safety stock.")
        return t("A lead time one period shorter saves most at {name}: {x:,.2f} per period.", name=name, x=saved)


def period_values(
    stages: pd.DataFrame,
    *,
    stage: str = "stage",
    successor: str = "successor",
    lead_time: str = "lead_time",
    holding_cost: str = "holding_cost",
    demand_sd: str = "demand_sd",
    max_service_time: str | None = None,
    inbound_time: str | None = None,
    service_level: float | None = None,
    service_factor: float | None = None,
    pooling: float = 2.0,
    most: int = MOST,
) -> PeriodValues:
    """Compute what a period of every lead time and of every customer's patience is worth.

    Parameters
    ----------
    stages, stage, successor, lead_time, holding_cost, demand_sd, max_service_time, inbound_time
        As in `guaranteed_service`.
    service_level, service_factor, pooling
        As in `guaranteed_service`.
    most : int
        Look only at so many stages, those with the longest lead times, at least 1.

    Returns
    -------
    PeriodValues

    Raises
    ------
    DataError, ParameterError
        As in `guaranteed_service`, or `most` is below 1.

    Notes
    -----
    Savings of several changes do not add up, for stock moves. Stock in process, which shrinks with the lead time
    whatever happens to safety stock, is not counted.

    Examples
    --------
    A shop behind a mill; a deviation of 1, so that safety stock costs holding cost times the root of the time covered:

    >>> table = pd.DataFrame({"stage": ["mill", "shop"], "successor": ["shop", ""], "lead_time": [4, 1],
    ...                       "holding_cost": [1, 2], "demand_sd": [None, 1]})
    >>> found = period_values(table, service_factor=1)
    >>> round(found.cost, 3), found.to_frame()["shorter_lead_time"].round(3).tolist()
    (4.0, [0.268, 2.0])
    """
    check_number("most", most, low=1)
    columns = {"lead_time": lead_time, "holding_cost": holding_cost, "demand_sd": demand_sd, "demand_mean": None,
               "max_service_time": max_service_time, "inbound_time": inbound_time}  # fmt: skip
    problem, read, _, _ = read_problem(stages, stage=stage, successor=successor, links=None, columns=columns,
                                       service_level=service_level, service_factor=service_factor,
                                       pooling=pooling)  # fmt: skip
    places = np.sort(np.argsort(-problem.lead_times, kind="stable")[: int(most)])
    cost = _least(problem)
    customers = ~np.isnan(read.sd)
    table = pd.DataFrame(
        {
            "stage": [problem.network.names[place] for place in places],
            "lead_time": problem.lead_times[places],
            "shorter_lead_time": [_saved(cost, problem, place, shorter=True) for place in places],
            "longer_wait": [
                _saved(cost, problem, place, shorter=False) if customers[place] else np.nan for place in places
            ],
        }
    )
    notes: tuple[str, ...] = ()
    if len(places) < len(problem.lead_times):
        notes = (
            t(
                "Of {m} stages, the {n} with the longest lead times were looked at.",
                m=len(problem.lead_times),
                n=len(places),
            ),
        )
    return PeriodValues(stages=table, cost=cost, notes=notes)


def _least(problem: TreeProblem) -> float:
    return cost_of(problem, best_times(problem))


def _saved(cost: float, problem: TreeProblem, place: int, *, shorter: bool) -> float:
    """Return what a change of one stage saves."""
    if shorter and problem.lead_times[place] == 0:
        return float("nan")
    one = np.zeros(len(problem.lead_times), dtype=np.int64)
    one[place] = 1
    if shorter:
        changed = replace(problem, lead_times=problem.lead_times - one)
    else:
        changed = replace(problem, longest_promise=problem.longest_promise + one)
    return max(0.0, cost - _least(changed))
