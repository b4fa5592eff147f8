"""One run from request to folder, with real kernels."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from casework.core.errors import ParameterError, RunError
from casework.runner.run import run

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from helpers import DIE, PUBLISH, write_notebook

pytestmark = pytest.mark.slow


def only(folder: Path) -> Path:
    found = [path for path in folder.iterdir() if path.is_dir()]
    assert len(found) == 1, found
    return found[0]


def test_a_run_leaves_everything_in_its_folder(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = write_notebook(tmp_path / "own.ipynb", PUBLISH)
    record = run(path, {"x": 4}, out=tmp_path / "out", progress=lambda done, total: seen.append((done, total)))
    assert record.status == "ok"
    assert record.value("y") == 8.0
    assert record.results["y"]["unit"] == "EUR"
    names = {item.name for item in record.folder.iterdir()}
    assert names == {"report.html", "notebook.ipynb", "results.json", "run.json", "log.txt"}
    manifest = json.loads((record.folder / "run.json").read_text(encoding="utf-8"))
    assert manifest["parameters"] == {"x": 4}
    assert manifest["cells"]["code"] == manifest["cells"]["executed"]
    assert (tmp_path / "out" / "index.html").is_file()
    assert seen
    assert str(tmp_path) not in (record.folder / "notebook.ipynb").read_text(encoding="utf-8")


def test_a_cell_that_fails(tmp_path: Path) -> None:
    record = run(write_notebook(tmp_path / "own.ipynb", PUBLISH, "1/0", "print(1)"), out=tmp_path / "out")
    assert record.status == "failed"
    assert record.manifest["error"]["name"] == "ZeroDivisionError"
    assert record.value("y") == 6.0
    assert record.folder.name.endswith(".failed")
    assert "ZeroDivisionError" in record.report.read_text(encoding="utf-8")


def test_a_kernel_that_dies(tmp_path: Path) -> None:
    record = run(write_notebook(tmp_path / "own.ipynb", "print('before')", DIE), out=tmp_path / "out")
    assert record.status == "killed"
    text = (record.folder / "notebook.ipynb").read_text(encoding="utf-8")
    assert "before" in text
    assert (record.folder / "log.txt").is_file()
    assert only(tmp_path / "out" / "own") == record.folder


def test_a_cell_that_never_ends(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "own.ipynb", "print('before')", "import time\nwhile True: time.sleep(0.1)")
    record = run(path, out=tmp_path / "out", timeout=4)
    assert record.status == "timeout"
    assert "before" in (record.folder / "notebook.ipynb").read_text(encoding="utf-8")
    assert record.manifest["seconds"] < 40


def test_a_failed_run_does_not_take_the_place_of_a_good_one(tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    source = f"import pathlib\nif pathlib.Path({str(flag)!r}).exists(): raise SystemError('no')"
    path = write_notebook(tmp_path / "own.ipynb", source)
    good = run(path, out=tmp_path / "out")
    flag.touch()
    bad = run(path, out=tmp_path / "out", fresh=True)
    assert (good.status, bad.status) == ("ok", "failed")
    assert good.folder.is_dir()
    assert bad.folder.is_dir()
    assert good.folder != bad.folder


def test_secrets_are_nowhere(tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("create table t (f1 int)")
    connection.execute("insert into t values (1)")
    connection.commit()
    connection.close()
    source = "import casework\nframe = casework.load(data).frame\nprint(len(frame))"
    path = write_notebook(tmp_path / "own.ipynb", source, parameters="data: str = ''")
    record = run(path, {"data": f"sqlite:///{tmp_path / 'a.db'}#t"}, out=tmp_path / "out")
    assert record.status == "ok"
    for item in record.folder.rglob("*"):
        if item.is_file() and item.name not in ("log.txt", "run.json"):
            assert str(tmp_path).encode() not in item.read_bytes(), item.name


def test_nothing_is_left_of_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no such parameter"):
        run(write_notebook(tmp_path / "own.ipynb", PUBLISH), {"z": 1}, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_output_path_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="it is a file"):
        run(write_notebook(tmp_path / "own.ipynb", PUBLISH), out=tmp_path / "out")


def test_an_output_folder_with_braces_and_spaces(tmp_path: Path) -> None:
    record = run(write_notebook(tmp_path / "own.ipynb", PUBLISH), out=tmp_path / "a {b} 中 c")
    assert record.status == "ok"


def test_a_report_that_cannot_be_made_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from casework.runner import reporting

    def broken(*args: object, **options: object) -> str:
        raise ValueError("no page")

    monkeypatch.setenv("CASEWORK_WARM", "0")
    monkeypatch.setattr(reporting, "build_report", broken)
    record = run(write_notebook(tmp_path / "own.ipynb", PUBLISH), out=tmp_path / "out", cache=None)
    assert record.status == "failed"
    assert record.manifest["error"] == {"name": "ValueError", "message": "no page", "cell": None}
    assert record.value("y") == 6.0
    assert "no page" in (record.folder / "log.txt").read_text(encoding="utf-8")
    assert (record.folder / "notebook.ipynb").is_file()
