"""Sweeps without a template process, and over a database."""

from __future__ import annotations

import json
import signal
import sqlite3
import sys
import time
from pathlib import Path

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from sweep_lab import Lab

from helpers import write_notebook

pytestmark = pytest.mark.slow


def test_without_a_template(lab: Lab) -> None:
    done = lab.sweep("-p", "x=1,2", "--no-cache", CASEWORK_WARM="0")
    assert lab.table()["double"].tolist() == [2, 4]
    assert done.stderr.count("CASEWORK_WARM") == 1
    lab.wait_until_quiet()


def test_ctrl_c_without_a_template(lab: Lab) -> None:
    with lab.start("own.ipynb", "-p", "act=loop", "--out", "out", "--no-cache", CASEWORK_WARM="0") as process:
        until = time.monotonic() + 90
        while not any(looping(lab)) and time.monotonic() < until:
            time.sleep(0.2)
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "missing 1" in out
    assert "Go on with: casework sweep own.ipynb --out out --resume" in err
    lab.wait_until_quiet()
    assert not list((lab.out / "own").glob("*"))


def looping(lab: Lab) -> list[psutil.Process]:
    return [process for process in lab.working() if any("ipykernel" in word for word in process.cmdline())]


def test_a_database_is_read_once_before_the_runs(lab: Lab) -> None:
    with sqlite3.connect(lab.folder / "own.db") as base:
        base.execute("create table customers (n integer)")
        base.executemany("insert into customers values (?)", [(1,), (2,), (3,)])
    base.close()
    source = "from casework import load, publish\npublish('rows', len(load(data).frame))\npublish('y', x * 2.0)"
    write_notebook(lab.folder / "own.ipynb", source, parameters="x: int = 3\ndata: str = ''")
    address = "sqlite:///own.db#customers"
    lab.sweep("-p", "x=1,2,3", "--data", address, "--no-cache")
    assert lab.table()["rows"].tolist() == [3, 3, 3]
    assert set(lab.table()["status"]) == {"ok"}
    assert str(lab.folder) not in (lab.result() / "index.html").read_text(encoding="utf-8")
    again = json.loads(lab.sweep("--resume", "--no-cache", "--json").stdout)
    assert (again["executed"], again["taken"]) == (0, 3)
