"""What must hold for every trial of offers, and for every way to choose whom to contact."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.customers import Offer, campaign_uplift, retention_campaign, targeting_rules, uplift_curve

counts = st.tuples(st.integers(1, 40), st.integers(0, 40)).map(lambda x: (x[0] + x[1], x[1]))
seeds = st.integers(0, 10_000)
fast = settings(max_examples=40, deadline=None)


def trial(offered, control):
    (n, kept), (m, base) = offered, control
    return pd.DataFrame({"kept": [1] * kept + [0] * (n - kept) + [1] * base + [0] * (m - base),
                         "arm": ["offer"] * n + ["control"] * m})  # fmt: skip


def draw(seed, n=40):
    rng = np.random.default_rng(seed)
    who = pd.DataFrame({"segment": rng.choice(["a", "b", "c"], n), "risk": rng.random(n), "value": rng.gamma(2, 40, n)})
    held = pd.DataFrame(rng.uniform(-0.5, 1, (3, 2)), index=["a", "b", "c"], columns=["call", "gift"])
    offers = {
        "call": Offer(contact=float(rng.uniform(0, 20))),
        "gift": Offer(contact=1, incentive=float(rng.uniform(0, 20))),
    }
    return who, held, offers


COLUMNS = {"segment": "segment", "risk": "risk", "value": "value"}


@fast
@given(counts, counts)
def test_offer_and_control_turned_round_turn_the_uplift_round(offered, control):
    frame = trial(offered, control)
    one = campaign_uplift(frame, outcome="kept", arm="arm", control="control").table.iloc[0]
    other = campaign_uplift(frame, outcome="kept", arm="arm", control="offer").table.iloc[0]
    assert (one["uplift"], one["low"], one["high"]) == pytest.approx((-other["uplift"], -other["high"], -other["low"]))
    assert one["p"] == pytest.approx(other["p"])
    assert -1 <= one["low"] <= one["uplift"] <= one["high"] <= 1


@fast
@given(counts, counts, seeds)
def test_the_order_of_the_rows_is_nothing(offered, control, seed):
    frame = trial(offered, control)
    frame["score"] = np.arange(len(frame)) % 5
    mixed = frame.sample(frac=1, random_state=seed)
    how = {"outcome": "kept", "arm": "arm", "control": "control"}
    assert campaign_uplift(frame, **how) == campaign_uplift(mixed, **how)
    first, second = (uplift_curve(x, offer="offer", score="score", **how) for x in (frame, mixed))
    assert first.curve["gain"].tolist() == pytest.approx(second.curve["gain"].tolist())
    assert first.gain == pytest.approx(campaign_uplift(frame, **how).table["uplift"].iloc[0])


@fast
@given(seeds, st.floats(0.05, 1))
def test_no_rule_earns_more_than_the_highest_gains(seed, capacity):
    who, held, offers = draw(seed)
    found = targeting_rules(who, held, offers=offers, capacity=capacity, **COLUMNS)
    profit = found.table.set_index("rule")["profit"]
    ranked = profit.drop("random")
    assert ranked["uplift"] == pytest.approx(ranked.max())
    assert ranked["uplift"] >= 0
    assert found.plan.loc[found.plan["chosen"], "gain"].gt(0).all()


@fast
@given(seeds, st.floats(0.01, 100))
def test_another_currency_is_nothing_but_another_unit(seed, rate):
    who, held, offers = draw(seed)
    dear = {name: Offer(contact=x.contact * rate, incentive=x.incentive * rate) for name, x in offers.items()}
    one = targeting_rules(who, held, offers=offers, **COLUMNS)
    other = targeting_rules(who.assign(value=who["value"] * rate), held, offers=dear, **COLUMNS)
    assert (one.table["profit"] * rate).tolist() == pytest.approx(other.table["profit"].tolist(), abs=1e-9 * rate)
    assert one.table["kept"].tolist() == pytest.approx(other.table["kept"].tolist())


@fast
@given(seeds, st.floats(0.05, 0.9))
def test_more_capacity_never_costs_the_uplift_rule(seed, capacity):
    who, held, offers = draw(seed)
    small, large = (targeting_rules(who, held, offers=offers, capacity=x, **COLUMNS) for x in (capacity, 1.0))
    assert large.table["profit"].iloc[-1] >= small.table["profit"].iloc[-1] - 1e-9


@fast
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 500), st.floats(0, 50), st.floats(0, 50))
def test_a_campaign_that_holds_its_break_even_earns_nothing(churn, contacted, value, incentive, contact):
    found = retention_campaign(
        churn_rate=churn, contacted=contacted, value=value, incentive=incentive, contact_cost=contact
    )
    if np.isfinite(found.break_even) and found.break_even <= 1:
        again = retention_campaign(churn_rate=churn, contacted=contacted, value=value, incentive=incentive,
                                   contact_cost=contact, held=max(found.break_even, 0))  # fmt: skip
        assert again.profit == pytest.approx(0, abs=1e-6 * (1 + abs(found.profit)))
