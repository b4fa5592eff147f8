"""Properties of stock in several stages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.supply_chain.multi_echelon import (
    echelon_levels,
    guaranteed_service,
    local_levels,
    serial_bounds,
    serial_cost,
    serial_optimum,
    simulate_chain,
)

quick = settings(deadline=None, max_examples=12)
costs = st.floats(0.1, 10)
stages = st.lists(st.tuples(st.integers(0, 4), costs), min_size=1, max_size=5)


def chain(given_stages: list[tuple[int, float]]) -> pd.DataFrame:
    times, added = zip(*given_stages, strict=True)
    return pd.DataFrame({"stage": [f"s{i}" for i in range(len(times))], "lead_time": times, "holding_cost": added})


@quick
@given(given_stages=stages, stockout=st.floats(1, 200), mean=st.floats(1, 30))
def test_optimum_lies_between_its_bounds_and_below_its_neighbours(
    given_stages: list[tuple[int, float]], stockout: float, mean: float
) -> None:
    table = chain(given_stages)
    demand = {"stockout_cost": stockout, "demand_mean": mean, "distribution": "poisson", "holding": "echelon"}
    best, bounds = serial_optimum(table, **demand), serial_bounds(table, **demand)
    assert (best.echelon_levels >= bounds.stages["lower_bound"]).all()
    assert (best.echelon_levels <= bounds.stages["upper_bound"]).all()
    assert bounds.heuristic_cost >= best.cost * (1 - 1e-7) - 1e-9
    for place in range(len(table)):
        for move in (-1, 1):
            levels = best.echelon_levels.copy()
            levels[place] += move
            assert serial_cost(table, levels=levels, **demand).cost >= best.cost * (1 - 1e-7) - 1e-9


@quick
@given(given_stages=stages, stockout=st.floats(1, 100), factor=st.floats(0.01, 100))
def test_the_unit_of_the_product_does_not_matter(
    given_stages: list[tuple[int, float]], stockout: float, factor: float
) -> None:
    table = chain(given_stages)
    one, other = (
        serial_optimum(table, stockout_cost=stockout, demand_mean=10 * x, demand_sd=2 * x, holding="echelon")
        for x in (1.0, factor)
    )
    assert other.cost == pytest.approx(factor * one.cost, rel=1e-4, abs=1e-6 * factor)


@given(levels=st.lists(st.floats(0, 100), min_size=1, max_size=6))
def test_local_and_echelon_levels(levels: list[float]) -> None:
    assert local_levels(echelon_levels(levels)) == pytest.approx(levels, abs=1e-9)


trees = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.lists(st.tuples(st.floats(0, 0.999), st.booleans()), min_size=n - 1, max_size=n - 1),
        st.lists(st.tuples(st.integers(0, 5), costs, st.floats(0, 9)), min_size=n, max_size=n),
    )
)


@quick
@given(tree=trees)
def test_guaranteed_service_is_never_dearer_than_simple_rules(
    tree: tuple[list[tuple[float, bool]], list[tuple[int, float, float]]],
) -> None:
    ways, values = tree
    links = []
    for place, (share, up) in enumerate(ways, start=1):
        other = int(share * place)
        links.append((f"s{place}", f"s{other}") if up else (f"s{other}", f"s{place}"))
    supplying = {up for up, _ in links}
    table = pd.DataFrame(values, columns=["lead_time", "holding_cost", "demand_sd"])
    table["stage"] = [f"s{i}" for i in range(len(table))]
    table["demand_sd"] = table["demand_sd"].where(~table["stage"].isin(supplying))
    found = guaranteed_service(table, links=links, service_factor=2)
    assert found.cost <= found.cost_everywhere + 1e-9
    assert found.cost <= found.cost_at_ends + 1e-9
    assert (found.stages["net_lead_time"] >= 0).all()
    waits = found.stages.set_index("stage")["wait"]
    assert all(waits[down] >= found.service_times[up] for up, down in links)
    shuffled = guaranteed_service(table.sample(frac=1, random_state=1), links=links[::-1], service_factor=2)
    assert shuffled.cost == pytest.approx(found.cost, abs=1e-9)


@quick
@given(demand=st.lists(st.integers(0, 20), min_size=1, max_size=40), extra=st.integers(0, 20))
def test_more_stock_never_means_more_shortage(demand: list[int], extra: int) -> None:
    table = pd.DataFrame({"stage": ["a", "b"], "successor": ["", "a"], "lead_time": [1, 2], "holding_cost": [2, 1],
                          "local_level": [8, 9]})  # fmt: skip
    more = table.assign(local_level=[8, 9 + extra])
    first, second = (simulate_chain(x, stockout_cost=5, demand=demand) for x in (table, more))
    assert second.fill_rate >= first.fill_rate - 1e-12
    assert np.all(second.path["a"] >= first.path["a"] - 1e-9)
