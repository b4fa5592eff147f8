import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.stats.ahp import ahp_weights
from casework.voice.house import house_of_quality, need_weights
from casework.voice.house.matrix import ranks

RELATIONS = pd.DataFrame({"a": [9, 1, 0], "b": [3, 9, 1], "c": [0, 3, 9]}, index=["x", "y", "z"])
IMPORTANCE = {"x": 5, "y": 3, "z": 1}


def house(**given):
    return house_of_quality(RELATIONS, **({"importance": IMPORTANCE} | given))


def test_importance_is_the_weighted_sum_down_the_columns():
    found = house().to_frame()
    assert found["absolute"].tolist() == [48, 43, 18]
    assert found["relative_sum"].tolist() == pytest.approx([48 / 109, 43 / 109, 18 / 109])
    assert found["relative_maximum"].tolist() == pytest.approx([1, 43 / 48, 18 / 48])
    assert found["rank"].tolist() == [1, 2, 3]
    assert found["relations"].tolist() == [2, 3, 2]


@pytest.mark.parametrize("relative", ["sum", "maximum"])
def test_relative_is_an_argument(relative):
    found = house(relative=relative).to_frame()
    assert found["relative"].tolist() == found[f"relative_{relative}"].tolist()


def test_ties_share_the_better_rank():
    table = pd.DataFrame({"a": [9, 0], "b": [0, 9], "c": [1, 1], "d": [3, 3]}, index=["x", "y"])
    found = house_of_quality(table, importance={"x": 0.1, "y": 0.1})
    assert found.to_frame()["rank"].tolist() == [1, 1, 4, 3]
    assert ranks(np.array([0.1 + 0.2, 0.3])).tolist() == [1, 1]


def test_importance_may_be_a_series_a_planning_or_weights():
    planned = need_weights(pd.DataFrame({"importance": [5, 3, 1]}, index=["x", "y", "z"]))
    for importance in (pd.Series(IMPORTANCE), {"z": 1, "y": 3, "x": 5}, planned):
        assert house(importance=importance).to_frame()["absolute"].tolist() == [48, 43, 18]
    judged = ahp_weights({"x": {"y": 5 / 3, "z": 5}, "y": {"z": 3}})
    assert house(importance=judged).to_frame()["relative_sum"].tolist() == pytest.approx([48 / 109, 43 / 109, 18 / 109])


def test_importance_in_another_unit_changes_no_share():
    other = {name: value * 37.5 for name, value in IMPORTANCE.items()}
    pd.testing.assert_series_equal(
        house().to_frame()["relative_sum"], house(importance=other).to_frame()["relative_sum"]
    )


def test_needs_keep_their_weights_and_how_they_are_served():
    found = house().needs
    assert found["weight"].tolist() == pytest.approx([5 / 9, 3 / 9, 1 / 9])
    assert found["relations"].tolist() == [2, 3, 2]
    assert found["strongest"].tolist() == [9, 9, 9]


def test_problems_of_every_part_are_told_at_once():
    with pytest.raises(DataError) as caught:
        house_of_quality(
            RELATIONS.replace(3, 5),
            importance={"x": -1, "q": 2, "y": "many"},
            ratings=pd.DataFrame({"ours": ["good"]}, index=["x"]),
            technical={"a": {"direction": "up"}},
        )
    text = str(caught.value)
    for part in (
        "need 'x' and characteristic 'b': 5",
        "need 'y' and characteristic 'c': 5",
        "importance: 'q' is not known",
        "importance of 'x': -1",
        "importance of 'y': 'many'",
        "importance of 'z': no value",
        "rating of 'ours' on 'x': 'good'",
        "characteristic 'a', direction: 'up'",
    ):
        assert part in text


def test_roof_faults_come_with_the_rest():
    with pytest.raises(DataError, match="not symmetric"):
        house(roof=[["", "+", ""], ["-", "", ""], ["", "", ""]])


@pytest.mark.parametrize(
    ("importance", "message"),
    [
        ({"x": 0, "y": 0, "z": 0}, "all needs weigh 0"),
        (pd.Series([1, 2], index=["x", "x"]), "there twice"),
    ],
)
def test_importance_that_cannot_be_used_is_refused(importance, message):
    with pytest.raises(DataError, match=message):
        house(importance=importance)


def test_a_house_without_relations_is_refused():
    with pytest.raises(DataError, match="no need that weighs something is served"):
        house_of_quality(RELATIONS * 0, importance=IMPORTANCE)


