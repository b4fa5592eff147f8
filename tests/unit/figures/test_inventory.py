import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.figures import draw
from casework.supply_chain import inventory as inv

mpl.use("Agg")
ONE = {
    "fixed_cost": 8,
    "holding_cost": 0.225,
    "stockout_cost": 7.5,
    "demand_mean": 1300,
    "demand_sd": 150,
    "lead_time": 0.1,
}
MANY = {**ONE, "demand_mean": pd.Series(np.linspace(200, 1300, 20), index=[f"<b>{i} $x$" for i in range(20)])}
STOCK = {"demand_mean": 50, "demand_sd": 8, "lead_time": 4}
ITEMS = {**STOCK, "demand_mean": [50.0, 20, 9], "unit_cost": [2, 30, 9], "order_quantity": 100}


@pytest.fixture(scope="module")
def results():
    plain = {"fixed_cost": 8, "demand_rate": 1300, "holding_cost": 0.225}
    classes = inv.abc_xyz_classes([50, 25, 15, 7, 3], [0.2, 0.7, 1.4, 0.5, 2])
    return {
        "lot": inv.eoq(**plain, stockout_cost=5, production_rate=2000),
        "lots": inv.eoq(fixed_cost=8, demand_rate=[1300, 5], holding_cost=0.225),
        "discount": inv.eoq_discounts(fixed_cost=8, demand_rate=1300, holding_cost_rate=0.3, breakpoints=[0, 400, 800],
                                      unit_costs=[0.75, 0.72, 0.68]),
        "news": inv.newsvendor_normal(holding_cost=0.18, stockout_cost=0.7, demand_mean=50, demand_sd=8),
        "news_poisson": inv.newsvendor_poisson(holding_cost=0.18, stockout_cost=0.7, demand_mean=5),
        "safety": inv.safety_stock(**STOCK, service_level=0.95),
        "safeties": inv.safety_stock(**{**STOCK, "demand_mean": [50, 60]}, service_level=0.95),
        "rq": inv.rq_policy(**MANY),
        "ss": inv.ss_policy(fixed_cost=5, holding_cost=1, stockout_cost=4, demand_mean=[6, 9]),
        "power": inv.ss_policy(fixed_cost=5, holding_cost=1, stockout_cost=4, demand_mean=[6, 9], demand_sd=2,
                               method="power"),
        "base": inv.base_stock(**STOCK, service_level=0.9),
        "path": inv.simulate_policy([3, 4, 2, 6, 9], reorder_point=4, order_up_to=10, holding_cost=1, stockout_cost=4),
        "exchange": inv.exchange_curve(**ITEMS),
        "classes": classes,
        "plan": inv.lot_sizes([90, 120, 80, 70], fixed_cost=500, holding_cost=2),
        "plans": inv.lot_sizes(pd.DataFrame([[90, 120], [80, 70]]), fixed_cost=500, holding_cost=2),
        "failing": inv.eoq_disruptions(fixed_cost=8, holding_cost=0.225, stockout_cost=5, demand_rate=[1300, 5],
                                       disruption_rate=1.5, recovery_rate=14),
    }  # fmt: skip


NAMES = ["lot", "lots", "discount", "news", "news_poisson", "safety", "safeties", "rq", "ss", "power", "base", "path",
         "exchange", "classes", "plan", "plans", "failing"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_has_a_finding_as_title_and_a_unit(results, name):
    ax = draw(results[name])
    ax.get_figure().canvas.draw()
    assert len(ax.get_title(loc="left")) > 12
    assert name == "classes" or "[" in ax.get_xlabel() + ax.get_ylabel()


def test_best_lot_is_marked_where_the_curve_is_lowest(results):
    ax = draw(results["lot"])
    total, mark = ax.get_lines()[2], ax.get_lines()[3]
    assert mark.get_ydata()[0] <= total.get_ydata().min() + 1e-9


def test_pareto_and_unknown_picture(results):
    assert "cumulated" in draw(results["classes"], kind="pareto").get_ylabel()
    with pytest.raises(ParameterError, match="one of matrix, pareto"):
        draw(results["classes"], kind="pie")


def test_names_are_text_and_no_formula(results):
    labels = [label.get_text() for label in draw(results["rq"]).get_yticklabels()]
    assert len(labels) == 15
    assert any(r"\$x\$" in label for label in labels)


def test_nothing_to_order():
    none = inv.eoq(fixed_cost=8, demand_rate=0, holding_cost=1)
    assert "Without demand" in draw(none).get_title(loc="left")
