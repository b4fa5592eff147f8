import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.figures import draw
from casework.suppliers import (
    RecallCosts,
    SamplingCost,
    WatchRule,
    compare_presence_plans,
    compare_recalls,
    lot_graph,
    presence_plan,
    rank_sources,
    smallest_sources,
    watch_scores,
)

mpl.use("Agg")


@pytest.fixture(scope="module")
def results():
    rows = [("a $x$ <b>", "s", 3), ("b", "s", 1), ("b", "u", 2), ("s", "f", 2), ("s", "g", 2), ("u", "h", 2)]
    graph = lot_graph(pd.DataFrame(rows, columns=["from", "to", "amount"]))
    tests = pd.DataFrame({"lot": ["f", "g", "h"], "samples": 30, "positives": [9, 14, 0]})
    scopes = pd.DataFrame({"none": False, "some $": [True, False], "all": True}, index=["f", "g"])
    reports = pd.DataFrame([[2.0, 0.5]], columns=["f", "g"])
    stakes = RecallCosts(unit=1, fixed=5, case=300, second=100)
    scores = pd.DataFrame({"x $1$": [90.0, 60, 61, 50], "y": [88.0, 60, 91, 90]}, index=["1", "2", "3", "4"])
    rules = [WatchRule(name="once"), WatchRule(name="twice", periods=2)]
    costs = SamplingCost(test=40, sample=2, lots=500, episodes=0.3, run=4, damage=200_000)
    wide = lot_graph(pd.DataFrame([(f"r{i % 90}", f"f{i}", 1.0) for i in range(200)], columns=["from", "to", "amount"]))
    return {
        "graph": graph,
        "wide": wide,
        "back": graph.backward(["f", "h"]),
        "ahead": graph.forward(["b"]),
        "nothing": graph.forward(["f"]),
        "crowd": wide.backward([f"f{i}" for i in range(200)]),
        "cover": smallest_sources(graph, ["f", "g"], negatives=["h"]),
        "sources": rank_sources(graph, tests, groups=pd.Series({"a $x$ <b>": "A $", "b": "B"})),
        "plan": presence_plan(60, pool=15),
        "few": presence_plan(5, prevalence=[0.2, 0.1]),
        "plans": compare_presence_plans([0, 15, 60], costs, prevalence=0.03, pool=15),
        "recall": compare_recalls(scopes, stakes, units=pd.Series({"f": 10, "g": 20}), reports=reports),
        "watch": watch_scores(scores, rules, events={"x $1$": "4"}),
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [("graph", None), ("wide", None), ("back", None), ("ahead", None), ("nothing", None), ("crowd", None),
     ("cover", None), ("sources", None),
     ("plan", None), ("few", None), ("plans", None), ("recall", None), ("recall", "case"),
     ("recall", "unit"), ("recall", "second"), ("watch", None)],
)  # fmt: skip
def test_every_picture_draws(results, name, kind):
    ax = draw(results[name], kind=kind)
    ax.get_figure().canvas.draw()
    assert ax.get_title(loc="left")


def test_layers_hold_all_lots(results):
    ax = draw(results["graph"])
    assert len(ax.collections[-1].get_offsets()) == 7
    assert {item.get_text() for item in ax.texts} >= {"2", "3"}


def test_bars_of_recalls_add_up(results):
    ax = draw(results["recall"])
    widths = np.array([bar.get_width() for bar in ax.patches]).reshape(5, 3).sum(axis=0)
    assert widths == pytest.approx(results["recall"].table["expected_cost"].to_numpy()[::-1])


def test_lines_pass_through_the_expected_costs(results):
    ax = draw(results["recall"], kind="case")
    costs = results["recall"].table["expected_cost"]
    for line, cost in zip(ax.lines, costs, strict=False):
        assert np.interp(300, line.get_xdata(), line.get_ydata()) == pytest.approx(cost)


def test_unknown_pictures_are_refused(results):
    with pytest.raises(ParameterError, match="kind"):
        draw(results["recall"], kind="pie")
