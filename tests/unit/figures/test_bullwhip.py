import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.bullwhip import chain_orders
from casework.figures import draw
from casework.figures.bullwhip import stage_colours
from casework.supply_chain.bullwhip import (
    Demand,
    MovingAverage,
    amplification_by_lead_time,
    calming_chains,
    compare_chains,
    fit_demand,
    measure_amplification,
    planned_chain,
    simulate_chain,
    start_game,
)

mpl.use("Agg")
SIZES = {"periods": 60, "replications": 5, "warm_up": 10}
DEMAND = Demand(mean=100, sd=10)


@pytest.fixture(scope="module")
def results():
    frame, _ = chain_orders(weeks=60)
    names = {"orders_factory": "plant <b> $x$"}
    game = start_game(role="wholesaler")
    return {
        "chain": simulate_chain(planned_chain(DEMAND, names=["shop", "A & $B$ <script>"]), DEMAND, **SIZES),
        "measured": measure_amplification(frame.rename(columns=names), demand="demand", orders=list(names.values())),
        "scenarios": compare_chains(calming_chains(DEMAND), DEMAND, **SIZES),
        "curve": amplification_by_lead_time(MovingAverage(window=4), names=["a", "b"], lead_time=2),
        "fit": fit_demand(frame["demand"]),
        "game": game.step(30).play_on().result(),
        "state": game.step(2),
    }


def drawn(result, kind=None):
    ax = draw(result, kind=kind)
    ax.get_figure().canvas.draw()
    return ax


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("chain", "amplification"),
        ("chain", "path"),
        ("chain", "costs"),
        ("measured", "amplification"),
        ("measured", "series"),
        ("scenarios", None),
        ("curve", None),
        ("fit", None),
        ("game", "orders"),
        ("game", "costs"),
        ("game", "amplification"),
        ("state", None),
    ],
)
def test_every_picture_has_a_finding_as_title(results, name, kind):
    ax = drawn(results[name], kind)
    assert len(ax.get_title(loc="left")) > 15
    assert ax.get_xlabel() or ax.get_ylabel()


@pytest.mark.parametrize("name", ["chain", "measured", "game"])
def test_unknown_picture(results, name):
    with pytest.raises(ParameterError, match="kind: 'cake'"):
        draw(results[name], kind="cake")


def test_first_stage_stands_on_top(results):
    ax = drawn(results["chain"], "amplification")
    places = dict(zip([label.get_text() for label in ax.get_yticklabels()], ax.get_yticks(), strict=True))
    assert places["shop"] == 1


def test_diamonds_are_the_exact_values_of_linear_chains(results):
    lines = [line for line in drawn(results["chain"], "amplification").lines if line.get_marker() == "D"]
    assert lines[0].get_xdata() == pytest.approx([2.12, 5.1216])
    people = simulate_chain(planned_chain(DEMAND, policy="anchoring"), DEMAND, **SIZES)
    assert not [line for line in drawn(people).lines if line.get_marker() == "D"]


def test_wide_ranges_have_a_log_scale_with_plain_numbers(results):
    ax = drawn(results["scenarios"])
    assert ax.get_xscale() == "log"
    assert {label.get_text() for label in ax.get_xticklabels()} >= {"1", "2", "5"}


def test_narrow_ranges_have_none():
    flat = simulate_chain(planned_chain(DEMAND, policy="base_stock"), DEMAND, **SIZES)
    assert drawn(flat).get_xscale() == "linear"


def test_game_as_the_policy_plays_has_single_bars(results):
    own = start_game().play_on().result()
    assert len(drawn(own, "costs").containers) == 1
    assert len(drawn(results["game"], "costs").containers) == 2


def test_player_s_picture_shows_no_other_stage(results):
    ax = drawn(results["state"])
    assert ax.get_title(loc="left") == "Week 6 of 36: wholesaler"
    assert len(ax.lines) == 3


def test_one_stage_and_undefined_intervals_can_be_drawn():
    single = simulate_chain(planned_chain(DEMAND, names=["a"]), DEMAND, periods=60, replications=1)
    for kind in ("amplification", "path", "costs"):
        drawn(single, kind)
    frame = pd.DataFrame({"d": np.random.default_rng(1).random(30), "o": np.full(30, 2.0)})
    drawn(measure_amplification(frame, demand="d", orders=["o"]))


def test_colours_get_darker_upstream():
    light = [sum(colour[:3]) for colour in stage_colours(5)]
    assert light == sorted(light, reverse=True)
    assert len(stage_colours(1)) == 1
