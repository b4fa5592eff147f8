from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from casework.accounts.dispute import Dispute, solve_dispute
from casework.accounts.precedents import path_stability, path_values, summarise_precedents
from casework.accounts.steps import Step
from casework.core.errors import DataError, ParameterError


def cases(step, settled, n, share):
    won = np.arange(n) < settled
    recovered = np.where(won, share + 0.05 * np.resize([-1, 1], n), np.nan)
    return pd.DataFrame({"step": step, "settled": won, "share_recovered": recovered})


TABLE = pd.concat([cases("talk", 16, 40, 0.5), cases("court", 60, 100, 0.8)], ignore_index=True)
DISPUTE = Dispute(
    steps=(
        Step(name="talk", outcomes=(("agreed", 0.4, 0.5),), cost=10, months=2, kept=0.9),
        Step(name="court", outcomes=(("won", 0.6, 0.8),), cost=120, months=20, kept=0.1, binding=True, cost_if_lost=60),
    ),
    claim=1000, offer=300, relationship=200, fallback=20, rate=0.06, skip=True,
)  # fmt: skip


def test_chances_with_the_interval_of_wilson():
    found = summarise_precedents(TABLE).set_index("step")
    assert found["chance"].to_dict() == {"talk": 0.4, "court": 0.6}
    assert found["share"].to_dict() == pytest.approx({"talk": 0.5, "court": 0.8})
    low, high = proportion_confint(16, 40, method="wilson")
    assert found.loc["talk", ["low", "high"]].tolist() == pytest.approx([low, high])


@pytest.mark.parametrize("side", ["claimant", "respondent"])
def test_values_of_many_sets_at_once_are_those_of_the_tree(side):
    dispute = replace(DISPUTE, side=side)
    rng = np.random.default_rng(1)
    chances, shares = rng.random((2, 5, 2))
    base = solve_dispute(dispute).table["path"].tolist()
    found = path_values(dispute, base, chances, shares)
    for place in range(5):
        steps = tuple(
            replace(step, outcomes=(("x", chances[place, i], shares[place, i]),))
            for i, step in enumerate(dispute.steps)
        )
        table = solve_dispute(replace(dispute, steps=steps)).table.set_index("path")["value"]
        assert found[:, place] == pytest.approx(table[base].to_numpy())


def test_the_best_path_of_few_cases_is_less_sure():
    sure = path_stability(DISPUTE, TABLE, resamples=1000)
    few = pd.concat([cases("talk", 2, 5, 0.5), cases("court", 3, 5, 0.8)])
    shaky = path_stability(DISPUTE, few, resamples=1000)
    assert sure.table["best_in"].sum() == pytest.approx(1)
    assert sure.table["path"].iloc[0] == solve_dispute(DISPUTE).best
    assert (sure.table["high"] - sure.table["low"]).max() < (shaky.table["high"] - shaky.table["low"]).max()
    assert (sure.table["low"] <= sure.table["value"]).all()
    assert sure == path_stability(DISPUTE, TABLE, resamples=1000)
    assert f"{sure.table['best_in'].iloc[0]:.0%}" in sure.summary()
    assert list(sure.named().columns) == list(sure.table.columns)


def test_a_step_that_never_settled():
    never = pd.concat([cases("talk", 0, 5, 0.5), cases("court", 4, 5, 0.8)])
    assert summarise_precedents(never)["share"].tolist() == pytest.approx([0, 0.8])
    assert np.isfinite(path_stability(DISPUTE, never, resamples=100).table["value"]).all()


def test_tables_are_refused_with_all_their_problems():
    odd = TABLE.astype(object)
    odd.loc[0, "settled"], odd.loc[1, "share_recovered"] = "yes", -1
    with pytest.raises(DataError, match="true or false") as caught:
        summarise_precedents(odd)
    assert len(caught.value.problems) == 2
    with pytest.raises(DataError, match="no column 'settled'"):
        summarise_precedents(TABLE.drop(columns="settled"))
    with pytest.raises(DataError, match="at least one case"):
        summarise_precedents(TABLE.iloc[:0])
    with pytest.raises(DataError, match="no case of the step 'court'"):
        path_stability(DISPUTE, TABLE[TABLE["step"] == "talk"])
    with pytest.raises(ParameterError, match="at least 100"):
        path_stability(DISPUTE, TABLE, resamples=5)
