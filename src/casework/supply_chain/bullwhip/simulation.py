"""Simulate a serial chain over many replications, with moments that are added up on the way.

Memory does not grow with the number of periods: demand comes in blocks of time, and of every series only sums and sums
of squares are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_fraction, check_number
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.supply_chain.bullwhip.chain import Chain
from casework.supply_chain.bullwhip.closed_forms import is_linear
from casework.supply_chain.bullwhip.demand import Demand
from casework.supply_chain.bullwhip.direct import StagePaths, paths
from casework.supply_chain.bullwhip.engine import Engine, Period, Start, usual_start

Floats = npt.NDArray[np.float64]
CELLS = 2_000_000  # demand cells of a block in memory
CHUNK = 1000  # replications at once
DIRECT_CELLS = 500_000  # demand cells at once where whole paths are computed
LONGEST = 4_000_000  # periods of a path that is computed whole
ROUNDING = 1e-7  # units; an order below it is none
MOMENTS = ("orders_var", "incoming_var", "net_var", "stock", "backlog", "asked", "unmet", "cost")
SHOWN = 60  # periods of the first replication that are kept for the picture

COLUMNS = (mark("stage"), mark("amplification"), mark("low"), mark("high"), mark("step amplification"),
           mark("fill rate"), mark("mean stock"), mark("net stock sd"), mark("net stock amplification"),
           mark("mean backlog"), mark("cost"), mark("cost low"), mark("cost high"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ChainResult(Result):
    """What a simulated chain did.

    Attributes
    ----------
    stages : DataFrame
        A row per stage, downstream first: `amplification` Var(orders)/Var(customers' demand) with its interval
        (`low`, `high`), `step_amplification` Var(orders)/Var(orders received), `fill_rate` share of units delivered
        from stock at once, `mean_stock`, `net_stock_sd` and `mean_backlog` [units], `net_stock_amplification`
        Var(stock less backlog)/Var(demand), `cost` [currency/period] with its interval.
    path : DataFrame
        First periods of the first replication: period, series (`demand` or a stage), orders, net stock.
    periods, replications, warm_up : int
        Periods counted, replications, periods before that are not counted.
    confidence : float
        Of the intervals over replications.
    """

    chain: Chain
    stages: pd.DataFrame
    path: pd.DataFrame
    demand_mean: float
    demand_sd: float
    correlation: float
    periods: int
    replications: int
    warm_up: int
    confidence: float
    notes: tuple[str, ...] = ()

    @property
    def amplification(self) -> float:
        """Var(orders of the last stage)/Var(customers' demand)."""
        return float(self.stages["amplification"].iloc[-1])

    @property
    def cost(self) -> float:
        """Cost of all stages [currency/period]."""
        return float(self.stages["cost"].sum())

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the stages."""
        return self.stages.copy()

    def summary(self) -> str:
        """Say how much the orders of the last stage vary."""
        return t(
            "Orders of the {stage} vary {x:.2f} times as much as the demand of the customers (variances).",
            stage=t(self.chain.names[-1]),
            x=self.amplification,
        )


def simulate_chain(
    chain: Chain,
    demand: Demand,
    *,
    periods: int = 1000,
    replications: int = 100,
    warm_up: int = 100,
    confidence: float = 0.95,
    seed: int = 7,
    chunk: int = CHUNK,
) -> ChainResult:
    """Simulate a serial chain and measure how much orders vary at each stage.

    Parameters
    ----------
    chain : Chain
        Stages with policies, lead times and costs.
    demand : Demand
        Of the customers.
    periods : int
        Periods counted in each replication, at least 2.
    replications : int
        At least 1; with one there are no intervals.
    warm_up : int
        Periods before those counted, at least 0.
    confidence : float
        Of the intervals, between 0 and 1.
    seed : int
        At least 0.
    chunk : int
        Replications in memory at once, at least 1. It changes the memory, not the numbers.

    Returns
    -------
    ChainResult

    Raises
    ------
    ParameterError
        A value is out of its range or not whole.

    Notes
    -----
    The amplification is the ratio of the mean variances over replications; its interval is that of a ratio estimate
    (delta method, Student's t). Where the chain allows no returns, negative demand counts as 0.

    Examples
    --------
    Order-up-to with a moving average of 5 periods and lead time 2: Chen et al. (2000) give 2.12.

    >>> from casework.supply_chain.bullwhip import Demand, MovingAverage, OrderUpTo, serial_chain, simulate_chain
    >>> chain = serial_chain(OrderUpTo(forecast=MovingAverage(window=5)), names=["retailer"], returns=True)
    >>> result = simulate_chain(chain, Demand(mean=100, sd=10), periods=2000, replications=100)
    >>> round(result.amplification, 1)
    2.1
    """
    _check_sizes(periods=(periods, 2), replications=(replications, 1), warm_up=(warm_up, 0), chunk=(chunk, 1),
                 seed=(seed, 0))  # fmt: skip
    check_fraction("confidence", confidence)
    at_once = is_linear(chain) and periods + warm_up <= LONGEST
    step = min(chunk, max(1, DIRECT_CELLS // (periods + warm_up))) if at_once else chunk
    run = _run_at_once if at_once else _run
    tape = _Tape(chain, min(SHOWN, periods))
    parts = [
        run(chain, demand, periods, warm_up, range(first, min(first + step, replications)), seed, tape)
        for first in range(0, replications, step)
    ]
    moments = {name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0]}
    clipped = float(moments["clipped"].sum() / (periods * replications))
    return ChainResult(
        chain=chain,
        stages=_table(chain, moments, confidence),
        path=tape.frame(),
        demand_mean=float(moments["demand_mean"].mean()),
        demand_sd=float(np.sqrt(moments["demand_var"].mean())),
        correlation=demand.correlation,
        periods=periods,
        replications=replications,
        warm_up=warm_up,
        confidence=confidence,
        notes=_notes(replications, clipped),
    )


def simulate_path(
    chain: Chain, demand: Any, *, start: Start | None = None, given: dict[int, dict[int, float]] | None = None
) -> pd.DataFrame:
    """Let a chain meet one given path of demand and return everything that happened.

    Parameters
    ----------
    chain : Chain
        Stages with policies, lead times and costs.
    demand : array-like, shape (n,)
        What customers ask for in each period [units], at least 0.
    start : Start, optional
        By default in balance with the mean of the path.
    given : mapping of period to mapping of place to order, optional
        Orders decided outside, in place of a stage's policy.

    Returns
    -------
    DataFrame, n * stages rows
        period (from 1), stage, incoming, received, shipped, net_stock, backlog, orders, unmet, transit [units], cost
        [currency].

    Raises
    ------
    DataError
        A demand is missing, negative or not a number; all such periods are told.

    Examples
    --------
    A base-stock chain that must give 1219.6088 (see the validation register):

    >>> from casework.supply_chain.bullwhip import BaseStock, Start, serial_chain, simulate_path
    >>> levels = [6.49, 5.53, 10.69]
    >>> chain = serial_chain([BaseStock(level=x) for x in levels], names=["shop", "depot", "plant"],
    ...     shipment_lead_time=[1, 1, 2], holding_cost=[7, 4, 2], backlog_cost=[37.12, 0, 0], transit_cost=[4, 2, 0])
    >>> demand = [5, 4, 6, 5, 7, 3, 5, 6, 8, 2, 5, 5, 4, 6, 9, 5, 5, 3, 4, 6]
    >>> table = simulate_path(chain, demand, start=Start(flow=0, inventory=np.array(levels)))
    >>> print(round(table["cost"].sum(), 4))
    1219.6088
    """
    values = check_demand(demand, negative=chain.returns)
    engine = Engine(chain, start or usual_start(chain, float(values.mean())), 1)
    charge = _Charge(chain)
    rows = []
    for time, value in enumerate(values):
        period = engine.step(np.array([value]), (given or {}).get(time))
        transit = engine.transit()
        columns = (period.incoming, period.received, period.shipped, period.net, np.maximum(-period.net, 0.0),
                   period.orders, period.unmet, transit, charge(period, transit))  # fmt: skip
        rows.append(np.stack([column[:, 0] for column in columns], axis=1))
    names = ["incoming", "received", "shipped", "net_stock", "backlog", "orders", "unmet", "transit", "cost"]
    table = pd.DataFrame(np.concatenate(rows), columns=names)
    table.insert(0, "stage", list(chain.names) * len(values))
    table.insert(0, "period", np.repeat(np.arange(1, len(values) + 1), len(chain.names)))
    return table


def check_demand(demand: Any, *, negative: bool = False, where: str = "demand", least: int = 1) -> Floats:
    """Return demand as numbers.

    Raises
    ------
    DataError
        There are fewer than `least` periods, or some are missing, not numbers, infinite or (unless allowed) negative.
    """
    values = pd.to_numeric(pd.Series(np.asarray(demand).ravel()), errors="coerce").to_numpy(dtype=float)
    wrong = ~np.isfinite(values)
    low = np.zeros_like(wrong) if negative else ~wrong & (values < 0)
    problems = []
    if len(values) < least:
        problems.append(Problem(where, tn("{n} period", "{n} periods", len(values)), t("at least {n}", n=least)))
    for bad, found in ((wrong, mark("missing or not a number")), (low, mark("negative"))):
        if bad.any():
            shown = ", ".join(str(i + 1) for i in np.flatnonzero(bad)[:5])
            problems.append(
                Problem(
                    where,
                    t("{what} in {n} of {total} periods (first: {shown})", what=t(found), n=int(bad.sum()),
                      total=len(values), shown=shown),
                    t("a number of at least 0 in every period"),
                    t("Put the true number of units, 0 where nothing was asked for"),
                )
            )  # fmt: skip
    if problems:
        raise DataError(problems)
    return values


def _check_sizes(**sizes: tuple[Any, int]) -> None:
    problems: list[Problem] = []
    for name, (value, low) in sizes.items():
        try:
            number = check_number(name, value, low=low)
        except ParameterError as error:
            problems += error.problems
            continue
        if not number.is_integer():
            problems.append(Problem(name, f"{number:g}", t("a whole number of at least {low}", low=low)))
    if problems:
        raise ParameterError(problems)


def _run(
    chain: Chain, demand: Demand, periods: int, warm_up: int, which: range, seed: int, tape: _Tape
) -> dict[str, Floats]:
    """Simulate some replications period by period and return their moments."""
    engine = Engine(chain, usual_start(chain, demand.mean), len(which))
    sums = _Sums(chain, len(which), demand.mean)
    block = max(1, CELLS // len(which))
    time = -warm_up
    for values in demand.blocks(
        periods=periods + warm_up, replications=which, seed=seed, block=block, negative=chain.returns
    ):
        for row in values:
            period = engine.step(row)
            if time >= 0:
                sums.add(row, period, engine)
                if which.start == 0 and time < tape.size:
                    tape.add(time, row, period)
            time += 1
    return sums.moments(periods)


def _run_at_once(
    chain: Chain, demand: Demand, periods: int, warm_up: int, which: range, seed: int, tape: _Tape
) -> dict[str, Floats]:
    """Return the moments of some replications of a linear chain, from whole paths."""
    given: dict[str, Any] = {
        "periods": periods + warm_up,
        "block": periods + warm_up,
        "seed": seed,
        "negative": chain.returns,
    }
    values = np.ascontiguousarray(next(demand.blocks(replications=which, **given)).T)
    found = {name: np.zeros((len(chain.stages), len(which))) for name in MOMENTS}
    charge = _Charge(chain)
    for place, series in paths(chain, values, usual_start(chain, demand.mean)):
        counted = StagePaths(*(part[:, warm_up:] for part in series))
        for name, moment in _stage_moments(counted, charge, place).items():
            found[name][place] = moment
        if which.start == 0:
            tape.orders[:, place], tape.net[:, place] = counted.orders[0, : tape.size], counted.net[0, : tape.size]
    sales = values[:, warm_up:]
    if which.start == 0:
        tape.demand[:] = sales[0, : tape.size]
    return found | {"demand_var": sales.var(axis=1, ddof=1), "demand_mean": sales.mean(axis=1),
                    "clipped": (sales == 0).sum(axis=1).astype(float)}  # fmt: skip


def _stage_moments(series: StagePaths, charge: _Charge, place: int) -> dict[str, Floats]:
    stock = np.maximum(series.net, 0.0)
    backlog = stock - series.net
    own = tuple(float(rate[place, 0]) for rate in (charge.holding, charge.backlog, charge.transit, charge.order))
    cost = own[0] * stock.mean(axis=1) + own[1] * backlog.mean(axis=1)
    cost += own[2] * series.transit.mean(axis=1) + own[3] * (series.orders > ROUNDING).mean(axis=1)
    return {
        "orders_var": series.orders.var(axis=1, ddof=1),
        "incoming_var": series.incoming.var(axis=1, ddof=1),
        "net_var": series.net.var(axis=1, ddof=1),
        "stock": stock.mean(axis=1),
        "backlog": backlog.mean(axis=1),
        "asked": np.maximum(series.incoming, 0.0).mean(axis=1),
        "unmet": series.unmet.mean(axis=1),
        "cost": cost,
    }


class _Charge:
    """Cost of a period, shape (stages, replications)."""

    def __init__(self, chain: Chain) -> None:
        names = ("holding_cost", "backlog_cost", "transit_cost", "order_cost")
        self.holding, self.backlog, self.transit, self.order = (
            np.array([[float(getattr(stage, name))] for stage in chain.stages]) for name in names
        )
        self.in_transit = bool((self.transit > 0).any())
        self.lost = chain.unmet == "lost"

    def __call__(self, period: Period, transit: Floats | None) -> Floats:
        late = np.maximum(-period.net, 0.0)
        cost: Floats = self.holding * np.maximum(period.net, 0.0) + self.backlog * late
        if self.lost:
            cost[0] += self.backlog[0] * period.unmet[0]
        if transit is not None:
            cost += self.transit * transit
        if self.order.any():
            cost += self.order * (period.orders > ROUNDING)
        return cost


class _Sums:
    """Sums of one chunk of replications, taken from a reference so that squares do not lose digits."""

    def __init__(self, chain: Chain, n: int, reference: float) -> None:
        k = len(chain.stages)
        self.charge, self.reference = _Charge(chain), reference
        names = ("orders", "orders2", "incoming", "incoming2", "net", "net2", "stock", "asked", "unmet", "cost")
        self.of = {name: np.zeros((k, n)) for name in names}
        self.demand, self.demand2, self.clipped = np.zeros(n), np.zeros(n), np.zeros(n)

    def add(self, demand: Floats, period: Period, engine: Engine) -> None:
        of, centre = self.of, self.reference
        deviation = demand - centre
        self.demand += deviation
        self.demand2 += deviation * deviation
        self.clipped += demand == 0
        for name, values in (("orders", period.orders), ("incoming", period.incoming)):
            deviations = values - centre
            of[name] += deviations
            deviations *= deviations
            of[name + "2"] += deviations
        of["net"] += period.net
        of["net2"] += period.net * period.net
        of["stock"] += np.maximum(period.net, 0.0)
        of["asked"] += np.maximum(period.incoming, 0.0)
        of["unmet"] += period.unmet
        of["cost"] += self.charge(period, engine.transit() if self.charge.in_transit else None)

    def moments(self, periods: int) -> dict[str, Floats]:
        """Means and variances of each replication."""
        of = self.of
        found = {f"{name}_var": _variance(of[name], of[name + "2"], periods) for name in ("orders", "incoming", "net")}
        found |= {name: of[name] / periods for name in ("stock", "asked", "unmet", "cost")}
        found["backlog"] = (of["stock"] - of["net"]) / periods
        found["demand_var"] = _variance(self.demand, self.demand2, periods)
        found["demand_mean"] = self.reference + self.demand / periods
        return found | {"clipped": self.clipped}


class _Tape:
    """The first replication, for the picture."""

    def __init__(self, chain: Chain, size: int) -> None:
        self.size, self.names = size, chain.names
        self.demand, self.orders = np.zeros(size), np.zeros((size, len(chain.names)))
        self.net = np.zeros((size, len(chain.names)))

    def add(self, time: int, demand: Floats, period: Period) -> None:
        self.demand[time], self.orders[time], self.net[time] = demand[0], period.orders[:, 0], period.net[:, 0]

    def frame(self) -> pd.DataFrame:
        times = np.arange(1, self.size + 1)
        first = pd.DataFrame({"period": times, "place": -1, "series": "demand", "units": self.demand})
        others = [
            pd.DataFrame(
                {"period": times, "place": i, "series": name, "units": self.orders[:, i], "net": self.net[:, i]}
            )
            for i, name in enumerate(self.names)
        ]
        return pd.concat([first, *others], ignore_index=True)


def _table(chain: Chain, moments: dict[str, Floats], confidence: float) -> pd.DataFrame:
    demand = moments["demand_var"]
    rows = []
    for i, name in enumerate(chain.names):
        ratio, low, high = ratio_interval(moments["orders_var"][i], demand, confidence)
        cost, cost_low, cost_high = ratio_interval(moments["cost"][i], np.ones_like(demand), confidence)
        step = _ratio(moments["orders_var"][i].mean(), moments["incoming_var"][i].mean())
        asked = moments["asked"][i].sum()
        rows.append(
            {
                "stage": name,
                "amplification": ratio,
                "low": low,
                "high": high,
                "step_amplification": step,
                "fill_rate": 1 - moments["unmet"][i].sum() / asked if asked > 0 else np.nan,
                "mean_stock": moments["stock"][i].mean(),
                "net_stock_sd": np.sqrt(moments["net_var"][i].mean()),
                "net_stock_amplification": _ratio(moments["net_var"][i].mean(), demand.mean()),
                "mean_backlog": moments["backlog"][i].mean(),
                "cost": cost,
                "cost_low": cost_low,
                "cost_high": cost_high,
            }
        )
    return pd.DataFrame(rows)


def _variance(total: Floats, squares: Floats, periods: int) -> Floats:
    return np.asarray((squares - total * total / periods) / (periods - 1))


def _ratio(above: float, below: float) -> float:
    return float(above / below) if below > 0 else float("nan")


def ratio_interval(above: Floats, below: Floats, confidence: float) -> tuple[float, float, float]:
    """Ratio of two means over replications with its interval (delta method, Student's t).

    Parameters
    ----------
    above, below : ndarray, shape (n,)
        A value of each replication.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    ratio, low, high : float
        Ends are nan for a single replication.

    Examples
    --------
    >>> ratio_interval(np.array([2.0, 4.0]), np.array([1.0, 2.0]), 0.95)
    (2.0, 2.0, 2.0)
    """
    from scipy.special import stdtrit

    n, base = len(above), float(below.mean())
    ratio = _ratio(float(above.mean()), base)
    if n < 2 or not base > 0:
        return ratio, float("nan"), float("nan")
    error = float(np.std((above - ratio * below) / base, ddof=1)) / np.sqrt(n)
    half = float(stdtrit(n - 1, (1 + confidence) / 2)) * error
    return ratio, float(ratio - half), float(ratio + half)


def _notes(replications: int, clipped: float) -> tuple[str, ...]:
    notes = []
    if replications < 2:
        notes.append(t("One replication gives no interval: ask for more."))
    if clipped > 0.001:
        notes.append(
            t("In {share:.1%} of the periods demand was 0, mostly because it cannot be negative.", share=clipped)
        )
    return tuple(notes)
