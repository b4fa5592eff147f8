"""Start the worker of one run, follow it, stop it at its deadline or when the user asks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from casework.core.messages import LANGUAGE_VARIABLE
from casework.core.paths import DRAWN_VARIABLE
from casework.core.paths import RUN_VARIABLE as RUN_VARIABLE
from casework.datasets.sources import SOURCES_VARIABLE
from casework.runner.opened import OPENED, read_list
from casework.runner.warm.identity import fixed_environment

GRACE_SECONDS = 20.0
STOP_SECONDS = 8.0

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """How an execution ended.

    Attributes
    ----------
    status : {'ok', 'failed', 'timeout', 'killed', 'cancelled'}
        The suite's own status.
    ename, evalue, cell
        The error, where there was one, and the index of its cell.
    engine : {'normal', 'warm'}
        What executed the cells.
    opened : dict
        `read` and `written` files that the run did not declare.
    cpu : float, optional
        Processor time [s].
    memory : int, optional
        Peak memory [bytes].
    notebook : NotebookNode, optional
        What was executed, where it is not written yet.
    """

    status: str
    ename: str = ""
    evalue: str = ""
    cell: int | None = None
    engine: str = "normal"
    opened: dict[str, list[str]] = field(default_factory=dict)
    cpu: float | None = None
    memory: int | None = None
    notebook: Any = None


class Execute(Protocol):
    """How the notebook of a run's folder is executed: in a normal kernel (`execute`), or in a fork of the template."""

    def __call__(
        self,
        folder: Path,
        *,
        parameters: Mapping[str, Any],
        cwd: Path,
        environment: Mapping[str, str],
        timeout: float | None,
        total: int,
        kernel: str = "python3",
        memory: int | None = None,
        progress: Progress | None = None,
    ) -> Outcome:
        """Execute `input.ipynb` to `notebook.ipynb`."""
        ...


def run_environment(lang: str, sources: Mapping[str, str], drawn: Path | None = None) -> dict[str, str]:
    """Return the environment of a run.

    One thread for numerics, a fixed hash seed, language, data sources, and where pictures are that were drawn before.
    """
    return fixed_environment(os.environ) | {
        LANGUAGE_VARIABLE: lang,
        RUN_VARIABLE: "1",
        SOURCES_VARIABLE: json.dumps(dict(sources)),
        DRAWN_VARIABLE: str(drawn or ""),
    }


def execute(
    folder: Path,
    *,
    parameters: Mapping[str, Any],
    cwd: Path,
    environment: Mapping[str, str],
    timeout: float | None,
    total: int,
    kernel: str = "python3",
    memory: int | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Execute `input.ipynb` of a run's folder to `notebook.ipynb`, beside a `log.txt`.

    Parameters
    ----------
    folder : Path
        The run's folder.
    parameters : mapping
        Values to inject.
    cwd : Path
        Working directory of the kernel.
    environment : mapping
        Environment of worker and kernel.
    timeout : float, optional
        [s] for the whole run; above 0.
    total : int
        Cells of the notebook, for the progress bar.
    kernel : str
        Name of the kernelspec.
    memory : int, optional
        [bytes] that the cells may take.
    progress : callable, optional
        Called with (cells begun, total).
    """
    with tempfile.TemporaryDirectory(prefix="casework-") as scratch, (folder / "log.txt").open("ab") as log:
        job = Path(scratch) / "job.json"
        job.write_text(
            json.dumps(
                {
                    "parameters": dict(parameters),
                    "kernel": kernel,
                    "cwd": str(cwd),
                    "scratch": scratch,
                    "timeout": timeout,
                    "memory": memory,
                }
            ),
            encoding="utf-8",
        )
        worker = subprocess.Popen(
            [sys.executable, "-m", "casework.runner.worker", str(job)],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,  # the lifeline: it closes when this process ends
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=os.name != "nt",
        )
        before = _used()
        found = _follow(worker, timeout, total, progress)
        read, written = read_list(Path(scratch) / OPENED)
        cpu, peak = _used()
        return replace(found, opened={"read": read, "written": written}, cpu=round(cpu - before[0], 3), memory=peak)


def _used() -> tuple[float, int | None]:
    """CPU time [s] of all ended children, and the greatest peak memory [bytes] among them."""
    if os.name == "nt":
        return 0.0, None
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _follow(worker: subprocess.Popen[bytes], timeout: float | None, total: int, progress: Progress | None) -> Outcome:
    late = threading.Event()

    def stop_late() -> None:
        late.set()
        stop(worker)

    guard = threading.Timer(timeout + GRACE_SECONDS, stop_late) if timeout else None
    if guard:
        guard.daemon = True
        guard.start()
    outcome: Outcome | None = None
    try:
        for message in _messages(worker):
            if message["event"] == "cell" and progress:
                progress(message["index"] + 1, total)
            elif message["event"] == "done":
                outcome = Outcome(message["status"], message["ename"], message["evalue"], message["cell"])
        worker.wait()
    except KeyboardInterrupt:
        stop(worker)
        outcome = Outcome("cancelled", "Cancelled", "stopped by the user")
    finally:
        if guard:
            guard.cancel()
        if worker.poll() is None:
            stop(worker)
        for pipe in (worker.stdin, worker.stdout):
            if pipe:
                pipe.close()
    if late.is_set():
        return Outcome("timeout", "Timeout", f"not finished after {timeout:g} s")
    return outcome or Outcome("killed", "WorkerDied", f"the process ended with code {worker.returncode}")


def _messages(worker: subprocess.Popen[bytes]) -> Any:
    assert worker.stdout is not None
    for line in worker.stdout:
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict) and "event" in message:
            yield message


def stop(worker: subprocess.Popen[bytes]) -> None:
    """Ask the worker to stop, wait a while, then end its process group; its kernel follows its parent."""
    if worker.poll() is None:
        worker.terminate()
        try:
            worker.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            if os.name == "nt":
                worker.kill()
            else:
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
