"""The command as people use it: exit codes, texts, speed, no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from casework.cli import main

ROOT = Path(__file__).resolve().parents[2]
# Ctrl-C counts even where the tests themselves are run in the background
MAIN = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from casework.cli import main; main()"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}


def casework(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", MAIN, *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, env=ENVIRONMENT, cwd=cwd, timeout=300, check=False, encoding="utf-8"
    )


def refused(*words: object, cwd: Path | None = None) -> str:
    done = casework(*words, cwd=cwd)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_list_and_show() -> None:
    listed = json.loads(casework("list", "--json").stdout)
    assert {"orientation", "kano", "satisfaction_index"} <= {row["name"] for row in listed}
    assert "kano" in casework("list", "voice").stdout
    schema = json.loads(casework("show", "kano", "--json").stdout)
    assert schema["parameters"]["properties"]["seed"]["minimum"] == 0
    assert {row["name"] for row in schema["data"]} >= {"f1", "d1"}
    assert "parameter" in casework("show", "kano").stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "knao"], "Did you mean 'kano'"),
        (["run", "kano", "-p", "treshold=0.1"], "Did you mean 'threshold'"),
        (["run", "kano", "-p", "threshold=2"], "at most 1"),
        (["run", "kano", "-p", "seed=abc"], "a whole number at least 0"),
        (["run", "kano", "-p", "seed"], "name=value"),
        (["run", "kano", "--lang", "fr"], "en, zh"),
        (["run", "kano", "--format", "rtf"], "html, pdf, docx"),
        (["run", "kano", "--timeout", "0"], "above 0"),
        (["run", "kano", "--params", "none.yaml"], "no such file"),
        (["run", "kano", "--data", "none.csv"], "none.csv"),
        (["run", "kano", "--data", "."], "folder"),
        (["run"], "STUDY"),
        (["list", "voic"], "Did you mean 'voice'"),
        (["show", "knao"], "Did you mean 'kano'"),
        (["verify", "nothing"], "no run nothing"),
        (["validate", "voic"], "voic"),
        (["data", "show", "kano_phone"], "kano_phone_plan"),
        (["data", "check", "kano_phone_plan", "--for", "orientation"], "reads no data"),
        (["nonsense"], "nonsense"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_is_refused_with_a_reason(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """In this process, which has loaded everything: others of these tests start the command."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit, match=r"^2$"):
            main(words)
    finally:
        signal.signal(signal.SIGTERM, before)
    said = capfd.readouterr().err
    assert message in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_several_problems_are_told_at_once(tmp_path: Path) -> None:
    text = refused("run", "kano", "-p", "seed=-1", "-p", "threshld=1", cwd=tmp_path)
    assert text.count("\n  - ") == 2


