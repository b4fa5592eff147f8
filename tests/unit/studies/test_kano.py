import subprocess
import sys
from pathlib import Path

import pytest

from casework.core.errors import DataError, ParameterError
from casework.studies.inputs import load
from casework.studies.kano import STUDY, KanoParameters, attribute_pairs, contract, layout
from casework.studies.parameters import read_parameter_file, validate

ROOT = Path(__file__).resolve().parents[3]
PHONE = ["respondent", "segment", *(f"{prefix}{i}" for prefix in "fdip" for i in (1, 2)), "overall"]


def columns_of(found):
    return [(pair.functional, pair.dysfunctional, pair.importance, pair.performance) for pair in found]


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_pairs_are_found_by_prefix():
    pairs, problems = attribute_pairs(KanoParameters(), PHONE)
    assert columns_of(pairs) == [("f1", "d1", "i1", "p1"), ("f2", "d2", "i2", "p2")]
    assert problems == ()


def test_words_that_begin_like_a_prefix_are_no_questions():
    pairs, problems = attribute_pairs(KanoParameters(), ["firm", "f1", "date", "d1", "d_price", "f_price"])
    assert columns_of(pairs) == [("f1", "d1", None, None), ("f_price", "d_price", None, None)]
    assert problems == ()


def test_a_prefix_that_ends_with_a_sign_takes_any_rest():
    chosen = KanoParameters(functional_prefix="has.", dysfunctional_prefix="not.", importance_prefix="")
    pairs, _ = attribute_pairs(chosen, ["has.price", "not.price", "iprice"])
    assert columns_of(pairs) == [("has.price", "not.price", None, None)]


def test_questions_without_partner_are_told_both_ways():
    _, problems = attribute_pairs(KanoParameters(), ["f1", "d1", "f2", "d3"])
    assert [str(problem) for problem in problems] == [
        "column f2: its partner d2 is missing.",
        "column d3: its partner f3 is missing.",
    ]
    with pytest.raises(DataError, match=r"f2.*\n.*d3"):
        contract(KanoParameters(), ["f1", "d1", "f2", "d3"])


def test_no_pair_at_all_says_what_there_is():
    with pytest.raises(
        DataError, match=r"no pair of questions found; there are: a, b\. Expected: pairs such as f1 and d1"
    ):
        contract(KanoParameters(), ["a", "b"])


def test_named_attributes_win_and_may_have_an_importance():
    chosen = KanoParameters(attributes={"coverage": ["f2", "d2"], "price": ["x", "y", "z"]})
    pairs, problems = attribute_pairs(chosen, PHONE)
    assert [pair.name for pair in pairs] == ["coverage", "price"]
    assert columns_of(pairs) == [("f2", "d2", "i2", "p2"), ("x", "y", "z", None)]
    assert problems == ()


def test_labels_name_attributes_but_not_those_that_the_caller_named():
    found = layout(KanoParameters(), PHONE).labelled({"f1": "coverage"})
    assert found.functional == {"coverage": "f1", "f2": "f2"}
    named = layout(KanoParameters(attributes={"mine": ["f1", "d1"]}), PHONE).labelled({"f1": "coverage"})
    assert named.dysfunctional == {"mine": "d1"}


def test_two_attributes_with_one_label_keep_their_columns():
    found = layout(KanoParameters(), PHONE).labelled({"f1": "same", "f2": "same"})
    assert list(found.functional) == ["f1", "f2"]


def test_layout_leaves_out_what_is_absent():
    found = layout(KanoParameters(), ["f1", "d1"])
    assert (found.overall, found.respondent, found.segment) == (None, None, None)
    assert found.importance == found.performance == {}
    assert layout(KanoParameters(segment=""), PHONE).segment is None


def test_contract_knows_scale_codes_and_optional_columns():
    chosen = KanoParameters(table="3-level", answers={"like": 1, "dislike": 3})
    columns = {column.name: column for column in contract(chosen, PHONE).columns}
    assert (columns["f1"].low, columns["f1"].high, columns["f1"].codes["dislike"]) == (1, 3, 3)
    assert columns["respondent"].unique
    assert not columns["segment"].required
    assert columns["overall"].varies


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"low": 9, "high": 6}, "low must be below high, not 9 and 6"),
        ({"order": "MX"}, "order.*letters of MOAIRQ, each at most once"),
        ({"attributes": {"a": ["f1"]}}, "two or three columns each; not so: a"),
        ({"dysfunctional_prefix": "f"}, "must differ"),
        ({"answers": {"like": 7}}, "answers must stand for 1 to 5; not so: like"),
        ({"treshold": 0.1}, "treshold.*no such parameter.*'threshold'"),
        ({"threshold": 6}, "threshold: 6.*at least 0, at most 1"),
        ({"table": "burger"}, "table.*one of berger, pouliot, 3-level.*'berger'"),
        ({"resamples": 10}, "resamples: 10.*at least 100"),
    ],
)
def test_wrong_parameters_are_refused(given, message):
    with pytest.raises(ParameterError, match=message):
        validate(STUDY, given)


def test_bundled_data_are_loaded_with_their_labels():
    survey = load("kano_phone_plan", study="kano")
    found = survey.layout.labelled(survey.labels)
    assert list(found.functional)[:2] == ["network coverage", "price per month"]
    assert survey.pick(found.functional).shape == (600, 10)


def test_a_file_of_ones_own_with_text_answers(tmp_path):
    path = write(tmp_path / "own.csv", "f1,d1\nlike,dislike\nneutral,\n")
    survey = load(path, study="kano", table="3-level", answers={"like": 1, "neutral": 2, "dislike": 3})
    assert survey.frame["f1"].tolist() == [1, 2]


def test_an_absent_column_that_the_caller_named_is_an_error(tmp_path):
    path = write(tmp_path / "own.csv", "f1,d1,sex\n1,5,m\n2,5,w\n")
    assert load(path, study="kano").layout.segment is None
    with pytest.raises(DataError, match=r"sexx.*no such column.*'sex'"):
        load(path, study="kano", segment="sexx")


def test_answers_outside_the_scale_are_refused_or_counted(tmp_path):
    path = write(tmp_path / "own.csv", "f1,d1\n1,5\n9,x\n2,5\n")
    with pytest.raises(DataError, match=r"column 'f1': 1 of 3 answers are not valid \(row 3: 9\)"):
        load(path, study="kano")
    assert [item.count for item in load(path, study="kano", invalid="exclude").exclusions] == [1, 1]


def test_example_parameters_fit_the_study():
    given = read_parameter_file(ROOT / "examples" / "kano_stp25.yaml")
    assert validate(STUDY, given).segment == "sex"


def test_published_results_are_declared_once():
    names = [item.name for item in STUDY.results]
    assert len(set(names)) == len(names)


def test_the_study_is_described_without_pandas():
    code = (
        "import sys, casework.studies.kano as k; "
        "k.contract(k.KanoParameters(), ['f1', 'd1']); print('pandas' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
