import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework.runner import caching
from casework.runner.data import DataFacts
from casework.runner.opened import MOST
from casework.runner.plan import Plan, make_plan, make_request
from casework.runner.supervise import Outcome


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    file = tmp_path / "own.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    known = {"name": "own.csv", "kind": "own", "sha256": "0" * 64}
    facts = DataFacts(shown="own.csv", data=known, sources={"own.csv": str(file)})
    return make_plan(make_request("kano", data=str(file)), facts)


def a_run(folder: Path, plan: Plan, outcome: Outcome, location: str) -> dict[str, Any]:
    folder.mkdir(parents=True)
    content = {
        "seconds": 2.0,
        "cpu_seconds": 1.5,
        "memory_bytes": 10,
        "data": {"location": location},
        "cache": caching.describe(plan, outcome),
    }
    (folder / "run.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "report.html").write_text("<p>", encoding="utf-8")
    return content


def test_a_kept_run_comes_back_with_the_place_of_its_data(tmp_path: Path, plan: Plan) -> None:
    root, folder = tmp_path / "cache", tmp_path / "a" / "run"
    content = a_run(folder, plan, Outcome("ok"), "../own.csv")
    assert caching.keep(plan, Outcome("ok"), content, folder, root)
    entry = caching.find(plan, root)
    assert entry is not None
    assert entry.cpu == 1.5
    place = tmp_path / "b" / "deep" / "run"
    assert caching.give_back(entry, place, root, "../../own.csv")
    assert json.loads((place / "run.json").read_text(encoding="utf-8"))["data"]["location"] == "../../own.csv"
    before = (place / "report.html").stat().st_mtime_ns
    assert caching.give_back(entry, place, root, "../../own.csv")
    assert (place / "report.html").stat().st_mtime_ns == before


def test_an_edited_report_is_put_right(tmp_path: Path, plan: Plan) -> None:
    root, folder = tmp_path / "cache", tmp_path / "a" / "run"
    caching.keep(plan, Outcome("ok"), a_run(folder, plan, Outcome("ok"), "x"), folder, root)
    (folder / "report.html").write_text("<p>changed", encoding="utf-8")
    entry = caching.find(plan, root)
    assert entry is not None
    assert caching.give_back(entry, folder, root, "x")
    assert (folder / "report.html").read_text(encoding="utf-8") == "<p>"


def test_a_run_that_wrote_elsewhere_is_not_kept(tmp_path: Path, plan: Plan) -> None:
    outcome = Outcome("ok", opened={"read": [], "written": ["/somewhere/else.csv"]})
    folder = tmp_path / "a" / "run"
    content = a_run(folder, plan, outcome, "x")
    assert content["cache"]["written"] == ["else.csv"]
    assert not caching.keep(plan, outcome, content, folder, tmp_path / "cache")


def test_a_run_that_opened_more_files_than_are_told_is_not_kept(tmp_path: Path, plan: Plan) -> None:
    outcome = Outcome("ok", opened={"read": [f"/some/{number}" for number in range(MOST)], "written": []})
    folder = tmp_path / "a" / "run"
    content = a_run(folder, plan, outcome, "x")
    assert not caching.keep(plan, outcome, content, folder, tmp_path / "cache")


def test_undeclared_files_are_named_and_watched(tmp_path: Path, plan: Plan) -> None:
    extra = tmp_path / "extra.csv"
    extra.write_text("1", encoding="utf-8")
    own = next(iter(plan.data_sources.values()))
    outcome = Outcome("ok", opened={"read": [str(extra), own], "written": []})
    assert caching.undeclared(plan, outcome) == [str(extra)]
    folder = tmp_path / "a" / "run"
    content = a_run(folder, plan, outcome, "x")
    assert content["cache"]["opened"] == ["extra.csv"]
    caching.keep(plan, outcome, content, folder, tmp_path / "cache")
    assert caching.find(plan, tmp_path / "cache") is not None
    extra.write_text("2", encoding="utf-8")
    assert caching.find(plan, tmp_path / "cache") is None


def test_the_key_depends_on_the_report_but_the_run_does_not(plan: Plan) -> None:
    with_code = replace(plan, request=replace(plan.request, with_code=True))
    assert caching.parts_of(with_code) != caching.parts_of(plan)
    assert with_code.run_id == plan.run_id


def test_a_notebook_can_ask_not_to_be_kept(tmp_path: Path, plan: Plan) -> None:
    folder = tmp_path / "a" / "run"
    content = a_run(folder, plan, Outcome("ok"), "x")
    asking = replace(plan, cacheable=False)
    assert [caching.describe(one, Outcome("ok"))["no_cache"] for one in (plan, asking)] == [False, True]
    assert not caching.keep(asking, Outcome("ok"), content, folder, tmp_path / "cache")
    assert caching.keep(plan, Outcome("ok"), content, folder, tmp_path / "cache")
    assert caching.find(asking, tmp_path / "cache") is None
