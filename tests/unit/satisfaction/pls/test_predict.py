import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.unit.satisfaction.pls.quality_samples import TEXT, fit, mobi, survey

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.pls import fit_pls, predict_pls

pytestmark = pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")


def test_errors_follow_from_the_predictions():
    found = predict_pls(fit(), folds=5, repetitions=3, seed=4)
    for row in found.table.to_dict("records"):
        name = row["indicator"]
        errors = {key: found.actual[name] - frame[name] for key, frame in found.predicted.items()}
        assert row["rmse"] == pytest.approx(np.sqrt((errors["pls"] ** 2).mean()))
        assert row["mae_lm"] == pytest.approx(errors["lm"].abs().mean())
        assert row["rmse_mean"] == pytest.approx(np.sqrt((errors["mean"] ** 2).mean()))
        assert row["q2_predict"] == pytest.approx(1 - (errors["pls"] ** 2).sum() / (errors["mean"] ** 2).sum())
        assert row["better"] == (row["rmse"] < row["rmse_lm"])
        assert row["skewness"] == pytest.approx(stats.skew(errors["pls"]))
    assert found.table["indicator"].tolist() == ["i1", "i2", "s1", "s2", "l1"]


def test_seed_decides_and_repetitions_are_averaged():
    one, two, other = (predict_pls(fit(), folds=4, repetitions=2, seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert one != other
    single = predict_pls(fit(), folds=4, repetitions=1, seed=1)
    again = predict_pls(fit(), folds=4, repetitions=1, seed=1, average="errors")
    pd.testing.assert_frame_equal(single.table, again.table)


def test_average_errors_are_not_below_those_of_average_predictions():
    by_prediction = predict_pls(fit(), folds=4, repetitions=5).table
    by_error = predict_pls(fit(), folds=4, repetitions=5, average="errors").table
    assert (by_error["rmse"] >= by_prediction["rmse"] - 1e-12).all()


def test_leaving_one_out_needs_no_chance():
    one, two = (predict_pls(fit(), folds="loo", seed=seed) for seed in (1, 2))
    assert one.folds == 61
    assert one.repetitions == 1
    pd.testing.assert_frame_equal(one.table, two.table)
    assert predict_pls(fit(), folds=61, repetitions=9).repetitions == 1


def with_errors(found, rmse):
    from dataclasses import replace

    return replace(found, table=found.table.assign(rmse=rmse, rmse_lm=1.0))


@pytest.mark.parametrize(
    ("rmse", "power"),
    [([0.5] * 5, "all"), ([0.5, 0.5, 0.5, 2, 2], "majority"), ([0.5, 0.5, 2, 2, 2], "minority"), ([1.0] * 5, "none")],
)
def test_power_by_the_rule(rmse, power):
    found = with_errors(predict_pls(fit(), folds=5, repetitions=1), rmse)
    assert found.power() == power


def test_half_of_the_indicators_is_medium():
    found = with_errors(predict_pls(fit(), folds=5, repetitions=1), [0.5, 2, 2, 2, 2])
    assert found.power("I") == "majority"
    assert found.powers()["power"].tolist() == ["majority", "none", "none"]
    with pytest.raises(ParameterError, match="'Q' is not known"):
        found.power("Q")
    with pytest.raises(ParameterError, match="one of rmse, mae"):
        found.power(error="mape")


def test_too_few_respondents_for_the_regression():
    found = predict_pls(fit_pls(survey(n=12), TEXT), folds=2, antecedents="direct", repetitions=1)
    assert len(found.table) == 5
    noisy = survey().assign(q2=lambda table: table["q1"])
    lost = predict_pls(fit_pls(noisy, TEXT), folds=5, repetitions=1)
    assert lost.table["rmse_lm"].isna().any()
    assert any("repeat one another" in note for note in lost.notes)


def test_noise_is_not_predicted():
    rng = np.random.default_rng(8)
    noise = pd.DataFrame(rng.normal(size=(60, 4)), columns=["a", "b", "c", "d"])
    found = predict_pls(fit_pls(noise, "A =~ a + b\nB =~ c + d\nB ~ A"), folds=5)
    assert (found.table["q2_predict"] <= 0).any()
    assert any("better than by their mean" in note for note in found.notes)


def test_a_lost_fold_is_told():
    frame = survey()
    frame["i2"] = 3.0
    frame.loc[4, "i2"] = 9.0
    found = predict_pls(fit_pls(frame, TEXT), folds="loo")
    assert "1 of 61 folds" in found.notes[0]
    assert found.table["rmse"].notna().all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"folds": 1}, "folds"),
        ({"folds": 2.5}, "whole number"),
        ({"folds": "ten"}, "'loo'"),
        ({"repetitions": 0}, "repetitions"),
        ({"seed": -1}, "seed"),
        ({"antecedents": "all"}, "one of direct, earliest"),
        ({"average": "no"}, "one of predictions, errors"),
    ],
)
def test_settings_out_of_range(settings, message):
    with pytest.raises(ParameterError, match=message):
        predict_pls(fit(), **settings)


def test_few_rows_and_no_rows():
    tiny = pd.DataFrame({"a": [1.0, 2, 4, 3], "b": [1.0, 3, 3, 4]})
    with pytest.raises(ParameterError, match="at least 3 respondents"):
        predict_pls(fit_pls(tiny, "A =~ a\nB =~ b\nB ~ A"), folds=2)
    with pytest.raises(DataError, match="without rows"):
        predict_pls(mobi())


def test_summary_names_the_power():
    assert "predictive power" in predict_pls(fit(), folds=5, repetitions=1).summary()


def test_nothing_that_did_not_converge_is_reported():
    found = predict_pls(fit_pls(survey(), TEXT, max_iterations=1), folds=5, repetitions=1)
    assert found.table["rmse"].isna().all()
    assert "5 of 5 folds" in found.notes[0]
    assert found.summary() == "No respondent could be predicted."
