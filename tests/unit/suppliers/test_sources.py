import numpy as np
import pandas as pd
import pytest
from scipy import stats

from casework.core.errors import DataError, ParameterError
from casework.suppliers.sources import STRENGTHS, rank_sources
from casework.suppliers.trace import lot_graph

GROUPS = pd.Series({"a1": "A", "a2": "A", "a3": "A", "b1": "B", "b2": "B"})


@pytest.fixture(scope="module")
def graph():
    rows = [("a1", "f1", 1), ("b1", "f1", 1), ("a2", "f2", 1), ("b1", "f2", 3), ("a3", "f3", 1), ("b2", "f3", 1),
            ("a2", "f4", 2), ("b2", "f4", 1)]  # fmt: skip
    return lot_graph(pd.DataFrame(rows, columns=["from", "to", "amount"]))


@pytest.fixture(scope="module")
def tests():
    return pd.DataFrame({"lot": ["f1", "f2", "f3", "f4", "f4"], "samples": [20, 20, 20, 20, 5],
                         "positives": [5, 3, 0, 7, 2], "portions": [1.0, 1.0, 1.0, 1.0, 2.0]})  # fmt: skip


def by_hand(graph, tests, *, longest=8, background=1e-4, kill=None):
    """Posterior by loops over every run, scenario and strength, with scipy's binomial."""
    rows = []
    content = graph.contents(["f1", "f2", "f3", "f4"], of=GROUPS.index).toarray()
    shares = {name: dict(zip(GROUPS.index, row, strict=True)) for name, row in zip(graph.ends, content, strict=True)}
    assert sorted(graph.ends) == list(graph.ends)
    for group in ("A", "B"):
        own = [lot for lot in GROUPS.index if GROUPS[lot] == group]
        runs = [own[i:j] for i in range(len(own)) for j in range(i + 1, min(len(own), i + longest) + 1)]
        for run in runs:
            for name, dead in (("as it is", ()), ("killed", kill or ())):
                if name == "killed" and kill is None:
                    continue
                total = np.zeros(len(STRENGTHS)) - np.log(len(runs))
                for test in tests.itertuples():
                    share = sum(shares[test.lot][lot] for lot in run) * (test.lot not in dead)
                    p = 1 - (1 - background) * np.exp(-STRENGTHS * share * test.portions)
                    total += test.positives * np.log(p) + (test.samples - test.positives) * np.log(1 - p)
                rows.append((group, run[0], run[-1], name, total))
    joint = np.concatenate([row[-1] for row in rows])
    whole = np.exp(joint - joint.max()).sum()
    return [(*row[:-1], np.exp(row[-1] - joint.max()).sum() / whole) for row in rows]


def test_posterior_is_that_of_loops(graph, tests):
    found = rank_sources(graph, tests, groups=GROUPS)
    expected = {(g, a, b): p for g, a, b, _, p in by_hand(graph, tests)}
    for row in found.table.itertuples():
        assert row.probability == pytest.approx(expected[row.group, row.first_lot, row.last_lot], rel=1e-9)
    assert found.weights.sum() == pytest.approx(1)
    assert found.groups["A"] == pytest.approx(sum(p for (g, *_), p in expected.items() if g == "A"))
    a2 = sum(p for (g, a, b), p in expected.items() if g == "A" and a <= "a2" <= b)
    assert found.lots["a2"] == pytest.approx(a2)


def test_scenarios_and_short_runs(graph, tests):
    kill = pd.DataFrame({"as it is": 1.0, "killed": [0.0, 1.0]}, index=["f3", "f4"])
    found = rank_sources(graph, tests, groups=GROUPS, scenarios=kill, longest=2, background=1e-3)
    expected = {(g, a, b, s): p for g, a, b, s, p in by_hand(graph, tests, longest=2, background=1e-3, kill=("f3",))}
    for row in found.table.itertuples():
        assert row.probability == pytest.approx(
            expected[row.group, row.first_lot, row.last_lot, row.scenario], rel=1e-9
        )
    assert found.table["lots"].max() == 2
    assert found.scenarios.sum() == pytest.approx(1)


def test_likelihood_is_a_product_of_binomials(graph, tests):
    found = rank_sources(graph, tests, groups=GROUPS, background=1e-9)
    row = found.table.iloc[0]
    share = graph.contents(tests["lot"].unique(), of=found.best).sum(axis=1)
    p = -np.expm1(-row["strength"] * np.r_[share, share[-1]] * tests["portions"])
    exact = stats.binom.logpmf(tests["positives"], tests["samples"], p).sum()
    ways = stats.binom.logpmf(tests["positives"], tests["samples"], 0.5).sum() + tests["samples"].sum() * np.log(2)
    assert row["log_likelihood"] + ways == pytest.approx(exact, abs=1e-5)


