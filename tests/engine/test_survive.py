"""What a run may do to itself, and what must not come of it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from casework.runner.run import RunRecord
from casework.runner.sweep.sweep import sweep

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers import PUBLISH, write_notebook

pytestmark = pytest.mark.slow

Run = Callable[..., RunRecord]
Template = Callable[[], dict[str, Any]]

STUBBORN = """
import time
while True:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""
DETACHED = """
import os, subprocess, sys
from casework import publish
own = subprocess.Popen(["sleep", "300"])
apart = subprocess.Popen(["sleep", "300"], start_new_session=True)
code = "import subprocess; print(subprocess.Popen(['sleep', '300'], start_new_session=True, stdout=-3, stderr=-3).pid)"
lost = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
publish("pids", f"{own.pid} {apart.pid} {lost}")
"""
CHANGES = """
import builtins, os, random, sys, numpy as np, pandas as pd, matplotlib.pyplot as plt
os.environ["LEAK"] = "1"
os.environ["CASEWORK_LANG"] = "zh"
os.chdir("/")
plt.rcParams["figure.figsize"] = (1, 1)
plt.rcParams["font.size"] = 40
pd.set_option("display.max_rows", 3)
np.set_printoptions(precision=1)
np.random.seed(1); random.seed(1)
builtins.leak = 1
sys.path.insert(0, "/leak")
sys.modules["leak"] = sys
sys.modules["casework.report.html"] = None
json_before = sys.modules.pop("json")
import casework
casework.publish = None
"""
STATE = """
import builtins, os, random, sys, numpy as np, pandas as pd, matplotlib.pyplot as plt
state = [os.environ.get("LEAK"), os.environ.get("CASEWORK_LANG"), os.getcwd() == "/", plt.rcParams["figure.figsize"],
         plt.rcParams["font.size"], pd.get_option("display.max_rows"), np.get_printoptions()["precision"],
         hasattr(builtins, "leak"), "/leak" in sys.path, "leak" in sys.modules]
print(state)
"""


def output(record: RunRecord) -> str:
    notebook = nbformat.read(record.folder / "notebook.ipynb", 4)
    found = [item for cell in notebook.cells for item in cell.get("outputs", [])]
    return "".join(item.text for item in found if item.output_type == "stream")


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize(
    ("cell", "status", "error"),
    [
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "killed", "DeadKernel"),
        ("import os\nos._exit(0)", "killed", "DeadKernel"),
        ("exit()", "killed", "DeadKernel"),
        ("import os\nos.closerange(3, 200)", "killed", "DeadKernel"),
        ("import sys\nsys.exit('enough')", "failed", "SystemExit"),
        ("input('name?')", "failed", "StdinNotImplementedError"),
        ("import getpass\ngetpass.getpass()", "failed", "StdinNotImplementedError"),
    ],
)
def test_a_run_that_ends_itself_is_told_apart(run_cells: Run, cell: str, status: str, error: str) -> None:
    record = run_cells("print('before')", cell, "print('after')")
    assert (record.status, record.manifest["error"]["name"]) == (status, error)
    assert "before" in output(record)
    assert "after" not in output(record)
    assert record.report.is_file()


@pytest.mark.parametrize(
    "cell",
    [
        "import time\ntime.sleep(600)",
        STUBBORN,
        "while True: print('x' * 200)",
        "import asyncio\nawait asyncio.sleep(600)",
    ],
    ids=["sleeps", "stubborn", "floods", "awaits"],
)
def test_a_deadline_ends_whatever_goes_on(run_cells: Run, cell: str) -> None:
    started = time.monotonic()
    record = run_cells("print('before')", cell, timeout=1.5)
    assert record.status == "timeout"
    assert "before" in output(record)
    assert len(output(record)) < 1_100_000
    assert time.monotonic() - started < 30


def test_too_much_memory_is_refused_to_the_cell_alone(run_cells: Run) -> None:
    record = run_cells(PUBLISH, "held = bytearray(1 << 31)", memory=300 << 20)
    assert (record.status, record.manifest["error"]["name"]) == ("failed", "MemoryError")
    assert record.value("y") == 6.0


def test_much_text_is_cut(run_cells: Run) -> None:
    record = run_cells("for _ in range(50): print('x' * (1 << 20))", "print('y')")
    assert record.status == "ok"
    assert 1 << 20 < len(output(record)) < (1 << 20) + 200
    assert output(record).endswith("y\n")


