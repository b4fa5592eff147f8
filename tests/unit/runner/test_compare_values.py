"""What compared runs hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.core.errors import RunError
from casework.runner.compare_values import (
    Side,
    change,
    input_title,
    largest_changes,
    parameter_frame,
    read_side,
    result_digits,
    result_frame,
)


def side(label: str, parameters: dict[str, Any] | None = None, study: str = "kano", **results: Any) -> Side:
    published = {name: {"value": value, "unit": "", "title": name} for name, value in results.items()}
    manifest = {"study": study, "parameters": parameters or {}}
    return Side(label=label, name=f"kano/{label}", folder=Path(label), manifest=manifest, results=published)


@pytest.mark.parametrize(
    ("first", "second", "differs"),
    [(1, 1, False), (1, 1.0, True), (1, True, True), ("1", 1, True), ({"a": 1}, {"a": 1}, False)],
)
def test_types_tell_parameters_apart(first: Any, second: Any, differs: bool) -> None:
    frame = parameter_frame([side("A", {"x": first}), side("B", {"x": second})])
    assert frame["differs"].tolist() == [differs]
    assert frame["A"][0] == first


def test_a_parameter_that_one_run_lacks_differs_within_a_study_only() -> None:
    assert parameter_frame([side("A", {"x": 1}), side("B", {})])["differs"].tolist() == [True]
    assert parameter_frame([side("A", {"x": 1}), side("B", {}, study="other")])["differs"].tolist() == [False]


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_differences(first: float, second: float) -> None:
    difference, relative = change(first, second)
    assert difference == second - first
    assert (relative is None) == (first == 0)


@pytest.mark.parametrize("pair", [(None, 1), ("a", 1), (True, 1), (1, None)])
def test_only_numbers_have_differences(pair: tuple[Any, Any]) -> None:
    assert change(*pair) == (None, None)


def test_values_keep_their_types() -> None:
    frame = result_frame([side("A", n=1, text="a", share=None), side("B", n=1.5, text="b")])
    assert frame["A"].tolist() == [1, "a", None]
    assert frame["difference B"].tolist() == [0.5, None, None]
    assert frame["differs"].tolist() == [True, True, True]


def test_the_largest_changes_come_first() -> None:
    sides = [side("A", x=1.0, y=10.0, z=0.0), side("B", x=1.1, y=20.0, z=1.0)]
    assert largest_changes(sides, result_frame(sides)) == [
        "y: 10.00 in A, 20.00 in B (+100.0%).",
        "x: 1.00 in A, 1.10 in B (+10.0%).",
    ]


def test_decimals_are_those_of_the_study() -> None:
    assert result_digits([side("A")], "nothing") == 2


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"run.json cannot be read"):
        read_side("A", tmp_path, {"parameters": 3})


def test_results_of_another_shape_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(json.dumps({"a": 1, "b": {"value": 2}}), encoding="utf-8")
    found = read_side("A", tmp_path, {"parameters": {}})
    assert found.results == {"b": {"value": 2}}
    assert (found.value("b"), found.value("a"), found.ok) == (2, None, False)


def test_names_of_inputs() -> None:
    assert input_title("lang") == "language"
    assert input_title("other") == "other"
