"""Start-up: `casework --help` and the refusal of a wrong parameter, against `import typer`; medians of rounds."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("casework"))
CASES = {
    "import typer": [sys.executable, "-c", "import typer"],
    "casework --help": [COMMAND, "--help"],
    "casework run kano -p treshold=1": [COMMAND, "run", "kano", "-p", "treshold=1"],
}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    for command in CASES.values():
        seconds(command)
    rounds = [{name: seconds(command) for name, command in CASES.items()} for _ in range(given.rounds)]
    base = "import typer"
    rows = {
        name: {
            "median_s": statistics.median(item[name] for item in rounds),
            "ratio": statistics.median(item[name] / item[base] for item in rounds),
        }
        for name in CASES
    }
    if given.json:
        print(json.dumps(rows, indent=2))
    else:
        for name, row in rows.items():
            print(f"{name:36} {row['median_s']:.3f} s   {row['ratio']:.2f} times {base}")


if __name__ == "__main__":
    main()
