import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.customers.campaign import retention_campaign
from casework.customers.targeting import Offer, targeting_rules


def test_the_formula_of_neslin():
    n, alpha, beta, lift, gamma, lvc, c, delta, fixed = 5000, 0.2, 0.15, 2.5, 0.25, 300.0, 1.5, 40.0, 1000.0
    found = retention_campaign(
        customers=n,
        contacted=alpha, churn_rate=beta, lift=lift, held=gamma, value=lvc, contact_cost=c, incentive=delta,
        fixed_cost=fixed,
    )  # fmt: skip
    expected = n * alpha * ((gamma * lvc + delta * (1 - gamma)) * beta * lift - delta - c) - fixed
    assert found.profit == pytest.approx(expected)
    assert found.per_contact == pytest.approx((expected + fixed) / (n * alpha))
    assert found.leavers == pytest.approx(375)
    at = np.interp(found.break_even, found.curve["held"], found.curve["profit"])
    assert at == pytest.approx(0, abs=1e-6)
    assert found.to_frame()["profit"].iloc[50] == pytest.approx(found.profit)


def test_it_agrees_with_the_profit_by_customer():
    import pandas as pd

    who = pd.DataFrame({"segment": "all", "risk": [0.4] * 10, "value": [80.0] * 10})
    held = pd.DataFrame({"gift": [0.35]}, index=["all"])
    rules = targeting_rules(who, held, segment="segment", risk="risk", value="value", capacity=1,
                            offers={"gift": Offer(contact=2, incentive=5)})  # fmt: skip
    found = retention_campaign(customers=10, churn_rate=0.4, lift=1, contacted=1, held=0.35, value=80)
    assert rules.table["profit"].max() == pytest.approx(found.profit)


def test_words():
    assert "it pays from" in retention_campaign().summary()
    assert "loses whatever share" in retention_campaign(value=5, incentive=10).summary()
    assert "loses whatever share" in retention_campaign(fixed_cost=1e9).summary()
    assert np.isnan(retention_campaign(contacted=0).per_contact)
    assert "taken as 1" in retention_campaign(churn_rate=0.6, lift=3).notes[0]


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ParameterError, match="churn_rate") as error:
        retention_campaign(customers=0, churn_rate=2, contacted=-1, lift=-1, held=3, value=-5, incentive=-1)
    assert len(error.value.problems) == 7
