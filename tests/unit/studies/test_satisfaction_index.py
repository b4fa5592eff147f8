from pathlib import Path

import pytest
import yaml

from casework.core.errors import DataError, ParameterError
from casework.datasets.synthetic.satisfaction import HIERARCHY as GENERATED
from casework.datasets.synthetic.satisfaction import carrier_survey
from casework.satisfaction.hierarchy import parse_hierarchy
from casework.satisfaction.weighting import IndexWeighting as MethodWeighting
from casework.studies.inputs import load
from casework.studies.parameters import validate
from casework.studies.satisfaction_index import HIERARCHY, STUDY, IndexWeighting, contract, layout

ROOT = Path(__file__).resolve().parents[3]
MOBI = ROOT.parent / "shared" / "data" / "mobi.csv"
EXAMPLE = ROOT / "examples" / "mobi.yaml"
COLUMNS = carrier_survey(respondents=40, seed=1)[0].columns.tolist()


def checked(**given):
    return validate(STUDY, given)


def names(**given):
    return contract(checked(**given), COLUMNS).names


def test_defaults_are_those_of_the_bundled_survey():
    assert HIERARCHY == GENERATED
    assert MethodWeighting == IndexWeighting
    survey = load("index_phone_carriers", study="satisfaction_index")
    assert survey.frame.shape == (800, 35)
    assert survey.layout.items == parse_hierarchy(HIERARCHY).items
    assert len(survey.layout.expectations) == 15
    assert (survey.layout.supplier, survey.layout.stratum, survey.layout.weight) == ("supplier", "region", "weight")
    assert survey.layout.cluster is None


def test_labels_can_name_the_nodes():
    survey = load("index_phone_carriers", study="satisfaction_index")
    assert "network coverage" in parse_hierarchy(HIERARCHY).rename(survey.labels).names


def test_optional_columns_are_left_out_where_they_are_absent():
    found = layout(checked(), [*parse_hierarchy(HIERARCHY).items])
    assert found.expectations == {}
    assert (found.overall, found.supplier, found.stratum, found.weight) == (None, None, None, None)


def test_expectations_by_name_and_by_ending():
    found = layout(checked(expectations={"coverage": "hoped"}), [*COLUMNS, "hoped"])
    assert found.expectations["coverage"] == "hoped"
    assert found.expectations["data_speed"] == "data_speed_expected"
    assert "hoped" in contract(checked(expectations={"coverage": "hoped"}), COLUMNS).names


def test_empty_names_ask_for_nothing():
    empty = dict.fromkeys(("supplier", "overall", "stratum", "weight", "respondent", "expectation_suffix"), "")
    assert set(names(**empty)) == set(parse_hierarchy(HIERARCHY).items)


def test_overall_may_be_a_question_of_the_tree():
    assert list(names(overall="coverage")).count("coverage") == 1


def test_regression_needs_the_overall_column():
    column = next(
        column for column in contract(checked(weighting="regression"), COLUMNS).columns if column.name == "overall"
    )
    assert column.required
    assert column.varies


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"hierarchy": {"A": []}}, "A as a list of columns"),
        ({"hierarchy": {"A": ["x"], "B": ["x"]}}, "'x' occurs twice"),
        ({"hierarchy": {"A": [3]}}, "A as a list of columns"),
        ({"scale_low": 10, "scale_high": 1}, r"scale_high: 1\. Expected: above the low end 10"),
        ({"weighting": "direct"}, "a weight for each dimension"),
        ({"weighting": "ahp"}, "judgements of the dimensions"),
        ({"weighting": "median"}, "one of equal, direct, entropy"),
        ({"weights": {"Prise": 1}}, "'Prise' is not known. Did you mean 'Price'"),
        ({"weights": {"Price": 1}}, "in index there is no weight for 'Product', 'Service'"),
        ({"weights": {"coverage": 1, "call_quality": 1, "data_speed": -1}}, "weight of 'data_speed' is negative"),
        ({"confidence": 1}, "confidence"),
        ({"margin": 0}, "margin"),
        ({"wieghting": "equal"}, "Did you mean 'weighting'"),
    ],
)
def test_wrong_parameters_are_refused(given, message):
    with pytest.raises(ParameterError, match=message):
        checked(**given)


@pytest.mark.parametrize("name", ["supplier", "overall", "stratum", "cluster", "weight", "respondent"])
def test_a_column_that_the_caller_names_must_exist(name):
    with pytest.raises(DataError, match="column 'nowhere': there is no such column"):
        load("index_phone_carriers", study="satisfaction_index", **{name: "nowhere"})


def test_an_ending_that_the_caller_names_must_exist():
    with pytest.raises(DataError, match="column 'coverage_hoped': there is no such column"):
        load("index_phone_carriers", study="satisfaction_index", expectation_suffix="_hoped")


def test_answers_outside_the_scale_are_refused_or_counted():
    with pytest.raises(DataError, match="answers are not valid"):
        load("index_phone_carriers", study="satisfaction_index", scale_high=7)
    survey = load("index_phone_carriers", study="satisfaction_index", scale_high=7, invalid="exclude")
    assert sum(item.count for item in survey.exclusions) > 100


def test_results_are_declared_once():
    declared = [result.name for result in STUDY.results]
    assert len(set(declared)) == len(declared)
    assert sum(result.key for result in STUDY.results) == 5


def test_example_maps_every_question_once():
    given = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    tree = parse_hierarchy(checked(**given).hierarchy)
    assert len(tree.items) == len(set(tree.items)) == 24
    assert [node.name for node in tree.dimensions] == [
        "Image", "Expectation", "Quality", "Value", "Satisfaction", "Complaints", "Loyalty",
    ]  # fmt: skip


@pytest.mark.skipif(not MOBI.is_file(), reason="the mobi survey does not lie beside the project")
def test_example_reads_mobi():
    given = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    survey = load(str(MOBI), study="satisfaction_index", **given)
    assert survey.frame.shape == (250, 24)
    assert survey.layout.overall == "CUSA1"
    assert survey.layout.supplier is None
