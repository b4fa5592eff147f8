"""Find the template process, start it where there is none, and ask it for forks."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from casework.core.errors import RunError
from casework.core.messages import t
from casework.runner.warm import identity
from casework.runner.warm.wire import NEVER, Link, readable, receive_with_files, send_with_files

SWITCH_VARIABLE = "CASEWORK_WARM"
IDLE_VARIABLE = "CASEWORK_TEMPLATE_IDLE"
BOOT_SECONDS = 120.0
REFUSAL_SECONDS = 3600.0
IDLE_SECONDS = 900.0
STEP_SECONDS = 0.02
ANSWER_LIMIT = 1 << 20
KEPT = ("PATH", "USER", "LOGNAME", "SHELL", "TMPDIR", "LD_LIBRARY_PATH", *identity.VARIABLES)

_told: set[str] = set()


class UnavailableError(RunError):
    """There is no template process to be had; a normal start does the same, later."""


def why_not() -> str:
    """Return why this system or process cannot have warm starts; empty where it can."""
    if os.environ.get(SWITCH_VARIABLE, "1").lower() in ("0", "no", "off", "false"):
        return t("switched off by the environment variable {name}", name=SWITCH_VARIABLE)
    if not sys.platform.startswith("linux"):
        return t("this system cannot fork safely")
    if not (hasattr(os, "pidfd_open") and hasattr(socket, "SO_PEERCRED")):
        return t("this Python or system is too old for them")
    return ""


def connect(environment: Mapping[str, str], *, start: bool = True, wait: bool = True) -> socket.socket:
    """Return a connection to the template that can serve an environment.

    Parameters
    ----------
    environment : mapping
        Environment of the run; see `identity.identity`.
    start : bool
        Start a template where there is none.
    wait : bool
        Wait until it has booted; otherwise it is there for the next caller.

    Raises
    ------
    UnavailableError
        There is none, and none could be started (or it is still booting).
    """
    if reason := why_not():
        raise UnavailableError(reason)
    try:
        path = identity.socket_path(environment)
    except (OSError, RunError) as error:
        raise UnavailableError(str(error)) from None
    found = _try(path)
    if found is None and start:
        found = _boot(path, environment, wait)
    if found is None:
        raise UnavailableError(t("the template process is not there yet"))
    return found


def _try(path: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        return None
    return connection


def _boot(path: Path, environment: Mapping[str, str], wait: bool) -> socket.socket | None:
    with _lock(path.with_suffix(".lock"), wait) as mine:
        if not mine:
            return None  # somebody else is starting it
        found = _try(path)
        if found is not None:
            return found
        _check_refusal(path.with_suffix(NEVER))
        process = _spawn(path, environment)
        _retire_older(path)
        return _await(path, process) if wait else None


def _check_refusal(note: Path) -> None:
    """Do not try again for a while what a template of the same sources and packages has found impossible."""
    with suppress(OSError):
        if time.time() - note.stat().st_mtime < REFUSAL_SECONDS:
            reason = note.read_text(encoding="utf-8", errors="replace")
            raise UnavailableError(t("the template process did not start ({reason})", reason=reason[-400:]))


def _retire_older(path: Path) -> None:
    """Let templates of older sources end as soon as nothing runs in them."""
    surroundings = path.name.partition("-")[0]
    for other in path.parent.glob(f"{surroundings}-*.sock"):
        if other != path:
            _ask(other, "retire")
            for ending in (".sock", ".lock", ".log", NEVER):
                other.with_suffix(ending).unlink(missing_ok=True)


@contextmanager
def _lock(path: Path, wait: bool) -> Iterator[bool]:
    import fcntl  # not on every system; `why_not` has looked before

    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(number)


def _spawn(path: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    idle = os.environ.get(IDLE_VARIABLE, str(IDLE_SECONDS))
    wanted = identity.FIXED | identity.read_at_import(environment)
    wanted |= {name: os.environ[name] for name in KEPT if name in os.environ and name not in wanted}
    with path.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "casework.runner.warm.template", str(path), idle],
            cwd="/",
            env=wanted,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _await(path: Path, process: subprocess.Popen[bytes]) -> socket.socket | None:
    until = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < until:
        found = _try(path)
        if found is not None:
            process.returncode = 0  # it goes on by itself: nobody here waits for it
            return found
        if process.poll() is not None:
            log = path.with_suffix(".log").read_text(encoding="utf-8", errors="replace").strip()
            raise UnavailableError(t("the template process did not start ({reason})", reason=log[-400:]))
        time.sleep(STEP_SECONDS)
    process.kill()
    process.wait()
    raise UnavailableError(t("the template process did not start in {n} s", n=f"{BOOT_SECONDS:g}"))


def request(
    message: dict[str, Any], environment: Mapping[str, str], files: Sequence[int] = (), *, wait: bool = True
) -> Link:
    """Ask the template for a fork and return the link to it.

    Raises
    ------
    UnavailableError
        There is no template.
    """
    connection = connect(environment, wait=wait)
    try:
        send_with_files(connection, message, files)
    except OSError as error:
        connection.close()
        raise UnavailableError(t("the template process went away ({reason})", reason=error.strerror or "")) from None
    return Link.of_socket(connection)


def ask(kind: str, environment: Mapping[str, str]) -> dict[str, Any] | None:
    """Ask the running template something (`ping`, `stop`); None where there is none."""
    try:
        return None if why_not() else _ask(identity.socket_path(environment), kind)
    except (OSError, RunError):
        return None


def _ask(path: Path, kind: str) -> dict[str, Any] | None:
    connection = _try(path)
    if connection is None:
        return None
    with connection, suppress(OSError):
        connection.settimeout(5.0)
        send_with_files(connection, {"kind": kind})
        return receive_with_files(connection, ANSWER_LIMIT)[0]
    return None


def warm_up() -> None:
    """Start a template in the background where there is none, so that it is there for the first kernel."""
    with suppress(UnavailableError):
        connect(identity.fixed_environment(os.environ), wait=False).close()


def has_ended(handle: int, seconds: float | None = 0.0) -> bool:
    """Return whether a process has ended, by its handle; wait so long for it."""
    return readable(handle, seconds)


def tell_once(reason: str) -> None:
    """Say once for each reason that a run starts normally."""
    if reason not in _told:
        _told.add(reason)
        logging.getLogger("casework").warning(t("normal start instead of a warm one: {reason}", reason=reason))
