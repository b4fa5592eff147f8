"""Single against dual sourcing: what it costs when a supplier fails and the line stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_fraction, check_names, check_number, check_positive, check_whole
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
QUANTILES = (0.5, 0.9, 0.95, 0.99)
SLACK = 1e-9
COLUMNS = (
    mark("strategy"), mark("expected cost"), mark("standard error"), mark("purchase"), mark("holding"), mark("fixed"),
    mark("stoppage"), mark("days stopped"), mark("chance of a stop"), mark("q50"), mark("q90"), mark("q95"),
    mark("q99"), mark("tail mean"), mark("against first"), mark("low"), mark("high"), mark("surge"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Source:
    """A supplier of one part.

    Attributes
    ----------
    name : str
    price : float
        Of a unit [currency/unit].
    failures_per_year : float
        How often the supply breaks down, on average, while it runs [1/year of 365 days].
    days_down : float
        Mean length of a breakdown [days], at least 1; lengths are geometric.
    capacity : float
        Most that can be delivered, as a multiple of the plant's need, once the ramp is over.
    ramp_days : int
        Days from the breakdown of another supplier until more than the usual share comes.
    """

    name: str
    price: float
    failures_per_year: float
    days_down: float
    capacity: float = 1.0
    ramp_days: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers out of their ranges, all at once."""
        check_all(
            lambda: check_number(t("{name}: price", name=self.name), self.price, low=0),
            lambda: check_number(
                t("{name}: failures per year", name=self.name), self.failures_per_year, low=0, high=365
            ),
            lambda: check_number(t("{name}: days down", name=self.name), self.days_down, low=1, unit="days"),
            lambda: check_number(t("{name}: capacity", name=self.name), self.capacity, low=0),
            lambda: check_whole(t("{name}: ramp days", name=self.name), self.ramp_days, low=0),
        )


@dataclass(frozen=True, kw_only=True)
class Plant:
    """A line that stops when a part runs out.

    Attributes
    ----------
    daily_need : float
        Units a day.
    stoppage_cost : float
        Of a whole day without parts [currency/day]; part of a day costs its part.
    holding_cost : float
        Of a unit in stock for a year [currency/unit/year].
    days : int
        Length of the look ahead [days].
    """

    daily_need: float
    stoppage_cost: float
    holding_cost: float = 0.0
    days: int = 365

    def __post_init__(self) -> None:
        """Refuse numbers out of their ranges, all at once."""
        check_all(
            lambda: check_positive("daily_need", self.daily_need),
            lambda: check_number("stoppage_cost", self.stoppage_cost, low=0),
            lambda: check_number("holding_cost", self.holding_cost, low=0),
            lambda: check_whole("days", self.days, low=1, high=3650),
        )


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """Who delivers how much, and how much stock is kept.

    Attributes
    ----------
    name : str
    shares : mapping of source name to float
        Parts of the need in quiet times; they add up to 1. A source with the part 0 stands by.
    cover_days : float
        Safety stock [days of need].
    fixed_cost : float
        Of keeping these suppliers (audits, tools, qualification) over the look ahead [currency].
    """

    name: str
    shares: Mapping[str, float]
    cover_days: float = 0.0
    fixed_cost: float = 0.0

    def __post_init__(self) -> None:
        """Refuse numbers out of their ranges, all at once."""
        parts = [(t("{name}: share of {source}", name=self.name, source=key), x) for key, x in self.shares.items()]
        check_all(
            *(lambda where=where, x=x: check_number(where, x, low=0, high=1) for where, x in parts),
            lambda: check_number(t("{name}: cover days", name=self.name), self.cover_days, low=0, unit="days"),
            lambda: check_number(t("{name}: fixed cost", name=self.name), self.fixed_cost, low=0),
        )  # fmt: skip
        total = float(sum(self.shares.values()))
        if abs(total - 1) > 1e-6:
            where = t("{name}: shares", name=self.name)
            raise ParameterError(Problem(where, t("a sum of {total:g}", total=total), t("parts that add up to 1")))


