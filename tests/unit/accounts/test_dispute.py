import itertools

import numpy as np
import pandas as pd
import pytest

from casework.accounts.decision import fold_back
from casework.accounts.dispute import Dispute, path_words, solve_dispute
from casework.accounts.steps import ACCEPT, Step, read_steps
from casework.core.errors import ParameterError
from casework.core.messages import use_language

TABLE = pd.DataFrame(
    {
        "step": ["negotiate", "mediate", "arbitrate", "litigate"],
        "chance": [0.3, 0.45, 0.6, 0.55],
        "share": [0.55, 0.5, 0.7, 0.9],
        "cost": [5.0, 20, 80, 180],
        "months": [1.0, 3, 10, 26],
        "kept": [0.95, 0.8, 0.3, 0.05],
        "binding": [False, False, True, True],
        "cost_if_lost": [0.0, 0, 40, 90],
    }
)
STEPS = read_steps(TABLE)
FULL = Dispute(steps=STEPS, claim=1000, offer=250, relationship=400, fallback=60, rate=0.08, skip=True)


def by_hand(dispute, names):
    """Value of a path, step by step."""
    sign = 1 if dispute.side == "claimant" else -1
    if not names:
        return sign * dispute.offer + dispute.relationship
    reach, time, value, left = 1.0, 0.0, 0.0, 0.0
    for step in (s for name in names for s in dispute.steps if s.name == name):
        value -= reach * step.cost * 1.08 ** (-time / 12)
        time += step.months
        now = 1.08 ** (-time / 12)
        left = step.kept * dispute.relationship
        for _, chance, share in step.outcomes:
            value += reach * chance * now * (sign * share * dispute.claim + left)
        reach *= 1 - step.chance
        if step.binding:
            return value + reach * now * (left - step.cost_if_lost)
    return value + reach * now * (sign * dispute.fallback + left)


def all_paths(names, binding):
    for size in range(len(names) + 1):
        for chosen in itertools.combinations(names, size):
            if not set(chosen[:-1]) & binding:
                yield chosen


@pytest.mark.parametrize("side", ["claimant", "respondent"])
def test_every_path_is_worth_what_it_is_by_hand(side):
    dispute = Dispute(**{**FULL.__dict__, "side": side})
    found = solve_dispute(dispute)
    known = {
        " > ".join(path) or ACCEPT: by_hand(dispute, path)
        for path in all_paths(TABLE["step"], {"arbitrate", "litigate"})
    }
    assert dict(zip(found.table["path"], found.table["value"], strict=True)) == pytest.approx(known)
    assert len(found.table) == 12
    assert found.value == pytest.approx(fold_back(dispute.tree, rate=0.08))
    assert found.value == pytest.approx(max(known.values()))


def test_without_skipping_the_steps_come_in_their_order():
    found = solve_dispute(Dispute(**{**FULL.__dict__, "skip": False}))
    paths = {"negotiate", "negotiate > mediate", "negotiate > mediate > arbitrate", ACCEPT}
    assert set(found.table["path"]) == paths
    assert "litigate cannot be reached" in found.notes[0]


def test_the_distribution_is_that_of_a_simulation():
    found = solve_dispute(FULL)
    place = found.table.index[found.table["path"] == "mediate > litigate"][0]
    rng = np.random.default_rng(4)
    n = 200_000
    settled, won = rng.random(n) < 0.45, rng.random(n) < 0.55
    later = 1.08 ** (-29 / 12)
    court = np.where(won, 900 + 20, 20 - 90) * later - 180 * 1.08 ** (-3 / 12)
    drawn = -20 + np.where(settled, (500 + 320) * 1.08 ** (-3 / 12), court)
    row = found.table.iloc[place]
    assert row["value"] == pytest.approx(drawn.mean(), abs=5 * drawn.std() / n**0.5)
    assert row["sd"] == pytest.approx(drawn.std(), rel=0.01)
    assert row["worst"] == pytest.approx(drawn.min())
    assert row["best"] == pytest.approx(drawn.max())
    assert row["chance_of_recovery"] == pytest.approx(0.45 + 0.55 * 0.55)
    assert row["expected_cost"] == pytest.approx(20 + 0.55 * 180)
    assert row["expected_months"] == pytest.approx(3 + 0.55 * 26)


def test_a_settlement_of_600_000_against_a_trial_worth_660_000():
    trial = Step(name="litigate", outcomes=(("large", 0.5, 1.0), ("small", 0.2, 0.3)), cost=100, binding=True)
    found = solve_dispute(Dispute(steps=(trial,), claim=1000, offer=600, side="respondent"))
    assert found.table["value"].tolist() == pytest.approx([-600, -660])
    assert found.best == ACCEPT
    assert found.continuing["path"] == "litigate"


def test_a_dispute_is_refused_with_all_its_problems():
    with pytest.raises(ParameterError, match="above 0") as refused:
        Dispute(steps=(), claim=0, relationship=-1, side="judge")
    assert len(refused.value.problems) == 4
    with pytest.raises(ParameterError, match="one of"):
        solve_dispute(FULL).path_value("litigate > negotiate")


def test_words_and_the_language():
    found = solve_dispute(FULL)
    assert found.summary().startswith("Best of 12 paths: ")
    assert path_words("negotiate > $<b>") == "negotiate > $<b>"
    with use_language("zh"):
        assert list(found.to_frame()["path"]) == list(found.table["path"])
        assert solve_dispute(FULL).table.equals(found.table)
    assert list(found.named().columns) == list(found.table.columns)
