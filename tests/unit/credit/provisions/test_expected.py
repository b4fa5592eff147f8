import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.provisions.expected import expected_loss, legal_recovery
from casework.credit.provisions.portfolio import portfolio


def test_break_even_claim_gains_nothing():
    found = legal_recovery([100, 1000], share=0.3, years=2, rate=0.06, cost_share=0.05, fixed_cost=500)
    again = legal_recovery([found.break_even], share=0.3, years=2, rate=0.06, cost_share=0.05, fixed_cost=500)
    assert again.table["gain"].iloc[0] == pytest.approx(0, abs=1e-9)
    assert found.table["lgd"].tolist() == [1, 1]


def test_recovery_that_never_pays_and_that_costs_nothing():
    never = legal_recovery([1e9], share=0.1, cost_share=0.2)
    assert never.break_even == float("inf")
    assert "costs more than it brings" in never.summary()
    free = legal_recovery([0, 10], share=1.0, years=0, cost_share=0)
    assert free.break_even == 0
    assert free.table["lgd"].tolist() == [1, 0]
    assert "1 of 2 claims, 100%" in free.summary()


def test_hostile_claims_and_ranges():
    with pytest.raises(DataError, match="places 1, 2"):
        legal_recovery([1, -1, "x"], share=0.5)
    for change in ({"share": 2}, {"years": -1}, {"rate": -1}, {"cost_share": 1.1}, {"fixed_cost": -1}):
        with pytest.raises(ParameterError, match=next(iter(change))):
            legal_recovery([1], **{"share": 0.5, **change})


def test_groups_add_up_and_are_discounted():
    table = pd.DataFrame({"exposure": [100.0, 300, 50], "pd": [0.1, 0.2, 1.0], "lgd": [0.5, 0.4, 0.9]})
    book = portfolio(table)
    found = expected_loss(book, groups=["x", "x", "y"], rate=0.21, years=0.5)
    assert found.total == pytest.approx((5 + 24 + 45) / 1.1)
    row = found.table.iloc[0]
    assert row["pd"] == pytest.approx(70 / 400)
    assert row["lgd"] == pytest.approx(29 / 70)
    assert row["customers"] == 2
    assert "y brings" in found.summary()
    assert np.isclose(expected_loss(book).total, book.expected_loss)
