"""Plan a sweep: everything is checked, what is done already is found, and the rest is estimated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t, tn
from casework.runner.engines import Engine, WarmEngine, needs_normal_kernel
from casework.runner.plan import make_request
from casework.runner.run import check_tools
from casework.runner.sweep import state
from casework.runner.sweep.cases import Cases
from casework.runner.sweep.estimate import BOOT_SECONDS, History, choose_workers, expected_seconds, wall_seconds
from casework.runner.sweep.points import FactsBook, Point, make_points, mark_done
from casework.runner.sweep.record import duration


@dataclass(frozen=True, kw_only=True)
class SweepPlan:
    """A sweep that may start.

    Attributes
    ----------
    study, sweep_id : str
        Name of the study and of the sweep.
    cases : Cases
        Which runs.
    points : tuple of Point
        Each run, and whether it is done already.
    expected : tuple of float or None
        Expected time of each run [s].
    workers : int
        Runs at once.
    memory : int
        What each may take [bytes].
    fresh : bool
        Whether nothing is taken from the cache, pictures included.
    """

    study: str
    title: str
    sweep_id: str
    cases: Cases
    points: tuple[Point, ...]
    expected: tuple[float | None, ...]
    workers: int
    memory: int
    fresh: bool = False

    @property
    def missing(self) -> list[Point]:
        """Runs that must be executed."""
        return [point for point in self.points if not point.done]

    @property
    def seconds(self) -> float | None:
        """Expected time of the whole sweep [s]; None where a run is unknown."""
        times = [self.expected[at] for at, point in enumerate(self.points) if not point.done]
        if not times:
            return 0.0
        wall = wall_seconds(times, self.workers)
        return None if wall is None else wall + BOOT_SECONDS

    def summary(self) -> str:
        """Say how many runs there are, how many are done, and how long the rest may take."""
        done = len(self.points) - len(self.missing)
        lines = [
            tn("{study}: {n} run", "{study}: {n} runs", len(self.points), study=self.study)
            + t(", {done} done already, {missing} to execute", done=done, missing=len(self.missing)),
            t("varied: {names}", names=", ".join(self.cases.varied) or "–"),
            tn("{n} run at a time", "{n} runs at a time", self.workers),
        ]
        if self.cases.repeated:
            lines.append(tn("{n} repeated case left out", "{n} repeated cases left out", self.cases.repeated))
        estimate = (
            t("unknown: no run of this study is in the cache") if self.seconds is None else duration(self.seconds)
        )
        return "\n".join([*lines, t("expected time: {time}", time=estimate)])


def plan_sweep(
    study: str | Path,
    cases: Cases,
    *,
    out: Path,
    options: Mapping[str, Any],
    workers: int | None = None,
    resume: bool = False,
    fresh: bool = False,
    cache: Path | None = None,
    local: bool = True,
) -> SweepPlan:
    """Check all runs of a sweep and find what is done already; nothing is executed.

    Raises
    ------
    ParameterError, DataError
        A case or its data cannot be used.
    """
    if workers is not None and workers < 1:
        raise ParameterError(Problem("--workers", str(workers), t("a whole number, at least 1")))
    check_tools(options["formats"])
    first = make_request(study, parameters=cases.points[0], **options)
    engine: Engine | None = WarmEngine() if local and not needs_normal_kernel(first) else None
    points = make_points(study, cases.points, options=options, book=FactsBook(cache, engine))
    if not fresh:
        points = mark_done(points, out, cache, resume=resume)
    history = History.of_study(first.name, cache) if any(not point.done for point in points) else History()
    expected: list[float | None] = [None] * len(points)
    if history.cpu:
        expected = expected_seconds([point.plan.shown for point in points], history)
    number, memory = choose_workers(workers, sum(not point.done for point in points), history)
    return SweepPlan(
        study=first.name,
        title=first.study.title if first.study else first.notebook.stem,
        sweep_id=state.sweep_id(first.name, [point.run_id for point in points]),
        cases=cases,
        points=tuple(points),
        expected=tuple(expected),
        workers=number,
        memory=memory,
        fresh=fresh,
    )
