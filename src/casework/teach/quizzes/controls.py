"""What a trainee answers with: buttons, a field, numbers; each usable from the keyboard."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Sequence
from typing import Any

from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.teach.quizzes.judge import read_numbers
from casework.teach.quizzes.model import Response
from casework.teach.quizzes.paper import Item
from casework.teach.quizzes.wording import letter

TEXT = {"flex": "1 1 auto", "width": "auto", "min_width": "0"}
ROW = {"max_width": "46rem", "align_items": "center", "margin": "1px 0"}
FIXED = "0 0 auto"
OPTION = "casework-option"
WIDE = {"width": "auto", "max_width": "46rem", "min_width": "8rem", "height": "auto", "margin": "2px 0", "flex": FIXED}
STYLE = f"""
.{OPTION} {{ text-align: left; white-space: normal; line-height: 1.35; padding: 6px 12px; text-overflow: clip;
  align-self: flex-start; overflow: visible }}
.{OPTION}:disabled {{ opacity: 0.85 }}
"""
SOON = 1.0  # seconds within which the browser sends what was typed before Enter


class Control:
    """Base: a widget, what was answered with it, and how it looks once it was answered."""

    view: Any

    def response(self) -> Response:
        """Return the answer.

        Raises
        ------
        ParameterError
            There is none yet, or it cannot be read.
        """
        raise NotImplementedError

    def lock(self) -> None:
        """Take no more answers, and mark what is right."""
        raise NotImplementedError


class Buttons(Control):
    """A button for each option: one or several can be pressed."""

    def __init__(self, names: Sequence[str], texts: Sequence[str], right: Sequence[int], *, several: bool) -> None:
        import ipywidgets

        self.right, self.several = set(right), several
        self.buttons = [
            ipywidgets.ToggleButton(description=name if name == text else f"{name}.  {text}", tooltip=text, layout=WIDE)
            for name, text in zip(names, texts, strict=True)
        ]
        for button in self.buttons:
            button.add_class(OPTION)
            button.observe(self._pressed, names="value")
        self.view = ipywidgets.VBox([ipywidgets.HTML(f"<style>{STYLE}</style>"), *self.buttons])

    def _pressed(self, change: Any) -> None:
        if change["new"] and not self.several:
            for button in self.buttons:
                if button is not change["owner"]:
                    button.value = False
        for button in self.buttons:
            button.button_style = "info" if button.value else ""

    def pressed(self) -> tuple[int, ...]:
        """Return the places of the pressed buttons."""
        return tuple(place for place, button in enumerate(self.buttons) if button.value)

    def response(self) -> Response:
        """Return the places that are pressed."""
        if not self.pressed():
            raise ParameterError(Problem("", t("nothing is chosen yet")))
        return self.pressed()

    def lock(self) -> None:
        """Mark right and wrong buttons."""
        for place, button in enumerate(self.buttons):
            button.disabled = True
            good = place in self.right
            button.button_style = "success" if good else ("danger" if button.value else "")
            button.icon = "check" if good else ("times" if button.value else "")


class TruthControl(Buttons):
    """True or false."""

    def __init__(self, item: Item) -> None:
        names = [t("True"), t("False")]
        super().__init__(names, names, [0 if item.question.answer else 1], several=False)

    def response(self) -> Response:
        """Return true or false."""
        super().response()
        return self.pressed() == (0,)


class ChoiceControl(Buttons):
    """One or several options."""

    def __init__(self, item: Item) -> None:
        self.item = item
        names = [letter(place) for place in range(len(item.options))]
        super().__init__(names, [t(text) for text in item.options], item.right, several=item.question.several)

    def response(self) -> Response:
        """Return the chosen options' places in the bank."""
        super().response()
        return tuple(sorted(self.item.order[place] for place in self.pressed()))


class NumberControl(Control):
    """A field for a number; Enter answers."""

    def __init__(self, item: Item, submit: Callable[[Any], None]) -> None:
        import ipywidgets

        self.submit, self.until = submit, 0.0
        self.field = ipywidgets.Text(placeholder=t("a number"), continuous_update=False, layout={"width": "12rem"})
        self.field.on_msg(self._entered)
        self.field.observe(self._changed, names="value")
        unit = [_text(t(item.question.unit))] if item.question.unit else []
        self.view = ipywidgets.HBox([self.field, *unit], layout=ROW)

    def _entered(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Enter was pressed; what was typed comes right after."""
        if content.get("event") == "submit":
            self.until = time.monotonic() + SOON

    def _changed(self, _change: Any) -> None:
        if time.monotonic() <= self.until:
            self.until = 0.0
            self.submit(self.field)

    def response(self) -> Response:
        """Return what was typed."""
        text = str(self.field.value)
        if not text.strip():
            raise ParameterError(Problem("", t("nothing is filled in yet")))
        if not read_numbers(text):
            raise ParameterError(Problem("", t("this is not a number")))
        return text

    def lock(self) -> None:
        """Take no more numbers."""
        self.field.disabled = True


class OrderControl(Control):
    """A number for each step."""

    def __init__(self, item: Item) -> None:
        import ipywidgets

        self.item = item
        n = len(item.options)
        places = [("–", 0), *((str(place), place) for place in range(1, n + 1))]
        self.numbers = [
            ipywidgets.Dropdown(options=places, value=0, tooltip=t(text), layout={"width": "4rem", "flex": FIXED})
            for text in item.options
        ]
        self.rows = [
            ipywidgets.HBox([number, _text(t(text))], layout=ROW)
            for number, text in zip(self.numbers, item.options, strict=True)
        ]
        self.view = ipywidgets.VBox(self.rows)

    def response(self) -> Response:
        """Return the steps' places in the bank, in the order that was given."""
        given = [number.value for number in self.numbers]
        if sorted(given) != list(range(1, len(given) + 1)):
            raise ParameterError(Problem("", t("each step needs a number of its own, from 1 to {n}", n=len(given))))
        return tuple(place for _, place in sorted(zip(given, self.item.order, strict=True)))

    def lock(self) -> None:
        """Mark the numbers that are right, and show the right ones beside the others."""
        for number, row, text, place in zip(self.numbers, self.rows, self.item.options, self.item.right, strict=True):
            number.disabled = True
            sign = "✓" if number.value == place + 1 else f"→ {place + 1}"
            row.children = [number, _text(f"{sign}  {t(text)}")]


def _text(text: str) -> Any:
    import ipywidgets

    markup = f'<span style="white-space:normal;line-height:1.35">{html.escape(text)}</span>'
    return ipywidgets.HTML(markup, layout=TEXT)


def control_for(item: Item, submit: Callable[[Any], None]) -> Control:
    """Return the control for a question; `submit` is called where a key answers at once."""
    if item.question.kind == "true_false":
        return TruthControl(item)
    if item.question.kind == "numeric":
        return NumberControl(item, submit)
    return ChoiceControl(item) if item.question.kind == "choice" else OrderControl(item)
