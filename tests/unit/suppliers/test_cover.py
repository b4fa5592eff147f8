from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.suppliers.cover import smallest_sources
from casework.suppliers.trace import lot_graph


def drawn(seed: int) -> tuple[pd.DataFrame, list[str]]:
    rng = np.random.default_rng(seed)
    steps = [(f"r{a}", f"f{f}", 1.0) for f in range(14) for a in rng.choice(9, int(rng.integers(1, 4)), replace=False)]
    return pd.DataFrame(steps, columns=["from", "to", "amount"]), [f"f{i}" for i in rng.choice(14, 7, replace=False)]


@pytest.mark.parametrize("seed", range(8))
def test_no_smaller_set_and_no_cleaner_one_of_that_size(seed):
    frame, positives = drawn(seed)
    graph = lot_graph(frame)
    negatives = [name for name in graph.ends if name not in positives]
    found = smallest_sources(graph, positives, negatives=negatives)
    parents = frame.groupby("to")["from"].agg(set)
    clean = {name: sum(name in parents[f] for f in negatives) for name in graph.origins}
    for size in range(1, len(found.sources) + 1):
        covers = [set(chosen) for chosen in combinations(graph.origins, size)
                  if all(parents[f] & set(chosen) for f in positives)]  # fmt: skip
        assert bool(covers) == (size == len(found.sources))
    fewest = min(sum(clean[name] for name in chosen) for chosen in covers)
    assert sum(clean[name] for name in found.sources) == fewest


def test_counts_of_every_source():
    made = pd.DataFrame({"from": ["a", "a", "b", "b", "b"], "to": ["f", "g", "g", "h", "i"], "amount": 1})
    found = smallest_sources(lot_graph(made), ["f", "g", "h"], negatives=["i"])
    table = found.to_frame().set_index("source")
    assert table.loc["a"].tolist() == [2, 0, 1]
    assert table.loc["b"].tolist() == [2, 1, 1]
    assert found.summary() == "All 3 findings can come from 2 sources among 2: a, b."


def test_candidates_may_lie_inside_and_a_lot_explains_itself():
    made = pd.DataFrame({"from": ["a", "b", "s", "s"], "to": ["s", "s", "f", "g"], "amount": 1})
    graph = lot_graph(made)
    assert smallest_sources(graph, ["f", "g"], candidates=["s", "f"]).sources == ["s"]
    assert smallest_sources(graph, ["f"], candidates=["f"]).sources == ["f"]


def test_refused():
    graph = lot_graph(pd.DataFrame({"from": ["a", "b"], "to": ["f", "g"], "amount": 1}))
    with pytest.raises(ParameterError, match="1 lot descends from no candidate: g"):
        smallest_sources(graph, ["f", "g"], candidates=["a"])
    with pytest.raises(ParameterError, match="at least one lot"):
        smallest_sources(graph, [])
    with pytest.raises(ParameterError, match="is not known"):
        smallest_sources(graph, ["f"], negatives=["nobody"])
