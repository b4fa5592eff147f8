"""What a sweep is before and after: its progress while it runs, and its outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.checks import suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import t
from casework.runner.sweep import table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class SweepProgress:
    """How far a sweep is.

    Attributes
    ----------
    done, total : int
        Runs.
    counts : dict
        Runs by status; `cached` are those that were taken from the cache or stood there.
    left : float, optional
        Expected time to the end [s].
    """

    done: int
    total: int
    counts: Mapping[str, int]
    left: float | None = None


Progress = Callable[[SweepProgress], None]


@dataclass(frozen=True, kw_only=True)
class SweepRecord:
    """A finished (or stopped) sweep.

    Attributes
    ----------
    folder : Path
        `results.csv`, `results.parquet`, `index.html`, `comparison.html`, `sweep.json`, `journal.jsonl`.
    sweep_id : str
        Name of the sweep.
    rows : tuple of dict
        What is known of each run.
    varied : tuple of str
        Parameters that vary.
    executed, taken : int
        Runs that were executed, and that were there already.
    seconds : float
        Time of the sweep [s].
    stopped : bool
        The user stopped it; it can be resumed.
    problem : str
        What could not be written, where the disk was full.
    """

    folder: Path
    sweep_id: str
    rows: tuple[dict[str, Any], ...] = field(repr=False)
    varied: tuple[str, ...] = ()
    executed: int = 0
    taken: int = 0
    seconds: float = 0.0
    stopped: bool = False
    problem: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """Runs by status."""
        return dict(Counter(row["status"] for row in self.rows))

    @property
    def ok(self) -> bool:
        """Whether every run is complete."""
        return not self.stopped and not self.problem and set(self.counts) <= {"ok"}

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each run: parameters, status, published values with units, seconds, memory."""
        frame: pd.DataFrame = table.to_frame(self.rows, self.varied)
        return frame

    def summary(self) -> str:
        """Say how the runs ended and where the table and the pages are."""
        counts = ", ".join(f"{name} {n}" for name, n in sorted(self.counts.items()))
        return t(
            "{sweep}: {counts}; {executed} executed, {taken} taken as they were; {time}",
            sweep=self.sweep_id,
            counts=counts,
            executed=self.executed,
            taken=self.taken,
            time=duration(self.seconds),
        )

    def plot(self, result: str, ax: Any = None, *, parameter: str | None = None) -> Any:
        """Draw one published number against a parameter that varies.

        Parameters
        ----------
        result : str
            Name of a published number.
        ax : matplotlib Axes, optional
            Where to draw.
        parameter : str, optional
            By default the first that varies.

        Raises
        ------
        ParameterError
            No run has such a result or parameter, or none was named and nothing varies.
        """
        from casework.report.sweep_figures import draw_against

        name = self._known("parameter", parameter or next(iter(self.varied), ""), "parameters")
        self._known("result", result, "results")
        done = [row for row in self.rows if _is_number((row["results"].get(result) or {}).get("value"))]
        unit = next((row["results"][result]["unit"] for row in done), "")
        levels = [row["parameters"].get(name) for row in done]
        return draw_against(name, levels, result, [row["results"][result]["value"] for row in done], unit, ax)

    def _known(self, where: str, name: str, part: str) -> str:
        known = list(dict.fromkeys(item for row in self.rows for item in row[part]))
        if name not in known:
            expected = t("one of {values}", values=", ".join(known))
            raise ParameterError(Problem(where, repr(name), expected, suggest(name, known)))
        return name


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def duration(seconds: float) -> str:
    """Return a time in words.

    Examples
    --------
    >>> duration(5.2), duration(125), duration(7300)
    ('5 s', '2 min 5 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return t("{s} s", s=whole)
    if whole < 3600:
        return t("{m} min {s} s", m=whole // 60, s=whole % 60)
    return t("{h} h {m} min", h=whole // 3600, m=whole % 3600 // 60)
