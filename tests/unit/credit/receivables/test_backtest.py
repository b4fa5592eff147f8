import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.receivables.backtest import Stakes, backtest, explore_threshold, threshold_curve
from casework.credit.receivables.defaults import NEVER, Defaults, find_defaults
from casework.credit.receivables.ledger import day_number, read_ledger
from casework.credit.receivables.measures import MEASURE_WORDS, Measures, customer_measures
from casework.credit.receivables.rules import USUAL_RULES, Rule
from casework.credit.receivables.signals import rule_states, warn_customers
from casework.datasets.synthetic.credit_documents import credit_ledger
from casework.stats.proportion import wilson_interval

DATES = ("2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30")
NAMES = pd.Index(["right", "false", "open", "missed", "after"])
STAKES = Stakes(horizon=100, reaction=30, false_cost=10, loss_share=0.5, avoided=0.4)


def small():
    share = np.zeros((6, 5))
    share[1, 0] = share[0, 1] = share[5, 2] = share[4, 4] = 1.0
    table = {name: np.full(share.shape, np.nan) for name in MEASURE_WORDS}
    table |= {"overdue_share": share, "exposure": np.full(share.shape, 100.0)}
    measures = Measures(dates=DATES, customers=NAMES, values=table, last_day=day_number("day", DATES[-1]))
    day = np.array([day_number("day", "2025-05-09"), NEVER, NEVER, day_number("day", "2025-06-01"),
                    day_number("day", "2025-03-15")])  # fmt: skip
    defaults = Defaults(
        customers=NAMES, day=day, by_write_off=np.zeros(5, bool), exposure=np.array([200.0, 0, 0, 300, 400]),
        overdue_days=90, last_day=measures.last_day,
    )  # fmt: skip
    return measures, defaults


@pytest.fixture(scope="module")
def large():
    ledger = read_ledger(credit_ledger(customers=250, seed=5)[0])
    measures = customer_measures(ledger)
    return measures, find_defaults(ledger)


def test_by_hand():
    measures, defaults = small()
    found = backtest(warn_customers(measures, [Rule(measure="overdue_share", threshold=0.5)]), defaults, stakes=STAKES)
    row = found.overall
    assert (row["warnings"], row["right"], row["false"], row["undecided"]) == (3, 1, 1, 1)
    assert (row["defaults"], row["warned"], row["in_time"]) == (3, 1, 1)
    assert row["precision"] == 0.5
    assert row["lead_days"] == 70
    assert found.no_warning == 0.5 * 900
    assert row["cost"] == pytest.approx(10 + 450 - 0.4 * 100)
    low, high = wilson_interval(1, 3)
    assert (row["recall_low"], row["recall_high"]) == (pytest.approx(low), pytest.approx(high))
    assert found.leads.loc[found.leads["rule"] == "any rule", "customer"].tolist() == ["right"]
    assert "1 of 3 defaults" in found.summary()
    assert len(found.notes) == 2


def test_against_a_loop(large):
    measures, defaults = large
    stakes = Stakes(horizon=180)
    rule = Rule(measure="overdue_share", threshold=0.4, months=2)
    active, days = rule_states(rule, measures), measures.days
    counts = dict.fromkeys(("right", "false", "undecided"), 0)
    leads = []
    for c, default in enumerate(defaults.day):
        for d, day in enumerate(days):
            if day >= default or not active[d, c] or (d and active[d - 1, c]):
                continue
            if default - day <= 180:
                counts["right"] += 1
            else:
                counts["false" if day + 180 <= defaults.last_day else "undecided"] += 1
        if days[0] < default < NEVER:
            before = [default - day for d, day in enumerate(days) if active[d, c] and 0 < default - day <= 180]
            leads += [max(before)] if before else []
    row = backtest(warn_customers(measures, [rule]), defaults, stakes=stakes).table.iloc[0]
    assert {name: row[name] for name in counts} == counts
    assert row["warned"] == len(leads)
    assert row["lead_days"] == pytest.approx(np.median(leads))


