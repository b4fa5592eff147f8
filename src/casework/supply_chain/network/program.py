"""A mixed-integer program, put together in blocks and solved by HiGHS, with the proof of how good the answer is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import t

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
LARGEST_COST = 1e6  # costs are scaled to this, so that the currency unit does not meet the solver's tolerances
TIME_LIMIT = 1  # status of scipy.optimize.milp
INFEASIBLE = 2


class InfeasibleError(DataError):
    """No design keeps all conditions."""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """Values of the variables, and how good they are.

    Attributes
    ----------
    levels : ndarray
        One number per variable; integer ones are rounded.
    objective, bound : float
        Cost of the answer, and the cost below which no answer can be.
    seconds : float
        Time taken.
    nodes : int
        Branches looked at.
    proven : bool
        Whether the solver ended by itself, not at the time limit.
    """

    levels: Floats
    objective: float
    bound: float
    seconds: float
    nodes: int
    proven: bool


@dataclass(kw_only=True)
class Program:
    """Blocks of variables and of rows; `solve` minimises the cost."""

    size: int = 0
    height: int = 0
    cost: list[Floats] = field(default_factory=list)
    low: list[Floats] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)
    integer: list[Flags] = field(default_factory=list)
    row: list[Places] = field(default_factory=list)
    column: list[Places] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    row_low: list[Floats] = field(default_factory=list)
    row_high: list[Floats] = field(default_factory=list)

    def variables(
        self,
        cost: Floats,
        *,
        low: float | Floats = 0.0,
        high: float | Floats = np.inf,
        integer: bool = False,
    ) -> Places:
        """Add a variable per cost and return their places."""
        count = len(cost)
        self.cost.append(np.asarray(cost, dtype=float))
        self.low.append(np.broadcast_to(np.asarray(low, dtype=float), count))
        self.high.append(np.broadcast_to(np.asarray(high, dtype=float), count))
        self.integer.append(np.full(count, integer))
        self.size += count
        return np.arange(self.size - count, self.size)

    def rows(
        self,
        count: int,
        *terms: tuple[Places, Places, float | Floats],
        low: float | Floats = -np.inf,
        high: float | Floats = np.inf,
    ) -> None:
        """Add rows; each term gives row numbers from 0, places of variables and coefficients."""
        for row, column, value in terms:
            self.row.append(np.asarray(row) + self.height)
            self.column.append(np.asarray(column))
            self.value.append(np.broadcast_to(np.asarray(value, dtype=float), len(column)))
        self.row_low.append(np.broadcast_to(np.asarray(low, dtype=float), count))
        self.row_high.append(np.broadcast_to(np.asarray(high, dtype=float), count))
        self.height += count

    def matrix(self) -> sparse.csr_matrix:
        """Return the coefficients of all rows."""
        entries = (np.concatenate(self.value), (np.concatenate(self.row), np.concatenate(self.column)))
        return sparse.csr_matrix(entries, shape=(self.height, self.size))


def solve(program: Program, *, time_limit: float, gap: float) -> Solution:
    """Minimise the cost of a program.

    Raises
    ------
    InfeasibleError
        No values keep all rows.
    ParameterError
        Nothing was found within the time limit.
    """
    cost = np.concatenate(program.cost)
    scale = float(np.abs(cost).max(initial=0.0)) / LARGEST_COST or 1.0
    start = time.perf_counter()
    found = milp(
        cost / scale,
        integrality=np.concatenate(program.integer).astype(int),
        bounds=Bounds(np.concatenate(program.low), np.concatenate(program.high)),
        constraints=LinearConstraint(
            program.matrix(), np.concatenate(program.row_low), np.concatenate(program.row_high)
        ),
        options={"time_limit": time_limit, "mip_rel_gap": gap},
    )
    seconds = time.perf_counter() - start
    if found.x is None:
        raise _failure(int(found.status), time_limit)
    levels = np.where(np.concatenate(program.integer), np.round(found.x), found.x)
    objective = float(found.fun) * scale
    bound = objective if found.mip_dual_bound is None else float(found.mip_dual_bound) * scale
    return Solution(
        levels=levels,
        objective=objective,
        bound=bound,
        seconds=seconds,
        nodes=int(found.mip_node_count or 0),
        proven=int(found.status) != TIME_LIMIT,
    )


def _failure(status: int, time_limit: float) -> Exception:
    """Return what to raise where the solver has no answer."""
    if status == TIME_LIMIT:
        found = t("no design was found in {seconds:g} seconds", seconds=time_limit)
        return ParameterError(Problem("time_limit", found, fix=t("Allow more time, or a larger gap.")))
    if status == INFEASIBLE:
        return InfeasibleError(Problem("", t("no design keeps all conditions together")))
    return DataError(Problem("", t("the solver could not handle the numbers"), fix=t("Use units of a similar size.")))


def relative_gap(cost: float, bound: float) -> float:
    """Share of the cost that is not proven to be needed.

    Examples
    --------
    >>> relative_gap(200.0, 190.0), relative_gap(0.0, 0.0)
    (0.05, 0.0)
    """
    return max(0.0, cost - bound) / abs(cost) if cost else max(0.0, cost - bound)