@dataclass(frozen=True, kw_only=True)
class SourcingResult(Result):
    """Costs of sourcing strategies under the same breakdowns.

    Attributes
    ----------
    table : DataFrame
        A row per strategy: `expected_cost` with `standard_error`, its parts `purchase`, `holding`, `fixed`, `stoppage`
        [currency]; `days_stopped` (expected), `chance_of_a_stop`; quantiles `q50` to `q99` of the cost, `tail_mean`
        (mean of the worst 5 %); difference `against_first` with its paired interval `low` to `high`.
    costs, stopped : DataFrame, shape (replications, strategies)
        Cost [currency] and days without parts of every replication.
    """

    table: pd.DataFrame
    costs: pd.DataFrame
    stopped: pd.DataFrame
    plant: Plant
    replications: int
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    @property
    def cheapest(self) -> str:
        """Name of the strategy with the lowest expected cost."""
        return str(self.table["strategy"].iloc[int(np.argmin(self.table["expected_cost"]))])

    def break_even(self, strategy: str, against: str | None = None) -> float:
        """Return the cost of a day of stoppage from which a strategy is cheaper than another (the first by default).

        Infinite where it does not stop less; 0 where it is cheaper anyway.

        Raises
        ------
        ParameterError
            No such strategy.
        """
        names = self.table["strategy"].tolist()
        against = names[0] if against is None else against
        check_names("strategy", [strategy, against], names)
        rows = self.table.set_index("strategy")
        regular = rows["purchase"] + rows["holding"] + rows["fixed"]
        extra = float(regular[strategy] - regular[against])
        fewer = float(rows["days_stopped"][against] - rows["days_stopped"][strategy])
        if extra <= 0:
            return 0.0 if fewer >= 0 else float("nan")
        return extra / fewer if fewer > 0 else float("inf")

    def summary(self) -> str:
        """Say which strategy costs least, and how often its line stops."""
        best = self.table.iloc[int(np.argmin(self.table["expected_cost"]))]
        words: dict[str, object] = {"name": t(str(best["strategy"])), "c": best["expected_cost"]}
        words |= {"p": best["chance_of_a_stop"], "d": best["days_stopped"]}
        return tn("{name} costs least: {c:,.0f} expected in {n} day, with {d:.2f} days of stoppage and a chance of "
                  "{p:.1%} that the line stops at all.",
                  "{name} costs least: {c:,.0f} expected in {n} days, with {d:.2f} days of stoppage and a chance of "
                  "{p:.1%} that the line stops at all.", self.plant.days, **words)  # fmt: skip


