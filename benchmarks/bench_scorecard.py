"""Speed of scorecards against optbinning, in one run.

    python benchmarks/bench_scorecard.py [--json] [--repeats 5] [--rows 1000000] [--german FILE]

optbinning (1.0.0) runs in a temporary environment of its own; imports are not timed. Three comparisons: a scorecard of
20 variables of German credit (binning, weights of evidence, logit, points), binning of a million rows by 20 columns,
and scoring a million rows against reading them from CSV with pandas. The first needs the German credit data (UCI
Statlog, 1,000 rows), which are not part of the project; it is left out, and said so, where the file is missing. Both
sides find the direction of each variable themselves; how many information values agree is printed. Times are wall clock
and, in brackets, CPU.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from casework.credit.scorecard import BinningResult, bin_variables, scorecard_points
from casework.credit.scorecard.logit import fit_logit
from measure import peer_python

PEER = "optbinning==1.0.0"
GERMAN = Path(__file__).resolve().parents[2] / "shared" / "data" / "german_credit.csv"
THEIRS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from optbinning import BinningProcess, Scorecard

folder, repeats, whole = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "scorecard"
data = np.load(folder + "/frame.npz")
frame = pd.DataFrame({name: data[name].astype(object) if data[name].dtype.kind == "U" else data[name] for name in data})
ask = json.load(open(folder + "/ask.json"))
names = [name for name in frame.columns if name != "bad"]
text = [name for name in names if ask["trends"][name] == "text"]
params = {name: {"monotonic_trend": trend} for name, trend in ask["trends"].items() if trend != "text"}
clock, cpu = [], []
for _ in range(repeats):
    begin, used = time.perf_counter(), time.process_time()
    process = BinningProcess(names, categorical_variables=text, binning_fit_params=params)
    if whole:
        model = Scorecard(binning_process=process, estimator=LogisticRegression(C=1e10, max_iter=1000),
            scaling_method="pdo_odds", scaling_method_params={"pdo": 20, "odds": 50, "scorecard_points": 600})
        model.fit(frame[names], frame["bad"])
    else:
        process.fit(frame[names], frame["bad"])
    clock.append(time.perf_counter() - begin)
    cpu.append(time.process_time() - used)
process = model.binning_process_ if whole else process
iv = {}
for name in names:
    table = process.get_binned_variable(name).binning_table
    table.build()
    iv[name] = float(table.iv)
print(json.dumps({"clock": clock, "cpu": cpu, "iv": iv}))
"""


def made_up(rows: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    bad = rng.random(rows) < 0.1
    columns: dict[str, Any] = {f"number_{i:02d}": rng.normal(size=rows) + bad * i / 15 for i in range(15)}
    for i in (3, 7, 11):
        columns[f"number_{i:02d}"][rng.random(rows) < 0.02] = np.nan
    for i in range(5):
        kinds = 6 + 4 * i
        place = np.clip((rng.random(rows) * kinds + bad * i / 3).astype(int), 0, kinds - 1)
        columns[f"text_{i}"] = np.array([f"kind {k:02d}" for k in range(kinds)])[place]
    return pd.DataFrame(columns).assign(bad=bad.astype(int))


def timed(call: Callable[[], Any], repeats: int) -> tuple[float, float]:
    clock, cpu = [], []
    for _ in range(repeats):
        begin, used = time.perf_counter(), time.process_time()
        call()
        clock.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - used)
    return statistics.median(clock), statistics.median(cpu)


def whole_scorecard(frame: pd.DataFrame) -> BinningResult:
    binning = bin_variables(frame, target="bad", trend="monotone")
    trends = binning.trends
    told = [name for name in binning.names if trends[name] != "flat"]
    model = fit_logit(binning.select(told).transform(frame), frame["bad"])
    scorecard_points(binning, model.coefficients, model.intercept)
    return binning


