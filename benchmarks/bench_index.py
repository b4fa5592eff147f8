"""Speed of the satisfaction index against the plain way, in one run.

    python benchmarks/bench_index.py [--json] [--repeats 5] [--respondents 100000]

Plain index: pandas, one weighted mean of the answered questions per dimension, and for each node the linearised
error with a groupby over strata. Plain ranks: a loop that resamples rows and groups them with pandas. Both sides are
checked to agree before they are timed. Ours also checks every answer and returns the covariance of all nodes and what
each adds to the index.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np
import pandas as pd

from casework.satisfaction import compare_suppliers, satisfaction_index
from casework.satisfaction.comparison import bootstrap_means
from casework.stats.survey import survey_design
from measure import seconds

ITEMS = [f"q{i}" for i in range(30)]
TREE = {f"dimension {k}": ITEMS[6 * k : 6 * k + 6] for k in range(5)}


def made_up_survey(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    latent = rng.normal(6.5, 1.2, (n, 1)) + rng.normal(0, 1.5, (n, len(ITEMS)))
    answers = np.clip(np.round(latent), 1, 10)
    answers[rng.random(answers.shape) < 0.02] = np.nan
    frame = pd.DataFrame(answers, columns=ITEMS)
    frame["stratum"] = rng.integers(0, 8, n)
    frame["weight"] = rng.uniform(1, 4, n)
    frame["supplier"] = rng.choice(["ours", "north", "south", "west"], n)
    return frame


def ours(frame: pd.DataFrame) -> Any:
    design = survey_design(frame.index, weight=frame["weight"], stratum=frame["stratum"])
    return satisfaction_index(frame, TREE, design=design)


def plain_means(frame: pd.DataFrame) -> pd.DataFrame:
    points = (frame[ITEMS] - 1) / 9 * 100
    scores = pd.DataFrame(index=frame.index)
    for name, items in TREE.items():
        weights = pd.Series(1 / len(items), index=items)
        answered = points[items].notna()
        score = points[items].mul(weights, axis=1).sum(axis=1) / answered.mul(weights, axis=1).sum(axis=1)
        scores[name] = score.where(answered.mean(axis=1) >= 0.5)
    scores.insert(0, "index", scores.mean(axis=1))
    return pd.concat([scores, points], axis=1)


def plain(frame: pd.DataFrame) -> dict[str, tuple[float, float]]:
    found = {}
    for name, values in plain_means(frame).items():
        weight = frame["weight"].where(values.notna(), 0.0)
        mean = (weight * values).sum() / weight.sum()
        influence = (weight * (values - mean) / weight.sum()).fillna(0.0)
        strata = influence.groupby(frame["stratum"]).agg(["count", "var"])
        found[str(name)] = (float(mean), float((strata["count"] * strata["var"]).sum() ** 0.5))
    return found


def plain_ranks(scores: pd.Series, frame: pd.DataFrame, resamples: int) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {"y": scores, "w": frame["weight"], "supplier": frame["supplier"], "stratum": frame["stratum"]}
    )
    rows = []
    for _ in range(resamples):
        drawn = table.groupby("stratum").sample(frac=1, replace=True, random_state=int(rng.integers(2**31)))
        sums = drawn.assign(wy=drawn["w"] * drawn["y"]).groupby("supplier")[["wy", "w"]].sum()
        rows.append(sums["wy"] / sums["w"])
    return pd.DataFrame(rows)


def check(frame: pd.DataFrame) -> None:
    """Scores and errors agree to rounding."""
    table, other = ours(frame).nodes.set_index("node"), plain(frame)
    for name, (mean, error) in other.items():
        if name in table.index:
            np.testing.assert_allclose(table.loc[name, "score"], mean, rtol=1e-9)
            np.testing.assert_allclose(table.loc[name, "se"], error, rtol=1e-9)


def index_case(n: int, repeats: int) -> dict[str, Any]:
    frame = made_up_survey(n)
    check(frame)
    fast, slow = seconds(lambda: ours(frame), repeats), seconds(lambda: plain(frame), max(1, repeats // 2))
    return {"case": f"index, {n} x 30", "casework_s": fast, "plain_s": slow, "ratio": slow / fast}


def ranks_case(repeats: int, resamples: int = 2000, plain_resamples: int = 20) -> dict[str, Any]:
    frame = made_up_survey(800)
    design = survey_design(frame.index, weight=frame["weight"], stratum=frame["stratum"])
    scores = ours(frame).scores["index"]
    names = sorted(frame["supplier"].unique())

    def resample() -> Any:
        return bootstrap_means(
            scores, frame["supplier"], names, design, resamples=resamples, rng=np.random.default_rng(1)
        )

    spread, other = resample().std(axis=0), plain_ranks(scores, frame, 200).std(axis=0)
    np.testing.assert_allclose(spread, other[names], rtol=0.25)
    fast = seconds(resample, repeats)
    slow = seconds(lambda: plain_ranks(scores, frame, plain_resamples), 2) * resamples / plain_resamples
    return {"case": f"ranks, {resamples} resamples of 800", "casework_s": fast, "plain_s": slow, "ratio": slow / fast}


def whole_comparison(repeats: int) -> dict[str, Any]:
    frame = made_up_survey(800)
    design = survey_design(frame.index, weight=frame["weight"], stratum=frame["stratum"])
    scores = ours(frame).scores[["index", *TREE]]
    call = lambda: compare_suppliers(scores, frame["supplier"], own="ours", design=design)  # noqa: E731
    return {
        "case": "comparison with dimensions, 800 x 4",
        "casework_s": seconds(call, repeats),
        "plain_s": None,
        "ratio": None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--respondents", type=int, default=100_000)
    given = parser.parse_args()
    rows = [index_case(given.respondents, given.repeats), ranks_case(given.repeats), whole_comparison(given.repeats)]
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        ratio = f"{row['ratio']:8.1f} x" if row["ratio"] else ""
        slow = f"{row['plain_s']:9.3f} s" if row["plain_s"] else f"{'':11}"
        print(f"{row['case']:38} {row['casework_s']:9.4f} s {slow} {ratio}")


if __name__ == "__main__":
    main()
