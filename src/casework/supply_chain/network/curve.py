"""What the number of sites costs, and what each site is worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from casework.core.checks import check_number
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.supply_chain.network.location import LocationResult, locate
from casework.supply_chain.network.program import InfeasibleError

COLUMNS = (
    mark("number of sites"), mark("cost without"), mark("cost with"), mark("value"), mark("extra cost"),
    mark("transport factor"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SiteCurve(Result):
    """Least cost of a network by the number of open sites.

    Attributes
    ----------
    table : DataFrame
        One row per `number_of_sites`: `fixed_cost`, `closing_cost`, `transport_cost`, `cost`, `extra_cost` over the
        least [currency] and `gap`; missing where no design with that number exists.
    networks : dict of int to LocationResult
        The networks themselves.
    notes : tuple of str
        What must be read with care.
    """

    table: pd.DataFrame
    networks: dict[int, LocationResult]
    notes: tuple[str, ...] = field(default=())

    @property
    def best(self) -> int:
        """Number of sites at which the network costs least."""
        return int(self.table.index[int(np.nanargmin(self.table["cost"]))])

    def to_frame(self) -> pd.DataFrame:
        """One row per number of sites."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which number costs least."""
        text = t("The network costs least, {cost:,.2f}, with this number of sites: {n}.",
                 cost=float(self.table["cost"].min()), n=self.best)  # fmt: skip
        return "\n".join([text, *self.notes])


def site_curve(
    network: LocationResult, *, numbers: Iterable[int] | None = None, time_limit: float = 60.0, gap: float = 1e-6
) -> SiteCurve:
    """Solve the same problem for each number of open sites.

    Parameters
    ----------
    network : LocationResult
        A solved problem; its inputs are used, without its own limits on the number.
    numbers : iterable of int
        Numbers of open sites, from 1 to the number of candidates; all by default.
    time_limit, gap : float
        As in `facility_location`, for each number.

    Raises
    ------
    ParameterError
        A number is not whole or out of range, or nothing was found within the time limit.
    DataError
        No number gives a network.

    References
    ----------
    Daskin (2013), Network and Discrete Location, 2nd ed., chapters 6 and 7.

    Examples
    --------
    >>> from casework.supply_chain.network import facility_location
    >>> costs = pd.DataFrame([[1, 5, 9], [6, 2, 3]], index=["north", "south"], columns=["a", "b", "c"])
    >>> site_curve(facility_location(costs, demand=10, fixed_cost=[20, 30])).table["cost"].tolist()
    [140.0, 110.0]
    """
    places = network.places
    usable = int((~places.barred).sum())
    chosen = list(range(max(1, int(places.forced.sum())), usable + 1) if numbers is None else numbers)
    wrong = [n for n in chosen if isinstance(n, bool) or n != int(n) or not 1 <= n <= usable]
    if wrong or not chosen:
        shown = ", ".join(map(str, wrong))
        raise ParameterError(Problem("numbers", shown, t("a whole number from {low} to {high}", low=1, high=usable)))
    check_number("time_limit", time_limit, low=0, low_open=True, unit="s")
    found: dict[int, LocationResult] = {}
    reason: InfeasibleError | None = None
    for n in chosen:
        try:
            found[n] = locate(replace(places, fewest=n, most=n), time_limit=time_limit, gap=gap)
        except InfeasibleError as error:
            reason = error
    if not found and reason:
        raise reason
    return SiteCurve(table=_curve(chosen, found), networks=found, notes=_open_ends(found))


def at_number(network: LocationResult, *, number_of_sites: int, transport_factor: float = 1.0) -> LocationResult:
    """Solve the same problem with so many open sites, and with cheaper or dearer transport.

    Parameters
    ----------
    network : LocationResult
        A solved problem.
    number_of_sites : int
        From 1 to the number of candidates.
    transport_factor : float
        What unit costs are multiplied by, at least 0.

    Raises
    ------
    ParameterError
        A number is out of range, or nothing was found within the time limit.
    DataError
        So many sites cannot meet demand.

    Examples
    --------
    >>> from casework.supply_chain.network import facility_location
    >>> costs = pd.DataFrame([[1, 5, 9], [6, 2, 3]], index=["north", "south"], columns=["a", "b", "c"])
    >>> at_number(facility_location(costs, demand=10, fixed_cost=[20, 30]), number_of_sites=1).open_sites
    ('south',)
    """
    check_number("transport_factor", transport_factor, low=0)
    places = network.places
    linked = np.isfinite(places.unit_cost)
    dearer = np.where(linked, np.where(linked, places.unit_cost, 0.0) * transport_factor, np.inf)
    again = replace(network, places=replace(places, unit_cost=dearer))
    return site_curve(again, numbers=[number_of_sites]).networks[int(number_of_sites)]