@pytest.mark.parametrize("option", [{"relative": "max"}, {"reading": "signs"}, {"scale": (1, 3)}])
def test_unknown_options_are_refused(option):
    with pytest.raises(ParameterError):
        house(**option)


def test_conflicts_and_summary():
    found = house(roof={"a": {"b": "--", "c": "+"}})
    assert found.conflicts[["first", "second"]].to_numpy().tolist() == [["a", "b"]]
    assert found.summary() == (
        "3 needs, 3 characteristics. First come a, b, c, with 100% of the importance together."
        " 1 pair of characteristics is in conflict."
    )
    ways = {"a": {"direction": "more"}, "c": {"direction": "less"}}
    turned = house(roof={"a": {"c": "+"}}, reading="measure", technical=ways)
    assert turned.conflicts["second"].tolist() == ["c"]


def test_gaps_targets_and_consistency_pass_through():
    ratings = pd.DataFrame({"ours": [3, 3, 3], "theirs": [4, 2, 5]}, index=["x", "y", "z"])
    found = house(ratings=ratings, technical={"a": {"direction": "more", "ours": 1, "theirs": 2}})
    assert found.gaps()["gap"].tolist() == [-1, 1, -2]
    assert found.targets().loc["a", "proposed"] == 2
    assert len(found.consistency()) == 0
    assert len(house().gaps()) == 0
    with pytest.raises(ParameterError, match="stretch"):
        found.targets(stretch=-1)


def test_reweighing_a_need_is_building_anew():
    expected = house(importance=IMPORTANCE | {"z": 4}).to_frame()
    pd.testing.assert_frame_equal(house().reweighed(need="z", factor=4).to_frame(), expected)
    assert house().reweighed(need="z", relative="maximum").relative == "maximum"
    with pytest.raises(ParameterError, match="'q' is not known"):
        house().reweighed(need="q")
    with pytest.raises(ParameterError, match="factor"):
        house().reweighed(need="z", factor=-1)


def test_deployment_passes_the_shares_on():
    first = house()
    table = pd.DataFrame({"p": [9, 0, 0], "q": [0, 3, 9]}, index=["a", "b", "c"])
    following = first.deploy(table)
    assert following.to_frame()["absolute"].tolist() == pytest.approx([9 * 48 / 109, (3 * 43 + 9 * 18) / 109])
    with pytest.raises(DataError, match="is not known"):
        first.deploy(table.rename(index={"a": "other"}))


def test_other_names_everywhere_but_only_where_they_stay_apart():
    found = house(roof={"a": {"b": "-"}}).rename({"a": "antenna"})
    assert found.ranking()[0] == "antenna"
    assert found.conflicts["first"].tolist() == ["antenna"]
    assert list(found.roof.columns) == list(found.relations.columns) == ["antenna", "b", "c"]
    assert house().rename({"a": "b"}).ranking() == house().ranking()


def test_inputs_and_results_cannot_change_each_other():
    relations = RELATIONS.copy()
    found = house_of_quality(relations, importance=IMPORTANCE)
    relations.iloc[0, 0] = 0
    assert found.relations.iloc[0, 0] == 9
    copy = found.to_frame()
    copy.iloc[0, 0] = -1
    assert found.to_frame().iloc[0, 0] == 48


def test_names_are_text_whatever_they_hold():
    names = ["{x}", "<script>$y$"]
    table = pd.DataFrame([[9], [1]], index=names, columns=["=1+1"])
    found = house_of_quality(table, importance=dict.fromkeys(names, 1))
    assert "=1+1" in found.summary()


def test_a_single_cell_is_a_house():
    found = house_of_quality(pd.DataFrame({"a": ["●"]}, index=["x"]), importance={"x": 1})
    assert found.summary() == "1 need, 1 characteristic. First comes a."
    assert found.stability(draws=10).frame["share_first"].tolist() == [1]
    assert found.scales().agreement["changed"].sum() == 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"importance": [5, 3, 1]}, "importance: list. Expected: a number for each need"),
        ({"technical": {"a": 3}}, r"technical\['a'\]: 3. Expected: a mapping"),
        ({"roof": {"a": "b"}}, r"roof\['a'\]: 'b'. Expected: a mapping"),
    ],
)
def test_things_of_another_kind_are_refused(wrong, message):
    with pytest.raises(ParameterError, match=message):
        house(**wrong)
