import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.structure import cash_to_cash


def ledger(**changed):
    return pd.DataFrame(
        {
            "period": ["2024", "2025"],
            "sales": [730.0, 1095.0],
            "cost_of_sales": [365.0, 730.0],
            "inventory": [40.0, 60.0],
            "receivables": [20.0, 40.0],
            "payables": [30.0, 70.0],
            **changed,
        }
    )


def test_days_by_hand():
    found = cash_to_cash(ledger(), balance="ending").table
    assert found["inventory_days"].tolist() == [40, 30]
    assert found["receivable_days"].tolist() == pytest.approx([10, 40 / 3])
    assert found["payable_days"].tolist() == [30, 35]
    assert found["cash_to_cash"].tolist() == pytest.approx([20, 25 / 3])
    assert found["turns"].tolist() == pytest.approx([365 / 40, 365 / 30])
    assert found["cash_tied"].tolist() == [30, 30]


def test_average_balances_stay_within_a_firm():
    both = pd.concat([ledger().assign(firm="a"), ledger(inventory=[10.0, 30.0]).assign(firm="b")])
    found = cash_to_cash(both).table
    assert found["inventory_days"].tolist() == [40, 25, 10, 10]


def test_purchases_are_the_base_of_payables_where_known():
    found = cash_to_cash(ledger(purchases=[730.0, 365.0]), balance="ending")
    assert found.table["payable_days"].tolist() == [15, 70]
    assert not any("no purchases" in note for note in found.notes)


def test_lengths_of_periods():
    short = cash_to_cash(ledger(days=[30, 31]), balance="ending").table
    assert short["inventory_days"].tolist() == pytest.approx([40 / 365 * 30, 60 / 730 * 31])
    assert cash_to_cash(ledger(), days=30, balance="ending").table["turns"][0] == pytest.approx(365 / (40 / 365 * 30))


def test_no_inventory_turns_without_end_and_a_negative_cycle_is_told():
    found = cash_to_cash(ledger(inventory=[0.0, 0.0]), balance="ending")
    assert np.isinf(found.table["turns"]).all()
    assert any("negative cycle" in note for note in found.notes)
    assert "0.0 in inventory" in found.summary()


def test_all_problems_at_once():
    bad = ledger(period=["2025", "2025"], sales=[0.0, 1.0], inventory=[-1.0, None], payables=["x", 1.0])
    with pytest.raises(DataError) as told:
        cash_to_cash(bad)
    for part in [
        "'sales', row 1: 0. Expected: a number above 0",
        "'-1.0'",
        "'inventory', row 2: is missing",
        "'x'",
        "ledger, row 2: a period that occurs twice",
    ]:
        assert part in str(told.value), part


def test_bad_parameters():
    with pytest.raises(ParameterError, match="one of average, ending"):
        cash_to_cash(ledger(), balance="mean")
    with pytest.raises(ParameterError, match="days: 0"):
        cash_to_cash(ledger(), days=0)
