from __future__ import annotations

import csv
import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.helpers import write_notebook

from casework.core.errors import RunError
from casework.runner import cluster, hashing
from casework.runner.cluster import DaskEngine
from casework.runner.cluster_worker import Reply
from casework.runner.data import DataFacts, read_facts
from casework.runner.plan import Request, make_plan, make_request, request_to
from casework.runner.sweep.sweep import sweep
from casework.runner.warm.wire import Link

COUNT = "from casework.datasets.loading import read_table\nfrom casework import publish\n"
COUNT += "publish('rows', len(read_table(data).frame))"
NOTE = "import os, time\nwith open(mark, 'a') as file: file.write(f'{os.getpid()}\\n')"
VOLATILE = ("seconds", "cpu_seconds", "memory_mb")


def message(request: Request, out: Path, cache: Path | None = None) -> dict[str, Any]:
    facts = read_facts(request) if request.data else DataFacts()
    return {
        "job": "run",
        "request": request_to(request),
        "facts": asdict(facts),
        "out": str(out),
        "cache": str(cache) if cache else None,
        "memory": None,
    }


def sleeper(folder: Path, *, name: str = "own", repeat: bool = True) -> Request:
    """Return a request whose notebook notes its process and sleeps (the second time only where `repeat`)."""
    late = "time.sleep(30 if repeat or len(open(mark).readlines()) == 1 else 0)"
    notebook = write_notebook(
        folder / f"{name}.ipynb",
        NOTE,
        late,
        parameters="mark: str = ''\nrepeat: bool = True\nsecret: str = ''\nx: int = 1",
    )
    mark = str(folder / f"{name}.mark")
    return make_request(notebook, parameters={"mark": mark, "repeat": repeat, "secret": "hunter2"})


def until(found: Callable[[], Any], seconds: float = 90.0) -> Any:
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return answer


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def answer(link: Link, seconds: float = 120.0) -> dict[str, Any]:
    assert link.wait(seconds)
    found = link.receive()
    link.close()
    assert found is not None
    return found


def without_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)


def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    without_library(monkeypatch)
    with pytest.raises(RunError, match=r"pip install 'casework\[cluster\]'"):
        DaskEngine(None, workers=2)


def test_a_sweep_tells_it_before_anything_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_library(monkeypatch)
    notebook = write_notebook(tmp_path / "own.ipynb")
    with pytest.raises(RunError, match="needs the package distributed"):
        sweep(notebook, words=["x=1,2"], out=tmp_path / "out", cache=None, engine="dask", workers=1)


def test_what_is_expected_back(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    request = make_request(write_notebook(tmp_path / "own.ipynb", parameters="data: str = ''"), data=tmp_path / "a.csv")
    run = cluster._describe(message(request, tmp_path / "out", tmp_path / "cache") | {"memory": 5}, remote=True)
    plan = make_plan(request, read_facts(request))
    assert (run.expected.study, run.expected.run_id, run.expected.location) == ("own", plan.run_id, "../a.csv")
    assert set(run.files.values()) == {tmp_path / "a.csv", tmp_path / "own.ipynb"}
    assert run.job.message["memory"] is None
    assert run.job.message["cache"] is None
    assert str(tmp_path / "out") not in json.dumps(run.job.message)


def test_a_large_file_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 11)
    monkeypatch.setattr(cluster, "SENT_LIMIT", 10)
    with pytest.raises(RunError, match=r"the worker w1 does not have a\.csv, which is too large"):
        cluster._read(path, "0" * 64, "w1")
    monkeypatch.setattr(cluster, "SENT_LIMIT", 11)
    with pytest.raises(RunError, match=r"a\.csv changed during the sweep"):
        cluster._read(path, "0" * 64, "w1")
    assert cluster._read(path, hashing.sha256_file(path), "w1").content == b"x" * 11


def test_how_a_run_ended() -> None:
    class KilledWorker(Exception):  # noqa: N818
        pass

    def future(status: str, error: Exception | None = None) -> Any:
        return SimpleNamespace(status=status, exception=lambda: error, result=lambda: Reply({"event": "done"}))

    killed = cluster._reply(future("error", KilledWorker()))
    assert killed is not None
    assert killed.answer["status"] == "killed"
    assert cluster._reply(future("finished")) == Reply({"event": "done"})
    assert cluster._reply(future("lost")) is None
    assert cluster._reply(future("cancelled")) is None
    with pytest.raises(RunError, match="cannot load casework"):
        cluster._reply(future("error", ModuleNotFoundError("No module named 'casework'")))
    with pytest.raises(RunError, match="ValueError: odd"):
        cluster._reply(future("error", ValueError("odd")))


def test_no_secret_stands_in_an_answer() -> None:
    found = {"event": "error", "message": "OperationalError: no hunter2 at postgresql://ann:hunter2@db/sales"}
    assert "hunter2" not in str(cluster._without(found, ("hunter2",)))
    assert cluster._without({"event": "done"}, ("hunter2",)) == {"event": "done"}


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a cluster that is there already."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
        dashboard_address=None,
        local_directory=str(tmp_path_factory.mktemp("dask")),
    ) as found:
        yield found.scheduler_address


