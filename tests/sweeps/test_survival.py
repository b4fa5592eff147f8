"""Sweeps that are killed, stopped, doubled, or run out of room; and data that change under them."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from sweep_lab import MAIN, Lab

from helpers import write_notebook

pytestmark = pytest.mark.slow

KILLS, RUNS = 30, 4
GRID = ("-p", "x=1,2", "-p", "name=a,b", "--format", "notebook")
STABLE = ["run_id", "status", "x", "name", "act", "double", "double_unit", "who", "error", "report"]


def stable(lab: Lab) -> Any:
    return lab.table()[STABLE].reset_index(drop=True)


def hidden(out: Path) -> list[str]:
    return [str(path.relative_to(out)) for path in out.rglob(".*")]


def check_whole(lab: Lab) -> int:
    """Look at each run that stands in its place; return how many."""
    places = [path for path in (lab.out / "own").glob("[!.]*") if path.is_dir()]
    for place in places:
        manifest = json.loads((place / "run.json").read_text(encoding="utf-8"))
        assert manifest["status"] == "ok"
        assert json.loads((place / "results.json").read_text(encoding="utf-8"))["double"]["value"] > 0
        assert json.loads((place / "notebook.ipynb").read_text(encoding="utf-8"))["nbformat"] == 4
    return len(places)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, surroundings: dict[str, str]) -> tuple[Any, float]:
    """Return the table of a sweep that nothing disturbs, and how long it took [s]."""
    lab = Lab(tmp_path_factory.mktemp("undisturbed"), surroundings)
    lab.sweep("-p", "x=0", *GRID[4:], "--no-cache")  # the template is there
    shutil.rmtree(lab.out)
    start = time.monotonic()
    lab.sweep(*GRID, "--no-cache")
    return stable(lab), time.monotonic() - start


def kill_and_resume(lab: Lab, seconds: float, *options: str) -> tuple[int, Any]:
    with lab.start("own.ipynb", *GRID, "--out", "out", *options) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    lab.wait_until_quiet()
    whole = check_whole(lab)
    done = lab.sweep(*GRID, "--resume", "--json", *options)
    assert json.loads(done.stdout)["taken"] >= whole
    assert check_whole(lab) == RUNS
    assert not hidden(lab.out / "own")
    lab.wait_until_quiet()
    return whole, stable(lab)


def test_killed_at_thirty_moments_and_resumed_to_the_same_table(
    tmp_path: Path, surroundings: dict[str, str], undisturbed: tuple[Any, float]
) -> None:
    expected, seconds = undisturbed
    draw = random.Random(20261121)
    moments = [draw.uniform(0.2, 1.6 * seconds) for _ in range(KILLS)]  # two at a time take longer than one

    def one(number: int) -> tuple[int, Any]:
        folder = tmp_path / str(number)
        options = ["--no-cache"] if number % 3 else []
        lab = Lab(folder, surroundings | {"CASEWORK_CACHE": str(folder / "cache")})
        return kill_and_resume(lab, moments[number], *options)

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(one, range(KILLS)))
    for _, table in found:
        pd.testing.assert_frame_equal(table, expected)
    assert len({whole for whole, _ in found}) >= 3, "the moments are not spread over the sweep"


def test_ctrl_c_leaves_whole_runs_and_goes_on(lab: Lab) -> None:
    words = ("own.ipynb", "-p", "x=1,2,3", "-p", "act=go,loop", "--out", "out", "--workers", "4", "--no-cache")
    with lab.start(*words) as process:
        until = time.monotonic() + 60
        while len(list((lab.out / "own").glob("own-*"))) < 3 and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "Traceback" not in err
    assert "Go on with: casework sweep own.ipynb --out out --resume" in err
    assert "missing 3" in out
    assert "ok 3" in out
    lab.wait_until_quiet()
    assert check_whole(lab) == 3
    assert not hidden(lab.out)
    assert not list(lab.out.rglob("*.cancelled"))
    assert lab.table()["status"].value_counts().to_dict() == {"ok": 3, "missing": 3}

    again = json.loads(lab.sweep("--resume", "--timeout", "1", "--no-cache", "--json", code=1).stdout)
    assert (again["executed"], again["taken"], again["counts"]) == (3, 3, {"ok": 3, "timeout": 3})


def test_ctrl_c_before_anything_runs(lab: Lab) -> None:
    with lab.start("own.ipynb", "-p", "x=1,2", "--out", "out") as process:
        time.sleep(0.25)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "unexpected" not in err
    lab.wait_until_quiet()


def test_two_sweeps_at_once_in_one_folder(lab: Lab) -> None:
    words = [("-p", "x=1:6:1"), ("-p", "x=3:8:1")]
    both = [lab.start("own.ipynb", *cases, "--out", "out", "--json") for cases in words]
    answers = [json.loads(process.communicate(timeout=120)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert [answer["counts"] for answer in answers] == [{"ok": 6}, {"ok": 6}]
    for answer, values in zip(answers, (range(1, 7), range(3, 9)), strict=True):
        table = pd.read_csv(Path(answer["folder"]) / "results.csv")
        assert table["x"].tolist() == list(values)
        assert table["double"].tolist() == [2 * x for x in values]
    assert check_whole(lab) == 8
    assert not hidden(lab.out)


def test_the_same_sweep_twice_at_once(lab: Lab) -> None:
    both = [lab.start("own.ipynb", "-p", "x=1:4:1", "--out", "out", "--no-cache") for _ in range(2)]
    texts = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], texts
    assert lab.table()["double"].tolist() == [2, 4, 6, 8]
    assert check_whole(lab) == 4
    assert not hidden(lab.out)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a disk of 2 MB."""
    place = tmp_path / "small"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "size=2m", "none", str(place)]
    if os.geteuid() != 0 or subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


