"""Runs of a sweep on the workers of a dask cluster: one that runs somewhere, or one that is started here.

What a run gives comes back as bytes and takes its place here, so that a sweep leaves the same behind wherever it was
done. Nothing of a run stands in the cluster's keys, logs or pages.
"""

from __future__ import annotations

import importlib
import logging
import threading
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.errors import CaseworkError, RunError
from casework.core.messages import t
from casework.runner.job import pack_error
from casework.runner.warm.wire import Link

if TYPE_CHECKING:
    from casework.runner.cluster_folder import Expected
    from casework.runner.cluster_worker import Job, Reply

CONNECT_SECONDS = 30.0
STOP_SECONDS = 10.0
TICK_SECONDS = 0.1
ATTEMPTS = 4
SENT_LIMIT = 64 << 20  # [bytes]
MOST_AT_ONCE = 200  # each needs two open files here
LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio")
CANCELLED: dict[str, Any] = {"event": "done", "status": "cancelled", "folder": None}
HERE: dict[str, Any] = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.scheduler.allowed-failures": 3,
}


@dataclass(frozen=True, kw_only=True)
class _Run:
    """A run on its way: what the worker gets, what is expected back, and which files can be sent after it."""

    job: Job
    expected: Expected
    files: dict[str, Path]
    secrets: tuple[str, ...]


