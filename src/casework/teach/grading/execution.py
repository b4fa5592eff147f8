"""Run one submission in a confined process and bring back its answers and what it showed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.core.messages import t
from casework.runner.confined.limits import Limits
from casework.runner.warm import client
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.identity import fixed_environment
from casework.runner.warm.wire import Link
from casework.teach.exercises.solution import Expected
from casework.teach.exercises.values import Coded
from casework.teach.exercises.variant import VARIANT_FILE, Variant, variant_text
from casework.teach.grading.submission import Step, Submission

MESSAGE_LIMIT = 32 << 20
MOST_RESTARTS = 3
GRACE_SECONDS = 2.0
WATCH_SECONDS = 0.25
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "CASEWORK_COURSE")


@dataclass
class Shown:
    """What a cell of the student's showed: kernel messages, in order."""

    name: str
    code: str
    messages: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Executed:
    """What came of running a submission.

    Attributes
    ----------
    answers : dict
        Task to the encoded answers of each of its checks; a task that was not reached is missing.
    shown : list of Shown
        What the student's cells showed.
    reasons : list of str
        Named reasons why something was ended or left out.
    held : dict
        Which parts of the confinement held.
    """

    answers: dict[str, list[list[Coded]]] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    held: dict[str, bool] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class _Stop(Exception):  # noqa: N818 - it ends a run, and is not an error of ours
    """The process must be ended: why, and whether the cell that ran is left out when it starts again."""

    reason: str
    again: bool = True


def execute(
    submission: Submission,
    variant: Variant,
    expected: Mapping[str, Sequence[Expected | None]],
    checks: Mapping[str, Sequence[Any]],
    *,
    limits: Limits,
) -> Executed:
    """Run a submission.

    Parameters
    ----------
    submission : Submission
        What to run.
    variant : Variant
        Whose values it gets.
    expected : mapping
        Task to what is expected; only the arguments of calls leave this process.
    checks : mapping
        Task to its checks.
    limits : Limits
        What it may use. A cell that ends the process is left out and the rest is run again, three times at most.
    """
    started, left_out = time.monotonic(), set[int]()
    result = Executed()
    for _ in range(MOST_RESTARTS + 1):
        result = Executed(reasons=result.reasons)
        with tempfile.TemporaryDirectory(prefix="casework-grade-", ignore_cleanup_errors=True) as folder:
            at = _once(submission, variant, expected, checks, limits, Path(folder), left_out, result)
        left = limits.seconds - (time.monotonic() - started)
        if at is None or left <= 0:
            break
        left_out.add(at)
    result.seconds = time.monotonic() - started
    return result


def _once(
    submission: Submission,
    variant: Variant,
    expected: Mapping[str, Sequence[Expected | None]],
    checks: Mapping[str, Sequence[Any]],
    limits: Limits,
    folder: Path,
    left_out: set[int],
    result: Executed,
) -> int | None:
    """Run it once; return the place of a cell that is to be left out when it starts again, or None."""
    (folder / VARIANT_FILE).write_text(variant_text(variant), encoding="utf-8")
    process = _Process.start(variant, folder, limits)
    place = 0
    try:
        result.held = process.ready()
        for place, step in enumerate(submission.steps):
            if step.task:
                result.answers[step.task] = process.ask(
                    checks[step.task], visible(checks[step.task], expected[step.task])
                )
            elif place not in left_out:
                shown = Shown(step.name, step.code)
                if step.own:
                    result.shown.append(shown)
                late = process.run(step, str(place), shown)
                if late:
                    result.reasons.append(t("{cell}: {reason}", cell=_label(step), reason=late))
        _ask_hidden(process, checks, expected, result)
    except _Stop as stop:
        result.reasons.append(t("{cell}: {reason}", cell=_label(submission.steps[place]), reason=stop.reason))
        return place if stop.again and not submission.steps[place].task else None
    finally:
        process.end()
    return None


def _label(step: Step) -> str:
    return step.name or t("a cell of your own")


