from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from tests.helpers import write_notebook

from casework.core.errors import RunError
from casework.runner import cluster_worker
from casework.runner.cluster_worker import Job, Reply, SentFile, check_identity, differences, execute, identity, stop
from casework.runner.data import DataFacts, read_facts
from casework.runner.hashing import notebook_sha256, sha256_file
from casework.runner.plan import Request, make_request, request_to
from casework.studies.notebook import read_cells

LATE = "import time\ntime.sleep(60)"
COUNT = "from casework.datasets.loading import read_table\nfrom casework import publish\n"
COUNT += "publish('rows', len(read_table(data).frame))"


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    monkeypatch.setattr(cluster_worker, "_received", cluster_worker._Received())
    yield
    if hasattr(cluster_worker._own, "engine"):
        cluster_worker._own.engine.shutdown()


def job(request: Request, facts: DataFacts | None = None, **expect: Any) -> Job:
    message = {
        "job": "run",
        "request": request_to(request),
        "facts": asdict(facts or read_facts(request)),
        "memory": None,
        "out": "",
        "cache": None,
    }
    notebook = request.notebook
    known: dict[str, Any] = {"identity": identity(), "notebook": notebook_sha256(read_cells(notebook))}
    if request.study is None:
        known["own"] = {"name": notebook.name, "sha256": sha256_file(notebook)}
    return Job("1", message, known | expect)


def manifest(reply: Reply) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(reply.folder)) as archive:
        content: dict[str, Any] = json.loads(archive.read("run.json"))
    return content


def table(path: Path, rows: int = 3) -> Path:
    path.write_text("a,b\n" + "1,2\n" * rows, encoding="utf-8")
    return path


def test_what_travels_shows_nothing_of_itself() -> None:
    secret = {"data": "postgresql://ann:hunter2@db/sales"}
    shown = repr([Job("7", secret, secret), SentFile("hunter2", "hunter2", b"hunter2"), Reply(secret, b"hunter2")])
    assert "hunter2" not in shown


def test_differences_are_all_named() -> None:
    found = differences({"casework": "0b", "numpy": "2.0"}, {"casework": "0a", "Python": "3.11", "numpy": "2.0"})
    assert found == ["casework 0b (here 0a)", "Python – (here 3.11)"]


def test_another_package_is_refused_with_the_workers_name() -> None:
    check_identity(identity())
    with pytest.raises(RunError, match=r"the worker \S+ has casework \w{10} \(here 0000\); install"):
        check_identity(identity() | {"casework": "0000"})


def test_execute_answers_what_is_wrong(tmp_path: Path) -> None:
    request = make_request(write_notebook(tmp_path / "own.ipynb"))
    reply = execute(job(request, identity=identity() | {"Python": "2.7"}))
    assert reply.answer["event"] == "error"
    assert "Python 3." in reply.answer["message"]
    assert "(here 2.7)" in reply.answer["message"]
    assert reply.folder == b""


def test_other_data_at_the_same_place_are_refused(tmp_path: Path) -> None:
    data = table(tmp_path / "a.csv")
    request = make_request(write_notebook(tmp_path / "own.ipynb", COUNT, parameters="data: str = ''"), data=data)
    found = job(request)
    table(data, rows=4)
    message = execute(found).answer["message"]
    assert message.startswith("a.csv on the worker ")
    assert message.endswith("is not the file that was planned with")


def test_other_bundled_data_are_refused() -> None:
    request = make_request("kano")
    facts = DataFacts(shown="kano_phone_plan", data={"sha256": "0" * 64})
    assert "kano_phone_plan on the worker" in execute(job(request, facts)).answer["message"]
    facts = DataFacts(shown="nowhere", data={"sha256": "0" * 64})
    assert "does not have the data nowhere" in execute(job(request, facts)).answer["message"]


def test_another_notebook_is_refused(tmp_path: Path) -> None:
    facts = DataFacts()
    assert "another notebook kano.ipynb" in execute(job(make_request("kano"), facts, notebook="0")).answer["message"]
    found = job(make_request(write_notebook(tmp_path / "own.ipynb")))
    write_notebook(tmp_path / "own.ipynb", "1 + 1")
    assert "own.ipynb on the worker" in execute(found).answer["message"]


