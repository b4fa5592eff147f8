"""The beer game in a notebook: a trainee plays one stage week by week; in a report its policy plays instead."""

from __future__ import annotations

import os
from typing import Any

from casework.core.errors import CaseworkError
from casework.core.messages import t
from casework.core.paths import RUN_VARIABLE
from casework.figures import draw
from casework.report.display import show, tell
from casework.supply_chain.bullwhip import GameResult, GameState

MOST = 1_000_000


def play(game: GameState) -> Any:
    """Play a beer game: order, see the next week, and at the end the chain.

    Parameters
    ----------
    game : GameState
        As `start_game` returns it.

    Returns
    -------
    GamePanel's widget or None
        The panel in JupyterLab; in a report nothing is returned and the game is shown as the role's policy plays it.
    """
    if os.environ.get(RUN_VARIABLE):
        _static_twin(game)
        return None
    return GamePanel(game).widget


def _static_twin(game: GameState) -> None:
    show_result(game.play_on().result())
    tell(
        "Here the policy has played the stage {stage}. In JupyterLab you place the orders yourself, week by week.",
        stage=t(game.role),
        role="note",
    )


def show_result(result: GameResult) -> None:
    """Show how a game ended: orders, costs and amplification of all stages."""
    show(result, kind="orders", caption="Orders of all stages in the game.")
    show(result, kind="costs", caption="Cost of every stage, as played and with the policy in the player's place.")
    show(result, kind="amplification", caption="Amplification of every stage in the game.")
    tell(result.summary(), role="finding")


class GamePanel:
    """The board of one player: what the role sees, a box for the order, and a button."""

    def __init__(self, game: GameState) -> None:
        import ipywidgets

        self.first = self.state = game
        self.board = ipywidgets.HTML()
        self.order = ipywidgets.BoundedFloatText(
            value=4.0, min=0.0, max=MOST, step=1.0, description=t("order"), style={"description_width": "initial"}
        )
        self.button = ipywidgets.Button(description=t("Place the order"), button_style="primary")
        self.rest = ipywidgets.Button(description=t("Let the policy finish"))
        self.again = ipywidgets.Button(description=t("Start again"))
        self.output = ipywidgets.Output()
        self.button.on_click(lambda _: self.place())
        self.rest.on_click(lambda _: self._go(self.state.play_on()))
        self.again.on_click(lambda _: self._go(self.first))
        controls = ipywidgets.HBox([self.order, self.button, self.rest, self.again], layout={"flex_flow": "row wrap"})
        self.widget = ipywidgets.VBox([self.board, controls, self.output])
        self._go(game)

    def place(self) -> None:
        """Place the order in the box and go on by a week."""
        try:
            self._go(self.state.step(self.order.value))
        except CaseworkError as error:
            self.board.value = board_text(self.state) + f"<p>{_escaped(error)}</p>"

    def _go(self, state: GameState) -> None:
        self.state = state
        self.board.value = board_text(state)
        self.button.disabled = self.rest.disabled = state.finished
        with self.output:
            self.output.clear_output(wait=True)
            if state.finished:
                show_result(state.result())
            else:
                show(draw(state), caption="Your own stage so far.", alt=t("Week {week}", week=state.played + 1))


def board_text(state: GameState) -> str:
    """Return what the player sees, as HTML."""
    view = state.view()
    facts = (
        (t("received"), view.received),
        (t("orders that came in"), view.incoming),
        (t("stock"), view.stock),
        (t("backlog"), view.backlog),
        (t("on order, not yet here"), view.on_order),
    )
    cells = "".join(
        f"<td style='padding:2px 14px 2px 0'>{_escaped(name)}<br><b>{value:,.4g}</b></td>" for name, value in facts
    )
    over = t("The game is over.") if state.finished else t("How much do you order?")
    head = t("{role}, week {week} of {n}; cost so far {cost:,.2f}", role=t(state.role), week=view.week, n=state.weeks,
             cost=view.cost)  # fmt: skip
    return f"<b>{_escaped(head)}</b><table><tr>{cells}</tr></table><p>{_escaped(over)}</p>"


def _escaped(text: object) -> str:
    from html import escape

    return escape(str(text))
