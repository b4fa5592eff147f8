from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.core.result import Result
from casework.figures.registry import draw
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


def test_a_control_that_the_function_does_not_take() -> None:
    with pytest.raises(ParameterError, match="control slop"):
        explorer.explore(line, caption="A line.", slop=(0, 1, 1))