def compare_sourcing(
    sources: Sequence[Source],
    strategies: Sequence[Strategy],
    plant: Plant,
    *,
    common_per_year: float = 0.0,
    replications: int = 4000,
    confidence: float = 0.95,
    seed: int = 1,
) -> SourcingResult:
    """Simulate sourcing strategies day by day under the same breakdowns of their suppliers.

    Parameters
    ----------
    sources : sequence of Source
        Names all different.
    strategies : sequence of Strategy
        At least one; names all different, shares of known sources.
    plant : Plant
    common_per_year : float
        How often one event (flood, port, ban) takes all sources down at once [1/year].
    replications : int
        Looks ahead, 100 to 1,000,000.
    confidence : float
        Of the differences between strategies.
    seed : int
        Of the random numbers.

    Returns
    -------
    SourcingResult

    Raises
    ------
    ParameterError
        A number is out of its range, names repeat or are unknown.

    Notes
    -----
    All sources run on day 1 and stock is full. Each day a running source fails with probability 1 - exp(-rate/365) and
    stays down for a geometric number of days. What a source that is down does not deliver is taken over by the others
    up to their capacity, once the ramp of each is over; the rest comes from stock, then the line stops for the part of
    the day that is missing. What can be delivered beyond the need fills the stock again. Suppliers are paid for what
    they deliver. All strategies see the same breakdowns, so that differences are much more exact than the costs.

    References
    ----------
    Tomlin (2006), On the value of mitigation and contingency strategies for managing supply chain disruption risks,
    Management Science 52, 639-657; Snyder & Shen (2019), chapter 9.

    Examples
    --------
    >>> sources = [Source(name="A", price=10, failures_per_year=2, days_down=10),
    ...            Source(name="B", price=10.5, failures_per_year=2, days_down=10)]
    >>> plans = [Strategy(name="single", shares={"A": 1}), Strategy(name="dual", shares={"A": 0.5, "B": 0.5})]
    >>> found = compare_sourcing(sources, plans, Plant(daily_need=100, stoppage_cost=20_000), replications=500)
    >>> bool(found.table["days_stopped"].iloc[0] > 0), found.table["strategy"].tolist()
    (True, ['single', 'dual'])
    """
    check_all(
        lambda: check_number("common_per_year", common_per_year, low=0, high=365),
        lambda: check_whole("replications", replications, low=100, high=1_000_000),
        lambda: check_fraction("confidence", confidence),
        lambda: check_whole("seed", seed, low=0),
    )
    _check_names(sources, strategies)
    down = simulate_breakdowns(
        sources, plant.days, common_per_year, int(replications), np.random.default_rng(int(seed))
    )
    runs = [_operate(sources, strategy, plant, down) for strategy in strategies]
    names = [item.name for item in strategies]
    stopped = pd.DataFrame({name: run[1] for name, run in zip(names, runs, strict=True)})
    parts = [_costs(strategy, plant, run) for strategy, run in zip(strategies, runs, strict=True)]
    costs = pd.DataFrame({name: sum(part.values()) for name, part in zip(names, parts, strict=True)})
    return SourcingResult(
        table=_table(names, parts, costs, stopped, confidence),
        costs=costs,
        stopped=stopped,
        plant=plant,
        replications=int(replications),
        confidence=confidence,
        notes=_notes(costs, stopped),
    )


def simulate_breakdowns(
    sources: Sequence[Source], days: int, common: float, replications: int, rng: np.random.Generator
) -> Bools:
    """Which sources are down on which day.

    Returns
    -------
    ndarray of bool, shape (days, sources, replications)
    """
    down = np.zeros((days, len(sources), replications), dtype=bool)
    fail = np.array([1 - np.exp(-item.failures_per_year / 365) for item in sources])[:, None]
    mend = np.array([1 / item.days_down for item in sources])[:, None]
    both = 1 - np.exp(-common / 365)
    state = np.zeros((len(sources), replications), dtype=bool)
    for day in range(days):
        draw = rng.random(state.shape)
        state = np.where(state, draw >= mend, draw < fail)
        if both > 0:
            state |= rng.random(replications) < both
        down[day] = state
    return down


def _operate(sources: Sequence[Source], strategy: Strategy, plant: Plant, down: Bools) -> tuple[Floats, Floats, Floats]:
    """Run the days: money paid to suppliers, days stopped, and mean stock [days of need] of each replication."""
    used = [i for i, item in enumerate(sources) if item.name in strategy.shares]
    share = np.array([strategy.shares[sources[i].name] for i in used])[:, None]
    room = np.maximum(np.array([sources[i].capacity for i in used])[:, None] - share, 0)
    ramp = np.array([sources[i].ramp_days for i in used])[:, None]
    price = np.array([sources[i].price for i in used])
    replications = down.shape[2]
    stock = np.full(replications, strategy.cover_days)
    since = np.zeros(replications)
    paid, stopped, held = (np.zeros(replications) for _ in range(3))
    for today in down[:, used]:
        since = np.where(today.any(axis=0) | (stock < strategy.cover_days - SLACK), since + 1, 0)
        usual = np.where(today, 0.0, share)
        wanted = 1 - usual.sum(axis=0) + strategy.cover_days - stock
        extra = _surge(np.where(today | (since <= ramp), 0.0, room), wanted)
        delivered = usual + extra
        stock = stock + delivered.sum(axis=0) - 1
        stopped += np.maximum(-stock, 0)
        stock = np.maximum(stock, 0)
        held += stock
        paid += price @ delivered
    return paid * plant.daily_need, stopped, held / len(down)


