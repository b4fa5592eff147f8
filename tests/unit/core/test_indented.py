"""The same text as the standard library's, to the byte."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.core.indented import indented

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def usual(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, separators=(",", ": "), ensure_ascii=False)


@given(VALUES)
def test_it_is_the_text_of_the_standard_library(value: object) -> None:
    assert indented(value) == usual(value)


@pytest.mark.parametrize(
    "value", [{1: "a", 2: "b"}, {None: 1}, {True: 1, False: 2}, {1.5: []}, {"ü\\udc80": "\x00\u2028"}]
)
def test_names_of_other_kinds(value: object) -> None:
    assert indented(value) == usual(value)


@pytest.mark.parametrize("value", [object(), [b"x"], {"a": {1, 2}}, {(1, 2): 3}, {"a": 1, 2: 3}])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"JSON serializable|keys must be|not supported between"):
        indented(value)
    with pytest.raises(TypeError, match=r"JSON serializable|keys must be|not supported between"):
        usual(value)
