from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.datasets.synthetic.satisfaction import DIMENSIONS, EFFECTS, HIERARCHY, carrier_survey
from casework.satisfaction import index_from_moments, satisfaction_index
from casework.stats.survey import survey_design

MOBI = Path(__file__).resolve().parents[4] / "shared" / "data" / "mobi.csv"
SPEC = {"Product": ["q1", "q2"], "Service": {"Staff": ["q3"], "Hotline": ["q4", "q5"]}}


@pytest.fixture
def answers():
    return pd.DataFrame(np.random.default_rng(4).integers(1, 11, (60, 5)), columns=["q1", "q2", "q3", "q4", "q5"])


def test_index_by_hand(answers):
    points = (answers - 1) / 9 * 100
    own = (points["q1"] + points["q2"]) / 4 + points["q3"] / 4 + (points["q4"] + points["q5"]) / 8
    result = satisfaction_index(answers, SPEC)
    assert result.index == pytest.approx(own.mean())
    assert result.se == pytest.approx(own.sem())
    assert result.respondent_sd == pytest.approx(own.std())
    nodes = result.nodes.set_index("node")
    assert nodes.loc["q4", "global_weight"] == pytest.approx(1 / 8)
    assert nodes.loc["Product", "contribution"] == pytest.approx(nodes.loc["Product", "score"] / 2)
    assert nodes.loc[["Product", "Service"], "contribution"].sum() == pytest.approx(result.index)


@pytest.mark.published
@pytest.mark.skipif(not MOBI.is_file(), reason="the mobi survey does not lie beside the project")
@pytest.mark.parametrize(
    ("weights", "index"), [([0.38363398, 0.2815501, 0.33481592], 72.4541179309101), ([1, 1, 1], 71.97037037037038)]
)
def test_acsi_type_index_of_mobi(weights, index):
    items = ["CUSA1", "CUSA2", "CUSA3"]
    result = satisfaction_index(
        pd.read_csv(MOBI), {"Satisfaction": items}, weighting="direct", weights=dict(zip(items, weights, strict=True))
    )
    assert result.index == pytest.approx(index, rel=1e-6)
    if weights[0] != 1:
        assert result.respondent_sd == pytest.approx(14.412583042297292, rel=1e-6)
        assert result.se == pytest.approx(0.9115317875995669, rel=1e-6)


def test_answer_outside_the_scale_never_gives_an_index(answers):
    answers.loc[2, "q3"] = 11
    with pytest.raises(DataError, match=r"column .q3.: 1 answer outside the scale .row 2: 11"):
        satisfaction_index(answers, SPEC)


def test_negative_weight_is_refused_with_its_name(answers):
    with pytest.raises(ParameterError, match=r"weight of .q2.: -0\.2"):
        satisfaction_index(answers[["q1", "q2"]], ["q1", "q2"], weighting="direct", weights={"q1": 1.2, "q2": -0.2})


def test_negative_weight_passes_on_request(answers):
    weights = {"q1": 1.2, "q2": -0.2}
    result = satisfaction_index(answers, ["q1", "q2"], weighting="direct", weights=weights, allow_negative=True)
    points = (answers - 1) / 9 * 100
    assert result.index == pytest.approx((1.2 * points["q1"] - 0.2 * points["q2"]).mean())


def test_strict_sum(answers):
    with pytest.raises(ParameterError, match="sum of 1"):
        satisfaction_index(answers, ["q1", "q2"], weighting="direct", weights={"q1": 1, "q2": 1}, strict=True)


def test_respondents_with_missing_answers_are_counted(answers):
    answers = answers.astype(float)
    answers.loc[0] = np.nan
    answers.loc[1, ["q1", "q2"]] = np.nan
    answers.loc[2, "q3"] = np.nan
    with pytest.warns(CaseworkWarning, match="1 respondent answered less than 50% of the questions"):
        result = satisfaction_index(answers, SPEC)
    assert (result.n, result.left_out, result.partly) == (59, 1, 2)
    assert result.nodes.set_index("node").loc["index", "contribution"] == pytest.approx(result.index)
    assert any("2 respondents left some questions open" in note for note in result.notes)


