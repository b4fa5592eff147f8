"""Published tables of compared runs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.core.errors import RunError
from casework.runner.compare_tables import differing_cells, table_frame
from casework.runner.compare_values import Side

cells = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["x", "y", None])), max_size=6)


def side(label: str, folder: Path, results: str = "") -> Side:
    manifest = {"study": "s", "hashes": {"results": results or label}}
    return Side(label=label, name=label, folder=folder, manifest=manifest, results={})


def write(folder: Path, **columns: list[object]) -> Path:
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    pd.DataFrame(columns).to_parquet(folder / "tables" / "t.parquet")
    return folder


@given(cells, cells)
def test_counts_as_a_loop_would(first: list[tuple[int, str]], second: list[tuple[int, str]]) -> None:
    shared = sum(a == b for one, two in zip(first, second, strict=False) for a, b in zip(one, two, strict=True))
    total = 2 * max(len(first), len(second))
    frames = [pd.DataFrame(rows, columns=["a", "b"]) for rows in (first, second)]
    assert differing_cells(*frames) == (total, total - shared)


def test_types_do_not_matter_values_do() -> None:
    first = pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": [1.5, float("nan")]})
    second = pd.DataFrame({"a": [1.0, float("nan")], "b": [1.5, 2.0]})
    assert differing_cells(first, second) == (4, 1)


def test_only_runs_with_the_table_count(tmp_path: Path) -> None:
    folders = [write(tmp_path / "a", x=[1]), write(tmp_path / "b", x=[2]), tmp_path / "c"]
    frame = table_frame([side(label, folder) for label, folder in zip("ABC", folders, strict=True)])
    assert frame.to_dict("records") == [{"table": "t", "run": "B", "cells": 1, "differing": 1}]


def test_equal_hashes_mean_equal_tables(tmp_path: Path) -> None:
    sides = [side("A", write(tmp_path / "a", x=[1]), "same"), side("B", write(tmp_path / "b", x=[2]), "same")]
    assert table_frame(sides).empty


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a", x=[1]), write(tmp_path / "b", x=[2])
    (second / "tables" / "t.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(RunError, match=r"t\.parquet: the table cannot be read"):
        table_frame([side("A", first), side("B", second)])
