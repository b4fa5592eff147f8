import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.customers.rfm import SEGMENTS, rfm_scores


def customers(n=400, seed=1):
    rng = np.random.default_rng(seed)
    columns = {"recency_days": rng.permutation(n), "purchases": rng.permutation(n), "total": rng.permutation(n) * 2.5}
    return pd.DataFrame(columns, index=[f"c{i}" for i in range(n)])


def test_scores_equal_those_of_quintiles():
    table = customers()
    found = rfm_scores(table).table
    for score, name, sign in (("r", "recency_days", -1), ("f", "purchases", 1), ("m", "total", 1)):
        expected = pd.qcut((sign * table[name]).rank(method="first"), 5, labels=False) + 1
        assert found[score].tolist() == expected.tolist()
    assert found["rfm"].iloc[0] == "-".join(str(found[x].iloc[0]) for x in "rfm")


def test_every_pair_of_scores_has_one_segment_name():
    for r in range(1, 6):
        for both in range(1, 6):
            fits = [name for name, a, b, c, d in SEGMENTS if a <= r <= b and c <= both <= d]
            assert len(fits) == 1, (r, both)


def test_segments_add_up():
    found = rfm_scores(customers())
    assert found.segments["customers"].sum() == 400
    assert found.segments["share_of_value"].sum() == pytest.approx(1)
    assert "bring" in found.summary()
    best = found.table[(found.table["r"] == 5) & (found.table["f"] == 5) & (found.table["m"] == 5)]
    assert set(best["segment"]) <= {"champions"}
    assert len(found.to_frame()) == 400


def test_fixed_cuts_put_a_value_on_a_cut_to_the_better_score():
    table = pd.DataFrame({"recency_days": [30, 31, 90, 91], "purchases": [1, 2, 5, 9], "total": [1, 2, 3, 4]})
    found = rfm_scores(table, scores=3, cuts={"recency": [30, 90], "frequency": [2, 9]}).table
    assert found["r"].tolist() == [3, 2, 2, 1]
    assert found["f"].tolist() == [1, 2, 2, 3]


def test_ties_are_told_or_shared():
    table = pd.DataFrame({"recency_days": [1, 1, 1, 1], "purchases": [1, 2, 3, 4], "total": [1, 2, 3, 4]})
    found = rfm_scores(table, scores=2)
    assert "4 customers have the same recency" in found.notes[0]
    assert sorted(found.table["r"]) == [1, 1, 2, 2]
    assert set(rfm_scores(table, scores=2, ties="same").table["r"]) == {2}


def test_own_segments_and_others():
    found = rfm_scores(customers(20), segments=[("<b>top</b>", 4, 5, 1, 5)])
    assert set(found.table["segment"]) == {"<b>top</b>", "others"}


def test_what_cannot_be_used():
    with pytest.raises(DataError, match="missing") as error:
        rfm_scores(customers().rename(columns={"total": "sum", "purchases": "n"}))
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="1 value is missing or no number"):
        rfm_scores(customers(3).assign(total=[1, "x", 2]))
    with pytest.raises(DataError, match="customers: none"):
        rfm_scores(customers().iloc[:0])
    with pytest.raises(ParameterError, match="cuts, recency") as error:
        rfm_scores(customers(), cuts={"recency": [5, 1], "age": [1]})
    assert len(error.value.problems) == 2
    with pytest.raises(ParameterError, match="scores") as error:
        rfm_scores(customers(), scores=1, ties="none")
    assert len(error.value.problems) == 2