BIG = "open('/dev/null').close()\nfrom casework import publish\npublish('double', x * 2.0)\nprint('y' * 700_000)"


def test_a_full_disk(lab: Lab, small: Path) -> None:
    notebook = write_notebook(lab.folder / "big.ipynb", BIG)
    words = (notebook.name, "-p", "x=1:6:1", "--out", small / "out", "--workers", "1", "--no-cache")
    done = lab.command(*words, "--json")
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    assert found["counts"]["failed"] >= 3
    assert found["counts"].get("ok", 0) + found["counts"]["failed"] == 6
    assert all("space" in run["error"] for run in found["runs"] if run["status"] == "failed")
    lab.wait_until_quiet()
    kept = [path for path in (small / "out" / "big").glob("[!.]*") if path.is_dir()]
    for path in kept:
        manifest = json.loads((path / "run.json").read_text(encoding="utf-8"))
        assert (manifest["status"] == "ok") == (path.suffix == "")
    good = sum(path.suffix == "" for path in kept)
    assert good == found["counts"].get("ok", 0)

    subprocess.run(["mount", "-o", "remount,size=60m", str(small)], check=True)
    again = json.loads(lab.command(*words, "--resume", "--json").stdout)
    assert (again["counts"], again["taken"], again["problem"]) == ({"ok": 6}, good, "")
    assert not hidden(small / "out")


def test_no_file_may_be_long(lab: Lab) -> None:
    """Nothing can be written beyond a size, by the sweep itself either."""
    command = [sys.executable, "-c", MAIN, "sweep", "own.ipynb", "-p", "x=1,2", "--out", "out", "--no-cache"]
    done = subprocess.run(
        command,
        cwd=lab.folder,
        env=lab.environment | {"CASEWORK_WARM": "0"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "unexpected" not in done.stderr
    assert "File too large" in done.stderr
    assert not list((lab.out / "own").glob("own-*")) if (lab.out / "own").is_dir() else True


def test_data_that_change_during_a_run(lab: Lab) -> None:
    for name in "abc":
        (lab.folder / f"{name}.csv").write_text("n\n1\n2\n", encoding="utf-8")
    source = (
        "from casework import load, publish\nframe = load(data).frame\npublish('rows', len(frame))\n"
        f"if len(frame) == 2 and data == 'b.csv':\n    open({str(lab.folder / 'b.csv')!r}, 'a').write('3\\n')"
    )
    write_notebook(lab.folder / "own.ipynb", source, parameters="data: str = ''")
    lab.sweep("-p", "data=a.csv,b.csv,c.csv", "--no-cache", code=1)
    table = lab.table().set_index("data")
    assert table["status"].to_dict() == {"a.csv": "ok", "b.csv": "failed", "c.csv": "ok"}
    assert table.loc["b.csv", "error"].startswith("DataChanged: ")
    again = json.loads(lab.sweep("--resume", "--no-cache", "--json").stdout)
    assert (again["executed"], again["counts"]) == (1, {"ok": 3})
