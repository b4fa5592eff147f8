"""Where a benchmark runs: folders and templates of its own; and what a command costs there."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
STOP_SECONDS = 30.0


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and seconds of processors."""

    wall: float
    cpu: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)

    def times(self, factor: float) -> Cost:
        """Scale it."""
        return Cost(self.wall * factor, self.cpu * factor)


def command(name: str) -> str:
    """Return the path of a command of this interpreter's environment."""
    return str(Path(sys.executable).with_name(name))


def surroundings(folder: Path) -> dict[str, str]:
    """Environment in which nothing is warm or cached yet, and explorers draw their static twin for every peer."""
    for name in ("run", "cache", "out"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "run").chmod(0o700)
    dropped = ("PYTHONDONTWRITEBYTECODE", "CASEWORK_WARM", "CASEWORK_LANG", "CASEWORK_DATA_SOURCES", "MPLBACKEND")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "CASEWORK_CACHE": str(folder / "cache"),
        "CASEWORK_RUN": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }


def run(line: Sequence[str], environment: Mapping[str, str]) -> tuple[Cost, str]:
    """Run a command to its end; return its cost, with all processes that it waited for, and what it printed."""
    start = time.perf_counter()
    with subprocess.Popen(
        list(line), env=dict(environment), cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        out, err = _both(process)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError(f"{' '.join(line)} ended with {process.returncode}:\n{out[-2000:]}\n{err[-4000:]}")
    return Cost(wall, used.ru_utime + used.ru_stime), out


def _both(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Read both streams to their end without reaping the process, whose cost is taken when it is reaped."""
    import threading

    parts: dict[str, str] = {}

    def read(name: str, stream: Any) -> None:
        parts[name] = stream.read()

    threads = [threading.Thread(target=read, args=(name, getattr(process, name))) for name in ("stdout", "stderr")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return parts["stdout"], parts["stderr"]


def module(name: str, job: Mapping[str, Any], environment: Mapping[str, str]) -> tuple[Cost, dict[str, Any]]:
    """Run a part of this benchmark in a fresh process; templates that it starts or uses are part of its cost."""
    before = template_cpu(environment)
    cost, out = run([sys.executable, "-m", f"engine.{name}", json.dumps(job)], environment)
    answer: dict[str, Any] = json.loads(out.splitlines()[-1])
    return Cost(cost.wall, max(0.0, cost.cpu + template_cpu(environment) - before)), answer


def sockets(environment: Mapping[str, str]) -> Iterator[Path]:
    """Where the templates of these surroundings listen."""
    yield from Path(environment["XDG_RUNTIME_DIR"]).glob("casework-*/*.sock")


def ask(path: Path, kind: str) -> dict[str, Any] | None:
    """Ask a template something; None where it is gone."""
    from casework.runner.warm.wire import receive_with_files, send_with_files

    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(10.0)
        connection.connect(str(path))
        send_with_files(connection, {"kind": kind})
        return receive_with_files(connection, 1 << 20)[0]
    return None


def template_cpu(environment: Mapping[str, str]) -> float:
    """Processor time [s] of the templates and of all their forks that have ended."""
    found = [ask(path, "ping") for path in sockets(environment)]
    return sum(_cpu(answer["pid"]) for answer in found if answer)


def _cpu(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return sum(int(value) for value in fields[11:15]) / TICKS
    return 0.0


def stop_templates(environment: Mapping[str, str]) -> None:
    """Stop the templates of these surroundings and wait until they are gone."""
    for path in sockets(environment):
        answer = ask(path, "ping")
        if answer:
            ask(path, "stop")
            _await_end(answer["pid"])
        path.unlink(missing_ok=True)


def _await_end(pid: int) -> None:
    until = time.monotonic() + STOP_SECONDS
    while _lives(pid) and time.monotonic() < until:
        time.sleep(0.02)
    if _lives(pid):
        os.kill(pid, signal.SIGKILL)


def _lives(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    return False


@contextmanager
def place(parent: Path, name: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """A fresh folder with surroundings of its own; its templates end with it."""
    folder = parent / name
    environment = surroundings(folder)
    try:
        yield folder, environment
    finally:
        stop_templates(environment)
