import warnings

import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.surveys import fitted, survey

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.pls import bootstrap_pls, fit_correlations, fit_pls, named_model, pls_index
from casework.validation.register import shared_data


@pytest.fixture(scope="module")
def boot():
    by = pd.Series(np.where(np.arange(150) < 60, "a", "b"))
    return bootstrap_pls(fitted(), resamples=300, by=by)


def rows_with(moments):
    """Rows that have exactly these means, deviations and correlations."""
    n, names = moments["n"], moments["indicators"]
    noise = np.random.default_rng(1).normal(size=(n, len(names)))
    noise -= noise.mean(axis=0)
    white = noise @ np.linalg.inv(np.linalg.cholesky(np.cov(noise.T))).T
    shown = white @ np.linalg.cholesky(np.array(moments["correlation"])).T
    return pd.DataFrame(shown * moments["deviations"] + moments["means"], columns=names)


def test_index_of_the_american_formula_on_published_data():
    mobi = shared_data("mobi")
    fit = fit_pls(rows_with(mobi), named_model("ECSI"))
    index = pls_index(bootstrap_pls(fit, resamples=200), low=-20, high=40)  # rows of exact moments leave 1 to 10
    row = index.row("Satisfaction")
    assert (row["score"] - 1) / 9 * 100 == pytest.approx(72.4541179309101, rel=1e-6)
    weights = fit.answer_weights[["CUSA1", "CUSA2", "CUSA3"]].to_numpy()
    assert weights == pytest.approx([0.38363398, 0.2815501, 0.33481592], rel=1e-6)
    assert row["se"] / 100 * 60 / 9 * 100 == pytest.approx(0.9115317875995669, rel=0.15)  # weights vary, too
    published = fit_correlations(
        pd.DataFrame(mobi["correlation"], index=mobi["indicators"], columns=mobi["indicators"]), named_model("ECSI"),
        n=250, means=pd.Series(mobi["means"], index=mobi["indicators"]),
        deviations=pd.Series(mobi["deviations"], index=mobi["indicators"]),
    ).performance()  # fmt: skip
    assert index.of_all()["score"].to_numpy() == pytest.approx(published.to_numpy())


def test_points_and_answers_tell_the_same(boot):
    table = pls_index(boot, low=1, high=10).to_frame()
    for name in ("", "_low", "_high"):
        points = table["index" if not name else name.strip("_")]
        assert points.to_numpy() == pytest.approx((table[f"score{name}"].to_numpy() - 1) / 9 * 100)
    assert ((table["low"] < table["index"]) & (table["index"] < table["high"])).all()
    assert table["n"].tolist() == [150] * 3 + [60] * 3 + [90] * 3


def test_views(boot):
    index = pls_index(boot, low=1, high=10)
    assert index.target == "Satisfaction"
    assert index.of_all()["construct"].tolist() == ["Quality", "Value", "Satisfaction"]
    assert index.by_group()["group"].tolist() == ["a", "b"]
    row = index.row("Satisfaction")
    assert f"{row['index']:.1f} points" in index.summary()
    assert pls_index(boot, low=1, high=10, target="Value").summary().startswith("The index of Value")
    with pytest.raises(ParameterError, match="construct"):
        index.row("Price")
    with pytest.raises(ParameterError, match="group"):
        index.row("Value", "c")


def test_other_scale_of_a_construct(boot):
    index = pls_index(boot, low=1, high=10, scales={"Value": (0, 20)})
    row = index.row("Value")
    assert row["index"] == pytest.approx(row["score"] * 5)
    with pytest.raises(ParameterError, match="scales"):
        pls_index(boot, low=1, high=10, scales={"Price": (0, 1)})


def test_answers_outside_the_scale_are_refused_by_name():
    data = survey()
    data.loc[3, "v1"] = 11
    data.loc[5, "s2"] = 0
    boot = bootstrap_pls(fit_pls(data, fitted().model), resamples=20)
    with pytest.raises(DataError, match=r"(?s)'v1'.*1 answer outside the scale.*'s2'"):
        pls_index(boot, low=1, high=10)


def test_negative_weight_is_refused_unless_allowed():
    data = survey()
    data["q1"] = 11 - data["q1"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        boot = bootstrap_pls(fit_pls(data, fitted().model), resamples=50)
        with pytest.raises(DataError, match="'q1'"):
            pls_index(boot, low=1, high=10)
        index = pls_index(boot, low=1, high=10, allow_negative=True)
    assert index.notes
    assert "q1" in index.notes[0]


@pytest.mark.parametrize(
    ("given", "match"),
    [({"low": 10, "high": 1}, "low below high"), ({"low": 1, "high": 10, "target": "X"}, "target"),
     ({"low": 1, "high": 10, "method": "x"}, "method"), ({"low": 1, "high": 10, "confidence": 1}, "confidence")],
)  # fmt: skip
def test_arguments_are_checked(boot, given, match):
    with pytest.raises(ParameterError, match=match):
        pls_index(boot, **given)
