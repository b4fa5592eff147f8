"""Properties of the key-account methods, for any numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.accounts import (
    Dispute,
    Step,
    break_even,
    classify_risks,
    fold_back,
    settlement_range,
    simulate_exposure,
    solve_dispute,
)
from casework.accounts.precedents import path_values
from casework.accounts.risk import CLASSES, LEVELS, SOURCES

part = st.floats(0, 1)
money = st.floats(0, 1e6)


@st.composite
def disputes(draw: st.DrawFn) -> Dispute:
    n = draw(st.integers(1, 4))
    steps = tuple(
        Step(
            name=f"step {place}",
            outcomes=(("won", draw(part), draw(part)),),
            cost=draw(money),
            months=draw(st.floats(0, 60)),
            kept=draw(part),
            binding=draw(st.booleans()),
            cost_if_lost=draw(money),
        )
        for place in range(n)
    )
    return Dispute(
        steps=steps,
        claim=draw(st.floats(1, 1e6)),
        offer=draw(money),
        relationship=draw(money),
        fallback=draw(money),
        rate=draw(st.floats(0, 0.5)),
        skip=draw(st.booleans()),
        side=draw(st.sampled_from(["claimant", "respondent"])),
    )


@settings(max_examples=40, deadline=None)
@given(disputes())
def test_three_ways_to_value_a_dispute_agree(dispute: Dispute) -> None:
    found = solve_dispute(dispute)
    scale = 1e-9 * (1 + dispute.claim + dispute.relationship + dispute.offer + found.table["expected_cost"].max())
    assert abs(found.value - fold_back(dispute.tree, rate=dispute.rate)) <= scale
    chances, shares = (np.array([[step.outcomes[0][i] for step in dispute.steps]]) for i in (1, 2))
    direct = path_values(dispute, list(found.table["path"]), chances, shares)[:, 0]
    assert np.allclose(direct, found.table["value"], rtol=1e-9, atol=scale)
    assert (found.table["worst"] <= found.table["value"] + scale).all()
    assert (found.table["value"] <= found.table["best"] + scale).all()
    assert found.table["path"].is_unique


@settings(max_examples=30, deadline=None)
@given(disputes())
def test_ranges_of_a_chance_cover_it_all_and_the_best_path_is_the_highest_line(dispute: Dispute) -> None:
    for step in dispute.steps:
        found = break_even(dispute, step.name)
        edges = [*found.table["from"].tolist(), found.table["to"].iloc[-1]]
        assert edges[0] == 0
        assert edges[-1] == 1
        assert edges == sorted(edges)
        scale = 1e-6 * (1 + found.lines.abs().to_numpy().max())
        for low, high, path in found.table[["from", "to", "path"]].itertuples(index=False):
            middle = (low + high) / 2
            values = found.lines["at_0"] * (1 - middle) + found.lines["at_1"] * middle
            assert values[path] >= values.max() - scale


@settings(max_examples=30, deadline=None)
@given(disputes())
def test_what_both_gain_by_settling_does_not_depend_on_the_sum(dispute: Dispute) -> None:
    from dataclasses import replace

    sides = [solve_dispute(replace(dispute, side=side)) for side in ("claimant", "respondent")]
    found = settlement_range(*sides)
    costs = sides[0].path_value(found.path) + sides[1].path_value(found.path)
    assert np.isclose(found.gain, 2 * dispute.relationship - costs, rtol=1e-9, atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(part, st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 1e5)), min_size=1, max_size=6),
    st.floats(0, 0.9),
)
def test_shortfall_is_at_least_the_quantile_and_contributions_add_up(
    rows: list[tuple[float, float, float, float]], correlation: float
) -> None:
    table = pd.DataFrame([(p, *sorted(x)) for p, *x in rows], columns=["chance", "low", "likely", "high"])
    table.insert(0, "risk", [str(place) for place in range(len(rows))])
    found = simulate_exposure(table, correlation=correlation, scenarios=1000)
    assert (found.table["expected_shortfall"] >= found.table["loss"] - 1e-6).all()
    assert found.table["loss"].is_monotonic_increasing
    assert found.losses.max() <= table["high"].sum() * (1 + 1e-9)
    assert np.isclose(found.risks["expected_loss"].sum(), found.expected)
    assert 0 <= found.chance_of_loss <= 1 + 1e-12


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(LEVELS), st.sampled_from(LEVELS), st.text(min_size=1)), min_size=1, max_size=9)
)
def test_a_higher_level_is_never_a_milder_class(rows: list[tuple[str, str, str]]) -> None:
    register = pd.DataFrame(rows, columns=["impact", "probability", "text"]).assign(source=SOURCES[0])
    register.insert(0, "risk", [f"{place} {text}" for place, text in enumerate(register["text"])])
    table = classify_risks(register).table
    place = {level: rank for rank, level in enumerate(LEVELS)}
    total = table["impact"].map(place) + table["probability"].map(place)
    assert (table["rank"] == table["severity"].map({name: rank + 1 for rank, name in enumerate(CLASSES)})).all()
    assert (np.diff(table["rank"]) <= 0).all()
    assert ((total < 2) == (table["rank"] == 1)).all()
