import pytest

from casework.core.paths import RUN_VARIABLE
from casework.supply_chain.bullwhip import beer_game_chain, start_game
from casework.teach import beer_game
from casework.teach.beer_game import GamePanel, board_text, play


@pytest.fixture
def shown(monkeypatch):
    pages = []
    monkeypatch.setattr(beer_game, "show", lambda thing, **given: pages.append((thing, given)))
    monkeypatch.setattr(beer_game, "tell", lambda message, **given: pages.append((message, given)))
    return pages


def test_in_a_report_the_policy_plays(shown, monkeypatch):
    monkeypatch.setenv(RUN_VARIABLE, "1")
    assert play(start_game()) is None
    assert [given["kind"] for _, given in shown if "kind" in given] == ["orders", "costs", "amplification"]
    assert shown[0][0] == start_game().play_on().result()


def test_weeks_go_on_by_the_button(shown, monkeypatch):
    monkeypatch.delenv(RUN_VARIABLE, raising=False)
    panel = GamePanel(start_game(weeks=8))
    for order in (9, 7):
        panel.order.value = order
        panel.button.click()
    assert panel.state.orders == (9, 7)
    assert "week 7 of 8" in panel.board.value
    assert not panel.button.disabled
    panel.button.click()
    panel.button.click()
    assert panel.state.finished
    assert panel.button.disabled
    assert "The game is over" in panel.board.value
    assert [given.get("kind") for _, given in shown][-4:-1] == ["orders", "costs", "amplification"]


def test_policy_can_finish_and_the_game_start_again(shown):
    panel = GamePanel(start_game(weeks=8))
    panel.rest.click()
    assert panel.state.finished
    panel.again.click()
    assert panel.state.orders == ()
    assert not panel.button.disabled


def test_play_returns_the_panel(shown, monkeypatch):
    monkeypatch.delenv(RUN_VARIABLE, raising=False)
    assert len(play(start_game()).children) == 3


def test_board_is_text_never_markup():
    from dataclasses import replace

    chain = beer_game_chain()
    first = replace(chain.stages[0], name="<script>")
    text = board_text(start_game(chain=replace(chain, stages=(first, *chain.stages[1:])), role="<script>"))
    assert "<script>" not in text
    assert "&lt;script&gt;, week 5 of 36" in text


def test_an_order_that_cannot_be_is_told_on_the_board(shown):
    panel = GamePanel(start_game(weeks=5))
    panel.state = panel.state.play_on()
    panel.place()
    assert "over after 5 weeks" in panel.board.value
