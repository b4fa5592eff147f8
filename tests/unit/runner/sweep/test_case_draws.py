"""Draws come from the call or from the file, with ranges as the command line writes them."""

from __future__ import annotations

from typing import Any

import pytest

from casework.core.errors import ParameterError
from casework.runner.sweep.case_draws import add_draws
from casework.runner.sweep.cases import make_cases
from casework.runner.sweep.design import Design
from casework.runner.sweep.targets import find_target


def refused(**given: Any) -> list[str]:
    with pytest.raises(ParameterError, match=r".") as caught:
        make_cases("kano", **given)
    return [str(problem) for problem in caught.value.problems]


def test_draws_take_ranges_as_the_command_line_writes_them() -> None:
    ranges = {"threshold": None, "confidence": "0.6:0.9:log", "order": "MOAIRQ,OMAIRQ", "low": [1, 5], "table": None}
    found = make_cases("kano", draws=30, ranges=ranges, seed=5)
    assert found.origin == "latin"
    assert len(found.points) == 30
    assert all(0 <= point["threshold"] <= 1 and 0.6 <= point["confidence"] <= 0.9 for point in found.points)
    assert {point["order"] for point in found.points} == {"MOAIRQ", "OMAIRQ"}
    assert {point["table"] for point in found.points} == {"berger", "pouliot", "3-level"}
    assert found == make_cases("kano", draws=30, ranges=ranges, seed=5)


def test_draws_are_given_once() -> None:
    ranges = {"threshold": None}
    told = refused(draws=3, ranges=ranges, grid={"draws": {"count": 2, "ranges": ranges}})
    assert "given twice: draws, grid" in told[0]
    assert "given twice: -p, draws" in refused(draws=3, ranges=ranges, words=["threshold=0.1,0.2"])[0]
    assert "draws: None" in refused(ranges=ranges)[0]
    assert "Did you mean 'latin'" in refused(draws=3, ranges=ranges, method="latim")[0]


CALL: dict[str, Any] = {"count": None, "ranges": None, "method": "random", "seed": 7}


def test_the_file_goes_before_what_the_call_leaves_open() -> None:
    design = Design(find_target("kano"))
    add_draws(design, None, CALL)
    assert design.axes == []
    add_draws(design, {"count": 4, "method": "latin", "ranges": {"seed": [1, 4]}}, CALL)
    assert sorted(piece.given["seed"] for piece in design.axes[0]) == [1, 2, 3, 4]
    assert design.origin == "latin"
    assert not design.problems


def test_every_problem_of_the_draws_is_told() -> None:
    design = Design(find_target("kano"))
    add_draws(design, {"sed": 1, "count": 0, "ranges": {"lwo": None, "low": [2, 1], "seed": [1, 4]}}, CALL)
    assert [problem.where for problem in design.problems] == ["draws", "parameter lwo", "range of low", "draws"]
    assert design.axes == []
