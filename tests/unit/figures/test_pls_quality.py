import itertools

import numpy as np
import pytest
from matplotlib import pyplot as plt
from tests.unit.satisfaction.pls.quality_samples import fit, mobi

from casework.core.errors import ParameterError
from casework.satisfaction.pls import (
    blindfold,
    cvpat,
    fit_measures,
    fit_test,
    importance_map,
    measurement_quality,
    predict_pls,
)

pytestmark = pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def results():
    result = fit()
    prediction = predict_pls(result, folds=5, repetitions=1)
    yield measurement_quality(result), "reliability"
    yield measurement_quality(result), "htmt"
    yield measurement_quality(result), "loadings"
    yield fit_measures(result), None
    yield fit_test(result, resamples=29), None
    yield blindfold(result), None
    yield prediction, None
    yield cvpat(prediction, resamples=100), None
    yield importance_map(result, "L"), "constructs"
    yield importance_map(result, "L"), "indicators"


def test_every_picture_has_a_title_and_is_drawn():
    for result, kind in results():
        ax = result.plot(kind=kind)
        ax.figure.canvas.draw()
        assert ax.get_title(loc="left")
        plt.close(ax.figure)


def test_ratios_stand_in_their_cells_and_only_once():
    quality = measurement_quality(mobi())
    shown = [item.get_text() for item in quality.plot(kind="htmt").texts]
    for value in quality.pairs["htmt"]:
        assert f"{value:.2f}" in shown
    assert sum(text.startswith("0.") for text in shown) == len(quality.pairs)


@pytest.mark.parametrize("kind", ["constructs", "indicators"])
def test_names_on_the_map_do_not_cover_one_another(kind):
    found = importance_map(mobi(), "Satisfaction", low=1, high=10)
    ax = found.plot(kind=kind)
    names = set(found.constructs["construct"] if kind == "constructs" else found.indicators["indicator"])
    ax.figure.canvas.draw()
    texts = [item for item in ax.texts if item.get_text() in names]
    assert {item.get_text() for item in texts} == names
    boxes = [item.get_window_extent().shrunk(0.9, 0.7) for item in texts]
    assert not [1 for a, b in itertools.combinations(boxes, 2) if a.overlaps(b)]


def test_intervals_are_drawn_as_crosses():
    draws = np.random.default_rng(1).normal(0.3, 0.05, size=(50, 4))
    plain = importance_map(fit(), "L").plot()
    crossed = importance_map(fit(), "L", importance_draws=draws, performance_draws=draws + 5).plot()
    ends = [line.get_xdata() for line in crossed.lines]
    assert sum(np.isfinite(np.asarray(x, dtype=float)).all() for x in ends) > sum(
        np.isfinite(np.asarray(line.get_xdata(), dtype=float)).all() for line in plain.lines
    )


def test_axes_of_the_caller_and_unknown_kinds():
    _, ax = plt.subplots()
    assert blindfold(fit()).plot(ax) is ax
    with pytest.raises(ParameterError, match="one of reliability, htmt, loadings"):
        measurement_quality(fit()).plot(kind="ave")
    with pytest.raises(ParameterError, match="one of constructs, indicators"):
        importance_map(fit(), "L").plot(kind="all")
