from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.core.messages import catalogue
from casework.core.result import Result
from casework.figures.registry import draw
from casework.studies.notebook import read_notebook
from casework.studies.registry import studies
from casework.teach import explorer


@dataclass(frozen=True, kw_only=True)
class Line(Result):
    slope: float

    def to_frame(self) -> pd.DataFrame:
        return pd.DataFrame({"slope": [self.slope]})

    def summary(self) -> str:
        return f"slope {self.slope}"


@draw.register(Line)
def _draw(result: Line, ax: Any = None, kind: str | None = None) -> Any:
    from casework.figures import style

    ax = style.axes(ax)
    ax.plot([0, 1], [0, result.slope])
    return ax


def line(slope: float = 1.0, way: str = "up", on: bool = True) -> Line:
    if slope > 8:
        raise DataError("too steep")
    return Line(slope=slope)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    monkeypatch.setattr(explorer, "show", lambda result, **options: found.append(result.summary()))
    monkeypatch.setattr(explorer, "tell", lambda message, **options: found.append((message, options)))
    return found


def test_a_report_gets_the_static_twin(monkeypatch: pytest.MonkeyPatch, shown: list[Any]) -> None:
    monkeypatch.setenv(explorer.RUN_VARIABLE, "1")
    assert explorer.explore(line, caption="A line.", slope=(0.0, 9.0, 0.5)) is None
    assert shown[0] == "slope 1.0"
    assert shown[1][1]["values"] == "slope = 1.00"


def test_moving_a_control_draws_again_and_an_error_is_told(shown: list[Any]) -> None:
    panel = explorer.explore(line, caption="A line.", slope=(0.0, 9.0, 0.5), way=["up", "down"], on=True)
    slider = panel.children[0].children[0]
    slider.value = 3.0
    assert "slope 3.0" in shown
    slider.value = 9.0
    assert shown[-1][1]["role"] == "warning"
    assert [type(item).__name__ for item in panel.children[0].children] == ["FloatSlider", "Dropdown", "Checkbox"]


def test_options_are_said_as_people_say_them(shown: list[Any]) -> None:
    panel = explorer.explore(line, caption="A line.", way=["up", "up_and_down", 3])
    assert [label for label, _ in panel.children[0].children[0].options] == ["up", "up and down", "3"]
    assert panel.children[0].children[0].value == "up"


def controls_of(cells: list[Any]) -> Iterator[str]:
    """Yield the names of the controls of a notebook's explorers that stand there as constants."""
    given: dict[str, ast.expr] = {}
    trees = [ast.parse(cell.source) for cell in cells if cell.cell_type == "code"]
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            given[node.targets[0].id] = node.value
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "explore"):
            continue
        for word in node.keywords:
            inner = given.get(word.value.id, word.value) if isinstance(word.value, ast.Name) else word.value
            if word.arg is None and isinstance(inner, ast.Dict):
                yield from (str(key.value) for key in inner.keys if isinstance(key, ast.Constant))
            elif word.arg not in (None, "caption", "kind", "alt"):
                yield str(word.arg)


def test_the_name_of_every_control_can_be_translated() -> None:
    known = {*catalogue("zh"), *explorer.CONTROLS}
    for study in studies().values():
        names = list(controls_of(read_notebook(study.notebook).cells))
        assert [name for name in names if len(name) > 1 and name.replace("_", " ") not in known] == [], study.name


def test_a_control_that_the_function_does_not_take() -> None:
    with pytest.raises(ParameterError, match="control slop"):
        explorer.explore(line, caption="A line.", slop=(0, 1, 1))
