"""What `compare` prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casework.cli.comparing import print_comparison
from casework.runner.compare import Comparison
from casework.runner.compare_tables import table_frame
from casework.runner.compare_values import Side, parameter_frame, result_frame


def comparison(tmp_path: Path, *runs: tuple[dict[str, Any], dict[str, Any]]) -> Comparison:
    sides = []
    for label, (parameters, results) in zip("AB", runs, strict=True):
        published = {name: {"value": value, "unit": "", "title": name} for name, value in results.items()}
        manifest = {"study": "kano", "parameters": parameters, "status": "ok", "seconds": 2.5, "hashes": {}}
        name = f"kano/run-{label}"
        sides.append(Side(label=label, name=name, folder=tmp_path / label, manifest=manifest, results=published))
    frames = {"parameters": parameter_frame(sides), "results": result_frame(sides), "tables": table_frame(sides)}
    return Comparison(runs=tuple(sides), place=tmp_path, **frames)


def test_prints_runs_and_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_comparison(comparison(tmp_path, ({"seed": 7, "low": 1}, {"n": 4}), ({"seed": 9, "low": 1}, {"n": 5})))
    shown = capsys.readouterr().out
    for text in ("A  kano/run-A  ok      2.5 s", "seed", "5 [+1 (+25.0%)]", "1 of 1 results differ."):
        assert text in shown
    assert "low" not in shown


def test_names_do_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "\x1b[31m" + "long\ntext " * 20
    print_comparison(comparison(tmp_path, ({evil: 1}, {evil: evil}), ({evil: 2}, {evil: "b"})))
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "…" in shown
