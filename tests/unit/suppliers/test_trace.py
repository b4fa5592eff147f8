import networkx as nx
import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.suppliers.trace import listed, lot_graph


def made(*steps: tuple[object, object, float]) -> pd.DataFrame:
    return pd.DataFrame(steps, columns=["from", "to", "amount"])


def layered(seed: int, layers: int = 5, width: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    steps = [
        (f"{i}.{a}", f"{i + 1}.{b}", float(rng.uniform(1, 9)))
        for i in range(layers - 1)
        for b in range(width)
        for a in rng.choice(width, 3, replace=False)
    ]
    return made(*steps)


@pytest.fixture(scope="module")
def silo():
    return lot_graph(made(("r1", "s1", 30), ("r2", "s1", 10), ("s1", "f1", 25), ("s1", "s2", 15), ("r3", "s2", 45),
                          ("s2", "f2", 60)))  # fmt: skip


def test_shares_by_hand(silo):
    assert silo.contents(["f1", "f2"], of=["r1", "r2", "r3"]).toarray().tolist() == [
        pytest.approx([0.75, 0.25, 0]),
        pytest.approx([0.1875, 0.0625, 0.75]),
    ]
    assert sorted(silo.origins) == ["r1", "r2", "r3"]
    assert sorted(silo.ends) == ["f1", "f2"]
    back = silo.backward(["f1", "f2"]).table.set_index("lot")
    assert back.loc["s1", ["steps", "reached"]].tolist() == [1, 2]
    assert back.loc["r1", "amount"] == pytest.approx(0.75 * 25 + 0.1875 * 60)
    ahead = silo.forward(["r1"]).table.set_index("lot")
    assert ahead.loc["f2", ["steps", "share", "amount"]].tolist() == pytest.approx([3, 0.1875, 0.1875 * 60])
    assert silo.forward(["r1", "s1"]).table.set_index("lot").loc["f2", "share"] == pytest.approx(0.25)


def test_least_share_leaves_out_traces(silo):
    assert silo.forward(["r2"], least=0.1).ends == ["f1"]
    assert set(silo.backward(["f2"], least=0.2).table["lot"]) == {"s1", "s2", "r3"}


@pytest.mark.parametrize("seed", range(4))
def test_closures_are_those_of_networkx(seed):
    frame = layered(seed)
    graph = lot_graph(frame)
    other = nx.from_pandas_edgelist(frame, "from", "to", create_using=nx.DiGraph)
    for lots in (["4.0"], ["4.1", "4.2", "3.7"]):
        found = graph.backward(lots).table.set_index("lot")
        behind = {lot: nx.ancestors(other, lot) for lot in lots}
        assert set(found.index) == set().union(*behind.values()) - set(lots)
        counted = {lot: sum(lot in names for names in behind.values()) for lot in found.index}
        assert found["reached"].to_dict() == counted
        turned = other.reverse()
        nearest = nx.multi_source_dijkstra_path_length(turned, set(lots))
        assert all(found["steps"][lot] == nearest[lot] for lot in found.index)
    ahead = graph.forward(["0.3", "1.4"])
    assert set(ahead.table["lot"]) == (nx.descendants(other, "0.3") | nx.descendants(other, "1.4")) - {"1.4"}


@pytest.mark.parametrize("seed", range(3))
def test_shares_are_those_of_the_linear_system(seed):
    frame = layered(seed, width=12)
    graph = lot_graph(frame)
    names = sorted(set(frame["from"]) | set(frame["to"]))
    place = {name: i for i, name in enumerate(names)}
    taken = np.zeros((len(names), len(names)))
    for source, target, amount in frame.itertuples(index=False):
        taken[place[target], place[source]] += amount
    total = taken.sum(axis=1, keepdims=True)
    share = np.divide(taken, total, out=np.zeros_like(taken), where=total > 0)
    exact = np.linalg.inv(np.eye(len(names)) - share)
    ends, origins = list(graph.ends), list(graph.origins)
    expected = exact[np.ix_([place[x] for x in ends], [place[x] for x in origins])]
    assert graph.contents().toarray() == pytest.approx(expected)
    assert graph.contents().toarray().sum(axis=1) == pytest.approx(1)


def test_more_lots_than_bits_of_a_word():
    graph = lot_graph(made(*[("r", f"f{i}", 1.0) for i in range(150)]))
    assert graph.backward([f"f{i}" for i in range(150)]).table["reached"].tolist() == [150]


def test_equal_pairs_are_added_up_and_amounts_may_be_left_out():
    graph = lot_graph(made(("a", "f", 1), ("a", "f", 2), ("b", "f", 1)))
    assert graph.contents(["f"], of=["a", "b"]).toarray().tolist() == [[0.75, 0.25]]
    assert len(graph.edges) == 2
    bare = lot_graph(made(("a", "f", 1), ("b", "f", 3)), amount=None)
    assert bare.contents(["f"], of=["b"]).toarray().tolist() == [[0.5]]


def test_a_deep_chain_and_a_large_graph():
    chain = lot_graph(made(*[(i, i + 1, 1.0) for i in range(800)]))
    assert chain.backward([800]).table["steps"].max() == 800
    assert float(chain.contents([800], of=[0]).toarray()[0, 0]) == 1
    assert len(lot_graph(layered(1, layers=4, width=2000)).origins) <= 3000


def test_circles_are_named():
    with pytest.raises(DataError, match=r"a circle: (b > c > b|c > b > c)") as error:
        lot_graph(made(("a", "b", 1), ("b", "c", 1), ("c", "b", 1), ("c", "f", 1)))
    assert "wrong way round" in str(error.value)


def test_all_problems_at_once():
    bad = pd.DataFrame({"from": ["a", None, "b"], "to": ["f", "g", "b"], "amount": [0, 1, "x"]})
    with pytest.raises(DataError, match="the name of a lot") as error:
        lot_graph(bad)
    assert len(error.value.problems) == 3
    with pytest.raises(DataError, match="Did you mean 'amounts'") as error:
        lot_graph(bad.rename(columns={"amount": "amounts", "to": "into"}), amount="amount")
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="at least one step"):
        lot_graph(bad.iloc[:0])


def test_unknown_lots(silo):
    with pytest.raises(ParameterError, match="'r9' is not known") as error:
        silo.backward(["r9", "x", "f1"])
    assert len(error.value.problems) == 2
    with pytest.raises(ParameterError, match="at least one lot"):
        silo.forward([])
    with pytest.raises(ParameterError, match="least"):
        silo.forward(["r1"], least=2)


def test_words(silo):
    assert silo.summary() == "7 lots: 3 raw, 2 at the end, 6 steps from lot to lot."
    assert silo.backward(["f2"]).summary() == "Back from 1 through up to 3 steps: 5 lots, 3 of them raw."
    assert "2 of them at the end" in silo.forward(["r1"]).summary()
    assert silo.backward(["r1"]).to_frame().empty
    assert silo.to_frame().equals(silo.edges)
    assert listed(range(9)) == "0, 1, 2, 3, 4, ..."


def test_names_are_any_values():
    odd = lot_graph(made(("<b>=1+1</b>", 7, 1), (7, ("f", 1), 1)))
    assert odd.backward([("f", 1)]).table["lot"].tolist() == [7, "<b>=1+1</b>"]
