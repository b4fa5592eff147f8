import numpy as np
import pandas as pd
import pytest

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.suppliers.points import composite_score, nonconformity_points, quality_rating

LOTS = pd.DataFrame(
    {"critical": [0, 1, 0], "major": [2, 0, 0], "minor": [5, 3, 0], "units": [100, 50, 0]}, index=list("xyz")
)


def test_points_and_a_row_without_units():
    with pytest.warns(CaseworkWarning, match="1 row has no inspected unit"):
        found = nonconformity_points(LOTS)
    assert found.table["points"].tolist() == [11, 8, 0]
    assert found.table["points_per_unit"].tolist()[:2] == pytest.approx([0.11, 0.16])
    assert np.isnan(found.table["points_per_unit"].iloc[2])
    assert found.table["ppm"].tolist()[:2] == pytest.approx([70_000, 80_000])
    assert "the most points per unit has y: 0.16" in found.summary()
    assert list(LOTS) == ["critical", "major", "minor", "units"]


def test_lots_of_a_supplier_are_added_up():
    lots = LOTS.assign(who=["b", "a", "a"])
    found = nonconformity_points(lots, by="who", weights={"critical": 10, "minor": 0}).to_frame()
    assert found.index.tolist() == ["a", "b"]
    assert found["points"].tolist() == [10, 0]
    assert found["points_per_unit"].tolist() == [0.2, 0]


def test_nothing_inspected():
    with pytest.warns(CaseworkWarning, match="2 rows"):
        found = nonconformity_points(LOTS.assign(units=0).iloc[:2])
    assert found.summary() == "Nothing was inspected: there are no points per unit."


def test_counts_that_cannot_be_used():
    bad = LOTS.assign(critical=["a", -1, None], major=np.inf)
    with pytest.raises(DataError, match="3 values that cannot be used, in rows x, y, z") as error:
        nonconformity_points(bad)
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="Did you mean 'units'"):
        nonconformity_points(LOTS, units="unit")
    with pytest.raises(DataError, match="'who': missing"):
        nonconformity_points(LOTS.iloc[:2], by="who")
    with pytest.raises(ParameterError, match="minor") as error:
        nonconformity_points(LOTS, weights={"minor": -1, "major": None})
    assert len(error.value.problems) == 2
    with pytest.raises(ParameterError, match="at least one kind"):
        nonconformity_points(LOTS, weights={})


def test_scores_and_contributions():
    ratings = pd.DataFrame({"quality": [90, 60, np.nan], "delivery": [80, 100, 50]}, index=["<A>", "B", "C"])
    found = composite_score(ratings, weights={"quality": 3, "delivery": 1}, missing="reweight")
    assert found.score.tolist() == pytest.approx([87.5, 70, 50])
    assert found.contributions.sum(axis=1).tolist() == pytest.approx(found.score.tolist())
    assert found.table["criteria_rated"].tolist() == [2, 2, 1]
    assert found.to_frame().index.tolist() == ["<A>", "B", "C"]
    assert found.summary() == "3 suppliers scored, from 87.5 of 100 (<A>) to 50.0 (C)."
    assert "1 supplier lacks a rating" in found.notes[0]
    with pytest.raises(DataError, match="in row C"):
        composite_score(ratings, weights={"quality": 1, "delivery": 1})
    nobody = composite_score(ratings[["quality"]].iloc[2:], weights={"quality": 1}, missing="reweight")
    assert nobody.summary() == "No supplier could be scored."


def test_ratings_and_weights_that_cannot_be():
    ratings = pd.DataFrame({"quality": [101.0]})
    with pytest.raises(DataError, match="numbers from 0 to 100"):
        composite_score(ratings, weights={"quality": 1})
    with pytest.raises(ParameterError, match="quality"):
        composite_score(ratings, weights={"quality": 0})
    with pytest.raises(ParameterError, match="at least one criterion"):
        composite_score(ratings, weights={})
    with pytest.raises(ParameterError, match="one of refuse, reweight"):
        composite_score(ratings, weights={"quality": 1}, missing="drop")


def test_points_become_a_rating():
    assert quality_rating([0, 0.1, 9], zero_at=0.2).tolist() == [100, 50, 0]
    assert np.isnan(quality_rating([np.nan], zero_at=1)).all()
    with pytest.raises(ParameterError, match="zero_at"):
        quality_rating([1], zero_at=0)
