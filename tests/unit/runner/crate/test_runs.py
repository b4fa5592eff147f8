"""One run in a crate."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.runner.crate.graph import Graph
from casework.runner.crate.runs import add_run, command
from casework.runner.crate.sources import read_run
from casework.runner.crate.workflow import add_workflow


@pytest.fixture
def add(tmp_path: Path, make_run: Callable[..., Path]) -> Callable[..., Any]:
    (tmp_path / "crate").mkdir()

    def build(**changes: Any) -> Any:
        graph, run = Graph(tmp_path / "crate"), read_run(make_run("a-1", **changes))
        return add_run(graph, run, add_workflow(graph, [run]), agent=None, out=tmp_path, include_data=False)

    return build


def test_values_go_in_and_come_out(add: Callable[..., Any]) -> None:
    action = add().action
    given = {item["name"]: item["value"] for item in action["object"]}
    assert given == {"x": 3, "rate": 0.5, "names": "{}"}
    made = {item.id: item for item in action["result"]}
    assert set(made) == {"notebook.ipynb", "report.html", "results.json", "tables/shares.csv", "#value/output/a-1/y"}
    assert (made["#value/output/a-1/y"]["value"], made["#value/output/a-1/y"]["unitText"]) == (6.0, "EUR")
    assert made["tables/shares.csv"]["exampleOfWork"].id == "#output/shares"


def test_log_and_manifest_are_about_the_run_and_not_its_results(add: Callable[..., Any]) -> None:
    action = add().action
    crate = action.crate
    assert [crate.get(name)["about"].id for name in ("log.txt", "run.json")] == [action.id, action.id]


def test_licences_of_own_notebooks_are_not_known(add: Callable[..., Any]) -> None:
    assert add().licences == {""}


def test_threads_are_named(add: Callable[..., Any]) -> None:
    assert {item["name"]: item["value"] for item in add().action["environment"]}["OMP_NUM_THREADS"] == "1"


def test_the_command_line_names_what_differs(make_run: Callable[..., Path]) -> None:
    parameters = {"data": "a b.csv", "resamples": 200, "seed": 7, "attributes": {"a": ["f1", "d1"]}, "order": "$(x)"}
    run = read_run(
        make_run("a-1", study="kano", module="voice", parameters=parameters, data={"name": "a b.csv"}, lang="zh")
    )
    words = shlex.split(command(run))
    assert words[:5] == ["casework", "run", "kano", "--data", "a b.csv"]
    assert words[5:9] == ["-p", "resamples=200", "-p", 'attributes={"a": ["f1", "d1"]}']
    assert words[9:] == ["-p", "order=$(x)", "--lang", "zh"]


def test_the_command_line_of_an_own_notebook_has_no_folder(make_run: Callable[..., Path]) -> None:
    run = read_run(make_run("a-1", parameters={"file": "/home/ann/x.csv"}))
    assert command(run) == "casework run own.ipynb -p 'file=[home]/x.csv'"
