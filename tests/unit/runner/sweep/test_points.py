from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from casework.core.errors import DataError, ParameterError
from casework.runner.engines import Engine
from casework.runner.job import do
from casework.runner.sweep import points
from casework.runner.sweep.points import FactsBook, Point, make_points, mark_done, place_of, stands
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.wire import Link

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from helpers import PUBLISH, write_notebook

OPTIONS: dict[str, Any] = {"lang": "en", "formats": ("html",), "with_code": False, "timeout": None}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "own.ipynb", PUBLISH, parameters="x: int = 3\nname: str = 'a'\ndata: str = ''")


def book(root: Path | None = None) -> FactsBook:
    return FactsBook(root, None)


def make(study: str | Path, *cases: dict[str, Any], **options: Any) -> list[Point]:
    return make_points(study, cases, options=OPTIONS | options, book=book())


def test_each_case_has_its_own_name_and_key(own: Path) -> None:
    found = make(own, {"x": 1}, {"x": 2}, {"x": 2, "name": "b"})
    assert [point.index for point in found] == [0, 1, 2]
    assert len({point.run_id for point in found}) == len({point.key for point in found}) == 3
    assert [point.given for point in found] == [{"x": 1}, {"x": 2}, {"x": 2, "name": "b"}]
    assert [point.plan.shown["x"] for point in found] == [1, 2, 2]


def test_the_same_run_counts_once_and_keeps_its_first_place(own: Path) -> None:
    found = make(own, {"x": 3}, {"x": 1}, {}, {"x": 3, "name": "a"})
    assert [(point.index, point.plan.shown["x"]) for point in found] == [(0, 3), (1, 1)]


def test_formats_change_the_key_but_not_the_name(own: Path) -> None:
    one, other = make(own, {"x": 1})[0], make(own, {"x": 1}, formats=("notebook",))[0]
    assert one.run_id == other.run_id
    assert one.key != other.key


@pytest.mark.parametrize("text", ["<script>", "../../etc/passwd", "=cmd()", "满意", "{x}", "x" * 5000, "a\x00b", "CON"])
def test_names_of_runs_are_safe_whatever_the_values(own: Path, tmp_path: Path, text: str) -> None:
    found = make(own, {"name": text})[0]
    assert set(found.run_id) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert len(found.run_id) < 60
    assert place_of(found, tmp_path).parent == tmp_path / "own"


def test_a_wrong_case_is_refused(own: Path) -> None:
    with pytest.raises(ParameterError, match="no such parameter"):
        make(own, {"y": 1})
    with pytest.raises(ParameterError, match="parameter x"):
        make(own, {"x": "text"})


def test_a_table_is_read_once_for_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Any] = []
    true = points.find_facts
    monkeypatch.setattr(points, "find_facts", lambda request, root: read.append(request) or true(request, root))
    found = make("kano", *({"threshold": n / 100} for n in range(1, 9)))
    assert len(found) == 8
    assert len(read) == 1
    assert len({point.plan.data["sha256"] for point in found if point.plan.data}) == 1


def test_another_contract_reads_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Any] = []
    true = points.find_facts
    monkeypatch.setattr(points, "find_facts", lambda request, root: read.append(request) or true(request, root))
    make("kano", {"invalid": "exclude"}, {"invalid": "refuse"})
    assert len(read) == 2


def test_problems_of_all_tables_are_told_at_once(own: Path, tmp_path: Path) -> None:
    names = [tmp_path / "one.csv", tmp_path / "two.csv"]
    with pytest.raises(DataError) as caught:
        make(own, *({"data": str(name)} for name in names))
    assert [problem.where for problem in caught.value.problems] == ["one.csv", "two.csv"]


class Elsewhere:
    """An engine that does its jobs here."""

    name = "elsewhere"
    at_once: int | None = None

    def __init__(self, answer: dict[str, Any] | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer = answer

    def open(self, message: dict[str, Any]) -> Link:
        self.asked.append(message)
        if self.answer == {}:
            raise UnavailableError("gone")
        here, there = Link.pair()
        there.send(**(self.answer or do(message, there.send, None)))  # type: ignore[arg-type]
        there.close()
        return here

    def close(self, link: Link, *, ended: bool) -> None:
        link.close()

    def shutdown(self) -> None:
        pass


def facts_by(engine: Engine, study: str | Path, cases: Sequence[dict[str, Any]]) -> list[Point]:
    return make_points(study, cases, options=OPTIONS, book=FactsBook(None, engine))


def test_data_are_read_in_another_process_where_there_is_one() -> None:
    engine = Elsewhere()
    found = facts_by(engine, "kano", [{"threshold": 0.1}, {"threshold": 0.2}])
    assert [message["job"] for message in engine.asked] == ["facts"]
    assert [point.facts for point in found] == [point.facts for point in make("kano", *(p.given for p in found))]  # type: ignore[arg-type]


def test_problems_come_back_from_another_process(own: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv"):
        facts_by(Elsewhere(), own, [{"data": "none.csv"}])


def test_without_that_process_they_are_read_here() -> None:
    assert facts_by(Elsewhere({}), "kano", [{"threshold": 0.1}])[0].plan.data


def test_ctrl_c_while_data_are_read() -> None:
    stopped = Elsewhere({"event": "done", "status": "cancelled", "folder": None})
    with pytest.raises(KeyboardInterrupt):
        facts_by(stopped, "kano", [{"threshold": 0.1}])


def put(out: Path, point: Point, **content: Any) -> None:
    place = place_of(point, out)
    place.mkdir(parents=True)
    about = {"status": "ok", "cache": {"key": point.key}} | content
    (place / "run.json").write_text(json.dumps(about), encoding="utf-8")


def test_a_run_that_stands_whole_counts_when_resumed(own: Path, tmp_path: Path) -> None:
    made = make(own, {"x": 1}, {"x": 2}, {"x": 3})
    put(tmp_path, made[0])
    put(tmp_path, made[1], cache={"key": "another"})
    put(tmp_path, made[2], status="failed")
    assert [stands(point, tmp_path) for point in made] == [True, False, False]
    assert [point.done for point in mark_done(made, tmp_path, None, resume=True)] == ["present", "", ""]
    assert [point.done for point in mark_done(made, tmp_path, None, resume=False)] == ["", "", ""]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"status": "ok", "cache": null}'])
def test_a_damaged_run_does_not_stand(own: Path, tmp_path: Path, text: str) -> None:
    point = make(own, {"x": 1})[0]
    put(tmp_path, point)
    (place_of(point, tmp_path) / "run.json").write_text(text, encoding="utf-8")
    assert not stands(point, tmp_path)


def test_what_the_cache_has_is_done(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(own, {"x": 1}, {"x": 2})
    known = {made[1].key}
    fake = SimpleNamespace(find=lambda key: key if key in known else None)
    monkeypatch.setattr("casework.runner.cache.store.Store", lambda root: fake)
    assert [point.done for point in mark_done(made, tmp_path, tmp_path, resume=False)] == ["", "cached"]
