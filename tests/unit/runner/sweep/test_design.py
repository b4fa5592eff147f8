"""What was given so far: each parameter once, each problem kept."""

from __future__ import annotations

import pytest

from casework.core.errors import ParameterError, Problem
from casework.runner.sweep.design import Design
from casework.runner.sweep.targets import find_target


@pytest.fixture
def design() -> Design:
    return Design(find_target("kano"))


def told(design: Design) -> list[str]:
    return [str(problem) for problem in design.problems]


def test_a_parameter_is_given_once(design: Design) -> None:
    assert design.claim(["seed", "low"], "-p") == ["seed", "low"]
    assert design.claim(["low", "high"], "grid") == ["high"]
    assert design.owners == {"seed": "-p", "low": "-p", "high": "grid"}
    assert told(design) == ["parameter low: it is given twice: -p, grid. Expected: each parameter once."]


def test_other_names_are_problems_with_what_may_have_been_meant(design: Design) -> None:
    assert design.claim(["thresold", "fixd", 1], "grid", also=["fixed"]) == []
    assert "Did you mean 'threshold'?" in told(design)[0]
    assert "Did you mean 'fixed'?" in told(design)[1]
    assert told(design)[2].startswith("parameter 1: kano has no such parameter")
    design.claim(["thresold"], "cases", table="a.csv")
    assert told(design)[3].startswith("a.csv, column 'thresold': kano has no such parameter.")


def test_axes_are_combined(design: Design) -> None:
    assert design.size == 1
    design.vary("seed", [1, 2, 3])
    design.vary("low", [1, 2])
    design.fix({"high": 9, "hihg": 8}, "fixed")
    assert design.size == 6
    assert design.fixed == {"high": 9}
    with pytest.raises(ParameterError, match="it has no values"):
        design.vary("resamples", [])


def test_problems_are_collected_and_other_errors_are_not(design: Design) -> None:
    with design.collecting():
        raise ParameterError([Problem("a", "b"), Problem("c", "d")])
    assert [problem.where for problem in design.problems] == ["a", "c"]
    with pytest.raises(OSError, match="disk"), design.collecting():
        raise OSError("disk")
