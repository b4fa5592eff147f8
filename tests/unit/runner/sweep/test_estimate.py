from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casework.runner.sweep import estimate
from casework.runner.sweep.estimate import OVERHEAD_SECONDS, RUN_MEMORY, History, choose_workers, expected_seconds

NUMBERS = st.one_of(
    st.integers(-(10**400), 10**400),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.text(),
    st.none(),
)
POINTS = st.dictionaries(st.sampled_from("abc"), NUMBERS)
SECONDS = st.floats(0.0, 1e5)


@settings(max_examples=40)
@given(
    points=st.lists(POINTS, min_size=1, max_size=6), known=st.lists(st.tuples(POINTS, SECONDS), min_size=1, max_size=6)
)
def test_an_estimate_lies_within_what_is_known(
    points: list[dict[str, Any]], known: list[tuple[dict[str, Any], float]]
) -> None:
    parameters, cpu = zip(*known, strict=True)
    found = expected_seconds(points, History(parameters=parameters, cpu=cpu, memory=(1,) * len(cpu)))
    assert len(found) == len(points)
    for seconds in found:
        assert seconds is not None
        assert seconds > 0
        assert min(cpu) - 1e-6 <= seconds - OVERHEAD_SECONDS <= max(cpu) + 1e-6


@settings(max_examples=40)
@given(known=st.dictionaries(st.integers(1, 50), st.floats(0.1, 100), min_size=2, max_size=12))
def test_a_known_point_gives_its_own_time(known: dict[int, float]) -> None:
    points = [{"n": 2**n, "text": "x"} for n in known]
    cpu = tuple(known.values())
    found = expected_seconds(points, History(parameters=tuple(points), cpu=cpu, memory=(1,) * len(cpu)))
    assert [seconds and seconds - OVERHEAD_SECONDS for seconds in found] == pytest.approx(cpu, rel=0.02, abs=0.02)


@settings(max_examples=40)
@given(low=st.integers(1, 10**6), high=st.integers(1, 10**6), between=st.integers(1, 10**6))
def test_between_two_known_points_the_nearer_counts_more(low: int, high: int, between: int) -> None:
    assume(low < between < high)
    history = History(parameters=({"n": low}, {"n": high}), cpu=(1.0, 3.0), memory=(1, 1))
    found = expected_seconds([{"n": between}], history)[0]
    middle = (math.log1p(low) + math.log1p(high)) / 2
    assert found is not None
    nearer = found - OVERHEAD_SECONDS - 2.0
    assert abs(nearer) < 1e-5 or (nearer > 0) == (math.log1p(between) > middle)


def test_many_runs_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [{"n": n} for n in range(1, 40)]
    history = History(parameters=tuple(points[::3]), cpu=tuple(map(float, range(13))), memory=(1,) * 13)
    whole = expected_seconds(points, history)
    monkeypatch.setattr(estimate, "DISTANCES", 30)
    assert expected_seconds(points, history) == whole


def test_nothing_is_known() -> None:
    assert expected_seconds([{"n": 1}, {}], History()) == [None, None]
    assert expected_seconds([], History(parameters=({},), cpu=(1.0,), memory=(1,))) == []


def test_a_study_without_numbers() -> None:
    history = History(parameters=({"a": "x"}, {"a": "y"}), cpu=(1.0, 3.0), memory=(1, 1))
    assert expected_seconds([{"a": "x"}], history) == [2.0 + OVERHEAD_SECONDS]


def test_the_history_is_that_of_the_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def entry(study: str, cpu: float) -> Any:
        return SimpleNamespace(study=study, parts={"parameters": {"n": 1}}, cpu=cpu, memory=5)

    entries = [entry("kano", 1.0), entry("other", 2.0), entry("kano", 3.0)]
    monkeypatch.setattr(estimate, "Store", lambda root: SimpleNamespace(entries=lambda: entries))
    found = History.of_study("kano", tmp_path)
    assert (found.cpu, found.memory, found.parameters) == ((1.0, 3.0), (5, 5), ({"n": 1}, {"n": 1}))
    assert History.of_study("kano", None) == History()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "cores", lambda: 4)
    monkeypatch.setattr(estimate, "free_memory", lambda: 10 * RUN_MEMORY)


@pytest.mark.usefixtures("machine")
def test_workers_by_cores_runs_and_memory() -> None:
    big = History(parameters=({},), cpu=(1.0,), memory=(4 * RUN_MEMORY,))
    assert choose_workers(None, 100, History())[0] == 4
    assert choose_workers(None, 3, History())[0] == 3
    assert choose_workers(None, 0, History())[0] == 1
    assert choose_workers(None, 100, big)[0] == 2
    assert choose_workers(7, 100, big)[0] == 7
    assert choose_workers(7, 5, History())[0] == 5


@pytest.mark.usefixtures("machine")
@settings(max_examples=40)
@given(wanted=st.none() | st.integers(1, 1000), runs=st.integers(0, 1000), memory=st.integers(0, 1 << 50))
def test_there_is_always_a_worker_and_memory_for_a_known_run(wanted: int | None, runs: int, memory: int) -> None:
    number, most = choose_workers(wanted, runs, History(parameters=({},), cpu=(1.0,), memory=(memory,)))
    assert 1 <= number <= max(runs, 1)
    assert most >= max(memory, 1)


def test_this_machine() -> None:
    assert estimate.cores() >= 1
    assert estimate.free_memory() >= 0


@settings(max_examples=40)
@given(times=st.lists(SECONDS, min_size=1), workers=st.integers(1, 64))
def test_the_whole_takes_as_long_as_its_longest_run_at_least(times: list[float], workers: int) -> None:
    found = estimate.wall_seconds(times, workers)
    assert found is not None
    assert max(times) <= found <= sum(times) * (1 + 1e-9)


def test_the_whole_is_unknown_where_a_run_is() -> None:
    assert estimate.wall_seconds([1.0, None], 2) is None
    assert estimate.wall_seconds([], 2) is None
