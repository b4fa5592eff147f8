from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.customers.lifetime.gamma_gamma import gamma_gamma

CDNOW = Path(__file__).parents[5] / "shared" / "data" / "cdnow_summary.csv"
TRUE = (6.0, 4.0, 15.0)


def simulated(n, *, seed=1, parameters=TRUE):
    rng = np.random.default_rng(seed)
    p, q, gamma = parameters
    x = rng.geometric(0.3, n) - 1
    some = np.maximum(x, 1)
    value = rng.gamma(p * some, 1 / (rng.gamma(q, 1 / gamma, n) * some))
    return pd.DataFrame({"frequency": x, "mean_value": np.where(x > 0, value, np.nan)})


@pytest.mark.skipif(not CDNOW.is_file(), reason="the CDNOW data are not part of the project")
def test_cdnow_as_published():
    found = gamma_gamma(pd.read_csv(CDNOW))
    assert (found.p, found.q, found.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=0.011)
    assert found.log_likelihood == pytest.approx(-4055.92324, abs=5e-6)
    assert found.expected_value().iloc[:2].tolist() == pytest.approx([24.65, 18.91], abs=0.011)
    assert found.expected_value().iloc[2] == pytest.approx(35.17, abs=5e-3)
    assert found.correlation == pytest.approx(0.11388, abs=5e-5)
    assert found.notes == ()


def test_true_parameters_lie_in_their_intervals():
    found = gamma_gamma(simulated(4000))
    assert found.converged
    assert found.table["low"].lt(TRUE).all()
    assert found.table["high"].gt(TRUE).all()
    assert found.model.mean == pytest.approx(30, rel=0.05)
    assert "nine in ten" in found.summary()


def test_currency_does_not_matter():
    frame = simulated(500)
    euro, cent = gamma_gamma(frame), gamma_gamma(frame.assign(mean_value=100 * frame["mean_value"]))
    assert cent.gamma == pytest.approx(100 * euro.gamma, rel=1e-6)
    assert cent.p == pytest.approx(euro.p, rel=1e-6)
    assert cent.log_likelihood == pytest.approx(
        euro.log_likelihood - np.log(100) * (frame["frequency"] > 0).sum(), rel=1e-9
    )


def test_values_of_any_size():
    for size in (1e-300, 1e290):
        found = gamma_gamma(
            pd.DataFrame({"frequency": [1, 2, 3, 1], "mean_value": np.array([1, 9, 3, 2]) * size}), penalty=1
        )
        assert found.model.mean / size == pytest.approx(gamma_gamma(
            pd.DataFrame({"frequency": [1, 2, 3, 1], "mean_value": [1, 9, 3, 2]}), penalty=1).model.mean)  # fmt: skip


def test_value_that_goes_with_frequency_is_told():
    frame = simulated(800)
    with pytest.warns(CaseworkWarning, match="buys more often"):
        found = gamma_gamma(frame.assign(mean_value=frame["mean_value"] * (1 + frame["frequency"])))
    assert found.correlation > 0.5


def test_a_mean_that_cannot_be_told():
    found = gamma_gamma(simulated(800, parameters=(2, 0.6, 1)))
    assert np.isnan(found.model.mean)
    assert "cannot be told" in found.summary()
    assert any("mean cannot be told" in note for note in found.notes)


def test_refusals():
    frame = simulated(30)
    rows = frame["frequency"] > 0
    first = frame.index[rows][0]
    with pytest.raises(DataError, match=f"in row {first}"):
        gamma_gamma(frame.assign(mean_value=frame["mean_value"].where(frame.index != first, 0)))
    with pytest.raises(DataError, match="at least 2 who bought again"):
        gamma_gamma(frame.assign(frequency=0))
    with pytest.raises(DataError, match="spend the same"):
        gamma_gamma(frame.assign(mean_value=9.0))
    with pytest.raises(DataError, match="'worth'"):
        gamma_gamma(frame, mean_value="worth")
    with pytest.raises(ParameterError, match="penalty") as error:
        gamma_gamma(frame, penalty=-1, confidence=0)
    assert len(error.value.problems) == 2
