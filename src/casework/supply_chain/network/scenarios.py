"""Networks for an uncertain world: open now, ship when it is known which sites work and what is wanted."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_number, check_option
from casework.core.errors import CaseworkWarning, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.supply_chain.network.places import Places, read_places
from casework.supply_chain.network.positions import Layers, Positions
from casework.supply_chain.network.program import Flags, Floats, Solution, relative_gap
from casework.supply_chain.network.reading import Column, Reader, show
from casework.supply_chain.network.recourse import Scenarios, best_alone, recourse, search_sites

Objective = Literal["expected", "worst", "regret"]
MASS = 1e-6  # rounding of probabilities
COLUMNS = (
    mark("scenario"), mark("probability"), mark("transport cost"), mark("shortage cost"), mark("unserved"),
    mark("best cost"), mark("regret"), mark("expected cost"), mark("worst cost"), mark("sources"), mark("open sites"),
    mark("expected unserved"), mark("objective"),
)  # fmt: skip
NAMES = (mark("all open"), mark("expected"), mark("worst"))


@dataclass(frozen=True, kw_only=True)
class ScenarioResult(Result):
    """A network chosen before it is known which scenario comes.

    Attributes
    ----------
    sites : DataFrame
        One row per site: `open`, `fixed_cost`, `closing_cost` [currency], `served` (expected units).
    scenarios : DataFrame
        One row per scenario: `probability`, `transport_cost`, `shortage_cost`, `cost` with fixed and closing cost
        [currency], `unserved` [units], `best_cost` of a network made for this scenario alone, and `regret` over it.
    flows : DataFrame
        One row per scenario and link in use: `scenario`, `site`, `customer`, `quantity`, `cost`.
    links : DataFrame
        Links that customers may use where the number of sources is limited: `site`, `customer`.
    objective : str
        What was made small.
    sources : int or None
        How many sites a customer may have.
    bound, gap : float
        What the objective cannot fall below [currency], and the share that is not proven.
    positions : Positions or None
        Where the places stand.
    notes : tuple of str
        What must be read with care.
    """

    sites: pd.DataFrame
    scenarios: pd.DataFrame
    flows: pd.DataFrame
    links: pd.DataFrame
    objective: str
    sources: int | None
    bound: float
    gap: float
    positions: Positions | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def open_sites(self) -> tuple[Hashable, ...]:
        """Names of the open sites."""
        return tuple(self.sites.index[self.sites["open"]])

    @property
    def expected_cost(self) -> float:
        """Mean cost over the scenarios [currency]."""
        return float((self.scenarios["probability"] * self.scenarios["cost"]).sum())

    @property
    def worst_cost(self) -> float:
        """Cost of the dearest scenario [currency]."""
        return float(self.scenarios["cost"].max())

    @property
    def largest_regret(self) -> float:
        """Return the most that a network made for the scenario alone would have saved [currency]."""
        return float(self.scenarios["regret"].max())

    @property
    def information_value(self) -> float:
        """Expected value of perfect information: expected cost less that of choosing after the scenario is known."""
        return float((self.scenarios["probability"] * self.scenarios["regret"]).sum())

    def to_frame(self) -> pd.DataFrame:
        """One row per scenario."""
        return self.scenarios.copy()

    def summary(self) -> str:
        """Say what to open, and what the scenarios cost."""
        names = ", ".join(str(name) for name in self.open_sites)
        text = tn("{n} site is open ({names}); expected cost {mean:,.2f}, at worst ({worst}) {most:,.2f}.",
                  "{n} sites are open ({names}); expected cost {mean:,.2f}, at worst ({worst}) {most:,.2f}.",
                  len(self.open_sites), names=names, mean=self.expected_cost, most=self.worst_cost,
                  worst=self.scenarios["cost"].idxmax())  # fmt: skip
        return "\n".join([text, *self.notes])


def closures(
    sites: Iterable[Hashable], *, probability: float = 0.02, normal: str = "all open"
) -> tuple[pd.DataFrame, pd.Series]:
    """Scenarios in which one site after the other is closed, beside the one in which all work.

    Parameters
    ----------
    sites : iterable of names
        The sites.
    probability : float
        Probability of each closure; all together at most 1.
    normal : str
        Name of the scenario in which all work.

    Returns
    -------
    DataFrame, Series
        Share of capacity that works (sites x scenarios), and the probability of each scenario.

    Raises
    ------
    ParameterError
        The probability is out of range; a site stands there twice, or has the name of the normal scenario.

    Examples
    --------
    >>> works, chance = closures(["north", "south"], probability=0.1)
    >>> works["north"].tolist(), round(float(chance["all open"]), 2)
    ([0.0, 1.0], 0.8)
    """
    names = list(sites)
    twice = sorted({str(name) for name in (normal, *names) if [normal, *names].count(name) > 1})
    if twice:
        raise ParameterError(Problem("sites", t("names stand there twice: {names}", names=", ".join(twice))))
    check_number("probability", probability, low=0, high=1 / max(1, len(names)))
    works = pd.DataFrame(1.0 - np.eye(len(names)), index=names, columns=names)
    works.insert(0, normal, 1.0)
    chance = pd.Series(probability, index=works.columns)
    chance.iloc[0] = 1 - probability * len(names)
    return works, chance


def scenario_design(
    unit_cost: pd.DataFrame,
    works: pd.DataFrame,
    *,
    shortage_cost: Column,
    probability: Column | None = None,
    demand: Column = 1.0,
    demand_factor: pd.DataFrame | None = None,
    fixed_cost: Column = 0.0,
    capacity: Column = np.inf,
    existing: Sequence[Hashable] = (),
    closing_cost: Column = 0.0,
    sources: int | None = None,
    objective: Objective = "expected",
    min_sites: int = 0,
    max_sites: int | None = None,
    open_sites: Sequence[Hashable] = (),
    closed_sites: Sequence[Hashable] = (),
    positions: Layers | None = None,
    time_limit: float = 60.0,
    gap: float = 1e-6,
) -> ScenarioResult:
    """Choose sites now so that the cost over all scenarios is small; what is shipped is chosen in each scenario.

    Parameters
    ----------
    unit_cost : DataFrame, sites x customers
        Cost of one unit delivered [currency/unit], at least 0; infinite where there is no link.
    works : DataFrame, sites x scenarios
        Share of a site's capacity that works, 0 (closed) to 1; `closures` makes the usual one.
    shortage_cost : scalar, column or mapping by customer
        Cost of a unit that is not delivered [currency/unit], at least 0.
    probability : column or mapping by scenario
        Probabilities, adding up to 1; equal by default.
    demand : scalar, column or mapping by customer
        Units wanted, at least 0.
    demand_factor : DataFrame, customers x scenarios
        What demand is multiplied by, at least 0.
    fixed_cost, capacity, closing_cost : scalar, column or mapping by site
        As in `facility_location`.
    existing : sequence of names
        Sites that are there now; one that is not kept costs its `closing_cost`.
    sources : int
        How many sites a customer may be tied to before the scenario is known: 1 single, 2 dual sourcing; any number
        by default.
    objective : {"expected", "worst", "regret"}
        Make the mean cost small, the largest, or the largest regret.
    min_sites, max_sites, open_sites, closed_sites, positions, time_limit, gap
        As in `facility_location`.

    Returns
    -------
    ScenarioResult
        The network and its cost in every scenario, flows chosen at the least cost in each.

    Raises
    ------
    DataError
        Tables or columns do not fit: numbers that are missing or out of range, names that are unknown or repeated,
        probabilities that do not add up to 1.
    ParameterError
        A number or option is out of range, or nothing was found within the time limit.

    Warns
    -----
    CaseworkWarning
        The time limit came before the proof.

    Notes
    -----
    Two-stage stochastic program in its extensive form: sites and ties first, flows per scenario. Regret is measured
    against a network made for the scenario alone. Scenarios that are not listed are not insured against.

    References
    ----------
    Birge & Louveaux (2011), Introduction to Stochastic Programming, sections 1.1 and 4.2;
    Snyder & Daskin (2005), Reliability models for facility location.

    Examples
    --------
    >>> costs = pd.DataFrame([[1, 5], [6, 2]], index=["north", "south"], columns=["a", "b"])
    >>> works, chance = closures(costs.index, probability=0.1)
    >>> plan = scenario_design(costs, works, probability=chance, shortage_cost=50, demand=10, fixed_cost=20)
    >>> plan.open_sites, round(plan.expected_cost, 6)
    (('north', 'south'), 78.0)
    """
    places = read_places(
        unit_cost, demand=demand, fixed_cost=fixed_cost, capacity=capacity, fewest=min_sites, most=max_sites,
        open_sites=open_sites, closed_sites=closed_sites, existing=existing, closing_cost=closing_cost,
        positions=positions,
    )  # fmt: skip
    world = _read_scenarios(places, works, probability, demand_factor, shortage_cost)
    check_option("objective", objective, Objective)
    if sources is not None and (isinstance(sources, bool) or sources != int(sources) or sources < 1):
        expected = t("a whole number from {low} to {high}", low=1, high=len(places.sites))
        raise ParameterError(Problem("sources", str(sources), expected))
    check_number("time_limit", time_limit, low=0, low_open=True, unit="s")
    check_number("gap", gap, low=0, high=1)
    result = _plan(places, world, sources, objective, time_limit, gap)
    for note in result.notes:
        warnings.warn(note, CaseworkWarning, stacklevel=2)
    return result


def compare_sourcing(
    unit_cost: pd.DataFrame, works: pd.DataFrame, *, choices: Sequence[int | None] = (1, 2, None), **given: object
) -> pd.DataFrame:
    """Compare single, dual and free sourcing: the best network of each.

    Parameters
    ----------
    unit_cost, works, **given
        As in `scenario_design`.
    choices : sequence of int or None
        Numbers of sources.

    Returns
    -------
    DataFrame
        One row per choice (0 stands for any number): `open_sites`, `fixed_cost`, `closing_cost`, `expected_cost`,
        `worst_cost`, `regret` [currency], `expected_unserved` [units].

    Raises
    ------
    DataError, ParameterError
        As in `scenario_design`.
    """
    rows = []
    for sources in choices:
        plan = scenario_design(unit_cost, works, sources=sources, **given)  # type: ignore[arg-type]
        rows.append(
            {"sources": sources or 0, "open_sites": len(plan.open_sites),
             "fixed_cost": float(plan.sites["fixed_cost"].sum()),
             "closing_cost": float(plan.sites["closing_cost"].sum()), "expected_cost": plan.expected_cost,
             "worst_cost": plan.worst_cost, "regret": plan.largest_regret,
             "expected_unserved": float((plan.scenarios["probability"] * plan.scenarios["unserved"]).sum())}
        )  # fmt: skip
    return pd.DataFrame(rows).set_index("sources")


def _read_scenarios(
    places: Places, works: pd.DataFrame, probability: Column | None, factor: pd.DataFrame | None, shortage: Column
) -> Scenarios:
    """Check the tables of scenarios."""
    reader = Reader()
    table = reader.table("works", works)
    names = table.columns
    share = reader.fitted("works", table, places.sites, names)
    if (share > 1).any():
        reader.add("works", t("a share is above 1"), t("numbers from {low:g} to {high:g}", low=0, high=1))
    times = np.ones((len(places.customers), len(names)))
    if factor is not None:
        times = reader.fitted("demand_factor", reader.table("demand_factor", factor), places.customers, names)
    chance = reader.column("probability", 1 / len(names) if probability is None else probability, names)
    if abs(chance.sum() - 1) > MASS:
        reader.add("probability", t("the probabilities add up to {total:g}", total=float(chance.sum())), "1")
    cost = reader.column("shortage_cost", shortage, places.customers)
    reader.finish()
    demand = places.demand[:, None] * times
    return Scenarios(names=names, probability=chance, works=share, demand=demand, shortage=cost)


def _plan(
    places: Places, world: Scenarios, sources: int | None, objective: str, time_limit: float, gap: float
) -> ScenarioResult:
    """Find the network, and what it costs in each scenario."""
    alone = [best_alone(places, world.only(s), sources, time_limit, gap) for s in range(len(world.names))]
    best = np.array([found.objective for _, _, found in alone])
    base = best if objective == "regret" else np.zeros(len(best))
    opened, ties, proof = search_sites(places, world, sources, objective, base, time_limit, gap)
    designs = [(opened, ties)]
    if not proof.proven:  # what is best for the likeliest scenario may be better than what was found in time
        designs.append(alone[int(world.probability.argmax())][:2])
    plans = [_result(places, world, design, best, proof, sources, objective, time_limit) for design in designs]
    late = [str(name) for name, found in zip(world.names, alone, strict=True) if not found[2].proven]
    result = min(plans, key=_aim)
    return replace(result, notes=(*result.notes, *_unproven(late)))


def _aim(plan: ScenarioResult) -> float:
    """Return what was to be made small."""
    return {"expected": plan.expected_cost, "worst": plan.worst_cost, "regret": plan.largest_regret}[plan.objective]


def _unproven(late: list[str]) -> tuple[str, ...]:
    """Say for which scenarios the best network alone is not proven, so that regret may be larger."""
    if not late:
        return ()
    return (t("The time limit came before the proof for: {names}.", names=show(late)),)


def _result(
    places: Places, world: Scenarios, design: tuple[Flags, Flags], best: Floats, proof: Solution, sources: int | None,
    objective: str, time_limit: float,
) -> ScenarioResult:  # fmt: skip
    """Return the tables of a plan: open sites and ties, flows at the least cost in each scenario."""
    opened, ties = design
    shares, short = recourse(places, world, np.isfinite(places.unit_cost) & opened[:, None] & ties, time_limit)
    quantity = shares * world.demand[None]
    unit = np.where(np.isfinite(places.unit_cost), places.unit_cost, 0.0)
    spent = unit[:, :, None] * quantity
    unserved = short * world.demand
    fixed = np.where(opened, places.fixed, 0.0)
    closing = np.where(places.existing & ~opened, places.closing, 0.0)
    table = pd.DataFrame(
        {"probability": world.probability, "transport_cost": spent.sum(axis=(0, 1)),
         "shortage_cost": (world.shortage[:, None] * unserved).sum(axis=0)}, index=world.names.rename("scenario")
    )  # fmt: skip
    table["cost"] = fixed.sum() + closing.sum() + table["transport_cost"] + table["shortage_cost"]
    table["unserved"] = unserved.sum(axis=0)
    table["best_cost"] = np.minimum(best, table["cost"])
    table["regret"] = np.maximum(table["cost"] - best, 0.0)
    sites = pd.DataFrame({"open": opened, "fixed_cost": fixed, "closing_cost": closing,
                          "served": quantity.sum(axis=1) @ world.probability},
                         index=places.sites.rename("site"))  # fmt: skip
    i, j, s = np.nonzero(quantity)
    flows = pd.DataFrame({"scenario": world.names[s], "site": places.sites[i], "customer": places.customers[j],
                          "quantity": quantity[i, j, s], "cost": spent[i, j, s]})  # fmt: skip
    a, b = np.nonzero(ties & opened[:, None]) if sources is not None else (np.zeros(0, int), np.zeros(0, int))
    links = pd.DataFrame({"site": places.sites[a], "customer": places.customers[b]})
    plan = ScenarioResult(
        sites=sites, scenarios=table, flows=flows, links=links, objective=objective, sources=sources,
        bound=proof.bound, gap=0.0, positions=places.positions,
    )  # fmt: skip
    left = relative_gap(proof.objective if proof.proven else _aim(plan), proof.bound)
    late = t("The time limit came first: a design may exist that costs up to {gap:.2%} less.", gap=left)
    return replace(plan, gap=left, notes=() if proof.proven else (late,))
