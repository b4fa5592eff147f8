import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.datasets.synthetic.structure import desk_chain
from casework.supply_chain.structure import (
    cash_to_cash,
    classify_processes,
    find_boundary,
    measure_orders,
    read_chain,
    split_surplus,
)

PLAIN = pd.DataFrame(
    {"process": ["press", "sell"], "stage": ["manufacturer", "retailer"], "lead_time": [4, 1], "after": ["", "press"]}
)


def test_process_table_alone_is_enough():
    found = read_chain(PLAIN)
    assert found.chain.stages.names == ("manufacturer", "retailer", "customer")
    assert found.tolerances == {"": 7.0}
    assert not found.has_orders
    assert not found.has_surplus
    assert not len(found.ledger)
    assert "2 processes over 3 stages" in found.summary()
    assert found.to_frame()["process"].tolist() == ["press", "sell"]


def test_empty_kind_is_a_process_and_empty_columns_are_nothing():
    frame = PLAIN.assign(table=["", "process"], order=np.nan, quantity=np.nan, role=None, sales=np.nan)
    assert len(read_chain(frame).chain.processes) == 2


def test_every_kind_of_row_goes_where_it_belongs():
    table, _ = desk_chain(orders=40)
    found = read_chain(table)
    assert found.chain.stages.role("regional warehouse") == "distributor"
    assert found.tolerances == {"standard desk": 4.0, "custom desk": 14.0}
    assert found.value == 390
    assert found.costs["stage"].tolist() == ["timber mill", "desk factory", "regional warehouse", "furniture shop"]
    assert split_surplus(found.costs, value=found.value).surplus == 390 - 45 - 88 - 14 - 52
    assert measure_orders(found.orders, found.shipments, by="customer", as_of="2027-01-01").orders == 40
    assert cash_to_cash(found.ledger).table["firm"].nunique() == 3
    assert "customer" in found.orders
    assert "sales" not in found.orders


def test_what_is_given_wins():
    table, _ = desk_chain(orders=10)
    found = read_chain(table, tolerances={"custom desk": 30}, value=500, tolerance=2)
    assert found.tolerances == {"standard desk": 4.0, "custom desk": 30}
    assert found.value == 500
    assert read_chain(table[table["table"] != "product"], tolerance=2).tolerances["custom desk"] == 2


def test_stages_as_text():
    frame = PLAIN.assign(stage=["mill", "shop"])
    found = read_chain(frame, stages=["mill:manufacturer", "shop：retailer", "customer"])
    assert found.chain.stages.roles == (("mill", "manufacturer"), ("shop", "retailer"), ("customer", "customer"))


def rows(kind, **columns):
    return pd.concat([PLAIN.assign(table="process"), pd.DataFrame(columns).assign(table=kind)], ignore_index=True)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (PLAIN.assign(table=["procss", "process"]), "'procss' is not known(.|\n)*process"),
        (PLAIN.assign(table="order"), "no row is a process"),
        (PLAIN.drop(columns="stage"), "'stage'.*no such column"),
        (PLAIN.iloc[:0], "no row"),
        (PLAIN.assign(stage=["manufacturr", "retailer"]), "no role is known for manufacturr(.|\n)*'manufacturer'"),
        (rows("stage", stage=["maker"], role=["manufacturr"]), "role 'manufacturr' is not known"),
        (rows("stage", stage=["a", "a"], role=["supplier", "customer"]), "'a' occurs twice"),
        (rows("product", product=["blue"], tolerance=[3]), "'blue' is not a product"),
        (rows("product", product=["blue"], tolerance=[-3]), "at least 0"),
        (
            rows("stage", stage=["manufacturer", "retailer", "customer"], cost=[1, 2, None], price=[3, None, 9]),
            "stage 'retailer'.*no cost or no price",
        ),
    ],
)
def test_bad_tables(frame, message):
    with pytest.raises(DataError, match=message):
        read_chain(frame)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tolerance": -1}, "tolerance"),
        ({"value": float("nan")}, "value"),
        ({"stages": ["a:supplier", "a:customer"]}, "'a' occurs twice"),
        ({"stages": ["a:suplier", "b:customer"]}, "role 'suplier' is not known"),
    ],
)
def test_bad_arguments(given, message):
    with pytest.raises(ParameterError, match=message):
        read_chain(PLAIN, **given)


def test_unknown_product_of_a_tolerance_is_told_by_the_boundary():
    found = read_chain(PLAIN.assign(product="red"), tolerances={"rad": 3})
    with pytest.raises(ParameterError, match=r"'rad' is not a product(.|\n)*'red'"):
        find_boundary(classify_processes(found.chain), tolerance=found.tolerances)


def test_orders_without_shipments_are_told():
    frame = rows("order", order=["A"], item=["x"], quantity=[1], ordered=["2026-01-01"], promised=["2026-01-02"])
    found = read_chain(frame)
    assert not found.has_orders
    assert any("one of the two is missing" in note for note in found.notes)
