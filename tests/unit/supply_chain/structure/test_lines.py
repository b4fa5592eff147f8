import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.structure.lines import read_lines


def orders(**changed):
    return pd.DataFrame(
        {
            "order": ["A", "A", "B"],
            "item": ["x", "y", "x"],
            "quantity": [5, 1, 4],
            "ordered": "2026-03-01",
            "promised": "2026-03-05",
            **changed,
        }
    )


def shipments(**changed):
    return pd.DataFrame(
        {
            "order": ["B", "A", "A"],
            "item": ["x", "x", "x"],
            "quantity": [3, 2, 3],
            "delivered": ["2026-03-05 14:00", "2026-03-04", "2026-03-07"],
            **changed,
        }
    )


def read(a, b, as_of=None, grace=0):
    return read_lines(a, b, as_of=as_of, grace=grace)


def test_sums_by_line():
    found = read(orders(), shipments())
    assert found.total.tolist() == [5, 0, 3]
    assert found.timely.tolist() == [2, 0, 3]
    assert found.on_time.tolist() == [False, False, True]
    assert found.in_full.tolist() == [True, False, False]
    assert found.cycle_days[0] == 6
    assert found.due.all()


def test_grace_and_the_day_of_the_tables():
    assert read(orders(), shipments(), grace=2).filled.tolist() == [True, False, False]
    early = read(orders(), shipments(), as_of="2026-03-04")
    assert early.total.tolist() == [2, 0, 0]
    assert not early.due.any()


def test_an_hour_counts_only_where_promises_have_one():
    timed = orders(promised="2026-03-05 12:00")
    assert read(timed, shipments()).on_time.tolist()[2] is False


def test_lines_of_the_same_item():
    a = orders(item="x", line=[1, 2, 1])
    assert read(a, shipments(line=[1, 1, 2])).total.tolist() == [2, 3, 3]


def test_goods_under_way_have_not_arrived():
    found = read(orders(), shipments(delivered=["2026-03-05", None, ""]))
    assert found.total.tolist() == [0, 0, 3]


def test_all_problems_at_once():
    a = orders(item=["x", "x", None], quantity=[0, 1, -2], promised=["2026-03-05", "soon", "2026-03-05"])
    b = shipments(order=["B", "A", "Z"], damaged=["no", "maybe", ""])
    with pytest.raises(DataError) as told:
        read(a, b)
    for part in [
        "table of orders, column 'item', row 3: is missing",
        "table of orders, row 2: a line that occurs twice",
        "'soon'",
        "'-2'",
        "row 1: 0. Expected: a number above 0",
        "'maybe'",
        "that were not ordered",
    ]:
        assert part in str(told.value), part


def test_dates_before_the_order():
    with pytest.raises(
        DataError, match=r"'promised', row 1: before the order(.|\n)*'delivered', row 1: before the order"
    ):
        read(
            orders(promised=["2026-02-05", "2026-03-05", "2026-03-05"]), shipments(delivered=["2026-02-05", None, None])
        )


def test_a_day_that_is_none():
    with pytest.raises(ParameterError, match="as_of: 'soon'"):
        read(orders(), shipments(), as_of="soon")
