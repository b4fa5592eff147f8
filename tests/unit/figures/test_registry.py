"""The register of drawings."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

from casework.core.result import Result
from casework.figures import draw, style
from casework.figures.registry import Drawer


@dataclass(frozen=True, kw_only=True, eq=False)
class Share(Result):
    value: float


@pytest.fixture
def drawer():
    made = Drawer()

    @made.register(Share)
    def draw_share(result, ax=None, kind=None):
        ax = style.axes(ax)
        ax.bar(["a"], [result.value])
        ax.set_title(kind or "bar")
        return ax

    yield made
    plt.close("all")


def test_draws_by_type_and_passes_the_kind(drawer):
    axes = drawer(Share(value=0.5), kind="map")
    assert axes.get_title(loc="left") == "map"
    assert axes.patches[0].get_height() == 0.5


def test_draws_on_the_given_axes(drawer):
    _, given = plt.subplots()
    assert drawer(Share(value=1), ax=given) is given


def test_is_in_the_house_style_without_a_context_of_the_caller(drawer):
    axes = drawer(Share(value=1))
    assert axes.title.get_fontfamily()[0] == style.FONT_FAMILY
    assert mpl.rcParams["axes.spines.top"] is True


def test_refuses_what_nothing_draws():
    with pytest.raises(TypeError, match="no drawing for a complex"):
        draw(1j)


def test_knows_what_it_can_draw(drawer):
    assert drawer.knows(Share)
    assert not drawer.knows(dict)
