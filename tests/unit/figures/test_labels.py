import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.text import Text

from casework.figures import style
from casework.figures.labels import Box, _overlaps, place_labels

mpl.use("Agg")


@pytest.fixture
def ax():
    with style.context():
        figure, axes = plt.subplots(figsize=(7.4, 5.6))
        axes.set(xlim=(0, 1), ylim=(0, 1))
        yield axes
    plt.close(figure)


def boxes(ax):
    figure = ax.get_figure()
    figure.canvas.draw()
    return [Text.get_window_extent(text) for text in ax.texts]  # without the line to the point


def overlap(a, b):
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    return max(width, 0) * max(height, 0)


def test_overlap_of_boxes():
    others = np.array([[1.0, 1, 3, 3], [-1, -1, 0.5, 4], [2, 0, 3, 2]])
    assert _overlaps([Box(0, 0, 2, 2), Box(5, 5, 6, 6)], others).tolist() == [2, 0]
    assert _overlaps([Box(0, 0, 2, 2)], np.empty((0, 4))).tolist() == [0]
    assert Box(-1, 0, 5, 2).outside(4, 4) == 2


@pytest.mark.parametrize("n", [2, 8, 15])
def test_labels_in_a_crowd_do_not_cover_each_other(ax, n):
    rng = np.random.default_rng(n)
    x, y = 0.45 + 0.12 * rng.random(n), 0.5 + 0.12 * rng.random(n)
    place_labels(ax, list(x), list(y), [f"attribute {i}" for i in range(n)], colours=["#0072b2"] * n)
    found = boxes(ax)
    shared = [overlap(a, b) for i, a in enumerate(found) for b in found[:i]]
    assert max(shared) == 0


def test_labels_stay_on_the_page(ax):
    place_labels(ax, [0.0, 1.0], [0.0, 1.0], ["a long name at the corner"] * 2, colours=["#0072b2"] * 2)
    page = ax.get_window_extent()
    for box in boxes(ax):
        assert box.x0 > page.x0 - 12
        assert box.x1 < page.x1 + 12
