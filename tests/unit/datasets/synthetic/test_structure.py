import tomllib
from pathlib import Path

import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.structure import BY_HAND, desk_chain
from casework.supply_chain.structure import classify_processes, find_boundary, measure_orders, read_chain

BUNDLED = Path(__file__).resolve().parents[4] / "datasets" / "chain_desk_maker"


@pytest.fixture(scope="module")
def large():
    return desk_chain(orders=60_000, seed=5)


def test_bundled_file_is_the_generator_s():
    table, _ = desk_chain()
    assert table.to_csv(index=False, lineterminator="\n") == (BUNDLED / "data.csv").read_text(encoding="utf-8")


def test_card_describes_every_column():
    card = tomllib.loads((BUNDLED / "card.toml").read_text(encoding="utf-8"))
    assert [column["name"] for column in card["columns"]] == pd.read_csv(BUNDLED / "data.csv").columns.tolist()


def test_classes_and_boundary_are_those_found_by_hand():
    table, truth = desk_chain(orders=10)
    found = read_chain(table)
    classified = classify_processes(found.chain)
    named = classified.table.set_index("process")
    assert named["cycle"].to_dict() == truth.cycles
    assert named["macro_process"].to_dict() == truth.macros
    assert set(named.index[named["macro_reason"] == "Set by hand."]) == set(BY_HAND)
    products = find_boundary(classified, tolerance=found.tolerances).products.set_index("product")
    assert products["total"].to_dict() == truth.totals
    assert products["response"].to_dict() == truth.responses
    assert products["stock_after"].to_dict() == truth.stock_after


def test_rates_of_many_orders_are_the_true_ones(large):
    table, truth = large
    chain = read_chain(table)
    found = measure_orders(chain.orders, chain.shipments, as_of="2027-01-01")
    assert {name: found.value(name) for name in truth.rates} == pytest.approx(truth.rates, abs=0.006)
    assert found.value("perfect") == pytest.approx(truth.perfect, abs=0.006)
    assert found.value("perfect") > found.product_rate + 0.02


def test_same_seed_same_table():
    one, same, other = (desk_chain(orders=20, seed=seed)[0] for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_too_few_orders():
    with pytest.raises(ParameterError, match="orders: 5"):
        desk_chain(orders=5)
