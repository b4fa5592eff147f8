import numpy as np
import pytest
from scipy import stats
from tests.unit.satisfaction.pls.quality_samples import TEXT, fit, survey

from casework.core.errors import ParameterError
from casework.satisfaction.pls import compare_predictions, cvpat, fit_pls, predict_pls

pytestmark = pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")


@pytest.fixture(scope="module")
def prediction():
    return predict_pls(fit(n=200), folds=5, repetitions=2)


def losses(prediction, names):
    return {
        key: ((prediction.actual[names] - frame[names]) ** 2).mean(axis=1)
        for key, frame in prediction.predicted.items()
    }


def test_is_a_paired_t_test_of_losses(prediction):
    table = cvpat(prediction).to_frame()
    for row in table.to_dict("records"):
        part = prediction.table
        if row["construct"] != "whole model":
            part = part[part["construct"] == row["construct"]]
        loss = losses(prediction, list(part["indicator"]))
        test = stats.ttest_rel(loss["pls"], loss[row["benchmark"]])
        assert row["t"] == pytest.approx(test.statistic)
        assert row["p_value"] == pytest.approx(test.pvalue)
        interval = test.confidence_interval(0.95)
        assert [row["low"], row["high"]] == pytest.approx([interval.low, interval.high])
        assert row["difference"] == pytest.approx(loss["pls"].mean() - loss[row["benchmark"]].mean())
        assert row["items"] == len(part)
    assert table["construct"].tolist() == ["whole model", "I", "S", "L"] * 2


def test_bootstrap_agrees_with_the_t_test_roughly_and_follows_the_seed(prediction):
    one, two = cvpat(prediction, resamples=4000), cvpat(prediction, resamples=4000)
    assert one == two
    row = one.table.iloc[0]
    assert row["boot_low"] == pytest.approx(row["low"], abs=0.15 * abs(row["difference"]))
    assert row["boot_high"] == pytest.approx(row["high"], abs=0.15 * abs(row["difference"]))
    assert row["verdict"] == "better"
    assert "better than the mean of each indicator" in one.summary()
    assert "p < 0.001" in one.summary()


def test_standardized_losses(prediction):
    raw, standard = cvpat(prediction).table, cvpat(prediction, scale="standardized").table
    only = raw["construct"] == "L"
    variance = prediction.actual["l1"].var()
    assert raw.loc[only, "loss"].to_numpy() == pytest.approx(standard.loc[only, "loss"].to_numpy() * variance)
    assert raw.loc[only, "t"].to_numpy() == pytest.approx(standard.loc[only, "t"].to_numpy())


def test_two_models(prediction):
    less = predict_pls(fit_pls(survey(n=200), TEXT.replace("S ~ Q + I", "S ~ I")), folds=5, repetitions=2)
    found = compare_predictions(prediction, less, name="without the path")
    assert found.table["benchmark"].unique().tolist() == ["without the path"]
    row = found.table.iloc[0]
    test = stats.ttest_rel(*(losses(item, list(prediction.actual))["pls"] for item in (prediction, less)))
    assert row["t"] == pytest.approx(test.statistic)
    same = compare_predictions(prediction, prediction)
    assert (same.table["difference"] == 0).all()
    assert "No sure difference" in same.summary()
    turned = compare_predictions(less, prediction).table
    assert turned["difference"].to_numpy() == pytest.approx(-found.table["difference"].to_numpy())


def test_predictions_that_cannot_be_compared(prediction):
    other = predict_pls(fit(), folds=4, repetitions=2)
    with pytest.raises(ParameterError, match=r"(?s)folds 4.*other respondents"):
        compare_predictions(prediction, other)
    frame = survey(n=200)
    alone = predict_pls(fit_pls(frame, "A =~ i1\nB =~ q1\nB ~ A"), folds=5, repetitions=2)
    with pytest.raises(ParameterError, match="other indicators"):
        compare_predictions(prediction, alone)


def test_lost_respondents_and_benchmarks():
    frame = survey()
    frame["i2"] = 3.0
    frame.loc[4, "i2"] = 9.0
    frame["q2"] = frame["q1"]
    found = cvpat(predict_pls(fit_pls(frame, TEXT), folds="loo"), resamples=100)
    assert found.n == 60
    assert "not judged" in set(found.table["verdict"])
    assert any("left out" in note for note in found.notes)
    assert np.isfinite(found.table.loc[0, "t"])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"confidence": 1}, "confidence"),
        ({"resamples": 9}, "resamples"),
        ({"seed": -2}, "seed"),
        ({"scale": "x"}, "one of"),
    ],
)
def test_settings_out_of_range(prediction, settings, message):
    with pytest.raises(ParameterError, match=message):
        cvpat(prediction, **settings)


def test_what_is_no_prediction():
    with pytest.raises(ParameterError, match="what predict_pls returns"):
        cvpat(fit())
