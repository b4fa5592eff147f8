import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection

import casework.figures.network  # noqa: F401
from casework.core.errors import ParameterError
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
    tops = np.sum([[bar.get_width() for bar in group] for group in ax.containers], axis=0)
    assert tops == pytest.approx(np.sort(plan.scenarios["cost"])[::-1])


def test_warehouses_and_chinese():
    into = pd.DataFrame([[1.0] * 4], index=["plant"], columns=SITES)
    wanted = pd.DataFrame({"tea": [1.0] * 6})
    with use_language("zh"):
        ax = drawn(two_echelon_network(into, COST, wanted))
        assert len(ax.containers) == 1


SPOTS = pd.DataFrame({"x": [0.0, 9, 4, 7], "y": [1.0, 2, 8, 3]}, index=SITES)
HOMES = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6], "y": [3.0, 1, 4, 1, 5, 9]}, index=COST.columns)


def test_a_network_with_positions_is_a_map_and_its_loads_can_be_asked_for():
    network = facility_location(COST, positions=(SPOTS, HOMES), **GIVEN)
    (lines,) = drawn(network).findobj(LineCollection)
    assert len(lines.get_segments()) == len(network.flows)
    assert len(draw(network, kind="load").containers) == 1


def test_scenarios_and_echelons_have_maps():
    works, chance = closures(SITES)
    plan = scenario_design(COST, works, probability=chance, shortage_cost=40, positions=(SPOTS, HOMES))
    assert draw(plan, kind="map").get_title(loc="left").endswith("open")
    into = pd.DataFrame([[1.0] * 4], index=["plant"], columns=SITES)
    wanted = pd.DataFrame({"tea": [1.0] * 6})
    mill = pd.DataFrame({"x": [5.0], "y": [5.0]}, index=["plant"])
    found = two_echelon_network(into, COST, wanted, positions=(mill, SPOTS, HOMES))
    assert len(drawn(found).findobj(LineCollection)) == 2


@pytest.mark.parametrize("kind", ["globe", "map"])
def test_a_picture_that_is_not_there(kind):
    with pytest.raises(ParameterError, match="kind"):
        draw(facility_location(COST, **GIVEN), kind=kind)
