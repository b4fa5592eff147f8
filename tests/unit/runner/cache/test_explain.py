"""What is said of a run whose inputs changed, did not change, or were never kept."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from casework.core.errors import RunError
from casework.runner.cache import explain as module
from casework.runner.cache.explain import Explanation, explain
from casework.runner.cache.parts import cache_key, key_parts
from casework.runner.cache.store import Store
from casework.runner.hashing import notebook_sha256, package_sha256, sha256_file
from casework.runner.opened import MOST
from casework.studies import notebook
from casework.studies.parameters import validate
from casework.studies.registry import get_study

COST: dict[str, Any] = {"seconds": 1.0, "cpu": 1.0, "memory": 1}


class Bench:
    """A folder of reports, a cache, and a data file; `make` puts a run into both."""

    def __init__(self, folder: Path) -> None:
        self.out, self.root, self.data = folder / "out", folder / "cache", folder / "own.csv"
        self.store = Store(self.root)
        self.data.write_text("f1,d1\n1,5\n", encoding="utf-8")

    def parts(self, **changes: Any) -> dict[str, Any]:
        study = get_study("kano")
        base: dict[str, Any] = {
            "study": "kano",
            "notebook": notebook_sha256(notebook.read_notebook(study.notebook)),
            "parameters": validate(study, {"seed": changes.pop("seed", 7)}).model_dump() | {"data": "own.csv"},
            "data": sha256_file(self.data),
            "package": package_sha256(),
            "lang": "en",
            "formats": ("html",),
            "with_code": False,
        }
        return key_parts(**base | changes)

    def make(
        self,
        name: str = "own-1",
        *,
        keep: bool = True,
        inputs: dict[str, str | None] | None = None,
        manifest: dict[str, Any] | None = None,
        opened: tuple[str, ...] = (),
        **changes: Any,
    ) -> str:
        parts = self.parts(**changes)
        key = cache_key(parts)
        content = {
            "study": parts["study"],
            "status": "ok",
            "started": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
            "parameters": parts["parameters"],
            "data": {"location": "../own.csv"},
            "cache": {"key": key, "parts": parts, "state": "miss", "opened": list(opened)},
        }
        folder = self.out / "kano" / name
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(json.dumps(content | (manifest or {})), encoding="utf-8")
        if keep:
            assert self.store.put(key, folder, run_id=name, study="kano", parts=parts, inputs=inputs or {}, **COST)
        return key

    def explain(self, name: str = "own-1") -> Explanation:
        return explain(name, out=self.out, store_root=self.root)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a bench with a notebook that is read without the seconds that nbformat takes to load."""
    monkeypatch.setattr("casework.studies.notebook.read_notebook", lambda path: SimpleNamespace(cells=[]))
    return Bench(tmp_path)


def changed(found: Explanation) -> list[str]:
    return [item.part for item in found.parts if not item.same]


def test_an_unchanged_run_would_be_taken_from_the_cache_and_is_not_marked_as_used(bench: Bench) -> None:
    key = bench.make()
    before = bench.store.place(key).stat().st_mtime_ns
    found = bench.explain()
    assert found.state == "hit"
    assert changed(found) == []
    assert found.run_id == "kano/own-1"
    assert found.summary() == "kano/own-1: Nothing changed: a re-run would be taken from the cache."
    assert bench.store.place(key).stat().st_mtime_ns == before


def test_changed_data_are_named(bench: Bench) -> None:
    bench.make()
    bench.data.write_text("f1,d1\n1,4\n", encoding="utf-8")
    found = bench.explain()
    assert found.state == "miss"
    assert changed(found) == ["data"]
    assert "A re-run would be executed, for this changed: data." in found.summary()
    assert f"{sha256_file(bench.data)[:12]} now" in found.summary()


def test_data_that_have_gone_are_told(bench: Bench) -> None:
    bench.make()
    bench.data.unlink()
    found = bench.explain()
    assert found.state == "miss"
    assert found.notes == ("The data cannot be read where they were.",)
    assert found.notes[0] in found.summary()


def test_changed_notebook_package_and_environment_are_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.make(notebook="a" * 64, package="b" * 64)
    monkeypatch.setattr("casework.runner.cache.parts.environment_sha256", lambda: "c" * 64)
    found = bench.explain()
    assert changed(found) == ["notebook", "package", "environment"]
    assert found.state == "miss"


def test_a_later_run_with_the_changed_parts_is_found(bench: Bench) -> None:
    bench.make()
    bench.data.write_text("f1,d1\n1,4\n", encoding="utf-8")
    bench.make("own-2")
    found = bench.explain()
    assert found.state == "hit"
    assert changed(found) == ["data"]
    assert "data changed, and a run with that is in the cache" in found.reason


