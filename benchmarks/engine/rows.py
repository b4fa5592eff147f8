"""What the benchmark shows: one row for each goal, by medians of ratios that were taken round by round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from engine.place import Cost


@dataclass(frozen=True)
class Row:
    """One goal: two costs for each round, and how they should compare.

    Attributes
    ----------
    ours, peer : sequence of Cost
        One for each round, in seconds (or bytes).
    goal : float, optional
        Bound of the median ratio; None where it is only shown.
    slower : bool
        The ratio is peer over ours, at least `goal`; otherwise ours over peer, at most `goal`.
    """

    name: str
    peer_name: str
    ours: Sequence[Cost]
    peer: Sequence[Cost]
    goal: float | None
    slower: bool = True
    unit: str = "s"
    scale: float = 1.0

    def ratios(self, part: str) -> list[float]:
        """One ratio for each round."""
        pairs = [(getattr(a, part), getattr(b, part)) for a, b in zip(self.ours, self.peer, strict=True)]
        return [(b / a if self.slower else a / b) for a, b in pairs if a and b]

    @property
    def met(self) -> bool:
        """Whether the goal is met by the median."""
        if self.goal is None:
            return True
        middle = median(self.ratios("wall"))
        return middle >= self.goal if self.slower else middle <= self.goal

    def content(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self) | {"ratios": self.ratios("wall"), "cpu_ratios": self.ratios("cpu"), "met": self.met}

    def text(self) -> str:
        """Return it as two lines."""
        wall, cpu = self.ratios("wall"), self.ratios("cpu")
        ours, peer = median(item.wall for item in self.ours), median(item.wall for item in self.peer)
        shown = f"{ours / self.scale:.2f} {self.unit} against {peer / self.scale:.2f} {self.unit} ({self.peer_name})"
        also = f", CPU {median(cpu):.3g}" if cpu else ""
        spread = f"{min(wall):.3g} to {max(wall):.3g}"
        return f"{self.name}\n    {shown}: ratio {median(wall):.3g} ({spread}{also}){self._verdict()}"

    def _verdict(self) -> str:
        if self.goal is None:
            return ""
        bound = f"{'at least' if self.slower else 'at most'} {self.goal:g}"
        return f"; goal {bound}: {'met' if self.met else 'MISSED'}"
