import numpy as np
import pandas as pd
import pytest

from casework.accounts.risk import CLASSES, MATRIX, classify_risks, grade_levels
from casework.core.errors import DataError, ParameterError

PAIRS = {  # the course's matrix, cell by cell
    ("low", "low"): "proceed with caution",
    ("low", "medium"): "proceed with caution",
    ("medium", "low"): "proceed with caution",
    ("medium", "medium"): "fix before launch",
    ("low", "high"): "fix before launch",
    ("high", "low"): "fix before launch",
    ("medium", "high"): "significant risk",
    ("high", "medium"): "significant risk",
    ("high", "high"): "show stopper",
}


def register(pairs, sources=None):
    impact, probability = zip(*pairs, strict=True)
    names = [f"risk {place} $<b>" for place in range(len(pairs))]
    origin = sources or ["external"] * len(pairs)
    return pd.DataFrame({"risk": names, "source": origin, "impact": impact, "probability": probability})


def test_every_cell_of_the_matrix():
    found = classify_risks(register(list(PAIRS))).table
    assert dict(zip(zip(found["impact"], found["probability"], strict=True), found["severity"], strict=True)) == PAIRS
    assert found["rank"].is_monotonic_decreasing
    assert found["severity"].iloc[0] == "show stopper"


def test_counts_stand_in_their_cells_highest_impact_first():
    found = classify_risks(register([("high", "low"), ("high", "low"), ("low", "high")]))
    assert found.counts.to_numpy().tolist() == [[2, 0, 0], [0, 0, 0], [0, 0, 1]]
    assert list(found.counts.index) == ["high", "medium", "low"]
    assert found.summary() == "3 of 3 risks are of the most severe class found, fix before launch."
    assert found.of_class("show stopper") == []


def test_sources_with_the_most_severe_risks_come_first():
    pairs = [("high", "high"), ("low", "low"), ("low", "low"), ("high", "medium")]
    found = classify_risks(register(pairs, ["planning", "technical", "technical", "external"]))
    assert found.by_source["source"].tolist() == ["planning", "external", "technical"]
    assert list(found.by_source.columns) == ["source", *CLASSES]
    assert found.by_source.drop(columns="source").to_numpy().sum() == 4


def test_a_matrix_of_ones_own_of_any_size_and_a_note_where_it_falls():
    own = {"minor": {"rare": "watch", "often": "act"}, "major": {"rare": "watch", "often": "watch"}}
    table = register([("minor", "often"), ("major", "often")], ["a", "b"])
    found = classify_risks(table, matrix=own, classes=["watch", "act"], sources=[])
    assert found.table["severity"].tolist() == ["act", "watch"]
    assert "milder" in found.notes[0]
    assert classify_risks(register([("low", "low")])).notes == ()


def test_a_register_is_refused_with_all_its_problems():
    table = register([("hihg", "low"), ("low", "rarely")], ["external", "boss"])
    table["risk"] = ["same", "same"]
    with pytest.raises(DataError, match="Did you mean 'high'") as caught:
        classify_risks(table)
    assert {problem.where for problem in caught.value.problems} == {"risk", "impact", "probability", "source"}
    with pytest.raises(DataError, match="no column 'impact'"):
        classify_risks(table.drop(columns="impact"))
    with pytest.raises(DataError, match="at least one risk"):
        classify_risks(table.iloc[:0])
    blank = register([("low", "low"), ("low", "low")]).assign(risk=["a", None])
    with pytest.raises(DataError, match="without a name"):
        classify_risks(blank)


def test_a_matrix_with_gaps_is_refused():
    broken = {"low": {"low": "proceed with caution"}, "high": {"low": "x", "high": "show stopper"}}
    with pytest.raises(ParameterError, match="low by high") as caught:
        classify_risks(register([("low", "low")]), matrix=broken)
    assert len(caught.value.problems) == 2
    with pytest.raises(ParameterError, match="it is empty"):
        classify_risks(register([("low", "low")]), matrix={})
    assert set(MATRIX) == {"low", "medium", "high"}


def test_levels_of_numbers():
    assert grade_levels([0, 1, 5, 10, 99], cuts=[1, 10]).tolist() == ["low", "medium", "medium", "high", "high"]
    with pytest.raises(ParameterError, match="one fewer than levels"):
        grade_levels([1], cuts=[3, 2, 1])
    with pytest.raises(ParameterError, match="no numbers"):
        grade_levels([np.nan], cuts=[1, 2])
