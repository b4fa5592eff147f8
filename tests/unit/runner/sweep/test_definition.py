from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework.runner.sweep.cases import make_cases
from casework.runner.sweep.definition import definition_of
from casework.runner.sweep.planning import SweepPlan, plan_sweep

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from helpers import PUBLISH, write_notebook

OPTIONS: dict[str, Any] = {"lang": "zh", "formats": ("html",), "with_code": True, "timeout": 7.0}


def plan(folder: Path, *words: str, **options: Any) -> SweepPlan:
    own = write_notebook(folder / "own.ipynb", PUBLISH, parameters="x: int = 3\ndata: str = ''")
    cases = make_cases(own, words=words)
    return plan_sweep(own, cases, out=folder / "out", options=OPTIONS | options, local=False)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("n\n1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_a_sweep_is(place: Path) -> None:
    made = plan(place, "x=1,2")
    found = definition_of(made)
    assert (found["study"], found["title"], found["origin"], found["varied"]) == ("own", "own", "grid", ["x"])
    assert found["source"] == str(place / "own.ipynb")
    assert found["options"] == {"lang": "zh", "formats": ("html",), "with_code": True, "timeout": 7.0}
    assert found["cases"] == [{"x": 1}, {"x": 2}]
    assert [item["run_id"] for item in found["runs"]] == [point.run_id for point in made.points]
    assert json.loads(json.dumps(found))["sweep_id"] == made.sweep_id


def test_data_that_vary_stay_with_their_cases(place: Path) -> None:
    found = definition_of(plan(place, "data=a.csv,b.csv"))
    assert [case["data"] for case in found["cases"]] == [str(place / "a.csv"), str(place / "b.csv")]
    assert "data" not in found["options"]


def test_data_of_all_runs_are_an_option(place: Path) -> None:
    found = definition_of(plan(place, "x=1,2", data="a.csv"))
    assert found["options"]["data"] == str(place / "a.csv")
    assert found["cases"] == [{"x": 1}, {"x": 2}]


def test_bundled_data_keep_their_name(place: Path) -> None:
    assert definition_of(plan(place, "x=1,2", data="kano_phone_plan"))["options"]["data"] == "kano_phone_plan"


def test_no_password_is_kept(place: Path) -> None:
    made = plan(place, "x=1,2")
    address = "postgresql://ann:geheim@db/sales"
    points = []
    for point in made.points:
        request = replace(point.plan.request, data=address)
        given = {**point.given, "data": address}
        points.append(replace(point, plan=replace(point.plan, request=request, secrets=("geheim",)), given=given))
    text = json.dumps(definition_of(replace(made, points=tuple(points))))
    assert "geheim" not in text
    assert "postgresql://ann:***@db/sales" in text
