"""The beer game as a plain object: one stage is played, the others follow a policy; the past never changes.

A state is the game's set-up and the orders placed so far. What happened follows from them, so that a state can be kept,
compared and played on from anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_number, check_option
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.supply_chain.bullwhip.chain import Chain, beer_game_chain
from casework.supply_chain.bullwhip.engine import Start
from casework.supply_chain.bullwhip.simulation import check_demand, simulate_path

Customers = Literal["step", "random", "noisy_step"]
START_STOCK, START_FLOW, TAUGHT = 12.0, 4.0, 4
COLUMNS = (mark("policy cost"), mark("policy amplification"))


@dataclass(frozen=True, kw_only=True)
class View:
    """What a player sees at the start of a week, before ordering; nothing of the other stages.

    `week` from 1; `stock`, `backlog`, `incoming`, `received` [units]; `on_order` units ordered and not yet received;
    `cost` so far [currency].
    """

    week: int
    stock: float
    backlog: float
    incoming: float
    received: float
    on_order: float
    cost: float


@dataclass(frozen=True, kw_only=True)
class GameState:
    """A beer game in play.

    Parameters
    ----------
    chain : Chain
        Stages and their policies; that of `role` is used for the comparison at the end only.
    role : str
        The stage that is played.
    demand : tuple of float
        Of the customers in every week [units]; its length is that of the game.
    orders : tuple of float
        Placed by the player so far.
    taught : int
        First weeks in which every stage orders what has flowed so far (4), as on the board; the player's own orders
        count from the week after.
    """

    chain: Chain
    role: str
    demand: tuple[float, ...]
    orders: tuple[float, ...] = ()
    taught: int = TAUGHT

    @property
    def weeks(self) -> int:
        """Length of the game."""
        return len(self.demand)

    @property
    def played(self) -> int:
        """Weeks that are over."""
        return min(self.taught, self.weeks) + len(self.orders)

    @property
    def finished(self) -> bool:
        """Whether all weeks are over."""
        return self.played >= self.weeks

    def step(self, order: float) -> GameState:
        """Place an order and go on to the next week; this state stays as it is.

        Parameters
        ----------
        order : float
            [units], at least 0.

        Raises
        ------
        ParameterError
            The order is negative or not a finite number, or the game is over.
        """
        if self.finished:
            raise ParameterError(
                Problem("order", t("the game is over after {n} weeks", n=self.weeks), fix=t("Start a new game"))
            )
        return replace(self, orders=(*self.orders, check_number("order", order, low=0, unit=t("units"))))

    def view(self) -> View:
        """Return what the player sees now; after the last week, how that week ended."""
        week = min(self.played + 1, self.weeks)
        table = self.history(week)
        now = table.iloc[-1]
        on_order = float(START_FLOW * self._lead_time + table["orders"].iloc[:-1].sum() - table["received"].sum())
        return View(
            week=week,
            stock=max(float(now["net_stock"]), 0.0),
            backlog=float(now["backlog"]),
            incoming=float(now["incoming"]),
            received=float(now["received"]),
            on_order=on_order + (float(now["orders"]) if self.finished else 0.0),
            cost=float(table["cost"].sum()),
        )

    @property
    def _lead_time(self) -> int:
        return self.chain.stages[self.chain.place(self.role)].lead_time

    def history(self, weeks: int | None = None) -> pd.DataFrame:
        """Return what the player has seen of the own stage, a row per week."""
        table = self.everything(weeks)
        return table[table["stage"] == self.role].reset_index(drop=True)

    def everything(self, weeks: int | None = None) -> pd.DataFrame:
        """Return what happened at all stages in the weeks played, as `simulate_path` does."""
        length = self.played if weeks is None else weeks
        return _played(self.chain, self.demand[:length], self.taught, _frozen(self._given())).copy()

    def play_on(self) -> GameState:
        """Let the policy of the role place all orders that are left."""
        state = self
        while not state.finished:
            state = state.step(state.advice())
        return state

    def advice(self) -> float:
        """Return what the role's policy would order now, after the orders placed so far."""
        week = self.played + 1
        table = _played(self.chain, self.demand[:week], self.taught, _frozen(self._given()))
        own = table[table["stage"] == self.role]
        return float(own["orders"].iloc[-1])

    def _given(self) -> dict[int, dict[int, float]]:
        place = self.chain.place(self.role)
        return {week: {place: order} for week, order in enumerate(self.orders, start=self.taught)}

    def result(self) -> GameResult:
        """Return costs and amplification of the weeks played, beside those of the policy on the same demand."""
        return game_result(self)


