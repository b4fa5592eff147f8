"""A notebook is written less often, and never later than it should be."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from papermill.engines import NotebookExecutionManager

from casework.runner.warm.saving import seldom

CELLS = 20


@pytest.fixture
def manager(tmp_path: Path) -> NotebookExecutionManager:
    notebook = new_notebook(cells=[new_code_cell(f"{at}") for at in range(CELLS)], metadata={"papermill": {}})
    made = NotebookExecutionManager(notebook, output_path=str(tmp_path / "out.ipynb"), progress_bar=False)
    made.notebook_start()
    return made


@pytest.fixture
def written(manager: NotebookExecutionManager, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the threads that wrote."""
    usual, by = manager.save, []

    def save(**options: Any) -> None:
        by.append(threading.current_thread().name)
        usual(**options)

    monkeypatch.setattr(manager, "save", save, raising=False)
    return by


def go_through(manager: NotebookExecutionManager) -> None:
    for at, cell in enumerate(manager.nb.cells):
        manager.cell_start(cell, at)
        cell.outputs = [new_output("stream", text=cell.source)]
        manager.cell_complete(cell, cell_index=at)


def on_disk(manager: NotebookExecutionManager) -> int:
    """Count the cells with outputs; -1 while the file is being written."""
    try:
        cells = json.loads(Path(manager.output_path).read_text(encoding="utf-8"))["cells"]
    except json.JSONDecodeError:
        return -1
    return sum(bool(cell["outputs"]) for cell in cells)


def test_quick_cells_are_not_written_one_by_one(manager: NotebookExecutionManager, written: list[str]) -> None:
    with seldom(manager, seconds=60):
        go_through(manager)
    assert written == []
    manager.notebook_complete()
    assert on_disk(manager) == CELLS


def test_a_long_cell_leaves_what_came_before_it_on_disk(manager: NotebookExecutionManager) -> None:
    with seldom(manager, seconds=0.05):
        go_through(manager)
        until = time.monotonic() + 20
        while on_disk(manager) < CELLS and time.monotonic() < until:  # the last cell goes on and says nothing
            time.sleep(0.01)
        assert on_disk(manager) == CELLS


def test_every_cell_is_written_where_cells_are_slow(manager: NotebookExecutionManager, written: list[str]) -> None:
    with seldom(manager, seconds=1e-9):
        go_through(manager)
    assert written.count("MainThread") == 2 * CELLS


def test_a_notebook_that_changes_while_it_is_copied_is_written_again(
    manager: NotebookExecutionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, tries, done = manager.save, [], threading.Event()

    def save(**options: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("dictionary changed size during iteration")
        usual(**options)
        done.set()

    monkeypatch.setattr(manager, "save", save, raising=False)
    with seldom(manager, seconds=0.01):
        manager.nb.cells[0].outputs = [new_output("stream", text="x")]
        manager.save()
        assert done.wait(20)
    assert on_disk(manager) == 1


def test_nothing_is_written_after_the_end(manager: NotebookExecutionManager, written: list[str]) -> None:
    before = manager.save
    with seldom(manager, seconds=0.05):
        manager.save()
    time.sleep(0.1)
    assert written == []
    assert manager.save is before


def test_another_notebook_takes_the_place_at_once(manager: NotebookExecutionManager) -> None:
    other = new_notebook(cells=[], metadata={"papermill": {}})
    with seldom(manager, seconds=60):
        manager.save(nb=other)
    assert manager.nb is other
