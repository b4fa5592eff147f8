"""Which runs a sweep makes: complete, in order, each once, all checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.core.errors import DataError, ParameterError
from casework.runner.sweep.cases import Cases, make_cases

FEW = settings(max_examples=40)


def refused(**given: Any) -> list[str]:
    with pytest.raises(ParameterError, match=r".") as caught:
        make_cases("kano", **given)
    return [str(problem) for problem in caught.value.problems]


def test_words_are_combined_in_their_order_the_last_fastest() -> None:
    found = make_cases("kano", words=["table=berger,pouliot", "seed=3", "resamples=100:300:100"])
    assert found.varied == ("table", "resamples")
    assert found.origin == "grid"
    assert found.repeated == 0
    assert [(point["table"], point["resamples"]) for point in found.points] == [
        (table, resamples) for table in ("berger", "pouliot") for resamples in (100, 200, 300)
    ]
    assert all(point["seed"] == 3 for point in found.points)
    assert all(set(point) == {"table", "seed", "resamples"} for point in found.points)


def test_values_take_the_type_of_the_study_and_cases_that_become_equal_are_left_out() -> None:
    found = make_cases("kano", grid={"low": [1, 1.0, "1", 2]})
    assert found.points == ({"low": 1.0}, {"low": 2.0})
    assert all(type(point["low"]) is float for point in found.points)
    assert found.repeated == 2


def test_a_default_that_is_given_is_the_same_run_as_one_that_is_not() -> None:
    found = make_cases("kano", cases=[{}, {"threshold": 0.06}, {"threshold": 0.1}])
    assert found.points == ({}, {"threshold": 0.1})
    assert found.repeated == 1
    assert found.varied == ("threshold",)


def test_every_problem_of_the_words_is_told_at_once() -> None:
    told = refused(words=["treshold=1,2", "table=berger,puliot", "resamples=1:3", "low", "table=x", 'segment="a'])
    text = "\n".join(told)
    assert len(told) == 6
    assert "parameter treshold: kano has no such parameter. Did you mean 'threshold'?" in text
    assert "case 2, parameter table: 'puliot'. Expected: one of berger, pouliot, 3-level. Did you mean" in text
    assert "from:to:step" in text
    assert "name=value" in text
    assert "given twice" in text
    assert "quotation marks around a whole text" in text


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_has_sections(tmp_path: Path) -> None:
    path = write(
        tmp_path / "grid.yaml",
        """
        fixed: {seed: 3, invalid: exclude}
        grid:
          threshold: {from: 0.02, to: 0.06, step: 0.02}
          fast: true
        zip: [{low: [5, 6], high: [8, 9]}]
        cases: [{table: berger}, {table: pouliot, order: MOAIRQ}]
        draws: {count: 2, method: random, seed: 1, ranges: {confidence: [0.8, 0.9]}}
        """,
    )
    found = make_cases("kano", grid=path, words=["invalid=refuse"])
    assert len(found.points) == 3 * 2 * 2 * 2
    assert found.origin == "random"
    assert found.varied == ("threshold", "low", "high", "table", "confidence")
    assert {(point["low"], point["high"]) for point in found.points} == {(5, 8), (6, 9)}
    assert all(0.8 <= point["confidence"] <= 0.9 for point in found.points)
    assert {point["invalid"] for point in found.points} == {"refuse"}
    assert {point["fast"] for point in found.points} == {True}


def test_a_missing_file_and_study_are_told(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="there is no such file"):
        make_cases("kano", grid=tmp_path / "no.yaml")
    with pytest.raises(DataError, match="there is no such file"):
        make_cases("kano", cases=tmp_path / "no.csv")
    with pytest.raises(ParameterError, match="Did you mean 'kano'"):
        make_cases("kanoo", words=["seed=1,2"])


def test_cases_become_a_frame() -> None:
    frame = Cases(
        points=({"seed": 1, "answers": {}}, {"seed": 2, "low": 5.0, "answers": {"a": 1}}),
        varied=("seed", "low", "answers"),
        repeated=0,
        origin="cases",
    ).to_frame()
    assert frame.index.tolist() == [1, 2]
    assert frame.index.name == "case"
    assert list(frame.columns) == ["seed", "answers", "low"]
    assert frame["seed"].dtype == "int64"
    assert frame["low"].tolist() == [None, 5.0]
    assert frame["answers"].tolist() == [{}, {"a": 1}]


NUMBERS = st.lists(st.integers(0, 50), min_size=1, max_size=6)
SHARES = st.lists(st.integers(0, 100).map(lambda number: number / 100), min_size=1, max_size=6)
NAMES = st.sampled_from(["low", "answers", "count", "ranges", "grid"]) | st.text(max_size=4)


@FEW
@given(NUMBERS, SHARES)
def test_a_grid_holds_every_combination_once(seeds: list[int], shares: list[float]) -> None:
    found = make_cases("kano", grid={"seed": seeds, "threshold": shares})
    seen = [(point["seed"], point["threshold"]) for point in found.points]
    assert seen == list(dict.fromkeys((seed, share) for seed in seeds for share in shares))
    assert len(found.points) + found.repeated == len(seeds) * len(shares)
    assert set(found.varied) == {
        name for name, values in (("seed", seeds), ("threshold", shares)) if len(set(values)) > 1
    }


@settings(max_examples=15)
@given(st.dictionaries(NAMES, st.recursive(st.none() | st.integers() | st.text(max_size=4), st.lists)))
def test_whatever_stands_in_a_file_is_used_or_refused(content: dict[str, Any]) -> None:
    for grid in (content, {"fixed": content}, {"zip": content}, {"cases": [content]}, {"draws": content}):
        told: tuple[Any, ...] = ()
        try:
            told = make_cases("kano", grid=grid).points
        except ParameterError as error:
            told = tuple(error.problems)
        assert told
