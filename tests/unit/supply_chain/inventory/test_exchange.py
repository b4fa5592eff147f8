import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.inventory import exchange_curve, safety_stock
from casework.supply_chain.inventory.exchange import EQUAL, WEIGHTED

rng = np.random.default_rng(1)
ITEMS = pd.DataFrame(
    {"demand_mean": rng.gamma(2, 20, 40), "lead_time": rng.integers(1, 6, 40), "unit_cost": rng.lognormal(3, 1, 40)}
)
ITEMS["demand_sd"] = ITEMS["demand_mean"] * rng.uniform(0.1, 0.9, 40)
ITEMS["order_quantity"] = ITEMS["demand_mean"] * rng.uniform(1, 8, 40)
GIVEN = {name: name for name in ITEMS.columns}


def test_equal_service_is_that_of_safety_stock():
    curve = exchange_curve(ITEMS, **GIVEN, level=0.9)
    stock = safety_stock(ITEMS, **{k: v for k, v in GIVEN.items() if k != "unit_cost"}, service_level=0.9)
    assert curve.stock == pytest.approx((stock.safety_stock * ITEMS["unit_cost"]).sum())
    weight = ITEMS["demand_mean"] * ITEMS["unit_cost"]
    assert curve.fill_rate == pytest.approx((stock.fill_rate * weight).sum() / weight.sum())


def test_spread_by_value_is_never_worse():
    curves = exchange_curve(ITEMS, **GIVEN).curves
    equal, weighted = (curves[curves["rule"] == rule].reset_index(drop=True) for rule in (EQUAL, WEIGHTED))
    assert np.allclose(equal["safety_stock_value"], weighted["safety_stock_value"], rtol=1e-6, atol=1e-6)
    assert (weighted["fill_rate"] >= equal["fill_rate"] - 1e-9).all()


def test_no_shift_of_stock_between_two_items_helps():
    small = ITEMS.head(2)
    result = exchange_curve(small, **GIVEN, level=0.95)
    sd = small["demand_sd"] * small["lead_time"] ** 0.5
    from scipy.stats import norm

    def short(k):
        k = np.array(k)
        loss = lambda z: norm.pdf(z) - z * norm.sf(z)  # noqa: E731
        lost = sd * (loss(k) - loss(k + small["order_quantity"] / sd)) * small["demand_mean"] / small["order_quantity"]
        return float((small["unit_cost"] * lost).sum())

    point = result.curves[(result.curves["rule"] == WEIGHTED)]
    row = point.iloc[(point["safety_stock_value"] - result.stock).abs().argmin()]
    money = small["unit_cost"].to_numpy() * sd.to_numpy()
    first = np.linspace(0, row["safety_stock_value"] / money[0], 200)
    second = (row["safety_stock_value"] - first * money[0]) / money[1]
    assert row["short_value"] <= min(short(pair) for pair in zip(first, second, strict=True)) * (1 + 1e-3)


def test_bad_input():
    with pytest.raises(ParameterError, match="level: 1"):
        exchange_curve(ITEMS, **GIVEN, level=1)
    with pytest.raises(ParameterError, match="levels"):
        exchange_curve(ITEMS, **GIVEN, levels=[0.5, 1.5])
    assert "Spread by value" in exchange_curve(ITEMS, **GIVEN).summary()
