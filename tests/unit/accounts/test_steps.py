import pandas as pd
import pytest

from casework.accounts.steps import Step, check_steps, read_steps
from casework.core.errors import DataError, ParameterError

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


def test_several_outcomes_of_a_step():
    outcomes = pd.DataFrame(
        {"step": ["litigate"] * 2, "outcome": ["all", "half"], "chance": [0.2, 0.5], "share": [1.0, 0.5]}
    )
    steps = read_steps(TABLE, outcomes=outcomes)
    assert steps[3].outcomes == (("all", 0.2, 1.0), ("half", 0.5, 0.5))
    assert steps[3].chance == pytest.approx(0.7)
    assert steps[0].outcomes == (("settled", 0.3, 0.55),)


def test_hostile_tables_are_refused_with_all_their_problems():
    odd = TABLE.assign(chance=[0.3, 1.4, 0.6, 0.5], kept=[0.9, 0.8, -1, 0.0], step=["a", "a", "stop", "b > c"])
    with pytest.raises(DataError, match="occurs twice") as caught:
        read_steps(odd)
    assert len(caught.value.problems) >= 5
    with pytest.raises(DataError, match="no column 'months'"):
        read_steps(TABLE.drop(columns="months"))
    with pytest.raises(DataError, match="a finite number"):
        read_steps(TABLE.assign(cost=["a", 1, 2, 3]))
    with pytest.raises(DataError, match="'sue' is no step"):
        read_steps(TABLE, outcomes=pd.DataFrame({"step": ["sue"], "outcome": ["x"], "chance": [1.0], "share": [1.0]}))
    with pytest.raises(DataError, match="no column 'share'"):
        read_steps(TABLE, outcomes=pd.DataFrame({"step": ["sue"], "outcome": ["x"], "chance": [1.0]}))


def test_steps_that_mean_nothing_are_refused_together():
    odd = Step(name="x", outcomes=(("a", 0.7, 1.0), ("a", 0.6, -1.0), ("no agreement", 0.0, 0.0)), cost=-1, kept=2)
    with pytest.raises(ParameterError, match="add up to at most 1") as caught:
        check_steps([odd])
    assert len(caught.value.problems) == 6
    with pytest.raises(ParameterError, match="from 1 to 8 steps"):
        check_steps([])
    assert odd.chance == pytest.approx(1.3)
