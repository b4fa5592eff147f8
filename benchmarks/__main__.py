"""Run all benchmarks, or those named: `python -m benchmarks [engine] [index] [kano] [startup]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main(names: list[str]) -> int:
    """Run each benchmark in a process of its own."""
    found = sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))
    wanted = names or found
    unknown = [name for name in wanted if name not in found]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(found)}")
        return 2
    for name in wanted:
        print(f"== {name}")
        subprocess.run([sys.executable, str(FOLDER / f"bench_{name}.py")], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