def test_too_many_figures_fail_clearly(run_cells: Run) -> None:
    cell = (
        "from IPython.display import Image, display\nfor _ in range(20): display(Image(bytes(10 << 20), format='png'))"
    )
    record = run_cells(cell)
    assert (record.status, record.manifest["error"]["name"]) == ("failed", "OutputLimitError")
    assert "192 MiB" in record.manifest["error"]["message"]


def test_nothing_that_a_run_started_goes_on(run_cells: Run) -> None:
    record = run_cells(DETACHED)
    assert record.status == "ok"
    pids = [int(pid) for pid in record.value("pids").split()]
    assert len(pids) == 3
    assert all(is_gone(pid) for pid in pids)


def test_pools_of_processes_and_threads_work(run_cells: Run) -> None:
    record = run_cells(
        "import multiprocessing, threading",
        "def shout(n):\n    print('worker', n)\n    return n",
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n    print(pool.map(shout, range(4)))",
        "with multiprocessing.get_context('spawn').Pool(1) as pool:\n    print(pool.map(abs, [-1, -2]))",
        "thread = threading.Thread(target=print, args=('thread',)); thread.start(); thread.join()",
        "import os\npid = os.fork()\nif pid:\n    os.waitpid(pid, 0)\nelse:\n    print('child')",
        "print('end')",
    )
    assert record.status == "ok"
    text = output(record)
    assert all(text.count(f"worker {n}\n") == 1 for n in range(4))
    assert text.index("worker") < text.index("[0, 1, 2, 3]")
    assert "[1, 2]\nthread\n" in text
    assert text.count("child") == text.count("end") == 1


def test_closed_descriptors_do_not_matter(run_cells: Run) -> None:
    record = run_cells("import os\nos.close(1)\nos.close(2)\nprint('one')", "print('two')\nopen(os.devnull).close()")
    assert record.status == "ok"
    assert output(record) == "one\ntwo\n"


def test_a_program_that_goes_on_writing_does_not_hold_a_cell(run_cells: Run) -> None:
    record = run_cells(
        "import subprocess\nnoise = subprocess.Popen(['yes'])\nprint('go on')", "print('there')", timeout=20
    )
    assert record.status == "ok"
    assert "there" in output(record)


def test_no_state_leaks_into_the_next_run_or_the_report(run_cells: Run) -> None:
    before = run_cells(STATE)
    changed = run_cells(CHANGES)
    assert changed.status == "ok"
    assert changed.report.is_file()
    assert changed.manifest["lang"] == "en"
    after = run_cells(STATE)
    assert output(after) == output(before)


def test_a_run_goes_on_when_the_template_dies(
    run_cells: Run, template: Callable[[], dict[str, Any]], tmp_path: Path
) -> None:
    pid = template()["pid"]

    def kill() -> None:
        while not (tmp_path / "begun").exists():
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    record = run_cells("import pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(1)", PUBLISH)
    thread.join()
    assert record.status == "ok"
    assert record.value("y") == 6.0
    assert template()["pid"] != pid


def test_a_sweep_is_whole_when_the_template_dies(template: Template, tmp_path: Path) -> None:
    notebook = write_notebook(
        tmp_path / "own.ipynb", "import pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(0.5)", PUBLISH
    )
    pid = template()["pid"]
    killed: list[int] = []

    def kill(progress: Any) -> None:
        if progress.done and not killed:
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)

    record = sweep(notebook, words=["x=1,2,3,4,5"], out=tmp_path / "out", workers=2, cache=None, progress=kill)
    assert killed
    assert record.counts == {"ok": 5}
    values = sorted(row["results"]["y"]["value"] for row in record.rows)
    assert values == [2.0, 4.0, 6.0, 8.0, 10.0]
    assert not list((tmp_path / "out").rglob("*.partial"))


HALF_A_MESSAGE = """import os, stat, struct, time
for number in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            os.write(number, struct.pack("!I", 1 << 20) + b"half")
    except OSError:
        pass
time.sleep(600)"""


def test_half_a_message_in_the_link_does_not_outlive_the_deadline(run_cells: Callable[..., RunRecord]) -> None:
    record = run_cells(HALF_A_MESSAGE, timeout=2)
    assert record.status == "timeout"
