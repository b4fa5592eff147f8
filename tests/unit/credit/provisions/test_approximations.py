import numpy as np
import pandas as pd
import pytest

from casework.credit.provisions.approximations import EQUAL, EXACT, FREE, GRAIN, ONE, SECTORS, approximations
from casework.credit.provisions.portfolio import portfolio
from casework.credit.provisions.vasicek import vasicek_quantile


def book(n, pd_=0.03):
    return portfolio(pd.DataFrame({"exposure": np.ones(n), "pd": np.full(n, pd_), "s": np.arange(n) % 5}), lgd=0.5,
                     sector="s")  # fmt: skip


def test_many_small_customers_come_close_to_vasicek():
    found = approximations(book(3000), correlation=0.2, sector_correlation=0.5, scenarios=20_000)
    limit = 1500 * float(vasicek_quantile(0.99, 0.03, 0.2))
    assert found.loss(EQUAL) == pytest.approx(limit)
    row = found.table.set_index("way").loc[ONE]
    assert row["low"] * 0.98 <= found.loss(GRAIN) <= row["high"] * 1.02
    assert abs(found.loss(EXACT) - found.loss(FREE)) <= 2
    assert found.loss(FREE) < found.loss(SECTORS) < found.loss(ONE)
    assert "A bad year (99.0%)" in found.summary()


def test_without_correlation_formulas_are_left_out():
    found = approximations(book(50), correlation=0.0, scenarios=2000)
    assert len(found.table) == 4
    assert np.isnan(found.loss(EQUAL))
    assert found.to_frame().equals(found.table)
