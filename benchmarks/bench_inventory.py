"""Speed of the inventory policies against stockpyl, in one run.

    python benchmarks/bench_inventory.py [--json] [--repeats 5] [--peer PYTHON]

stockpyl takes one item a call, so it is timed on a sample of the items and scaled; its answers are compared with
ours before anything is timed. It gets a temporary environment of its own with the older NumPy and SciPy it needs;
`--peer` names a Python that has it already. The last row has no peer: five policies of a million items, a call each.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from casework.supply_chain import inventory as inv
from measure import peer_python, seconds

NEEDED = ("stockpyl==1.0.2", "numpy<2", "scipy<1.14")
PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from stockpyl.eoq import economic_order_quantity_with_backorders
from stockpyl.newsvendor import newsvendor_normal, newsvendor_poisson
from stockpyl.rq import r_q_poisson_exact, r_q_loss_function_approximation
from stockpyl.ss import s_s_discrete_exact
from stockpyl.wagner_whitin import wagner_whitin
calls = {
    "newsvendor normal": lambda h, p, m, s: newsvendor_normal(h, p, m, s)[1],
    "newsvendor Poisson": lambda h, p, m: newsvendor_poisson(h, p, m)[1],
    "EOQ with backorders": lambda k, h, p, d: economic_order_quantity_with_backorders(k, h, p, d)[2],
    "(r,Q) Poisson": lambda h, p, k, m, l: r_q_poisson_exact(h, p, k, m, l)[2],
    "(r,Q) normal": lambda h, p, k, m, s, l: r_q_loss_function_approximation(h, p, k, m, s, l)[1],
    "(s,S) Poisson": lambda h, p, k, m: s_s_discrete_exact(h, p, k, True, m)[2],
    "Wagner-Whitin": lambda h, k, d: wagner_whitin(len(d), h, k, d)[1],
}
answers = {}
for name, rows in json.load(sys.stdin).items():
    start = time.perf_counter()
    found = [calls[name](*row) for row in rows]
    answers[name] = {"seconds": time.perf_counter() - start, "values": [float(x) for x in found]}
print(json.dumps(answers))
"""


