import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.core.paths import datasets_folder
from casework.datasets.synthetic.kano import EFFECTS, PAIRS, PHONE_PLAN, kano_survey
from casework.voice.kano_table import EVALUATION_TABLES

LETTERS = list("MOAIRQ")


def answers(survey, prefix, k=10):
    return survey[[f"{prefix}{j}" for j in range(1, k + 1)]]


def test_bundled_file_is_what_the_generator_makes():
    survey, _ = kano_survey()
    stored = (datasets_folder() / "kano_phone_plan" / "data.csv").read_bytes()
    assert survey.to_csv(index=False, lineterminator="\n").encode() == stored


def test_pairs_mean_their_category_in_the_published_table():
    table = EVALUATION_TABLES["berger"]
    for letter, pairs in PAIRS.items():
        assert {table[f - 1][d - 1] for f, d, _ in pairs} == {letter}
        assert sum(weight for *_, weight in pairs) == pytest.approx(1)


def test_shares_of_every_attribute_add_up_to_100():
    for attribute in PHONE_PLAN:
        assert [sum(attribute.private), sum(attribute.business), sum(attribute.youth)] == [100, 100, 100]


def test_shares_of_a_large_survey_come_out_as_the_truth():
    survey, truth = kano_survey(respondents=40_000, careless=0, missing=0)
    table = np.array([list(row) for row in EVALUATION_TABLES["berger"]])
    whole = truth[truth["segment"] == "all"].set_index("attribute")
    for j, name in enumerate(whole.index, start=1):
        letters = table[survey[f"f{j}"].astype(int) - 1, survey[f"d{j}"].astype(int) - 1]
        found = [(letters == letter).mean() for letter in LETTERS]
        assert found == pytest.approx(whole.loc[name, LETTERS].astype(float).tolist(), abs=0.01)  # 4 standard errors


def test_segments_differ_and_can_be_chosen():
    survey, truth = kano_survey(respondents=500, segments={"business": 3, "youth": 1})
    assert set(survey["segment"]) == {"business", "youth"}
    assert set(truth["segment"]) == {"all", "business", "youth"}
    roaming = truth[truth["attribute"] == "use abroad at no extra cost"].set_index("segment")["category"]
    assert (roaming["business"], roaming["youth"]) == ("M", "A")


def test_own_truth_makes_own_attributes():
    own = {"safety": {"M": 9, "I": 1}, "colour": {"A": 1}}
    survey, truth = kano_survey(respondents=50, truth=own, segments={"x": 1})
    assert survey.shape == (50, 2 + 4 * 2 + 1)
    assert truth.loc[0, LETTERS].astype(float).tolist() == [0.9, 0, 0, 0.1, 0, 0]
    assert truth.loc[0, "penalty"] == EFFECTS["basic"][0]


def test_ranges_and_empty_cells():
    survey, _ = kano_survey(respondents=300, missing=0.1)
    for prefix, high in (("f", 5), ("d", 5), ("i", 9), ("p", 10)):
        values = answers(survey, prefix)
        assert values.min().min() >= 1
        assert values.max().max() <= high
        assert values.isna().to_numpy().mean() == pytest.approx(0.1, abs=0.03)
    assert survey["overall"].between(1, 10).all()
    assert survey["respondent"].is_unique


def test_careless_respondents_tick_one_answer():
    survey, _ = kano_survey(respondents=200, careless=1, missing=0)
    assert answers(survey, "f").eq(survey["f1"], axis=0).all(axis=None)
    np.testing.assert_array_equal(answers(survey, "f"), answers(survey, "d"))


def test_same_seed_same_survey():
    pd.testing.assert_frame_equal(kano_survey(respondents=20, seed=1)[0], kano_survey(respondents=20, seed=1)[0])
    assert not kano_survey(respondents=20, seed=1)[0].equals(kano_survey(respondents=20, seed=2)[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"respondents": 0}, "respondents: 0"),
        ({"missing": 2}, "missing: 2"),
        ({"segments": {"elders": 1}}, r"segments: \['elders'\].*one of private, business, youth"),
        ({"truth": {"a": {"X": 1}}}, "truth of a: 'X'"),
        ({"truth": {"a": {"M": 0}}}, "a: 0.*do not add up to 0"),
        ({"truth": {}}, "truth: no attribute"),
    ],
)
def test_wrong_arguments_are_refused(options, message):
    with pytest.raises(ParameterError, match=message):
        kano_survey(**options)