def test_strength_is_found_with_its_interval():
    made = pd.DataFrame({"from": ["a"] * 40 + ["b"] * 40, "to": [f"f{i}" for i in range(80)], "amount": 1})
    rng = np.random.default_rng(3)
    hits = np.r_[rng.binomial(50, -np.expm1(-0.2), 40), np.zeros(40, dtype=int)]
    tests = pd.DataFrame({"lot": made["to"], "samples": 50, "positives": hits})
    found = rank_sources(lot_graph(made), tests, groups=pd.Series({"a": 1, "b": 2}))
    assert found.best == ["a"]
    assert found.strength["low"] < 0.2 < found.strength["high"]
    exact = -np.log1p(-hits.sum() / 2000)
    assert found.strength["mean"] == pytest.approx(exact, rel=0.02)
    assert found.strength["high"] - found.strength["low"] == pytest.approx(
        2 * 1.96 * np.sqrt(np.expm1(exact) / 2000), rel=0.05
    )
    assert found.prevalence()["mean"] == pytest.approx(-np.expm1(-found.strength["mean"]))


def test_exposure_is_share_times_factor(graph, tests):
    kill = pd.DataFrame({"all": 1.0, "half": 0.5}, index=["f1", "f2", "f3", "f4"])
    found = rank_sources(graph, tests, groups=GROUPS, scenarios=kill)
    exposure = found.exposure(["f4", "f1"])
    for i, row in found.table.head(4).iterrows():
        run = found.lots.index[found.runs[i]]
        share = graph.contents(["f4", "f1"], of=run).toarray().sum(axis=1) * (0.5 if row["scenario"] == "half" else 1)
        assert exposure.iloc[i].tolist() == pytest.approx(share)


def test_notes_tell_what_does_not_fit(graph):
    two = pd.DataFrame({"lot": ["f1", "f3"], "samples": [40, 40], "positives": [30, 1]})
    apart = pd.Series({"a1": "A", "a3": "C"})
    assert "1 positive test does not descend" in rank_sources(graph, two, groups=apart).notes[-1]
    chance = pd.DataFrame({"lot": ["f1"], "samples": [500], "positives": [1]})
    found = rank_sources(graph, chance, groups=apart, background=0.002)
    assert "than chance does" in found.notes[0]


def test_words(graph, tests):
    found = rank_sources(graph, tests, groups=GROUPS)
    assert "findings in 4 tested lots are explained best by" in found.summary()
    assert found.to_frame()["probability"].is_monotonic_decreasing
    assert found.owners.equals(GROUPS)


def test_findings_are_checked(graph, tests):
    bad = tests.assign(samples=[0, 20, 2.5, 20, 5], positives=[0, 21, 0, 1, -1], portions=[1, 1, 1, 0, 1])
    bad.loc[0, "lot"] = "nobody"
    with pytest.raises(DataError, match="whole numbers from 0 to the samples") as error:
        rank_sources(graph, bad, groups=GROUPS)
    assert len(error.value.problems) == 4
    with pytest.raises(DataError, match="Did you mean 'samples_'"):
        rank_sources(graph, tests.rename(columns={"samples": "samples_"}), groups=GROUPS)
    with pytest.raises(DataError, match="at least one finding"):
        rank_sources(graph, tests.assign(positives=0), groups=GROUPS)


def test_arguments_are_checked(graph, tests):
    with pytest.raises(ParameterError, match="longest") as error:
        rank_sources(graph, tests, groups=GROUPS, longest=0, background=1, confidence=2)
    assert len(error.value.problems) == 3
    with pytest.raises(ParameterError, match="occurs twice") as error:
        rank_sources(graph, tests, groups=pd.Series(["A", None, "B"], index=["a1", "a1", "zz"]))
    assert len(error.value.problems) == 3
    with pytest.raises(ParameterError, match="from 0 to 1"):
        rank_sources(graph, tests, groups=GROUPS, scenarios=pd.DataFrame({"x": [2.0]}, index=["f1"]))
    with pytest.raises(ParameterError, match="at least one column"):
        rank_sources(graph, tests, groups=GROUPS, scenarios=pd.DataFrame(index=["f1"]))
    with pytest.raises(ParameterError, match="portions"):
        rank_sources(graph, tests, groups=GROUPS).prevalence(0)
