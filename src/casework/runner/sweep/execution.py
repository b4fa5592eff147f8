"""Execute what is missing of a planned sweep, and write its table and pages."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from casework.core.errors import RunError
from casework.core.messages import t
from casework.runner import caching
from casework.runner.engines import Engine, NormalEngine, WarmEngine, follow, needs_normal_kernel
from casework.runner.job import do_sweep, unpack_error
from casework.runner.manifest import now
from casework.runner.plan import request_to
from casework.runner.run import data_location
from casework.runner.sweep import state, table
from casework.runner.sweep.definition import definition_of
from casework.runner.sweep.estimate import wall_seconds
from casework.runner.sweep.planning import SweepPlan
from casework.runner.sweep.points import Point, place_of
from casework.runner.sweep.record import Progress, SweepProgress, SweepRecord
from casework.runner.sweep.schedule import Scheduler, Task
from casework.runner.warm.client import UnavailableError

EngineName = Literal["local", "dask"]


def execute_sweep(
    plan: SweepPlan,
    *,
    out: Path,
    cache: Path | None = None,
    engine: EngineName = "local",
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> SweepRecord:
    """Execute what is missing of a planned sweep, and write its table and pages."""
    clock = time.perf_counter()
    execution = _Execution(plan, out, cache, progress)
    execution.prepare()
    stopped = False
    try:
        if execution.plan.missing:
            execution.run(_engine(plan, engine, scheduler))
    except KeyboardInterrupt:
        stopped = True
    return execution.finish(time.perf_counter() - clock, stopped=stopped)


def _engine(plan: SweepPlan, name: EngineName, scheduler: str | None) -> Engine:
    if name == "dask":
        from casework.runner.cluster import DaskEngine

        deadline = plan.points[0].plan.request.timeout is not None
        return DaskEngine(scheduler, workers=plan.workers, queue=not deadline)
    reason = needs_normal_kernel(plan.points[0].plan.request)
    return NormalEngine() if reason else WarmEngine()


@dataclass
class _Execution:
    """One execution of a sweep: what it knows while it goes on."""

    plan: SweepPlan
    out: Path
    cache: Path | None
    progress: Progress | None
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)
    waiting: dict[int, float | None] = field(default_factory=dict)
    executed: set[str] = field(default_factory=set)
    problem: str = ""

    @property
    def folder(self) -> Path:
        return self.out / state.FOLDER / self.plan.sweep_id

    def prepare(self) -> None:
        """Write the definition, and put what is done into its place."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._define()
        except OSError as error:
            reason = error.strerror or ""
            raise RunError(t("{path}: it cannot be written ({reason})", path=self.folder, reason=reason)) from None
        self.lines = {line["run_id"]: line for line in state.read_journal(self.folder)}
        points = [self._give_back(point) for point in self.plan.points]
        self.plan = replace(self.plan, points=tuple(points))
        self.waiting = {
            point.index: expected
            for point, expected in zip(self.plan.points, self.plan.expected, strict=True)
            if not point.done
        }
        self.counts["cached"] = len(points) - len(self.waiting)
        self._tell()

    def _define(self) -> None:
        content = definition_of(self.plan)
        with suppress(RunError):
            old = state.read_definition(self.folder)
            content |= {name: old[name] for name in ("created", "runs", "table") if name in old}
        state.write_definition(self.folder, content)

    def _give_back(self, point: Point) -> Point:
        """Put a cached run into its place; where the cache turns out damaged, the run is missing after all."""
        if point.done != "cached" or self.cache is None:
            return point
        entry = caching.find(point.plan, self.cache)
        location = data_location(point.plan, self.out)
        with suppress(OSError):
            if entry and caching.give_back(entry, place_of(point, self.out), self.cache, location):
                return point
        return replace(point, done="")

    def run(self, engine: Engine) -> None:
        """Execute what is missing."""
        tasks = [self._task(point) for point in self.plan.missing]
        try:
            Scheduler(engine, engine.at_once or self.plan.workers).run(tasks, self._done, self._tell)
        finally:
            engine.shutdown()

    def _task(self, point: Point) -> Task:
        message = {
            "job": "run",
            "request": request_to(point.plan.request),
            "facts": asdict(point.facts),
            "out": str(self.out),
            "cache": str(self.cache) if self.cache else None,
            "fresh": self.plan.fresh,
            "memory": self.plan.memory,
        }
        return Task(point.index, message, self.waiting[point.index], point.plan.request.timeout)

    def _done(self, task: Task, answer: dict[str, Any] | None) -> None:
        point = next(point for point in self.plan.points if point.index == task.index)
        line = _line(point, answer)
        with self._noting():
            state.note(self.folder, line)
        self.lines[point.run_id] = line
        self.executed.add(point.run_id)
        self.counts[line["status"]] += 1
        del self.waiting[task.index]
        self._tell()

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Go on where the disk is full, and say so at the end."""
        try:
            yield
        except (OSError, RunError) as error:
            self.problem = t("the table and pages could not be written: {reason}", reason=error)

    def _tell(self) -> None:
        if self.progress:
            total = len(self.plan.points)
            done = total - len(self.waiting)
            self.progress(SweepProgress(done=done, total=total, counts=+self.counts, left=self._left()))

    def _left(self) -> float | None:
        """Estimate the time to the end: from the runs that are done, else from what is known of earlier ones."""
        executed = len(self.executed)
        if executed >= self.plan.workers:
            return (time.monotonic() - self.started) / executed * len(self.waiting)
        return wall_seconds(list(self.waiting.values()), self.plan.workers) if self.waiting else 0.0

    def finish(self, seconds: float, *, stopped: bool) -> SweepRecord:
        """Write table and pages, and say how it ended."""
        if stopped:
            self._drop_cancelled()
        rows = [self._row(point) for point in self.plan.points]
        with self._noting():
            self._write(rows)
        return SweepRecord(
            folder=self.folder,
            sweep_id=self.plan.sweep_id,
            rows=tuple(rows),
            varied=tuple(self.plan.cases.varied),
            executed=len(self.executed),
            taken=self.counts["cached"],
            seconds=seconds,
            stopped=stopped,
            problem=self.problem,
        )

    def _row(self, point: Point) -> dict[str, Any]:
        row = table.make_row(point, self.out, self.lines.get(point.run_id), now=point.run_id in self.executed)
        return row | {"report": bool(row["folder"]) and (self.out / row["folder"] / "report.html").is_file()}

    def _drop_cancelled(self) -> None:
        """Remove runs that were stopped with the sweep: they are missing, and resumed."""
        for point in self.plan.points:
            place = place_of(point, self.out)
            shutil.rmtree(place.with_name(f"{place.name}.cancelled"), ignore_errors=True)

    def _write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        definition = state.read_definition(self.folder)
        mark = table.fingerprint(rows, self.plan.cases.varied)
        whole = all((self.folder / name).is_file() for name in (table.CSV, table.PARQUET, "index.html"))
        if whole and definition.get("table") == mark:
            return
        runs = [
            {
                "run_id": row["run_id"],
                "status": row["status"],
                "folder": f"../../{row['folder']}" if row["folder"] else "",
            }
            for row in rows
        ]
        definition.pop("table", None)  # from here on until all is written there is no whole table
        state.write_definition(self.folder, definition | {"runs": runs})
        _write_elsewhere(self.folder, rows, str(definition["options"]["lang"]), self.out)
        state.write_definition(self.folder, definition | {"runs": runs, "table": mark})


def _line(point: Point, answer: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the line of the journal for a run that is done."""
    found = answer or {"event": "done", "status": "killed", "folder": None}
    folder = found.get("folder")
    status = found["status"] if found["event"] != "error" else "failed"
    line = {
        "run_id": point.run_id,
        "status": status,
        "folder": f"{Path(folder).parent.name}/{Path(folder).name}" if folder else "",
        "ended": now().isoformat(timespec="seconds"),
    }
    if found["event"] == "error":
        line["error"] = {"name": found["type"], "message": str(unpack_error(dict(found)))}
    elif status != "ok" and not folder:
        line["error"] = {"name": "Stopped", "message": t("the process that ran it ended")}
    return line


def _write_elsewhere(folder: Path, rows: Sequence[Mapping[str, Any]], lang: str, out: Path) -> None:
    """Write tables and pages in a fork of the template, where the libraries are loaded; here where there is none."""
    message = {"job": "sweep", "folder": str(folder), "rows": list(rows), "lang": lang, "out": str(out)}
    try:
        if follow(WarmEngine(), message).get("status") == "cancelled":
            raise KeyboardInterrupt
    except UnavailableError:
        do_sweep(message)
