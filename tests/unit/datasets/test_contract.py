from __future__ import annotations

from casework.datasets.contract import Column, Contract


def test_a_contract_knows_its_names_and_its_plain_form():
    column = Column(name="q1", kind="integer", low=0, high=5, codes={"yes": 1})
    assert Contract((column,)).names == ("q1",)
    plain = column.to_dict()
    assert (plain["low"], plain["codes"], plain["required"]) == (0, {"yes": 1}, True)
    assert "unit" not in plain
