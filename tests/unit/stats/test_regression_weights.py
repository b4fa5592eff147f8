from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.stats.regression_weights import regression_weights, relative_weights


@pytest.fixture
def drivers():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(300, 3)), columns=["x", "y", "z"])
    frame["y"] += 0.6 * frame["x"]
    return frame, pd.Series(
        0.7 * frame["x"] + 0.4 * frame["y"] + 0.5 * frame["z"] + rng.normal(size=300), name="overall"
    )


def test_regression_weights_are_statsmodels_standardised_coefficients(drivers):
    frame, outcome = drivers
    z = (frame - frame.mean()) / frame.std()
    fit = sm.OLS((outcome - outcome.mean()) / outcome.std(), z).fit()
    result = regression_weights(frame, outcome)
    assert result.coefficients.to_numpy() == pytest.approx(fit.params.to_numpy())
    assert result.r_squared == pytest.approx(fit.rsquared)
    assert result.weights.to_numpy() == pytest.approx((fit.params / fit.params.sum()).to_numpy())


def test_regression_with_case_weights_equals_repeated_rows(drivers):
    frame, outcome = drivers
    times = pd.Series(np.random.default_rng(1).integers(1, 4, len(frame)), dtype=float)
    rows = np.repeat(np.arange(len(frame)), times.astype(int))
    repeated = regression_weights(frame.iloc[rows].reset_index(drop=True), outcome.iloc[rows].reset_index(drop=True))
    weighted = regression_weights(frame, outcome, case_weights=times)
    assert weighted.weights.to_numpy() == pytest.approx(repeated.weights.to_numpy())


def test_negative_effect_uses_relative_weights_that_share_r_squared(drivers):
    frame, outcome = drivers
    with pytest.warns(CaseworkWarning, match="effect of z was negative"):
        result = regression_weights(frame.assign(z=-frame["z"]), outcome)
    assert (result.weights > 0).all()
    assert "relative weights" in result.notes[0]


def test_negative_effect_is_clipped_on_request(drivers):
    frame, outcome = drivers
    with pytest.warns(CaseworkWarning, match="set to 0"):
        result = regression_weights(frame.assign(z=-frame["z"]), outcome, negative="clip")
    assert result.weights["z"] == 0


def test_negative_effect_is_refused_on_request(drivers):
    frame, outcome = drivers
    with pytest.raises(DataError, match="negative effect of z"):
        regression_weights(frame.assign(z=-frame["z"]), outcome, negative="refuse")


def test_unknown_rule_for_negative_effects(drivers):
    with pytest.raises(ParameterError, match="one of relative, clip, refuse"):
        regression_weights(*drivers, negative="drop")  # type: ignore[arg-type]


def test_copies_among_predictors_are_refused(drivers):
    frame, outcome = drivers
    with pytest.raises(DataError, match="repeat each other"):
        regression_weights(frame.assign(copy=frame["x"]), outcome)


def test_constant_predictor_is_named(drivers):
    frame, outcome = drivers
    with pytest.raises(DataError, match=r"column 'flat'.*all values are equal"):
        regression_weights(frame.assign(flat=1.0), outcome)


def test_another_index_is_refused(drivers):
    frame, outcome = drivers
    with pytest.raises(DataError, match="another index"):
        regression_weights(frame, outcome.sort_index(ascending=False))


def test_relative_weights_of_two_predictors_by_hand():
    r, a, b = 0.5, 0.6, 0.4
    shares = relative_weights(np.array([[1, r], [r, 1]]), np.array([a, b]))
    assert shares.sum() == pytest.approx((a**2 + b**2 - 2 * a * b * r) / (1 - r**2))
    # Square root of the 2 x 2 correlation in closed form: c on the diagonal, s beside it.
    c, s = (np.sqrt(1 + r) + np.sqrt(1 - r)) / 2, (np.sqrt(1 + r) - np.sqrt(1 - r)) / 2
    on_x, on_y = (c * a - s * b) / (c**2 - s**2), (c * b - s * a) / (c**2 - s**2)
    assert shares == pytest.approx([c**2 * on_x**2 + s**2 * on_y**2, s**2 * on_x**2 + c**2 * on_y**2])
