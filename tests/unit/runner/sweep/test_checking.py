"""Every combination is checked once, and all problems are told with their cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import ParameterError
from casework.runner.sweep.cases import make_cases
from casework.runner.sweep.checking import Checked, check_cases
from casework.runner.sweep.design import Design
from casework.runner.sweep.targets import find_target


def points(**given: Any) -> list[dict[str, Any]]:
    return list(make_cases("kano", **given).points)


def refused(**given: Any) -> list[str]:
    with pytest.raises(ParameterError, match=r".") as caught:
        make_cases("kano", **given)
    return [str(problem) for problem in caught.value.problems]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_cases_of_a_table_meet_every_value_of_a_grid(tmp_path: Path) -> None:
    path = write(tmp_path / "cases.csv", "seed\n1\nx\n")
    assert len(points(cases=[{"seed": 1}, {"seed": 2}], words=["low=1,2,3"])) == 6
    told = refused(cases=path, words=["low=1,2,3,4,5"])
    assert [line.partition(" Expected")[0] for line in told] == [
        "cases 2, 4, 6 and 2 more, cases.csv, row 3, column 'seed': 'x'."
    ]


def test_twenty_problems_are_shown_and_the_others_counted() -> None:
    told = refused(words=["low=1:50:1"], grid={"high": [20]})
    assert len(told) == 21
    assert told[0].startswith("case 20, parameter kano: ")
    assert told[-1] == "and 11 more problems."


def test_too_many_cases_are_refused_with_their_number() -> None:
    assert refused(words=["seed=1:1000:1"], grid={"resamples": range(100, 201)}) == [
        "101,000 cases. Expected: at most 100,000 cases. Give fewer values, or draw some of them."
    ]
    with pytest.raises(ParameterError, match="draws: 100001"):
        make_cases("kano", draws=100_001, ranges={"threshold": None})


def test_the_same_run_keeps_its_first_place() -> None:
    checked = Checked()
    for given, full in ([["a"], {"a": 1, "b": 0}], [["a", "b"], {"a": 1, "b": 0}], [["b"], {"a": 1, "b": 2}]):
        checked.add(given, full)
    assert list(checked.points.values()) == [{"a": 1}, {"b": 2}]
    assert checked.varied() == ("b",)


def test_true_and_one_differ() -> None:
    checked = Checked()
    for value in (1, True, 1.0):
        checked.add(["a"], {"a": value})
    assert checked.varied() == ("a",)


def test_a_design_without_anything_is_no_case() -> None:
    with pytest.raises(ParameterError, match="no values are given"):
        check_cases(Design(find_target("kano")))
    design = Design(find_target("kano"))
    design.fix({"lwo": 1}, "fixed")
    with pytest.raises(ParameterError, match="no such parameter") as caught:
        check_cases(design)
    assert len(caught.value.problems) == 1
