"""What must hold for any portfolio and any matrix."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.credit.provisions import (
    both_default,
    concentration,
    irb_capital,
    legal_recovery,
    loss_sd,
    portfolio,
    provision_matrix,
    run_off_rates,
    vasicek_cdf,
    vasicek_quantile,
)

money = st.floats(0.01, 1e6)
shares = st.floats(0.0, 1.0)
inner = st.floats(0.001, 0.999)


@given(st.lists(money, min_size=1, max_size=30))
def test_concentration_lies_between_equal_and_alone(owed):
    found = concentration(pd.Series(owed))
    assert 1 / len(owed) - 1e-12 <= found.hhi <= 1 + 1e-12
    assert -1e-12 <= found.gini < 1


@given(inner, inner, st.floats(-0.95, 0.95), st.floats(0.0, 0.05))
def test_defaults_together_grow_with_correlation(p, q, rho, more):
    low, high = both_default(p, q, rho), both_default(p, q, rho + more)
    assert max(0.0, p + q - 1) - 1e-9 <= low <= min(p, q) + 1e-12
    assert low <= high + 1e-9


@given(inner, st.floats(0.01, 0.95), inner)
def test_quantile_and_distribution_are_inverse(p, rho, level):
    rate = float(vasicek_quantile(level, p, rho))
    if 1e-12 < rate < 1 - 1e-12:
        assert float(vasicek_cdf(rate, p, rho)) == pytest.approx(level, abs=1e-4)


@given(st.lists(st.tuples(money, shares), min_size=2, max_size=12), st.floats(0, 0.9), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_ties_widen_the_loss(rows, rho, tie):
    frame = pd.DataFrame(rows, columns=["exposure", "pd"]).assign(s=[i % 2 for i in range(len(rows))])
    book = portfolio(frame, lgd=1.0, sector="s")
    free, tied, one = (loss_sd(book, correlation=r, sector_correlation=w) for r, w in ((0, 1), (rho, tie), (rho, 1)))
    assert free <= tied * (1 + 1e-6) + 1e-9
    assert tied <= one * (1 + 1e-6) + 1e-9


@given(st.lists(st.tuples(money, shares), min_size=1, max_size=8), st.floats(0, 5))
def test_allowance_grows_with_the_factor_and_never_exceeds_the_balance(rows, factor):
    owed, rate = (pd.Series([row[i] for row in rows]) for i in (0, 1))
    low, high = (provision_matrix(owed, rate, factors={"f": f}).total for f in (factor, factor + 1))
    assert low <= high + 1e-9
    assert high <= owed.sum() * (1 + 1e-12)


@given(money, st.lists(shares, min_size=1, max_size=6))
def test_loss_rates_grow_with_age(sales, parts):
    paid = np.array(parts) / max(sum(parts), 1) * sales * 0.99
    rates = run_off_rates(sales, paid.tolist())
    assert (np.diff(rates) >= -1e-12).all()
    assert rates[-1] == 1


@given(money, shares, st.floats(0, 10), st.floats(-0.5, 1), shares, money)
def test_suing_never_costs_more_than_the_claim(claim, share, years, rate, cost, fixed):
    row = legal_recovery([claim], share=share, years=years, rate=rate, cost_share=cost, fixed_cost=fixed).table.iloc[0]
    assert 0 <= row["lgd"] <= 1
    assert row["pursued"] == (row["gain"] > 0)


@given(shares, shares, st.floats(1, 5))
def test_capital_is_a_share(p, lgd, years):
    capital = irb_capital(p, lgd=lgd, maturity=years).table["capital"].iloc[0]
    assert 0 <= capital <= 1.5
