"""Speed of customer lifetime and proportional hazards against lifetimes and lifelines, in one run.

    python benchmarks/bench_lifetime.py [--json] [--repeats 5] [--customers 200000] [--cdnow FILE]

lifetimes (0.11.3) and lifelines (0.30.3) run in a temporary environment of their own; imports are not timed. Customers
are made up by the models themselves, with days as the unit of time (many have the same history) or with continuous
times. The CDNOW data are not part of the project; their case is left out, and said so, where the file is missing.
Estimates of both sides are compared: the largest difference, in units of the estimate, is printed. Times are wall clock
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

from casework.customers import bg_nbd, cox, gamma_gamma, lifetime_value
from measure import peer_python

PEERS = ("lifetimes==0.11.3", "lifelines==0.30.3", "pandas<3", "setuptools<80")
CDNOW = Path(__file__).resolve().parents[2] / "shared" / "data" / "cdnow_summary.csv"
WEEKS = 4.345  # of a month, as lifetimes has it
THEIRS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from lifetimes import BetaGeoFitter, GammaGammaFitter

folder, kind, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
data = np.load(folder + "/frame.npz")
frame = pd.DataFrame({name: data[name] for name in data})

def purchases():
    model = BetaGeoFitter()
    model.fit(frame["frequency"], frame["recency"], frame["tenure"])
    return model

def spending():
    model = GammaGammaFitter()
    rows = frame[frame["frequency"] > 0]
    model.fit(rows["frequency"], rows["mean_value"])
    return model

if kind == "value":
    bought, spent = purchases(), spending()

def call():
    if kind == "bg_nbd":
        return list(purchases().params_)
    if kind == "gamma_gamma":
        return list(spending().params_)
    if kind == "value":
        found = spent.customer_lifetime_value(bought, frame["frequency"], frame["recency"], frame["tenure"],
            frame["mean_value"], time=12, discount_rate=0.01, freq="W")
        return [float(found.sum()), float(found.max())]
    return list(CoxPHFitter().fit(frame, "time", "left").params_)

clock, cpu = [], []
for _ in range(repeats):
    begin, used = time.perf_counter(), time.process_time()
    found = call()
    clock.append(time.perf_counter() - begin)
    cpu.append(time.process_time() - used)
print(json.dumps({"clock": clock, "cpu": cpu, "found": [float(x) for x in found]}))
"""


def made_up(n: int, *, days: bool, seed: int = 0) -> pd.DataFrame:
    """Customers of two years who buy and spend as the models say [weeks]."""
    rng = np.random.default_rng(seed)
    rate, left = rng.gamma(0.6, 1 / 8, n), rng.geometric(np.maximum(rng.beta(0.8, 2.5, n), 1e-6))
    tenure = rng.uniform(26, 104, n)
    when, last, x = np.zeros(n), np.zeros(n), np.zeros(n, dtype=int)
    for count in range(1, 400):
        when = when + rng.exponential(1 / np.maximum(rate, 1e-12))
        seen = (when < tenure) & (count <= left)
        if not seen.any():
            break
        last, x = np.where(seen, when, last), x + seen
        when = np.where(seen, when, np.inf)
    if days:
        tenure, last = np.ceil(tenure * 7) / 7, np.where(x > 0, np.ceil(last * 7) / 7, 0)
    some = np.maximum(x, 1)
    value = rng.gamma(6 * some, 1 / (rng.gamma(4, 1 / 15, n) * some))
    return pd.DataFrame(
        {
            "frequency": x,
            "recency": np.minimum(last, tenure),
            "tenure": tenure,
            "mean_value": np.where(x > 0, value, 0).round(2),
        }
    )


