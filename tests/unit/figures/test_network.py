import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import casework.figures.network  # noqa: F401
from casework.core.messages import use_language
from casework.figures import draw
from casework.supply_chain.network import (
    closures,
    facility_location,
    scenario_design,
    site_curve,
    site_values,
    two_echelon_network,
)

mpl.use("Agg")
SITES = ["north", "A & $B$ <script>", "a very long name of a site that no figure has room for", "上海"]
COST = pd.DataFrame(np.random.default_rng(1).uniform(1, 9, (4, 6)).round(1), index=SITES)
GIVEN = {"demand": 10, "fixed_cost": [40, 50, 60, 30], "existing": ["north"], "closing_cost": 20}


def drawn(result):
    ax = draw(result)
    ax.get_figure().canvas.draw()
    return ax


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_loads_stand_inside_capacities():
    network = facility_location(COST, capacity=35, **GIVEN)
    bars = drawn(network).containers
    assert [bar.get_width() for bar in bars[0]] == [35] * len(network.open_sites)
    assert sum(bar.get_width() for bar in bars[1]) == pytest.approx(60)
    assert len(drawn(facility_location(COST, **GIVEN)).containers) == 1


def test_costs_are_stacked_by_number():
    curve = site_curve(facility_location(COST, **GIVEN))
    ax = drawn(curve)
    tops = np.sum([[bar.get_height() for bar in group] for group in ax.containers], axis=0)
    assert tops == pytest.approx(curve.table["cost"].to_numpy())


def test_a_site_that_cannot_be_missed_has_no_end():
    ax = drawn(site_values(facility_location(COST, capacity=[60, 0, 0, 0], demand=10)))
    assert [bar.get_hatch() for bar in ax.patches].count("//") == 1
    assert all(np.isfinite(bar.get_width()) for bar in ax.patches)


def test_scenarios_are_sorted_by_cost():
    works, chance = closures(SITES)
    plan = scenario_design(COST, works, probability=chance, shortage_cost=40, demand=10, fixed_cost=30)
    ax = drawn(plan)
    tops = np.sum([[bar.get_height() for bar in group] for group in ax.containers], axis=0)
    assert tops == pytest.approx(np.sort(plan.scenarios["cost"])[::-1])


def test_warehouses_and_chinese():
    into = pd.DataFrame([[1.0] * 4], index=["plant"], columns=SITES)
    wanted = pd.DataFrame({"tea": [1.0] * 6})
    with use_language("zh"):
        ax = drawn(two_echelon_network(into, COST, wanted))
        assert len(ax.containers) == 1
