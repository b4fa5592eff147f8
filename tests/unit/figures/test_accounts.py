from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.accounts import (
    Branch,
    Chance,
    Choice,
    Dispute,
    End,
    Step,
    break_even,
    classify_risks,
    dispute_leverage,
    path_stability,
    settlement_range,
    simulate_exposure,
    solve_dispute,
    solve_tree,
)
from casework.core.errors import ParameterError
from casework.figures import draw

mpl.use("Agg")

STEPS = (
    Step(name="talk $x$", outcomes=(("agreed", 0.4, 0.5),), cost=10, months=2, kept=0.9),
    Step(name="court <b>", outcomes=(("all", 0.3, 1.0), ("part", 0.3, 0.4)), cost=120, months=20, binding=True),
)
DISPUTE = Dispute(steps=STEPS, claim=1000, offer=260, relationship=300, rate=0.06, skip=True)


@pytest.fixture(scope="module")
def results():
    names = [f"risk {place} $ and $" for place in range(9)]
    levels = ["low", "high", "medium"] * 3
    register = pd.DataFrame({"risk": names, "source": "external", "impact": levels, "probability": ["high"] * 9})
    losses = register.assign(chance=0.1, low=0.0, likely=5.0, high=np.arange(9) + 5.0)
    coin = Chance("coin $", (Branch("heads", End(10.5), 0.5), Branch("tails", End(-200), 0.5)))
    steps = [step.name for step in STEPS for _ in range(6)]
    precedents = pd.DataFrame({"step": steps, "settled": [True, False] * 6, "share_recovered": [0.5, np.nan] * 6})
    claimant = solve_dispute(DISPUTE)
    respondent = solve_dispute(replace(DISPUTE, side="respondent"))
    return {
        "risks": classify_risks(register),
        "exposure": simulate_exposure(losses, scenarios=2000),
        "nothing": simulate_exposure(losses.assign(chance=0.0), scenarios=1000),
        "tree": solve_tree(Choice("play", (Branch("yes", coin, cost=1), Branch("no", End(0))))),
        "sure": solve_tree(End(3)),
        "dispute": claimant,
        "break_even": break_even(DISPUTE, "court <b>"),
        "never": break_even(replace(DISPUTE, offer=9000), "talk $x$"),
        "leverage": dispute_leverage(DISPUTE),
        "stability": path_stability(DISPUTE, precedents, resamples=200),
        "settlement": settlement_range(claimant, respondent),
        "apart": settlement_range(claimant, solve_dispute(replace(DISPUTE, side="respondent", claim=50))),
    }


NAMES = (
    "risks",
    "exposure",
    "nothing",
    "tree",
    "sure",
    "dispute",
    "break_even",
    "never",
    "leverage",
    "stability",
    "settlement",
    "apart",
)


@pytest.mark.parametrize("name", NAMES)
def test_every_result_is_drawn_with_its_summary_as_title(results, name):
    ax = draw(results[name])
    title = " ".join(ax.get_title(loc="left").split())
    assert title == results[name].summary().replace("$", r"\$")
    ax.get_figure().canvas.draw()


@pytest.mark.parametrize(("name", "kind"), [("exposure", "contributions"), ("nothing", "contributions"),
                                            ("dispute", "profile"), ("dispute", "tree")])  # fmt: skip
def test_other_pictures(results, name, kind):
    ax = draw(results[name], kind=kind)
    assert ax.get_title(loc="left")
    ax.get_figure().canvas.draw()


def test_the_exceedance_curve_marks_the_quantiles(results):
    ax = draw(results["exposure"])
    marked = {round(float(line.get_xdata()[0]), 6) for line in ax.lines if line.get_marker() == "o"}
    known = results["exposure"].table.query("level >= 0.8")["loss"].round(6)
    assert marked == set(known)


def test_bars_of_the_tornado_end_at_the_values(results):
    found = results["leverage"]
    ax = draw(found)
    ends = sorted(round(bar.get_x() + bar.get_width(), 6) for bar in ax.patches)
    table = found.table[found.table["swing"] > 0].iloc[:12]
    assert ends == sorted(pd.concat([table["value_at_low"], table["value_at_high"]]).round(6))


def test_a_picture_that_there_is_not(results):
    with pytest.raises(ParameterError, match="Did you mean 'tree'"):
        draw(results["dispute"], kind="tre")
    with pytest.raises(ParameterError, match="one of"):
        draw(results["exposure"], kind="tree")