@dataclass(frozen=True, kw_only=True)
class GameResult(Result):
    """How a game ended, beside the same weeks with the role's policy in the player's place.

    Attributes
    ----------
    stages : DataFrame
        A row per stage: `cost` and `amplification` as played, `policy_cost` and `policy_amplification`.
    weeks : DataFrame
        Orders and net stock of every stage and week.
    """

    stages: pd.DataFrame
    weeks: pd.DataFrame
    demand: tuple[float, ...]
    role: str
    notes: tuple[str, ...] = ()

    @property
    def cost(self) -> float:
        """Cost of all stages as played [currency]."""
        return float(self.stages["cost"].sum())

    @property
    def as_policy(self) -> bool:
        """Whether the game went as the policy would have played it."""
        return bool(np.allclose(self.stages["cost"], self.stages["policy_cost"]))

    @property
    def policy_cost(self) -> float:
        """Cost of all stages with the policy in the player's place [currency]."""
        return float(self.stages["policy_cost"].sum())

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the stages."""
        return self.stages.copy()

    def summary(self) -> str:
        """Say what the game cost, and what it would have cost with the policy."""
        own = self.stages.set_index("stage").loc[self.role]
        if self.as_policy:
            return t(
                "After {n} weeks the {role} has cost {own:,.2f} and the whole chain {all:,.2f}: the policy played.",
                n=len(self.demand),
                role=t(self.role),
                own=own["cost"],
                all=self.cost,
            )
        return t(
            "After {n} weeks the {role} has cost {own:,.2f} (the policy: {policy:,.2f}), the whole chain {all:,.2f} "
            "({rule:,.2f}).",
            n=len(self.demand),
            role=t(self.role),
            own=own["cost"],
            policy=own["policy_cost"],
            all=self.cost,
            rule=self.policy_cost,
        )


def start_game(
    *,
    role: str = "retailer",
    chain: Chain | None = None,
    weeks: int = 36,
    customers: Customers = "step",
    demand: Sequence[float] | None = None,
    seed: int = 7,
    taught: int = TAUGHT,
) -> GameState:
    """Start a beer game.

    Parameters
    ----------
    role : str
        The stage to play, one of the chain's.
    chain : Chain, optional
        By default that of the board, the other stages ordering as players do.
    weeks : int
        Length, at least 1.
    customers : {'step', 'random', 'noisy_step'}
        4 a week and 8 from week 5 on; 4 to 12 at random; or both.
    demand : sequence of float, optional
        Demand of every week, in place of `weeks` and `customers`.
    seed : int
        Of the random demand.
    taught : int
        First weeks in which all stages order 4, at least 0.

    Raises
    ------
    ParameterError
        The role is not a stage, or an argument is out of its range.
    DataError
        `demand` holds what is not a number of at least 0.

    References
    ----------
    Sterman (1989), Management Science 35(3): 36 weeks, 4 a week and 8 from the fifth, stock 12, pipelines of 4.

    Examples
    --------
    The best possible rule in Sterman's experiment cost 46, 50, 54 and 54, 204 in all.

    >>> from casework.supply_chain.bullwhip import Anchoring, beer_game_chain, start_game
    >>> best = [Anchoring(theta=0, alpha=1, beta=1, target=x) for x in (28, 28, 28, 20)]
    >>> result = start_game(chain=beer_game_chain(best)).play_on().result()
    >>> result.stages["cost"].tolist(), result.cost
    ([46.0, 50.0, 54.0, 54.0], 204.0)
    """
    chain = chain or beer_game_chain()
    chain.place(role)
    check_number("weeks", weeks, low=1)
    check_number("taught", taught, low=0)
    check_option("customers", customers, Customers)
    values = check_demand(demand) if demand is not None else _customers(customers, int(weeks), seed)
    return GameState(
        chain=chain, role=role, demand=tuple(float(x) for x in values), taught=min(int(taught), len(values))
    )


def _customers(kind: str, weeks: int, seed: int) -> npt.NDArray[np.float64]:
    step = np.where(np.arange(weeks) < TAUGHT, START_FLOW, 2 * START_FLOW)
    if kind == "step":
        return np.asarray(step)
    drawn = np.random.default_rng(seed).integers(-4, 5, size=weeks).astype(float)
    drawn[:TAUGHT] = 0.0
    return np.asarray(np.maximum((step if kind == "noisy_step" else np.full(weeks, 2 * START_FLOW)) + drawn, 0.0))


def _frozen(given: dict[int, dict[int, float]]) -> tuple[tuple[int, tuple[tuple[int, float], ...]], ...]:
    return tuple((week, tuple(orders.items())) for week, orders in sorted(given.items()))


@lru_cache(maxsize=64)
def _played(
    chain: Chain,
    demand: tuple[float, ...],
    taught: int,
    given: tuple[tuple[int, tuple[tuple[int, float], ...]], ...],
) -> pd.DataFrame:
    """Play weeks with the orders given and the policies for the rest; the board's start."""
    k = len(chain.stages)
    orders: dict[int, dict[int, float]] = {week: dict.fromkeys(range(k), START_FLOW) for week in range(taught)}
    orders |= {week: dict(placed) for week, placed in given}
    start = Start(flow=START_FLOW, inventory=np.full(k, START_STOCK))
    return simulate_path(chain, demand, start=start, given=orders)


def game_result(state: GameState) -> GameResult:
    """Costs and amplification of a game, beside those of the policy on the same demand.

    Raises
    ------
    ParameterError
        No week has been played.
    """
    if not state.played:
        raise ParameterError(Problem("game", t("no week has been played"), t("at least one week")))
    demand = state.demand[: state.played]
    tables = (state.everything(), _played(state.chain, demand, state.taught, ()))
    rows = []
    for name in state.chain.names:
        costs, ratios = zip(*(_stage(table, name, demand) for table in tables), strict=True)
        rows.append({"stage": name, "cost": costs[0], "policy_cost": costs[1], "amplification": ratios[0],
                     "policy_amplification": ratios[1]})  # fmt: skip
    weeks = tables[0][["period", "stage", "orders", "net_stock"]].rename(columns={"period": "week"})
    return GameResult(stages=pd.DataFrame(rows), weeks=weeks, demand=demand, role=state.role)


def _stage(table: pd.DataFrame, name: str, demand: tuple[float, ...]) -> tuple[float, float]:
    own = table[table["stage"] == name]
    spread = float(np.var(demand))
    return float(own["cost"].sum()), float(np.var(own["orders"])) / spread if spread > 0 else float("nan")
