"""Speed of stock in several stages against stockpyl, in an environment of its own (it needs numpy below 2).

    python benchmarks/bench_multi_echelon.py [--json] [--repeats 15] [--python PYTHON_WITH_STOCKPYL]

Serial optimum: example 6.1 of Snyder & Shen, normal demand; the error is that of the cost against 47.660150. Service
times: random trees of 50 and 100 stages for both, 1,000 stages for ours; costs are compared. Simulation: 3 stages,
1,000 periods; stockpyl simulates one replication, whose time is multiplied by 100; ours simulates 100. First both meet
one path of demand and their total costs are compared. Ours reads and checks a table each
time. Both sides: best of several, for the machine may be busy.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from casework.supply_chain.multi_echelon import StageNetwork, guaranteed_service, serial_optimum, simulate_chain
from casework.supply_chain.multi_echelon.guaranteed import spread
from casework.supply_chain.multi_echelon.tree import TreeProblem, best_times
from measure import peer_python

PEER = ["stockpyl==1.0.2", "numpy<2", "scipy<1.12"]
OPTIMUM = 47.660150
CHAIN = pd.DataFrame({"stage": ["1", "2", "3"], "successor": ["", "1", "2"], "lead_time": [1, 1, 2],
                      "holding_cost": [7, 4, 2], "local_level": [6.49, 5.53, 10.69]})  # fmt: skip
STOCKOUT, PERIODS, REPLICATIONS = 37.12, 1000, 100

PEER_PROGRAM = """
import json, sys, time
from stockpyl.demand_source import DemandSource
from stockpyl.gsm_tree import optimize_committed_service_times, preprocess_tree
from stockpyl.sim import simulation
from stockpyl.ssm_serial import optimize_base_stock_levels
from stockpyl.supply_chain_network import SupplyChainNetwork, serial_system
from stockpyl.supply_chain_node import SupplyChainNode

given, answer = json.loads(sys.stdin.read()), {}

def best(call):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        cost = call()
        times.append(time.perf_counter() - start)
    return {"seconds": min(times), "cost": float(cost)}

answer["serial"] = best(lambda: optimize_base_stock_levels(num_nodes=3, node_order_in_system=[3, 2, 1],
    node_order_in_lists=[1, 2, 3], echelon_holding_cost=[3, 2, 2], lead_time=[1, 1, 2],
    stockout_cost=given["stockout"], demand_mean=5, demand_standard_deviation=1)[1])

for size, tree in given["trees"].items():
    network = SupplyChainNetwork()
    for i in range(len(tree["lead"])):
        leaf = tree["sd"][i] is not None
        source = DemandSource(type="N", mean=0, standard_deviation=tree["sd"][i]) if leaf else DemandSource(type=None)
        network.add_node(SupplyChainNode(i, processing_time=tree["lead"][i], local_holding_cost=tree["holding"][i],
            external_outbound_cst=0 if leaf else None, demand_bound_constant=1, demand_source=source))
    for up, down in tree["links"]:
        network.add_edge(up, down)
    network = preprocess_tree(network)
    answer["tree " + size] = best(lambda: optimize_committed_service_times(network)[1])

network = serial_system(num_nodes=3, node_order_in_system=[3, 2, 1], node_order_in_lists=[1, 2, 3],
    local_holding_cost=[7, 4, 2], stockout_cost=[given["stockout"], 0, 0], demand_type="D", demand_list=given["demand"],
    shipment_lead_time=[1, 1, 2], policy_type="BS", base_stock_level=[6.49, 5.53, 10.69])
answer["simulation"] = best(lambda: simulation(network, len(given["demand"]), rand_seed=1, progress_bar=False))
print(json.dumps(answer))
"""


def random_tree(n: int) -> dict[str, Any]:
    """Build a random tree of either orientation; holding cost rises towards the customers."""
    rng = np.random.default_rng(n)
    links = []
    for place in range(1, n):
        other = int(rng.integers(max(0, place - 12), place))
        links.append((place, other) if rng.random() < 0.6 else (other, place))
    supplying = {up for up, _ in links}
    depth = np.zeros(n)
    for _ in range(n):
        before = depth.copy()
        for up, down in links:
            depth[down] = max(depth[down], depth[up] + 1)
        if np.array_equal(before, depth):
            break
    return {
        "links": links,
        "lead": rng.integers(1, 4, n).tolist(),
        "holding": (1 + depth + rng.random(n)).tolist(),
        "sd": [None if place in supplying else float(x) for place, x in enumerate(rng.uniform(1, 5, n))],
    }


def place_stock(tree: dict[str, Any]) -> Any:
    links = [(str(a), str(b)) for a, b in tree["links"]]
    return guaranteed_service(tree["table"], links=links, service_factor=1)


def with_table(tree: dict[str, Any]) -> dict[str, Any]:
    names = [str(i) for i in range(len(tree["lead"]))]
    values = {"lead_time": tree["lead"], "holding_cost": tree["holding"], "demand_sd": tree["sd"]}
    return {**tree, "table": pd.DataFrame({"stage": names, **values})}


def bare_problem(tree: dict[str, Any]) -> TreeProblem:
    """Return what the programme itself works on, as stockpyl's does on a tree that was made ready."""
    n = len(tree["lead"])
    network = StageNetwork(tuple(map(str, range(n))), tuple(tree["links"]))
    own = np.array(tree["sd"], dtype=float)
    limit = np.where(np.isnan(own), -1, 0)
    rates = np.array(tree["holding"]) * spread(network, own, 2.0)
    return TreeProblem(network, np.array(tree["lead"]), np.zeros(n, dtype=np.int64), limit, rates)


