from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from helpers import LOOP, write_notebook

pytestmark = pytest.mark.slow


def start(folder: Path, timeout: float | None) -> subprocess.Popen[str]:
    job, scratch = folder / "job.json", folder / "scratch"
    scratch.mkdir()
    content = {"parameters": {}, "kernel": "python3", "cwd": str(folder), "scratch": str(scratch), "timeout": timeout}
    job.write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, "-m", "casework.runner.worker", str(job)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def wait_for_cell(process: subprocess.Popen[str], index: int) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if f'"index": {index}' in line:
            return


def test_a_worker_can_be_asked_to_stop(tmp_path: Path) -> None:
    write_notebook(tmp_path / "input.ipynb", LOOP)
    process = start(tmp_path, None)
    wait_for_cell(process, 1)
    time.sleep(0.5)
    os.kill(process.pid, signal.SIGTERM)
    assert process.stdout is not None
    rest = process.stdout.read()
    assert process.wait(30) == 1
    assert '"cancelled"' in rest
    assert (tmp_path / "notebook.ipynb").is_file()


def test_a_worker_ends_with_its_supervisor(tmp_path: Path) -> None:
    write_notebook(tmp_path / "input.ipynb", LOOP)
    process = start(tmp_path, None)
    wait_for_cell(process, 1)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(30) == 1
    assert not (tmp_path / "scratch").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which signals a process catches")
def test_a_worker_may_be_stopped_as_it_begins(tmp_path: Path) -> None:
    write_notebook(tmp_path / "input.ipynb", LOOP)
    process = start(tmp_path, None)
    until = time.monotonic() + 30
    while not catches(process.pid, signal.SIGTERM) and time.monotonic() < until:
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGTERM)
    os.kill(process.pid, signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Traceback" not in err


def catches(pid: int, number: int) -> bool:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    caught = next(line for line in lines if line.startswith("SigCgt")).split()[1]
    return bool(int(caught, 16) >> (number - 1) & 1)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose child a process was")
def test_what_a_cell_leaves_running_ends_with_the_run(tmp_path: Path) -> None:
    apart = (
        "import subprocess\nprint(subprocess.Popen(['sleep', '300'], start_new_session=True, stdout=-3, stderr=-3).pid)"
    )
    write_notebook(tmp_path / "input.ipynb", apart)
    process = start(tmp_path, timeout=60)
    process.wait(60)
    cells = json.loads((tmp_path / "notebook.ipynb").read_text(encoding="utf-8"))["cells"]
    pid = int("".join(text for cell in cells for item in cell.get("outputs", []) for text in item["text"]))
    assert process.returncode == 0
    assert not Path(f"/proc/{pid}").exists()
