import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from casework.core.errors import ParameterError
from casework.figures import draw, style
from casework.voice import compare_segments, continuous, evaluate, evaluate_counts, penalty_reward, quality

mpl.use("Agg")
LETTERS = list("MOAIRQ")


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture
def counts():
    return pd.DataFrame(
        [[60, 20, 5, 15, 0, 0], [5, 15, 60, 20, 0, 0], [0, 0, 0, 0, 10, 0]],
        index=["brakes", "radio", "noise"],
        columns=LETTERS,
    )


@pytest.fixture
def survey():
    rng = np.random.default_rng(0)
    return tuple(pd.DataFrame(rng.integers(1, 6, size=(80, 4)), columns=["a", "b$c", "价格", "<i>"]) for _ in "fd")


def title(ax):
    return ax.get_title(loc="left").replace("\n", " ")


def labels(ax):
    return {text.get_text() for text in ax.texts}


def test_map_says_the_finding_and_names_the_quadrants(counts):
    ax = evaluate_counts(counts).plot()
    assert title(ax) == "Absence hurts most for brakes, presence pleases most for radio"
    assert {"attractive", "one-dimensional", "indifferent", "must-be", "brakes", "radio"} <= labels(ax)
    assert "noise" not in labels(ax)
    assert "|worse|" in ax.get_xlabel()
    assert any("1 attribute without a position is left out" in text for text in labels(ax))


def test_categories_are_stacked_to_the_whole(counts):
    ax = evaluate_counts(counts).plot(kind="categories")
    assert title(ax) == "Opinions agree most on noise: 100% answer reverse"
    boxes = np.array([path.vertices[:4] for path in ax.collections[0].get_paths()]).reshape(6, -1, 4, 2)
    assert np.allclose(boxes[0, :, :, 0].min(axis=1), 0)
    assert np.allclose(boxes[-1, :, :, 0].max(axis=1), 1)
    assert np.allclose(boxes[1:, :, :, 0].min(axis=2), boxes[:-1, :, :, 0].max(axis=2))
    assert {text.get_text() for text in ax.texts} >= {"60%", "100%"}


def test_unknown_kind_is_refused(counts):
    with pytest.raises(ParameterError, match=r"kind: 'pie'.*one of map, categories"):
        evaluate_counts(counts).plot(kind="pie")


def test_stability_names_the_least_certain(counts):
    close = counts.assign(O=[50, 15, 0])
    assert title(evaluate_counts(close).bootstrap(resamples=300).plot()).startswith("Least certain is brakes")
    sure = evaluate_counts(counts.iloc[:1] * 50).bootstrap(resamples=20)
    assert title(sure.plot()) == "Every category is the same in all resamples"


@pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")
def test_every_result_is_drawn_on_the_axes_given(survey):
    segment = pd.Series(np.arange(80) % 2)
    rng = np.random.default_rng(1)
    ratings = pd.DataFrame(rng.integers(1, 11, size=(80, 3)), columns=["x", "y", "z"])
    results = [
        evaluate(*survey),
        evaluate(*survey).bootstrap(resamples=30),
        compare_segments(*survey, segment, permutations=9, resamples=9),
        continuous(*survey),
        quality(*survey),
        penalty_reward(pd.Series(rng.normal(size=80), name="all"), ratings),
    ]
    for result in results:
        with style.context():
            _, ax = plt.subplots()
            assert draw(result, ax=ax) is ax
            ax.get_figure().canvas.draw()
        assert title(ax)
        assert ax.get_xlabel()


def test_names_are_text_in_figures(survey):
    with style.context():
        ax = evaluate(*survey).plot()
        ax.get_figure().canvas.draw()
    assert r"b\$c" in labels(ax)


def test_nothing_to_draw_is_said(counts):
    empty = evaluate_counts(counts * 0)
    assert title(empty.plot()) == "No attribute has a position on the map"
    assert title(empty.plot(kind="categories")) == "No attribute has an answer"
    assert title(empty.bootstrap(resamples=5).plot()) == "No attribute has an answer"


def test_one_attribute_that_leads_both_ways(counts):
    both = pd.DataFrame([[0, 90, 5, 5, 0, 0]], index=["price"], columns=LETTERS)
    assert title(evaluate_counts(both).plot()) == "Absence hurts and presence pleases most for price"
