"""What a process that serves runs is asked to do, and how it answers: the same for forks and for normal processes.

`python -m casework.runner.job` does jobs that come over its standard input, one after another, with normal kernels.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from casework.core import errors
from casework.core.errors import CaseworkError, InputError, Problem, RunError
from casework.core.messages import use_language
from casework.runner.execution import Cancelled, cancel
from casework.runner.supervise import Execute, execute
from casework.runner.warm.wire import Link

Say = Callable[..., None]


def do(message: dict[str, Any], say: Say, run_cells: Execute) -> dict[str, Any]:
    """Do one job and return its answer: `{"event": "done", ...}` or `{"event": "error", ...}`."""
    try:
        return {"event": "done", **JOBS[message["job"]](message, say, run_cells)}
    except CaseworkError as error:
        return pack_error(error)
    except Cancelled:
        return {"event": "done", "status": "cancelled", "folder": None}
    except Exception as error:
        traceback.print_exc()
        return {"event": "error", "type": "RunError", "message": f"{type(error).__name__}: {error}"}


def do_run(message: dict[str, Any], say: Say, run_cells: Execute) -> dict[str, Any]:
    """Run one request and put its folder in its place."""
    from casework.runner.data import DataFacts, find_facts
    from casework.runner.folders import check_out
    from casework.runner.plan import make_plan, request_from
    from casework.runner.run import execute_plan

    request = request_from(message["request"])
    root = Path(message["cache"]) if message.get("cache") else None
    with use_language(request.lang):
        known = DataFacts(**message["facts"]) if message.get("facts") else find_facts(request, root)
        plan = make_plan(request, known)
        check_out(Path(message["out"]))
        record = execute_plan(
            plan,
            Path(message["out"]),
            progress=lambda done, total: say(event="cell", done=done, total=total),
            run_cells=run_cells,
            cache=root,
            fresh=bool(message.get("fresh")),
            memory=message.get("memory"),
        )
        if message.get("index"):
            from casework.runner.listing import write_index

            write_index(Path(message["out"]))
    return {"status": record.status, "folder": str(record.folder)}


def do_facts(message: dict[str, Any], say: Say, run_cells: Execute) -> dict[str, Any]:
    """Read and check the data of requests; return what is known of each, or its problems."""
    from dataclasses import asdict

    from casework.runner.data import find_facts
    from casework.runner.plan import request_from

    root = Path(message["cache"]) if message.get("cache") else None
    found: list[dict[str, Any]] = []
    for item in message["requests"]:
        request = request_from(item)
        with use_language(request.lang):
            try:
                found.append({"facts": asdict(find_facts(request, root))})
            except InputError as error:
                found.append(pack_error(error))
    return {"found": found}


def do_sweep(message: dict[str, Any], *_: Any) -> dict[str, Any]:
    """Write table and pages of a sweep, and the index of all runs."""
    from casework.runner.listing import write_index
    from casework.runner.sweep.pages import write_all

    write_all(Path(message["folder"]), message["rows"], message["lang"])
    with use_language(message["lang"]):
        write_index(Path(message["out"]))
    return {}


JOBS: dict[str, Callable[[dict[str, Any], Say, Execute], dict[str, Any]]] = {
    "run": do_run,
    "facts": do_facts,
    "sweep": do_sweep,
}


def pack_error(error: CaseworkError) -> dict[str, Any]:
    """Return an error as plain data."""
    if isinstance(error, InputError):
        problems = [[item.where, item.found, item.expected, item.fix] for item in error.problems]
        return {"event": "error", "type": type(error).__name__, "problems": problems}
    return {"event": "error", "type": "RunError", "message": str(error)}


def unpack_error(answer: dict[str, Any]) -> CaseworkError:
    """Return the error that an answer describes."""
    if "problems" in answer:
        kind = getattr(errors, str(answer["type"]), errors.DataError)
        found: CaseworkError = kind([Problem(*parts) for parts in answer["problems"]])
        return found
    return RunError(str(answer.get("message", "")))


def main() -> int:
    """Do jobs until the standard input closes."""
    link = Link(os.dup(0), os.dup(1))
    busy = threading.Event()
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name != "nt":
        threading.Thread(target=_follow, args=(link.reader, busy), daemon=True).start()
    with suppress(Cancelled):  # told to end while it waits; whatever it does then, it is told once
        _serve(link, busy)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return 0


def _serve(link: Link, busy: threading.Event) -> None:
    """Do one job after another."""
    signal.signal(signal.SIGTERM, cancel)
    with suppress(OSError):  # nobody is there to hear the answer
        while (message := link.receive()) is not None:
            busy.set()
            link.send(**do(message, link.send, execute))
            busy.clear()
            signal.signal(signal.SIGTERM, cancel)


def _follow(reader: int, busy: threading.Event) -> None:
    """Stop the job when the process that asked for it is gone, however it died."""
    poll = select.poll()
    poll.register(reader, 0)  # only its end is told
    while not poll.poll():
        pass
    if busy.is_set():
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
