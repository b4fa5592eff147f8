import pytest

from casework.core.errors import DataError, ParameterError
from casework.datasets.synthetic.credit_statements import credit_customers
from casework.studies.credit_rating import STUDY, contract, expression_columns, layout
from casework.studies.inputs import load
from casework.studies.parameters import validate


def checked(**given):
    return validate(STUDY, given)


@pytest.fixture(scope="module")
def rows():
    return credit_customers(customers=60, seed=3)[0]


def test_the_bundled_customers_meet_the_contract():
    table = load("credit_customers", study="credit_rating")
    assert table.layout.statement
    assert table.layout.override == "override"
    assert not table.exclusions


def test_optional_parts_are_left_out_where_their_columns_are_absent(rows):
    columns = [name for name in rows.columns if name not in ("defaulted", "importance", "retained_earnings")]
    found = layout(checked(), columns)
    assert (found.defaulted, found.importance, found.statement) == (None, None, False)
    assert found.working_capital
    names = contract(checked(override="", defaulted=""), columns).names
    assert not {"override", "defaulted"} & set(names)


def test_a_column_that_is_named_must_exist():
    with pytest.raises(DataError, match="nowhere"):
        load("credit_customers", study="credit_rating", defaulted="nowhere")


def test_bad_cells_are_told_at_once(tmp_path, rows):
    bad = rows.astype({"management": object, "equity": object})
    bad.loc[2, "management"] = 9
    bad.loc[4, "equity"] = "much"
    bad.loc[5, "total_assets"] = -3
    bad.to_csv(tmp_path / "firms.csv", index=False)
    with pytest.raises(DataError, match="management") as caught:
        load(str(tmp_path / "firms.csv"), study="credit_rating")
    assert "equity" in str(caught.value)
    assert "total_assets" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("indicators", {"x": ["a", "a"]}),
        ("indicators", {"x": []}),
        ("indicators", {"x": [" / b"]}),
        ("scales", {"management": [5, 1]}),
        ("bands", {"manegement": [1, 2]}),
        ("weights", {"finance": 1}),
        ("weights", {"finance": -1, "operations": 1, "market": 1, "industry": 1, "trading history": 1}),
        ("grades", ["A", "A", "B", "C", "D"]),
        ("grades", ["A", "B", "C", "D", "defaulted"]),
        ("cuts", [50, 60, 40, 30]),
        ("cuts", [60, 50]),
        ("grade_factors", {"A": -1}),
        ("caps", {"Z": 100}),
        ("review_months", {"A": [1, 2]}),
        ("equity_share", -0.1),
    ],
)
def test_bad_parameters_are_refused_before_a_run(name, value):
    with pytest.raises(ParameterError, match=name):
        checked(**{name: value})


def test_pairs_are_asked_for_where_they_are_needed():
    with pytest.raises(ParameterError, match="judgement of 'operations' and 'market'"):
        checked(weighting="ahp", comparisons={"finance": {"operations": 2}})
    assert checked(weighting="equal", comparisons={}).comparisons == {}


def test_columns_of_an_indicator():
    assert expression_columns("-a / b") == ("a", "b")
    assert expression_columns("a/b") == ("a/b",)
    assert not all(expression_columns("/"))
    assert not all(expression_columns(""))


def test_models_are_those_of_the_method():
    from typing import get_args

    from casework.credit.rating.altman import AltmanModel
    from casework.studies.credit_rating import Altman

    assert set(get_args(Altman)) == set(get_args(AltmanModel))