class DaskEngine:
    """Jobs on the workers of a dask cluster.

    Parameters
    ----------
    scheduler : str, optional
        Address of a scheduler, or the path of its scheduler file; without one a cluster is started here.
    workers : int
        Workers of the cluster that is started here; a running cluster has as many as it has.
    queue : bool
        Hand over two runs for each thread of a worker, so that none waits for its next one. Not where runs have
        deadlines, which count from when they are handed over.

    Raises
    ------
    RunError
        `distributed` is not installed, the scheduler cannot be reached, or a worker differs from this machine.
    """

    name = "dask"

    def __init__(self, scheduler: str | None, *, workers: int, queue: bool = True) -> None:
        distributed = _library()  # first: it sets the levels of its logs
        self._levels = _quiet()
        self._cluster: Any = None
        self._client: Any = None
        self._sent: dict[str, Any] = {}
        self._serving: set[threading.Thread] = set()
        self._lock = threading.Lock()
        try:
            if scheduler is None:
                self._start(distributed, workers)
            self._client = _connect(distributed, self._cluster, scheduler)
            threads = self._check_workers(workers if scheduler is None else 1)
        except BaseException:
            self.shutdown()
            raise
        self.at_once: int | None = min(MOST_AT_ONCE, threads * (2 if queue else 1))

    def _start(self, distributed: Any, workers: int) -> None:
        """Start a cluster on this machine, which only this machine reaches."""
        import dask

        with dask.config.set(HERE):
            self._cluster = distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address=None,
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                memory_limit=0,
                security=_own_certificate(distributed),
                silence_logs=logging.CRITICAL,
                preload=["casework.runner.cluster_worker"],
            )

    def _check_workers(self, count: int) -> int:
        """Return how many threads the workers have.

        Raises
        ------
        RunError
            There are none, or some differ from this machine.
        """
        from casework.runner.cluster_worker import differences, differs, identity

        try:
            self._client.wait_for_workers(count, timeout=CONNECT_SECONDS)
        except Exception:
            raise RunError(t("the cluster has no workers; start some and try again")) from None
        here, found = identity(), self._client.run(identity, on_error="return")
        for worker, there in sorted(found.items()):
            if not isinstance(there, dict):
                raise RunError(_no_casework(worker, there))
            if different := differences(there, here):
                raise RunError(differs(worker, different))
        return max(1, sum(int(number) for number in self._client.nthreads().values()))

    def open(self, message: dict[str, Any]) -> Link:
        """Begin a job, and return the link on which it answers."""
        here, there = Link.pair()
        thread = threading.Thread(target=self._serve, args=(message, there), daemon=True)
        with self._lock:
            self._serving = {item for item in self._serving if item.is_alive()} | {thread}
            thread.start()
        return here

    def close(self, link: Link, *, ended: bool) -> None:
        """Close the link; a run that goes on is stopped."""
        link.close()

    def shutdown(self) -> None:
        """Leave the cluster; one that was started here ends."""
        for thread in self._serving:
            thread.join(STOP_SECONDS)
        for item in (self._client, self._cluster):
            with suppress(Exception):
                if item is not None:
                    item.close(timeout=STOP_SECONDS)
        for logger, level in self._levels.items():
            logging.getLogger(logger).setLevel(level)

    def _serve(self, message: dict[str, Any], link: Link) -> None:
        secrets: tuple[str, ...] = ()
        try:
            run = _describe(message, remote=self._cluster is None)
            secrets = run.secrets
            answer = self._answer(run, link)
        except CaseworkError as error:
            answer = pack_error(error)
        except Exception as error:
            answer = {"event": "error", "type": "RunError", "message": f"{type(error).__name__}: {error}"}
        with suppress(OSError):
            link.send(**_without(answer, secrets))
        link.close()

    def _answer(self, run: _Run, link: Link) -> dict[str, Any]:
        from casework.runner.cluster_folder import receive

        for _ in range(ATTEMPTS):
            reply = self._ask(run, link)
            if reply is None:
                self._forget(run)  # what was sent may have gone with a worker
            elif reply.answer["event"] == "missing":
                self._send(run, reply.answer)
            elif reply.answer["event"] == "done" and reply.folder:
                status, place = receive(reply.folder, run.expected)
                return {**reply.answer, "status": status, "folder": str(place)}
            else:
                return reply.answer
        raise RunError(t("the connection to the cluster was lost"))

    def _ask(self, run: _Run, link: Link) -> Reply | None:
        """Have a worker do a run; None where the cluster lost it."""
        from casework.runner.cluster_worker import Reply, execute

        with self._lock:
            files = [self._sent[digest] for digest in run.files if digest in self._sent]
        future = self._client.submit(execute, run.job, *files, key=f"casework-{uuid.uuid4().hex}", pure=False)
        done = threading.Event()
        future.add_done_callback(lambda _: done.set())
        while not done.wait(TICK_SECONDS):
            if link.wait(0):  # it is to stop, or nobody waits for it any more
                self._stop(run, future, done)
                return Reply(CANCELLED)
        return _reply(future)

    def _stop(self, run: _Run, future: Any, done: threading.Event) -> None:
        """Stop a run, and wait until its worker has cleared up behind it."""
        from casework.runner.cluster_worker import stop

        with suppress(Exception):
            found = self._client.run(stop, run.job.number, on_error="ignore")
            if any(found.values()):
                done.wait(STOP_SECONDS)
            future.cancel()
            self._client.run(stop, run.job.number, on_error="ignore")  # it may have begun meanwhile

    def _send(self, run: _Run, answer: dict[str, Any]) -> None:
        """Hand files to the cluster that a worker lacks.

        Raises
        ------
        RunError
            They are too large, or not what they were.
        """
        for digest in answer["digests"]:
            with self._lock:
                if digest not in self._sent:
                    file = _read(run.files.get(digest), digest, str(answer["worker"]))
                    self._sent[digest] = self._client.scatter(file, hash=False)

    def _forget(self, run: _Run) -> None:
        with self._lock:
            for digest in run.files:
                self._sent.pop(digest, None)


def _library() -> Any:
    try:
        return importlib.import_module("distributed")
    except ImportError:
        raise RunError(
            t("a sweep on a cluster needs the package distributed; install it with: pip install 'casework[cluster]'")
        ) from None


def _own_certificate(distributed: Any) -> Any:
    """Return a certificate that only this process and its workers have; None where the library for it is missing."""
    try:
        return distributed.Security.temporary()
    except ImportError:
        return None