def ask_peer(given: dict[str, Any], python: str | None) -> dict[str, Any]:
    """Run stockpyl in an environment made for it and thrown away, or in one that stands."""
    with tempfile.TemporaryDirectory() as folder:
        if python is None:
            python = peer_python(folder, *PEER)
        done = subprocess.run([python, "-c", PEER_PROGRAM], input=json.dumps(given), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def seconds(call: Callable[[], Any], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def row(case: str, call: Callable[[], Any], repeats: int, peer: float | None = None, **more: Any) -> dict[str, Any]:
    call()
    ours = seconds(call, repeats)
    found = {"case": case, "casework_s": ours, **more}
    return found if peer is None else {**found, "stockpyl_s": peer, "ratio": peer / ours}


def measure(repeats: int, python: str | None) -> list[dict[str, Any]]:
    demand = np.random.default_rng(1).normal(5, 1, PERIODS).tolist()
    trees = {str(n): random_tree(n) for n in (50, 100)}
    peer = ask_peer({"stockout": STOCKOUT, "demand": demand, "trees": trees}, python)
    rows = []
    for tolerance in (1e-4, 1e-6):
        serial: Callable[[], Any] = lambda x=tolerance: serial_optimum(  # noqa: E731
            CHAIN, stockout_cost=STOCKOUT, demand_mean=5, demand_sd=1, tolerance=x
        )
        errors = {"error": abs(serial().cost - OPTIMUM), "peer_error": abs(peer["serial"]["cost"] - OPTIMUM)}
        assert errors["error"] < errors["peer_error"]
        rows.append(
            row(f"serial optimum, tolerance {tolerance:g}", serial, repeats, peer["serial"]["seconds"], **errors)
        )
    for size, tree in trees.items():
        tree = with_table(tree)
        np.testing.assert_allclose(place_stock(tree).cost, peer["tree " + size]["cost"], rtol=1e-9)
        bare = bare_problem(tree)
        rows.append(
            row(
                f"service times, {size} stages, programme alone",
                lambda x=bare: best_times(x),
                repeats,
                peer["tree " + size]["seconds"],
            )
        )
        rows.append(row(f"service times, {size} stages", lambda x=tree: place_stock(x), repeats,
                        peer["tree " + size]["seconds"]))  # fmt: skip
    large = with_table(random_tree(1000))
    rows.append(row("service times, 1000 stages", lambda: place_stock(large), repeats))
    own = simulate_chain(CHAIN, stockout_cost=STOCKOUT, demand=demand).total_cost
    np.testing.assert_allclose(own, peer["simulation"]["cost"], rtol=1e-10)
    simulate = lambda: simulate_chain(CHAIN, stockout_cost=STOCKOUT, demand_mean=5, demand_sd=1, periods=PERIODS,  # noqa: E731
                                      replications=REPLICATIONS, warm_up=0)  # fmt: skip
    rows.append(row(f"simulation, 3 x {PERIODS:,} x {REPLICATIONS} (stockpyl: 1 x {REPLICATIONS})", simulate, repeats,
                    peer["simulation"]["seconds"] * REPLICATIONS))  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--python", help="interpreter that has stockpyl already")
    given = parser.parse_args()
    rows = measure(given.repeats, given.python)
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for found in rows:
        slow = f"{found['stockpyl_s']:9.2f} s {found['ratio']:9,.0f} x" if "ratio" in found else ""
        errors = f"   error {found['error']:.1e} against {found['peer_error']:.1e}" if "error" in found else ""
        print(f"{found['case']:48} {found['casework_s'] * 1000:9.2f} ms {slow}{errors}")


if __name__ == "__main__":
    sys.exit(main())
