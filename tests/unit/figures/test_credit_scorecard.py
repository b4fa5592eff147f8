import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.credit.performance import (
    calibrate,
    challenge,
    choose_cutoff,
    decision_bands,
    measure_discrimination,
    stability_over_time,
)
from casework.credit.scorecard import ScorecardPlan, cross_fit, fit_scorecard
from casework.figures import draw

mpl.use("Agg")
COSTS = {"bad_cost": 900.0, "good_cost": 100.0}


@pytest.fixture(scope="module")
def results():
    rng = np.random.default_rng(3)
    n = 800
    frame = pd.DataFrame({"A & $B$ <script>": rng.normal(size=n), "kind": rng.choice(list("ab"), n)})
    frame["bad"] = (rng.random(n) < 1 / (1 + np.exp(1.5 - frame.iloc[:, 0] - (frame["kind"] == "a")))).astype(int)
    plan = ScorecardPlan(target="bad")
    made, crossed = fit_scorecard(frame, plan), cross_fit(frame, plan, folds=2)
    year = pd.Series(np.repeat([2022, 2023], 400))
    y, p = crossed.outcome, crossed.risk
    return {
        "binning": made.binning,
        "card": made.card,
        "crossed": crossed,
        "ranked": measure_discrimination(y, p),
        "level": calibrate(y, p),
        "steady": stability_over_time(made.classes(frame, frame), year),
        "one_period": stability_over_time(made.classes(frame, frame), year * 0),
        "cut": choose_cutoff(y, -p, **COSTS, resamples=50),
        "looked_at": choose_cutoff(y, -p, **COSTS, cut_off=-0.5, resamples=0),
        "bands": decision_bands(y, p, **COSTS, review_cost=10),
        "duel": challenge(y, rng.random(n), p, names=("old $x$", "new")),
    }


def drawn(result, kind=None):
    ax = draw(result, kind=kind)
    ax.get_figure().canvas.draw()
    return ax


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("binning", None),
        ("binning", "bins"),
        ("card", None),
        ("crossed", None),
        ("ranked", None),
        ("ranked", "ks"),
        ("ranked", "gains"),
        ("ranked", "lift"),
        ("level", None),
        ("steady", None),
        ("steady", "shares"),
        ("one_period", None),
        ("cut", None),
        ("cut", "trade_off"),
        ("looked_at", None),
        ("bands", None),
        ("duel", None),
    ],
)
def test_every_picture_has_a_title_and_labels(results, name, kind):
    ax = drawn(results[name], kind)
    assert ax.get_title(loc="left")
    assert ax.get_xlabel() or ax.get_ylabel()


@pytest.mark.parametrize("name", ["binning", "ranked", "steady", "cut"])
def test_unknown_pictures_are_refused(results, name):
    with pytest.raises(ParameterError, match="kind"):
        draw(results[name], kind="pie")


def test_names_are_text(results):
    labels = [text.get_text() for text in drawn(results["card"]).get_yticklabels()]
    assert any(r"\$B\$" in label for label in labels)


def test_the_roc_curve_runs_from_corner_to_corner(results):
    line = drawn(results["ranked"]).get_lines()[1]
    assert line.get_xydata()[0].tolist() == [0, 0]
    assert line.get_xydata()[-1].tolist() == [100, 100]


def test_another_cut_off_is_another_picture(results):
    first, second = (drawn(results[name]) for name in ("cut", "looked_at"))
    assert [line.get_xdata()[0] for line in first.get_lines()] != [line.get_xdata()[0] for line in second.get_lines()]


def test_a_score_that_saves_nothing_is_drawn():
    drawn(choose_cutoff([1, 1, 0], [1, 2, 1], **COSTS, resamples=10))
    drawn(measure_discrimination([0, 1, 0, 1], [0.5] * 4))
    drawn(calibrate([0, 0, 0], [0.0, 0.0, 0.0]))
