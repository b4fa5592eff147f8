from dataclasses import replace

import numpy as np
import pytest

from casework.accounts.dispute import Dispute, solve_dispute
from casework.accounts.leverage import break_even, dispute_leverage, input_words, settlement_range
from casework.accounts.steps import ACCEPT, Step
from casework.core.errors import ParameterError

STEPS = (
    Step(name="talk", outcomes=(("agreed", 0.4, 0.5),), cost=10, months=2, kept=0.9),
    Step(name="court", outcomes=(("all", 0.3, 1.0), ("part", 0.3, 0.4)), cost=120, months=20, kept=0.1, binding=True),
)
DISPUTE = Dispute(steps=STEPS, claim=1000, offer=260, relationship=300, rate=0.06, skip=True)


def with_court(chance):
    changed = replace(STEPS[1], outcomes=(("all", chance / 2, 1.0), ("part", chance / 2, 0.4)))
    return replace(DISPUTE, steps=(STEPS[0], changed))


def test_the_best_path_of_every_range_is_the_best_there():
    found = break_even(DISPUTE, "court")
    assert found.now == pytest.approx(0.6)
    assert found.table["from"].iloc[0] == 0
    assert found.table["to"].iloc[-1] == 1
    for row in found.table.itertuples():
        for part in (0.05, 0.5, 0.95):
            chance = row[1] + part * (row.to - row[1])
            assert solve_dispute(with_court(chance)).best == row.path
    edge = found.nearest
    below, above = (solve_dispute(with_court(edge + step)) for step in (-1e-6, 1e-6))
    assert below.best != above.best
    assert below.value == pytest.approx(above.value, abs=0.01)
    assert f"{edge:.0%}" in found.summary()


def test_lines_are_the_values_at_both_ends():
    found = break_even(DISPUTE, "court")
    for column, chance in (("at_0", 0.0), ("at_1", 1.0)):
        table = solve_dispute(with_court(chance)).table.set_index("path")["value"]
        assert found.lines[column].to_dict() == pytest.approx(table.to_dict())


def test_a_step_that_cannot_change_the_choice():
    rich = replace(DISPUTE, offer=5000)
    found = break_even(rich, "talk")
    assert found.nearest is None
    assert found.table["path"].tolist() == [ACCEPT]
    assert "best for every chance" in found.summary()
    with pytest.raises(ParameterError, match="Did you mean 'court'"):
        break_even(DISPUTE, "curt")


def test_one_change_at_a_time():
    found = dispute_leverage(DISPUTE, swing=0.25)
    assert found.value == pytest.approx(solve_dispute(DISPUTE).value)
    table = found.table.set_index("input")
    assert found.table["swing"].is_monotonic_decreasing
    assert table.loc["claim", "value_at_high"] == pytest.approx(solve_dispute(replace(DISPUTE, claim=1250)).value)
    cheap = replace(DISPUTE, steps=(STEPS[0], replace(STEPS[1], cost=90)))
    assert table.loc["court: cost", "value_at_low"] == pytest.approx(solve_dispute(cheap).value)
    assert table.loc["court: chance", "high"] == pytest.approx(0.75)
    assert table.loc["court: share", "low"] == pytest.approx(0.7 * 0.75)
    assert table.loc["rate", ["low", "high"]].tolist() == pytest.approx([0.01, 0.11])
    for name, row in table.iterrows():
        assert row["turns"] == ({row["path_at_low"], row["path_at_high"]} != {found.best}), name
    with pytest.raises(ParameterError, match="below 1"):
        dispute_leverage(DISPUTE, swing=1)


def test_a_chance_never_grows_above_one():
    sure = replace(DISPUTE, steps=(replace(STEPS[0], outcomes=(("agreed", 0.95, 0.5),)), STEPS[1]))
    assert dispute_leverage(sure, swing=0.5).table["high"].max() > 1
    table = dispute_leverage(sure, swing=0.5).table.set_index("input")
    assert table.loc["talk: chance", "high"] == 1


def test_sums_that_leave_both_better_off():
    claimant = solve_dispute(DISPUTE)
    other = replace(DISPUTE, side="respondent", relationship=500)
    respondent = solve_dispute(other)
    found = settlement_range(claimant, respondent)
    path = found.path
    assert path == claimant.continuing["path"]
    settled = np.linspace(found.low, found.high, 5)
    assert (settled + 300 >= claimant.path_value(path) - 1e-9).all()
    assert (-settled + 500 >= respondent.path_value(path) - 1e-9).all()
    assert found.exists
    assert found.gain == pytest.approx(found.high - found.low)
    assert "both sides gain" in found.summary()
    apart = settlement_range(claimant, solve_dispute(replace(other, claim=100, relationship=0)))
    assert not apart.exists
    assert "no sum" in apart.summary()
    with pytest.raises(ParameterError, match="a claimant, then the other side"):
        settlement_range(respondent, claimant)


def test_names_of_inputs():
    assert input_words("litigate: chance") == "litigate: chance"
    assert input_words("$ a: b: months") == "$ a: b: months"
    assert input_words("rate") == "rate of interest"
    assert input_words("odd") == "odd"