def visible(checks: Sequence[Any], expected: Sequence[Expected | None]) -> list[Expected | None]:
    """Return what is asked where the task stands: hidden checks are asked when nothing more is shown."""
    return [None if check.hidden else wanted for check, wanted in zip(checks, expected, strict=True)]


def _ask_hidden(
    process: _Process,
    checks: Mapping[str, Sequence[Any]],
    expected: Mapping[str, Sequence[Expected | None]],
    result: Executed,
) -> None:
    """Ask for the answers to hidden checks, after the last cell: no cell can show their arguments any more."""
    for task, answers in result.answers.items():
        if any(check.hidden for check in checks[task]):
            wanted = [one if check.hidden else None for check, one in zip(checks[task], expected[task], strict=True)]
            late = process.ask(checks[task], wanted)
            for place, check in enumerate(checks[task]):
                if check.hidden:
                    answers[place] = late[place]


class _Process:
    """The confined process, seen from here."""

    def __init__(self, link: Link, limits: Limits, folder: Path, own: subprocess.Popen[bytes] | None) -> None:
        self.link, self.limits, self.folder, self.own = link, limits, folder, own
        first = link.receive(MESSAGE_LIMIT)
        if first is None or first.get("event") != "started":
            raise UnavailableError(t("the process of the cells did not start"))
        self.pid = int(first["pid"])
        self.handle = os.pidfd_open(self.pid) if hasattr(os, "pidfd_open") else -1
        self.said = 0
        self.killed = ""
        self.deadline = time.monotonic() + limits.seconds
        self.done = threading.Event()
        self.watch = threading.Thread(target=self._watch, daemon=True)
        self.watch.start()

    @classmethod
    def start(cls, variant: Variant, folder: Path, limits: Limits) -> _Process:
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
            return cls(client.request(message, fixed_environment(os.environ)), limits, folder, None)
        except UnavailableError:
            return cls._normal(message, limits, folder)

    @classmethod
    def _normal(cls, message: dict[str, Any], limits: Limits, folder: Path) -> _Process:
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
        return cls(link, limits, folder, own)

    def ready(self) -> dict[str, bool]:
        """Wait until the process is confined; say what of the confinement holds."""
        message = self._next(None)
        return {name: bool(value) for name, value in dict(message.get("held") or {}).items()}

    def run(self, step: Step, place: str, shown: Shown) -> str:
        """Run a cell; one that takes too long is interrupted, and then ended. Return what was wrong with it."""
        self._say(kind="execute", code=step.code, id=place)
        until, interrupted = time.monotonic() + self.limits.cell_seconds, False
        while True:
            message = self._next(until)
            if message is None:
                if interrupted:
                    raise _Stop(reason=self._too_long())
                interrupted, until = True, time.monotonic() + GRACE_SECONDS
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
        until = time.monotonic() + self.limits.cell_seconds
        while True:
            message = self._next(until)
            if message is None:
                raise _Stop(reason=self._too_long(), again=False)
            if message.get("event") == "answer":
                return _checked_answers(message.get("answer"), len(question))

    def _next(self, until: float | None) -> Any:
        """Return the next message; None when it does not come in time."""
        left = self.deadline - time.monotonic() if until is None else until - time.monotonic()
        if left <= 0 or not self.link.wait(left):
            return None if until is not None else {}
        message = self.link.receive(MESSAGE_LIMIT)
        if message is None:
            raise _Stop(reason=self.killed or t("the process of the cells ended: memory, or a call that ended it"))
        self.said += _weight(message)
        if self.said > self.limits.output:
            raise _Stop(reason=t("it wrote more than {n} MiB", n=self.limits.output >> 20))
        return message

    def _say(self, **message: Any) -> None:
        with suppress(OSError):  # what is wrong is seen when the answer is read
            self.link.send(**message)

    def _watch(self) -> None:
        """End the process at its deadline, and when its folder grows too large, whatever it says or does not say."""
        while not self.done.wait(WATCH_SECONDS):
            if time.monotonic() > self.deadline:
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
