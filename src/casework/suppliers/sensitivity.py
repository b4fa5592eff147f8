"""What would turn a sourcing decision around: one lever at a time, from its lowest to its highest value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_all, check_number, check_option
from casework.core.errors import InputError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.suppliers.disruption import Plant, Source, SourcingResult, Strategy, compare_sourcing

LeverKind = Literal["failures_per_year", "days_down", "price", "capacity", "ramp_days", "stoppage_cost",
                    "holding_cost", "daily_need", "fixed_cost", "cover_days"]  # fmt: skip
OF_SOURCE = ("failures_per_year", "days_down", "price", "capacity", "ramp_days")
OF_PLANT = ("stoppage_cost", "holding_cost", "daily_need")
PRICED = ("stoppage_cost", "fixed_cost", "holding_cost")  # what happens does not depend on them
STRAIGHT = ("price", "stoppage_cost", "holding_cost", "fixed_cost")  # costs are straight lines in them
COLUMNS = (mark("lever"), mark("base"), mark("cheapest at low"), mark("cheapest at high"), mark("advantage at low"),
           mark("advantage at high"), mark("swing"), mark("break even"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One number of a sourcing decision, and how far it may be off.

    Attributes
    ----------
    kind : str
        `failures_per_year`, `days_down`, `price`, `capacity`, `ramp_days` of a source; `stoppage_cost`,
        `holding_cost`, `daily_need` of the plant; `fixed_cost`, `cover_days` of a strategy.
    low, high : float
        Ends of its range.
    of : str
        Name of the source or the strategy; a strategy's number without a name is that of every strategy that has it.
    name : str
        How it is called in tables and pictures; the kind by default.
    """

    kind: LeverKind
    low: float
    high: float
    of: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        """Refuse a kind that there is not, and ends in the wrong order."""
        check_all(
            lambda: check_option("kind", self.kind, LeverKind),
            lambda: check_number("low", self.low),
            lambda: check_number("high", self.high),
        )
        if not self.low < self.high:
            raise ParameterError(Problem("low", f"{self.low:g}", t("below the upper end, {x:g}", x=self.high)))

    @property
    def label(self) -> str:
        """Name that is shown."""
        return self.name or self.kind.replace("_", " ")