def test_a_cleaned_entry_is_told(bench: Bench) -> None:
    bench.make(keep=False)
    found = bench.explain()
    assert found.state == "miss"
    assert changed(found) == []
    assert "not in the cache any more" in found.reason


def test_a_changed_file_that_the_run_opened_is_named(bench: Bench, tmp_path: Path) -> None:
    other = tmp_path / "targets.csv"
    other.write_text("1", encoding="utf-8")
    bench.make(inputs={str(other): sha256_file(other)}, opened=(str(other),))
    assert bench.explain().state == "hit"
    other.write_text("2", encoding="utf-8")
    found = bench.explain()
    assert found.state == "miss"
    assert changed(found) == [f"file {other}"]
    assert found.opened == (str(other),)
    assert f"It opened 1 file that it does not declare: {other}" in found.summary()


def test_the_nearest_earlier_run_and_its_differences(bench: Bench) -> None:
    bench.make("own-1", seed=1, lang="zh")
    bench.make("own-2", seed=2)
    bench.make("own-3", seed=3)
    found = bench.explain("own-3")
    assert found.nearest == "own-2"
    assert found.differs == ("parameter seed: 2 -> 3",)
    assert "own-2. It differs in: parameter seed: 2 -> 3" in found.summary()
    assert bench.explain("own-1").nearest in ("own-2", "own-3")  # all within one second


def test_later_runs_are_not_earlier(bench: Bench) -> None:
    bench.make("own-1", seed=1, manifest={"started": "2020-01-01T00:00:00+00:00"})
    bench.make("own-2", seed=2)
    assert bench.explain("own-1").nearest == ""


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ({"cache": None}, "without the cache"),
        ({"cache": {"parts": {}, "state": "off"}}, "without the cache"),
        ({"cache": {"parts": [1]}}, "without the cache"),
        ({"cache": {"parts": {}}, "status": "failed"}, "ended as failed"),
        ({"cache": {"parts": {}, "no_cache": True}}, "tagged no-cache"),
        ({"cache": {"parts": {}, "written": ["a.csv", "b\n.csv"]}}, r"this one did: a.csv, b\n.csv"),
        ({"cache": {"parts": {}, "opened": ["a.csv"] * MOST}}, "more files than are told"),
    ],
)
def test_runs_that_were_never_kept(bench: Bench, manifest: dict[str, Any], reason: str) -> None:
    bench.make(keep=False, manifest=manifest)
    found = bench.explain()
    assert found.state == "not cached"
    assert reason in found.reason


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"exporter": 1, "inputs": [], "parameters": None, "data": "x", "study": ["<b>"]},
        {"study": "kano", "parameters": {"seed": "x" * 9000}, "data": "x", "a\x1b[2J": {"b": []}},
    ],
)
def test_a_hostile_manifest_does_not_break_it(bench: Bench, parts: dict[str, Any]) -> None:
    manifest = {"cache": {"key": "../x", "parts": parts, "opened": [1, "a\nb"]}, "data": ["x"], "started": 5}
    bench.make(keep=False, manifest=manifest)
    found = bench.explain()
    assert found.state == "miss"
    assert found.opened == ("1", r"a\nb")
    assert "\x1b" not in found.summary()


def test_a_notebook_of_the_users_own_is_taken_as_unchanged(bench: Bench) -> None:
    bench.make(study="mine", notebook="a" * 64)
    found = bench.explain()
    assert found.state == "hit"
    assert "your own" in found.notes[0]


def test_a_frame_of_all_parts(bench: Bench) -> None:
    bench.make()
    frame = bench.explain().to_frame()
    assert list(frame.columns) == ["part", "then", "now", "same"]
    assert {"data", "environment", "parameter seed"} <= set(frame["part"])
    assert frame["same"].all()


def test_no_such_run_and_a_broken_manifest(bench: Bench) -> None:
    with pytest.raises(RunError, match="there is no run nothing"):
        bench.explain("nothing")
    bench.make()
    folder = bench.out / "kano" / "own-1"
    (folder / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match="its manifest cannot be read"):
        bench.explain(str(folder))


@pytest.mark.slow
def test_pandas_is_not_needed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.make()
    code = (
        "import sys; from casework.runner.cache.explain import explain; from pathlib import Path;"
        "print(explain('own-1', out=sys.argv[1], store_root=Path(sys.argv[2])).state, 'pandas' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(bench.out), str(bench.root)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == ["hit", "False"]


def test_columns_are_marked() -> None:
    assert module.Part._fields == module.COLUMNS
