from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.customers.hazards import cox, proportional_hazards

ROSSI = Path(__file__).parents[5] / "shared" / "data" / "rossi.csv"
NAMES = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
ROLES = {"duration": "time", "event": "left"}


def simulated(n, *, seed=1, grid=0.0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    kind = rng.integers(0, 2, n)
    time = rng.exponential(np.exp(-(0.6 * x[:, 0] - 0.4 * x[:, 1])) * np.where(kind, 1, 4))
    lost = rng.exponential(3, n)
    seen = np.minimum(time, lost)
    frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "kind": np.where(kind, "x", "y"), "left": time <= lost})
    return frame.assign(time=np.ceil(seen / grid) * grid if grid else seen)


@pytest.mark.skipif(not ROSSI.is_file(), reason="the Rossi data are not part of the project")
def test_rossi_as_published():
    """Coefficients of Fox (2002), appendix to An R and S-PLUS companion; the other digits from lifelines 0.30.3."""
    found = cox(pd.read_csv(ROSSI), duration="week", event="arrest", covariates=NAMES)
    printed = [-0.3794, -0.0574, 0.3139, -0.1498, -0.4337, -0.0849, 0.0915]
    assert found.table["coefficient"].tolist() == pytest.approx(printed, abs=5.1e-5)
    errors = found.table.set_index("variable")["standard_error"]
    assert errors[["fin", "age", "prio"]].tolist() == pytest.approx([0.191379, 0.021999, 0.028649], abs=1e-6)
    assert found.tests()["chi2"].tolist() == pytest.approx([33.3, 32.1, 33.5], abs=0.05)
    assert found.log_likelihood == pytest.approx(-658.7476594460858, rel=1e-12)
    assert found.concordance == pytest.approx(0.6403292470997135, rel=1e-12)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_statsmodels_agrees_with_ties_and_strata(ties):
    frame = simulated(300, grid=0.25)
    found = cox(frame, covariates=["a", "b"], strata="kind", ties=ties, **ROLES)
    peer = sm.PHReg(frame["time"], frame[["a", "b"]], status=frame["left"].astype(int), strata=frame["kind"],
                    ties=ties).fit()  # fmt: skip
    np.testing.assert_allclose(found.table["coefficient"], peer.params, rtol=1e-6)
    np.testing.assert_allclose(found.table["standard_error"], peer.bse, rtol=1e-6)
    assert found.log_likelihood == pytest.approx(peer.llf, rel=1e-10)


def test_true_coefficients_and_hazard_are_found():
    frame = simulated(6000)
    found = cox(frame[frame["kind"] == "x"], covariates=["a", "b"], **ROLES)
    assert found.table["coefficient"].tolist() == pytest.approx([0.6, -0.4], abs=0.08)
    row = found.baseline[found.baseline["time"] <= 1].iloc[-1]
    assert row["cumulative_hazard"] == pytest.approx(1, rel=0.1)
    assert row["low"] < row["survival"] < row["high"]
    assert found.score == pytest.approx(found.likelihood_ratio, rel=0.1)
    assert found.wald == pytest.approx(found.likelihood_ratio, rel=0.1)


def test_predictions_follow_the_hazard_ratio():
    frame = simulated(400)
    found = cox(frame, covariates=["a", "b"], strata="kind", **ROLES)
    average = pd.DataFrame({"a": found.means["a"], "b": found.means["b"], "kind": ["y", "x"]})
    curves = found.survival(average, [0, 0.5, 1e9])
    assert curves[0].tolist() == [1, 1]
    assert curves[1e9].isna().all()
    for place, kind in enumerate(["y", "x"]):
        rows = found.baseline[(found.baseline["stratum"] == kind) & (found.baseline["time"] <= 0.5)]
        assert curves[0.5].iloc[place] == pytest.approx(rows["survival"].iloc[-1])
    more = average.assign(a=average["a"] + 1)
    ratio = float(np.exp(found.table["coefficient"].iloc[0]))
    assert found.hazard_ratio(more).tolist() == pytest.approx([ratio, ratio])
    assert found.survival(more, [0.5])[0.5].tolist() == pytest.approx((curves[0.5] ** ratio).tolist())
    assert (found.median(more) <= found.median(average)).all()
    with pytest.raises(DataError, match="strata that the model does not know"):
        found.survival(average.assign(kind="z"))
    with pytest.raises(DataError, match="'kind': missing"):
        found.median(average.drop(columns="kind"))
    with pytest.raises(DataError, match="negative"):
        found.survival(average, [-1])


def test_units_and_origins_do_not_matter():
    frame = simulated(200)
    found = cox(frame, covariates=["a", "b"], **ROLES)
    moved = cox(frame.assign(a=1e9 + 1e3 * frame["a"], time=frame["time"] * 7), covariates=["a", "b"], **ROLES)
    assert moved.table["coefficient"].iloc[0] * 1e3 == pytest.approx(found.table["coefficient"].iloc[0], rel=1e-5)
    assert moved.log_likelihood == pytest.approx(found.log_likelihood, rel=1e-9)
    assert moved.concordance == found.concordance


def test_strata_of_one_tell_nothing_and_large_numbers_are_read():
    frame = simulated(50)
    with pytest.raises(DataError, match="do not change among those who could leave"):
        cox(frame.assign(own=range(50)), covariates=["a"], strata="own", **ROLES)
    found = cox(frame, covariates=["a", "b"], **ROLES).table["coefficient"]
    large = cox(frame.assign(a=1e200 * frame["a"]), covariates=["a", "b"], **ROLES).table["coefficient"]
    assert large.iloc[0] * 1e200 == pytest.approx(found.iloc[0], rel=1e-6)


def test_names_of_the_data_may_be_ours():
    frame = simulated(80).rename(columns={"a": "until", "b": "transformed"})
    found = cox(frame, covariates=["until", "transformed"], **ROLES)
    course = proportional_hazards(found).course("transformed")
    assert len(course) == 60
    assert found.residuals.shape[1] == 4


def test_what_it_says():
    found = cox(simulated(300), covariates="a", **ROLES)
    assert "leave sooner with more of a" in found.summary()
    other = simulated(300)
    assert "leave later with more of a" in cox(other.assign(a=-other["a"]), covariates=["a"], **ROLES).summary()
    none = simulated(300).assign(a=np.random.default_rng(0).normal(size=300))
    assert "No variable is clearly related" in cox(none, covariates=["a"], **ROLES).summary()
    assert "shaky" in cox(simulated(12), covariates=["a", "b"], **ROLES).notes[0]


def test_a_search_without_end_is_told(monkeypatch):
    monkeypatch.setattr("casework.customers.hazards.partial_likelihood.ITERATIONS", 1)
    with pytest.warns(CaseworkWarning, match="did not come to an end"):
        cox(simulated(50), covariates=["a"], **ROLES)


def test_refusals():
    frame = simulated(60)
    with pytest.raises(DataError, match="'b': the same value"):
        cox(frame.assign(b=3), covariates=["a", "b"], **ROLES)
    with pytest.raises(DataError, match="'a', 'b': they repeat"):
        cox(frame.assign(b=2 * frame["a"]), covariates=["a", "b"], **ROLES)
    with pytest.raises(DataError, match="'b': they separate"):
        cox(frame.assign(b=frame["left"].astype(int)), covariates=["a", "b"], **ROLES)
    with pytest.raises(ParameterError, match="ties") as error:
        cox(frame, covariates=["a"], ties="exact", confidence=95, **ROLES)
    assert len(error.value.problems) == 2
