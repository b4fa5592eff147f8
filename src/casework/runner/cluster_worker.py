"""What happens on a worker of a cluster: it makes sure that it has the same sources and data, and does one run."""

from __future__ import annotations

import platform
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.core.errors import CaseworkError, DataError, RunError
from casework.core.messages import t, use_language
from casework.runner.cache.files import safe_names
from casework.runner.engines import Engine, NormalEngine, WarmEngine, follow, needs_normal_kernel
from casework.runner.job import pack_error
from casework.runner.warm.client import UnavailableError
from casework.runner.warm.wire import Link

CASEWORK = "casework"
DIGITS = 10
NOT_DONE: dict[str, Any] = {"event": "done", "folder": None}


def dask_setup(worker: Any) -> None:
    """Leave Ctrl-C to the client, which then stops the runs; a signal goes to all processes of a terminal."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _leave)


def _leave(number: int, frame: Any) -> None:
    """Do nothing; unlike an ignored signal this is not inherited by the processes that are started."""


@dataclass(frozen=True)
class Job:
    """A run to do. Its text says nothing of it: clusters write what they pass on into logs and pages.

    Attributes
    ----------
    number : str
        Its name while it is done.
    message : dict
        The run, as for a job of this machine.
    expect : dict
        `identity` of the client; `notebook`, the hash of its cells; `own`, name and SHA-256 of a notebook of the user's
        own; `part`, what stands behind the `#` of the data.
    """

    number: str
    message: dict[str, Any] = field(repr=False)
    expect: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class SentFile:
    """A file that goes to workers which do not have it."""

    name: str = field(repr=False)
    sha256: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Reply:
    """The answer to a job, and the run's folder as an archive."""

    answer: dict[str, Any] = field(repr=False)
    folder: bytes = field(repr=False, default=b"")


class MissingError(Exception):
    """The worker lacks files, by their SHA-256."""

    def __init__(self, digests: list[str]) -> None:
        super().__init__()
        self.digests = digests


def identity() -> dict[str, str]:
    """Return what must be the same on client and worker: sources, Python, and the packages that make the numbers.

    Examples
    --------
    >>> sorted(identity())[:3]
    ['Python', 'casework', 'ipykernel']
    """
    from casework.runner.hashing import package_sha256
    from casework.runner.manifest import environment

    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {CASEWORK: package_sha256()[:DIGITS], "Python": python, **environment()["packages"]}


def execute(job: Job, *files: SentFile) -> Reply:
    """Do a run on this worker; whatever goes wrong is an answer too."""
    from casework.runner.cluster_folder import pack

    try:
        with tempfile.TemporaryDirectory(prefix="casework-run-", dir=_scratch(), ignore_cleanup_errors=True) as out:
            answer = _run(job.number, _prepare(job, files) | {"out": out, "cache": None})
            return Reply(answer, pack(Path(answer["folder"])) if answer.get("folder") else b"")
    except MissingError as error:
        return Reply({"event": "missing", "digests": error.digests, "worker": name()})
    except CaseworkError as error:
        return Reply(pack_error(error))
    except Exception as error:
        return Reply({"event": "error", "type": "RunError", "message": f"{type(error).__name__}: {error}"})


def name() -> str:
    """Return how people find this worker."""
    worker = _worker()
    return str(worker.address) if worker else platform.node()


def _worker() -> Any:
    """Return the worker of which this thread is a part; None elsewhere."""
    if "distributed" in sys.modules:
        from distributed import get_worker

        with suppress(ValueError, AttributeError):
            return get_worker()
    return None


def _scratch() -> str | None:
    """Return the worker's own folder, which the cluster clears after it; None for the system's."""
    worker = _worker()
    return str(worker.local_directory) if worker else None


_preparing = threading.Lock()  # the language is one for the whole process


def _prepare(job: Job, files: tuple[SentFile, ...]) -> dict[str, Any]:
    """Return the job as this worker can do it.

    Raises
    ------
    MissingError
        Files are not here that can be sent.
    RunError
        The worker differs from the client, or has other data.
    """
    with _preparing, use_language(job.message["request"]["lang"]):
        check_identity(job.expect["identity"])
        for file in files:
            _received.put(file)
        places = _Places()
        request = places.request(job.message["request"], job.expect.get("own"))
        facts = places.facts(job.message["facts"], job.expect.get("part", ""))
        if places.missing:
            raise MissingError(places.missing)
        _check_notebook(request, job.expect["notebook"])
    return job.message | {"request": request, "facts": facts, "memory": job.message["memory"] or _memory()}


def check_identity(expect: Mapping[str, str]) -> None:
    """Refuse to work for a client with other sources, another Python or other packages.

    Raises
    ------
    RunError
        They differ; the message names the worker and what differs.
    """
    if found := differences(identity(), expect):
        raise RunError(differs(name(), found))


def differences(here: Mapping[str, str], client: Mapping[str, str]) -> list[str]:
    """Say what is not the same on a worker and on the client.

    Examples
    --------
    >>> differences({"casework": "0a", "Python": "3.12"}, {"casework": "0a", "Python": "3.11"})
    ['Python 3.12 (here 3.11)']
    """
    return [
        t("{name} {found} (here {expected})", name=key, found=here.get(key, "–"), expected=client.get(key, "–"))
        for key in dict.fromkeys((*client, *here))
        if here.get(key) != client.get(key)
    ]


