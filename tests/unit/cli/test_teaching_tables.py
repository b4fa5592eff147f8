import json

import pytest

from casework.cli.teaching_tables import print_collected, print_graded, print_rehearsed, said_when_stopped
from casework.teach.exercises.judge import Verdict
from casework.teach.grading.batch import Graded, GradedClass
from casework.teach.grading.collect import Collected, Left, Placed
from casework.teach.grading.rehearsal import Rehearsed

ROW = {"kind": "right", "expected": 2.0, "remark_expected": "longer than {n:g} s", "remark": "", "again": 2.0}


def test_collected(capsys):
    placed = (Placed(student="ann", file="a/x.ipynb", by="id", state="placed"),)
    left = (Left(file="\x1b[31mevil.ipynb", reason="no student"),)
    collected = Collected(exercise="voice", placed=placed, left=left, missing=("bob",))
    print_collected(collected, as_json=False)
    said = capsys.readouterr().out
    assert "a/x.ipynb" in said
    assert "\x1b" not in said
    assert "1 placed, 0 replaced, 0 unchanged. 1 file could not be placed. Nothing of 1: bob." in said
    print_collected(collected, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["missing"] == ["bob"]
    assert [row["state"] for row in told["files"]] == ["placed", "left"]


def test_graded(capsys):
    verdict = Verdict(task="lot", points=2.0, earned=1.0)
    one = Graded(student="ann", exercise="voice", verdicts=(verdict,), reasons=("r" * 300,), unchanged=True)
    print_graded(GradedClass(exercise="voice", graded=(one,), notes=("look at bbo",)), as_json=False)
    said = capsys.readouterr()
    assert "look at bbo" in said.err
    assert "1 submissions graded (1 unchanged)" in said.out
    assert max(map(len, said.out.splitlines())) < 140
    print_graded(GradedClass(exercise="voice", graded=(one,)), as_json=True)
    assert json.loads(capsys.readouterr().out)[0]["lot"] == 1.0


def test_rehearsed(capsys):
    rows = (
        ROW | {"found": 2.0, "ok": True},
        ROW | {"kind": "wrong", "found": None, "ok": False},
        ROW | {"kind": "blank", "found": 2.0, "ok": False},
    )
    found = Rehearsed(exercise="voice", rows=rows, touched=("keep/x",), leaked=())
    print_rehearsed(found, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].endswith("yes")
    assert "not graded" in lines[3]
    assert lines[3].endswith("NO; the second time 2")
    assert lines[4].endswith("NO")
    assert "longer than … s" in lines[2]
    assert "Touched: keep/x." in lines[-1]
    print_rehearsed(found, as_json=True)
    assert json.loads(capsys.readouterr().out)["ok"] is False


def test_after_ctrl_c_it_is_said_that_nothing_is_lost(capsys):
    with pytest.raises(KeyboardInterrupt), said_when_stopped():
        raise KeyboardInterrupt
    assert "marks so far are kept" in capsys.readouterr().err
