import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.structure import ROLES, WordRule, classify_processes, read_processes


def classify(rows, stages=ROLES, **given):
    columns = ["process", "stage", "partner", "flow", "cycle", "macro"]
    table = pd.DataFrame([(*row, *[""] * (6 - len(row))) for row in rows], columns=columns).assign(lead_time=1.0)
    return classify_processes(read_processes(table, stages=stages), **given)


def test_the_four_cycles_by_interface():
    found = classify(
        [
            ("till", "retailer", "customer"),
            ("send", "distributor", "retailer"),
            ("weave", "manufacturer", "distributor"),
            ("deliver yarn", "supplier", "manufacturer"),
        ]
    )
    assert found.table["cycle"].tolist() == ["customer order", "replenishment", "manufacturing", "procurement"]
    assert found.table["interface"].tolist()[0] == "customer – retailer"
    assert found.table["reason"].tolist()[3] == "Interface of manufacturer and supplier."
    assert found.summary().startswith("Processes by cycle: customer order 1, replenishment 1")


def test_without_a_partner_a_stage_works_for_the_next_unless_it_buys():
    found = classify([("weld", "manufacturer"), ("buy steel", "manufacturer"), ("pay", "customer")])
    assert found.table["cycle"].tolist() == ["manufacturing", "procurement", "customer order"]
    assert found.table["reason"].tolist()[1] == "Faces its supplier. Interface of manufacturer and supplier."


def test_a_maker_who_sells_directly_runs_cycles_as_one():
    stages = ["supplier", "manufacturer", "customer"]
    found = classify(
        [
            ("assemble", "manufacturer"),
            ("order entry", "manufacturer"),
            ("stamp", "manufacturer"),
            ("wait", "customer"),
        ],
        stages,
    )
    assert found.table["cycle"].tolist() == ["manufacturing", "customer order", "manufacturing", "customer order"]
    assert "the name says 'assembl'" in found.table["reason"].tolist()[0]


def test_hands_overrule():
    found = classify([("assemble", "manufacturer", "", "", "procurement", "customer relationship")]).table.iloc[0]
    assert (found["cycle"], found["macro_process"], found["reason"]) == (
        "procurement",
        "customer relationship",
        "Set by hand.",
    )


def test_macro_by_partner_where_no_word_says():
    found = classify(
        [
            ("xx", "retailer", "customer", "funds"),
            ("xy", "retailer", "distributor", "information"),
            ("yy", "retailer", "customer", "product"),
        ]
    )
    assert found.table["macro_process"].tolist() == [
        "customer relationship",
        "supplier relationship",
        "internal supply chain",
    ]


def test_empty_classes_are_told_and_counted():
    found = classify([("assemble", "manufacturer")])
    assert any("procurement" in note for note in found.notes)
    assert found.counts.loc["manufacturing", "internal supply chain"] == 1
    assert found.counts.to_numpy().sum() == 1


def test_own_rules():
    found = classify([("assemble", "manufacturer")], macro_rules=[WordRule("supplier relationship", ("assem",))])
    assert found.table["macro_process"].tolist() == ["supplier relationship"]
    with pytest.raises(ParameterError, match="class 'x' is not known"):
        classify([("assemble", "manufacturer")], macro_rules=[WordRule("x", ("a",))])
