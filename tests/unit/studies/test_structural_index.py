import typing
from pathlib import Path

import pytest

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.pls import NAMED as MODELS
from casework.satisfaction.pls import bootstrap, moments, named_model, structure
from casework.studies import structural_index as study
from casework.studies.inputs import load
from casework.studies.parameters import validate
from casework.studies.structural_index import NAMED, STUDY, blocks, contract, layout

MOBI = Path(__file__).resolve().parents[4] / "shared" / "data" / "mobi.csv"


def checked(**given):
    return validate(STUDY, given)


def test_named_models_are_those_of_the_method():
    assert set(NAMED) == set(MODELS)
    for name, found in NAMED.items():
        assert found == {item.name: item.indicators for item in named_model(name).constructs}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(study.Scheme, structure.Scheme), (study.Missing, moments.Missing), (study.Sign, bootstrap.Sign),
     (study.Interval, bootstrap.Interval)],
)  # fmt: skip
def test_options_are_those_of_the_method(ours, theirs):
    assert set(typing.get_args(ours)) == set(typing.get_args(theirs))


def test_defaults_fit_the_bundled_survey():
    survey = load("causal_telecom", study="structural_index")
    assert survey.frame.shape[0] == 600
    assert survey.layout.indicators == named_model("ECSI").indicators
    assert survey.layout.segment == "segment"


def test_a_quick_look_finds_the_indicators_of_a_text():
    text = """
    # what was delivered
    "Perceived quality" =~ q1 + `q 2` +
        q3   # and more
    Price <~ p1
      + p2; Satisfaction =~ s1
    Satisfaction ~ "Perceived quality" + Price
    """
    assert blocks(text) == {"Perceived quality": ("q1", "q 2", "q3"), "Price": ("p1", "p2"), "Satisfaction": ("s1",)}
    assert blocks("no model") == {}


def test_contract_and_layout_follow_the_model():
    given = checked(
        model="Q =~ q1 + q2; S =~ s1; S ~ Q", target="S", columns={"q1": "first"}, other_scales={"S": [0, 1]}
    )
    found = {column.name: column for column in contract(given, ["first", "q2", "s1"]).columns}
    assert list(found) == ["first", "q2", "s1", "segment"]
    assert (found["q2"].low, found["q2"].high, found["s1"].low, found["s1"].high) == (1, 10, 0, 1)
    assert not found["segment"].required
    parts = layout(given, ["first", "q2", "s1"])
    assert parts.indicators == ("first", "q2", "s1")
    assert parts.segment is None


def test_a_segment_that_the_caller_names_must_exist():
    with pytest.raises(DataError, match="kind_of_contract"):
        load("causal_telecom", study="structural_index", segment="kind_of_contract")


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"model": "nonsense"}, "model"),
        ({"target": "Price"}, "target"),
        ({"columns": {"XYZ": "a"}}, "columns"),
        ({"scale_low": 5, "scale_high": 5}, "scale_high"),
        ({"other_scales": {"Value": [1]}}, "other_scales"),
        ({"other_scales": {"Value": [2, 1]}}, "other_scales"),
        ({"resamples": 5}, "resamples"),
        ({"scheme": "magic"}, "scheme"),
    ],
)
def test_parameters_are_checked(given, match):
    with pytest.raises(ParameterError, match=match):
        checked(**given)


@pytest.mark.skipif(not MOBI.is_file(), reason="the mobile phone survey is not here")
def test_the_mobile_phone_survey_needs_no_parameters():
    survey = load(str(MOBI), study="structural_index")
    assert survey.frame.shape[0] == 250
    assert survey.layout.segment is None
