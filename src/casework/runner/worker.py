"""Execute one notebook in a normal kernel, in a process of its own.

Called as `python -m casework.runner.worker JOB.json`; tells its progress as JSON lines on its first standard output.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from casework.core.grammar import load_jsonschema
from casework.runner.execution import STOPS, Cancelled, Say, cancel, execute_job
from casework.runner.opened import LIST_VARIABLE, OPENED

WATCHED = "--IPKernelApp.extensions=casework.runner.opened"


def main(job_path: str) -> int:
    """Run the job described in a file, and report it."""
    protocol = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what the kernel prints belongs to the log
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))

    def say(**message: Any) -> None:
        protocol.write(json.dumps(message) + "\n")
        protocol.flush()

    left = threading.Event()
    try:
        for number in STOPS:
            signal.signal(number, cancel)
        threading.Thread(target=_follow_supervisor, args=(left,), daemon=True).start()
        found = _execute(job, say)
        say(event="done", **found)
    except Cancelled:  # told to stop before the notebook began or after its end
        return 1
    finally:
        if left.is_set():
            shutil.rmtree(job["scratch"], ignore_errors=True)
    return 0 if found["status"] == "ok" else 1


def _execute(job: dict[str, Any], say: Say) -> dict[str, Any]:
    _prepare(job)
    load_jsonschema()
    with _alone():
        return execute_job(job, say, engine="casework-kernel", kernel_manager_class=_kernel_manager(job["scratch"]))


def _prepare(job: dict[str, Any]) -> None:
    """Limit memory, keep personal start-up files of IPython out of reports, and list the files that are opened."""
    if job.get("memory") and os.name != "nt":
        from casework.runner.warm.child import limit_memory

        limit_memory(job["memory"])
    scratch = Path(job["scratch"])
    os.environ["IPYTHONDIR"] = str(scratch / "ipython")
    os.environ[LIST_VARIABLE] = str(scratch / OPENED)


@contextmanager
def _alone() -> Iterator[None]:
    """End what the kernel leaves running, whatever group or session it moved to; only Linux tells."""
    if sys.platform != "linux":
        yield
        return
    from casework.runner.warm.child import adopt_orphans, end_orphans

    adopt_orphans()
    try:
        yield
    finally:
        end_orphans()


def _follow_supervisor(left: threading.Event) -> None:
    """Stop when the supervisor is gone: its end of our standard input closes, however it died."""
    while os.read(0, 1024):
        pass
    left.set()
    os.kill(os.getpid(), signal.SIGTERM)


def _kernel_manager(scratch: str) -> Any:
    """Return a kernel manager that watches opened files, and talks through sockets in a private folder."""
    from jupyter_client.manager import AsyncKernelManager

    class RunKernelManager(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            if os.name != "nt":
                options |= {"transport": "ipc", "ip": os.path.join(scratch, "k")}  # noqa: PTH118
            super().__init__(**options)

        def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
            command: list[str] = super().format_kernel_cmd(extra_arguments)
            return [*command, WATCHED] if any("ipykernel" in part for part in command) else command

    return RunKernelManager


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
