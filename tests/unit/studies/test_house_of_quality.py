from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
import yaml

from casework.core.errors import DataError, ParameterError
from casework.datasets.template import write_template
from casework.studies import house_of_quality as study
from casework.studies.house_of_quality import STUDY, contract, layout
from casework.studies.inputs import load
from casework.studies.parameters import validate
from casework.voice.house import house_of_quality, kano_ratio, matrix, needs, roof, symbol_codes
from casework.voice.house.tables import DIRECTIONS

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
COLUMNS = ["need", "importance", "us", "them", "width", "mass"]


def checked(**given):
    return validate(STUDY, given)


def own(**given):
    return checked(**({"own": "us", "competitors": ["them"]} | given))


def written(tmp_path, text):
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_options_are_those_of_the_method():
    assert set(get_args(study.NeedWeighting)) == set(get_args(needs.NeedWeighting))
    assert get_args(study.KanoMethod) == get_args(kano_ratio.KanoMethod)
    assert get_args(study.Relative) == get_args(matrix.Relative)
    assert get_args(study.RoofReading) == get_args(roof.RoofReading)
    assert study.DIRECTIONS == DIRECTIONS
    assert study.SIGNS == roof.SIGNS
    codes = symbol_codes((9, 3, 1))
    assert {text: value for text, value in study._codes((9, 3, 1)).items() if text != "0"} == {
        symbol: int(codes[symbol]) for row in study.SYMBOLS for symbol in row
    }


def test_bundled_house_is_read_with_all_its_parts():
    survey = load("house_phone_plan", study="house_of_quality")
    found = survey.layout
    assert survey.frame.shape == (9, 22)
    assert len(found.characteristics) == 11
    assert found.products == ("Lumina", "Nordtel", "Quadrix", "Vireo")
    assert found.weighting == "kano"
    assert found.technical["basic fee"]["Nordtel"] == 32
    assert found.roof["base stations"]["basic fee"] == "--"
    assert list(found.planning) == ["importance", "current", "goal", "sales_point", "category", "better", "worse"]


def test_columns_without_another_part_are_characteristics():
    assert layout(own(), COLUMNS).characteristics == ("width", "mass")
    assert layout(own(characteristics=["mass"]), COLUMNS).characteristics == ("mass",)


def test_what_is_not_there_is_left_out():
    found = layout(checked(), ["need", "importance", "width"])
    assert (found.own, found.competitors, found.category, found.goal) == (None, (), None, None)
    assert found.products == ()
    assert found.planning == {"importance": "importance"}
    assert found.weighting == "raw"


def test_bundled_measurements_do_not_leak_into_own_data():
    found = layout(checked(), ["need", "importance", "basic fee", "base stations"])
    assert found.technical == {}
    assert found.roof == {}


def test_values_belong_to_the_products_in_order():
    given = own(technical={"mass": {"values": [3, None], "cost": 2}, "width": {"them": 4}})
    assert layout(given, COLUMNS).technical == {"mass": {"us": 3, "them": None, "cost": 2}, "width": {"them": 4}}


def test_names_in_technical_and_roof_must_be_characteristics():
    given = own(technical={"mas": {"cost": 1}}, roof={"width": {"bulk": "+"}})
    with pytest.raises(
        DataError, match=r"(?s)technical: 'mas' is no characteristic. Did you mean 'mass'.*roof: 'bulk'"
    ):
        contract(given, COLUMNS)


def test_a_table_without_characteristics_is_refused():
    with pytest.raises(DataError, match="there is no characteristic"):
        contract(own(), COLUMNS[:4])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"scale": [1, 3, 9]}, "strongest first"),
        ({"scale": [3, 0]}, "above 0"),
        ({"rating_low": 5, "rating_high": 5}, "above the low end 5"),
        ({"exponents": {"R": 1}}, "letters of MOAI"),
        ({"technical": {"a": {"direction": "up"}}}, "direction is one of more, less, target"),
        ({"technical": {"a": {"values": 3}}}, "values is a list"),
        ({"technical": {"a": {"values": [1, "x"]}}}, "values is a number, not 'x'"),
        ({"technical": {"a": {"cost": True}}}, "cost is a number"),
        ({"roof": {"a": {"b": "+++"}}}, r"one of \+\+, \+, -, --"),
        ({"roof": {"a": {"a": "+"}}}, "no sign with itself"),
        ({"roof": {"a": {"b": "+"}, "b": {"a": "-"}}}, "two different signs"),
        ({"kano": "tontini"}, "tan_shen"),
    ],
)
def test_wrong_parameters_are_refused(given, message):
    with pytest.raises(ParameterError, match=message):
        checked(**given)


def test_symbols_and_numbers_are_read(tmp_path):
    path = written(tmp_path, "need,importance,width,mass\nlight,5,●,\ncheap,3,weak,9\n")
    frame = load(path, study="house_of_quality").frame
    assert frame[["width", "mass"]].fillna(0).to_numpy().tolist() == [[9, 0], [1, 9]]


def test_a_strength_off_the_scale_is_refused_with_its_row(tmp_path):
    path = written(tmp_path, "need,importance,width\nlight,5,5\ncheap,3,9\n")
    with pytest.raises(DataError, match=r"column 'width'.*row 2: '?5'?.*Expected: one of"):
        load(path, study="house_of_quality")
    assert load(path, study="house_of_quality", scale=[9, 5, 3]).frame["width"].tolist() == [5, 9]


def test_an_empty_characteristic_is_left_out_and_told(tmp_path):
    path = written(tmp_path, "need,importance,width,mass\nlight,5,9,\ncheap,3,1,\n")
    survey = load(path, study="house_of_quality")
    assert survey.layout.characteristics == ("width",)
    assert "the column is empty" in survey.excluded()["reason"].tolist()


def test_needs_stand_once_and_have_their_importance(tmp_path):
    path = written(tmp_path, "need,importance,width\nlight,,9\nlight,3,1\n")
    with pytest.raises(DataError, match=r"(?s)column 'need'.*column 'importance'"):
        load(path, study="house_of_quality")


def test_chaudha_needs_better_and_worse():
    with pytest.raises(DataError, match=r"(?s)'better'.*'worse'"):
        load("house_phone_plan", study="house_of_quality", kano="chaudha", better="b", worse="w")


def test_template_has_the_columns_that_are_asked_for(tmp_path):
    given = own(characteristics=["width", "mass"])
    path = write_template(contract(given, COLUMNS), tmp_path / "house.csv")
    head = path.read_text(encoding="utf-8-sig").strip()
    assert head == "need,importance,category,better,worse,us,them,goal,sales_point,width,mass"


def test_the_house_of_the_study_can_be_built():
    survey = load("house_phone_plan", study="house_of_quality")
    table = survey.frame.set_index("need")
    found = house_of_quality(
        table[list(survey.layout.characteristics)],
        importance=table["importance"],
        technical=survey.layout.technical,
        roof=survey.layout.roof,
        ratings=table[list(survey.layout.products)],
    )
    assert isinstance(found.to_frame(), pd.DataFrame)
    assert len(found.conflicts) == 8


def test_the_example_of_an_own_house_is_accepted():
    given = yaml.safe_load((EXAMPLES / "house_kettle.yaml").read_text(encoding="utf-8"))
    survey = load(str(EXAMPLES / "house_kettle.csv"), study="house_of_quality", **given)
    assert survey.layout.characteristics == ("wall thickness", "heater power", "mass", "lid force", "switch-off time")
    assert survey.layout.weighting == "raw"
    assert survey.layout.technical["mass"]["rival B"] == 860
    assert survey.frame["heater power"].tolist()[:2] == [9, 1]
