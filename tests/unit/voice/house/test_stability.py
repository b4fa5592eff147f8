import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.voice.house import compare_scales, house_of_quality, rank_stability
from casework.voice.house.stability import scale_name

RELATIONS = pd.DataFrame({"a": [9, 0, 0], "b": [0, 9, 0], "c": [1, 1, 3]}, index=["x", "y", "z"])


def house(x=1, y=1, z=1):
    return house_of_quality(RELATIONS, importance={"x": x, "y": y, "z": z})


def test_shares_of_each_characteristic_and_rank_add_up():
    found = house().stability(draws=500)
    assert found.shares.sum(axis=1).tolist() == pytest.approx([1, 1, 1])
    assert found.shares.sum(axis=0).tolist() == pytest.approx([1, 1, 1])


def test_two_alike_characteristics_come_first_about_equally_often():
    found = house().stability(draws=20_000, concentration=0).frame
    assert found.loc["a", "share_first"] == pytest.approx(found.loc["b", "share_first"], abs=0.02)


def test_equally_likely_weights_agree_with_the_geometry_of_the_triangle():
    """With needs x and y only, a beats b where the weight of x is above one half."""
    table = pd.DataFrame({"a": [9, 0], "b": [0, 3]}, index=["x", "y"])
    found = house_of_quality(table, importance={"x": 1, "y": 1}).stability(draws=40_000, concentration=0).frame
    assert found.loc["a", "share_first"] == pytest.approx(0.75, abs=0.01)  # 9 w > 3 (1 - w)  for w > 1/4


def test_drawn_weights_scatter_as_stated():
    rng = np.random.default_rng(1)
    from casework.voice.house.stability import _draw

    drawn = _draw(np.array([0.5, 0.3, 0.2, 0.0]), 200_000, 49.0, rng)
    assert drawn.mean(axis=0) == pytest.approx([0.5, 0.3, 0.2, 0.0], abs=1e-3)
    assert drawn[:, 0].std() == pytest.approx(np.sqrt(0.5 * 0.5 / 50), rel=0.01)


def test_narrow_weights_keep_the_order():
    found = house(x=5, y=3).stability(draws=200, concentration=1e6)
    assert found.frame["same_rank"].tolist() == [1, 1, 1]
    assert found.frame[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1], [2, 2], [3, 3]]
    assert found.summary() == "a comes first in 100% of 200 draws of the weights."


def test_same_seed_same_answer_and_blocks_do_not_matter(monkeypatch):
    whole = rank_stability(house(), draws=300, seed=3)
    assert whole == rank_stability(house(), draws=300, seed=3)
    monkeypatch.setattr("casework.voice.house.stability.BLOCK", 30)
    assert whole == rank_stability(house(), draws=300, seed=3)


def test_span_of_ranks_holds_nine_draws_in_ten():
    found = house(2, 1, 3).stability(draws=2000, concentration=5)
    for name, row in found.frame.iterrows():
        held = found.shares.loc[name, row["rank_low"] : row["rank_high"]].sum()
        assert held >= 0.9 - 1e-9
    assert (found.frame["mean_rank"] >= found.frame["rank_low"] - 1).all()


@pytest.mark.parametrize("wrong", [{"draws": 0}, {"concentration": -1}, {"draws": 10**7}])
def test_arguments_out_of_range_are_refused(wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        house().stability(**wrong)


def test_another_scale_is_the_house_built_with_it():
    swapped = RELATIONS.replace({9: 5})
    other = house_of_quality(swapped, importance={"x": 2, "y": 1, "z": 4}, scale=(5, 3, 1)).to_frame()["rank"]
    found = compare_scales(house(2, 1, 4), [(5, 3, 1)])
    assert found.ranks["5-3-1"].to_dict() == other.to_dict()
    assert list(found.ranks.columns) == ["9-3-1", "5-3-1"]


def test_the_summary_says_whether_the_first_place_depends_on_the_scale():
    table = pd.DataFrame({"a": [9, 0, 0], "b": [1, 1, 1]}, index=list("xyz"))
    found = house_of_quality(table, importance={"x": 1, "y": 1, "z": 1}).scales([(2.5, 2, 1)])
    assert found.summary() == "The scale decides what comes first; under 9-3-1 it is a."
    assert found.agreement.loc["2.5-2-1"].tolist() == [-1, 2]
    assert house(x=3).scales().summary() == "a comes first under every scale."


def test_scales_of_another_length_are_refused():
    with pytest.raises(ParameterError, match="3 levels, as the house has"):
        house().scales([(5, 1)])
    with pytest.raises(ParameterError, match="scale"):
        house().scales([(1, 3, 9)])


def test_scale_names():
    assert scale_name((4.5, 2.0)) == "4.5-2"