def items(n: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Random costs and demand of n items."""
    rng = np.random.default_rng(seed)
    mean = rng.uniform(4, 60, n)
    return {
        "h": rng.uniform(0.5, 2, n),
        "p": rng.uniform(5, 30, n),
        "k": rng.uniform(10, 100, n),
        "m": mean,
        "s": mean * rng.uniform(0.1, 0.5, n),
        "l": rng.uniform(0.2, 1, n),
    }


def cases() -> dict[str, tuple[int, int, Callable[[dict[str, np.ndarray]], Any], Callable[[Any], list[Any]], Any]]:
    """Name, number of items, sample of the peer, our call, the peer's arguments, our measure to compare."""
    weeks = np.random.default_rng(2).integers(0, 90, (20_000, 52)).astype(float)
    cost = lambda result: result.cost  # noqa: E731
    return {
        "newsvendor normal": (100_000, 1000, lambda x: inv.newsvendor_normal(
            demand_mean=x["m"], demand_sd=x["s"], holding_cost=x["h"], stockout_cost=x["p"]),
            lambda x: list(zip(x["h"], x["p"], x["m"], x["s"], strict=True)), cost),
        "newsvendor Poisson": (100_000, 100, lambda x: inv.newsvendor_poisson(
            demand_mean=x["m"], holding_cost=x["h"], stockout_cost=x["p"]),
            lambda x: list(zip(x["h"], x["p"], x["m"], strict=True)), cost),
        "EOQ with backorders": (100_000, 5000, lambda x: inv.eoq(
            fixed_cost=x["k"], demand_rate=x["m"], holding_cost=x["h"], stockout_cost=x["p"]),
            lambda x: list(zip(x["k"], x["h"], x["p"], x["m"], strict=True)), cost),
        "(r,Q) Poisson": (20_000, 5, lambda x: inv.rq_policy(
            fixed_cost=x["k"], demand_mean=x["m"], holding_cost=x["h"], stockout_cost=x["p"], lead_time=x["l"],
            distribution="poisson"), lambda x: list(zip(x["h"], x["p"], x["k"], x["m"], x["l"], strict=True)), cost),
        "(r,Q) normal": (20_000, 5, lambda x: inv.rq_policy(
            fixed_cost=x["k"], demand_mean=x["m"], holding_cost=x["h"], stockout_cost=x["p"], lead_time=x["l"],
            demand_sd=x["s"], method="loss"),
            lambda x: list(zip(x["h"], x["p"], x["k"], x["m"], x["s"], x["l"], strict=True)),
            lambda result: result.order_quantity),
        "(s,S) Poisson": (5000, 5, lambda x: inv.ss_policy(
            fixed_cost=x["k"], demand_mean=x["m"], holding_cost=x["h"], stockout_cost=x["p"]),
            lambda x: list(zip(x["h"], x["p"], x["k"], x["m"], strict=True)), cost),
        "Wagner-Whitin": (20_000, 5, lambda x: inv.lot_sizes(
            weeks[: len(x["h"])], fixed_cost=x["k"], holding_cost=x["h"]),
            lambda x: [(h, k, row.tolist()) for h, k, row in zip(x["h"], x["k"], weeks, strict=False)], cost),
    }  # fmt: skip


def ask(python: str, rows: dict[str, list[Any]]) -> Any:
    done = subprocess.run([python, "-c", PEER], input=json.dumps(rows), capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def compare(python: str, repeats: int) -> list[dict[str, Any]]:
    plan = cases()
    samples = {name: {k: v[:few] for k, v in items(n).items()} for name, (n, few, *_) in plan.items()}
    peer = ask(python, {name: plan[name][3](sample) for name, sample in samples.items()})
    rows = []
    for name, (n, few, ours, _, measure) in plan.items():
        np.testing.assert_allclose(np.asarray(measure(ours(samples[name]))), peer[name]["values"], rtol=1e-5)
        given = items(n)
        ours(given)
        fast, slow = seconds(lambda ours=ours, given=given: ours(given), repeats), peer[name]["seconds"] * n / few
        rows.append(
            {"case": f"{name}, {n} items", "casework_s": fast, "peer_s": slow, "ratio": slow / fast, "sample": few}
        )
    return rows


def million() -> dict[str, Any]:
    """Five policies for a million items, and the memory that it took."""
    x = items(1_000_000)
    terms = {"fixed_cost": x["k"], "holding_cost": x["h"], "stockout_cost": x["p"]}
    start = time.perf_counter()
    inv.eoq(demand_rate=x["m"], **terms)
    inv.newsvendor_poisson(demand_mean=x["m"], holding_cost=x["h"], stockout_cost=x["p"])
    inv.rq_policy(demand_mean=x["m"], demand_sd=x["s"], lead_time=x["l"], **terms)
    inv.rq_policy(demand_mean=x["m"], lead_time=x["l"], distribution="poisson", **terms)
    inv.safety_stock(demand_mean=x["m"], demand_sd=x["s"], lead_time=x["l"], order_quantity=3 * x["m"], fill_rate=0.97)
    taken = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {
        "case": f"five policies, 1000000 items ({memory:.1f} GB)",
        "casework_s": taken,
        "peer_s": None,
        "ratio": None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peer", help="a Python that has stockpyl")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = compare(given.peer or peer_python(folder, *NEEDED), given.repeats)
    rows.append(million())
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        ratio = f"{row['ratio']:9.0f} x" if row["ratio"] else ""
        slow = f"{row['peer_s']:9.2f} s (scaled from {row['sample']})" if row["peer_s"] else ""
        print(f"{row['case']:42} {row['casework_s']:9.4f} s {slow:36} {ratio}")


if __name__ == "__main__":
    main()