def _surge(room: Floats, wanted: Floats) -> Floats:
    """Share what is wanted on top among sources in proportion to their room, at most all of it."""
    total = room.sum(axis=0)
    part = np.divide(np.clip(wanted, 0, total), total, out=np.zeros_like(total), where=total > 0)
    return np.asarray(room * part)


def _costs(strategy: Strategy, plant: Plant, run: tuple[Floats, Floats, Floats]) -> dict[str, Floats]:
    paid, stopped, held = run
    return {
        "purchase": paid,
        "holding": held * plant.daily_need * plant.holding_cost * plant.days / 365,
        "fixed": np.full(len(paid), strategy.fixed_cost),
        "stoppage": stopped * plant.stoppage_cost,
    }


def _table(
    names: list[str], parts: list[dict[str, Floats]], costs: pd.DataFrame, stopped: pd.DataFrame, confidence: float
) -> pd.DataFrame:
    from scipy.special import ndtri

    z, n = float(ndtri((1 + confidence) / 2)), len(costs)
    values = costs.to_numpy()
    difference = values - values[:, :1]
    half = z * difference.std(axis=0, ddof=1) / np.sqrt(n)
    quantiles = np.quantile(values, QUANTILES, axis=0)
    worst = np.sort(values, axis=0)[-max(1, int(np.ceil(0.05 * n))) :]
    table = pd.DataFrame({"strategy": names, "expected_cost": values.mean(axis=0)})
    table["standard_error"] = values.std(axis=0, ddof=1) / np.sqrt(n)
    for name in parts[0]:
        table[name] = [float(part[name].mean()) for part in parts]
    table["days_stopped"] = stopped.to_numpy().mean(axis=0)
    table["chance_of_a_stop"] = (stopped.to_numpy() > SLACK).mean(axis=0)
    for share, row in zip(QUANTILES, quantiles, strict=True):
        table[f"q{share * 100:.0f}"] = row
    table["tail_mean"] = worst.mean(axis=0)
    table["against_first"] = difference.mean(axis=0)
    table["low"], table["high"] = difference.mean(axis=0) - half, difference.mean(axis=0) + half
    return table


def _check_names(sources: Sequence[Source], strategies: Sequence[Strategy]) -> None:
    known = [item.name for item in sources]
    problems = []
    for where, names in (("sources", known), ("strategies", [item.name for item in strategies])):
        if not names:
            problems.append(Problem(where, t("none"), t("at least one")))
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            problems.append(
                Problem(where, t("names that repeat: {names}", names=", ".join(repeated)), t("names of their own"))
            )
    for strategy in strategies:
        lost = [name for name in strategy.shares if name not in known]
        if lost:
            found = t("unknown sources: {names}", names=", ".join(map(str, lost)))
            problems.append(Problem(t("{name}: shares", name=strategy.name), found, ", ".join(known)))
    if problems:
        raise ParameterError(problems)


def _notes(costs: pd.DataFrame, stopped: pd.DataFrame) -> tuple[str, ...]:
    rare = [str(name) for name in stopped if 0 < int((stopped[name] > SLACK).sum()) < 30]
    if not rare:
        return ()
    return (t("The line stops in fewer than 30 of the {n:,} replications with: {names}. Expected stoppage is uncertain "
              "there; simulate more.", n=len(costs), names=t(", ").join(rare)),)  # fmt: skip