def test_nobody_answered_enough(answers):
    answers = answers.astype(float)
    answers.loc[::2, ["q1", "q2", "q3"]] = np.nan
    answers.loc[1::2, ["q4", "q5"]] = np.nan
    with pytest.raises(DataError, match="nobody answered 100%"):
        satisfaction_index(answers, SPEC, minimum_answered=1)


def test_question_without_an_answer(answers):
    with pytest.raises(DataError, match="column 'q4': no answer"):
        satisfaction_index(answers.assign(q4=np.nan), SPEC)


def test_constant_question_keeps_weight_zero_with_entropy(answers):
    with pytest.warns(CaseworkWarning, match="Weights in Product: constant indicator has weight 0: q1"):
        result = satisfaction_index(answers.assign(q1=7), SPEC, weighting="entropy")
    assert result.nodes.set_index("node").loc["q1", "weight"] == 0


@pytest.mark.parametrize("scale", [(1, 5), (0, 10), (1, 7)])
def test_any_scale_has_the_same_points(answers, scale):
    low, high = scale
    moved = low + (answers - 1) / 9 * (high - low)
    assert satisfaction_index(moved, SPEC, low=low, high=high).index == pytest.approx(
        satisfaction_index(answers, SPEC).index
    )


def test_design_weights_recover_the_population():
    survey, truth = carrier_survey(respondents=20_000, seed=3, missing=0.0)
    design = survey_design(survey.index, weight=survey["weight"], stratum=survey["region"])
    own = survey["supplier"] == truth.own
    result = satisfaction_index(survey, HIERARCHY, design=design)
    mean = np.average(result.scores.loc[own, "index"], weights=survey.loc[own, "weight"])
    assert mean == pytest.approx(truth.equal_index[truth.own], abs=0.8)


def test_regression_recovers_the_true_effects():
    survey, _ = carrier_survey(respondents=20_000, seed=3)
    result = satisfaction_index(
        survey,
        {name: list(items) for name, items in DIMENSIONS.items()},
        weighting=["regression", "equal"],
        overall=survey["overall"],
    )
    weights = result.dimensions.set_index("node")["weight"]
    assert weights.to_dict() == pytest.approx(dict(EFFECTS), abs=0.025)


def test_summary_and_views(answers):
    result = satisfaction_index(answers, SPEC)
    assert f"The index is {result.index:.1f} of 100" in result.summary()
    assert "Highest is" in result.summary()
    assert result.to_frame().equals(result.nodes)
    assert result.dimensions["node"].tolist() == ["Product", "Service"]


def test_one_dimension_has_no_best_and_worst(answers):
    assert "Highest" not in satisfaction_index(answers, {"Product": ["q1", "q2"]}).summary()


def test_input_is_left_alone(answers):
    before = answers.copy()
    satisfaction_index(answers, SPEC, weighting="critic")
    assert answers.equals(before)


def test_moments_and_rows_agree(answers):
    rows = satisfaction_index(answers, ["q1", "q2", "q3"])
    moments = index_from_moments(answers.mean(), answers.cov(), {"q1": 1, "q2": 1, "q3": 1}, n=60)
    assert (moments.index, moments.se, moments.low) == pytest.approx((rows.index, rows.se, rows.low))
    assert "60 respondents" in moments.summary()
    assert moments.to_frame().loc[0, "n"] == 60


def test_moments_outside_the_scale(answers):
    with pytest.raises(DataError, match="outside the scale"):
        index_from_moments(answers.mean() + 9, answers.cov(), {"q1": 1}, n=60)


def test_losses_add_up_to_what_is_missing_to_100(answers):
    result = satisfaction_index(answers, SPEC, weighting="critic")
    assert result.losses["lost"].sum() == pytest.approx(100 - result.index)
    assert result.losses["lost"].is_monotonic_decreasing


def test_design_effect_of_a_simple_sample_is_one(answers):
    assert satisfaction_index(answers, SPEC).design_effect == pytest.approx(1)
    assert np.isnan(satisfaction_index(answers * 0 + 5, SPEC).design_effect)


def test_rename_changes_names_everywhere(answers):
    result = satisfaction_index(answers, SPEC).rename({"q1": "coverage", "Service": "Help"})
    assert "coverage" in result.scores
    assert result.nodes.set_index("node").loc["Staff", "parent"] == "Help"
    assert result.hierarchy["coverage"].parent == "Product"
