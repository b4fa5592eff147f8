"""Data: bundled ones are copied, own ones only where that is wanted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import RunError
from casework.datasets.cards import get_card
from casework.runner.crate.data import add_data, find_data
from casework.runner.crate.graph import Graph
from casework.runner.crate.sources import CrateRun, read_run

RAW = b"a,b\n1,2\n"
OWN: dict[str, Any] = {
    "name": "my survey.txt",
    "title": "my survey.txt",
    "kind": "own",
    "licence": "",
    "rows": 1,
    "columns": 2,
    "sha256": hashlib.sha256(RAW).hexdigest(),
    "location": "../surveys/my survey.txt",
}


@pytest.fixture
def run(tmp_path: Path, make_run: Callable[..., Path]) -> CrateRun:
    (tmp_path / "surveys").mkdir()
    (tmp_path / "surveys" / "my survey.txt").write_bytes(RAW)
    return read_run(make_run("a-1", data=OWN, parameters={"data": "my survey.txt"}))


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    (tmp_path / "crate").mkdir()
    return Graph(tmp_path / "crate")


def test_own_data_are_described(run: CrateRun, graph: Graph, tmp_path: Path) -> None:
    (entity,), licences = add_data(graph, run, tmp_path / "reports", include_data=False)
    assert entity.type == "CreativeWork"
    assert (entity["name"], entity["sha256"], entity["contentSize"]) == ("my survey.txt", OWN["sha256"], "8")
    assert "Rows: 1; columns: 2. The data are not in this crate." in entity["description"]
    assert not list(graph.folder.rglob("*.txt"))
    assert licences == {""}


def test_own_data_are_copied_to_the_byte_where_that_is_wanted(run: CrateRun, graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "surveys" / "my survey.txt").write_bytes(RAW)
    (entity,), _ = add_data(graph, run, tmp_path / "reports", include_data=True)
    assert entity.id == f"data/my_survey-{OWN['sha256'][:8]}.txt"
    assert (graph.folder / entity.id).read_bytes() == RAW
    assert entity["alternateName"] == "my survey.txt"


def test_own_data_that_changed_are_described_but_not_copied(run: CrateRun, graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "surveys" / "my survey.txt").write_bytes(RAW + b"3,4\n")
    (entity,), _ = add_data(graph, run, tmp_path / "reports", include_data=False)
    assert "contentSize" not in entity
    with pytest.raises(RunError, match="not there any more, or are not the same"):
        add_data(graph, run, tmp_path / "reports", include_data=True)


def test_data_of_a_database_are_described(make_run: Callable[..., Path], graph: Graph, tmp_path: Path) -> None:
    name = "postgresql://***@db.example.org/sales#customers"
    data = OWN | {"name": name, "location": "postgresql://ann:***@db.example.org/sales#customers"}
    run = read_run(make_run("a-1", data=data))
    (entity,), _ = add_data(graph, run, tmp_path, include_data=False)
    assert entity["name"] == name
    with pytest.raises(RunError, match="data of a database cannot be copied"):
        add_data(graph, run, tmp_path, include_data=True)


def test_a_sheet_of_a_workbook(run: CrateRun, tmp_path: Path) -> None:
    run.manifest["data"]["location"] += "#North"
    assert find_data(run, tmp_path / "reports") == tmp_path / "reports" / "../surveys/my survey.txt"


def test_bundled_data_are_copied_with_their_licence(
    make_run: Callable[..., Path], graph: Graph, tmp_path: Path
) -> None:
    card = get_card("kano_phone_plan")
    data = {"name": card.name, "title": card.title, "kind": card.kind, "licence": card.licence, "sha256": card.sha256}
    run = read_run(make_run("a-1", data=data | {"rows": 600, "columns": 43, "location": None}))
    (entity,), licences = add_data(graph, run, tmp_path, include_data=False)
    assert entity.id == "data/kano_phone_plan.csv"
    assert (graph.folder / entity.id).read_bytes() == card.data_file.read_bytes()
    assert entity["license"].id == "https://spdx.org/licenses/MIT"
    assert licences == {"MIT"}
    run.manifest["data"]["sha256"] = "0" * 64
    assert add_data(graph, run, tmp_path, include_data=False)[0][0].type == "CreativeWork"


def test_no_data(make_run: Callable[..., Path], graph: Graph, tmp_path: Path) -> None:
    assert add_data(graph, read_run(make_run("a-1")), tmp_path, include_data=True) == ([], frozenset())


def test_bundled_data_that_are_not_bundled_here(make_run: Callable[..., Path], tmp_path: Path) -> None:
    assert find_data(read_run(make_run("a-1", data=OWN | {"kind": "real", "name": "../../etc"})), tmp_path) is None
