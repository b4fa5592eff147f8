import pytest
from pydantic import ValidationError

from casework.studies.loss_provisions import STUDY, ProvisionParameters, layout

COLUMNS = ["customer", "industry", "grade", "document", "kind", "invoice", "date", "due", "amount", "currency"]


def test_contract_names_every_column_once():
    found = STUDY.contract(ProvisionParameters(), COLUMNS)
    assert sorted(found.names) == sorted(COLUMNS)
    optional = {column.name: column.parameter for column in found.columns if not column.required}
    assert optional == {"industry": "segment", "currency": "currency"}


def test_the_same_column_twice_is_read_once():
    found = STUDY.contract(ProvisionParameters(segment="grade"), COLUMNS)
    assert len(found.names) == len(set(found.names))


def test_layout_leaves_out_what_is_not_there():
    found = layout(ProvisionParameters(), ["customer", "amount", "grade"])
    assert found.segment is None
    assert found.columns == {"customer": "customer", "amount": "amount"}
    assert layout(ProvisionParameters(segment=""), COLUMNS).segment is None


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"edges": [0, 30, 30]}, "ascend"),
        ({"edges": [-1, 30]}, "ascend"),
        ({"grades": ["A", "A"], "grade_pd": [0.1, 0.1]}, "'A' occurs twice"),
        ({"grades": [" "], "grade_pd": [0.1]}, "one is empty"),
        ({"grade_pd": [0.1]}, "5 numbers"),
        ({"grade_pd": [0.1, 0.1, 0.1, 0.1, 1.5]}, "0 to 1"),
        ({"future_factors": [1.0]}, "3 numbers"),
        ({"future_factors": [1.0, -1.0, 1.0]}, "at least 0"),
        ({"scenario_weights": [1.0, 0.0, 1.0]}, "above 0"),
        ({"as_of": "2025-02-30"}, "a day such as 2025-12-31"),
        ({"correlation": 1.0}, "correlation"),
        ({"level": 0.5}, "level"),
    ],
)
def test_wrong_parameters(given, match):
    with pytest.raises(ValidationError, match=match):
        ProvisionParameters(**given)


def test_lists_may_have_other_lengths_together():
    given = {"scenario_names": ["one"], "future_factors": [1.1], "scenario_weights": [2.0]}
    assert ProvisionParameters(**given).future_factors == [1.1]
    assert ProvisionParameters(as_of="2025-06-30").as_of == "2025-06-30"
