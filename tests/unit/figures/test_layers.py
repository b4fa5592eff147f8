import itertools

import numpy as np
import pytest

from casework.figures.layers import curve, increasing, layered

ECSI = {"I": 0, "E": 1, "Q": 2, "V": 3, "S": 4, "C": 5, "L": 6}
ARROWS = ["IE", "IS", "IL", "EQ", "EV", "ES", "QV", "QS", "VS", "SC", "SL", "CL"]


def random_model(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 12))
    names = [f"n{i}" for i in range(count)]
    arrows = [(a, b) for a, b in itertools.combinations(names, 2) if rng.random() < 0.35] or [(names[0], names[1])]
    levels = {}
    for name in names:
        levels[name] = 1 + max((levels[a] for a, b in arrows if b == name), default=-1)
    sizes = {name: (float(rng.uniform(0.4, 1.5)), float(rng.uniform(0.3, 1.6))) for name in names}
    return levels, arrows, sizes


def overlap(one, other):
    return abs(one[0] - other[0]) < (one[2] + other[2]) / 2 and abs(one[1] - other[1]) < (one[3] + other[3]) / 2


@pytest.mark.parametrize("seed", range(25))
def test_no_box_overlaps_and_no_arrow_passes_through_a_box(seed):
    levels, arrows, sizes = random_model(seed)
    layout = layered(levels, arrows, sizes)
    boxes = layout.boxes
    assert not [pair for pair in itertools.combinations(boxes, 2) if overlap(boxes[pair[0]], boxes[pair[1]])]
    for points in layout.ways.values():
        for x, y, width, height in boxes.values():
            line = curve(points)[1:-1]
            inside = (np.abs(line[:, 0] - x) < width / 2 - 1e-6) & (np.abs(line[:, 1] - y) < height / 2 - 1e-6)
            assert not inside.any()


@pytest.mark.parametrize("seed", range(10))
def test_everything_lies_inside_and_arrows_go_from_box_to_box(seed):
    levels, arrows, sizes = random_model(seed)
    layout = layered(levels, arrows, sizes)
    for x, y, width, height in layout.boxes.values():
        assert x - width / 2 >= -1e-9
        assert x + width / 2 <= layout.width + 1e-9
        assert y - height / 2 >= -1e-9
        assert y + height / 2 <= layout.height + 1e-9
    for (start, end), points in layout.ways.items():
        left, right = layout.boxes[start], layout.boxes[end]
        assert points[0, 0] == pytest.approx(left[0] + left[2] / 2)
        assert points[-1, 0] == pytest.approx(right[0] - right[2] / 2)
        assert (np.diff(points[:, 0]) > 0).all()


def test_the_european_model_crosses_once():
    from casework.figures.layers import _columns, _crossings, _ordered

    columns, segments = _columns(ECSI, [(a, b) for a, b in ARROWS])
    assert _crossings(_ordered(columns, segments), segments) <= 1


def test_the_same_model_has_the_same_layout():
    sizes = dict.fromkeys(ECSI, (1.0, 0.5))
    one, two = (layered(ECSI, [(a, b) for a, b in ARROWS], sizes) for _ in range(2))
    assert one.boxes == two.boxes


def test_increasing_is_the_closest_in_least_squares():
    rng = np.random.default_rng(0)
    values = rng.normal(size=9)
    found = increasing(values)
    assert (np.diff(found) >= 0).all()
    assert found.mean() == pytest.approx(values.mean())
    trials = np.sort(found + rng.normal(scale=0.05, size=(500, 9)), axis=1)
    assert (((trials - values) ** 2).sum(axis=1) >= ((found - values) ** 2).sum() - 1e-12).all()
