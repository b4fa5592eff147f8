import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.multi_echelon import guaranteed_service, period_values


def tree():
    return pd.DataFrame({"stage": ["mill", "dye", "depot", "east", "west"], "lead_time": [5, 0, 1, 3, 4],
                         "successor": ["depot", "depot", "east; west", "", ""], "holding_cost": [1.0, 2, 4, 5, 5.5],
                         "demand_sd": [np.nan] * 3 + [3, 4], "limit": [np.nan] * 3 + [0, 2]})  # fmt: skip


FACTS = {"max_service_time": "limit", "service_factor": 1.5}


def test_every_change_is_what_solving_anew_gives():
    found = period_values(tree(), **FACTS)
    base = guaranteed_service(tree(), **FACTS).cost
    assert found.cost == pytest.approx(base)
    for row in found.to_frame().itertuples():
        for column, change, seen in (("lead_time", -1, row.shorter_lead_time), ("limit", 1, row.longer_wait)):
            changed = tree()
            changed.loc[row.Index, column] += change
            if (changed.loc[row.Index, column] >= 0) and not np.isnan(changed.loc[row.Index, column]):
                assert seen == pytest.approx(base - guaranteed_service(changed, **FACTS).cost, abs=1e-9)
            else:
                assert np.isnan(seen)


def test_best_and_words():
    found = period_values(tree(), **FACTS)
    name, saved = found.best
    assert saved == found.stages["shorter_lead_time"].max()
    assert found.summary() == f"A lead time one period shorter saves most at {name}: {saved:,.2f} per period."


def test_nothing_to_save():
    one = pd.DataFrame({"stage": ["a"], "successor": [""], "lead_time": [0], "holding_cost": [1], "demand_sd": [1]})
    assert period_values(one, service_factor=1).summary() == "No shorter lead time saves safety stock."


def test_only_the_longest_are_looked_at():
    found = period_values(tree(), **FACTS, most=2)
    assert found.stages["stage"].tolist() == ["mill", "west"]
    assert found.notes == ("Of 5 stages, the 2 with the longest lead times were looked at.",)


def test_refused():
    with pytest.raises(ParameterError, match="most: 0"):
        period_values(tree(), **FACTS, most=0)
    with pytest.raises(DataError, match="unknown"):
        period_values(tree().assign(successor=["unknown", "depot", "east; west", "", ""]), **FACTS)
