from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from casework.core.messages import use_language
from casework.core.paths import DRAWN_VARIABLE
from casework.core.result import Result
from casework.figures import drawn, raster, style
from casework.voice import evaluate_counts

DPI = 60


def kano(**options: Any) -> Result:
    counts = pd.DataFrame([[30, 20, 10, 5, 0, 1], [5, 10, 40, 9, 1, 0]], columns=list("MOAIRQ"), index=["price", "app"])
    return evaluate_counts(counts, **options)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DRAWN_VARIABLE, str(tmp_path / "drawn"))
    return tmp_path / "drawn"


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One item for each picture that is really drawn."""
    found: list[int] = []
    png = raster.png

    def counting(*arguments: Any, **options: Any) -> Any:
        found.append(1)
        return png(*arguments, **options)

    monkeypatch.setattr(raster, "png", counting)
    return found


def kept(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.drawn"))


def draw(result: Result, kind: str | None = "map", dpi: float = DPI) -> bytes:
    with style.context():
        return drawn.picture(result, kind=kind, dpi=dpi)


def test_a_picture_is_drawn_once_and_is_the_same_to_the_byte(folder: Path, times: list[int]) -> None:
    first, again = draw(kano()), draw(kano())
    assert first == again
    assert first.startswith(b"\x89PNG")
    assert len(times) == len(kept(folder)) == 1


def test_what_is_shown_decides(folder: Path, times: list[int]) -> None:
    draw(kano())
    draw(kano(threshold=0.2))
    draw(kano(), kind="categories")
    draw(kano(), dpi=DPI + 1)
    with use_language("zh"):
        draw(kano())
    with style.context():
        import matplotlib as mpl

        with mpl.rc_context({"axes.linewidth": 3}):
            drawn.picture(kano(), kind="map", dpi=DPI)
    assert len(times) == len(kept(folder)) == 6


def test_without_a_folder_nothing_is_kept(monkeypatch: pytest.MonkeyPatch, times: list[int]) -> None:
    monkeypatch.setenv(DRAWN_VARIABLE, "")
    assert draw(kano()) == draw(kano())
    assert len(times) == 2


def test_a_damaged_picture_is_drawn_again(folder: Path, times: list[int]) -> None:
    first = draw(kano())
    for damage in (b"", b"x" * 200, kept(folder)[0].read_bytes()[:-1]):
        kept(folder)[0].write_bytes(damage)
        assert draw(kano()) == first
    assert len(times) == 4


def test_a_folder_that_cannot_be_written_is_no_trouble(folder: Path, times: list[int]) -> None:
    folder.write_text("a file stands there")
    assert draw(kano()) == draw(kano())
    assert len(times) == 2


@dataclass(frozen=True, kw_only=True)
class Own(Result):
    """A result of a notebook's own."""

    frame: pd.DataFrame


def test_results_and_drawings_of_a_notebook_are_always_drawn(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from casework.figures import draw as drawing

    assert drawn._place(Own(frame=pd.DataFrame({"a": [1]})), None, DPI) is None
    assert drawn._place(kano(), "map", DPI) is not None
    monkeypatch.setattr(drawing, "drawing", lambda kind: test_without_a_folder_nothing_is_kept)
    assert drawn._place(kano(), "map", DPI) is None


@pytest.mark.parametrize("thing", [Own, kept, lambda: 1, Path("x")], ids=["class", "function", "lambda", "object"])
def test_what_could_change_under_its_name_is_not_recognised(folder: Path, thing: Any) -> None:
    import pickle

    with pytest.raises((pickle.PicklingError, AttributeError), match=r"test_drawn|local|pathlib"):
        drawn._Writer(__import__("io").BytesIO(), protocol=5).dump(thing)


def test_a_picture_that_comes_with_a_warning_is_drawn_each_time(
    folder: Path, times: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = Result.plot

    def warning(self: Result, ax: Any = None, kind: Any = None) -> Any:
        warnings.warn("look", UserWarning, stacklevel=1)
        return plot(self, ax=ax, kind=kind)

    monkeypatch.setattr(Result, "plot", warning)
    for _ in range(2):
        with pytest.warns(UserWarning, match="look"):
            draw(kano())
    assert len(times) == 2
    assert not kept(folder)
