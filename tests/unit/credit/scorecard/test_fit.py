import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.credit.performance import measure_discrimination
from casework.credit.scorecard.fit import ScorecardPlan, fit_scorecard, split_last

GERMAN = Path(__file__).resolve().parents[5] / "shared" / "data" / "german_credit.csv"


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(3)
    n = 2000
    frame = pd.DataFrame({"months": rng.integers(3, 60, n), "job": rng.choice(list("abcd"), n), "noise": rng.random(n)})
    eta = -2 + 0.04 * (frame["months"] - 30) + frame["job"].map({"a": -1, "b": 0, "c": 0.2, "d": 1})
    frame["bad"] = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(int)
    frame.loc[::17, "months"] = np.nan
    return frame


@pytest.fixture(scope="module")
def made(cases):
    return fit_scorecard(cases, ScorecardPlan(target="bad", digits=2))


def test_all_steps_of_the_way(cases, made):
    assert set(made.model.variables) == {"months", "job"}
    roles = made.variables().set_index("variable")["role"]
    assert roles["months"] == "in the scorecard"
    assert roles["noise"] in ("too little information", "adds too little")
    assert measure_discrimination(cases["bad"], made.risk(cases)).auc > 0.7
    assert "2 variables" in made.summary()


def test_points_are_the_scaled_odds(cases, made):
    exact = made.plan.to_points(made.risk(cases))
    assert np.abs(made.card.score(cases) - exact).max() < 0.02
    assert made.plan.to_risk(exact) == pytest.approx(made.risk(cases))
    assert ScorecardPlan(target="x").to_points(1 / 51) == pytest.approx(600)
    assert ScorecardPlan(target="x").to_points(1 / 101) == pytest.approx(620)


def test_probabilities_add_up_to_the_bad(cases, made):
    assert made.risk(cases).sum() == pytest.approx(cases["bad"].sum())


def test_a_category_never_seen_is_neutral_and_told(made):
    with pytest.warns(CaseworkWarning, match="never seen"):
        made.risk(pd.DataFrame({"months": [12.0], "job": ["z"]}))


def test_classes_have_the_bands_of_the_base(cases, made):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        classes = made.classes(cases, cases, bands=4)
    assert list(classes) == ["total score", *made.model.variables]
    assert classes["total score"].value_counts(normalize=True).between(0.15, 0.35).all()
    with pytest.raises(ParameterError, match="bands"):
        made.classes(cases, cases, bands=1)


@pytest.mark.parametrize(
    ("target", "event", "match"),
    [
        ([0, 1, None] * 20, 1, "20 of 60 values are missing"),
        (["bad", "good"] * 30, 1, "holds text"),
        ([0] * 60, 1, "one class only"),
        ([0, 1, 2] * 20, 1, "3 different values"),
    ],
)
def test_targets_refused(target, event, match):
    frame = pd.DataFrame({"x": np.arange(60), "bad": target})
    plan = ScorecardPlan(target="bad", event=event)
    with pytest.raises(DataError, match=match):
        plan.outcome(frame)
    with pytest.raises(DataError, match=match):
        fit_scorecard(frame, plan)


def test_refused(cases):
    with pytest.raises(DataError, match="Did you mean 'bad'"):
        ScorecardPlan(target="bed").outcome(cases)
    with pytest.raises(ParameterError, match="least_iv"):
        fit_scorecard(cases, ScorecardPlan(target="bad", least_iv=-1))
    with pytest.raises(ParameterError, match="evidence"):
        fit_scorecard(cases, ScorecardPlan(target="bad", evidence="luck"))
    with pytest.raises(DataError, match="none adds enough"):
        fit_scorecard(cases[["noise", "bad"]], ScorecardPlan(target="bad"))


def test_a_variable_that_tells_the_outcome_outright_is_named(cases):
    leak = cases.assign(
        paid_back=1.0 - cases["bad"] + 0.001 * cases["noise"], state=cases["bad"].map({0: "ok", 1: "gone"})
    )
    made = fit_scorecard(leak, ScorecardPlan(target="bad", min_events=5))
    assert any("outright" in note and "paid_back" in note and "state" in note for note in made.notes)
    assert not {"paid_back", "state"} & set(made.model.variables)


def test_texts_with_their_label_are_the_same(cases, made):
    words = cases.assign(bad=cases["bad"].map({0: "good", 1: "bad"}))
    found = fit_scorecard(words, ScorecardPlan(target="bad", event="bad", digits=2))
    assert found.card.score(words).tolist() == made.card.score(cases).tolist()


def test_the_last_period_is_split_off():
    frame = pd.DataFrame({"year": [3, 1, 2]}, index=[7, 8, 9])
    assert [list(part.index) for part in split_last(frame, "year")] == [[8, 9], [7]]
    assert len(split_last(frame, None)[1]) == 0
    assert len(split_last(frame.assign(year=1), "year")[1]) == 0
    with pytest.raises(DataError, match="without a period"):
        split_last(frame, "month")


@pytest.mark.skipif(not GERMAN.is_file(), reason="the shared data are not here")
def test_german_credit_with_all_variables_is_what_optbinning_prints():
    frame = pd.read_csv(GERMAN)
    made = fit_scorecard(frame, ScorecardPlan(target="bad", trend="monotone", evidence="all", least_iv=0))
    ranked = measure_discrimination(frame["bad"], made.risk(frame))
    points = made.plan.to_points(made.risk(frame))
    assert ranked.auc == pytest.approx(0.8327523809523809, rel=1e-5)
    assert ranked.ks == pytest.approx(0.530952380952381, rel=1e-5)
    assert (points.mean(), points.min(), points.max()) == pytest.approx(
        (522.9661657895903, 395.7506295373327, 642.0316907219351), rel=1e-5
    )
