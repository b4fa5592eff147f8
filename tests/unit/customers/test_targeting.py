import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.customers.targeting import Offer, targeting_rules

OFFERS = {"call": Offer(contact=4), "gift": Offer(contact=1, incentive=6)}
HELD = pd.DataFrame({"call": [0.6, 0.0, -0.3], "gift": [0.1, 0.5, 0.0]}, index=["a", "b", "c"])
COLUMNS = {"segment": "segment", "risk": "risk", "value": "value"}


def base(n=90, seed=2):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "segment": np.array(list("abc"))[np.arange(n) % 3],
            "risk": rng.uniform(0, 0.8, n),
            "value": rng.gamma(4, 25, n),
        }
    )


def by_hand(row, offer):
    held = HELD.loc[row.segment, offer]
    stays = 1 - row.risk + row.risk * held
    return row.risk * held * row.value - OFFERS[offer].contact - OFFERS[offer].incentive * stays


def test_profits_of_all_rules_by_hand():
    who = base()
    found = targeting_rules(who, HELD, offers=OFFERS, capacity=0.2, **COLUMNS)
    rows = list(who.itertuples())
    mean = {offer: np.mean([by_hand(row, offer) for row in rows]) for offer in OFFERS}
    common = max(mean, key=mean.get)
    assert found.common_offer == common
    profit = found.table.set_index("rule")["profit"]
    assert profit["nobody"] == 0
    assert profit["random"] == pytest.approx(0.2 * len(who) * mean[common])
    for rule, key in (
        ("risk", lambda r: r.risk),
        ("value", lambda r: r.value),
        ("risk x value", lambda r: r.risk * r.value),
    ):
        first = sorted(rows, key=key, reverse=True)[:18]
        assert profit[rule] == pytest.approx(sum(by_hand(row, common) for row in first))
    gains = sorted((max(by_hand(row, offer) for offer in OFFERS) for row in rows), reverse=True)[:18]
    assert profit["uplift"] == pytest.approx(sum(x for x in gains if x > 0))
    assert found.best == "uplift"
    assert found.plan["chosen"].sum() == sum(x > 0 for x in gains)
    table = found.table
    contacted = {row.Index for row in rows if found.plan["chosen"][row.Index]}
    kept = sum(
        row.risk * HELD.loc[row.segment, found.plan["offer"][row.Index]] for row in rows if row.Index in contacted
    )
    assert table.set_index("rule").loc["uplift", "kept"] == pytest.approx(kept)


def test_no_order_of_the_customers_earns_more_than_the_uplift_rule():
    for seed in range(5):
        found = targeting_rules(base(seed=seed), HELD, offers=OFFERS, capacity=0.4, **COLUMNS)
        assert found.table["profit"].max() == found.table.set_index("rule").loc["uplift", "profit"]


def test_offers_by_segment_and_where_they_turn():
    found = targeting_rules(base(), HELD, offers=OFFERS, **COLUMNS)
    assert found.offers == {"a": "call", "b": "gift", "c": "none"}
    row = found.segments.set_index(["segment", "offer"]).loc[("b", "gift")]
    again = HELD.copy()
    again.loc["b", "gift"] = row["break_even_held"]
    turned = targeting_rules(base(), again, offers=OFFERS, **COLUMNS).segments.set_index(["segment", "offer"])
    assert turned.loc[("b", "gift"), "gain"] == pytest.approx(0, abs=1e-9)
    who = base()
    who["value"] *= row["break_even_value"]
    turned = targeting_rules(who, HELD, offers=OFFERS, **COLUMNS).segments.set_index(["segment", "offer"])
    assert turned.loc[("b", "gift"), "gain"] == pytest.approx(0, abs=1e-9)
    assert np.isnan(found.segments.set_index(["segment", "offer"]).loc[("c", "gift"), "break_even_value"])


def test_what_costs_more_than_it_brings_is_left():
    found = targeting_rules(base(), HELD, offers={"call": Offer(contact=900), "gift": Offer(contact=900)}, **COLUMNS)
    assert found.best == "nobody"
    assert set(found.offers.values()) == {"none"}
    assert "leave all customers alone" in found.summary()
    assert not found.plan["chosen"].any()
    draws = np.repeat(HELD.to_numpy()[None], 20, axis=0)
    again = targeting_rules(base(), HELD, offers=dict.fromkeys(OFFERS, Offer(contact=900)), draws=draws, **COLUMNS)
    assert again.table["best"].tolist() == [1, 0, 0, 0, 0, 0]


def test_draws_give_intervals_and_the_rules_stay():
    draws = np.repeat(HELD.to_numpy()[None], 200, axis=0)
    draws[:100] -= 0.1
    draws[100:] += 0.1
    found = targeting_rules(base(), HELD, offers=OFFERS, draws=draws, confidence=0.9, **COLUMNS)
    same = targeting_rules(base(), HELD, offers=OFFERS, **COLUMNS)
    assert found.table["profit"].tolist() == same.table["profit"].tolist()
    row = found.table.set_index("rule").loc["uplift"]
    moved = targeting_rules(base(), HELD - 0.1, offers=OFFERS, **COLUMNS)
    assert row["low"] < row["profit"] < row["high"]
    assert (row["low"] + row["high"]) / 2 == pytest.approx(row["profit"])
    assert moved.table.set_index("rule").loc["uplift", "profit"] >= row["low"] - 1e-9
    assert found.table["best"].sum() == pytest.approx(1)
    assert "low" not in same.table


def test_the_sentence_names_the_usual_rule():
    found = targeting_rules(base(), HELD, offers=OFFERS, capacity=0.2, **COLUMNS)
    assert '"uplift" earns most' in found.summary()
    one = pd.DataFrame({"segment": ["a"], "risk": [0.5], "value": [100]})
    assert '"random" earns most' in targeting_rules(one, HELD, offers=OFFERS, capacity=1, **COLUMNS).summary()


def test_all_that_is_wrong_is_told_at_once():
    who = base().assign(risk=1.5)
    who.loc[0, ["segment", "value"]] = ["z", -1.0]
    bad = HELD.assign(call=[2.0, np.nan, 0])
    with pytest.raises(DataError, match="no share held for: z") as error:
        targeting_rules(who, bad, offers={"call": Offer(contact=-1)}, **COLUMNS)
    assert len(error.value.problems) == 6
    with pytest.raises(DataError, match="'hazard': missing"):
        targeting_rules(base(), HELD, segment="segment", risk="hazard", value="value", offers=OFFERS)
    with pytest.raises(DataError, match="customers: none"):
        targeting_rules(base().iloc[:0], HELD, offers=OFFERS, **COLUMNS)
    with pytest.raises(ParameterError, match="capacity: 0"):
        targeting_rules(base(), HELD, offers=OFFERS, capacity=0, **COLUMNS)
    with pytest.raises(ParameterError, match="draws: 3 x 2"):
        targeting_rules(base(), HELD, offers=OFFERS, draws=HELD.to_numpy(), **COLUMNS)


def test_offers_that_drive_away_more_than_can_leave_are_told():
    found = targeting_rules(base().assign(risk=0.9), HELD, offers=OFFERS, **COLUMNS)
    assert "above 1" in found.notes[0]
