import os
import subprocess
import sys

import pytest

from casework.runner.confined.limits import Limits
from casework.runner.confined.process import _prepared
from casework.runner.warm.wire import Link

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="confined processes need Linux here")


@pytest.mark.slow
def test_it_serves_cells_and_questions_over_its_standard_streams(tmp_path):
    own = subprocess.Popen(
        [sys.executable, "-m", "casework.runner.confined.process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    link = Link(os.dup(own.stdout.fileno()), os.dup(own.stdin.fileno()))
    link.send(
        environment={"HOME": str(tmp_path), "MPLCONFIGDIR": str(tmp_path), "PATH": "/usr/bin"},
        cwd=str(tmp_path),
        limits=Limits().to_json(),
        prepare="casework.teach.grading.student:prepare",
        arguments={"exercise": "supply_chain", "seed": 3, "student": "ann"},
    )
    assert link.receive()["pid"] == own.pid
    assert set(link.receive()["held"]) == {"files", "calls", "resources"}
    link.send(kind="execute", code="x = 40 + 2\nprint(x)", id="0")
    events = []
    while (message := link.receive())["event"] != "reply":
        events.append(message)
    assert message["content"]["status"] == "ok"
    assert any(item["content"].get("text") == "42\n" for item in events)
    link.send(kind="ask", question={"checks": [{"value": "x", "call": "", "arguments": []}]})
    assert link.receive()["answer"] == {"answers": [[{"kind": "number", "value": 42}]]}
    link.send(kind="finish")
    assert link.receive() is None
    assert own.wait(20) == 0
    own.stdin.close()
    own.stdout.close()
    link.close()


def test_only_functions_of_casework_prepare():
    with pytest.raises(ValueError, match="os is not of casework"):
        _prepared({"prepare": "os:system", "arguments": {}})
