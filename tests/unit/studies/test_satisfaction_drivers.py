from typing import get_args

import pytest

from casework.core.errors import DataError, ParameterError
from casework.datasets.synthetic.drivers import DRIVERS as GENERATED
from casework.datasets.synthetic.drivers import LEVELS as GENERATED_LEVELS
from casework.datasets.synthetic.drivers import hotel_survey
from casework.satisfaction.drivers.importance_performance import Cut, Importance
from casework.satisfaction.drivers.nps import NPSInterval
from casework.studies.inputs import load
from casework.studies.parameters import validate
from casework.studies.satisfaction_drivers import (
    CUT_RULES,
    DRIVERS,
    LEVELS,
    STUDY,
    DriverMeasure,
    ScoreInterval,
    contract,
    cut,
    layout,
)

COLUMNS = hotel_survey(branches=8, guests=2, seed=1)[0].columns.tolist()


def checked(**given):
    return validate(STUDY, given)


def test_options_and_defaults_are_those_of_the_methods_and_the_data():
    assert tuple(GENERATED) == tuple(DRIVERS)
    assert {level: list(names) for level, names in GENERATED_LEVELS.items()} == LEVELS
    assert DriverMeasure == Importance
    assert set(get_args(ScoreInterval)) == set(get_args(NPSInterval))
    assert get_args(Cut) == CUT_RULES


def test_bundled_survey():
    survey = load("drivers_hotel_guests", study="satisfaction_drivers")
    assert survey.frame.shape == (1200, 25)
    assert survey.layout.drivers == tuple(DRIVERS)
    assert len(survey.layout.chain) == 8
    assert len(survey.layout.chain_columns) == 9
    assert (survey.layout.recommend, survey.layout.segment, survey.layout.unit) == ("recommend", "segment", "hotel")
    assert len(survey.layout.levels) == 4


def test_sections_without_columns_are_left_out():
    found = layout(checked(drivers=["a", "b"], outcome="y"), ["a", "b", "y"])
    assert (found.recommend, found.segment, found.unit) == (None, None, None)
    assert (found.chain, found.chain_columns, found.levels) == ((), (), {})


def test_chain_needs_its_unit_unless_rows_are_units():
    without = [name for name in COLUMNS if name != "hotel"]
    assert layout(checked(), without).chain == ()
    assert len(layout(checked(unit=""), without).chain) == 8


def test_columns_are_optional_until_they_are_named():
    columns = {column.name: column for column in contract(checked(), COLUMNS).columns}
    assert columns["overall"].required
    assert columns["wifi"].required
    assert not columns["recommend"].required
    assert not columns["work_quality"].required
    assert columns["work_quality"].parameter == "chain"
    assert len(columns) == 25


def test_own_columns_that_are_missing_are_refused(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("a,b,y\n1,2,3\n4,5,6\n7,8,8\n2,1,2\n9,3,4\n", encoding="utf-8")
    own = {"drivers": ["a", "b"], "outcome": "y"}
    assert load(str(path), study="satisfaction_drivers", **own).frame.shape == (5, 3)
    with pytest.raises(DataError, match="stars"):
        load(str(path), study="satisfaction_drivers", recommend="stars", **own)
    with pytest.raises(DataError, match="costs"):
        load(str(path), study="satisfaction_drivers", chain=["y ~ costs"], **own)


def test_ratings_outside_the_scale_are_refused(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("a,b,y\n1,2,3\n4,11,6\n7,8,8\n", encoding="utf-8")
    with pytest.raises(DataError, match="11"):
        load(str(path), study="satisfaction_drivers", drivers=["a", "b"], outcome="y")


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"drivers": ["a", "a"]}, "'a'"),
        ({"drivers": []}, "drivers"),
        ({"drivers": [f"d{i}" for i in range(31)]}, "drivers"),
        ({"outcome": "wifi"}, "outside the drivers"),
        ({"scale_low": 10}, "above the low end 10"),
        ({"low_rating": 9}, "above the low end 9"),
        ({"high_outcome": 6}, "above the low end 6"),
        ({"importance": "stated"}, "an importance for each driver"),
        ({"importance": "stated", "stated": dict.fromkeys(DRIVERS, 0)}, "not all 0"),
        ({"importance_cut": "avarage"}, "mean, median, middle, or a number"),
        ({"performance_cut": "inf"}, "or a number"),
        ({"performance_cut": "nan"}, "or a number"),
        ({"chain": ["a ~ b", "b ~ a"]}, "circle: a -> b -> a"),
        ({"chain": ["a b"]}, "line 1"),
        ({"levels": {"x": ["a"], "y": ["a"], "z": []}}, "'z'.*'a' is in two"),
        ({"nps_interval": "exact"}, "wald"),
    ],
)
def test_wrong_parameters(given, match):
    with pytest.raises(ParameterError, match=match):
        checked(**given)


def test_cut_is_a_rule_or_a_number():
    assert cut("median") == "median"
    assert cut(checked(performance_cut=62.5).performance_cut) == 62.5
    found = layout(checked(importance_cut="8"), COLUMNS)
    assert found.cuts == (8.0, "mean")
