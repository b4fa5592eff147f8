"""Where the boxes and arrows of a path diagram go: columns from left to right, long arrows led around the boxes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Key = Hashable

STARTS = 12  # orders to begin from
SWEEPS = 5
RELAXATIONS = 60
STEEPEST = 0.35  # inches to the right for each inch up or down
MOST_GAP = 1.9
LANE = 0.20  # height of a lane for a long arrow [inch]
STRAIGHT = (
    12.0  # how much more a long arrow wants to be straight than a box wants to be in the middle of its neighbours
)


@dataclass(frozen=True)
class Layout:
    """Places in inches, y downwards.

    Parameters
    ----------
    boxes : dict of str to tuple
        Centre x, centre y, width, height of each box.
    ways : dict of (str, str) to ndarray, shape (m, 2)
        Points of each arrow, from the edge of one box to the edge of the other.
    width, height : float
        Of the whole.
    """

    boxes: dict[str, tuple[float, float, float, float]]
    ways: dict[tuple[str, str], Floats]
    width: float
    height: float


def layered(
    levels: Mapping[str, int],
    arrows: Sequence[tuple[str, str]],
    sizes: Mapping[str, tuple[float, float]],
    *,
    gap: float = 0.56,
    separation: float = 0.26,
) -> Layout:
    """Lay out boxes in columns and lead the arrows around them.

    Parameters
    ----------
    levels : mapping of str to int
        Column of each box, from 0.
    arrows : sequence of (str, str)
        (from, to), each to a higher column.
    sizes : mapping of str to (float, float)
        Width and height of each box [inch].
    gap, separation : float
        Least distance of columns, and of boxes in a column [inch].

    Returns
    -------
    Layout
        No box overlaps another, and no arrow passes through a box.
    """
    columns, segments = _columns(levels, arrows)
    columns = _ordered(columns, segments)
    heights = {key: sizes[key][1] if isinstance(key, str) else LANE for column in columns for key in column}
    y = _heights(columns, segments, heights, separation)
    widths = [max((sizes[key][0] for key in column if isinstance(key, str)), default=0.0) for column in columns]
    gaps = _gaps(len(columns), _level_of(columns), segments, y, gap)
    steps = [(a + b) / 2 + between for (a, b), between in zip(pairwise(widths), gaps, strict=True)]
    centres = np.cumsum([0.0, *steps]) + widths[0] / 2
    boxes = {name: (float(centres[levels[name]]), y[name], *sizes[name]) for name in levels}
    ways = _ways(levels, arrows, boxes, centres, widths, y)
    low = min(y[key] - heights[key] / 2 for key in y)
    high = max(y[key] + heights[key] / 2 for key in y)
    shift = np.array([0.0, -low])
    return Layout(
        boxes={name: (x, up - low, w, h) for name, (x, up, w, h) in boxes.items()},
        ways={arrow: points + shift for arrow, points in ways.items()},
        width=float(centres[-1] + widths[-1] / 2),
        height=high - low,
    )


def _columns(
    levels: Mapping[str, int], arrows: Sequence[tuple[str, str]]
) -> tuple[list[list[Key]], list[tuple[Key, Key]]]:
    """Boxes by column, with a lane in each column that a long arrow passes; and the pieces of all arrows."""
    columns: list[list[Key]] = [[] for _ in range(max(levels.values()) + 1)]
    for name, level in levels.items():
        columns[level].append(name)
    segments: list[tuple[Key, Key]] = []
    for start, end in arrows:
        chain: list[Key] = [start, *[(start, end, i) for i in range(levels[start] + 1, levels[end])], end]
        for lane in chain[1:-1]:
            columns[lane[2]].append(lane)  # type: ignore[index]
        segments += pairwise(chain)
    return columns, segments


def _level_of(columns: Sequence[Sequence[Key]]) -> dict[Key, int]:
    return {key: i for i, column in enumerate(columns) for key in column}


def _gaps(
    count: int, level: Mapping[Key, int], segments: Sequence[tuple[Key, Key]], y: Mapping[Key, float], least: float
) -> list[float]:
    """Distance of each column from the next: more where an arrow is steep."""
    gaps = [least] * (count - 1)
    for start, end in segments:
        place = level[start]
        gaps[place] = min(max(gaps[place], STEEPEST * abs(y[start] - y[end])), MOST_GAP * least)
    return gaps


def _ordered(columns: list[list[Key]], segments: list[tuple[Key, Key]]) -> list[list[Key]]:
    """Order each column so that few arrows cross: the best of several starts."""
    rng = np.random.default_rng(0)
    best, fewest = columns, _crossings(columns, segments)
    for start in range(STARTS):
        if not fewest:
            break
        order = [[column[i] for i in rng.permutation(len(column))] if start else list(column) for column in columns]
        found, count = _improved(order, segments)
        if count < fewest:
            best, fewest = found, count
    return best


def _improved(columns: list[list[Key]], segments: list[tuple[Key, Key]]) -> tuple[list[list[Key]], int]:
    """Sweep to and fro: each column by the middle of its neighbours, then swaps of those next to each other."""
    best, fewest = columns, _crossings(columns, segments)
    for sweep in range(SWEEPS):
        columns = [list(column) for column in columns]
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            places = _places(columns)
            column.sort(key=lambda key, places=places: _middle(key, segments, places))  # type: ignore[misc]
        columns = _swapped(columns, segments)
        if (count := _crossings(columns, segments)) < fewest:
            best, fewest = columns, count
    return best, fewest


def _places(columns: Sequence[Sequence[Key]]) -> dict[Key, float]:
    """Place of each key in its column, from the middle."""
    return {key: i - (len(column) - 1) / 2 for column in columns for i, key in enumerate(column)}


def _middle(key: Key, segments: Sequence[tuple[Key, Key]], places: Mapping[Key, float]) -> float:
    near = [places[b] for a, b in segments if a == key] + [places[a] for a, b in segments if b == key]
    return sum(near) / len(near) if near else places[key]


def _swapped(columns: list[list[Key]], segments: list[tuple[Key, Key]]) -> list[list[Key]]:
    """Swap neighbours in a column as long as that removes crossings."""
    best = _crossings(columns, segments)
    for column in columns:
        for i in range(len(column) - 1):
            column[i], column[i + 1] = column[i + 1], column[i]
            count = _crossings(columns, segments)
            if count < best:
                best = count
            else:
                column[i], column[i + 1] = column[i + 1], column[i]
    return columns


def _crossings(columns: Sequence[Sequence[Key]], segments: Sequence[tuple[Key, Key]]) -> int:
    places = _places(columns)
    level = _level_of(columns)
    ends = np.array([(level[a], places[a], places[b]) for a, b in segments])
    same = ends[:, None, 0] == ends[None, :, 0]
    over = (ends[:, None, 1] - ends[None, :, 1]) * (ends[:, None, 2] - ends[None, :, 2]) < 0
    return int((same & over).sum()) // 2


def _heights(
    columns: Sequence[Sequence[Key]],
    segments: Sequence[tuple[Key, Key]],
    heights: Mapping[Key, float],
    separation: float,
) -> dict[Key, float]:
    """Heights of the centres: near the neighbours, long arrows straight, nothing closer than it may be."""
    offsets = {i: _offsets([heights[key] for key in column], separation) for i, column in enumerate(columns)}
    y = {key: float(at) for i, column in enumerate(columns) for key, at in zip(column, offsets[i], strict=True)}
    for _ in range(RELAXATIONS):
        for i, column in enumerate(columns):
            wanted = np.array([_wanted(key, segments, y) for key in column])
            for key, at in zip(column, increasing(wanted - offsets[i]) + offsets[i], strict=True):
                y[key] = float(at)
    return y


def _offsets(heights: Sequence[float], separation: float) -> Floats:
    """Closest centres of a stack, around 0."""
    steps = [(a + b) / 2 + separation for a, b in pairwise(heights)]
    places = np.cumsum([0.0, *steps])
    return np.asarray(places - places[-1] / 2, dtype=np.float64)


def _wanted(key: Key, segments: Sequence[tuple[Key, Key]], y: Mapping[Key, float]) -> float:
    near = [(b, y[b]) for a, b in segments if a == key] + [(a, y[a]) for a, b in segments if b == key]
    if not near:
        return y[key]
    weights = [STRAIGHT if not isinstance(other, str) and not isinstance(key, str) else 1.0 for other, _ in near]
    return sum(w * at for w, (_, at) in zip(weights, near, strict=True)) / sum(weights)


def increasing(values: Floats) -> Floats:
    """Closest values that never decrease (pool adjacent violators).

    Examples
    --------
    >>> increasing(np.array([1.0, 3.0, 2.0, 4.0])).tolist()
    [1.0, 2.5, 2.5, 4.0]
    """
    pools: list[list[float]] = []  # sum, count
    for value in values:
        pools.append([float(value), 1.0])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, count = pools.pop()
            pools[-1][0] += total
            pools[-1][1] += count
    return np.concatenate([np.full(int(count), total / count) for total, count in pools])


def _ways(
    levels: Mapping[str, int],
    arrows: Sequence[tuple[str, str]],
    boxes: Mapping[str, tuple[float, float, float, float]],
    centres: Floats,
    widths: Sequence[float],
    y: Mapping[Key, float],
) -> dict[tuple[str, str], Floats]:
    """Points of each arrow: a port at the right of one box, its lanes, a port at the left of the other."""
    lanes: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for start, end in arrows:
        between = []
        for i in range(levels[start] + 1, levels[end]):
            at = y[(start, end, i)]
            between += [(centres[i] - widths[i] / 2, at), (centres[i] + widths[i] / 2, at)]
        lanes[start, end] = between
    ways = {}
    for arrow in arrows:
        start, end = arrow
        first = _port(arrow, 0, arrows, lanes, boxes)
        last = _port(arrow, 1, arrows, lanes, boxes)
        left, right = boxes[start], boxes[end]
        out, into = levels[start], levels[end]
        points = np.array(
            [
                (left[0] + left[2] / 2, first),
                (centres[out] + widths[out] / 2, first),
                *lanes[arrow],
                (centres[into] - widths[into] / 2, last),
                (right[0] - right[2] / 2, last),
            ]
        )
        ways[arrow] = points[np.diff(points[:, 0], prepend=-np.inf) > 1e-9]  # no stub at the widest box of a column
    return ways


def _port(
    arrow: tuple[str, str],
    side: int,
    arrows: Sequence[tuple[str, str]],
    lanes: Mapping[tuple[str, str], Sequence[tuple[float, float]]],
    boxes: Mapping[str, tuple[float, float, float, float]],
) -> float:
    """Height at which an arrow leaves (side 0) or enters (side 1) its box: in the order of where the arrows go."""
    name = arrow[side]
    own = [item for item in arrows if item[side] == name]

    def goes(item: tuple[str, str]) -> float:
        points = lanes[item]
        return points[0 if side == 0 else -1][1] if points else boxes[item[1 - side]][1]

    own.sort(key=goes)
    _, centre, _, height = boxes[name]
    share = (own.index(arrow) + 1) / (len(own) + 1) - 0.5
    return centre + share * height


def curve(points: Floats, pieces: int = 16) -> Floats:
    """Smooth line through the points that is level at each of them.

    Parameters
    ----------
    points : ndarray, shape (m, 2)
        With increasing x.
    pieces : int
        Points between two of them.

    Examples
    --------
    >>> curve(np.array([[0.0, 0.0], [1.0, 1.0]]), pieces=2).tolist()
    [[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]]
    """
    share = np.linspace(0, 1, pieces + 1)[:, None]
    ease = share**2 * (3 - 2 * share)
    parts = [
        np.column_stack([a[0] + share[:, 0] * (b[0] - a[0]), a[1] + ease[:, 0] * (b[1] - a[1])])
        for a, b in pairwise(points)
    ]
    return np.concatenate([parts[0], *[part[1:] for part in parts[1:]]])
