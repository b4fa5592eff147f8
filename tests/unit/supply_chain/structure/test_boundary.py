from itertools import pairwise

import networkx as nx
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.structure import explore_boundary, find_boundary, read_processes
from casework.supply_chain.structure.boundary import STRATEGIES, critical_path, ways_to_customer

STAGES = ["supplier", "manufacturer", "retailer", "customer"]


def chain(**changed):
    table = {
        "process": ["cast", "machine", "paint red", "paint blue", "deliver"],
        "stage": ["supplier", "manufacturer", "manufacturer", "manufacturer", "retailer"],
        "lead_time": [10, 5, 2, 3, 1],
        "after": ["", "cast", "machine", "machine", "paint red; paint blue"],
        "product": ["", "", "red", "blue", ""],
    }
    return read_processes(pd.DataFrame({**table, **changed}), stages=STAGES)


def test_ways_by_enumeration_of_paths():
    graph = chain().graph()
    ways = ways_to_customer(graph)
    for name in graph:
        paths = nx.all_simple_paths(graph, name, "deliver") if name != "deliver" else [["deliver"]]
        assert ways[name] == max(sum(graph.nodes[step]["lead_time"] for step in path) for path in paths)
    path = critical_path(graph, ways)
    assert path == ["cast", "machine", "paint blue", "deliver"]
    assert all(graph.has_edge(*pair) for pair in pairwise(path))


def test_boundary_by_product():
    found = find_boundary(chain(), tolerance={"red": 3, "blue": 3})
    modes = found.table.set_index(["product", "process"])["push_pull"]
    assert modes["red"].to_dict() == {"cast": "push", "machine": "push", "paint red": "pull", "deliver": "pull"}
    assert modes["blue"].to_dict() == {"cast": "push", "machine": "push", "paint blue": "push", "deliver": "pull"}
    products = found.products.set_index("product")
    assert products["total"].to_dict() == {"red": 18, "blue": 19}
    assert products["response"].to_dict() == {"red": 3, "blue": 1}
    assert products["ratio"].to_dict() == {"red": 6, "blue": pytest.approx(19 / 3)}
    assert products["stock_after"].to_dict() == {"red": "machine", "blue": "paint blue"}
    assert products["next_gain"].to_dict() == {"red": 5, "blue": 1}
    assert found.table.query("product == 'red' and process == 'cast'")["horizon"].item() == 15
    assert any("paint blue" in note and "each product" in note for note in found.notes)


@pytest.mark.parametrize(("wait", "place"), [(0, 0), (1, 1), (3, 2), (8, 3), (17, 3), (18, 4)])
def test_the_five_positions(wait, place):
    single = chain(product="", lead_time=[10, 5, 2, 2, 1])
    assert find_boundary(single, tolerance=wait).products["strategy"].tolist() == [STRATEGIES[place]]


def test_everything_in_stock_and_nothing():
    assert "make and ship to stock, with stock after deliver" in find_boundary(chain(product=""), tolerance=0).summary()
    assert find_boundary(chain(product=""), tolerance=99).summary() == (
        "All of 19 days fit into the 99 days that customers wait: purchase and make to order."
    )


def test_today_against_what_could_be():
    found = find_boundary(chain(product="", trigger=["order", "", "", "", "forecast"]), tolerance=2)
    assert found.table["advice"].tolist()[0] == "customers wait longer than they tolerate"
    assert found.table["advice"].tolist()[-1] == "could wait for the order"
    assert any("Waits for orders today" in note and "cast" in note for note in found.notes)


def test_processes_that_differ_by_product_are_told():
    found = find_boundary(chain(), tolerance={"red": 20, "blue": 3})
    assert any("cast" in note and "not of others" in note for note in found.notes)


def test_sums_that_differ_by_rounding_are_equal():
    table = chain(product="", lead_time=[0.1, 0.2, 0.1, 0.1, 0.3])
    assert find_boundary(table, tolerance=0.7).products["stock_after"].tolist() == [""]


@pytest.mark.parametrize(
    ("tolerance", "message"),
    [
        (-1, "at least 0"),
        (float("nan"), "nan"),
        ({"red": 1}, "none for 'blue'"),
        ({"red": 1, "blue": -1, "gren": 2}, r"'gren' is not a product(.|\n)*-1"),
    ],
)
def test_bad_tolerances(tolerance, message):
    with pytest.raises(ParameterError, match=message):
        find_boundary(chain(), tolerance=tolerance)


def with_messages(**changed):
    table = {
        "process": ["take order", "pass on wish", "make", "paint to wish", "deliver", "collect payment"],
        "stage": ["retailer", "retailer", "manufacturer", "manufacturer", "retailer", "retailer"],
        "flow": ["information", "information", "product", "product", "product", "funds"],
        "lead_time": [1, 2, 5, 4, 3, 60],
        "after": ["", "take order", "", "make; pass on wish", "take order; make; paint to wish", "deliver"],
        "product": ["", "painted", "", "painted", "", ""],
    }
    return read_processes(pd.DataFrame({**table, **changed, "product": table["product"]}), stages=STAGES)


def test_payment_after_delivery_delays_nobody():
    found = find_boundary(chain := with_messages(), tolerance=9)
    assert "collect payment" not in set(found.table["process"])
    assert found.products.set_index("product")["total"].to_dict() == {"painted": 12}
    assert any("No goods wait" in note and "collect payment" in note for note in found.notes)
    assert chain.moving == {"make", "paint to wish", "deliver"}


def test_messages_of_other_products_hold_nothing_up():
    plain = with_messages().graph("unpainted")
    assert set(plain.edges) == {("take order", "deliver"), ("make", "deliver"), ("deliver", "collect payment")}


def test_goods_go_on_past_what_other_products_need():
    table = pd.DataFrame({"process": ["cut", "paint", "ship"], "stage": ["supplier"] * 3, "lead_time": [1, 2, 3],
                          "after": ["", "cut", "paint"], "product": ["", "red", ""]})  # fmt: skip
    assert set(read_processes(table, stages=STAGES).graph("blue").edges) == {("cut", "ship")}


def test_without_product_flow_all_counts():
    found = find_boundary(with_messages(flow="information"), tolerance=9)
    assert found.products["total"].item() == 72


def test_one_product_alone_and_the_extremes():
    found = find_boundary(chain(), tolerance={"red": 9, "blue": 3})
    assert found.extremes == ("red", "blue")
    assert found.of("red").products["product"].tolist() == ["red"]
    assert found.of("red").summary().startswith("red: The chain takes 18 days")
    with pytest.raises(ParameterError, match=r"'rod' is not a product(.|\n)*'red'"):
        found.of("rod")


def test_explored_boundary_is_that_of_faster_processes():
    classified = find_boundary(chain(), tolerance=3).classified
    found = explore_boundary(classified, product="red", customer_wait=4, faster=0.5)
    assert found.products["total"].tolist() == [9]
    assert found.products["stock_after"].tolist() == ["cast"]
    with pytest.raises(ParameterError, match="faster"):
        explore_boundary(classified, product="red", faster=1.5)
