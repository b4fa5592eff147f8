"""Speed of tracing lots and ranking sources against networkx and plain loops, in one run.

    python benchmarks/bench_trace.py [--json] [--repeats 3] [--width 20000]

Closure: which lots lie behind 3000 finished lots, and behind how many of them; networkx walks the ancestors of each.
Ours also returns steps, shares and amounts.
Contents: shares of all raw lots in 300 finished lots; the plain way hands dictionaries of shares on in topological
order. Sources: the likelihood of every run of lots at every strength; the plain way goes through runs one by one
with arrays over tests. Both sides are checked to agree before they are timed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from casework.suppliers import lot_graph, rank_sources
from casework.suppliers.sources import STRENGTHS
from measure import seconds

LAYERS, PARENTS, ASKED, TRACED = 5, 3, 300, 3000


def made_up_genealogy(width: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    layer = np.repeat(np.arange(LAYERS - 1), PARENTS * width)
    source = rng.integers(0, width, len(layer)) + layer * width
    target = np.tile(np.repeat(np.arange(width), PARENTS), LAYERS - 1) + (layer + 1) * width
    return pd.DataFrame({"from": source, "to": target, "amount": rng.uniform(1, 9, len(layer))})


def plain_closure(graph: Any, lots: list[int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for lot in lots:
        found.update(nx.ancestors(graph, lot))
    return found


def plain_contents(graph: Any, lots: list[int]) -> dict[int, dict[int, float]]:
    shares: dict[int, dict[int, float]] = {}
    for lot in nx.topological_sort(graph):
        parents = graph.pred[lot]
        total = sum(edge["amount"] for edge in parents.values())
        own = {} if parents else {lot: 1.0}
        for parent, edge in parents.items():
            for raw, share in shares[parent].items():
                own[raw] = own.get(raw, 0.0) + share * edge["amount"] / total
        shares[lot] = own
    return {lot: shares[lot] for lot in lots}


def trace_cases(width: int, repeats: int) -> list[dict[str, Any]]:
    frame = made_up_genealogy(width)
    merged = frame.groupby(["from", "to"], as_index=False)["amount"].sum()
    other = nx.from_pandas_edgelist(merged, "from", "to", edge_attr="amount", create_using=nx.DiGraph)
    graph = lot_graph(frame)
    lots, many = list(graph.ends[-ASKED:]), list(graph.ends[-TRACED:])
    back = graph.backward(many).table.set_index("lot")["reached"]
    assert dict(plain_closure(other, many)) == back.to_dict()
    content, plain = graph.contents(lots), plain_contents(other, lots)
    for i in range(0, ASKED, 50):
        row = dict(zip(graph.origins, content[[i]].toarray()[0], strict=True))
        assert all(abs(row[raw] - share) < 1e-12 for raw, share in plain[lots[i]].items())
    calls = {
        "closure": (lambda: graph.backward(many), lambda: plain_closure(other, many)),
        "contents": (lambda: graph.contents(lots), lambda: plain_contents(other, lots)),
        "reading": (lambda: lot_graph(frame), lambda: list(nx.topological_sort(nx.from_pandas_edgelist(
            merged, "from", "to", edge_attr="amount", create_using=nx.DiGraph)))),
    }  # fmt: skip
    named = f"{len(graph.lots):,} lots, {len(graph.edges):,} steps"
    return [
        timed(f"{name}, {named}", seconds(ours, repeats), seconds(plain, 1)) for name, (ours, plain) in calls.items()
    ]


def sources_case(repeats: int) -> dict[str, Any]:
    rng = np.random.default_rng(2)
    raw, tested = 300, 400
    frame = pd.DataFrame({"from": rng.integers(0, raw, 4 * tested), "to": np.repeat(np.arange(tested), 4) + raw,
                          "amount": rng.uniform(1, 2, 4 * tested)})  # fmt: skip
    graph = lot_graph(frame)
    groups = pd.Series([k % 10 for k in range(raw) if k in set(graph.origins)], index=sorted(graph.origins))
    share = graph.contents(range(raw, raw + tested), of=groups.index).toarray()
    run = [k for k in range(len(groups)) if groups.iloc[k] == 3][5:9]
    hits = rng.binomial(24, -np.expm1(-0.5 * share[:, run].sum(axis=1)))
    tests = pd.DataFrame({"lot": np.arange(raw, raw + tested), "samples": 24, "positives": hits})

    def plain() -> tuple[float, list[int]]:
        best = (-np.inf, [0])
        for group in range(10):
            own = [k for k in range(len(groups)) if groups.iloc[k] == group]
            for i in range(len(own)):
                for j in range(i + 1, min(len(own), i + 8) + 1):
                    dose = share[:, own[i:j]].sum(axis=1)
                    for c in STRENGTHS:
                        p = 1 - (1 - 1e-4) * np.exp(-c * dose)
                        found = float(hits @ np.log(p) + (24 - hits) @ np.log(1 - p))
                        best = max(best, (found, own[i:j]))
        return best

    ours = rank_sources(graph, tests, groups=groups)
    likelihood, lots = plain()
    assert ours.best == list(groups.index[lots])
    np.testing.assert_allclose(ours.table["log_likelihood"].iloc[0], likelihood, rtol=1e-9)
    fast = seconds(lambda: rank_sources(graph, tests, groups=groups), repeats)
    return timed(f"sources, {len(groups)} lots, {tested} tests", fast, seconds(plain, 1))


def timed(case: str, fast: float, slow: float) -> dict[str, Any]:
    return {"case": case, "casework_s": fast, "plain_s": slow, "ratio": slow / fast}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--width", type=int, default=20_000)
    given = parser.parse_args()
    rows = [*trace_cases(given.width, given.repeats), sources_case(given.repeats)]
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for item in rows:
        print(f"{item['case']:50} {item['casework_s']:9.4f} s {item['plain_s']:9.3f} s {item['ratio']:8.1f} x")


if __name__ == "__main__":
    main()
