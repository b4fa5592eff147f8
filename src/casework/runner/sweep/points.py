"""The runs of a sweep as they can start: each checked, identified, and known to be done already or not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from casework.core.errors import DataError, Problem
from casework.core.messages import use_language
from casework.runner import caching
from casework.runner.cache.parts import cache_key
from casework.runner.data import DataFacts, find_facts, known_facts
from casework.runner.engines import Engine, follow
from casework.runner.folders import MANIFEST
from casework.runner.plan import Plan, Request, make_plan, make_request, request_to
from casework.runner.warm.client import UnavailableError
from casework.studies.base import given_columns
from casework.studies.parameters import validate

MOST_PROBLEMS = 50


@dataclass(frozen=True, kw_only=True)
class Point:
    """One run of a sweep.

    Attributes
    ----------
    index : int
        Its place in the order of the cases, from 0.
    plan : Plan
        What to run.
    facts : DataFacts
        What is known of its data.
    given : dict
        The parameters of its case.
    key : str
        Its cache key.
    done : {'', 'present', 'cached'}
        Where the run is already: in its place, in the cache, or nowhere.
    """

    index: int
    plan: Plan
    facts: DataFacts
    given: Mapping[str, Any]
    key: str
    done: str = ""

    @property
    def run_id(self) -> str:
        """Name of the run."""
        return self.plan.run_id


@dataclass
class FactsBook:
    """What is known of the data, so that one file is read once for all runs that hold it to the same contract."""

    root: Path | None
    engine: Engine | None
    known: dict[str, DataFacts] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)

    def of(self, requests: Sequence[Request]) -> list[DataFacts]:
        """Return what is known of the data of each request; what is not known yet is read, all problems at once.

        Raises
        ------
        DataError
            Data cannot be read or break a contract.
        """
        firsts: dict[str, Request] = {}
        for request in requests:
            if request.data and request.data not in self.columns:
                firsts.setdefault(request.data, request)
        self._learn(list(firsts.values()))
        keys = [self._key(request) for request in requests]
        unknown = dict.fromkeys(
            index for index, key in enumerate(keys) if key not in self.known and keys.index(key) == index
        )
        self._learn([requests[index] for index in unknown])
        return [self.known[key] for key in keys]

    def _key(self, request: Request) -> str:
        """Return a key that is the same for runs that read the same table under the same contract."""
        if request.data is None or request.study is None or request.study.contract is None:
            return json.dumps([request.data, request.study is None])
        parameters = validate(request.study, request.parameters)
        contract = request.study.contract(parameters, self.columns.get(request.data, []))
        named = {column.parameter for column in contract.columns}
        own = sorted(name for name in given_columns(parameters) if name in named)
        return json.dumps([request.data, repr(contract), getattr(parameters, "invalid", ""), own])

    def _learn(self, requests: Sequence[Request]) -> None:
        problems: list[Problem] = []
        unread: list[Request] = []
        for request in requests:
            found = known_facts(request, self.root)
            if found is None:
                unread.append(request)
            else:
                self._note(request, found)
        for request, answer in zip(unread, self._read(unread), strict=True):
            if isinstance(answer, DataError):
                problems += answer.problems
            else:
                self._note(request, answer)
        if problems:
            raise DataError(list(dict.fromkeys(problems))[:MOST_PROBLEMS])

    def _note(self, request: Request, found: DataFacts) -> None:
        if request.data is not None:
            self.columns[request.data] = found.columns
        self.known[self._key(request)] = found

    def _read(self, requests: Sequence[Request]) -> list[DataFacts | DataError]:
        if not requests:
            return []
        if self.engine is not None:
            with suppress(UnavailableError):
                return self._read_elsewhere(self.engine, requests)
        return [_read_here(request, self.root) for request in requests]

    def _read_elsewhere(self, engine: Engine, requests: Sequence[Request]) -> list[DataFacts | DataError]:
        from casework.runner.job import unpack_error

        message = {
            "job": "facts",
            "requests": [request_to(request) for request in requests],
            "cache": str(self.root) if self.root else None,
        }
        found: list[DataFacts | DataError] = []
        answer = follow(engine, message)
        if answer.get("status") == "cancelled":
            raise KeyboardInterrupt
        for item in answer["found"]:
            if "facts" in item:
                found.append(DataFacts(**item["facts"]))
                continue
            error = unpack_error(item)
            if not isinstance(error, DataError):
                raise error
            found.append(error)
        return found


def _read_here(request: Request, root: Path | None) -> DataFacts | DataError:
    try:
        return find_facts(request, root)
    except DataError as error:
        return error


def make_points(
    study: str | Path,
    cases: Sequence[Mapping[str, Any]],
    *,
    options: Mapping[str, Any],
    book: FactsBook,
) -> list[Point]:
    """Check all cases, read their data, and give each its identity.

    Parameters
    ----------
    study : str or Path
        Name of a study, or a notebook of the user's own.
    cases : sequence of mapping
        Parameters of each run.
    options : mapping
        What `make_request` takes beside parameters: `data`, `lang`, `formats`, `with_code`, `timeout`.
    book : FactsBook
        What is known of the data.

    Raises
    ------
    ParameterError, DataError
        A case or its data cannot be used; nothing was run.
    """
    requests = [make_request(study, parameters=case, **options) for case in cases]
    with use_language(str(options.get("lang", "en"))):
        facts = book.of(requests)
        points: dict[str, Point] = {}
        for index, (request, known, case) in enumerate(zip(requests, facts, cases, strict=True)):
            point = _point(index, request, known, case)
            points.setdefault(point.run_id, point)
    return list(points.values())


def _point(index: int, request: Request, facts: DataFacts, given: Mapping[str, Any]) -> Point:
    plan = make_plan(request, facts)
    return Point(index=index, plan=plan, facts=facts, given=given, key=cache_key(caching.parts_of(plan)))


def mark_done(points: Sequence[Point], out: Path, root: Path | None, *, resume: bool) -> list[Point]:
    """Say of each run whether it is done: taken from the cache into its place, or standing there (`resume`).

    Parameters
    ----------
    points : sequence of Point
        The runs.
    out : Path
        Folder of the reports.
    root : Path, optional
        Folder of the cache; None for no cache.
    resume : bool
        Runs that stand whole in their place count, cache or not.
    """
    return [replace(point, done=_where(point, out, root, resume)) for point in points]


def _where(point: Point, out: Path, root: Path | None, resume: bool) -> str:
    from casework.runner.cache.store import Store

    if root is not None and point.plan.cacheable and Store(root).find(point.key) is not None:
        return "cached"
    return "present" if resume and stands(point, out) else ""


def stands(point: Point, out: Path) -> bool:
    """Return whether a run with the same key stands whole in its place."""
    try:
        content = json.loads((place_of(point, out) / MANIFEST).read_text(encoding="utf-8"))
        return bool(content["status"] == "ok" and content["cache"]["key"] == point.key)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def place_of(point: Point, out: Path) -> Path:
    """Return the folder of a run that is ok."""
    return out / point.plan.request.name / point.run_id