@pytest.fixture
def engine(scheduler: str) -> Iterator[DaskEngine]:
    found = DaskEngine(scheduler, workers=7)
    yield found
    found.shutdown()


@pytest.mark.slow
def test_no_scheduler_there(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    with pytest.raises(RunError, match=r"the scheduler tcp://127\.0\.0\.1:9 cannot be reached"):
        DaskEngine("tcp://127.0.0.1:9", workers=1)
    with pytest.raises(RunError, match=r"the scheduler odd://x cannot be reached"):
        DaskEngine("odd://x", workers=1)


@pytest.mark.slow
def test_workers_with_another_package_are_refused(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = hashing.package_sha256()
    monkeypatch.setattr(hashing, "package_sha256", lambda: "0" * 64)
    with pytest.raises(RunError, match=rf"the worker tcp://\S+ has casework {here[:10]} \(here 0000000000\)"):
        DaskEngine(scheduler, workers=1)


@pytest.mark.slow
def test_a_worker_that_comes_later_is_held_to_it_too(
    engine: DaskEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "package_sha256", lambda: "0" * 64)
    found = answer(engine.open(message(make_request(write_notebook(tmp_path / "own.ipynb")), tmp_path / "out")))
    assert found["event"] == "error"
    assert "(here 0000000000); install the same casework" in found["message"]
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_data_that_changed_are_refused(engine: DaskEngine, tmp_path: Path) -> None:
    data = tmp_path / "a.csv"
    data.write_text("a,b\n1,2\n", encoding="utf-8")
    request = make_request(write_notebook(tmp_path / "own.ipynb", COUNT, parameters="data: str = ''"), data=data)
    job = message(request, tmp_path / "out")
    data.write_text("a,b\n1,3\n", encoding="utf-8")
    found = answer(engine.open(job))
    assert found["event"] == "error"
    assert "is not the file that was planned with" in found["message"]


@pytest.mark.slow
def test_files_that_workers_lack_are_sent_once(
    engine: DaskEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, far = tmp_path / "a.csv", tmp_path / "far"
    data.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    notebook = write_notebook(tmp_path / "own.ipynb", COUNT, parameters="data: str = ''\nx: int = 1")
    describe = cluster._describe
    read: list[str] = []

    def elsewhere(job: dict[str, Any], *, remote: bool) -> Any:
        run = describe(job, remote=remote)
        sources = {name: str(far / "a.csv") for name in job["facts"]["sources"]}
        moved = run.job.message | {
            "facts": job["facts"] | {"sources": sources},
            "request": job["request"] | {"study": str(far / "own.ipynb")},
        }
        return dataclasses.replace(run, job=dataclasses.replace(run.job, message=moved))

    real = cluster._read
    monkeypatch.setattr(cluster, "_describe", elsewhere)
    monkeypatch.setattr(cluster, "_read", lambda *given: read.append(given[1]) or real(*given))
    requests = [make_request(notebook, data=data, parameters={"x": x}) for x in (1, 2, 3)]
    links = [engine.open(message(request, tmp_path / "out", tmp_path / "cache")) for request in requests]
    found = [answer(link) for link in links]
    assert [item["status"] for item in found] == ["ok"] * 3, found
    assert len(read) == 2
    place = Path(found[0]["folder"])
    assert json.loads((place / "results.json").read_text(encoding="utf-8"))["rows"]["value"] == 2
    content = json.loads((place / "run.json").read_text(encoding="utf-8"))
    assert content["data"]["location"] == "../a.csv"
    assert content["cache"]["opened"] == []


@pytest.mark.slow
def test_a_run_that_fails_comes_back_too(engine: DaskEngine, tmp_path: Path) -> None:
    request = make_request(write_notebook(tmp_path / "own.ipynb", "1 / 0"))
    found = answer(engine.open(message(request, tmp_path / "out", tmp_path / "cache")))
    place = Path(found["folder"])
    assert (found["status"], place.suffix, place.parent) == ("failed", ".failed", tmp_path / "out" / "own")
    assert json.loads((place / "run.json").read_text(encoding="utf-8"))["error"]["name"] == "ZeroDivisionError"


@pytest.mark.slow
def test_a_worker_killed_in_mid_run(engine: DaskEngine, tmp_path: Path) -> None:
    request = sleeper(tmp_path, repeat=False)
    link = engine.open(message(request, tmp_path / "out"))
    until(lambda: lines(tmp_path / "own.mark"))
    _kill_busy_worker(engine._client)
    found = answer(link)
    assert (found["event"], found["status"]) == ("done", "ok"), found
    pids = [int(line) for line in lines(tmp_path / "own.mark")]
    assert len(pids) == 2
    until(lambda: not _alive(pids[0]))
    logs = str((engine._client.get_scheduler_logs(), engine._client.get_worker_logs()))
    assert "hunter2" not in logs
    assert [path.name for path in (tmp_path / "out" / "own").iterdir()] == [Path(found["folder"]).name]


@pytest.mark.slow
def test_a_run_is_stopped_on_its_worker(engine: DaskEngine, tmp_path: Path) -> None:
    link = engine.open(message(sleeper(tmp_path), tmp_path / "out"))
    pid = int(until(lambda: lines(tmp_path / "own.mark"))[0])
    link.send(kind="cancel")
    assert answer(link)["status"] == "cancelled"
    until(lambda: not _alive(pid))


@pytest.mark.slow
def test_a_run_that_nobody_waits_for_is_stopped(engine: DaskEngine, tmp_path: Path) -> None:
    link = engine.open(message(sleeper(tmp_path), tmp_path / "out"))
    pid = int(until(lambda: lines(tmp_path / "own.mark"))[0])
    engine.close(link, ended=False)
    until(lambda: not _alive(pid))


@pytest.mark.slow
def test_a_running_cluster_says_how_many_runs_at_once(engine: DaskEngine, scheduler: str) -> None:
    assert engine.at_once == 4
    other = DaskEngine(scheduler, workers=7, queue=False)
    other.shutdown()
    assert other.at_once == 2


@pytest.mark.slow
def test_a_run_that_kills_every_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setitem(cluster.HERE, "distributed.scheduler.allowed-failures", 0)
    monkeypatch.setitem(cluster.HERE, "temporary-directory", str(tmp_path))
    engine = DaskEngine(None, workers=1)
    try:
        link = engine.open(message(sleeper(tmp_path), tmp_path / "out"))
        until(lambda: lines(tmp_path / "own.mark"))
        _kill_busy_worker(engine._client)
        assert answer(link) == {"event": "done", "status": "killed", "folder": None}
        assert engine._cluster.scheduler_address.startswith(("tls://127.", "tcp://127."))
    finally:
        engine.shutdown()


@pytest.mark.slow
def test_a_sweep_leaves_the_same_behind_as_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setitem(cluster.HERE, "temporary-directory", str(tmp_path))
    words = ["resamples=100,150,200,250"]
    here = sweep("kano", words=words, out=tmp_path / "a", cache=tmp_path / "one", workers=2)
    there = sweep("kano", words=words, out=tmp_path / "b", cache=tmp_path / "two", workers=2, engine="dask")
    assert there.counts == here.counts == {"ok": 4}
    assert [row["run_id"] for row in there.rows] == [row["run_id"] for row in here.rows]
    assert _table(there.folder) == _table(here.folder)
    for row in here.rows:
        one, two = (tmp_path / name / row["folder"] for name in ("a", "b"))
        assert _manifest(one) == _manifest(two)
        assert sorted(path.name for path in one.iterdir()) == sorted(path.name for path in two.iterdir())
        assert (one / "results.json").read_bytes() == (two / "results.json").read_bytes()
    again = sweep("kano", words=words, out=tmp_path / "c", cache=tmp_path / "two", workers=2)
    assert (again.executed, again.taken) == (0, 4)
    assert not [path.name for path in tmp_path.rglob("casework-*")]


def _table(folder: Path) -> list[dict[str, str]]:
    with (folder / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return [{name: value for name, value in row.items() if name not in VOLATILE} for row in csv.DictReader(file)]


def _manifest(folder: Path) -> dict[str, Any]:
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    volatile = {"started", "seconds", "cpu_seconds", "memory_bytes"}
    return {name: value for name, value in content.items() if name not in volatile}


def _kill_busy_worker(client: Any) -> None:
    pids = client.run(os.getpid)
    busy = next(worker for worker, keys in client.processing().items() if keys)
    os.kill(pids[busy], signal.SIGKILL)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.slow
def test_ctrl_c_ends_a_sweep_and_leaves_nothing_half(tmp_path: Path) -> None:
    """The signal goes to the whole group of processes, as a terminal sends it."""
    pytest.importorskip("distributed")
    request = sleeper(tmp_path)
    script = tmp_path / "script.py"
    call = f"sweep({str(request.notebook)!r}, words=['x=1,2,3'], parameters={{'mark': {str(tmp_path / 'own.mark')!r}}}"
    script.write_text(
        "from casework.runner import cluster\nfrom casework.runner.sweep.sweep import sweep\n"
        f"if __name__ == '__main__':\n    cluster.HERE['temporary-directory'] = {str(tmp_path)!r}\n"
        f"    record = {call}, out={str(tmp_path / 'out')!r}, cache=None, engine='dask', workers=2)\n"
        "    print(record.stopped, record.executed, record.counts)\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    until(lambda: len(lines(tmp_path / "own.mark")) == 2)
    os.killpg(process.pid, signal.SIGINT)
    printed, errors = process.communicate(timeout=60)
    assert printed == "True 0 {'missing': 3}\n"
    assert errors == ""
    assert not any(_alive(int(pid)) for pid in lines(tmp_path / "own.mark"))
    assert not list((tmp_path / "out").glob("own/*"))
    assert not list(tmp_path.rglob("casework-run-*"))