def test_a_wrong_parameter_is_refused_without_pandas_or_kernel() -> None:
    code = (
        "import sys\nfrom casework.cli import main\n"
        "try:\n main(['run', 'kano', '-p', 'seed=-1'])\n"
        "except SystemExit as stop:\n code = stop.code\n"
        "heavy = {'pandas', 'numpy', 'jupyter_client', 'papermill', 'matplotlib'} & set(sys.modules)\n"
        "print(code, sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    assert done.stdout.strip() == "2 []"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom casework.cli import main\n"
        "try:\n main(['--help'])\nexcept SystemExit:\n pass\n"
        "print(sorted({'pandas', 'numpy', 'pydantic', 'yaml', 'rich', 'babel', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    assert done.stdout.strip().endswith("[]")


def test_data_commands(tmp_path: Path) -> None:
    listed = json.loads(casework("data", "list", "--json").stdout)
    assert {"kano_phone_plan", "index_phone_carriers"} <= {row["name"] for row in listed}
    assert "synthetic" in casework("data", "show", "kano_phone_plan").stdout
    assert json.loads(casework("data", "show", "kano_phone_plan", "--json").stdout)["kind"] == "synthetic"
    done = casework("data", "check", "kano_phone_plan", "--for", "kano")
    assert done.returncode == 0, done.stderr
    target = tmp_path / "empty.csv"
    assert casework("data", "template", "kano", "--file", target).returncode == 0
    assert "f1" in target.read_text(encoding="utf-8")
    assert "exists already" in refused("data", "template", "kano", "--file", target)


def test_a_bad_file_is_told_whole(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("respondent,f1,d1,f2,d2\n1,1,9,x,1\n1,2,5,1,2\n", encoding="utf-8")
    text = refused("data", "check", path, "--for", "kano")
    assert text.count("\n  - ") >= 3
    for word in ("d1", "f2", "respondent", "row"):
        assert word in text


def test_validate_runs_the_register(tmp_path: Path) -> None:
    page = tmp_path / "register.html"
    done = casework("validate", "--html", page, "--json")
    assert done.returncode == 0, done.stdout[-2000:]
    rows = json.loads(done.stdout)
    assert all(row["ok"] for row in rows)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "src=" not in text


def test_runs_of_an_empty_folder(tmp_path: Path) -> None:
    assert "no runs" in casework("runs", "--out", tmp_path).stdout
    assert json.loads(casework("runs", "--out", tmp_path, "--json").stdout) == []


def test_doctor_and_version() -> None:
    rows = json.loads(casework("doctor", "--json").stdout)
    assert all(row["ok"] for row in rows if row["needed"]), rows
    assert casework("--version").stdout.strip()


def test_debug_shows_the_traceback() -> None:
    assert "Traceback" in casework("run", "knao", "--debug").stderr


def test_sync_says_that_notebooks_are_in_step() -> None:
    assert casework("sync", "--check").returncode == 0


@pytest.mark.slow
def test_a_study_runs_from_the_command_line(tmp_path: Path) -> None:
    done = casework("run", "orientation", "--out", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    record: dict[str, Any] = json.loads(done.stdout)
    assert record["status"] == "ok"
    assert Path(record["report"]).is_file()
    listed = json.loads(casework("runs", "--out", tmp_path, "--json").stdout)
    assert [row["status"] for row in listed] == ["ok"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of a POSIX system")
@pytest.mark.parametrize("request_to_end", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_stopped_run_keeps_what_there_is_and_leaves_no_kernel(tmp_path: Path, request_to_end: str) -> None:
    import signal
    import time

    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    flag = tmp_path / "begun"
    source = f"import os, pathlib, time\npathlib.Path({str(flag)!r}).write_text(str(os.getpid()))\ntime.sleep(600)"
    cells = [new_code_cell("x: int = 1", metadata={"tags": ["parameters"]}), new_code_cell(source)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), tmp_path / "own.ipynb")
    command = [sys.executable, "-c", MAIN, "run", "own.ipynb", "--out", "out"]
    process = subprocess.Popen(
        command,
        env=ENVIRONMENT,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    )
    deadline = time.monotonic() + 90
    while not (flag.exists() and flag.read_text(encoding="utf-8")) and time.monotonic() < deadline:
        time.sleep(0.2)
    process.send_signal(getattr(signal, request_to_end))
    _, told = process.communicate(timeout=60)
    if request_to_end != "SIGKILL":
        assert process.returncode == 1
        assert "cancelled" in told
        assert "Traceback" not in told
        [folder] = list((tmp_path / "out" / "own").iterdir())
        assert folder.name.endswith(".cancelled")
        assert {"notebook.ipynb", "log.txt", "run.json"} <= {path.name for path in folder.iterdir()}
    kernel_pid = int(flag.read_text(encoding="utf-8"))
    for _ in range(50):
        if not Path(f"/proc/{kernel_pid}").exists():
            break
        time.sleep(0.2)
    assert not Path(f"/proc/{kernel_pid}").exists()


@pytest.mark.slow
def test_a_study_reads_a_database_and_reproduces(tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "survey.db")
    connection.execute("create table answers (f1 int, d1 int, f2 int, d2 int)")
    connection.executemany("insert into answers values (?, ?, ?, ?)", [(1, 5, 2, 3), (1, 4, 3, 3), (2, 5, 1, 5)] * 9)
    connection.commit()
    connection.close()
    words = ["run", "kano", "--data", "sqlite:///survey.db#answers", "-p", "fast=true", "--out", "out", "--json"]
    done = casework(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["results"]["n_respondents"]["value"] == 27
    verified = casework("verify", record["run_id"], "--out", "out", "--json", cwd=tmp_path)
    assert verified.returncode == 0, verified.stdout
    assert json.loads(verified.stdout)["same"] is True