def peer(
    python: str, folder: Path, frame: pd.DataFrame, binning: BinningResult, repeats: int, kind: str
) -> dict[str, Any]:
    trends = {name: "auto_asc_desc" if binning.rules[name].numeric else "text" for name in binning.names}
    columns = {name: frame[name].to_numpy(str if trends.get(name) == "text" else None) for name in frame}
    np.savez(folder / "frame.npz", **columns)
    (folder / "ask.json").write_text(json.dumps({"trends": trends}), encoding="utf-8")
    (folder / "peer.py").write_text(THEIRS, encoding="utf-8")
    call = [python, str(folder / "peer.py"), str(folder), str(repeats), kind]
    said = subprocess.run(call, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


def agreement(binning: BinningResult, theirs: dict[str, float]) -> tuple[int, float]:
    """How many information values agree to 1e-4 of their size, and the largest difference of the others."""
    differences = {name: abs(binning.iv[name] - value) for name, value in theirs.items()}
    off = {name: gap for name, gap in differences.items() if gap > 1e-4 * max(theirs[name], 0.01)}
    return len(theirs) - len(off), max(off.values(), default=0.0)


def compare(
    python: str, folder: Path, name: str, frame: pd.DataFrame, kind: str, repeats: int, slow: int
) -> dict[str, Any]:
    call = (
        (lambda: whole_scorecard(frame))
        if kind == "scorecard"
        else (lambda: bin_variables(frame, target="bad", trend="monotone"))
    )
    binning = call()
    first = timed(call, repeats)
    theirs = peer(python, folder, frame, binning, slow, kind)
    second = timed(call, repeats)
    clock, cpu = statistics.mean([first[0], second[0]]), statistics.mean([first[1], second[1]])
    same, gap = agreement(binning, theirs["iv"])
    peer_clock, peer_cpu = statistics.median(theirs["clock"]), statistics.median(theirs["cpu"])
    return {"case": name, "casework_s": clock, "casework_cpu_s": cpu, "optbinning_s": peer_clock,
            "optbinning_cpu_s": peer_cpu, "ratio": peer_clock / clock, "cpu_ratio": peer_cpu / cpu,
            "same_iv": same, "of": len(theirs["iv"]), "largest_other_difference": gap}  # fmt: skip


def scoring(folder: Path, frame: pd.DataFrame, repeats: int) -> dict[str, Any]:
    binning = bin_variables(frame, target="bad", trend="monotone")
    card = scorecard_points(binning, dict.fromkeys(binning.names, -0.5), -2.0)
    frame.to_csv(folder / "rows.csv", index=False)
    read = pd.read_csv(folder / "rows.csv")
    score, reading = timed(lambda: card.score(read), repeats), timed(lambda: pd.read_csv(folder / "rows.csv"), repeats)
    np.testing.assert_array_equal(card.score(read).head(50), [card.score(read.iloc[[i]]).iloc[0] for i in range(50)])
    return {"case": f"scoring {len(frame):,} rows", "score_s": score[0], "read_csv_s": reading[0],
            "ratio": reading[0] / score[0]}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--german", type=Path, default=GERMAN)
    parser.add_argument("--peer", help="Python of an environment that holds optbinning already")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        python = given.peer or peer_python(folder / "env", PEER)
        if given.german.is_file():
            german = pd.read_csv(given.german)
            rows.append(
                compare(
                    python, folder, "German credit, scorecard", german, "scorecard", 4 * given.repeats, given.repeats
                )
            )
        else:
            print("The German credit data are not there: this case is left out.")
        large = made_up(given.rows)
        rows.append(
            compare(python, folder, f"{given.rows:,} x 20, binning", large, "binning", 2, max(1, given.repeats // 3))
        )
        rows.append(scoring(folder, large, max(1, given.repeats // 2)))
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows[:-1]:
        print(
            f"{row['case']:28} casework {row['casework_s']:7.3f} s ({row['casework_cpu_s']:.3f})  "
            f"optbinning {row['optbinning_s']:7.3f} s ({row['optbinning_cpu_s']:.3f})  {row['ratio']:6.1f} x "
            f"({row['cpu_ratio']:.1f})  same information value: {row['same_iv']} of {row['of']}"
        )
    last = rows[-1]
    print(f"{last['case']:28} {last['score_s']:.3f} s; pandas reads them in {last['read_csv_s']:.3f} s")


if __name__ == "__main__":
    main()
