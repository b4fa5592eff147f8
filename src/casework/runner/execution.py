"""Execute the notebook of one run through papermill, and find how it ended.

papermill's own metadata says `completed` after a time-out and after a dead kernel, so the status is found here,
from what was raised.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

START_TIMEOUT = 120
INPUT = "input.ipynb"
OUTPUT = "notebook.ipynb"
STOPS = (signal.SIGTERM, signal.SIGINT)  # what asks a process to stop
STREAM_LIMIT = 1 << 20  # characters that one cell may write to one stream

Say = Callable[..., None]


class Cancelled(BaseException):
    """Raised where the process was asked to stop."""


def cancel(number: int, frame: Any) -> None:
    """Stop once, as a signal asks: a second one must not disturb the cleaning up."""
    ignore_stops()
    raise Cancelled


def ignore_stops() -> None:
    """Be asked to stop no more."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)


def execute_job(
    job: dict[str, Any], say: Say, *, engine: str, held: list[Any] | None = None, **options: Any
) -> dict[str, Any]:
    """Execute `input.ipynb` in the working directory to `notebook.ipynb`.

    Parameters
    ----------
    job : dict
        `parameters`, `kernel`, `cwd`, `timeout` [s] or None.
    say : callable
        Told of each cell that begins: `say(event="cell", index=...)`.
    engine : str
        Name of a papermill engine.
    held : list, optional
        Takes the executed notebook, which is then not written. For a process with nothing else to do.
    **options : object
        For the engine.

    Returns
    -------
    dict
        `status` (`ok`, `failed`, `timeout`, `killed`, `cancelled`), `ename`, `evalue`, `cell`.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    try:
        with nullcontext() if held is None else _holding(held):
            _papermill(job, say, engine, options)
    except PapermillExecutionError as error:
        return outcome("failed", error.ename, error.evalue, error.cell_index)
    except CellTimeoutError:
        return timed_out(job["timeout"])
    except DeadKernelError:
        return outcome("killed", "DeadKernel", "the kernel died")
    except Cancelled:
        return outcome("cancelled", "Cancelled", "stopped by the user")
    except Exception as error:
        import traceback

        traceback.print_exc()
        return outcome("failed", type(error).__name__, str(error))
    return outcome("ok")


@contextmanager
def _holding(held: list[Any]) -> Iterator[None]:
    """Take what papermill would write at the end: it would be checked, written and read once more for nothing."""
    from papermill import execute

    usual = execute.write_ipynb
    execute.write_ipynb = lambda notebook, _path: held.append(notebook)
    try:
        yield
    finally:
        execute.write_ipynb = usual


def timed_out(limit: float | None) -> dict[str, Any]:
    """Return how an execution ended that took longer than its limit [s]."""
    return outcome("timeout", "Timeout", f"not finished after {limit or 0:g} s")


def outcome(status: str, ename: str = "", evalue: str = "", cell: int | None = None) -> dict[str, Any]:
    """Return how an execution ended."""
    return {"status": status, "ename": ename, "evalue": evalue, "cell": cell}


def _papermill(job: dict[str, Any], say: Say, engine: str, options: dict[str, Any]) -> None:
    import papermill

    from casework.runner.cells import register_engines

    register_engines()
    deadline = time.monotonic() + job["timeout"] if job["timeout"] else None

    def left(cell: Any) -> float | None:
        return None if deadline is None else max(deadline - time.monotonic(), 0.01)

    def started(cell: Any, cell_index: int) -> None:
        say(event="cell", index=cell_index)

    papermill.execute_notebook(
        INPUT,  # relative to the run's folder: papermill formats paths, and a folder's name may hold braces
        OUTPUT,
        parameters=job["parameters"],
        kernel_name=job["kernel"],
        cwd=job["cwd"],
        engine_name=engine,
        progress_bar=False,
        log_output=False,
        start_timeout=START_TIMEOUT,
        timeout_func=left,
        on_cell_execute=started,
        **options,
    )
