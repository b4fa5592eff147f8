"""The confined process: it executes cells that are not trusted, and answers what it is asked about their names.

`python -m casework.runner.confined.process` does the same over its standard streams, where no template can fork.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import casework
from casework.core.paths import datasets_folder
from casework.runner.confined.limits import Limits, confine
from casework.runner.warm import child
from casework.runner.warm.wire import Link

Asked = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]


def run_confined(message: dict[str, Any], link: Link, files: list[int]) -> int:
    """Confine this process and serve cells and questions until the link closes.

    Parameters
    ----------
    message : dict
        `environment`; `cwd`, the only folder to write to; `limits`; `prepare`, a function as `module:name`, called with
        `arguments` before the confinement: what it returns answers questions, `(question, names) -> answer`.
    link : Link
        Where `execute`, `ask` and `finish` come from.
    files : list of int
        Not used: what is written to the standard descriptors goes nowhere.
    """
    link.send(event="started", pid=os.getpid())
    child.given_streams([])
    child.become(message["environment"], message["cwd"])
    asked = _prepared(message)
    sys.argv = ["ipykernel_launcher.py"]
    from casework.runner.warm.shell import CellRunner

    readable = [Path(casework.__file__).parent, datasets_folder()]
    held = confine(Limits(**message["limits"]), folder=Path(message["cwd"]), readable=readable)
    runner = CellRunner(link)
    link.send(event="ready", held=asdict(held))
    while (request := link.receive()) is not None:
        kind = request.get("kind")
        if kind == "execute":
            runner.execute(request)
        elif kind == "ask":
            answer = asked(request["question"], runner.kernel.shell.user_ns)
            link.send(event="answer", answer=answer)
        else:
            break
    os._exit(0)  # nothing that was registered for the end is run: it may be the student's


def _prepared(message: dict[str, Any]) -> Asked:
    module, _, name = str(message["prepare"]).partition(":")
    if not module.startswith("casework."):
        raise ValueError(f"{module} is not of casework")
    made: Asked = getattr(import_module(module), name)(**message["arguments"])
    return made


def main() -> int:
    """Serve over standard input and output."""
    link = Link(os.dup(0), os.dup(1))
    child.own_group()
    first = link.receive()
    return run_confined(first, link, []) if first else 1


if __name__ == "__main__":
    sys.exit(main())
