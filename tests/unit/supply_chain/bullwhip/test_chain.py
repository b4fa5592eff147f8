import math

import pytest

from casework.core.errors import ParameterError
from casework.supply_chain.bullwhip import (
    Anchoring,
    AutoRegressive,
    BaseStock,
    Chain,
    MovingAverage,
    OrderUpTo,
    Smoothing,
    Stage,
    beer_game_chain,
    serial_chain,
)

RULE = OrderUpTo(forecast=MovingAverage(window=3))


def test_one_value_is_for_all_and_a_list_for_each():
    chain = serial_chain(RULE, names=["a", "b"], shipment_lead_time=[1, 4], order_lead_time=1, holding_cost=2)
    assert [stage.lead_time for stage in chain.stages] == [2, 5]
    assert [stage.holding_cost for stage in chain.stages] == [2, 2]


def test_rare_orders_cover_the_wait():
    assert Stage(name="a", policy=RULE, shipment_lead_time=3, review=4).cover == 6


def test_board_of_the_beer_game():
    chain = beer_game_chain()
    assert [stage.lead_time for stage in chain.stages] == [4, 4, 4, 3]
    assert all(stage.policy == Anchoring() for stage in chain.stages)


@pytest.mark.parametrize(
    ("facts", "match"),
    [
        ({"shipment_lead_time": 1.5}, r"stage 'shop', shipment_lead_time: 1\.5.*whole number of at least 1"),
        ({"shipment_lead_time": 0}, "whole number of at least 1"),
        ({"order_lead_time": -1}, "whole number of at least 0"),
        ({"order_lead_time": math.nan}, "order_lead_time: nan"),
        ({"review": "weekly"}, "review: 'weekly'"),
        ({"holding_cost": -1}, "holding_cost: -1.*at least 0"),
        ({"backlog_cost": math.inf}, "backlog_cost: inf"),
        ({"capacity": 0}, "capacity: 0.*above 0"),
        ({"batch": -5}, "batch: -5"),
    ],
)
def test_bad_numbers_name_stage_and_field(facts, match):
    with pytest.raises(ParameterError, match=match):
        serial_chain(RULE, names=["shop"], **facts)


@pytest.mark.parametrize(
    ("policy", "match"),
    [
        (OrderUpTo(forecast=MovingAverage(window=2.5)), r"window: 2\.5"),
        (OrderUpTo(forecast=Smoothing(weight=0)), "weight: 0"),
        (OrderUpTo(forecast=AutoRegressive(correlation=1.0, mean=5)), r"correlation: 1\.0"),
        (OrderUpTo(forecast="average"), "forecast: 'average'"),
        (OrderUpTo(forecast=MovingAverage(), safety_stock=math.nan), "safety_stock: nan"),
        (BaseStock(level=math.inf), "level: inf"),
        (Anchoring(beta=1.2), r"beta: 1\.2.*at most 1"),
        ("order a lot", "policy: 'order a lot'"),
    ],
)
def test_bad_policies(policy, match):
    with pytest.raises(ParameterError, match=match):
        serial_chain(policy, names=["shop"])


def test_all_problems_at_once():
    with pytest.raises(ParameterError) as caught:
        serial_chain(RULE, names=["a", "b"], shipment_lead_time=[0, 1.5], holding_cost=-1)
    assert len(caught.value.problems) == 4


def test_two_stages_of_one_name():
    with pytest.raises(ParameterError, match="'shop' occurs twice"):
        serial_chain(RULE, names=["shop", "shop"])


def test_no_stage():
    with pytest.raises(ParameterError, match="at least one stage"):
        Chain(stages=())


def test_list_of_the_wrong_length():
    with pytest.raises(ParameterError, match=r"shipment_lead_time: 3 values.*2: one for each stage"):
        serial_chain(RULE, names=["a", "b"], shipment_lead_time=[1, 2, 3])


def test_unknown_fact_has_its_nearest_spelling():
    with pytest.raises(ParameterError, match=r"'holding_costs'.*Did you mean 'holding_cost'"):
        serial_chain(RULE, holding_costs=1)


def test_unknown_stage_has_its_nearest_spelling():
    with pytest.raises(ParameterError, match=r"'retailr'.*Did you mean 'retailer'"):
        serial_chain(RULE).place("retailr")


def test_unknown_way_of_waiting():
    with pytest.raises(ParameterError, match="backorder, lost"):
        serial_chain(RULE, unmet="forgotten")
