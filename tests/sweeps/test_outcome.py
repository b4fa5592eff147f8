"""What a sweep leaves behind: table, pages, exit code; and what it does not execute again."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from sweep_lab import Lab, files

pytestmark = pytest.mark.slow


def links(page: Path) -> list[Path]:
    found = re.findall(r'href="([^"#][^"]*)"', page.read_text(encoding="utf-8"))
    return [(page.parent / item).resolve() for item in found]


def executed(text: str) -> tuple[int, int]:
    found = re.search(r"(\d+) executed, (\d+) taken", text)
    assert found, text
    return int(found[1]), int(found[2])


def test_a_grid_its_table_its_pages_and_again(tmp_path: Path, surroundings: dict[str, str]) -> None:
    lab = Lab(tmp_path, surroundings | {"CASEWORK_CACHE": str(tmp_path / "cache")})  # other tests fill the common one
    done = lab.sweep("-p", "x=1:6:1", "-p", "name=a,b")
    assert executed(done.stdout) == (12, 0)
    table = lab.table()
    assert table["x"].tolist() == [n for n in range(1, 7) for _ in "ab"]
    assert table["name"].tolist() == ["a", "b"] * 6
    assert table["double"].tolist() == [2 * n for n in table["x"]]
    assert set(table["double_unit"]) == {"EUR"}
    assert set(table["status"]) == {"ok"}
    assert (table["seconds"] > 0).all()
    assert (table["memory_mb"] > 0).all()
    for report in table["report"]:
        assert (lab.result() / report).is_file()
    for name in ("index.html", "comparison.html"):
        assert all(path.exists() for path in links(lab.result() / name))
    assert len([path for path in links(lab.result() / "index.html") if path.name == "report.html"]) == 12
    assert "double" in (lab.result() / "comparison.html").read_text(encoding="utf-8")
    pd.testing.assert_frame_equal(
        pd.read_parquet(lab.result() / "results.parquet"), table, check_dtype=False, check_like=True
    )

    kept = ("results.csv", "results.parquet", "index.html", "comparison.html")
    before = files(lab.out)
    assert executed(lab.sweep("-p", "x=1:6:1", "-p", "name=a,b").stdout) == (0, 12)
    after = files(lab.out)
    assert {name for name in before if before[name] != after.get(name)} <= {f"sweeps/{lab.result().name}/sweep.json"}
    assert all(
        before[f"sweeps/{lab.result().name}/{name}"] == after[f"sweeps/{lab.result().name}/{name}"] for name in kept
    )

    again = lab.command("own.ipynb", "-p", "x=1,2,3,4,5,7", "-p", "name=a,b", "--out", "other", "--json")
    assert again.returncode == 0, again.stderr
    found = json.loads(again.stdout)
    assert (found["executed"], found["taken"], found["counts"]) == (2, 10, {"ok": 12})
    assert {name for name in before if not name.startswith("sweeps/")} == {
        name for name in files(lab.out) if not name.startswith("sweeps/")
    }


def test_bad_runs_stop_no_good_ones_and_are_run_again(lab: Lab) -> None:
    words = ("-p", "act=a,fail,loop,exit,b", "--timeout", "3")
    done = lab.sweep(*words, code=1)
    table = lab.table().set_index("act")
    assert table["status"].to_dict() == {"a": "ok", "fail": "failed", "loop": "timeout", "exit": "killed", "b": "ok"}
    assert table.loc["fail", "error"] == "ValueError: as asked <b>for</b>"
    assert table.loc["loop", "error"].startswith("Timeout: ")
    assert table.loc["exit", "error"]
    assert table.loc["a", "double"] == "6.0"
    assert table.loc["fail", "double"] == ""
    assert "failed: ValueError: as asked" in done.stderr
    page = (lab.result() / "index.html").read_text(encoding="utf-8")
    assert "as asked &lt;b&gt;for" in page
    assert "<b>for" not in page
    reports = [path for path in links(lab.result() / "index.html") if path.name == "report.html"]
    assert sorted(path.parent.suffix for path in reports) == ["", "", ".failed", ".killed", ".timeout"]
    assert all(path.is_file() for path in reports)
    lab.wait_until_quiet()

    again = json.loads(lab.sweep("--resume", "--json", "--timeout", "2", "--workers", "2", code=1).stdout)
    assert (again["executed"], again["taken"]) == (3, 2)
    assert again["counts"] == {"ok": 2, "failed": 1, "timeout": 1, "killed": 1}
    definition = json.loads((lab.result() / "sweep.json").read_text(encoding="utf-8"))
    assert definition["options"]["timeout"] == 2


HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd()",
    "满意度 汉字",
    "{x} %s {{y}}",
    "../../up/..",
    "a\\b",
    "x" * 5000,
    "'\"",
    "-1",
]


def test_hostile_values(lab: Lab) -> None:
    cases = lab.folder / "cases.json"
    cases.write_text(json.dumps({"cases": [{"name": text} for text in HOSTILE]}), encoding="utf-8")
    lab.sweep("--grid", "cases.json")
    exact = pd.read_parquet(lab.result() / "results.parquet")
    assert exact["name"].tolist() == exact["who"].tolist() == HOSTILE
    assert exact["run_id"].map(lambda name: bool(re.fullmatch(r"own-[0-9a-f]{10}", name))).all()
    assert sorted(path.name for path in (lab.out / "own").iterdir()) == sorted(exact["run_id"])
    assert sorted(path.name for path in lab.out.iterdir()) == ["index.html", "own", "sweeps"]
    assert not lab.table()["name"].str.match(r"[=+\-@\t\r]").any()
    for name in ("index.html", "comparison.html"):
        text = (lab.result() / name).read_text(encoding="utf-8")
        assert "alert(1)</script>" not in text
        assert "满意度" in text
        assert all(path.exists() for path in links(lab.result() / name))


def test_draws_are_the_same_for_the_same_seed(lab: Lab) -> None:
    words = ("--draws", "5", "--range", "x=1:1000", "--dry-run", "--json")
    one, same = (json.loads(lab.sweep(*words, "--seed", "4").stdout) for _ in range(2))
    other = json.loads(lab.sweep(*words, "--seed", "5").stdout)
    assert one == same
    assert one["cases"] != other["cases"]
    assert one["sweep_id"] != other["sweep_id"]
    assert (one["runs"], one["missing"], one["varied"], one["seconds"]) == (5, 5, ["x"], one["seconds"])
    assert all(1 <= case["x"] <= 1000 for case in one["cases"])


def test_a_dry_run_executes_nothing(lab: Lab) -> None:
    text = lab.sweep("-p", "x=101,102,102,103", "-p", "name=a,b", "--dry-run").stdout
    assert "own: 6 runs, 0 done already, 6 to execute" in text
    assert "varied: x, name" in text
    assert "2 repeated cases left out" in text
    assert "expected time" in text
    assert not lab.out.exists() or not list(lab.out.iterdir())


def test_cases_from_a_workbook(lab: Lab) -> None:
    frame = pd.DataFrame({"case": ["one", "two", "three"], "x": [5, 6, None], "name": ["1.10", None, "7"]})
    frame.to_excel(lab.folder / "cases.xlsx", index=False)
    found = json.loads(lab.sweep("--cases", "cases.xlsx", "-p", "act=go", "--dry-run", "--json").stdout)
    assert found["cases"] == [
        {"act": "go", "x": 5, "name": "1.10"},
        {"act": "go", "x": 6},
        {"act": "go", "name": "7"},
    ]


def test_a_grid_file(lab: Lab) -> None:
    text = "fixed: {act: go}\ngrid: {x: [1, 2]}\nzip: {name: [a, b], data: ['', '']}\n"
    (lab.folder / "grid.yaml").write_text(text, encoding="utf-8")
    found = json.loads(lab.sweep("--grid", "grid.yaml", "--dry-run", "--json").stdout)
    assert [(case["x"], case["name"]) for case in found["cases"]] == [(1, "a"), (1, "b"), (2, "a"), (2, "b")]


@pytest.mark.parametrize(
    ("words", "messages"),
    [
        (["-p", "y=1,2", "-p", "x=a,b", "-p", "name=a"], ["no such parameter", "'a'", "'b'"]),
        (["-p", "x=1:2"], ["from:to:step"]),
        (["-p", "x=1,2", "--engine", "nonsense"], ["'nonsense'", "local or dask"]),
        (["-p", "x=1,2", "--workers", "0"], ["--workers", "at least 1"]),
        (["-p", "x=1,2", "--scheduler", "tcp://a:1"], ["--engine dask"]),
        (["-p", "x=1,2", "--timeout", "-1"], ["--timeout"]),
        (["-p", "x=1,2", "--format", "rtf"], ["html, pdf, docx"]),
        (["-p", "x=1,2", "--lang", "fr"], ["en, zh"]),
        (["--draws", "0", "--range", "x=1:2"], ["draws"]),
        (["--draws", "3"], ["range"]),
        (["--draws", "3", "--range", "x=5:1", "--range", "z=1:2"], ["'x'|x", "no such parameter"]),
        (["--draws", "3", "--range", "x=1:5", "--range", "x=1:6"], ["given twice"]),
        (["--draws", "3", "--range", "x=1:5", "--seed", "-1"], ["seed"]),
        (["--draws", "3", "--range", "x=1:5", "--method", "odd"], ["latin"]),
        (["--cases", "none.csv"], ["none.csv"]),
        (["--grid", "none.yaml"], ["none.yaml"]),
        (["-p", "data=none.csv,nothing.csv"], ["none.csv", "nothing.csv"]),
        (["--resume"], ["no sweep of own.ipynb"]),
        ([], ["no values are given"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_is_refused_before_anything_starts(lab: Lab, words: list[str], messages: list[str]) -> None:
    code, err = lab.here(*words)
    assert code == 2
    for message in messages:
        assert re.search(message, err), err
    assert "Traceback" not in err
    assert not list(lab.out.rglob("*"))


def test_an_unknown_study(lab: Lab) -> None:
    done = lab.command("knao", "-p", "threshold=0.1,0.2", "--resume")
    assert done.returncode == 2
    assert "Did you mean 'kano'" in done.stderr


def test_from_python(lab: Lab, surroundings: dict[str, str]) -> None:
    from matplotlib.axes import Axes

    from casework import sweep
    from casework.runner.sweep.record import SweepProgress

    seen: list[SweepProgress] = []
    record = sweep(
        lab.notebook, words=["x=1,2,4"], parameters={"name": "z"}, out=lab.out, workers=2, progress=seen.append
    )
    assert (record.ok, record.counts, record.executed) == (True, {"ok": 3}, 3)
    frame: Any = record.to_frame()
    assert frame["double"].tolist() == [2.0, 4.0, 8.0]
    assert set(frame["name"]) == {"z"}
    assert "ok 3" in record.summary()
    assert isinstance(record.plot("double"), Axes)
    assert (seen[-1].done, seen[-1].total) == (3, 3)
    assert [state.done for state in seen] == sorted(state.done for state in seen)
    again = sweep(lab.notebook, grid={"x": [1, 2, 4]}, parameters={"name": "z"}, out=lab.out)
    assert (again.executed, again.taken, again.rows) == (0, 3, record.rows)
