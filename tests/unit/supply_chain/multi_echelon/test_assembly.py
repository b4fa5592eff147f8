import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.core.errors import DataError
from casework.supply_chain.multi_echelon import assembly_optimum, serial_optimum, simulate_chain, simulate_serial

DEMAND = {"demand_mean": 10, "demand_sd": 3, "stockout_cost": 40}


def two_parts(first=4, second=2, holding=(1.0, 2.0, 5.0)):
    return pd.DataFrame({"stage": ["cells", "motor", "bike"], "successor": ["bike", "bike", ""],
                         "lead_time": [first, second, 1], "holding_cost": list(holding)})  # fmt: skip


def test_a_chain_is_its_own_equivalent():
    chain = pd.DataFrame({"stage": list("abc"), "successor": ["b", "c", ""], "lead_time": [2, 1, 1],
                          "holding_cost": [2, 4, 7]})  # fmt: skip
    found = assembly_optimum(chain, **DEMAND)
    best = serial_optimum(chain.iloc[::-1], **DEMAND)
    assert found.cost == pytest.approx(best.cost, rel=1e-9)
    assert found.stages["local_level"].to_numpy()[::-1] == pytest.approx(best.local_levels, abs=1e-3)


def test_parts_of_the_same_lead_time_are_one_part():
    merged = pd.DataFrame({"stage": ["bike", "parts"], "lead_time": [1, 2], "holding_cost": [5, 3]})
    assert assembly_optimum(two_parts(2, 2), **DEMAND).cost == pytest.approx(serial_optimum(merged, **DEMAND).cost)


def test_cost_is_that_of_the_balanced_policy_written_out():
    """Cumulated orders by hand: the motor is not ordered before the cells that it would wait for."""
    found = assembly_optimum(two_parts(), **DEMAND)
    cells, motor, bike = found.stages["echelon_level"]
    demand = np.cumsum(np.random.default_rng(5).normal(10, 3, (400, 2000)), axis=1)
    now = slice(10, None)

    def late(values, periods):
        return np.pad(values, ((0, 0), (periods, 0)))[:, : values.shape[1]]

    ordered_cells = cells + demand
    ordered_motor = np.minimum(motor + demand, late(ordered_cells, 2))
    started = np.minimum(bike + demand, np.minimum(late(ordered_cells, 4), late(ordered_motor, 2)))
    made = late(started, 1)
    cost = 1 * (late(ordered_cells, 4) - demand) + 2 * (late(ordered_motor, 2) - demand) + 2 * (made - demand)
    cost = cost + (40 + 5) * np.maximum(demand - made, 0)
    runs = cost[:, now].mean(axis=1)
    error = runs.std(ddof=1) / np.sqrt(len(runs))
    assert abs(runs.mean() - found.cost) < 4 * error
    assert error < 0.002 * found.cost


@st.composite
def trees(draw):
    n = draw(st.integers(2, 7))
    down = [0, *(draw(st.integers(0, i - 1)) for i in range(1, n))]
    names = [f"s{i}" for i in range(n)]
    holding = np.zeros(n)
    for i in range(n - 1, -1, -1):
        holding[i] += draw(st.floats(0.1, 3))
        if i:
            holding[down[i]] += holding[i]
    lead = [draw(st.integers(0, 6)) for _ in range(n)]
    lead[0] = max(lead[0], 1)
    return pd.DataFrame({"stage": names, "successor": ["", *(names[i] for i in down[1:])], "lead_time": lead,
                         "holding_cost": holding})  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(trees())
def test_fixed_levels_serve_as_the_chain_does_and_never_beat_it(tree):
    found = assembly_optimum(tree, **DEMAND, tolerance=1e-4)
    size = {"periods": 200, "replications": 20, "seed": 3}
    fixed, chain = simulate_chain(found.stages, **DEMAND, **size), simulate_serial(found.serial, **size)
    assert fixed.fill_rate == pytest.approx(chain.fill_rate, abs=1e-9)
    served = fixed.stages.set_index("stage").loc["s0", "backorders"]
    assert served == pytest.approx(chain.stages["backorders"].iloc[0], abs=1e-6)
    error = fixed.costs.std(ddof=1) / np.sqrt(20)
    assert fixed.cost >= found.cost - 5 * error - 1e-3 * found.cost


def test_result_in_words_and_as_a_table():
    found = assembly_optimum(two_parts(), **DEMAND)
    assert found.summary() == f"No policy runs this tree of stages for less than {found.cost:,.2f} per period."
    frame = found.to_frame()
    assert frame["echelon_holding_cost"].tolist() == [1, 2, 2]
    assert frame["total_lead_time"].tolist() == [5, 3, 1]
    assert np.diff(frame["echelon_level"]).max() <= 0


def test_poisson_demand():
    found = assembly_optimum(two_parts(), stockout_cost=40, demand_mean=4, distribution="poisson")
    assert found.cost_error == 0
    assert (found.stages["local_level"] % 1 == 0).all()


@pytest.mark.parametrize(
    ("table", "match"),
    [
        (two_parts(holding=(1, 2, 3)), "holding cost 3, 3 for all its parts together"),
        (two_parts(holding=(0, 2, 3)), "holding_cost, stage 'cells': 0"),
        (two_parts().assign(successor=["bike", "bike", "cells"]), "twice"),
        (two_parts().assign(successor=["bike;motor", "", ""]), "'?cells'? supplies several stages"),
        (two_parts().drop(columns="lead_time"), "there is no column 'lead_time'"),
    ],
)
def test_refused(table, match):
    with pytest.raises(DataError, match=match):
        assembly_optimum(table, **DEMAND)
