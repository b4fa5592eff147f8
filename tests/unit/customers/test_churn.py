import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from casework.core.errors import DataError, ParameterError
from casework.customers.churn import churn_model, lift_table


def base(n=4000, seed=2):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({"calls": rng.normal(size=n), "age": rng.normal(40, 10, size=n)})
    return x, rng.random(n) < expit(-3 + 1.2 * x["calls"] + 0.05 * x["age"])


def test_the_truth_is_found_and_held_out_customers_are_judged():
    x, left = base()
    found = churn_model(x, left, holdout=0.25)
    rows = found.table.set_index("variable")
    for name, truth in (("calls", 1.2), ("age", 0.05)):
        assert abs(rows.loc[name, "coefficient"] - truth) < 3 * rows.loc[name, "standard_error"]
        assert rows.loc[name, "low"] < rows.loc[name, "odds_ratio"] < rows.loc[name, "high"]
    assert found.held_out.mean() == pytest.approx(0.25, abs=0.001)
    assert found.test.rate == pytest.approx(found.training.rate, abs=0.001)
    assert found.predict(x) == pytest.approx(found.probability.to_numpy())
    inside = (found.test.table["mean_probability"] > found.test.table["low"]) & (
        found.test.table["mean_probability"] < found.test.table["high"]
    )
    assert inside.sum() >= 8
    assert found.summary() == found.test.summary()


def test_the_same_as_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    x, left = base(600)
    found = churn_model(x, left)
    own = sm.Logit(left[~found.held_out].to_numpy(float), sm.add_constant(x[~found.held_out])).fit(disp=0)
    assert found.table["coefficient"].tolist() == pytest.approx(own.params.tolist(), rel=1e-6)
    assert found.table["standard_error"].tolist() == pytest.approx(own.bse.tolist(), rel=1e-5)


def test_lift_by_hand():
    found = lift_table([1, 0, 1, 0, 0, 0], [0.9, 0.8, 0.7, 0.3, 0.2, 0.1], groups=3)
    assert found.table["leavers"].tolist() == [1, 1, 0]
    assert found.table["lift"].tolist() == pytest.approx([1.5, 1.5, 0])
    assert found.table["gain"].tolist() == pytest.approx([0.5, 1, 1])
    assert found.table["cumulative_lift"].tolist() == pytest.approx([1.5, 1.5, 1])
    assert found.auc == pytest.approx(7 / 8)
    assert found.brier == pytest.approx(np.mean([0.01, 0.64, 0.09, 0.09, 0.04, 0.01]))
    assert "33% of customers" in found.summary()
    assert len(lift_table([0, 1], [0.1, 0.2], groups=10).to_frame()) == 2


def test_what_cannot_be_fitted():
    x, left = base(200)
    with pytest.raises(DataError, match="the same value in every row: flat"):
        churn_model(x.assign(flat=1), left)
    with pytest.raises(DataError, match="repeat each other"):
        churn_model(x.assign(copy=x["age"] * 2), left)
    with pytest.raises(DataError, match="1 value is missing or no number"):
        churn_model(x.assign(text=["a"] + [1] * 199), left)
    with pytest.raises(DataError, match="as many as customers, 200") as error:
        churn_model(x, [2])
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="too few who left"):
        churn_model(x, np.zeros(200))
    with pytest.raises(DataError, match="variables: none"):
        churn_model(x[[]], left)
    with pytest.raises(DataError, match="'age': missing"):
        churn_model(x, left).predict(x[["calls"]])
    with pytest.raises(ParameterError, match="holdout") as error:
        churn_model(x, left, holdout=1, groups=1, confidence=0, seed=-1)
    assert len(error.value.problems) == 4
    with pytest.raises(DataError, match="only one outcome"):
        lift_table([1, 1], [0.1, 0.2])
    with pytest.raises(DataError, match="outside 0 to 1"):
        lift_table([1, 0], [0.1, 2])


def test_few_leavers_are_told():
    x, left = base(60)
    found = churn_model(x.iloc[:30], np.r_[np.ones(4), np.zeros(26)] if not left.any() else np.arange(30) % 8 == 0)
    assert "fewer than 10 for each" in found.notes[0]
