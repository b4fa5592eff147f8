"""Words of the command line are read by the type of their parameter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.core.errors import ParameterError
from casework.runner.sweep.cases import make_cases
from casework.runner.sweep.design import Design
from casework.runner.sweep.targets import find_target
from casework.runner.sweep.words import add_words, read_range_text, read_value, read_values


def points(**given: Any) -> list[dict[str, Any]]:
    return list(make_cases("kano", **given).points)


def refused(**given: Any) -> list[str]:
    with pytest.raises(ParameterError, match=r".") as caught:
        make_cases("kano", **given)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ('segment="a,b",c', ["a,b", "c"]),
        ("segment=,x", ["", "x"]),
        ("segment=", [""]),
        ("segment=no,1,007,1.0", ["no", "1", "007", "1.0"]),
        ("data=a:b:c", ["a:b:c"]),
        ("fast=true,false", [True, False]),
        ("threshold=0.1:0.3:0.1,1e-2", [0.1, 0.2, 0.3, 0.01]),
        ("seed=30:10:-10, 5", [30, 20, 10, 5]),
        ("seed=010", [10]),
        ('attributes={"a": ["f1", "d1"]};{"b,c": ["f2", "d2"]}', [{"a": ["f1", "d1"]}, {"b,c": ["f2", "d2"]}]),
        ("answers={yes: 1, no: 2}", None),
    ],
)
def test_words_are_read_by_the_type_of_the_parameter(word: str, values: list[Any] | None) -> None:
    name = word.partition("=")[0]
    if values is None:  # YAML takes yes and no for true and false, which are no texts
        assert len(refused(words=[word])) >= 1
        return
    found = [point[name] for point in points(words=[word])]
    assert found == values
    assert list(map(type, found)) == list(map(type, values))


@pytest.mark.parametrize("word", ["answers=" + "9" * 5000, "answers=" + "[" * 400, "answers=2024-13-45", "answers={a"])
def test_values_that_yaml_cannot_hold_are_refused(word: str) -> None:
    assert "parameter answers" in refused(words=[word])[0]


FEW = settings(max_examples=40)
WORDS = st.lists(st.text(st.sampled_from('ab,"; =:[{#名'), max_size=5), min_size=1, max_size=5)


@FEW
@given(WORDS)
def test_any_text_can_be_written_as_a_word(texts: list[str]) -> None:
    quoted = ",".join('"' + text.replace('"', '""') + '"' for text in texts)
    found = make_cases("kano", words=[f"segment={quoted}"])
    assert [point["segment"] for point in found.points] == list(dict.fromkeys(texts))


def test_one_value_is_fixed_and_several_are_varied() -> None:
    design = Design(find_target("kano"))
    add_words(design, ["seed=3", "low=1,2", "nothing", "seed=4"])
    assert design.fixed == {"seed": 3}
    assert [[piece.given for piece in axis] for axis in design.axes] == [[{"low": 1}, {"low": 2}]]
    assert [problem.where for problem in design.problems] == ["-p", "parameter seed"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "010", 10),
        ("int", "x", "x"),
        ("float", "1e-2", 0.01),
        ("float", "1:30", "1:30"),
        ("str", "1e-2", "1e-2"),
        ("Path", "a: b", "a: b"),
        ("bool", "true", True),
        ("Any", "{a: [1]}", {"a": [1]}),
    ],
)
def test_a_value_takes_the_type_of_its_parameter(kind: str, text: str, value: Any) -> None:
    found = read_value("x", kind, text)
    assert found == value
    assert type(found) is type(value)


def test_lists_are_told_apart_by_their_brackets() -> None:
    assert read_values("x", "list", "[1, 2] ; [3]") == [[1, 2], [3]]
    assert read_values("x", "Any", "{a: 1};{a: 2}") == [{"a": 1}, {"a": 2}]
    assert read_values("x", "str", "[1];[2]") == ["[1];[2]"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("1:3", "from:to:step"), ("1:2:3:4", "from:to:step"), ('"1', "quotation marks"), ("1:3:x", "a number")],
)
def test_what_gives_no_values_is_refused(text: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        read_values("x", "int", text)


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("int", "1:9", {"low": 1, "high": 9}),
        ("float", "1:9:log", {"low": 1, "high": 9, "scale": "log"}),
        ("float", "1:9:log:x", {"low": 1, "high": 9, "scale": "log:x"}),
        ("float", "0.1,0.2", {"options": [0.1, 0.2]}),
        ("str", "1:9", {"options": ["1:9"]}),
        ("float", None, None),
        ("float", {"low": 1}, {"low": 1}),
    ],
)
def test_ranges_are_read_where_they_are_texts(kind: str, given: Any, expected: Any) -> None:
    assert read_range_text("x", kind, given) == expected
