"""Networks: links of any orientation, and one clear error for each that is no tree."""

from __future__ import annotations

import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.supply_chain.multi_echelon.network import chain_order, stage_network

NAMES = pd.DataFrame({"stage": ["mill", "dye", "cut", "shop"]})


def test_successors_and_links_say_the_same() -> None:
    table = NAMES.assign(successor=["cut", "cut", "shop", None])
    network = stage_network(table)
    assert network == stage_network(NAMES, links=[("mill", "cut"), ("dye", "cut"), ("cut", "shop")])
    assert network.suppliers == ((), (), (0, 1), (2,))
    assert network.customers == ((2,), (2,), (3,), ())
    assert network.downstream == (0, 1, 2, 3)


def test_several_successors_in_one_cell() -> None:
    table = NAMES.assign(successor=["dye; cut ;shop", "", "", ""])
    assert stage_network(table).links == ((0, 1), (0, 2), (0, 3))


def test_a_name_with_the_separator() -> None:
    table = pd.DataFrame({"stage": ["a", "b;c"], "successor": ["b;c", ""]})
    assert stage_network(table).links == ((0, 1),)


def test_chain_order_runs_upstream() -> None:
    network = stage_network(NAMES, links=[("dye", "mill"), ("mill", "shop"), ("shop", "cut")])
    assert [network.names[i] for i in chain_order(network)] == ["cut", "shop", "mill", "dye"]
    with pytest.raises(DataError, match="branches at cut"):
        chain_order(stage_network(NAMES.assign(successor=["cut", "cut", "shop", ""])))


@pytest.mark.parametrize(
    ("links", "message"),
    [
        ([("mill", "dye"), ("dye", "cut"), ("mill", "cut"), ("cut", "shop")], "a ring: cut – "),
        ([("mill", "dye"), ("cut", "shop")], "2 parts that no link joins: mill, dye; cut, shop"),
        ([("mill", "dya"), ("dye", "cut"), ("cut", "shop")], "there is no stage 'dya'.*Did you mean 'dye'"),
        ([("mill", "mill"), ("mill", "dye"), ("dye", "cut"), ("cut", "shop")], "supplies itself"),
        ([("mill", "dye"), ("dye", "mill"), ("dye", "cut"), ("cut", "shop")], "stands there twice"),
    ],
)
def test_what_is_no_tree_is_told(links: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        stage_network(NAMES, links=links)
    assert len(caught.value.problems) == 1
