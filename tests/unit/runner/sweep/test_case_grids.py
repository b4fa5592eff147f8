"""Grid files have sections; whatever else they say is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import ParameterError
from casework.runner.sweep.case_grids import add_grid, add_zip, read_mapping, read_mappings, read_sections
from casework.runner.sweep.cases import make_cases
from casework.runner.sweep.design import Design
from casework.runner.sweep.targets import find_target


def points(**given: Any) -> list[dict[str, Any]]:
    return list(make_cases("kano", **given).points)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_json_and_flat_files_are_grids(tmp_path: Path) -> None:
    path = write(tmp_path / "grid.json", json.dumps({"threshold": [0.1, 0.2], "answers": [{}, {"yes": 1}], "seed": 4}))
    assert len(points(grid=path)) == 4
    assert points(grid=path) == points(grid={"grid": {"threshold": [0.1, 0.2], "answers": [{}, {"yes": 1}], "seed": 4}})


def test_a_mapping_is_one_value_of_a_mapping() -> None:
    assert points(grid={"answers": {"yes": 1}}) == [{"answers": {"yes": 1}}]


def test_arrays_and_ranges_are_lists() -> None:
    import numpy as np

    assert [point["seed"] for point in points(grid={"seed": range(3)})] == [0, 1, 2]
    assert [point["low"] for point in points(grid={"low": np.arange(3) / 2})] == [0, 0.5, 1]


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"gird": {"threshold": [1]}}, "Did you mean 'grid'"),
        ({"grid": {"threshold": [0.1]}, "zipp": []}, "Did you mean 'zip'"),
        ({"grid": {"threshold": [0.1]}, "low": 3}, "below 'grid' or 'fixed'"),
        ({"grid": [1]}, "names with their values"),
        ({"zip": "abc"}, "a list of names with their values"),
        ({"zip": [{"low": [1, 2], "high": [8]}]}, "low: 2 values, high: 1 values"),
        ({"zip": [{"low": [], "high": []}]}, "lists of one length"),
        ({"cases": []}, "there is no case"),
        ({"cases": "cases.csv"}, "a list of names"),
        ({"cases": [3]}, "names with their values"),
        ({"threshold": []}, "it has no values"),
        ({"threshold": {"from": 1}}, "either step or count"),
        ({"fixed": {"low": 1}, "grid": {"low": [1, 2]}}, "given twice: fixed, grid"),
        ({"grid": {"low": [1]}, "zip": [{"low": [1, 2]}]}, "given twice: grid, zip"),
        ({"fixed": {1: 2}}, "parameter 1: kano has no such parameter"),
        ({"fixed": {"thresold": 2}}, "Did you mean 'threshold'"),
        ({"draws": {"count": 3}}, "no parameter is named"),
        ({"draws": {"cuont": 3, "ranges": {"threshold": None}}}, "Did you mean 'count'"),
        ({"draws": {"count": 3, "ranges": {"low": None}}}, "no low of its own"),
        ({"draws": {"count": 3, "ranges": ["low"]}}, "names with their values"),
        ({}, "no values are given"),
    ],
)
def test_files_that_say_something_else_are_refused(grid: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        make_cases("kano", grid=grid)


def kano() -> Design:
    return Design(find_target("kano"))


def test_a_file_of_names_only_is_a_grid() -> None:
    assert read_sections(kano(), None) == {}
    assert read_sections(kano(), {"low": [1]}) == {"grid": {"low": [1]}}
    assert read_sections(kano(), {"zip": [], "grid": {}}) == {"zip": [], "grid": {}}


def test_mappings_are_told_from_other_things() -> None:
    design = kano()
    assert read_mapping(design, "grid", None) == {}
    assert read_mappings(design, "zip", None) == []
    assert read_mappings(design, "zip", {"low": [1]}) == [{"low": [1]}]
    assert not design.problems
    assert read_mappings(design, "zip", [3, {"low": [1]}]) == [{}, {"low": [1]}]
    assert [str(problem) for problem in design.problems] == ["zip: 3. Expected: names with their values."]


def test_parameters_change_together_or_are_combined() -> None:
    design = kano()
    add_zip(design, {"low": [1, 2], "high": {"from": 8, "to": 9, "step": 1}})
    add_grid(design, {"seed": 4, "lo": 1, "threshold": []})
    assert [[piece.given for piece in axis] for axis in design.axes] == [
        [{"low": 1, "high": 8}, {"low": 2, "high": 9}],
        [{"seed": 4}],
    ]
    assert [problem.where for problem in design.problems] == ["parameter lo", "parameter threshold"]
