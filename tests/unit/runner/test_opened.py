import os
import subprocess
import sys
from pathlib import Path

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
