import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from tests.unit.satisfaction.pls.reference import random_rows

from casework.core.errors import ParameterError
from casework.satisfaction.pls import fit_correlations, fit_pls, named_model
from casework.validation.register import shared_data


@pytest.fixture(scope="module")
def ecsi():
    mobi = shared_data("mobi")
    names = mobi["indicators"]
    return fit_correlations(
        pd.DataFrame(mobi["correlation"], index=names, columns=names), named_model("ECSI"), n=mobi["n"]
    )


def texts(ax):
    return [item for item in ax.texts if item.get_text()]


@pytest.mark.parametrize("kind", ["paths", "loadings"])
def test_every_number_stands_in_the_picture_and_none_on_another(ecsi, kind):
    ax = ecsi.plot(kind=kind)
    figure = ax.figure
    shown = [item.get_text() for item in texts(ax)]
    for value in ecsi.to_frame()["path"]:
        assert f"{value:.2f}" in shown
    assert "R² = 0.68" in shown
    assert ("CUSL2  0.20" in shown) is (kind == "loadings")
    boxes = [item.get_window_extent(figure.canvas.get_renderer()) for item in texts(ax) if item.axes is ax]
    boxes = [box for item, box in zip(texts(ax), boxes, strict=True) if "path coeff" not in item.get_text()]
    crowded = [(a, b) for a, b in itertools.combinations(boxes, 2) if a.shrunk(0.9, 0.8).overlaps(b.shrunk(0.9, 0.8))]
    assert not crowded
    plt.close(figure)


def test_titles_tell_the_finding(ecsi):
    ax = ecsi.plot()
    assert "46% of the variance of Loyalty" in ax.get_title(loc="left").replace("\n", " ")
    plt.close(ax.figure)


def test_hostile_names_formative_blocks_and_missing_numbers():
    rows = pd.DataFrame(random_rows(1, (2, 1, 2), ((0, 1), (1, 2))), columns=["$x^2$", "a\tb", "c", "<b>", "质量好"])
    model = 'A <~ "$x^2$" + "a\tb"\n`very long name of a construct indeed` =~ c\n满意 =~ <b> + 质量好\n'.replace(
        "<b>", '"<b>"'
    )
    model += "`very long name of a construct indeed` ~ A\n满意 ~ `very long name of a construct indeed`"
    result = fit_pls(rows, model)
    for kind in ("paths", "loadings"):
        ax = result.plot(kind=kind)
        ax.figure.canvas.draw()
        plt.close(ax.figure)


def test_negative_and_weak_paths_have_their_colour():
    table = pd.DataFrame(np.eye(3), index=list("abc"), columns=list("abc"))
    table.loc["a", "b"] = table.loc["b", "a"] = -0.6
    table.loc["b", "c"] = table.loc["c", "b"] = 0.05
    ax = fit_correlations(table, "A =~ a; B =~ b; C =~ c; B ~ A; C ~ B").plot()
    assert {"-0.60", "0.05"} <= {item.get_text() for item in texts(ax)}
    plt.close(ax.figure)


def test_unknown_kind(ecsi):
    with pytest.raises(ParameterError, match="one of paths, loadings"):
        ecsi.plot(kind="inner")


def test_axes_of_the_caller(ecsi):
    _, ax = plt.subplots()
    assert ecsi.plot(ax) is ax
    plt.close(ax.figure)
