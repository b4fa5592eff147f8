import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.stats.weights import (
    ahp_weights,
    critic_weights,
    deviation_weights,
    direct_weights,
    entropy_weights,
    equal_weights,
    regression_weights,
    relative_weights,
)

SCORES = pd.DataFrame({"a": [7.2, 6.5, 8.8, 5.9], "b": [6.8, 7.9, 7.1, 6.4], "c": [8.1, 8.0, 7.9, 8.2]})


@pytest.fixture
def drivers():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(300, 3)), columns=["x", "y", "z"])
    frame["y"] += 0.6 * frame["x"]
    return frame, pd.Series(
        0.7 * frame["x"] + 0.4 * frame["y"] + 0.5 * frame["z"] + rng.normal(size=300), name="overall"
    )


@pytest.mark.published
def test_entropy_weights_pymcdm():
    assert entropy_weights(SCORES).weights.to_numpy() == pytest.approx([0.78567354, 0.20767253, 0.00665393], abs=5e-9)


def test_equal_weights_need_a_name():
    with pytest.raises(ParameterError, match="no indicator"):
        equal_weights([])


def test_direct_weights_report_their_sum():
    result = direct_weights({"a": 2, "b": 1, "c": 1})
    assert result.weights.tolist() == [0.5, 0.25, 0.25]
    assert result.given_sum == 4
    assert "added up to 4" in result.notes[0]


def test_direct_weights_that_add_up_have_no_note():
    assert direct_weights({"a": 0.1, "b": 0.2, "c": 0.7}).notes == ()


def test_strict_refuses_another_sum():
    with pytest.raises(ParameterError, match=r"add up to 4.*sum of 1"):
        direct_weights({"a": 2, "b": 1, "c": 1}, strict=True)


def test_negative_weight_names_the_indicator():
    with pytest.raises(ParameterError, match=r"weight of 'c': -0.2"):
        direct_weights({"a": 0.7, "b": 0.5, "c": -0.2})


def test_negative_weight_passes_where_it_is_allowed():
    result = direct_weights({"a": 0.7, "b": 0.5, "c": -0.2}, allow_negative=True)
    assert result.weights.to_numpy() @ [80, 70, 60] == pytest.approx(79)


def test_all_bad_weights_are_told_at_once():
    with pytest.raises(ParameterError) as caught:
        direct_weights({"a": "much", "b": float("nan"), "c": 1})  # type: ignore[dict-item]
    assert [problem.where for problem in caught.value.problems] == ["weight of 'a'", "weight of 'b'"]


def test_weights_of_zero_are_refused():
    with pytest.raises(ParameterError, match="add up to 0"):
        direct_weights({"a": 0, "b": 0})


@pytest.mark.parametrize("method", [entropy_weights, critic_weights, deviation_weights])
def test_constant_indicator_has_weight_zero_and_a_warning(method):
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [5, 5, 5]})
    with pytest.warns(CaseworkWarning, match="constant indicator has weight 0: b"):
        result = method(frame)
    assert result.weights.tolist() == [1.0, 0.0]
    assert "constant indicator has weight 0: b" in result.notes


@pytest.mark.parametrize("method", [entropy_weights, critic_weights, deviation_weights])
def test_all_constant_is_refused(method):
    with pytest.raises(DataError, match="every indicator is constant"):
        method(pd.DataFrame({"a": [5, 5, 5], "b": [2, 2, 2]}))


def test_entropy_refuses_negative_values():
    with pytest.raises(DataError, match=r"column 'a'.*negative"):
        entropy_weights(pd.DataFrame({"a": [-1, 2], "b": [1, 3]}))


def test_text_is_refused_with_its_column():
    with pytest.raises(DataError, match=r"column 'a'.*no numbers"):
        deviation_weights(pd.DataFrame({"a": ["x", "2"], "b": [1, 3]}))


def test_rows_with_missing_values_are_counted():
    frame = pd.concat([SCORES, pd.DataFrame({"a": [np.nan], "b": [1.0], "c": [2.0]})], ignore_index=True)
    result = entropy_weights(frame)
    assert result.left_out == 1
    assert result.weights.to_numpy() == pytest.approx(entropy_weights(SCORES).weights.to_numpy())


def test_one_complete_row_is_too_few():
    with pytest.raises(DataError, match="1 complete rows"):
        critic_weights(SCORES.head(1))


def test_identical_indicators_share_the_critic_weight():
    result = critic_weights(pd.DataFrame({"a": [1, 2, 3], "b": [2, 4, 6]}))
    assert result.weights.tolist() == [0.5, 0.5]
    assert "repeat each other" in result.notes[0]


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


def test_consistent_judgements_return_the_weights_behind_them():
    weights = np.array([0.5, 0.3, 0.2])
    result = ahp_weights(weights[:, None] / weights[None, :], ["a", "b", "c"])
    assert result.weights.to_numpy() == pytest.approx(weights)
    assert result.consistency_ratio == pytest.approx(0, abs=1e-12)
    assert "consistent" in result.summary()


def test_half_of_the_judgements_is_enough():
    half = ahp_weights({"a": {"b": 2, "c": 4}, "b": {"c": 2}}, ["a", "b", "c"])
    assert half.weights.to_numpy() == pytest.approx([4 / 7, 2 / 7, 1 / 7])


def test_contradicting_judgements_warn():
    with pytest.warns(CaseworkWarning, match="contradict each other"):
        result = ahp_weights({"a": {"b": 9, "c": 1 / 9}, "b": {"c": 9}})
    assert result.consistency_ratio > 0.1
    assert "contradict" in result.summary()


def test_missing_judgement_names_the_pair():
    with pytest.raises(ParameterError, match=r"'a' against 'c': no judgement"):
        ahp_weights({"a": {"b": 2}, "b": {"c": 3}}, ["a", "b", "c"])


def test_unknown_criterion_in_judgements():
    with pytest.raises(ParameterError, match="'d' is not known"):
        ahp_weights({"a": {"d": 2}}, ["a", "b"])


def test_judgement_that_is_no_reciprocal():
    with pytest.raises(ParameterError, match="reverse pair"):
        ahp_weights([[1, 3], [3, 1]], ["a", "b"])


def test_judgement_of_zero_is_refused():
    with pytest.raises(ParameterError, match="above 0"):
        ahp_weights([[1, 0], [1, 1]])


def test_ragged_judgements_are_refused():
    with pytest.raises(ParameterError, match="2 rows of 2 judgements"):
        ahp_weights([[1, 2], [0.5]])


def test_result_views():
    result = direct_weights({"a": 3, "b": 1})
    assert result.to_frame().to_dict("list") == {"indicator": ["a", "b"], "weight": [0.75, 0.25]}
    assert result.summary() == "a weighs most: 75% of the total."
