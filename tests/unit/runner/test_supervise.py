from __future__ import annotations

import json
import subprocess
import sys

from casework.runner.supervise import Outcome, _follow, run_environment, stop


def worker(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)


def test_the_environment_of_a_run_is_fixed() -> None:
    environment = run_environment("zh", {"a.csv": "there"})
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["PYTHONHASHSEED"] == "0"
    assert environment["CASEWORK_LANG"] == "zh"
    assert json.loads(environment["CASEWORK_DATA_SOURCES"]) == {"a.csv": "there"}


def test_a_worker_that_ends_without_a_word_was_killed() -> None:
    outcome = _follow(worker("import sys; print('not json'); sys.exit(3)"), None, 1, None)
    assert outcome.status == "killed"
    assert "3" in outcome.evalue


def test_progress_and_outcome_are_read() -> None:
    done = {"event": "done", "status": "ok", "ename": "", "evalue": "", "cell": None}
    seen: list[int] = []
    code = f"import json; print(json.dumps({{'event': 'cell', 'index': 0}})); print(json.dumps({done!r}))"
    assert _follow(worker(code), None, 5, lambda cell, total: seen.append(cell)) == Outcome("ok")
    assert seen == [1]


def test_a_worker_that_does_not_listen_is_ended(monkeypatch: object) -> None:
    process = worker(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    )
    assert process.stdout is not None
    process.stdout.readline()
    import casework.runner.supervise as module

    before = module.STOP_SECONDS
    module.STOP_SECONDS = 0.3
    try:
        stop(process)
    finally:
        module.STOP_SECONDS = before
    assert process.poll() is not None
