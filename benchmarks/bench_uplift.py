"""Speed of the Qini curve and its coefficient against scikit-uplift, in one run.

    python benchmarks/bench_uplift.py [--json] [--repeats 5] [--customers 1000000]

scikit-uplift (0.5.1) runs in a temporary environment of its own; imports are not timed. Both sides get the same
customers, half of them with an offer, with scores all different or of 1,000 values. The coefficient and the highest
point of the curve are compared. casework also gives the uplift of five groups with intervals, which is timed, too.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from casework.customers import uplift_curve
from measure import peer_python, seconds

PEERS = ("scikit-uplift==0.5.1",)
THEIRS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
from sklift.metrics import qini_auc_score, qini_curve

data, repeats = np.load(sys.argv[1]), int(sys.argv[2])
y, score, offered = data["kept"], data["score"], data["offered"]
times = []
for _ in range(repeats):
    begin = time.perf_counter()
    curve, qini = qini_curve(y, score, offered), qini_auc_score(y, score, offered)
    times.append(time.perf_counter() - begin)
print(json.dumps({"times": times, "qini": float(qini), "top": float(curve[1].max())}))
"""


def made_up(n: int, *, values: int, seed: int = 0) -> pd.DataFrame:
    """Customers half of whom got an offer that works the better, the higher their score."""
    rng = np.random.default_rng(seed)
    score, offered = rng.random(n), rng.integers(0, 2, n)
    kept = (rng.random(n) < 0.6 + 0.3 * (score - 0.4) * offered).astype(int)
    return pd.DataFrame({"kept": kept, "offered": offered, "score": np.floor(score * values) if values else score})


def compare(python: str, folder: Path, name: str, frame: pd.DataFrame, repeats: int) -> dict[str, Any]:
    """Time both sides on the same customers and hold their numbers together."""
    how = {"outcome": "kept", "arm": "offered", "control": "0", "offer": "1", "score": "score"}
    found = uplift_curve(frame, **how)
    first = seconds(lambda: uplift_curve(frame, **how), repeats)
    np.savez(folder / "frame.npz", **{column: frame[column].to_numpy() for column in frame})
    (folder / "peer.py").write_text(THEIRS, encoding="utf-8")
    command = [python, str(folder / "peer.py"), str(folder / "frame.npz"), str(repeats)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    theirs = json.loads(said.stdout.splitlines()[-1])
    own = statistics.mean([first, seconds(lambda: uplift_curve(frame, **how), repeats)])
    top = float(found.curve["gain"].max() * frame["offered"].sum())
    gap = max(abs(found.qini / theirs["qini"] - 1), abs(top / theirs["top"] - 1))
    peer = statistics.median(theirs["times"])
    return {"case": name, "casework_s": own, "peer_s": peer, "ratio": peer / own, "largest_difference": gap}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--peer", help="Python of an environment that holds the peer already")
    given = parser.parse_args()
    n = given.customers
    cases = [
        (f"Qini, {n:,}, scores all different", made_up(n, values=0)),
        (f"Qini, {n:,}, 1,000 scores", made_up(n, values=1000)),
        ("Qini, 2,000, scores all different", made_up(2000, values=0)),
    ]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        python = given.peer or peer_python(folder / "env", *PEERS)
        rows = [compare(python, folder, name, frame, given.repeats) for name, frame in cases]
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        print(
            f"{row['case']:40} casework {row['casework_s']:7.3f} s  scikit-uplift {row['peer_s']:7.3f} s  "
            f"{row['ratio']:5.1f} x  largest difference {row['largest_difference']:.1e}"
        )


if __name__ == "__main__":
    main()
