"""Speed of facility location against PuLP with CBC, in one run.

    python benchmarks/bench_network.py [--json] [--repeats 5]

PuLP (3.3.2, with the CBC it brings) gets the same strong formulation and runs in a temporary environment of its own;
both sides have to find the same optimum. Its time holds building and solving, ours checking, bounding and solving. The
plain case gives the strong formulation to HiGHS without the bounds. One thread on both sides: set OMP_NUM_THREADS=1.
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

from casework.supply_chain.network import facility_location
from casework.supply_chain.network.places import read_places
from casework.supply_chain.network.program import solve
from casework.supply_chain.network.search import location_program
from measure import peer_python, seconds

PEER = "pulp==3.3.2"
THEIRS = """
import json, sys, time
import pulp

data = json.load(open(sys.argv[1]))
cost, fixed, demand, room = data["cost"], data["fixed"], data["demand"], data["capacity"]
m, n = len(cost), len(demand)
times = []
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    model = pulp.LpProblem("location", pulp.LpMinimize)
    y = [pulp.LpVariable(f"y{i}", cat="Binary") for i in range(m)]
    x = [[pulp.LpVariable(f"x{i}_{j}", 0, 1) for j in range(n)] for i in range(m)]
    model += pulp.lpSum(fixed[i] * y[i] for i in range(m)) + pulp.lpSum(
        cost[i][j] * demand[j] * x[i][j] for i in range(m) for j in range(n))
    for j in range(n):
        model += pulp.lpSum(x[i][j] for i in range(m)) == 1
    for i in range(m):
        for j in range(n):
            model += x[i][j] <= y[i]
        if room:
            model += pulp.lpSum(demand[j] * x[i][j] for j in range(n)) <= room[i] * y[i]
    model.solve(pulp.PULP_CBC_CMD(msg=0, threads=1, gapRel=0))
    times.append(time.perf_counter() - start)
print(json.dumps({"times": times, "cost": pulp.value(model.objective)}))
"""


def made_up(sites: int, customers: int, *, limited: bool, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    a, b = rng.random((sites, 2)) * 1000, rng.random((customers, 2)) * 1000
    demand = rng.integers(10, 100, customers)
    room = rng.uniform(0.1, 0.25, sites) * demand.sum() if limited else np.full(sites, np.inf)
    cost = np.hypot(*np.moveaxis(a[:, None] - b[None], 2, 0)) / 10
    return {"cost": cost, "demand": demand, "fixed": rng.uniform(5000, 20000, sites), "capacity": room}


def ours(case: dict[str, Any]) -> float:
    table = pd.DataFrame(case["cost"])
    return facility_location(
        table, demand=case["demand"], fixed_cost=case["fixed"], capacity=case["capacity"], gap=0.0
    ).cost


def plain(case: dict[str, Any]) -> float:
    table = pd.DataFrame(case["cost"])
    places = read_places(table, demand=case["demand"], fixed_cost=case["fixed"], capacity=case["capacity"])
    every = np.ones(places.unit_cost.shape, dtype=bool)
    program = location_program(places, every, must=places.forced, may=~places.barred)[0]
    return solve(program, time_limit=600, gap=0.0).objective


def theirs(python: str, folder: Path, case: dict[str, Any], repeats: int) -> tuple[float, float]:
    limited = bool(np.isfinite(case["capacity"]).all())
    data = {name: values.tolist() for name, values in case.items()} | ({} if limited else {"capacity": None})
    (folder / "case.json").write_text(json.dumps(data), encoding="utf-8")
    (folder / "peer.py").write_text(THEIRS, encoding="utf-8")
    said = subprocess.run(
        [python, str(folder / "peer.py"), str(folder / "case.json"), str(repeats)], check=True, capture_output=True
    )
    found = json.loads(said.stdout.splitlines()[-1])
    return statistics.median(found["times"]), float(found["cost"])


def compare(python: str, folder: Path, name: str, case: dict[str, Any], repeats: int) -> dict[str, Any]:
    slow, cost = theirs(python, folder, case, repeats)
    own = ours(case)
    np.testing.assert_allclose(own, cost, rtol=1e-7)
    np.testing.assert_allclose(plain(case), cost, rtol=1e-7)
    fast, middle = seconds(lambda: ours(case), repeats), seconds(lambda: plain(case), max(1, repeats // 2))
    return {"case": name, "casework_s": fast, "highs_s": middle, "pulp_s": slow, "ratio": slow / fast, "optimum": own}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        python = peer_python(folder / "env", PEER)
        rows = [
            compare(python, folder, "uncapacitated, 50 x 100", made_up(50, 100, limited=False), given.repeats),
            compare(python, folder, "capacitated, 20 x 50", made_up(20, 50, limited=True), given.repeats),
        ]
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        times = " ".join(f"{row[name]:9.3f} s" for name in ("casework_s", "highs_s", "pulp_s"))
        print(f"{row['case']:28} {times} {row['ratio']:8.1f} x   optimum {row['optimum']:,.3f}")


if __name__ == "__main__":
    main()
