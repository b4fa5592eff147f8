import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from casework.runner import opened
from casework.runner.opened import Watch, read_list


def a_watch(temporary: str = "/nowhere/") -> Watch:
    return Watch(ignored=opened.ignored_places(), temporary=temporary)


def test_files_that_were_there_are_read_and_others_written(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1", encoding="utf-8")
    watch = a_watch()
    watch.note(str(tmp_path / "a.csv"), False)
    watch.note(str(tmp_path / "x" / ".." / "a.csv"), False)
    watch.note(str(tmp_path / "missing.csv"), False)
    watch.note(str(tmp_path / "new.csv"), True)
    watch.note(str(tmp_path / "new.csv"), False)
    assert watch.read == [str(tmp_path / "a.csv")]
    assert watch.written == [str(tmp_path / "new.csv")]


def test_scratch_files_are_the_runs_own(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.write_text("1", encoding="utf-8")
    watch = a_watch(f"{tmp_path}/")
    watch.note(str(scratch), True)
    watch.note(str(scratch), False)
    watch.note(str(tmp_path), True)  # a file without a name
    assert watch.read == watch.written == []


def test_python_casework_and_the_system_are_not_told() -> None:
    watch = a_watch()
    for path in (os.__file__, opened.__file__, "/etc/hosts", "/proc/self/stat", "/usr/share/dict/words"):
        watch.note(path, False)
    assert watch.read == []


def test_a_compiled_module_stands_for_its_source(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("", encoding="utf-8")
    watch = a_watch()
    watch.note(str(tmp_path / "__pycache__" / "helper.cpython-311.pyc"), True)
    assert watch.read == [str(tmp_path / "helper.py")]
    assert watch.written == []


def test_events_of_any_kind_are_borne() -> None:
    watch = a_watch()
    watch.audit("open", (3, "r", 0))
    watch.audit("open", ())
    watch.audit("open", (b"\xff\xfe\x00", "r", 0))
    watch.audit("import", ("x",))
    assert watch.read == []


def test_a_process_lists_what_it_opens(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("1", encoding="utf-8")
    (tmp_path / "module_of_mine.py").write_text("", encoding="utf-8")
    code = (
        "import os\nfrom casework.runner.opened import load_ipython_extension\nload_ipython_extension(None)\n"
        "import module_of_mine\nopen('in.txt').read()\nassert 'CASEWORK_OPENED' not in os.environ\n"
    )
    environment = {**os.environ, "CASEWORK_OPENED": str(tmp_path / "list"), "PYTHONPATH": ".", "TMPDIR": "/nowhere"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    read, _ = read_list(tmp_path / "list")
    assert {Path(path).name for path in read} == {"in.txt", "module_of_mine.py"}


def test_a_working_folder_that_is_gone_does_not_matter(tmp_path: Path) -> None:
    code = (
        "import os\nfrom casework.runner.opened import Watch\nWatch.start()\n"
        "os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')\nopen(os.devnull).close()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_without_a_list_nothing_was_opened(tmp_path: Path) -> None:
    assert read_list(tmp_path / "none") == ([], [])


def test_a_database_that_is_read_is_told_as_a_file(tmp_path: Path) -> None:
    for name in ("plain.db", "a b.db", "only read.db"):
        made(tmp_path / name)
    watch = a_watch()
    watch.audit("sqlite3.connect", (str(tmp_path / "plain.db"),))
    watch.audit("sqlite3.connect", (tmp_path / "plain.db",))
    watch.audit("sqlite3.connect", (f"file:{tmp_path}/a%20b.db?cache=shared",))
    watch.audit("sqlite3.connect", (f"file://localhost{tmp_path}/only%20read.db?mode=ro#part",))
    assert watch.found() == {
        "read": [str(tmp_path / name) for name in ("plain.db", "a b.db", "only read.db")],
        "written": [],
    }


@pytest.mark.parametrize(
    "name", [":memory:", "", "file::memory:?cache=shared", "file:x?mode=memory", "file:gone.db?mode=ro", "file:?x"]
)
def test_no_file_is_told_of_a_database_in_memory_or_one_that_cannot_be_opened(name: str) -> None:
    watch = a_watch()
    watch.audit("sqlite3.connect", (name,))
    assert watch.found() == {"read": [], "written": []}


@pytest.mark.parametrize("log", ["delete", "wal"])
def test_a_database_that_is_changed_or_made_is_written(tmp_path: Path, log: str) -> None:
    path = made(tmp_path / "there.db", log)
    watch = a_watch()
    watch.audit("sqlite3.connect", (str(path),))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select x from t").fetchall() == [(1,)]
        assert watch.found() == {"read": [str(path)], "written": []}  # an empty log does not count
        connection.execute("insert into t values (2)")
        connection.commit()
        assert watch.found() == {"read": [str(path)], "written": [str(path)]}
    watch.audit("sqlite3.connect", (str(tmp_path / "new.db"),))
    assert watch.found()["written"] == [str(path), str(tmp_path / "new.db")]


def test_a_file_that_changes_after_it_was_read_counts_as_written(tmp_path: Path) -> None:
    changed, gone, scratch, same = (tmp_path / name for name in ("changed", "gone", "temporary/scratch", "same"))
    scratch.parent.mkdir()
    watch = a_watch(f"{scratch.parent}/")
    for path in (changed, gone, scratch, same):
        path.write_text("1", encoding="utf-8")
        watch.note(str(path), False)
    assert watch.found()["written"] == []
    changed.write_text("23", encoding="utf-8")
    scratch.write_text("23", encoding="utf-8")
    gone.unlink()
    for _ in range(2):
        assert watch.found() == {
            "read": [str(changed), str(gone), str(scratch), str(same)],
            "written": [str(changed), str(gone)],
        }


def test_so_many_files_are_told_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "MOST", 2)
    watch = a_watch(f"{tmp_path}/scratch")
    for name in ("scratch 1", "scratch 2", "a", "b", "c"):
        (tmp_path / name).write_text("1", encoding="utf-8")
        watch.note(str(tmp_path / name), name.startswith("scratch"))
    assert watch.found() == {"read": [str(tmp_path / "a"), str(tmp_path / "b")], "written": []}


def test_what_a_fork_opens_is_told_by_the_process_it_came_from(tmp_path: Path) -> None:
    for name in ("own.txt", "shared.txt", "fork's own\nand odd \udcff.txt"):
        (tmp_path / name).write_text("1", encoding="utf-8")
    code = (
        "import multiprocessing, os, sys\nfrom casework.runner.opened import Watch\nwatch = Watch.start()\n"
        "read = lambda name: open(name).read()\nread('own.txt'), read('shared.txt')\n"
        "child = multiprocessing.get_context('fork').Process(target=lambda: [read(n) for n in sys.argv[1:]])\n"
        "child.start(); child.join(); assert child.exitcode == 0\n"
        "print(ascii(sorted(os.path.basename(name) for name in watch.found()['read'])))"
    )
    names = ["shared.txt", "fork's own\nand odd \udcff.txt"]
    done = subprocess.run(
        [sys.executable, "-c", code, *names],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": "/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ascii(sorted(["own.txt", *names]))


def made(path: Path, log: str = "delete") -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"pragma journal_mode={log}")
        connection.executescript("create table t (x); insert into t values (1);")
    return path
