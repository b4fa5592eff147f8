import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.figures import draw
from casework.satisfaction import compare_suppliers, dimension_reliability, expectation_gap, satisfaction_index
from casework.stats.sampling import sample_size_mean
from casework.stats.weights import direct_weights

mpl.use("Agg")
SPEC = {"Product": ["a", "b"], "Help": {"Staff": ["c"], "Hotline": ["d", "e"]}}


@pytest.fixture(scope="module")
def results():
    rng = np.random.default_rng(1)
    answers = pd.DataFrame(rng.integers(1, 11, (90, 5)), columns=list("abcde"))
    wanted = pd.DataFrame(rng.integers(5, 11, (90, 5)), columns=list("abcde"))
    supplier = pd.Series(rng.choice(["ours", "A & $B$ <script>", "north"], 90))
    index = satisfaction_index(answers, SPEC)
    return {
        "index": index,
        "gap": expectation_gap(answers, wanted, SPEC),
        "comparison": compare_suppliers(
            index.scores[["index", "Product", "Help"]], supplier, own="ours", resamples=100
        ),
        "alpha": dimension_reliability(answers, index.hierarchy),
        "weights": direct_weights({"a": 3, "b": 1}),
        "size": sample_size_mean(deviation=20, margin=2, population=4000, unit="points"),
    }


def drawn(result, kind=None):
    ax = draw(result, kind=kind)
    ax.get_figure().canvas.draw()
    return ax


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index", "tree"),
        ("index", "weights"),
        ("gap", "gap"),
        ("gap", "classes"),
        ("comparison", "index"),
        ("comparison", "differences"),
        ("comparison", "dimensions"),
        ("alpha", None),
        ("weights", None),
        ("size", None),
    ],
)
def test_every_picture_has_a_finding_as_title_and_a_unit(results, name, kind):
    ax = drawn(results[name], kind)
    assert len(ax.get_title(loc="left")) > 15
    assert kind == "tree" or "[" in ax.get_xlabel() + ax.get_ylabel()


def test_tree_shows_every_node_with_score_and_weight(results):
    texts = [text.get_text() for text in drawn(results["index"], "tree").texts]
    assert sum("%" in text and "·" in text for text in texts) == 9
    assert any(text.startswith("index") for text in texts)


def test_gap_title_names_the_widest_shortfall(results):
    worst = results["gap"].items.iloc[0]
    title = drawn(results["gap"], "gap").get_title(loc="left")
    assert (f"{worst['gap']:+.1f}" in title) == (worst["high"] < 0)


def test_classes_fill_the_bar(results):
    ax = drawn(results["gap"], "classes")
    assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(100)


def test_names_are_text_and_no_formula(results):
    labels = [label.get_text() for label in drawn(results["comparison"], "index").get_yticklabels()]
    assert r"A & \$B\$ <script>" in labels


def test_drawing_goes_where_it_is_told(results):
    from matplotlib import pyplot as plt

    _, ax = plt.subplots()
    assert draw(results["weights"], ax=ax) is ax


def test_unknown_picture(results):
    with pytest.raises(ParameterError, match="one of gap, classes"):
        draw(results["gap"], kind="pie")


def test_nothing_falls_short(results):
    gap = expectation_gap(*(pd.DataFrame({"a": values}) for values in ([8, 9, 7, 9], [5, 4, 5, 5])), ["a"])
    assert "No question falls short" in drawn(gap, "gap").get_title(loc="left")
