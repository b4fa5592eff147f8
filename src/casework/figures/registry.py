"""Which function draws which result."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import TYPE_CHECKING, Any, TypeVar

from casework.core.messages import t
from casework.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Drawing = TypeVar("Drawing", bound=Callable[..., Any])


class Drawer:
    """Draw a result by its type, in the house style.

    `@draw.register(ThingResult)` above a function `(result, ax=None, kind=None) -> Axes` adds a drawing.
    """

    def __init__(self) -> None:
        self._drawings = singledispatch(_refuse)

    def __call__(self, result: Any, ax: Axes | None = None, kind: str | None = None) -> Axes:
        """Draw a result.

        Parameters
        ----------
        result : Result
            What a method returned.
        ax : Axes, optional
            Where to draw; a new figure by default.
        kind : str, optional
            Which picture of the result, where there are several.

        Raises
        ------
        TypeError
            Nothing is registered for the type of `result`.
        """
        with style.context():
            axes: Axes = self._drawings(result, ax=ax, kind=kind)
        return axes

    def register(self, kind: type) -> Callable[[Drawing], Drawing]:
        """Register a drawing for a type of result: `@draw.register(ThingResult)`."""

        def keep(drawing: Drawing) -> Drawing:
            self._drawings.register(kind)(drawing)
            return drawing

        return keep

    def knows(self, kind: type) -> bool:
        """Return whether results of this type can be drawn."""
        return self.drawing(kind) is not _refuse

    def drawing(self, kind: type) -> Callable[..., Any]:
        """Return the function that draws results of this type."""
        return self._drawings.dispatch(kind)


def _refuse(result: Any, ax: Axes | None = None, kind: str | None = None) -> Axes:
    raise TypeError(t("there is no drawing for a {type}", type=type(result).__name__))


draw = Drawer()
