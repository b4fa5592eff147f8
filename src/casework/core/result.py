"""The shape of every result: small, frozen, with three views (`to_frame`, `summary`, `plot`)."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


class Result:
    """Base of the results of all methods; subclasses are `@dataclass(frozen=True, kw_only=True)`.

    A frozen dataclass does not protect a frame or an array inside it: they are copied on the way in, arrays
    are made read-only, and `to_frame` hands out copies.
    """

    def __init_subclass__(cls) -> None:
        """Keep equality by table: a dataclass would compare frames cell by cell and fail."""
        super().__init_subclass__()
        cls.__eq__ = Result.__eq__  # type: ignore[method-assign]

    def __post_init__(self) -> None:
        """Take copies of what could be changed from outside."""
        import numpy as np
        import pandas as pd

        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, (pd.DataFrame, pd.Series)):
                object.__setattr__(self, field.name, value.copy())
            elif isinstance(value, np.ndarray):
                own = value.copy()
                own.flags.writeable = False
                object.__setattr__(self, field.name, own)

    def to_frame(self) -> pd.DataFrame:
        """Tidy table of the result."""
        raise NotImplementedError

    def summary(self) -> str:
        """Say in plain text what the result means."""
        raise NotImplementedError

    def plot(self, ax: Axes | None = None, kind: str | None = None) -> Axes:
        """Draw the result; `kind` picks one of several pictures where there are more than one."""
        from casework.figures import draw

        return draw(self, ax=ax, kind=kind)

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(escape=True, float_format=lambda value: f"{value:.4g}"))

    def __str__(self) -> str:
        """Return the summary, so that `print(result)` reads well."""
        return self.summary()

    def __eq__(self, other: Any) -> bool:
        """Equal where type and tidy table are."""
        return type(self) is type(other) and self.to_frame().equals(other.to_frame())

    __hash__ = None  # type: ignore[assignment]
