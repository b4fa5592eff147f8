import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from casework.core.errors import DataError, ParameterError
from casework.credit.scorecard.logit import fit_logit
from casework.credit.scorecard.stepwise import choose_variables, refuse_empty, score_statistics


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(2)
    x = pd.DataFrame(rng.normal(size=(3000, 8)), columns=list("abcdefgh"))
    x["b"] += x["c"]
    eta = -2.5 - x["b"] - 0.5 * x["d"] + 0.4 * x["e"]
    return x, (rng.random(3000) < 1 / (1 + np.exp(-eta))).astype(int)


def test_finds_what_matters_and_leaves_the_rest(data):
    found = choose_variables(*data)
    assert set(found.model.variables) == {"b", "d", "e"}
    assert found.steps["likelihood_ratio"].min() > np.log(3000)
    assert set(found.left_out["reason"]) == {"adds too little"}
    assert "3 of 8 variables are" in found.summary()


def test_steps_are_differences_of_fits(data):
    x, y = data
    found = choose_variables(x, y)
    first, second = found.steps["variable"].iloc[:2]
    llf = [sm.Logit(y, sm.add_constant(x[names])).fit(disp=0).llf for names in ([first], [first, second])]
    assert found.steps["log_likelihood"].iloc[:2].tolist() == pytest.approx(llf)
    assert found.steps["likelihood_ratio"].iloc[1] == pytest.approx(2 * (llf[1] - llf[0]))


def test_signs_are_held(data):
    found = choose_variables(*data, sign="negative")
    assert max(found.model.coefficients.values()) < 0
    assert found.left_out.iloc[0].tolist()[:2] == ["e", "wrong sign"]
    assert "e" in found.notes[0]


def test_score_statistic_by_definition(data):
    x, y = data
    model = fit_logit(x[["b"]], y)
    inside = np.column_stack([np.ones(3000), x["b"]])
    p = model.predict(x)
    score = score_statistics(x.to_numpy(), y.astype(float), [1], model.table["coefficient"].to_numpy(), [3])[0]
    both = np.column_stack([inside, x["d"]])
    information = both.T @ (both * (p * (1 - p))[:, None])
    u = both.T @ (y - p)
    assert score == pytest.approx(u @ np.linalg.solve(information, u))


def test_a_variable_may_leave_again():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 4000))
    x = pd.DataFrame({"sum": 1.5 * a + 0.9 * b + rng.normal(0, 0.5, 4000), "a": a, "b": b})
    y = (rng.random(4000) < 1 / (1 + np.exp(1 - 1.5 * a - 0.6 * b))).astype(int)
    found = choose_variables(x, y)
    assert found.steps["action"].tolist() == ["enter", "enter", "enter", "leave"]
    assert set(found.model.variables) == {"a", "b"}


def test_evidence_rules(data):
    x, y = data
    few, more, every = (choose_variables(x, y, evidence=rule) for rule in ("bic", "aic", "all"))
    assert set(few.model.variables) <= set(more.model.variables)
    assert len(every.model.variables) == 8
    assert choose_variables(x, y, evidence="lr", significance=0.05).needed == pytest.approx(3.841459, abs=1e-6)


def test_columns_that_repeat_or_stand_still_stay_outside(data):
    x, y = data
    spoilt = x.assign(still=1.0, again=2 * x["b"])
    found = choose_variables(spoilt, y, evidence="all")
    out = found.left_out.set_index("variable")["reason"]
    assert out["still"] == "cannot be fitted"
    assert {"again", "b"} & set(out.index)


def test_nothing_helps():
    rng = np.random.default_rng(1)
    found = choose_variables(pd.DataFrame({"noise": rng.normal(size=200)}), np.arange(200) % 2)
    assert found.steps.empty
    with pytest.raises(DataError, match="none adds enough"):
        refuse_empty(found)


def test_refused(data):
    with pytest.raises(ParameterError, match="evidence"):
        choose_variables(*data, evidence="luck")
    with pytest.raises(ParameterError, match="sign"):
        choose_variables(*data, sign="down")
    with pytest.raises(DataError, match="one class"):
        choose_variables(data[0], np.zeros(3000))
