import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from casework.core.errors import DataError, ParameterError
from casework.credit.scorecard.logit import fit_logit
from casework.stats.logistic import inflation, null_log_likelihood


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(1)
    x = pd.DataFrame(rng.normal(size=(1500, 5)), columns=list("abcde"))
    x["b"] += x["c"]
    x["e"] = 1e7 * x["e"] + 2e8
    eta = -2.5 + x["b"] - 0.5 * x["d"]
    return x, (rng.random(1500) < 1 / (1 + np.exp(-eta))).astype(int)


def test_statsmodels_agrees(data):
    x, y = data
    found = fit_logit(x, y)
    scaled = x.assign(e=(x["e"] - 2e8) / 1e7)
    peer = sm.Logit(y, sm.add_constant(scaled)).fit(disp=0, tol=1e-14)
    own = fit_logit(scaled, y)
    assert own.table["coefficient"].to_numpy() == pytest.approx(peer.params.to_numpy(), rel=1e-8)
    assert own.table["standard_error"].to_numpy() == pytest.approx(peer.bse.to_numpy(), rel=1e-8)
    assert own.table["p"].to_numpy() == pytest.approx(peer.pvalues.to_numpy(), rel=1e-6)
    assert own.table[["low", "high"]].to_numpy() == pytest.approx(peer.conf_int().to_numpy(), rel=1e-6)
    assert (own.log_likelihood, own.aic, own.bic) == pytest.approx((peer.llf, peer.aic, peer.bic), rel=1e-10)
    assert own.r_squared == pytest.approx(peer.prsquared)
    assert own.predict(scaled) == pytest.approx(np.asarray(peer.predict()))
    assert found.predict(x) == pytest.approx(own.predict(scaled))
    assert found.coefficients["e"] * 1e7 == pytest.approx(own.coefficients["e"])


def test_intercept_alone_is_the_log_odds():
    found = fit_logit(pd.DataFrame(index=range(10)), [1] * 2 + [0] * 8)
    assert found.intercept == pytest.approx(np.log(2 / 8))
    assert found.log_likelihood == pytest.approx(null_log_likelihood(np.arange(10) < 2))
    assert found.variables == ()
    assert found.predict(pd.DataFrame(index=range(3))) == pytest.approx([0.2] * 3)


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda x, y: x.assign(again=2 * x["b"] - x["c"]), "the other variables determine it"),
        (lambda x, y: x.assign(still=7.0), "column 'still': the same value"),
        (lambda x, y: x.assign(leak=y + 0.1 * x["a"]), "separate bad from good"),
        (lambda x, y: x.assign(half=(np.arange(1500) < 20) * y), "separate bad from good"),
        (lambda x, y: x.assign(word="a"), "not numbers"),
        (lambda x, y: x.assign(a=x["a"].where(x.index > 2)), "3 values are missing"),
        (lambda x, y: x.head(5), "as many as outcomes"),
    ],
)
def test_refused(data, spoil, match):
    x, y = data
    with pytest.raises(DataError, match=match):
        fit_logit(spoil(x, y), y)


def test_prediction_needs_its_columns(data):
    x, y = data
    with pytest.raises(DataError, match="'a' is not known"):
        fit_logit(x, y).predict(x[["b", "c", "d", "e"]])
    with pytest.raises(ParameterError, match="confidence"):
        fit_logit(x, y, confidence=2)


def test_overlap_is_told(data):
    x, y = data
    near = x.assign(near=x["a"] + 0.1 * x["d"] * x["c"])
    found = fit_logit(near, y)
    by_hand = 1 / (1 - sm.OLS(near["near"], sm.add_constant(x)).fit().rsquared)
    assert found.table["vif"].iloc[-1] == pytest.approx(by_hand)
    assert "near" in found.notes[0]
    assert inflation(np.ones((3, 1))).tolist() == [1]


def test_rare_cases_and_summary():
    y = np.zeros(20_000, dtype=int)
    y[:3] = 1
    found = fit_logit(pd.DataFrame({"x": np.r_[2.0, 1.0, 0.5, np.linspace(-1, 3, 19_997)]}), y)
    assert found.intercept < -8
    assert "1 variable explains" in found.summary()
