"""A construct: what is not asked directly but shows in its indicators."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Construct:
    """Something that is not asked directly but shows in its indicators.

    Parameters
    ----------
    name : str
        As a reader sees it.
    indicators : tuple of str
        Columns of the data.
    mode : {'A', 'B'}
        A: the indicators reflect the construct (`=~`); B: they form it (`<~`).
    """

    name: str
    indicators: tuple[str, ...]
    mode: str = "A"

    def __post_init__(self) -> None:
        """Keep the indicators as a tuple of texts."""
        object.__setattr__(self, "indicators", tuple(str(item) for item in self.indicators))
