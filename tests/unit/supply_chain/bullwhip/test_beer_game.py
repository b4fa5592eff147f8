import numpy as np
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.bullwhip import Anchoring, BaseStock, beer_game_chain, start_game
from casework.supply_chain.bullwhip.beer_game import game_result


def test_published_benchmark():
    """Sterman (1989), costs of the best rule: 46, 50, 54, 54."""
    best = [Anchoring(theta=0, alpha=1, beta=1, target=x) for x in (28, 28, 28, 20)]
    result = start_game(chain=beer_game_chain(best)).play_on().result()
    assert result.stages["cost"].tolist() == [46, 50, 54, 54]
    assert result.cost == result.policy_cost == 204
    assert "the policy played" in result.summary()


def test_first_weeks_by_hand():
    """Stock 12, 4 in and 4 out; in week 5 customers ask for 8."""
    state = start_game()
    view = state.view()
    assert (view.week, view.stock, view.backlog, view.incoming, view.received) == (5, 8, 0, 8, 4)
    assert view.on_order == 12
    assert view.cost == 4 * 12 * 0.5 + 8 * 0.5


def test_orders_arrive_four_weeks_later():
    state = start_game()
    for order in (20, 0, 0, 0):
        state = state.step(order)
    assert state.view().received == 12 + 4
    assert state.history(9)["received"].tolist()[:8] == [4] * 8


def test_supplier_sees_an_order_two_weeks_later():
    state = start_game().step(20).step(0).step(0)
    above = state.everything().query("stage == 'wholesaler'")
    assert above["incoming"].tolist() == [4, 4, 4, 4, 4, 4, 20]


def test_the_past_never_changes():
    first = start_game()
    second = first.step(9)
    assert first.orders == ()
    assert second.orders == (9.0,)
    assert first.step(9) == second
    table = second.everything()
    table.loc[0, "cost"] = 1e9
    assert second.everything()["cost"].max() < 1e9


def test_player_sees_only_the_own_stage():
    state = start_game(role="distributor").step(5)
    assert set(state.history()["stage"]) == {"distributor"}
    assert not {"demand", "stage"} & set(vars(state.view()))


def test_view_does_not_depend_on_what_is_not_yet_ordered():
    state = start_game(role="wholesaler").step(3)
    assert state.history(6).iloc[:5].equals(state.step(50).history(6).iloc[:5])
    assert state.view().incoming == state.step(50).history(6)["incoming"].iloc[5]


def test_advice_is_what_the_policy_does():
    state = start_game()
    table = state.play_on().everything()
    own = table[table["stage"] == "retailer"]["orders"].tolist()
    assert state.advice() == pytest.approx(own[4])
    assert state.step(state.advice()).advice() == pytest.approx(own[5])


def test_costs_of_a_player_who_passes_orders_on():
    """Backlog stays: 8 go out and 8 come in, and what was missing in four weeks is never replaced."""
    state = start_game()
    while not state.finished:
        state = state.step(state.view().incoming)
    own = state.history()
    assert own["net_stock"].iloc[-1] == 12 - 4 * 4
    assert state.result().stages["cost"].iloc[0] == pytest.approx(own["cost"].sum())
    assert "(the policy:" in state.result().summary()


def test_game_is_over():
    state = start_game(weeks=6).play_on()
    assert state.finished
    assert state.view().week == 6
    with pytest.raises(ParameterError, match=r"over after 6 weeks.*new game"):
        state.step(1)


@pytest.mark.parametrize("order", [-1, np.nan, "many", np.inf])
def test_bad_orders(order):
    with pytest.raises(ParameterError, match="order: "):
        start_game().step(order)


def test_unknown_role():
    with pytest.raises(ParameterError, match="'brewery'"):
        start_game(role="brewery")


def test_bad_demand():
    with pytest.raises(DataError, match="negative in 1 of 2"):
        start_game(demand=[4, -4])


def test_unknown_customers():
    with pytest.raises(ParameterError, match="step, random, noisy_step"):
        start_game(customers="moody")


def test_random_customers_come_from_the_seed():
    one, same, other = (start_game(customers="random", seed=seed).demand for seed in (1, 1, 2))
    assert one == same != other
    assert set(one) <= set(range(4, 13))
    assert one[:4] == (8, 8, 8, 8)
    assert start_game(customers="noisy_step", seed=1).demand[:4] == (4, 4, 4, 4)


def test_no_week_played():
    with pytest.raises(ParameterError, match="at least one week"):
        game_result(start_game(taught=0))


def test_own_demand_and_chain():
    chain = beer_game_chain(BaseStock(level=28))
    state = start_game(chain=chain, demand=[4, 4, 4], taught=0).play_on()
    assert state.weeks == 3
    assert np.isnan(state.result().stages["amplification"]).all()
