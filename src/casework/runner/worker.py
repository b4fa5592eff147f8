"""Execute one notebook through papermill, in a process of its own.

Called as `python -m casework.runner.worker JOB.json`; tells its progress as JSON lines on its first standard
output. papermill's own metadata says `completed` after a time-out and after a dead kernel, so the status is
found here, from what was raised.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

START_TIMEOUT = 120
INPUT = "input.ipynb"
OUTPUT = "notebook.ipynb"


class Cancelled(BaseException):
    """The supervisor asked this process to stop."""


def main(job_path: str) -> int:
    """Run the job described in a file, and report it."""
    protocol = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what the kernel prints belongs to the log
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))

    def say(**message: Any) -> None:
        protocol.write(json.dumps(message) + "\n")
        protocol.flush()

    signal.signal(signal.SIGTERM, _cancel)
    signal.signal(signal.SIGINT, _cancel)
    threading.Thread(target=_follow_supervisor, daemon=True).start()
    outcome = _execute(job, say)
    say(event="done", **outcome)
    return 0 if outcome["status"] == "ok" else 1


def _cancel(signum: int, frame: Any) -> None:
    raise Cancelled


def _follow_supervisor() -> None:
    """Stop when the supervisor is gone: its end of our standard input closes, however it died."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _execute(job: dict[str, Any], say: Any) -> dict[str, Any]:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    try:
        _papermill(job, say)
    except PapermillExecutionError as error:
        return _outcome("failed", error.ename, error.evalue, error.cell_index)
    except CellTimeoutError:
        return _outcome("timeout", "Timeout", f"not finished after {job['timeout']:g} s")
    except DeadKernelError:
        return _outcome("killed", "DeadKernel", "the kernel died")
    except Cancelled:
        return _outcome("cancelled", "Cancelled", "stopped by the user")
    except Exception as error:
        import traceback

        traceback.print_exc()
        return _outcome("failed", type(error).__name__, str(error))
    return _outcome("ok")


def _outcome(status: str, ename: str = "", evalue: str = "", cell: int | None = None) -> dict[str, Any]:
    return {"status": status, "ename": ename, "evalue": evalue, "cell": cell}


def _papermill(job: dict[str, Any], say: Any) -> None:
    import papermill

    deadline = time.monotonic() + job["timeout"] if job["timeout"] else None

    def left(cell: Any) -> float | None:
        return None if deadline is None else max(deadline - time.monotonic(), 0.01)

    def started(cell: Any, cell_index: int) -> None:
        say(event="cell", index=cell_index)

    say(event="started", pid=os.getpid())
    papermill.execute_notebook(
        INPUT,  # relative to the run's folder: papermill formats paths, and a folder's name may hold braces
        OUTPUT,
        parameters=job["parameters"],
        kernel_name=job["kernel"],
        cwd=job["cwd"],
        progress_bar=False,
        log_output=False,
        start_timeout=START_TIMEOUT,
        kernel_manager_class=_kernel_manager(job["scratch"]),
        timeout_func=left,
        on_cell_execute=started,
    )


def _kernel_manager(scratch: str) -> Any:
    """Return a kernel manager that talks through sockets in a private folder, where the system has them."""
    from jupyter_client.manager import AsyncKernelManager

    if os.name == "nt":
        return AsyncKernelManager

    class SocketKernelManager(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**{**options, "transport": "ipc", "ip": os.path.join(scratch, "k")})  # noqa: PTH118

    return SocketKernelManager


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
