import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.supply_chain.structure import ROLES, read_processes


def frame(**changed):
    table = {
        "process": ["buy cloth", "cut", "sew", "sell"],
        "stage": ["manufacturer", "manufacturer", "manufacturer", "retailer"],
        "lead_time": [9, 1, 2, 0],
        "after": ["", "buy cloth", "cut", "sew"],
    }
    return pd.DataFrame({**table, **changed})


def read(table):
    return read_processes(table, stages=ROLES)


def test_a_table_is_read_and_goes_back():
    found = read(frame(product=["", "", "red; blue", "red"], flow=["", "product", "", "funds"], colour=[1, 2, 3, 4]))
    assert found.products == ("red", "blue")
    assert list(found.graph("blue")) == ["buy cloth", "cut", "sew"]
    assert found.graph().number_of_edges() == 3
    assert found.to_frame()["product"].tolist() == ["", "", "red; blue", "red"]
    assert "3 move product, 0 information, 1 funds" in found.summary()
    assert found.notes == ("Columns that were not used: colour.",)


def test_all_problems_at_once():
    table = frame(
        stage=["maker", "manufacturer", "manufacturer", ""],
        lead_time=[9, -1, None, "long"],
        after=["", "buy clot", "cut", "sew"],
        process=["buy cloth", "cut", "cut", ""],
        trigger=["orders", "", "", ""],
    )
    with pytest.raises(DataError) as told:
        read(table)
    text = str(told.value)
    for part in [
        "'maker' is not known",
        "row 4: is missing",
        "'-1', 'long'",
        "row 3: is missing",
        "'cut': occurs twice",
        "row 4: no name",
        "Did you mean 'buy cloth'",
        "one of order, forecast",
        "'sew' is not a process",
    ]:
        assert part in text, part


def test_a_circle_is_named():
    with pytest.raises(DataError, match=r"a cycle: (cut > sew > cut|sew > cut > sew)"):
        read(frame(after=["", "sew", "cut", "sew"]))


def test_a_process_that_waits_for_itself():
    with pytest.raises(DataError, match="a cycle: cut > cut"):
        read(frame(after=["", "cut", "", ""]))


def test_columns_that_are_missing():
    with pytest.raises(DataError, match="column 'lead_time': there is no such column"):
        read(frame().drop(columns="lead_time"))


def test_processes_without_links_are_told():
    assert "Nothing goes before or after: sell." in read(frame(after=["", "buy cloth", "cut", np.nan])).notes


def test_names_are_text():
    found = read(frame(process=["<b>", "=1+1", "'); drop", "{x}"], after=""))
    assert found.processes["process"].tolist() == ["<b>", "=1+1", "'); drop", "{x}"]


def test_a_step_of_another_product_does_not_cut_the_way():
    found = read(frame(product=["", "", "red", ""])).graph("blue")
    assert read(frame(product=["blue", "", "red", ""])).products == ("blue", "red")
    assert list(found.edges) == [("buy cloth", "cut"), ("cut", "sell")]


def test_a_way_that_another_step_already_joins_gets_no_second_link():
    table = frame(
        process=["cut", "red", "blue", "sell"], after=["", "cut", "cut", "red; blue"], product=["", "red", "blue", ""]
    )
    assert sorted(read(table).graph("red").edges) == [("cut", "red"), ("red", "sell")]