def test_rules_of_the_world_find_its_defaults_before_they_happen(large):
    measures, defaults = large
    found = backtest(warn_customers(measures, USUAL_RULES), defaults)
    assert found.overall["recall"] > 0.9
    assert found.overall["precision"] > 3 * found.base_rate
    assert found.overall["cost"] < found.no_warning
    late = found.table.set_index("rule")
    assert late.loc["oldest_days >= 60", "lead_days"] < late.loc["days_late_rise >= 15", "lead_days"]


def test_one_threshold_of_the_curve_is_the_rule(large):
    measures, defaults = large
    curve = threshold_curve(measures, defaults, measure="days_late", thresholds=[5, 10, 20], threshold=10)
    rule = backtest(warn_customers(measures, [Rule(measure="days_late", threshold=10)]), defaults).table.iloc[0]
    assert curve.table["threshold"].tolist() == [5, 10, 20]
    for name in ("warnings", "precision", "precision_low", "recall", "cost"):
        assert curve.chosen[name] == pytest.approx(rule[name])
    assert curve.best in (5, 10, 20)
    assert "At 10" in curve.summary()
    again = explore_threshold(measures, defaults, measure="days_late", threshold=10)
    assert again.chosen["cost"] == pytest.approx(rule["cost"])


def test_higher_thresholds_warn_of_fewer(large):
    measures, defaults = large
    table = threshold_curve(measures, defaults, measure="oldest_days").table
    assert (table["recall"].diff().dropna() <= 1e-12).all()
    assert table["threshold"].is_monotonic_increasing
    assert len(table) <= 60


def test_clusters_widen_the_interval():
    measures, defaults = small()
    spread = {name: np.tile(values, (1, 40)) for name, values in measures.values.items()}
    names = pd.Index([f"c{i}" for i in range(200)])
    many = Measures(dates=DATES, customers=names, values=spread, last_day=measures.last_day)
    failed = Defaults(
        customers=names, day=np.tile(defaults.day, 40), by_write_off=np.zeros(200, bool),
        exposure=np.tile(defaults.exposure, 40), overdue_days=90, last_day=defaults.last_day,
    )  # fmt: skip
    row = backtest(warn_customers(many, [Rule(measure="overdue_share", threshold=0.5)]), failed, stakes=STAKES).overall
    low, high = wilson_interval(40, 80)  # one warning per customer: no clusters
    assert row["precision_low"] == pytest.approx(low, abs=0.002)
    assert row["precision_high"] == pytest.approx(high, abs=0.002)


def test_nothing_to_test():
    measures, defaults = small()
    none = Defaults(customers=NAMES, day=np.full(5, NEVER), by_write_off=np.zeros(5, bool), exposure=np.zeros(5),
                    overdue_days=90, last_day=defaults.last_day)  # fmt: skip
    signals = warn_customers(measures, [Rule(measure="overdue_share", threshold=0.5)])
    assert "No default can be tested" in backtest(signals, none).summary()
    assert "No default can be tested" in threshold_curve(measures, none).summary()
    quiet = warn_customers(measures, [Rule(measure="overdue_share", threshold=2)])
    assert "None of 3 defaults" in backtest(quiet, defaults).summary()
    assert "no warning can be judged" in threshold_curve(measures, defaults, threshold=2).summary()


def test_refused():
    measures, defaults = small()
    with pytest.raises(ParameterError, match="horizon"):
        Stakes(horizon=0)
    with pytest.raises(ParameterError, match="avoided"):
        Stakes(avoided=1.5)
    with pytest.raises(ParameterError, match="overdue_share"):
        threshold_curve(measures, defaults, measure="overdue_shar")
    with pytest.raises(DataError, match="not known for any"):
        threshold_curve(measures, defaults, measure="days_late")
    with pytest.raises(ParameterError, match="months"):
        threshold_curve(measures, defaults, months=0)
    with pytest.raises(ParameterError, match="confidence"):
        threshold_curve(measures, defaults, confidence=1)
    other = Defaults(customers=NAMES[::-1], day=defaults.day, by_write_off=defaults.by_write_off,
                     exposure=defaults.exposure, overdue_days=90, last_day=defaults.last_day)  # fmt: skip
    with pytest.raises(DataError, match="one ledger for both"):
        threshold_curve(measures, other)
