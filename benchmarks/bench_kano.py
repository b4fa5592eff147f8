"""How fast is Kano: bootstrap against a plain pandas loop in the same run, and a million rows in one pass.

    python benchmarks/bench_kano.py [--json] [--loop N] [--rows N] [--repeats N]

The loop is timed on a few resamples (`--loop`) and scaled to all of them: each resample costs the same. Two loops are
timed: one that evaluates the drawn answers again, as one would write it first, and a kinder one that classifies once
and only counts again. The large survey is evaluated in a process of its own, whose peak memory is measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from casework.voice import classify, evaluate
from casework.voice.kano_table import CATEGORIES, EVALUATION_TABLES

RESPONDENTS, ATTRIBUTES, RESAMPLES = 500, 20, 2000
LIMIT_RATIO, LIMIT_BYTES = 300, 4 * 2**30
LETTER = {(f + 1, d + 1): EVALUATION_TABLES["berger"][f][d] for f in range(5) for d in range(5)}


def survey(rows: int, attributes: int, *, dtype: str = "float64") -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(1)
    names = [f"attribute {i + 1}" for i in range(attributes)]
    first, second = (rng.integers(1, 6, size=(rows, attributes), dtype=np.int8) for _ in "fd")
    return pd.DataFrame(first.astype(dtype), columns=names), pd.DataFrame(second.astype(dtype), columns=names)


def timed(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    seconds, result = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return median(seconds), result


def measures(letters: pd.Series) -> dict[str, float | str]:
    """What one resample yields for one attribute, in plain pandas."""
    counts = letters.value_counts().reindex(list(CATEGORIES), fill_value=0)
    n, decided = counts.sum(), counts[["M", "O", "A", "I"]].sum()
    largest = counts.sort_values(ascending=False, kind="stable")
    strength = (largest.iloc[0] - largest.iloc[1]) / n
    close = sorted(largest.index[:2], key=CATEGORIES.index)[0] if strength <= 0.06 else largest.index[0]
    return {
        "better": (counts["A"] + counts["O"]) / decided,
        "worse": -(counts["M"] + counts["O"]) / decided,
        "total_strength": (counts["M"] + counts["O"] + counts["A"]) / n,
        "category_strength": strength,
        "category": close,
        **(counts / n).add_prefix("share_").to_dict(),
    }


def plain_loop(functional: pd.DataFrame, dysfunctional: pd.DataFrame, resamples: int) -> list[pd.DataFrame]:
    """Draw rows, classify the pairs again, count."""
    results = []
    for seed in range(resamples):
        rows = np.random.default_rng(seed).integers(0, len(functional), len(functional))
        first, second = functional.iloc[rows], dysfunctional.iloc[rows]
        found = {}
        for name in first.columns:
            pairs = zip(first[name], second[name], strict=True)
            found[name] = measures(pd.Series([LETTER[pair] for pair in pairs]))
        results.append(pd.DataFrame.from_dict(found, orient="index"))
    return results


def kind_loop(letters: pd.DataFrame, resamples: int) -> list[pd.DataFrame]:
    """Draw rows of categories that were classified once, count."""
    results = []
    for seed in range(resamples):
        drawn = letters.sample(n=len(letters), replace=True, random_state=seed)
        results.append(pd.DataFrame.from_dict({name: measures(drawn[name]) for name in drawn}, orient="index"))
    return results


def compare(loop_resamples: int, repeats: int) -> dict[str, float]:
    functional, dysfunctional = survey(RESPONDENTS, ATTRIBUTES)
    letters = classify(functional, dysfunctional)
    evaluated, _ = timed(lambda: evaluate(functional, dysfunctional), repeats)
    ours, found = timed(lambda: evaluate(functional, dysfunctional).bootstrap(resamples=RESAMPLES, seed=7), repeats)
    plain, _ = timed(lambda: plain_loop(functional, dysfunctional, loop_resamples), 3)
    kind, drawn = timed(lambda: kind_loop(letters, loop_resamples), 3)
    check_agreement(found.interval("better"), drawn)
    scale = RESAMPLES / loop_resamples
    return {
        "evaluate_seconds": evaluated,
        "bootstrap_seconds": ours,
        "loop_seconds_scaled": plain * scale,
        "kind_loop_seconds_scaled": kind * scale,
        "loop_resamples_timed": loop_resamples,
        "ratio": plain * scale / ours,
        "kind_ratio": kind * scale / ours,
    }


def check_agreement(ours: pd.DataFrame, drawn: list[pd.DataFrame]) -> None:
    """Both must describe the same thing: the loop's draws lie around our interval."""
    draws = np.stack([frame["better"].to_numpy(dtype=float) for frame in drawn])
    middle = ours[["low", "high"]].mean(axis=1).to_numpy()
    width = (ours["high"] - ours["low"]).to_numpy()
    assert (np.abs(draws.mean(axis=0) - middle) < width).all(), "the loop and the bootstrap disagree"


def large(rows: int) -> dict[str, float]:
    """Evaluate a large survey in this process and say how much memory it took at most."""
    import resource

    functional, dysfunctional = survey(rows, ATTRIBUTES)
    start = time.perf_counter()
    result = evaluate(functional, dysfunctional)
    seconds = time.perf_counter() - start
    assert int(result.to_frame()["n"].min()) == rows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"rows": rows, "seconds": seconds, "peak_bytes": peak * (1 if sys.platform == "darwin" else 1024)}


def in_own_process(rows: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--large", str(rows)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, float] = json.loads(answer)
    return found


def report(found: dict[str, Any]) -> str:
    speed, size = found["bootstrap"], found["large"]
    return "\n".join(
        [
            f"Kano, {RESPONDENTS} respondents x {ATTRIBUTES} attributes, {RESAMPLES} resamples (medians)",
            f"  evaluate                          {speed['evaluate_seconds']:10.4f} s",
            f"  evaluate and bootstrap            {speed['bootstrap_seconds']:10.4f} s",
            f"  plain loop over resamples         {speed['loop_seconds_scaled']:10.1f} s   "
            f"{speed['ratio']:8,.0f} times",
            f"  loop that classifies only once    {speed['kind_loop_seconds_scaled']:10.1f} s   "
            f"{speed['kind_ratio']:8,.0f} times",
            f"  (loops timed on {speed['loop_resamples_timed']} resamples and scaled to {RESAMPLES})",
            f"One pass over {size['rows']:,} rows x {ATTRIBUTES} attributes, in a process of its own",
            f"  {size['seconds']:.2f} s, at most {size['peak_bytes'] / 2**30:.2f} GiB with the answers themselves",
            f"Bars: {LIMIT_RATIO} times {'met' if found['fast_enough'] else 'MISSED'}, "
            f"4 GiB {'met' if found['small_enough'] else 'MISSED'}",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--loop", type=int, default=10, help="resamples that the plain loops are timed on")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large survey")
    parser.add_argument("--repeats", type=int, default=7, help="runs behind the median of our own times")
    parser.add_argument("--large", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.large:
        print(json.dumps(large(options.large)))
        return 0
    found: dict[str, Any] = {"bootstrap": compare(options.loop, options.repeats), "large": in_own_process(options.rows)}
    found["fast_enough"] = found["bootstrap"]["ratio"] >= LIMIT_RATIO
    found["small_enough"] = found["large"]["peak_bytes"] < LIMIT_BYTES
    print(json.dumps(found, indent=2) if options.json else report(found))
    return 0 if found["fast_enough"] and found["small_enough"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