def differs(worker: str, found: list[str]) -> str:
    """Return the sentence that refuses a worker."""
    return t(
        "the worker {worker} has {what}; install the same casework and packages there, and start it again",
        worker=worker,
        what=", ".join(found),
    )


def _check_notebook(request: Mapping[str, Any], expected: str) -> None:
    from casework.runner.hashing import notebook_sha256
    from casework.runner.plan import request_from
    from casework.studies.notebook import read_cells

    path = request_from(request).notebook
    if notebook_sha256(read_cells(path)) != expected:
        raise RunError(t("the worker {worker} has another notebook {name}", worker=name(), name=path.name))


def _memory() -> int | None:
    """Return what one run may take [bytes], from the memory that the worker has for all its threads."""
    worker = _worker()
    limit = worker.memory_manager.memory_limit if worker else None
    return int(limit) // max(1, int(worker.state.nthreads)) if limit else None


@dataclass
class _Received:
    """Files that clients sent, kept while the worker lives."""

    places: dict[str, Path] = field(default_factory=dict)

    def put(self, file: SentFile) -> None:
        if file.sha256 in self.places:
            return
        folder = Path(tempfile.mkdtemp(prefix="casework-data-", dir=_scratch()))
        place = folder / (file.name if safe_names([file.name]) and "/" not in file.name else "data")
        place.write_bytes(file.content)
        self.places[file.sha256] = place

    def get(self, digest: str) -> Path | None:
        place = self.places.get(digest)
        return place if place and place.is_file() else None


_received = _Received()


@dataclass
class _Places:
    """Where the files of a run lie on this worker."""

    missing: list[str] = field(default_factory=list)

    def request(self, request: dict[str, Any], own: Mapping[str, str] | None) -> dict[str, Any]:
        """Return the request with the notebook's place here."""
        from casework.runner.hashing import sha256_file

        if not own:
            return request
        path = Path(request["study"])
        if path.is_file():
            self._check(own["name"], sha256_file(path), own["sha256"])
            return request
        return request | {"study": self._sent(own["sha256"])}

    def facts(self, facts: dict[str, Any], part: str) -> dict[str, Any]:
        """Return what is known of the data, with their place here."""
        from casework.datasets.loading import current_sha256
        from casework.datasets.sources import is_sql

        if not facts["data"]:
            return facts
        expected = facts["data"]["sha256"]
        if not facts["sources"]:
            self._check(facts["shown"], _bundled_sha256(facts["shown"]), expected)
            return facts
        shown, address = next(iter(facts["sources"].items()))
        if is_sql(address):
            return facts  # its rows are compared after the run
        try:
            found = current_sha256(address)
        except DataError:
            place = self._sent(expected)
            return facts | {"sources": {shown: f"{place}#{part}" if part else place}}
        self._check(shown, found, expected)
        return facts

    def _check(self, shown: str, found: str, expected: str) -> None:
        if found != expected:
            raise RunError(
                t("{name} on the worker {worker} is not the file that was planned with", name=shown, worker=name())
            )

    def _sent(self, digest: str) -> str:
        place = _received.get(digest)
        if place is None:
            self.missing.append(digest)
        return str(place)


def _bundled_sha256(shown: str) -> str:
    from casework.datasets.cards import get_card
    from casework.runner.hashing import sha256_file

    try:
        return sha256_file(get_card(shown).data_file)
    except (CaseworkError, OSError):
        raise RunError(t("the worker {worker} does not have the data {name}", worker=name(), name=shown)) from None


@dataclass
class _Watched:
    """An engine whose job can be stopped by its number."""

    engine: Engine
    number: str
    name: str = "watched"
    at_once: int | None = None
    link: Link | None = None
    stopped: bool = False

    def open(self, message: dict[str, Any]) -> Link:
        self.link = self.engine.open(message)
        with _lock:
            _running[self.number] = self
        return self.link

    def close(self, link: Link, *, ended: bool) -> None:
        with _lock:
            _running.pop(self.number, None)
        self.engine.close(link, ended=ended)

    def shutdown(self) -> None:
        self.engine.shutdown()

    def cancel(self) -> None:
        """Stop the job; a normal process hears signals only."""
        self.stopped = True
        if self.link and isinstance(self.engine, NormalEngine):
            self.engine.busy[self.link].terminate()
        elif self.link:
            self.link.send(kind="cancel")


_lock = threading.Lock()
_running: dict[str, _Watched] = {}
_own = threading.local()


def stop(number: str) -> bool:
    """Stop a run that goes on here, and say whether there was one."""
    with _lock:
        found = _running.get(number)
        if found:
            with suppress(OSError):
                found.cancel()
    return found is not None


def _run(number: str, message: dict[str, Any]) -> dict[str, Any]:
    """Do the run in a fork of this machine's template, or in a normal process."""
    from casework.runner.plan import request_from

    normal = needs_normal_kernel(request_from(message["request"]))
    engines: list[Engine] = [_normal()] if normal else [WarmEngine(), _normal()]
    for engine in engines:
        watched = _Watched(engine, number)
        with suppress(UnavailableError):
            return follow(watched, message)
        if watched.stopped:
            return NOT_DONE | {"status": "cancelled"}
    return NOT_DONE | {"status": "killed"}


def _normal() -> NormalEngine:
    """Return this thread's own engine: its processes serve one run after another."""
    if not hasattr(_own, "engine"):
        _own.engine = NormalEngine()
    engine: NormalEngine = _own.engine
    return engine
