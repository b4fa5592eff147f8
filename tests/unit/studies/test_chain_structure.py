import pandas as pd
import pytest
from pydantic import ValidationError

from casework.core.errors import DataError
from casework.core.options import allowed
from casework.datasets.template import template_frame
from casework.studies.chain_structure import ANSWERS, MEANINGS, NEEDED, STUDY, Balance, ChainParameters, layout
from casework.studies.inputs import load
from casework.supply_chain.structure import RUBRIC, cash, read_chain
from casework.supply_chain.structure.chain_table import COLUMNS


def columns(contract):
    return {column.name: column for column in contract.columns}


def test_options_and_columns_are_those_of_the_methods():
    assert allowed(Balance) == allowed(cash.Balance)
    assert list(ANSWERS) == [item.name for item in RUBRIC]
    assert {name for names in COLUMNS.values() for name in names} | {"table"} == set(MEANINGS)


def test_no_parameter_has_the_name_of_a_column():
    assert not set(ChainParameters.model_fields) & set(MEANINGS)


def test_three_columns_are_needed_and_no_more():
    found = columns(STUDY.contract(ChainParameters(), []))
    assert {name for name, column in found.items() if column.required} == set(NEEDED)
    assert found["lead_time"].low == 0


def test_group_of_the_orders_is_read_where_it_is_named():
    found = columns(STUDY.contract(ChainParameters(by="region"), ["region"]))
    assert found["region"].parameter == "by"
    assert layout(ChainParameters(by="region"), ["region"]).by == "region"
    assert layout(ChainParameters(), []).by == "month"
    assert layout(ChainParameters(by=""), ["region"]).by is None


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"usual_wait": -1}, "greater than or equal to 0"),
        ({"waits": {"desk": -1}}, "at least 0"),
        ({"answers": {**ANSWERS, "scop": 2}}, "'scop' is not a criterion"),
        ({"answers": {"scope": 2}}, "no answer for 'planning'"),
        ({"answers": {**ANSWERS, "scope": 4}}, "'scope' lies outside 1 to 3"),
        ({"confidence": 1}, "less than 1"),
        ({"balance": "opening"}, "average"),
        ({"grace": -1}, "greater than or equal to 0"),
        ({"market": 0}, "greater than 0"),
    ],
)
def test_refused(given, match):
    with pytest.raises(ValidationError, match=match):
        ChainParameters(**given)


def test_template_filled_with_processes_can_be_read(tmp_path):
    empty = template_frame(STUDY.contract(ChainParameters(), []), 0)
    filled = pd.DataFrame({"process": ["make", "sell"], "stage": ["manufacturer", "retailer"], "lead_time": [5, 1]})
    path = tmp_path / "mine.csv"
    filled.reindex(columns=empty.columns).to_csv(path, index=False)
    found = read_chain(load(str(path), study="chain_structure").frame)
    assert found.chain.processes["process"].tolist() == ["make", "sell"]
    assert not found.has_orders


def test_group_that_is_not_there_is_refused(tmp_path):
    path = tmp_path / "mine.csv"
    pd.DataFrame({"process": ["make"], "stage": ["manufacturer"], "lead_time": [5]}).to_csv(path, index=False)
    with pytest.raises(DataError, match="region"):
        load(str(path), study="chain_structure", by="region")
