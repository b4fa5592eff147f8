import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.voice.requirements.kinds import EXAMPLE, classify_requirements, kinds_of_requirement


def test_the_buyer_of_a_car_has_one_requirement_of_each_kind():
    result = classify_requirements(EXAMPLE)
    assert result.table["kind"].tolist() == kinds_of_requirement()["kind"].tolist()
    assert result.counts.tolist() == [1, 1, 1, 1, 1, 0]
    assert result.summary() == "4 of 5 requirements are not what customers say."


def test_answers_in_many_spellings_and_as_a_table():
    table = pd.DataFrame({"said": ["是", True, 1, None], "reluctant": ["否", False, 0.0, "YES"]}, index=list("abcd"))
    assert classify_requirements(table).table["kind"].tolist() == ["stated", "stated", "stated", "secret"]


def test_contradictions_and_open_answers_are_unclear_and_say_what_to_ask():
    result = classify_requirements({"a": {"said": "yes", "reluctant": "yes"}, "b": {"said": "no"}, "c": {}})
    assert result.table["kind"].tolist() == ["unclear"] * 3
    assert result.table["reason"].iloc[0] == "The answers contradict each other."
    assert result.table["ask"].tolist()[1:] == [
        "Would the customer be reluctant to admit it?",
        "Did the customer say it?",
    ]
    assert result.notes == ("3 requirements are unclear: ask on.",)


def test_all_problems_at_once():
    with pytest.raises(ParameterError, match=r"'sayd'.*is not known(.|\n)*a, question said: 'perhaps'"):
        classify_requirements({"a": {"said": "perhaps"}, "b": {"sayd": "yes"}})


def test_answers_that_are_no_answers():
    with pytest.raises(ParameterError, match="answers by question"):
        classify_requirements({"a": "yes"})  # type: ignore[dict-item]


def test_nothing_to_classify():
    with pytest.raises(DataError, match="no requirement"):
        classify_requirements({})
