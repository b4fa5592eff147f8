import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection

from casework.figures import style
from casework.figures.network_map import MOST_LINES, WIDTHS, Map, draw_map, open_text
from casework.supply_chain.network.positions import Positions

mpl.use("Agg")
SITES = pd.DataFrame({"x": [0.0, 10, 5], "y": [0.0, 0, 8]}, index=["a", "b & $x$ <b>", "c"])


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def shown(customers, served, opened=(True, True, False), existing=(False, False, True), geographic=False):
    return Map(
        positions=Positions(layers=(SITES, customers), geographic=geographic),
        opened=pd.Series(opened, index=SITES.index), existing=pd.Series(existing, index=SITES.index),
        served=served, fed=pd.DataFrame({"plant": [], "site": [], "quantity": []}),
    )  # fmt: skip


def drawn(picture):
    with style.context():
        ax = draw_map(picture, None, "title", "below")
        ax.get_figure().canvas.draw()
    return ax


def homes(n, seed=1):
    spots = np.random.default_rng(seed).uniform(0, 10, (n, 2))
    return pd.DataFrame(spots, columns=["x", "y"], index=[f"k{i}" for i in range(n)])


def test_flows_are_as_wide_as_they_are_large_and_legend_names_what_is_there():
    served = pd.DataFrame({"site": ["a", "a", "b & $x$ <b>"], "customer": ["k0", "k1", "k1"], "quantity": [10.0, 5, 1]})
    ax = drawn(shown(homes(3), served))
    (lines,) = ax.findobj(LineCollection)
    assert lines.get_linewidths()[0] == WIDTHS[1]
    assert list(lines.get_linewidths()) == sorted(lines.get_linewidths(), reverse=True)
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == ["open site", "existing site, closed", "customer", "customer without goods"]


def test_many_flows_are_cut_and_that_is_said():
    n = MOST_LINES + 50
    served = pd.DataFrame(
        {"site": ["a"] * n, "customer": [f"k{i}" for i in range(n)], "quantity": np.arange(1.0, n + 1)}
    )
    ax = drawn(shown(homes(n), served))
    assert len(ax.findobj(LineCollection)[0].get_segments()) == MOST_LINES
    assert any("largest flows" in text.get_text() for text in ax.texts)


def test_degrees_keep_their_shape_and_cross_the_date_line():
    fiji = pd.DataFrame({"x": [179.0, -179], "y": [60.0, 60]}, index=["k0", "k1"])
    west = pd.DataFrame({"x": [178.0, -178, 177], "y": [60.0, 60, 60]}, index=SITES.index)
    served = pd.DataFrame({"site": ["a", "a"], "customer": ["k0", "k1"], "quantity": [1.0, 1]})
    picture = shown(fiji, served, geographic=True)
    ax = drawn(Map(positions=Positions(layers=(west, fiji), geographic=True), opened=picture.opened,
                   existing=picture.existing, served=served, fed=picture.fed))  # fmt: skip
    assert ax.get_aspect() == pytest.approx(2.0)
    assert np.ptp(ax.get_xlim()) < 20


def test_nothing_open():
    none = pd.DataFrame({"site": [], "customer": [], "quantity": []})
    ax = drawn(shown(homes(2), none, opened=(False,) * 3))
    assert not ax.findobj(LineCollection)
    assert open_text(pd.Series([True, False])) == "1 of 2 sites is open"