@dataclass(frozen=True, kw_only=True)
class SensitivityResult(Result):
    """A decision against the levers that it depends on.

    Attributes
    ----------
    table : DataFrame
        A row per lever, the one that moves the decision most first: `base`, `low`, `high`; `cheapest_at_low` and
        `cheapest_at_high`; the advantage of the decision over the best other strategy at both ends [currency]
        (negative: another one is cheaper); `swing` between them; `break_even`, the value nearest to the base at which
        the decision turns (not a number where it does not).
    decision : str
        The strategy that is cheapest at the base values.
    advantage : float
        How much cheaper it is than the next one [currency].
    """

    table: pd.DataFrame
    decision: str
    runner_up: str
    advantage: float
    base: SourcingResult
    notes: tuple[str, ...] = ()

    @property
    def turning(self) -> list[str]:
        """Levers that turn the decision inside their range."""
        turned = self.table[["advantage_at_low", "advantage_at_high"]].min(axis=1) < 0
        return [str(name) for name in self.table.loc[turned, "lever"]]

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what would turn the decision around."""
        words = {"name": t(self.decision), "x": self.advantage}
        if not self.turning:
            return tn("{name} stays the cheapest over the whole range of {n} lever, by {x:,.0f} at the base values.",
                      "{name} stays the cheapest over the whole range of each of {n} levers, by {x:,.0f} at the base "
                      "values.", len(self.table), **words)  # fmt: skip
        return t("{name} is the cheapest by {x:,.0f} at the base values; what can turn that around: {levers}.",
                 levers=t(", ").join(t(name) for name in self.turning), **words)  # fmt: skip


def sourcing_sensitivity(
    sources: Sequence[Source],
    strategies: Sequence[Strategy],
    plant: Plant,
    *,
    levers: Sequence[Lever],
    common_per_year: float = 0.0,
    replications: int = 1000,
    seed: int = 1,
) -> SensitivityResult:
    """Move one lever at a time to both ends of its range and see whether the decision stays.

    Parameters
    ----------
    sources, strategies, plant, common_per_year, replications, seed
        As in `compare_sourcing`; at least 2 strategies.
    levers : sequence of Lever
        At least one; names all different.

    Returns
    -------
    SensitivityResult

    Raises
    ------
    ParameterError
        A lever is of an unknown source or strategy, an end of its range is not allowed there, names repeat, or there
        are fewer than 2 strategies; all problems at once.

    Notes
    -----
    All runs see the same random numbers. Expected costs are straight lines in prices and in costs of stoppage, stock
    and upkeep, so that their break-even is that of the simulation, even outside the range; that of other levers is read
    off the lines between low, base and high, and only inside the range.

    References
    ----------
    Clemen & Reilly (2014), Making hard decisions, chapter 5 (tornado diagrams).

    Examples
    --------
    >>> sources = [Source(name="A", price=10, failures_per_year=2, days_down=10),
    ...            Source(name="B", price=10.5, failures_per_year=2, days_down=10)]
    >>> plans = [Strategy(name="single", shares={"A": 1}), Strategy(name="dual", shares={"A": 0.5, "B": 0.5})]
    >>> plant = Plant(daily_need=100, stoppage_cost=20_000)
    >>> lever = Lever(kind="stoppage_cost", low=0, high=40_000)
    >>> found = sourcing_sensitivity(sources, plans, plant, levers=[lever], replications=500)
    >>> found.decision, found.turning, bool(0 < found.table["break_even"].iloc[0] < 20_000)
    ('dual', ['stoppage cost'], True)
    """
    runs = {"replications": replications, "common_per_year": common_per_year, "seed": seed}
    if len(strategies) < 2:
        raise ParameterError(Problem("strategies", f"{len(strategies)}", t("at least 2")))
    base = compare_sourcing(sources, strategies, plant, **runs)  # type: ignore[arg-type]
    ends = _ends(sources, strategies, plant, levers)
    costs = _expected(base)
    ranked = costs.sort_values(kind="stable")
    rows = []
    for lever, moved in zip(levers, ends, strict=True):
        low, high = (
            _priced(lever, x, base, strategies)
            if _is_priced(lever, plant)
            else _expected(compare_sourcing(*world, **runs))  # type: ignore[arg-type]
            for x, world in zip((lever.low, lever.high), moved, strict=True)
        )
        rows.append(_row(lever, _base_value(lever, sources, strategies, plant), low, costs, high))
    table = pd.DataFrame(rows).sort_values("swing", ascending=False, kind="stable", ignore_index=True)
    return SensitivityResult(
        table=table,
        decision=str(ranked.index[0]),
        runner_up=str(ranked.index[1]),
        advantage=float(ranked.iloc[1] - ranked.iloc[0]),
        base=base,
    )


def _is_priced(lever: Lever, plant: Plant) -> bool:
    return lever.kind in PRICED and (lever.kind != "holding_cost" or plant.holding_cost > 0)


def _expected(result: SourcingResult) -> pd.Series:
    return result.table.set_index("strategy")["expected_cost"]


def _priced(lever: Lever, x: float, base: SourcingResult, strategies: Sequence[Strategy]) -> pd.Series:
    """Return expected costs where only a price of the plant or an upkeep differs: what happens stays the same."""
    rows = base.table.set_index("strategy")
    if lever.kind == "stoppage_cost":
        return rows["expected_cost"] - rows["stoppage"] + rows["days_stopped"] * x
    if lever.kind == "fixed_cost":
        meant = np.array([_meant(lever, item) for item in strategies])
        return rows["expected_cost"] + np.where(meant, x - rows["fixed"], 0.0)
    return rows["expected_cost"] + rows["holding"] * (x / base.plant.holding_cost - 1)


World = tuple[list[Source], list[Strategy], Plant]


def _ends(
    sources: Sequence[Source], strategies: Sequence[Strategy], plant: Plant, levers: Sequence[Lever]
) -> list[list[World]]:
    """Both worlds of every lever, or all that is wrong with the levers."""
    names = [lever.label for lever in levers]
    repeated = sorted({name for name in names if names.count(name) > 1})
    problems = [Problem("levers", t("names that repeat: {names}", names=", ".join(repeated)), t("names of their own"))
                for _ in repeated[:1]]  # fmt: skip
    if not levers:
        problems.append(Problem("levers", t("none"), t("at least one")))
    found: list[list[World]] = []
    for lever in levers:
        known = [item.name for item in (sources if lever.kind in OF_SOURCE else strategies)]
        optional = lever.kind not in OF_SOURCE
        if lever.kind not in OF_PLANT and lever.of not in known and not (optional and not lever.of):
            problems.append(Problem(lever.label, t("{value} is not known", value=repr(lever.of)), ", ".join(known)))
            continue
        try:
            found.append([_moved(lever, x, sources, strategies, plant) for x in (lever.low, lever.high)])
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise ParameterError(problems)
    return found


def _moved(lever: Lever, x: float, sources: Sequence[Source], strategies: Sequence[Strategy], plant: Plant) -> World:
    if lever.kind in OF_PLANT:
        return list(sources), list(strategies), replace(plant, **{lever.kind: x})  # type: ignore[arg-type]
    value: float = round(x) if lever.kind == "ramp_days" else x
    if lever.kind in OF_SOURCE:
        moved = [replace(item, **{lever.kind: value}) if item.name == lever.of else item for item in sources]  # type: ignore[arg-type]
        return moved, list(strategies), plant
    plans = [replace(item, **{lever.kind: value}) if _meant(lever, item) else item for item in strategies]  # type: ignore[arg-type]
    return list(sources), plans, plant


def _meant(lever: Lever, strategy: Strategy) -> bool:
    return strategy.name == lever.of if lever.of else getattr(strategy, lever.kind) > 0


def _base_value(lever: Lever, sources: Sequence[Source], strategies: Sequence[Strategy], plant: Plant) -> float:
    if lever.kind in OF_PLANT:
        return float(getattr(plant, lever.kind))
    if lever.kind in OF_SOURCE:
        return float(next(getattr(item, lever.kind) for item in sources if item.name == lever.of))
    return next((float(getattr(item, lever.kind)) for item in strategies if _meant(lever, item)), 0.0)


def _row(lever: Lever, base: float, low: pd.Series, costs: pd.Series, high: pd.Series) -> dict[str, object]:
    best = str(costs.idxmin())
    left, right = (float(values.drop(best).min() - values[best]) for values in (low, high))
    return {
        "lever": lever.label,
        "base": base,
        "low": float(lever.low),
        "high": float(lever.high),
        "cheapest_at_low": str(low.idxmin()),
        "cheapest_at_high": str(high.idxmin()),
        "advantage_at_low": left,
        "advantage_at_high": right,
        "swing": abs(right - left),
        "break_even": _break_even(lever, base, best, low, costs, high),
    }


def _break_even(lever: Lever, base: float, best: str, low: pd.Series, costs: pd.Series, high: pd.Series) -> float:
    """Value nearest to the base at which another strategy becomes as cheap; not a number where none does."""
    others = costs.index.drop(best)
    start = (costs[others] - costs[best]).to_numpy(dtype=np.float64)
    places: list[float] = []
    for value, ends in ((lever.low, low), (lever.high, high)):
        if value == base:
            continue
        gap = (ends[others] - ends[best]).to_numpy(dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = base + (value - base) * start / (start - gap)
        if lever.kind in STRAIGHT:
            places += [float(x) for x in crossing if np.isfinite(x) and x >= 0]
        else:
            inside = (gap < 0) & np.isfinite(crossing)
            places += [float(x) for x in crossing[inside]]
    return min(places, key=lambda x: abs(x - base), default=float("nan"))
