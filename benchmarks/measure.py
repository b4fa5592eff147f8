"""What benchmarks share: a time, and a peer in an environment of its own."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any


def seconds(call: Callable[[], Any], repeats: int) -> float:
    """Return the median time of a call [s]."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peer_python(folder: Path | str, *packages: str) -> str:
    """Return the Python of a new environment in a folder, with these packages: a peer is never a dependency."""
    venv.create(folder, with_pip=True)
    python = str(Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True, stderr=subprocess.DEVNULL)
    return python
