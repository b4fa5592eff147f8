from matplotlib.figure import Figure

from casework.core.messages import use_language
from casework.figures.quadrants import COLOURS, name_corners
from casework.satisfaction.quadrants import QUADRANTS


def test_each_quadrant_has_a_colour_and_its_name_in_its_corner() -> None:
    axes = Figure().add_subplot()
    name_corners(axes)
    assert [text.get_text() for text in axes.texts] == list(QUADRANTS)
    assert [(x < 0.5, y < 0.5) for x, y in (text.get_position() for text in axes.texts)] == [
        (True, False), (False, False), (True, True), (False, True)]  # fmt: skip
    assert set(COLOURS) == set(QUADRANTS)
    assert len(set(COLOURS.values())) == 4


def test_the_names_are_translated() -> None:
    axes = Figure().add_subplot()
    with use_language("zh"):
        name_corners(axes)
    assert all(not text.get_text().isascii() for text in axes.texts)
