"""How long runs will take and how much memory they need, from runs that are known."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.runner.cache.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NEAREST = 3
DISTANCES = 1_000_000  # held at a time
OVERHEAD_SECONDS = 0.6  # report and folder of a run
BOOT_SECONDS = 6.0
RUN_MEMORY = 450 << 20
SHARE = 0.8  # of the free memory


@dataclass(frozen=True, kw_only=True)
class History:
    """Runs of a study that are known: their parameters, processor time [s] and peak memory [bytes]."""

    parameters: tuple[Mapping[str, Any], ...] = ()
    cpu: tuple[float, ...] = ()
    memory: tuple[int, ...] = ()

    @classmethod
    def of_study(cls, study: str, root: Path | None) -> History:
        """Return what the cache knows of a study."""
        if root is None:
            return cls()
        found = [entry for entry in Store(root).entries() if entry.study == study]
        return cls(
            parameters=tuple(entry.parts.get("parameters", {}) for entry in found),
            cpu=tuple(entry.cpu for entry in found),
            memory=tuple(entry.memory for entry in found),
        )


def expected_seconds(points: Sequence[Mapping[str, Any]], history: History) -> list[float | None]:
    """Return the expected time of each run [s]: the mean of the known runs with the nearest numbers.

    Numbers are compared on a logarithmic scale, each relative to its spread; None where nothing is known.

    Examples
    --------
    >>> known = History(parameters=({"n": 10}, {"n": 1000}), cpu=(1.0, 9.0), memory=(1, 1))
    >>> first, second = expected_seconds([{"n": 10}, {"n": 1000}], known)
    >>> first < second
    True
    """
    if not history.cpu:
        return [None] * len(points)
    import numpy as np

    names = sorted({name for point in points for name, value in point.items() if _is_number(value)})
    known, wanted = _scales(history.parameters, names), _scales(points, names)
    spread = np.ptp(np.vstack([known, wanted]), axis=0)
    used = spread > 0
    if not used.any():
        return [float(np.mean(history.cpu)) + OVERHEAD_SECONDS] * len(points)
    known, wanted = known[:, used] / spread[used], wanted[:, used] / spread[used]
    cpu = np.asarray(history.cpu)
    step = max(1, DISTANCES // len(known))
    parts = [_near_mean(wanted[start : start + step], known, cpu) for start in range(0, len(wanted), step)]
    return [float(value) + OVERHEAD_SECONDS for part in parts for value in part]


def _scales(items: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Floats:
    import numpy as np

    numbers = [[_scaled(item.get(name)) for name in names] for item in items]
    return np.array(numbers, dtype=np.float64).reshape(len(items), len(names))


def _near_mean(wanted: Floats, known: Floats, cpu: Floats) -> Floats:
    """Return the mean time of the nearest known runs, the nearer the more it counts."""
    import numpy as np

    square = sum((wanted[:, None, at] - known[None, :, at]) ** 2 for at in range(known.shape[1]))
    distance = np.sqrt(np.asarray(square))
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :NEAREST]
    weights = 1.0 / (1e-6 + np.take_along_axis(distance, nearest, axis=1))
    mean: Floats = (weights * cpu[nearest]).sum(axis=1) / weights.sum(axis=1)
    return mean


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scaled(value: Any) -> float:
    if not _is_number(value):
        return 0.0
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        number = sys.float_info.max if value > 0 else -sys.float_info.max
    return math.copysign(math.log1p(abs(number)), number) if math.isfinite(number) else 0.0


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory() -> int:
    """Return the memory that is free [bytes], within the limit of the control group where there is one."""
    import psutil

    free = int(psutil.virtual_memory().available)
    for limit, used in (("memory.max", "memory.current"),):
        group = Path("/sys/fs/cgroup")
        try:
            most = (group / limit).read_text(encoding="ascii").strip()
            if most.isdigit():
                free = min(free, int(most) - int((group / used).read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue
    return max(free, 0)


def choose_workers(wanted: int | None, runs: int, history: History) -> tuple[int, int]:
    """Return how many runs may go on at once, and how much memory each may take [bytes].

    Parameters
    ----------
    wanted : int, optional
        As the user says, 1 or more; by default as many as there are cores, fewer where memory is short.
    runs : int
        Runs to execute.
    history : History
        What is known of the memory that runs need.
    """
    free = int(free_memory() * SHARE)
    need = max(history.memory, default=RUN_MEMORY)
    most = wanted or max(1, min(cores(), free // max(need, 1)))
    workers = max(1, min(most, runs))
    return workers, max(free // workers, need)


def wall_seconds(expected: Sequence[float | None], workers: int) -> float | None:
    """Return the expected time of a whole sweep [s]; None where a run is unknown.

    Examples
    --------
    >>> wall_seconds([4.0, 2.0, 2.0], 2)
    4.0
    """
    known = [value for value in expected if value is not None]
    if len(known) < len(expected) or not known:
        return None
    return max(sum(known) / workers, max(known))
