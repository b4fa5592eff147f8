"""Speed and memory of the simulated chain, against stockpyl in an environment of its own.

    python benchmarks/bench_bullwhip.py [--json] [--repeats 5] [--no-peer]

Serial base-stock chain, 3 stages, 1,000 periods: stockpyl simulates one replication, whose time is multiplied by 100;
ours simulates 100. First both meet one path of demand and their total costs are compared. Growth: a bullwhip study of
1,000 replications, 10,000 periods, 4 stages with a moving average, and the most memory that its process took.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

import numpy as np

from casework.supply_chain.bullwhip import (
    BaseStock,
    Demand,
    MovingAverage,
    OrderUpTo,
    Start,
    exact_amplification,
    serial_chain,
    simulate_chain,
    simulate_path,
)
from measure import peer_python

PEER = "stockpyl==1.0.2"
LEVELS, LEADS, HOLDING, BACKLOG, TRANSIT = [6.49, 5.53, 10.69], [1, 1, 2], [7, 4, 2], [37.12, 0, 0], [4, 2, 0]
PERIODS, REPLICATIONS = 1000, 100

PEER_PROGRAM = """
import json, sys, time
from stockpyl.sim import simulation
from stockpyl.supply_chain_network import serial_system
given = json.loads(sys.stdin.read())
network = serial_system(num_nodes=3, node_order_in_system=[3, 2, 1], node_order_in_lists=[1, 2, 3],
    local_holding_cost=given["holding"], stockout_cost=given["backlog"], demand_type="D", demand_list=given["demand"],
    shipment_lead_time=given["leads"], policy_type="BS", base_stock_level=given["levels"])
times = []
for _ in range(given["repeats"]):
    start = time.perf_counter()
    total = simulation(network, len(given["demand"]), rand_seed=1, progress_bar=False)
    times.append(time.perf_counter() - start)
print(json.dumps({"total": float(total), "times": times}))
"""


def base_stock_chain() -> Any:
    return serial_chain([BaseStock(level=x) for x in LEVELS], names=["1", "2", "3"], shipment_lead_time=LEADS,
                        holding_cost=HOLDING, backlog_cost=BACKLOG, transit_cost=TRANSIT)  # fmt: skip


def peer(demand: list[float], repeats: int) -> dict[str, Any]:
    """Run stockpyl in an environment made for it and thrown away."""
    given = {"holding": HOLDING, "backlog": BACKLOG, "leads": LEADS, "levels": LEVELS, "demand": demand}
    with tempfile.TemporaryDirectory() as folder:
        python = peer_python(folder, PEER)
        done = subprocess.run([python, "-c", PEER_PROGRAM], input=json.dumps(given | {"repeats": repeats}),
                              capture_output=True, text=True, check=True)  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def serial_case(repeats: int, with_peer: bool) -> dict[str, Any]:
    chain, demand = base_stock_chain(), Demand(mean=5, sd=1)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        simulate_chain(chain, demand, periods=PERIODS, replications=REPLICATIONS, warm_up=0)
        times.append(time.perf_counter() - start)
    ours = statistics.median(times)
    row: dict[str, Any] = {"case": f"base stock, 3 x {PERIODS:,} x {REPLICATIONS}", "casework_s": ours}
    if with_peer:
        path = np.maximum(np.random.default_rng(1).normal(5, 1, PERIODS), 0).tolist()
        found = peer(path, 2)
        own = simulate_path(chain, path, start=Start(flow=0.0, inventory=np.array(LEVELS)))["cost"].sum()
        np.testing.assert_allclose(own, found["total"], rtol=1e-9)
        row |= {"stockpyl_s": statistics.median(found["times"]) * REPLICATIONS}
        row |= {"ratio": row["stockpyl_s"] / ours, "total_cost": own, "peer_total_cost": found["total"]}
    return row


def growth(queue: Any) -> None:
    chain = serial_chain(OrderUpTo(forecast=MovingAverage(window=5)), returns=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    found = simulate_chain(chain, Demand(mean=100, sd=10), periods=10_000, replications=1000)
    seconds = time.perf_counter() - start
    exact = exact_amplification(chain)
    difference = float(np.max(np.abs(found.stages["amplification"].to_numpy() / exact - 1)))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    queue.put({"case": "moving average, 4 x 10,000 x 1,000", "casework_s": seconds, "memory_mb": most / 1024,
               "memory_added_mb": (most - before) / 1024, "largest_relative_difference": difference})  # fmt: skip


def growth_case() -> dict[str, Any]:
    """Run in a process of its own, so that its memory is its own."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=growth, args=(queue,))
    process.start()
    row: dict[str, Any] = queue.get(timeout=600)
    process.join()
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--no-peer", action="store_true")
    given = parser.parse_args()
    rows = [serial_case(given.repeats, not given.no_peer), growth_case()]
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        slow = f"{row['stockpyl_s']:9.1f} s {row['ratio']:9.0f} x" if "ratio" in row else ""
        memory = f"{row['memory_mb']:9.0f} MB at most" if "memory_mb" in row else ""
        print(f"{row['case']:38} {row['casework_s']:9.4f} s {slow}{memory}")


if __name__ == "__main__":
    sys.exit(main())
