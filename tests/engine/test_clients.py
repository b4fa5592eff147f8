"""Who asks for runs may vanish, stop them, ask often; what a run read beside its data is found."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from casework.runner import engines
from casework.runner.plan import make_request, request_to
from casework.runner.run import RunRecord, read_record, run
from casework.runner.warm import identity
from casework.runner.warm.child import children

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers import LOOP, PUBLISH, write_notebook

pytestmark = pytest.mark.slow

Run = Callable[..., RunRecord]
Template = Callable[[], dict[str, Any]]
WaitFor = Callable[..., bool]

BEGIN = "import os, pathlib\npathlib.Path('begun').write_text(str(os.getpid()))"
COMMAND = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from casework.cli import main; main()"
)


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Return what starts `casework run` on the notebook `own.ipynb`, in a process group of its own."""

    def start() -> subprocess.Popen[str]:
        words = ["run", str(tmp_path / "own.ipynb"), "--out", str(tmp_path / "out")]
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    return start


def ended(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def anonymous_memory(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon"))


def test_a_run_ends_when_its_client_vanishes(
    tmp_path: Path, command: Callable[..., subprocess.Popen[str]], template: Template, wait_for: WaitFor
) -> None:
    notebook = write_notebook(tmp_path / "own.ipynb", BEGIN, LOOP)
    process = command()
    assert wait_for((tmp_path / "begun").read_text)
    cells = int((tmp_path / "begun").read_text())
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert wait_for(lambda: ended(cells))
    assert wait_for(lambda: not children(template()["pid"]))
    write_notebook(notebook, PUBLISH)
    assert run(notebook, out=tmp_path / "out", cache=None).status == "ok"
    assert not list((tmp_path / "out").rglob("*.partial"))


def test_a_run_ends_when_client_and_template_vanish(
    tmp_path: Path, command: Callable[..., subprocess.Popen[str]], template: Template, wait_for: WaitFor
) -> None:
    write_notebook(tmp_path / "own.ipynb", BEGIN, LOOP)
    process = command()
    assert wait_for((tmp_path / "begun").read_text)
    cells = int((tmp_path / "begun").read_text())
    os.kill(template()["pid"], signal.SIGKILL)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert wait_for(lambda: ended(cells))


def test_ctrl_c_leaves_a_cancelled_run(
    tmp_path: Path, command: Callable[..., subprocess.Popen[str]], wait_for: WaitFor
) -> None:
    write_notebook(tmp_path / "own.ipynb", BEGIN, LOOP)
    process = command()
    assert wait_for((tmp_path / "begun").read_text)
    os.killpg(process.pid, signal.SIGINT)
    text, _ = process.communicate(timeout=60)
    assert "cancelled" in text
    assert process.returncode == 1
    [folder] = (tmp_path / "out" / "own").glob("*.cancelled")
    assert read_record(folder).manifest["engine"] == "warm"


def test_many_runs_leave_nothing_in_the_template(tmp_path: Path, template: Template, wait_for: WaitFor) -> None:
    notebook = write_notebook(tmp_path / "own.ipynb", PUBLISH)
    pid = template()["pid"]

    def once(x: int) -> float:
        request = request_to(make_request(notebook, parameters={"x": x}))
        message = {"job": "run", "request": request, "out": str(tmp_path / "out")}
        answer = engines.follow(engines.WarmEngine(), message)
        return float(read_record(Path(answer["folder"])).value("y"))

    assert once(0) == 0.0
    before = anonymous_memory(pid)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(once, range(1, 21))) == [2.0 * x for x in range(1, 21)]
    assert wait_for(lambda: not children(pid))
    after = template()
    assert after["pid"] == pid
    assert after["running"] == 0
    assert len(list(Path(f"/proc/{pid}/task").iterdir())) == 1
    assert anonymous_memory(pid) - before < 4 << 20


def test_files_that_a_run_opens_undeclared_are_part_of_its_identity(tmp_path: Path) -> None:
    extra = tmp_path / "extra.csv"
    extra.write_text("y\n3\n")
    cell = "import pandas as pd\nfrom casework import publish\npublish('y', float(pd.read_csv('extra.csv').y[0]))"
    notebook = write_notebook(tmp_path / "own.ipynb", cell)
    first, again = (run(notebook, out=tmp_path / "out", cache=tmp_path / "cache") for _ in range(2))
    assert first.manifest["engine"] == "warm"
    assert first.manifest["cache"]["opened"] == ["extra.csv"]
    assert (first.cached, again.cached) == (False, True)
    extra.write_text("y\n4\n")
    changed = run(notebook, out=tmp_path / "out", cache=tmp_path / "cache")
    assert (changed.cached, changed.value("y")) == (False, 4.0)


@pytest.mark.parametrize("engine", ["warm", "normal"])
def test_files_that_are_opened_in_c_are_part_of_a_runs_identity(tmp_path: Path, engine: str) -> None:
    extra, other = tmp_path / "extra.db", tmp_path / "other.parquet"
    options: dict[str, Any] = {"out": tmp_path / "out", "cache": tmp_path / "cache"}
    cell = (
        "import sqlite3\nimport pandas as pd\nfrom casework import publish\nbase = sqlite3.connect('extra.db')\n"
        "publish('y', base.execute('select y from t').fetchone()[0] + float(pd.read_parquet('other.parquet').z[0]))\n"
        "if x == 7:\n    base.execute('insert into t values (1.0)'); base.commit()\n"
        "    pd.DataFrame({'z': [x]}).to_parquet('made.parquet')"
    )
    notebook = write_notebook(tmp_path / "own.ipynb", cell)

    def fill(value: float) -> None:
        with closing(sqlite3.connect(extra)) as connection:
            connection.executescript(f"drop table if exists t; create table t (y); insert into t values ({value});")

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASEWORK_WARM", "1" if engine == "warm" else "0")
        patch.setenv("TMPDIR", str(tmp_path / "temporary"))
        (tmp_path / "temporary").mkdir()
        fill(3.0)
        pd.DataFrame({"z": [10.0]}).to_parquet(other)
        first, again = (run(notebook, **options) for _ in range(2))
        fill(4.0)
        second = run(notebook, **options)
        pd.DataFrame({"z": [20.0]}).to_parquet(other)
        third, writing = run(notebook, **options), run(notebook, {"x": 7}, **options)
    assert [record.manifest["engine"] for record in (first, second, third, writing)] == [engine] * 4
    about = first.manifest["cache"]
    assert (sorted(about["opened"]), about["written"]) == (["extra.db", "other.parquet"], [])
    assert [record.cached for record in (first, again, second, third)] == [False, True, False, False]
    assert [record.value("y") for record in (first, again, second, third)] == [13.0, 13.0, 14.0, 24.0]
    assert (writing.status, sorted(writing.manifest["cache"]["written"])) == ("ok", ["extra.db", "made.parquet"])


def test_a_run_that_writes_elsewhere_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = write_notebook(
        tmp_path / "own.ipynb", "import tempfile\nopen('made.txt', 'w').close(); tempfile.TemporaryFile().close()"
    )
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    records = [run(notebook, out=tmp_path / "out", cache=tmp_path / "cache") for _ in range(2)]
    assert [record.cached for record in records] == [False, False]
    assert records[0].manifest["cache"]["written"] == ["made.txt"]


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root can become another user")
def test_the_template_refuses_another_user(template: Template) -> None:
    template()
    path = identity.socket_path(identity.fixed_environment(os.environ))
    folders = [folder for folder in path.parents if folder.stat().st_mode & 0o001 == 0]
    modes = {place: place.stat().st_mode for place in (path, *folders)}
    code = (
        "import os, socket, sys\nfrom casework.runner.warm.wire import send_with_files\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
        "try:\n    send_with_files(s, {'kind': 'ping'}); print(len(s.recv(100)))\nexcept OSError: print(0)"
    )
    try:
        for place in modes:
            place.chmod(0o777)
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    finally:
        for place, mode in modes.items():
            place.chmod(mode)
    assert (done.stdout.strip(), done.stderr) == ("0", "")
    with socket.socket(socket.AF_UNIX) as own:
        own.connect(str(path))
    assert template()["running"] == 0
