import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.studies.inputs import load
from casework.studies.parameters import validate
from casework.studies.requirements import REQUIREMENTS, STATEMENTS, STUDY, TREE, contract, layout, measure_columns
from casework.voice.requirements.ctq import ctq_tree
from casework.voice.requirements.kinds import classify_requirements
from casework.voice.requirements.statements import check_statements


def checked(**given):
    return validate(STUDY, given)


def test_defaults_hold():
    assert 0 < check_statements(STATEMENTS).good < len(STATEMENTS)
    assert set(classify_requirements(REQUIREMENTS).table["kind"]) >= {"stated", "real", "secret", "unclear"}
    tree = ctq_tree(TREE)
    assert list(measure_columns(TREE)) == tree.measures["column"].tolist()
    assert tree.notes == ()


def test_bundled_contacts_have_everything_but_statements():
    data = load("shop_contacts", study="requirements")
    assert data.layout.comment == "comment"
    assert data.layout.statement is None
    assert data.layout.measures == ("answer_seconds", "solved_first", "delivery_days", "refund_days")
    assert data.frame.shape == (900, 7)


@pytest.mark.parametrize("columns", [["comment"], ["statement"], ["delivery_days"], ["comment", "rating", "other"]])
def test_one_part_is_enough(columns):
    assert contract(checked(), columns)
    assert any([layout(checked(), columns).comment, layout(checked(), columns).statement, "delivery_days" in columns])


def test_a_file_with_nothing_of_use_is_refused():
    with pytest.raises(DataError, match="no comments, no statements and no measure; there are: a, b"):
        contract(checked(), ["a", "b"])


def test_a_file_of_statements(tmp_path):
    path = tmp_path / "own.csv"
    pd.DataFrame({"need": ["It must be good.", "The lid shuts within 2 s."]}).to_csv(path, index=False)
    data = load(str(path), study="requirements", statement="need")
    assert data.layout.statement == "need"
    with pytest.raises(DataError, match="column 'text': there is no such column"):
        load(str(path), study="requirements", statement="need", comment="text")


def test_a_measure_of_the_name_of_its_column():
    tree = {"need": {"driver": {"wait": {"unit": "s", "upper": 3}}}}
    assert layout(checked(tree=tree), ["wait"]).measures == ("wait",)
    assert [column.name for column in contract(checked(tree=tree), ["wait"]).columns][-1] == "wait"


def test_empty_names_ask_for_nothing():
    names = contract(checked(comment="", rating="", customer="", statement=""), []).names
    assert set(names) == set(measure_columns(TREE))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"statements": []}, "statements"),
        ({"statements": [" "]}, "at least one statement"),
        ({"tree": {"need": 3}}, "drivers with measures below each need; not so: need"),
        ({"negative_to": 4, "positive_from": 4}, "negative_to must be below positive_from"),
        ({"language": "fr"}, "language"),
        ({"topics": -1}, "topics"),
        ({"path": 0}, "path"),
        ({"statment": "x"}, "Did you mean 'statement'"),
    ],
)
def test_wrong_parameters(given, message):
    with pytest.raises(ParameterError, match=message):
        checked(**given)