def _connect(distributed: Any, cluster: Any, scheduler: str | None) -> Any:
    address = {"scheduler_file": scheduler} if scheduler and Path(scheduler).is_file() else {"address": scheduler}
    try:
        return distributed.Client(
            **({"address": cluster} if cluster is not None else address),
            timeout=CONNECT_SECONDS,
            set_as_default=False,
            name="casework",
        )
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise RunError(
            t("the scheduler {address} cannot be reached ({reason})", address=scheduler, reason=reason)
        ) from None


def _quiet() -> dict[str, int]:
    """Silence the logs of the cluster's library, and return their levels; what matters comes as an error."""
    levels = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return levels


def _describe(message: dict[str, Any], *, remote: bool) -> _Run:
    """Return everything that worker and client must know of a run."""
    from casework.runner.caching import parts_of
    from casework.runner.cluster_folder import Expected
    from casework.runner.cluster_worker import Job, identity
    from casework.runner.data import DataFacts
    from casework.runner.hashing import sha256_file
    from casework.runner.plan import make_plan, request_from
    from casework.runner.run import data_location

    plan = make_plan(request_from(message["request"]), DataFacts(**message["facts"]))
    out, cache = Path(message["out"]), message["cache"]
    data, part = _data_file(plan.data_sources)
    files = {str(plan.key["data"]): data} if data else {}
    expect: dict[str, Any] = {"identity": identity(), "notebook": plan.key["notebook"], "part": part}
    if plan.request.study is None:
        digest = sha256_file(plan.request.notebook)
        files[digest] = plan.request.notebook
        expect["own"] = {"name": plan.request.notebook.name, "sha256": digest}
    memory = None if remote else message.get("memory")  # another machine knows its own
    return _Run(
        job=Job(uuid.uuid4().hex, message | {"memory": memory, "out": "", "cache": None}, expect),
        expected=Expected(
            study=plan.request.name,
            run_id=plan.run_id,
            parts=parts_of(plan),
            location=data_location(plan, out),
            out=out,
            cache=Path(cache) if cache else None,
        ),
        files=files,
        secrets=plan.secrets,
    )


def _data_file(sources: dict[str, str]) -> tuple[Path | None, str]:
    """Return the file with the data and what stands behind its `#`; no file for a database or bundled data."""
    from casework.datasets.sources import is_sql, split_part

    address = next(iter(sources.values()), "")
    if not address or is_sql(address):
        return None, ""
    file, part = split_part(address)
    return Path(file), part


def _read(path: Path | None, digest: str, worker: str) -> Any:
    """Return a file to be sent."""
    from casework.runner.cluster_worker import SentFile
    from casework.runner.hashing import sha256_file

    name = path.name if path else "–"
    if path is None or path.stat().st_size > SENT_LIMIT:
        raise RunError(
            t(
                "the worker {worker} does not have {name}, which is too large to be sent; put it there, same path",
                worker=worker,
                name=name,
            )
        )
    if sha256_file(path) != digest:
        raise RunError(t("{name} changed during the sweep; run it again", name=name))
    return SentFile(name, digest, path.read_bytes())


def _reply(future: Any) -> Reply | None:
    """Return what a worker answered; None where the cluster lost the run."""
    from casework.runner.cluster_worker import Reply

    if future.status == "finished":
        found: Reply = future.result()
        return found
    if future.status != "error":
        return None
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        return Reply({"event": "done", "status": "killed", "folder": None})
    if isinstance(error, ImportError):
        raise RunError(_no_casework("–", error))
    raise RunError(f"{type(error).__name__}: {error}")


def _no_casework(worker: str, error: Any) -> str:
    return t(
        "the worker {worker} cannot load casework ({reason}); install the same version there",
        worker=worker,
        reason=f"{type(error).__name__}: {error}",
    )


def _without(answer: dict[str, Any], secrets: Sequence[str]) -> dict[str, Any]:
    """Return an answer in whose message nothing secret stands."""
    from casework.runner.secrets import redact

    if "message" not in answer:
        return answer
    return answer | {"message": redact(str(answer["message"]), tuple(secrets))}
