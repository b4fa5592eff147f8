"""Speed of the key drivers against pingouin, in one run.

    python benchmarks/bench_drivers.py [--json] [--repeats 5] [--no-peer]

pingouin is installed into an environment of its own in a temporary folder; it times itself there, and its shares are
compared with ours before any ratio is printed. The other rows show growth: 20 drivers exactly, bootstrap intervals of
the whole analysis, and Shapley values of reach less noise, by the closed form against all sets of drivers.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from itertools import combinations
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from casework.satisfaction.drivers import driver_importance, reach_noise_shapley
from casework.stats.lmg import lmg_shares
from measure import peer_python

PEER = """
import json, sys, time, warnings
import pandas as pd
import pingouin
warnings.simplefilter("ignore")
frame, repeats, found = pd.read_csv(sys.argv[1]), int(sys.argv[3]), {}
for k in map(int, sys.argv[2].split(",")):
    drivers = [f"d{j}" for j in range(k)]
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        table = pingouin.linear_regression(frame[drivers], frame["y"], relimp=True)
        times.append(time.perf_counter() - start)
    found[k] = {"seconds": sorted(times)[len(times) // 2], "shares": table["relimp"].tolist()[1:]}
print(json.dumps({"version": pingouin.__version__, "runs": found}))
"""


def made_up_survey(n: int, k: int) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(1)
    latent = rng.normal(7, 1, (n, 1)) + rng.normal(0, 1.3, (n, k))
    ratings = pd.DataFrame(np.clip(np.rint(latent), 1, 10), columns=[f"d{j}" for j in range(k)])
    outcome = ratings @ rng.dirichlet(np.ones(k)) + rng.normal(0, 0.6, n)
    return ratings, pd.Series(np.clip(np.rint(outcome), 1, 10), name="y")


def seconds(call: Callable[[], Any], repeats: int) -> float:
    call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def shares(values: Any) -> Any:
    matrix = np.corrcoef(values, rowvar=False)
    return lmg_shares(matrix[:-1, :-1], matrix[:-1, -1])


def peer_runs(sizes: list[int], repeats: int) -> dict[str, Any]:
    ratings, outcome = made_up_survey(250, max(sizes))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        python = peer_python(place / "env", "pingouin")
        ratings.join(outcome).to_csv(place / "survey.csv", index=False)
        (place / "peer.py").write_text(PEER, encoding="utf-8")
        order = [
            str(python),
            str(place / "peer.py"),
            str(place / "survey.csv"),
            ",".join(map(str, sizes)),
            str(repeats),
        ]
        found: dict[str, Any] = json.loads(subprocess.run(order, check=True, capture_output=True, text=True).stdout)
    return found


def peer_cases(repeats: int) -> list[dict[str, Any]]:
    peer = peer_runs([8, 10, 12], 3)
    ratings, outcome = made_up_survey(250, 12)
    rows = []
    for size, run in peer["runs"].items():
        part = ratings.iloc[:, : int(size)]
        values = np.column_stack([part, outcome])
        np.testing.assert_allclose(shares(values), run["shares"], atol=1e-9)
        fast = seconds(lambda values=values: shares(values), max(repeats, 20))
        whole = seconds(lambda part=part: driver_importance(part, outcome, resamples=0), repeats)
        name = f"LMG, {size} drivers, 250 rows (pingouin {peer['version']})"
        rows.append({"case": name, "casework_s": fast, "peer_s": run["seconds"], "ratio": run["seconds"] / fast})
        name = f"... with all checks, {size} drivers"
        rows.append({"case": name, "casework_s": whole, "peer_s": run["seconds"], "ratio": run["seconds"] / whole})
    many = np.column_stack(made_up_survey(250, 20))
    twenty = seconds(lambda: shares(many), repeats)
    twelve = peer["runs"]["12"]["seconds"]
    case = "LMG, 20 drivers exactly, against 12 of pingouin"
    return [*rows, {"case": case, "casework_s": twenty, "peer_s": twelve, "ratio": twelve / twenty}]


def growth_cases(repeats: int) -> list[dict[str, Any]]:
    rows = []
    for k in (15, 20, 25):
        values = np.column_stack(made_up_survey(250, k))
        fast = seconds(lambda values=values: shares(values), min(repeats, 3))
        tracemalloc.start()
        shares(values)
        memory = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        rows.append({"case": f"LMG, {k} drivers exactly ({memory:.0f} MB at most)", "casework_s": fast})
    for n, k, resamples in ((250, 7, 1000), (1200, 14, 1000), (250, 12, 1000), (100_000, 12, 1000)):
        ratings, outcome = made_up_survey(n, k)
        fast = seconds(lambda r=ratings, y=outcome, b=resamples: driver_importance(r, y, resamples=b), 1)
        rows.append({"case": f"importance with {resamples} resamples, {n} x {k}", "casework_s": fast})
    return rows


def all_sets(ratings: pd.DataFrame, outcome: pd.Series) -> Any:
    """Shapley values of reach less noise the long way, over all sets of the other drivers."""
    hit, group = (ratings <= 6).to_numpy(), (outcome <= 6).to_numpy()
    k = hit.shape[1]

    def worth(chosen: tuple[int, ...]) -> float:
        reached = hit[:, list(chosen)].any(axis=1)
        return float(reached[group].mean() - reached[~group].mean())

    known = {chosen: worth(chosen) for size in range(k + 1) for chosen in combinations(range(k), size)}
    values = np.zeros(k)
    for chosen, value in known.items():
        for j in set(range(k)) - set(chosen):
            gain = known[tuple(sorted((*chosen, j)))] - value
            values[j] += gain / (k * comb(k - 1, len(chosen)))
    return values


def reach_case(repeats: int) -> dict[str, Any]:
    ratings, outcome = made_up_survey(1842, 12)
    call = lambda: reach_noise_shapley(ratings, outcome, resamples=0)  # noqa: E731
    found = call().drivers.set_index("driver")["value"].loc[list(ratings.columns)]
    start = time.perf_counter()
    np.testing.assert_allclose(found, all_sets(ratings, outcome), atol=1e-12)
    slow = time.perf_counter() - start
    fast = seconds(call, repeats)
    case = "reach less noise, 12 drivers, 1,842 rows, against all sets"
    return {"case": case, "casework_s": fast, "peer_s": slow, "ratio": slow / fast}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--no-peer", action="store_true", help="leave out pingouin, which has to be installed")
    given = parser.parse_args()
    rows = [] if given.no_peer else peer_cases(given.repeats)
    rows += [reach_case(given.repeats), *growth_cases(given.repeats)]
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        ratio = f"{row['ratio']:9,.0f} x" if "ratio" in row else ""
        slow = f"{row['peer_s']:9.3f} s" if "peer_s" in row else f"{'':11}"
        print(f"{row['case']:58} {row['casework_s']:9.5f} s {slow} {ratio}")


if __name__ == "__main__":
    main()
