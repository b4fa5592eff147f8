import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.runner.cache import parts
from casework.runner.cache.parts import cache_key, differing, key_parts

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)
BASE: dict[str, Any] = {
    "study": "kano",
    "notebook": "a" * 64,
    "parameters": {"seed": 7, "order": "MOAIRQ"},
    "data": "b" * 64,
    "package": "c" * 64,
    "lang": "en",
    "formats": ("html",),
    "with_code": False,
}


def typed(value: Any) -> Any:
    """Return what tells values apart that Python holds for equal."""
    if isinstance(value, dict):
        return {name: typed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return (type(value).__name__, repr(value))


@given(VALUES, VALUES)
def test_keys_are_equal_where_values_and_types_are(first: Any, second: Any) -> None:
    keys = cache_key({"x": first}), cache_key({"x": second})
    assert (keys[0] == keys[1]) == (typed(first) == typed(second))


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=5), st.randoms())
def test_the_order_of_names_is_free(values: dict[str, Any], random: Any) -> None:
    names = list(values)
    random.shuffle(names)
    assert cache_key({name: values[name] for name in names}) == cache_key(values)


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=5))
def test_parts_come_back_from_json_with_the_same_key_and_no_difference(values: dict[str, Any]) -> None:
    made = key_parts(**BASE | {"parameters": values})
    back = json.loads(json.dumps(made))
    assert cache_key(back) == cache_key(made)
    assert differing(back, made) == []


@pytest.mark.parametrize(("first", "second"), [(1, 1.0), (1, True), (1, "1"), (0.0, -0.0), (None, "None"), (1, [1])])
def test_values_that_look_alike_differ(first: Any, second: Any) -> None:
    assert cache_key({"x": first}) != cache_key({"x": second})
    assert differing({"x": first}, {"x": second}) == ["x"]


def test_values_that_json_does_not_know_are_not_taken_for_their_text() -> None:
    day = date(2026, 11, 21)
    assert cache_key({"x": day}) != cache_key({"x": str(day)})
    assert cache_key({"x": {1: "a"}}) != cache_key({"x": {"1": "a"}})
    assert cache_key({"x": {3, 1, 2}}) == cache_key({"x": {2, 1, 3}}) != cache_key({"x": [1, 2, 3]})
    assert cache_key({"x": (1, 2)}) == cache_key({"x": [1, 2]})


@pytest.mark.parametrize(
    "change",
    [
        {"study": "other"},
        {"notebook": "d" * 64},
        {"parameters": {"seed": 8, "order": "MOAIRQ"}},
        {"data": None},
        {"package": "d" * 64},
        {"lang": "zh"},
        {"formats": ("html", "pdf")},
        {"with_code": True},
        {"threads": 2},
        {"inputs": {"x": None}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_changes_the_key(change: dict[str, Any]) -> None:
    assert cache_key(key_parts(**BASE | change)) != cache_key(key_parts(**BASE))
    assert len(differing(key_parts(**BASE), key_parts(**BASE | change))) == 1


def test_order_of_formats_and_html_do_not_matter() -> None:
    made = [key_parts(**BASE | {"formats": formats}) for formats in (("pdf",), ("html", "pdf"), ("pdf", "html"))]
    assert made[0] == made[1] == made[2]


def test_names_of_the_parts() -> None:
    expected = "notebook study parameters data package lang environment python system threads exporter"
    assert " ".join(key_parts(**BASE)) == expected


def test_parameters_that_differ_are_spelled_out_and_cannot_mislead() -> None:
    then = key_parts(**BASE)
    now = key_parts(**BASE | {"parameters": {"seed": 7.0, "new\x1b[31m": "\u202e<b>"}, "lang": "zh"})
    assert differing(then, now) == [
        "parameter seed: 7 -> 7.0",
        'parameter order: "MOAIRQ" -> –',
        r'parameter new\x1b[31m: – -> "\u202e<b>"',
        "lang",
    ]


def test_the_environment_is_the_listing_of_installed_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def digest(*paths: str) -> str:
        monkeypatch.setattr(sys, "path", list(paths))
        parts.environment_sha256.cache_clear()
        return parts.environment_sha256()

    first = tmp_path / "first"
    (first / "a-1.0.dist-info").mkdir(parents=True)
    before = digest(str(first), str(tmp_path / "nothing"))
    (first / "module.py").touch()
    assert digest(str(first), str(first)) == before
    (first / "b-1.0.dist-info").mkdir()
    assert digest(str(first)) != before
    parts.environment_sha256.cache_clear()


def test_copies_that_a_package_carries_for_itself_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carried = tmp_path / "setuptools" / "_vendor"
    (carried / "packaging-1.0.dist-info").mkdir(parents=True)
    before = parts._installed()
    monkeypatch.setattr(sys, "path", [*sys.path, str(carried)])
    assert parts._installed() == before
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    (tmp_path / "own-1.0.dist-info").mkdir()
    assert parts._installed() == before | {"own-1.0.dist-info"}
