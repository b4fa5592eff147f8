import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from casework.core.errors import ParameterError
from casework.core.messages import use_language
from casework.figures import draw
from casework.satisfaction.drivers import (
    compare_nps,
    driver_importance,
    importance_performance,
    net_promoter_score,
    nps_from_counts,
    quality_pyramid,
    reach_noise_shapley,
)

mpl.use("Agg")
NAMES = ["clean room", "A & $B$ <script>", "a very long name of a driver that no figure has room for", "价格"]


@pytest.fixture(scope="module")
def results():
    rng = np.random.default_rng(1)
    ratings = pd.DataFrame(rng.integers(1, 11, (200, 4)), columns=NAMES)
    overall = pd.Series(np.clip(np.rint(ratings.mean(axis=1) + rng.normal(0, 1, 200)), 1, 10), name="overall $x$")
    answers = pd.Series(rng.integers(0, 11, 200))
    score = net_promoter_score(answers, by=pd.Series(rng.choice(["b", "a $", "c"], 200)))
    return {
        "importance": driver_importance(ratings, overall, resamples=100),
        "bare importance": driver_importance(ratings, overall, resamples=0),
        "dissatisfiers": reach_noise_shapley(ratings, overall, resamples=100),
        "enhancers": reach_noise_shapley(ratings, overall, kind="enhancers", outcome_cut=7, resamples=0),
        "map": importance_performance(ratings, overall, resamples=100, importance_cut=30, performance_cut="median"),
        "bare map": importance_performance(ratings, overall, resamples=0, importance_cut="middle"),
        "nps": score,
        "counts": nps_from_counts({"x": (3, 4, 3)}),
        "comparison": compare_nps(score),
        "pyramid": quality_pyramid(ratings, overall, {"base": NAMES[:2], "top": NAMES[2:]}, resamples=100),
    }


def drawn(result, kind=None):
    ax = draw(result, kind=kind)
    ax.get_figure().canvas.draw()
    return ax


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("importance", "importance"),
        ("importance", "coefficients"),
        ("bare importance", "importance"),
        ("bare importance", "coefficients"),
        ("dissatisfiers", None),
        ("enhancers", None),
        ("map", None),
        ("bare map", None),
        ("nps", "groups"),
        ("nps", "answers"),
        ("counts", "groups"),
        ("comparison", None),
        ("pyramid", "pyramid"),
        ("pyramid", "effects"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_picture_can_be_drawn(results, name, kind, language):
    with use_language(language):
        ax = drawn(results[name], kind)
    assert ax.get_title(loc="left")
    plt.close(ax.get_figure())


def test_bars_are_the_shares(results):
    ax = drawn(results["importance"])
    widths = [patch.get_width() for patch in ax.patches]
    np.testing.assert_allclose(widths, 100 * results["importance"].drivers["lmg"].iloc[::-1], rtol=1e-12)
    plt.close(ax.get_figure())


def test_points_of_the_map_are_the_drivers(results):
    ax = drawn(results["map"])
    table = results["map"].drivers
    points = np.asarray(ax.collections[0].get_offsets())
    np.testing.assert_allclose(points, table[["performance", "importance"]], rtol=1e-12)
    texts = {text.get_text() for text in ax.texts}
    assert {"concentrate here", "possible overkill", "low priority", "keep up the good work"} <= texts
    plt.close(ax.get_figure())


def test_pyramid_is_as_wide_as_who_reaches_a_level(results):
    ax = drawn(results["pyramid"])
    widths = [patch.get_width() for patch in ax.patches]
    np.testing.assert_allclose(widths, 100 * results["pyramid"].levels["reached"])
    plt.close(ax.get_figure())


def test_zero_has_no_sign(results):
    ax = drawn(nps_from_counts({"x": (5, 0, 5)}))
    assert "0" in {text.get_text() for text in ax.texts}
    plt.close(ax.get_figure())


def test_unknown_kind(results):
    with pytest.raises(ParameterError, match="coefficients"):
        draw(results["importance"], kind="coeficients")
