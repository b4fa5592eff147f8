"""Speed of the simulation of portfolio losses against a chunked NumPy matrix, in one run.

    python benchmarks/bench_portfolio_loss.py [--json] [--repeats 3] [--obligors 10000] [--scenarios 100000]

Plain: for blocks of scenarios a matrix of uniform numbers, a row per scenario and a column per customer, compared with
the probability given the factor, times the losses. It draws single precision, which is the fastest that NumPy has, and
is timed on fewer scenarios and scaled. Also timed: a matrix of normal numbers, the usual way of writing the model down.
All are held to the exact mean and standard deviation before they are timed. Times are those of the processor, so that
other jobs on the machine do not matter much.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from casework.credit.provisions import Portfolio, conditional_pd, portfolio, simulate_losses

GRADES = {0.002: 0.15, 0.005: 0.25, 0.01: 0.3, 0.02: 0.2, 0.05: 0.1}
SECTORS = 8
TIES = {"correlation": 0.15, "sector_correlation": 0.5}
CHUNK = 250


def made_up(n: int) -> Portfolio:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "exposure": rng.lognormal(0, 1, n),
            "pd": rng.choice(list(GRADES), n, p=list(GRADES.values())),
            "sector": rng.choice([f"s{i}" for i in range(SECTORS)], n),
        }
    )
    return portfolio(table, lgd=0.45, sector="sector")


def ours(book: Portfolio, scenarios: int, **more: Any) -> Any:
    return simulate_losses(book, scenarios=scenarios, **TIES, **more)


def factors(scenarios: int, rng: np.random.Generator) -> Any:
    tie = TIES["sector_correlation"]
    common = rng.standard_normal((scenarios, 1))
    return np.sqrt(tie) * common + np.sqrt(1 - tie) * rng.standard_normal((scenarios, SECTORS))


def plain(book: Portfolio, scenarios: int, *, normal: bool) -> Any:
    """Draw a number for every customer in every scenario, a block of scenarios at a time."""
    rng = np.random.default_rng(2)
    rho, found = TIES["correlation"], []
    loss, threshold = book.loss.astype(np.float32), ndtri(book.pd)
    grades, place = np.unique(book.pd, return_inverse=True)
    cell = book.sector * len(grades) + place
    for start in range(0, scenarios, CHUNK):
        size = min(CHUNK, scenarios - start)
        y = factors(size, rng)
        if normal:
            noise = rng.standard_normal((size, len(loss)), dtype=np.float32)
            value = (
                np.float32(np.sqrt(rho)) * y.astype(np.float32)[:, book.sector] + np.float32(np.sqrt(1 - rho)) * noise
            )
            hit = value < threshold.astype(np.float32)
        else:
            chance = conditional_pd(grades, y[:, :, None], rho).reshape(size, -1).astype(np.float32)
            hit = rng.random((size, len(loss)), dtype=np.float32) < chance[:, cell]
        found.append(hit.astype(np.float32) @ loss)
    return np.concatenate(found)


def seconds(call: Callable[[], Any], repeats: int) -> float:
    """Return the median time of a call on the processor [s]."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times)


def check(book: Portfolio, scenarios: int) -> None:
    """Hold all three to the exact moments."""
    run = ours(book, scenarios)
    samples = [run.losses, *(plain(book, 4000, normal=x) for x in (False, True))]
    for losses in samples:
        error = run.exact_sd / np.sqrt(len(losses))
        np.testing.assert_allclose(losses.mean(), run.expected, atol=5 * error)
        np.testing.assert_allclose(losses.std(), run.exact_sd, rtol=0.12)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--obligors", type=int, default=10_000)
    parser.add_argument("--scenarios", type=int, default=100_000)
    given = parser.parse_args()
    book, n = made_up(given.obligors), given.scenarios
    check(book, n)
    part = min(2000, n)
    slow = {
        "uniform, single precision": seconds(lambda: plain(book, part, normal=False), given.repeats) * n / part,
        "normal, single precision": seconds(lambda: plain(book, part, normal=True), given.repeats) * n / part,
    }
    fast = seconds(lambda: ours(book, n), given.repeats)
    both = seconds(lambda: ours(book, n, contributions=True), 1)
    rows = [
        {"case": f"{given.obligors} x {n}, matrix of {name}", "casework_s": fast, "plain_s": took, "ratio": took / fast}
        for name, took in slow.items()
    ]
    rows.append({"case": "the same with contributions", "casework_s": both, "plain_s": None, "ratio": None})
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"mean probability of default {book.pd.mean():.2%}")
    for row in rows:
        ratio = f"{row['ratio']:8.1f} x" if row["ratio"] else ""
        took = f"{row['plain_s']:9.3f} s" if row["plain_s"] else f"{'':11}"
        print(f"{row['case']:52} {row['casework_s']:9.4f} s {took} {ratio}")


if __name__ == "__main__":
    main()
