import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from casework.core.errors import ParameterError
from casework.datasets.synthetic.structure import desk_chain
from casework.figures import draw
from casework.figures.structure import MOST_ROWS
from casework.supply_chain.structure import (
    RUBRIC,
    cash_to_cash,
    classify_processes,
    development_stage,
    double_margins,
    find_boundary,
    measure_orders,
    read_chain,
    read_processes,
    split_surplus,
)

mpl.use("Agg")


@pytest.fixture(scope="module")
def results():
    chain = read_chain(desk_chain(orders=60)[0])
    classified = classify_processes(chain.chain)
    costs = pd.DataFrame({"stage": ["mill $x$", "<b>shop</b>"], "cost": [60, 30], "price": [50, 120]})
    return {
        "boundary": find_boundary(classified, tolerance=chain.tolerances),
        "classes": classified,
        "development": development_stage({item.name: 2 for item in RUBRIC} | {"scope": 1, "planning": 3}, lag=0.5),
        "surplus": split_surplus(chain.costs, value=chain.value),
        "loss": split_surplus(costs, value=100),
        "margins": double_margins(most=100, slope=1, stages=3),
        "orders": measure_orders(chain.orders, chain.shipments, by="month"),
        "census": measure_orders(chain.orders, chain.shipments, by="customer", confidence=None),
        "cash": cash_to_cash(chain.ledger),
    }


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def drawn(result, kind=None):
    ax = draw(result, kind=kind)
    ax.get_figure().canvas.draw()
    return ax


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("boundary", "map"),
        ("boundary", "stack"),
        ("classes", None),
        ("development", None),
        ("surplus", None),
        ("loss", None),
        ("margins", None),
        ("orders", "measures"),
        ("orders", "groups"),
        ("census", "measures"),
        ("census", "groups"),
        ("cash", "cycle"),
        ("cash", "time"),
    ],
)
def test_every_picture_has_a_finding_as_title(results, name, kind):
    ax = drawn(results[name], kind)
    assert len(ax.get_title(loc="left")) > 15
    assert [label.get_text() for label in ax.get_yticklabels()]


@pytest.mark.parametrize("name", ["boundary", "orders", "cash"])
def test_unknown_picture(results, name):
    with pytest.raises(ParameterError, match="kind: 'cake'"):
        draw(results[name], kind="cake")


def test_map_is_of_the_longest_product_and_its_line_stands_at_the_wait(results):
    ax = drawn(results["boundary"], "map")
    assert "custom desk" in ax.get_title(loc="left")
    assert any(np.allclose(line.get_xdata(), 14) for line in ax.get_lines())
    left, right = ax.get_xlim()
    assert left > 40.5 > 0 > right


def test_bars_end_where_processes_end(results):
    ax = drawn(results["boundary"].of("standard desk"), "map")
    table = results["boundary"].of("standard desk").table
    edges = {(round(bar.get_x(), 6), round(bar.get_x() + bar.get_width(), 6)) for bar in ax.patches}
    for start, days in zip(table["to_customer"], table["lead_time"], strict=True):
        assert (start, round(start - days, 6)) in edges


def test_long_chain_keeps_its_longest_way():
    n = MOST_ROWS + 30
    table = pd.DataFrame({"process": [f"p{i}" for i in range(n)], "stage": "manufacturer", "lead_time": 1.0,
                          "after": ["", *(f"p{i}" for i in range(10)), *[""] * (n - 11)]})  # fmt: skip
    found = find_boundary(read_processes(table, stages=["manufacturer", "customer"]), tolerance=2)
    ax = drawn(found, "map")
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert len(names) == MOST_ROWS
    assert {f"p{i}" for i in range(11)} <= set(names)


def test_chain_without_time():
    table = pd.DataFrame({"process": ["sell"], "stage": ["retailer"], "lead_time": [0]})
    found = find_boundary(read_processes(table, stages=["retailer", "customer"]), tolerance=0)
    for kind in ("map", "stack"):
        assert drawn(found, kind).get_title(loc="left")


def test_loss_is_named(results):
    words = [text.get_text() for text in drawn(results["loss"]).get_legend().get_texts()]
    assert "loss" in words


def test_negative_cycle():
    ledger = pd.DataFrame({"sales": [100.0], "cost_of_sales": [80.0], "inventory": [2.0], "receivables": [1.0],
                           "payables": [40.0]})  # fmt: skip
    ax = drawn(cash_to_cash(ledger), "cycle")
    assert "Cash is tied up for -" in ax.get_title(loc="left")
