import math
from dataclasses import replace
from typing import Any

import pytest

from casework.runner.cache.entry import Entry, entry_from, is_sound

KEY = "0" * 64
ENTRY = Entry(
    key=KEY,
    run_id="a-1",
    study="kano",
    parts={"data": None},
    files={"report.html": "a" * 64, "tables/a.csv": "a" * 64},
    inputs={"x": None, "y": "b" * 64},
    created=1.0,
    used=2.0,
    seconds=3.0,
    cpu=4.0,
    memory=5,
    size=6,
)


def test_an_entry_comes_back_as_it_was_written() -> None:
    assert entry_from(ENTRY.to_json(), key=KEY, used=2.0) == ENTRY
    assert ENTRY.blobs == {"a" * 64}


@pytest.mark.parametrize("content", [None, [], "x", 1, {}, {"key": KEY}, ENTRY.to_json() | {"more": 1}])
def test_other_content_is_no_entry(content: Any) -> None:
    assert entry_from(content, key=KEY, used=0.0) is None


def test_an_entry_under_another_key_is_refused() -> None:
    assert entry_from(ENTRY.to_json(), key="1" * 64, used=0.0) is None


@pytest.mark.parametrize(
    "change",
    [
        {"files": {}},
        {"files": {"../x": "a" * 64}},
        {"files": {"x": "a" * 63}},
        {"files": {"x": "../../../etc"}},
        {"files": {"x": 1}},
        {"files": ["x"]},
        {"inputs": {"x": "short"}},
        {"parts": None},
        {"run_id": 1},
        {"created": "now"},
        {"seconds": math.nan},
        {"size": None},
    ],
)
def test_hostile_fields_are_refused(change: dict[str, Any]) -> None:
    assert not is_sound(replace(ENTRY, **change))
    assert entry_from(ENTRY.to_json() | change, key=KEY, used=0.0) is None
