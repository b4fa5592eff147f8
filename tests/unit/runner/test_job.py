import subprocess
import sys

import pytest

from casework.core.errors import DataError, ParameterError, Problem, RunError
from casework.runner import job
from casework.runner.execution import Cancelled
from casework.runner.supervise import execute
from casework.runner.warm.wire import Link


def nothing(**message: object) -> None:
    pass


@pytest.mark.parametrize(
    "error",
    [
        DataError([Problem("row 3", "x", "1 to 5", "mend it"), Problem("", "y")]),
        ParameterError(Problem("seed", "-1", "at least 0")),
        RunError("no place"),
    ],
)
def test_errors_travel(error: Exception) -> None:
    back = job.unpack_error(job.pack_error(error))
    assert type(back) is type(error)
    assert str(back) == str(error)


def test_a_wrong_request_is_answered_not_raised() -> None:
    message = {"job": "facts", "requests": [{"study": "kano", "parameters": {"nonsense": 1}}]}
    answer = job.do(message, nothing, execute)
    assert answer["event"] == "error"
    assert answer["type"] == "ParameterError"


def test_facts_come_with_the_problems_of_those_that_have_none(tmp_path) -> None:
    (tmp_path / "bad.csv").write_text("f1,d1\n9,1\n", encoding="utf-8")
    requests = [{"study": "kano"}, {"study": "kano", "data": str(tmp_path / "bad.csv")}]
    found = job.do({"job": "facts", "requests": requests, "cache": str(tmp_path / "c")}, nothing, execute)["found"]
    assert found[0]["facts"]["data"]["rows"] == 600
    assert found[1]["type"] == "DataError"


def test_what_goes_wrong_unexpectedly_is_one_error(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setitem(job.JOBS, "run", lambda *args: 1 / 0)
    answer = job.do({"job": "run"}, nothing, execute)
    assert answer["message"] == "ZeroDivisionError: division by zero"
    assert "Traceback" in capsys.readouterr().err


def test_a_stopped_job_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*args: object) -> None:
        raise Cancelled

    monkeypatch.setitem(job.JOBS, "run", stopped)
    assert job.do({"job": "run"}, nothing, execute) == {"event": "done", "status": "cancelled", "folder": None}


@pytest.mark.slow
def test_a_process_does_one_job_after_another_and_ends_with_its_input() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "casework.runner.job"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    link = Link(process.stdout.fileno(), process.stdin.fileno())
    for _ in range(2):
        link.send(job="facts", requests=[{"study": "orientation"}])
        answer = link.receive()
        assert answer is not None
        assert answer["found"][0]["facts"]["data"] is None
    process.stdin.close()
    assert process.wait(30) == 0
    process.stdout.close()
