"""From a comparison to its page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casework.runner.compare import Comparison
from casework.runner.compare_page import comparison_page, parameter_text
from casework.runner.compare_tables import table_frame
from casework.runner.compare_values import Side, parameter_frame, result_frame


def comparison(tmp_path: Path, *values: dict[str, Any]) -> Comparison:
    sides = []
    for label, results in zip("ABC", values, strict=False):
        folder = tmp_path / "kano" / label
        folder.mkdir(parents=True)
        (folder / "report.html").write_text("x", encoding="utf-8")
        published = {name: {"value": value, "unit": "", "title": name} for name, value in results.items()}
        manifest = {"study": "kano", "parameters": {"seed": label}, "status": "ok", "hashes": {}}
        sides.append(Side(label=label, name=f"kano/{label}", folder=folder, manifest=manifest, results=published))
    frames = {"parameters": parameter_frame(sides), "results": result_frame(sides), "tables": table_frame(sides)}
    return Comparison(runs=tuple(sides), place=tmp_path / "comparisons" / "x", **frames)


def test_links_start_at_the_folder_of_the_page(tmp_path: Path) -> None:
    found = comparison(tmp_path, {"x": 1}, {"x": 2})
    assert comparison_page(found, found.place).runs[0].href == "../../kano/A/report.html"
    assert comparison_page(found, tmp_path).runs[1].href == "kano/B/report.html"


def test_values_as_texts(tmp_path: Path) -> None:
    found = comparison(
        tmp_path, {"x": 1.0, "y": "a", "z": 3}, {"x": 1.5, "y": None, "z": 3}, {"x": "inf", "y": "b", "z": 3}
    )
    x, y, z = comparison_page(found, tmp_path).results
    assert (x.values, x.changes) == (["1.00", "1.50", "inf"], ["", "+0.5 (+50.0%)", ""])
    assert (y.values, y.changes) == (["a", "–", "b"], ["", "", ""])
    assert (z.values, z.differs) == (["3", "3", "3"], False)


def test_without_notebooks_there_are_no_figures(tmp_path: Path) -> None:
    found = comparison(tmp_path, {"x": 1}, {"x": 2})
    assert comparison_page(found, tmp_path).figures == ()
    assert comparison_page(found, tmp_path, figures=False).figures == ()


def test_what_differs_stands_with_the_run(tmp_path: Path) -> None:
    page = comparison_page(comparison(tmp_path, {}, {}), tmp_path)
    assert page.runs[0].differing == [("seed", "A")]
    assert page.parameters[0].values == ["A", "B"]


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (True, "true"), ({"a": ["测"]}, '{"a": ["测"]}'), (7, "7")])
def test_parameters_as_texts(value: Any, text: str) -> None:
    assert parameter_text(value) == text
