"""The confined process of a submission, seen from here: it runs cells, gives answers, and is ended when it must be."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.core.messages import t
from casework.runner.confined.limits import Limits
from casework.runner.execution import STREAM_LIMIT
from casework.runner.warm import client
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.identity import fixed_environment
from casework.runner.warm.wire import Link
from casework.teach.exercises.solution import Expected
from casework.teach.exercises.values import Coded
from casework.teach.exercises.variant import Variant
from casework.teach.grading.clock import OwnTime
from casework.teach.grading.submission import Step

MESSAGE_LIMIT = 32 << 20
GRACE_SECONDS = 2.0
WATCH_SECONDS = 0.25
STEP_SECONDS = 0.02
END_SECONDS = 1.0
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "CASEWORK_COURSE")


@dataclass
class Shown:
    """What a cell of the student's showed: kernel messages, in order."""

    name: str
    code: str
    messages: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Stopped(Exception):  # noqa: N818 - it ends a run, and is not an error of ours
    """The process must be ended: why."""

    reason: str


class ConfinedProcess:
    """The confined process, seen from here."""

    def __init__(
        self,
        link: Link,
        limits: Limits,
        folder: Path,
        stop: threading.Event,
        own: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self.link, self.limits, self.folder, self.own = link, limits, folder, own
        first = link.receive(MESSAGE_LIMIT)
        if first is None or first.get("event") != "started":
            raise UnavailableError(t("the process of the cells did not start"))
        self.pid = int(first["pid"])
        self.handle = os.pidfd_open(self.pid) if hasattr(os, "pidfd_open") else -1
        self.said = 0
        self.killed = ""
        self.stop = stop
        self.clock = OwnTime(self.pid)
        self.done = threading.Event()
        self.watch = threading.Thread(target=self._watch, daemon=True)
        self.watch.start()

    @classmethod
    def start(cls, variant: Variant, folder: Path, limits: Limits, stop: threading.Event) -> ConfinedProcess:
        """Start it: a fork of the template, or a process of its own where there is none."""
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment |= {"HOME": str(folder), "MPLCONFIGDIR": str(folder), "CASEWORK_RUN": "", "OMP_NUM_THREADS": "1"}
        arguments = {"exercise": variant.exercise, "seed": variant.seed, "student": variant.student}
        message = {
            "kind": "confined",
            "environment": environment,
            "cwd": str(folder),
            "limits": limits.to_json(),
            "prepare": "casework.teach.grading.student:prepare",
            "arguments": arguments,
        }
        try:
            return cls(client.request(message, fixed_environment(os.environ)), limits, folder, stop)
        except UnavailableError:
            return cls._normal(message, limits, folder, stop)

    @classmethod
    def _normal(cls, message: dict[str, Any], limits: Limits, folder: Path, stop: threading.Event) -> ConfinedProcess:
        own = subprocess.Popen(
            [sys.executable, "-m", "casework.runner.confined.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        assert own.stdin is not None
        assert own.stdout is not None
        link = Link(os.dup(own.stdout.fileno()), os.dup(own.stdin.fileno()))
        link.send(**message)
        return cls(link, limits, folder, stop, own)

    def ready(self) -> dict[str, bool]:
        """Wait until the process is confined; say what of the confinement holds."""
        message = self._next(None)
        return {name: bool(value) for name, value in dict(message.get("held") or {}).items()}

    def run(self, step: Step, place: str, shown: Shown) -> str:
        """Run a cell; one that takes too long is interrupted, and then ended. Return what was wrong with it."""
        try:
            late = self._run(step, place, shown)
        except Stopped as ended:
            raise Stopped(reason=_flood(shown) or ended.reason) from None
        return late and (_flood(shown) or late)

    def _run(self, step: Step, place: str, shown: Shown) -> str:
        self._say(kind="execute", code=step.code, id=place)
        until, interrupted = self.clock.now() + self.limits.cell_seconds, False
        while True:
            message = self._next(until)
            if message is None:
                if interrupted:
                    raise Stopped(reason=self._too_long())
                interrupted, until = True, self.clock.now() + GRACE_SECONDS
                self._signal(signal.SIGINT)
            elif message.get("event") == "reply":
                return self._too_long() if interrupted else _refusal(message.get("content"))
            elif message.get("event") == "message" and message.get("parent") == place:
                shown.messages.append(message)

    def _too_long(self) -> str:
        return t("it took longer than {n:g} s", n=self.limits.cell_seconds)

    def ask(self, checks: Sequence[Any], expected: Sequence[Expected | None]) -> list[list[Coded]]:
        """Ask for the answers to a task."""
        nothing = {"value": "", "call": "", "arguments": []}
        question = [
            {"value": check.value, "call": check.call, "arguments": list(wanted.arguments)} if wanted else nothing
            for check, wanted in zip(checks, expected, strict=True)
        ]
        self._say(kind="ask", question={"checks": question})
        until = self.clock.now() + self.limits.cell_seconds
        while True:
            message = self._next(until)
            if message is None:
                raise Stopped(reason=self._too_long())
            if message.get("event") == "answer":
                return _checked_answers(message.get("answer"), len(question))

    def _next(self, until: float | None) -> Any:
        """Return the next message; None when it does not come in time, by the process's own time."""
        most = self.limits.seconds if until is None else until
        while (left := most - self.clock.now()) > 0 and not self.link.wait(max(left, STEP_SECONDS)):
            pass
        if left <= 0:
            return None if until is not None else {}
        message = self.link.receive(MESSAGE_LIMIT)
        if message is None:
            raise Stopped(reason=self.killed or (_too_much(MESSAGE_LIMIT) if self._alive() else _ended()))
        self.said += _weight(message)
        if self.said > self.limits.output:
            raise Stopped(reason=_too_much(self.limits.output))
        return message

    def _alive(self) -> bool:
        """Say whether it goes on though nothing can be read of it any more: it said more than one message may hold."""
        return self.handle >= 0 and not select.select([self.handle], [], [], END_SECONDS)[0]

    def _say(self, **message: Any) -> None:
        with suppress(OSError):  # what is wrong is seen when the answer is read
            self.link.send(**message)

    def _watch(self) -> None:
        """End the process at its deadline, and when its folder grows too large, whatever it says or does not say."""
        while not self.done.wait(WATCH_SECONDS):
            if self.stop.is_set():
                self.killed = t("grading was stopped")
            elif self.clock.now() > self.limits.seconds:
                self.killed = t("all of it took longer than {n:g} s", n=self.limits.seconds)
            elif _folder_size(self.folder) > self.limits.folder_size:
                self.killed = t("it wrote more than {n} MiB of files", n=self.limits.folder_size >> 20)
            if self.killed:
                self._signal(signal.SIGKILL)
                return

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError, OSError):
            if self.handle >= 0:
                signal.pidfd_send_signal(self.handle, number)
            else:
                os.kill(self.pid, number)

    def end(self) -> None:
        """End it, whatever it does."""
        self.done.set()
        self._signal(signal.SIGKILL)
        self.watch.join()
        self.link.close()
        if self.handle >= 0:
            os.close(self.handle)
        if self.own is not None:
            self.own.wait()
            for stream in (self.own.stdin, self.own.stdout):
                if stream is not None:
                    stream.close()


def _too_much(most: int) -> str:
    return t("it wrote more than {n} MiB", n=most >> 20)


def _flood(shown: Shown) -> str:
    """Say of a cell with which something is wrong that it wrote more than is passed on; its text fills the memory."""
    texts = [message["content"].get("text") for message in shown.messages if message.get("msg_type") == "stream"]
    return _too_much(STREAM_LIMIT) if sum(len(text) for text in texts if isinstance(text, str)) > STREAM_LIMIT else ""


def _ended() -> str:
    return t("the process of the cells ended: memory, or a call that ended it")


def _weight(message: dict[str, Any]) -> int:
    content = message.get("content")
    return len(str(content)) if content else 64


def _refusal(content: Any) -> str:
    """Return what a cell was refused, from how it ended: memory, or what is not permitted; else nothing."""
    if not isinstance(content, dict) or content.get("status") != "error":
        return ""
    name, text = str(content.get("ename")), str(content.get("evalue"))
    if name == "MemoryError":
        return t("it asked for more memory than there is for it")
    if name == "PermissionError" or "not permitted" in text or "Permission denied" in text:
        return t("it is not permitted to start processes, use the network, or touch files outside its folder")
    return ""


def _checked_answers(answer: Any, count: int) -> list[list[Coded]]:
    """Return answers in the shape that was asked for; anything else counts as missing."""
    found = answer.get("answers") if isinstance(answer, dict) else None
    if not isinstance(found, list) or len(found) != count:
        return [[] for _ in range(count)]
    return [[item for item in items if isinstance(item, dict)] if isinstance(items, list) else [] for items in found]


def _folder_size(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(path, name)).st_size  # noqa: PTH118
    return total