def test_files_that_are_missing_are_asked_for_together(tmp_path: Path) -> None:
    data, notebook = table(tmp_path / "a.csv"), write_notebook(tmp_path / "own.ipynb", parameters="data: str = ''")
    found = job(make_request(notebook, data=data))
    digests = [sha256_file(notebook), sha256_file(data)]
    data.unlink()
    notebook.unlink()
    answer = execute(found).answer
    assert answer["event"] == "missing"
    assert answer["digests"] == digests


def test_a_name_that_was_sent_cannot_reach_outside(tmp_path: Path) -> None:
    content = b"a,b\n"
    digest = hashlib.sha256(content).hexdigest()
    for name, key in (("../../../evil.csv", digest), ("..", "2" * 64), ("/tmp/evil.csv", "3" * 64)):
        cluster_worker._received.put(SentFile(name, key, content))
    place = cluster_worker._received.get(digest)
    assert place is not None
    assert place.parent.parent == tmp_path / "scratch"
    assert place.name == "data"
    assert cluster_worker._received.get("1" * 64) is None


def test_the_part_behind_the_sign_stays(tmp_path: Path) -> None:
    places = cluster_worker._Places()
    cluster_worker._received.put(SentFile("a.xlsx", "0" * 64, b"x"))
    facts = {"shown": "a.xlsx#B", "data": {"sha256": "0" * 64}, "sources": {"a.xlsx#B": str(tmp_path / "no.xlsx#B")}}
    found = places.facts(facts, "B")["sources"]["a.xlsx#B"]
    assert found.endswith("a.xlsx#B")
    assert Path(found.removesuffix("#B")).read_bytes() == b"x"


def test_a_database_is_left_to_the_run() -> None:
    facts = {"shown": "s", "data": {"sha256": "0"}, "sources": {"s": "postgresql://ann:x@db/sales#t"}}
    assert cluster_worker._Places().facts(facts, "") == facts


def test_nothing_to_stop() -> None:
    assert not stop("nothing")


def test_a_worker_leaves_the_interrupt_to_the_client() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        cluster_worker.dask_setup(None)
        os.kill(os.getpid(), signal.SIGINT)
        code = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert found.stdout.strip() == "True"
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.slow
def test_a_run_with_files_that_were_sent(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    data = table(tmp_path / "far" / "a.csv")
    notebook = write_notebook(tmp_path / "far" / "own.ipynb", COUNT, parameters="data: str = ''")
    found = job(make_request(notebook, data=data))
    sent = [SentFile(path.name, sha256_file(path), path.read_bytes()) for path in (data, notebook)]
    data.unlink()
    notebook.unlink()
    reply = execute(found, *sent)
    assert reply.answer["status"] == "ok", reply
    content = manifest(reply)
    assert content["status"] == "ok"
    assert content["cache"]["opened"] == []
    left = [path.name for path in (tmp_path / "scratch").iterdir()]
    assert all(name.startswith("casework-data-") for name in left)


@pytest.mark.slow
def test_without_a_template_a_normal_process_does_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEWORK_WARM", "0")
    reply = execute(job(make_request(write_notebook(tmp_path / "own.ipynb", "x * 2"))))
    assert manifest(reply)["engine"] == "normal"
    assert reply.answer["status"] == "ok"


@pytest.mark.slow
@pytest.mark.parametrize("warm", ["1", "0"])
def test_a_run_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm: str) -> None:
    monkeypatch.setenv("CASEWORK_WARM", warm)
    mark = tmp_path / "pid"
    begin = f"import os\nopen({str(mark)!r}, 'w').write(str(os.getpid()))"
    found = job(make_request(write_notebook(tmp_path / "own.ipynb", begin, LATE)))
    replies: list[Reply] = []
    thread = threading.Thread(target=lambda: replies.append(execute(found)))
    thread.start()
    _until(lambda: mark.is_file() and mark.read_text(encoding="utf-8") != "")
    assert stop("1")
    thread.join(40)
    assert replies[0].answer["status"] == "cancelled"
    _until(lambda: not _alive(int(mark.read_text(encoding="utf-8"))))


def _until(found: Any, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < until
        time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return f"{pid}".isdigit() and "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2:3]


def test_importing_it_does_not_load_the_clusters_library() -> None:
    code = "import sys, casework.runner.cluster, casework.runner.cluster_worker; print('distributed' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
