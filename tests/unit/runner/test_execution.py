from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill.execute
import pytest
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.engines import Engine, papermill_engines
from tests.helpers import write_notebook

from casework.runner import cells
from casework.runner.execution import INPUT, OUTPUT, Cancelled, execute_job

JOB = {"parameters": {"x": 5}, "kernel": "python3", "cwd": None, "timeout": None}
BROKEN = {"status": "error", "ename": "ValueError", "evalue": "too late", "traceback": ["Traceback"]}
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Execute a job with an engine that does for each cell what the test says."""
    write_notebook(tmp_path / INPUT, "y = 1", "z = 2")
    monkeypatch.chdir(tmp_path)

    def execute(
        for_cell: Callable[..., None], *, say: Any = lambda **_: None, held: list[Any] | None = None, **job: Any
    ) -> dict[str, Any]:
        class FakeEngine(Engine):
            @classmethod
            def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
                for index, cell in enumerate(nb_man.nb.cells):
                    options["on_cell_execute"](cell=cell, cell_index=index)
                    nb_man.cell_start(cell, index)
                    for_cell(index=index, cell=cell, manager=nb_man, kernel=kernel_name, **options)
                    nb_man.cell_complete(cell, index)

        papermill_engines.register("fake", FakeEngine)
        saving = {} if held is None else {"request_save_on_cell_execute": False}
        return execute_job({**JOB, **job}, say, engine="fake", held=held, **saving)

    yield execute
    papermill_engines._engines.pop("fake", None)


def nothing(**_: Any) -> None:
    pass


def raiser(error: BaseException) -> Callable[..., None]:
    def fail(index: int, **_: Any) -> None:
        if index == 2:
            raise error

    return fail


def test_a_run_to_the_end_is_ok_and_tells_each_cell(run: Run, tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    found = run(nothing, say=lambda **message: told.append(message))
    assert found == {"status": "ok", "ename": "", "evalue": "", "cell": None}
    assert told == [{"event": "cell", "index": index} for index in range(4)]
    written = nbformat.read(tmp_path / OUTPUT, as_version=4)
    assert "x = 5" in written.cells[1].source


def test_a_cell_with_an_error_fails_the_run(run: Run) -> None:
    def fail(index: int, cell: Any, manager: Any, **_: Any) -> None:
        if index == 2:
            cell.outputs = [nbformat.v4.new_output("error", ename="ValueError", evalue="too late", traceback=[])]
            manager.cell_exception(cell, index, exception=CellExecutionError.from_cell_and_msg(cell, BROKEN))

    found = run(fail)
    assert (found["status"], found["ename"], found["evalue"]) == ("failed", "ValueError", "too late")
    assert found["cell"] == 2


@pytest.mark.parametrize(
    ("error", "status", "ename", "evalue"),
    [
        (CellTimeoutError("late"), "timeout", "Timeout", "not finished after 2.5 s"),
        (DeadKernelError("dead"), "killed", "DeadKernel", "the kernel died"),
        (Cancelled(), "cancelled", "Cancelled", "stopped by the user"),
        (cells.OutputLimitError("too large"), "failed", "OutputLimitError", "too large"),
        (OSError("no space"), "failed", "OSError", "no space"),
    ],
)
def test_the_status_is_found_from_what_was_raised(
    run: Run, error: BaseException, status: str, ename: str, evalue: str
) -> None:
    assert run(raiser(error), timeout=2.5) == {"status": status, "ename": ename, "evalue": evalue, "cell": None}


def test_what_goes_wrong_unexpectedly_is_told_with_its_traceback(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(raiser(OSError("no space")))
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_not_swallowed(run: Run) -> None:
    with pytest.raises(KeyboardInterrupt, match="now"):
        run(raiser(KeyboardInterrupt("now")))


def test_the_time_that_is_left_gets_less_and_never_ends(run: Run) -> None:
    left: list[float] = []

    def look(timeout_func: Any, cell: Any, **_: Any) -> None:
        left.append(timeout_func(cell))

    run(look, timeout=60.0)
    assert 60.0 >= left[0] >= left[-1] > 0
    left.clear()
    run(look, timeout=1e-9)
    assert set(left) == {0.01}


def test_without_a_limit_no_cell_has_one(run: Run) -> None:
    left: list[float | None] = []
    run(lambda timeout_func, cell, **_: left.append(timeout_func(cell)))
    assert set(left) == {None}


def test_braces_in_a_folder_are_only_a_name(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "{x} {unknown}"
    folder.mkdir()
    write_notebook(folder / INPUT, "y = 1")
    monkeypatch.chdir(folder)
    assert run(nothing)["status"] == "ok"
    assert (folder / OUTPUT).is_file()


def test_an_unknown_engine_is_a_failed_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_notebook(tmp_path / INPUT, "y = 1")
    monkeypatch.chdir(tmp_path)
    found = execute_job(JOB, nothing, engine="no such engine")
    assert found["status"] == "failed"
    assert "no such engine" in found["evalue"]


def test_a_notebook_is_given_instead_of_written(run: Run, tmp_path: Path) -> None:
    held: list[Any] = []
    usual = papermill.execute.write_ipynb
    assert run(lambda **_: None, held=held)["status"] == "ok"
    assert [cell.source for cell in held[-1].cells][-2:] == ["y = 1", "z = 2"]
    assert not (tmp_path / OUTPUT).exists()
    assert papermill.execute.write_ipynb is usual


def test_a_notebook_that_failed_is_given_with_its_error(run: Run, tmp_path: Path) -> None:
    def fails(index: int, cell: Any, **_: Any) -> None:
        if cell.source == "z = 2":
            cell.outputs = [nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])]

    held: list[Any] = []
    assert run(fails, held=held)["status"] == "failed"
    assert any(output.get("ename") == "ValueError" for cell in held[-1].cells for output in cell.get("outputs", []))
    assert not (tmp_path / OUTPUT).exists()
