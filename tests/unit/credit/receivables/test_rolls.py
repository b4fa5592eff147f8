import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.credit.receivables.ageing import ageing_history
from casework.credit.receivables.ledger import day_number, month_ends, read_ledger
from casework.credit.receivables.rolls import RollResult, net_flow_rates, roll_rates
from casework.datasets.synthetic.credit_documents import credit_ledger


@pytest.fixture(scope="module")
def ledger():
    return read_ledger(credit_ledger(customers=60, seed=3)[0])


def test_every_flow_by_a_loop_over_invoices(ledger):
    dates = month_ends(ledger)[17:19]
    start, end = (day_number("day", day) for day in dates)
    expected = np.zeros((5, 8))
    before, after = ledger.open_invoices(start), ledger.open_invoices(end)
    gone = [ledger.settled(end, [kind]) - ledger.settled(start, [kind]) for kind in (1, 2, 3)]
    for j in np.flatnonzero(before > 0):
        old, new = (sum(day - ledger.due[j] > edge for edge in (0, 30, 60, 90)) for day in (start, end))
        expected[old, new] += after[j]
        for k in range(3):
            expected[old, 5 + k] += gone[k][j]
    found = roll_rates(ledger, dates=dates)
    np.testing.assert_allclose(found.flows.to_numpy(), expected, atol=1e-6)


def test_shares_add_up_and_money_never_gets_younger(ledger):
    found = roll_rates(ledger)
    assert found.matrix.sum(axis=1).dropna().to_numpy() == pytest.approx(1)
    inner = found.flows[list(found.buckets)].to_numpy()
    assert np.tril(inner, -1).sum() == 0
    assert found.steps == len(month_ends(ledger)) - 1
    assert "gets worse" in found.summary()


def test_losses_of_a_chain_that_is_known():
    flows = pd.DataFrame(
        [[0.0, 20, 80, 0, 0], [0, 50, 40, 0, 10]], index=["current", "1+"],
        columns=["current", "1+", "paid", "credited", "written_off"],
    )  # fmt: skip
    found = RollResult(flows=flows, steps=1, dates=("a", "b"), buckets=("current", "1+"))
    assert found.lost().tolist() == pytest.approx([0.04, 0.2])  # 0.1 / (1 - 0.5), and a fifth of it
    assert found.worse.tolist() == pytest.approx([0.2, 0.5])


def test_net_flow_rates_are_ratios_of_balances(ledger):
    history = ageing_history(ledger)
    rates = net_flow_rates(history)
    balances = history.totals
    assert rates.iloc[5]["1-30"] == pytest.approx(balances["1-30"].iloc[6] / balances["current"].iloc[5])
    with pytest.raises(ParameterError, match="at least two"):
        net_flow_rates(ageing_history(ledger, dates=["2024-01-31"]))
    with pytest.raises(ParameterError, match="at least two"):
        roll_rates(ledger, dates=["2024-01-31"])
