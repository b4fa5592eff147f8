"""What a sweep runs: a study, or a notebook of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from casework.core.errors import ParameterError
from casework.runner.sweep.cases import make_cases
from casework.runner.sweep.spans import Options, Span
from casework.runner.sweep.targets import find_target


def own_notebook(folder: Path, source: str, tags: tuple[str, ...] = ("parameters",)) -> Path:
    cell: Any = new_code_cell(source, metadata={"tags": list(tags)})
    nbformat.write(new_notebook(cells=[cell]), folder / "own.ipynb")
    return folder / "own.ipynb"


OWN = 'x: int = 3\nname: str = "a"\nshare = 0.5\nmany: list[int] = [1]\nanything = None\n'


def test_a_notebook_of_the_users_own_is_swept_by_its_plain_types(tmp_path: Path) -> None:
    path = own_notebook(tmp_path, OWN)
    found = make_cases(path, words=["x=1:3:1", "name=no,a", "many=[1,2];[3]", "anything=[1];[2]"], fixed={"share": 1})
    assert len(found.points) == 24
    assert found.points[0] == {"share": 1, "x": 1, "name": "no", "many": [1, 2], "anything": [1]}
    assert make_cases(path, words=["x=3,4"]).points == ({"x": 3}, {"x": 4})
    drawn = make_cases(str(path), draws=4, ranges={"x": "1:4", "share": [0, 1]})
    assert sorted(point["x"] for point in drawn.points) == [1, 2, 3, 4]


def test_problems_of_a_notebook_of_the_users_own_are_told_at_once(tmp_path: Path) -> None:
    path = own_notebook(tmp_path, OWN)
    with pytest.raises(ParameterError, match="Did you mean 'name'") as caught:
        make_cases(path, words=["nane=1,2", "x=1,2.5,b", "share=1,true"], draws=2, ranges={"x": None})
    assert [str(problem).partition(". ")[0] for problem in caught.value.problems] == [
        "parameter nane: own.ipynb has no such parameter",
        "parameter x: it is given twice: -p, draws",
        "cases 2, 4, 6, parameter share: True",
        "cases 3, 4, parameter x: 2.5",
        "cases 5, 6, parameter x: 'b'",
    ]
    with pytest.raises(ParameterError, match="no cell tagged"):
        make_cases(own_notebook(tmp_path, OWN, ()), words=["x=1,2"])
    with pytest.raises(ParameterError, match=r"Did you mean 'own\.ipynb'"):
        make_cases(tmp_path / "owm.ipynb", words=["x=1,2"])


def test_a_study_gives_types_ranges_and_defaults() -> None:
    kano = find_target("kano")
    assert kano.name == "kano"
    assert (kano.kinds["threshold"], kano.kinds["segment"], kano.kinds["answers"]) == ("float", "str", "dict")
    assert kano.own["threshold"] == Span(low=0, high=1)
    assert kano.own["table"] == Options(("berger", "pouliot", "3-level"))
    assert set(kano.check({})) == set(kano.kinds)


def test_a_notebook_gives_the_same(tmp_path: Path) -> None:
    own = find_target(own_notebook(tmp_path, OWN))
    assert own.kinds["many"] == "list"
    assert own.own["x"] == Span(whole=True)
    assert own.own["name"] is None
    assert own.check({"x": 5}) == {"x": 5, "name": "a", "share": 0.5, "many": [1], "anything": None}


def test_a_notebook_is_not_read_for_each_case(tmp_path: Path) -> None:
    path = own_notebook(tmp_path, OWN)
    own = find_target(path)
    own.check({"x": 5})
    with pytest.raises(ParameterError, match="parameter x"):
        own.check({"x": "b"})
    path.unlink()
    assert own.check({"x": 6})["x"] == 6
    with pytest.raises(ParameterError, match="parameter x"):
        own.check({"x": "b"})