def present_network(network: LocationResult, *, time_limit: float = 60.0, gap: float = 1e-6) -> LocationResult | None:
    """Solve the same problem with the existing sites open and no other.

    Parameters
    ----------
    network : LocationResult
        A solved problem.
    time_limit, gap : float
        As in `facility_location`.

    Returns
    -------
    LocationResult or None
        None where no site exists, or the existing ones cannot meet demand.

    Raises
    ------
    ParameterError
        A number is out of range, or nothing was found within the time limit.

    Examples
    --------
    >>> from casework.supply_chain.network import facility_location
    >>> costs = pd.DataFrame([[1, 5, 9], [6, 2, 3]], index=["north", "south"], columns=["a", "b", "c"])
    >>> present_network(facility_location(costs, demand=10, fixed_cost=[20, 30], existing="south")).cost
    140.0
    """
    check_number("time_limit", time_limit, low=0, low_open=True, unit="s")
    here = network.places.existing
    count = int(here.sum())
    if not count:
        return None
    try:
        return locate(replace(network.places, forced=here, barred=~here, fewest=count, most=count),
                      time_limit=time_limit, gap=gap)  # fmt: skip
    except InfeasibleError:
        return None


def _curve(numbers: list[int], found: dict[int, LocationResult]) -> pd.DataFrame:
    """Table of costs by number."""
    kinds = {"fixed_cost": "fixed", "closing_cost": "closing", "transport_cost": "transport", "cost": "total"}
    rows = {n: {name: float(net.costs[kind]) for name, kind in kinds.items()} for n, net in found.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(kinds)).reindex(numbers)
    table["extra_cost"] = table["cost"] - table["cost"].min()
    table["gap"] = pd.Series({n: net.gap for n, net in found.items()}, dtype=float).reindex(numbers)
    return table.rename_axis("number_of_sites")


def _open_ends(found: dict[int, LocationResult]) -> tuple[str, ...]:
    """Say where the time limit came before the proof."""
    late = [str(n) for n, net in found.items() if net.notes]
    if not late:
        return ()
    return (t("The time limit came before the proof for these numbers of sites: {numbers}.", numbers=", ".join(late)),)


@dataclass(frozen=True, kw_only=True)
class SiteValues(Result):
    """What each site is worth to the network.

    Attributes
    ----------
    table : DataFrame
        One row per site: `open` in the best network, `cost_with` it and `cost_without` it [currency], and its `value`:
        what the network would cost more without it; below 0 for a site that is better closed. Infinite where
        demand cannot be met without it, missing where a site cannot be opened.
    network : LocationResult
        The best network.
    notes : tuple of str
        What must be read with care.
    """

    table: pd.DataFrame
    network: LocationResult
    notes: tuple[str, ...] = field(default=())

    def to_frame(self) -> pd.DataFrame:
        """One row per site."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which open site is worth most."""
        best = self.table[self.table["open"]]
        if best.empty:
            return t("No site is open.")
        name = best["value"].idxmax()
        if np.isinf(best["value"].max()):
            return t("Without {name} demand cannot be met.", name=name)
        return t("{name} is worth most: without it the network costs {value:,.2f} more.", name=name,
                 value=float(best["value"].max()))  # fmt: skip


def site_values(network: LocationResult, *, time_limit: float = 60.0, gap: float = 1e-6) -> SiteValues:
    """Solve the network again with each open site closed, and with each closed one open.

    Parameters
    ----------
    network : LocationResult
        The best network.
    time_limit, gap : float
        As in `facility_location`, for each site.

    Raises
    ------
    ParameterError
        A number is out of range, or nothing was found within the time limit.

    Notes
    -----
    A value holds for one change alone: closing two sites can cost more than both values together.

    Examples
    --------
    >>> from casework.supply_chain.network import facility_location
    >>> costs = pd.DataFrame([[1, 5, 9], [6, 2, 3]], index=["north", "south"], columns=["a", "b", "c"])
    >>> site_values(facility_location(costs, demand=10, fixed_cost=[20, 30])).table["value"].tolist()
    [30.0, 60.0]
    """
    check_number("time_limit", time_limit, low=0, low_open=True, unit="s")
    places, opened = network.places, network.sites["open"].to_numpy()
    other = np.full(len(opened), np.nan)
    late = []
    for i in range(len(opened)):
        own = np.arange(len(opened)) == i
        if (opened[i] and places.forced[i]) or (not opened[i] and places.barred[i]):
            continue
        name = "barred" if opened[i] else "forced"
        changed = replace(places, **{name: getattr(places, name) | own})
        if opened[i]:
            changed = replace(changed, most=min(places.most, int((~changed.barred).sum())))
        try:
            found = locate(changed, time_limit=time_limit, gap=gap)
            other[i] = found.cost
            late += [str(places.sites[i])] if found.notes else []
        except InfeasibleError:
            other[i] = np.inf
    table = pd.DataFrame(
        {"open": opened, "cost_with": np.where(opened, network.cost, other),
         "cost_without": np.where(opened, other, network.cost)}, index=network.sites.index
    )  # fmt: skip
    with np.errstate(invalid="ignore"):
        table["value"] = table["cost_without"] - table["cost_with"]
    table.loc[np.isinf(table["cost_with"]), ["cost_with", "value"]] = np.nan
    notes = (t("The time limit came before the proof for: {names}.", names=", ".join(late)),) if late else ()
    return SiteValues(table=table, network=network, notes=notes)
