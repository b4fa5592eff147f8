import numpy as np
import pandas as pd
import pytest

from casework.credit.receivables.measures import MEASURE_WORDS, Measures
from casework.credit.receivables.rules import Rule
from casework.credit.receivables.signals import begins, rule_states, states, warn_customers

DATES = ("2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30")


def watched(values, exposure=100.0):
    values = np.array(values, dtype=float).T
    table = {name: np.full(values.shape, np.nan) for name in MEASURE_WORDS}
    table |= {"overdue_share": values, "exposure": np.full(values.shape, exposure)}
    return Measures(
        dates=DATES, customers=pd.Index([f"c{i}" for i in range(values.shape[1])]), values=table, last_day=20300
    )


def on(rule, values, **given):
    return rule_states(rule, watched([values], **given))[:, 0].astype(int).tolist()


def test_persistence_and_release():
    rule = Rule(measure="overdue_share", threshold=0.5, release=0.3, months=2)
    assert on(rule, [0.6, 0.6, 0.4, 0.35, 0.2, 0.6]) == [0, 1, 1, 1, 0, 0]
    assert on(rule, [0.6, 0.4, 0.6, 0.6, 0.29, 0.31]) == [0, 0, 0, 1, 0, 0]
    assert on(Rule(measure="overdue_share", threshold=0.5), [0.5, 0.4, 0.5, 0.49, 0.7, 0.1]) == [1, 0, 1, 0, 1, 0]


def test_no_news_keeps_a_warning_while_anything_is_open():
    rule = Rule(measure="overdue_share", threshold=0.5)
    values = [0.6, np.nan, np.nan, 0.1, np.nan, np.nan]
    assert on(rule, values) == [1, 1, 1, 0, 0, 0]
    assert on(rule, values, exposure=0.0) == [1, 0, 0, 0, 0, 0]


def test_small_balances_raise_none():
    rule = Rule(measure="overdue_share", threshold=0.5, minimum=200)
    assert on(rule, [1.0] * 6) == [0] * 6


def test_states_against_a_walk():
    rng = np.random.default_rng(1)
    holds = rng.random((12, 40)) < 0.4
    stays = holds | (rng.random((12, 40)) < 0.3)
    found = states(holds, stays, 2)
    for c in range(40):
        run, active = 0, False
        for d in range(12):
            run = run + 1 if holds[d, c] else 0
            active = (active and stays[d, c]) or run >= 2
            assert found[d, c] == active
    assert begins(found).sum() == (np.diff(found.astype(int), axis=0, prepend=0) == 1).sum()


def test_events_levels_and_list():
    rules = [
        Rule(measure="overdue_share", threshold=0.5, release=0.3, months=2, name="some"),
        Rule(measure="overdue_share", threshold=0.8, level=3, response="stop_supply", department="management"),
    ]
    measures = watched([[0.6, 0.6, 0.6, 0.9, 0.9, 0.9], [0, 0.6, 0.6, 0.1, 0, 0], [0, 0, 0, 0, 0, np.nan]])
    found = warn_customers(measures, rules)
    events = found.events[["day", "customer", "rule", "event"]].to_numpy().tolist()
    assert events == [
        ["2025-02-28", "c0", "some", "raised"],
        ["2025-03-31", "c1", "some", "raised"],
        ["2025-04-30", "c0", "overdue_share >= 0.8", "raised"],
        ["2025-04-30", "c1", "some", "released"],
    ]
    assert found.by_level()["level_1"].tolist() == [0, 1, 2, 0, 0, 0]
    assert found.by_level()["level_3"].tolist() == [0, 0, 0, 1, 1, 1]
    now = found.current()
    assert now[["customer", "level", "department", "warnings", "since"]].to_numpy().tolist() == [
        ["c0", 3, "management", 2, "2025-04-30"]
    ]
    assert found.reasons(now) == ["stop supply: share of the balance that is overdue 90% (threshold 80%)"]
    assert found.reasons(found.events.tail(1)) == ["ended: share of the balance that is overdue 10% (release 30%)"]
    assert len(found.current("2025-01-31")) == 0
    assert "1 of 3 customers" in found.summary()
    assert found.raised.sum() == 3


@pytest.mark.parametrize("name", ["overdue_share", "exposure"])
def test_no_customer_warned(name):
    found = warn_customers(watched([[0.0] * 6]), [Rule(measure=name, threshold=1e9)])
    assert found.events.empty
    assert found.current().empty
    assert found.reasons(found.events) == []