def subscribers(n: int, seed: int = 0) -> pd.DataFrame:
    """Customers of ten traits who leave by the month."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 10))
    time = rng.exponential(36 * np.exp(-x @ np.linspace(-0.5, 0.5, 10)))
    lost = rng.uniform(6, 48, n)
    names = [f"trait_{i}" for i in range(10)]
    frame = pd.DataFrame(x, columns=names)
    return frame.assign(time=np.ceil(np.minimum(time, lost)), left=(time <= lost).astype(int))


def timed(call: Callable[[], Any], repeats: int) -> tuple[float, float, Any]:
    """Median wall clock and CPU time [s], and what was found."""
    clock, cpu, found = [], [], None
    for _ in range(repeats):
        begin, used = time.perf_counter(), time.process_time()
        found = call()
        clock.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - used)
    return statistics.median(clock), statistics.median(cpu), found


def ours(kind: str, frame: pd.DataFrame) -> Callable[[], list[float]]:
    if kind == "bg_nbd":
        return lambda: bg_nbd(frame).table["estimate"].tolist()
    if kind == "gamma_gamma":
        return lambda: gamma_gamma(frame).table["estimate"].tolist()
    if kind == "cox":
        traits = [name for name in frame if name.startswith("trait")]
        return lambda: cox(frame, duration="time", event="left", covariates=traits).table["coefficient"].tolist()
    bought, spent = bg_nbd(frame), gamma_gamma(frame)

    def value() -> list[float]:
        found = lifetime_value(bought, spent, horizon=12 * WEEKS, step=WEEKS, discount=1.01**12 - 1, year=12 * WEEKS)
        return [found.total, float(found.table["value"].max())]

    return value


def compare(python: str, folder: Path, name: str, kind: str, frame: pd.DataFrame, repeats: int) -> dict[str, Any]:
    call = ours(kind, frame)
    call()
    first = timed(call, repeats)
    np.savez(folder / "frame.npz", **{column: frame[column].to_numpy() for column in frame})
    (folder / "peer.py").write_text(THEIRS, encoding="utf-8")
    slow = max(1, repeats // 2) if len(frame) > 10_000 else repeats
    command = [python, str(folder / "peer.py"), str(folder), kind, str(slow)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    theirs = json.loads(said.stdout.splitlines()[-1])
    second = timed(call, repeats)
    clock, cpu = statistics.mean([first[0], second[0]]), statistics.mean([first[1], second[1]])
    gap = np.max(np.abs(np.array(first[2]) / np.array(theirs["found"]) - 1))
    peer_clock, peer_cpu = statistics.median(theirs["clock"]), statistics.median(theirs["cpu"])
    return {"case": name, "casework_s": clock, "casework_cpu_s": cpu, "peer_s": peer_clock, "peer_cpu_s": peer_cpu,
            "ratio": peer_clock / clock, "cpu_ratio": peer_cpu / cpu, "largest_difference": float(gap)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--cdnow", type=Path, default=CDNOW)
    parser.add_argument("--peer", help="Python of an environment that holds both peers already")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    small, large, days = (
        made_up(3000, days=True),
        made_up(given.customers, days=False),
        made_up(given.customers, days=True),
    )
    cases = [
        ("BG/NBD, 3,000, days", "bg_nbd", small),
        (f"BG/NBD, {given.customers:,}, days", "bg_nbd", days),
        (f"BG/NBD, {given.customers:,}, continuous", "bg_nbd", large),
        (f"Gamma-Gamma, {given.customers:,}", "gamma_gamma", days),
        ("value, 3,000, 12 months", "value", small),
        ("Cox, 1,000 x 10", "cox", subscribers(1000)),
        (f"Cox, {given.customers:,} x 10", "cox", subscribers(given.customers)),
    ]
    if given.cdnow.is_file():
        cdnow = pd.read_csv(given.cdnow).rename(columns={"recency_weeks": "recency", "age_weeks": "tenure"})
        cases = [("BG/NBD, CDNOW", "bg_nbd", cdnow), ("Gamma-Gamma, CDNOW", "gamma_gamma", cdnow), *cases]
    elif not given.json:
        print("The CDNOW data are not there: their cases are left out.")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        python = given.peer or peer_python(folder / "env", *PEERS)
        rows = [compare(python, folder, name, kind, frame, given.repeats) for name, kind, frame in cases]
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        print(
            f"{row['case']:30} casework {row['casework_s']:7.3f} s ({row['casework_cpu_s']:.3f})  "
            f"peer {row['peer_s']:8.3f} s ({row['peer_cpu_s']:.3f})  {row['ratio']:6.1f} x ({row['cpu_ratio']:.1f})  "
            f"largest difference {row['largest_difference']:.1e}"
        )


if __name__ == "__main__":
    main()
