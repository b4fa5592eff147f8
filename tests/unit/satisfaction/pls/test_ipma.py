import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.quality_samples import NAMES, TEXT, fit, mobi, survey

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.pls import fit_correlations, importance_map, importances

pytestmark = pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")


def slopes(scores, target, before):
    design = np.column_stack([np.ones(len(scores)), scores[before]])
    return np.linalg.lstsq(design, scores[target].to_numpy(), rcond=None)[0][1:]


def test_unstandardized_effects_are_regressions_of_answer_scores():
    result = fit()
    scores = result.answer_scores(allow_negative=True)
    i_q = slopes(scores, "I", ["Q"])[0]
    s_q, s_i = slopes(scores, "S", ["Q", "I"])
    l_s = slopes(scores, "L", ["S"])[0]
    found = importance_map(result, "L", allow_negative=True).to_frame().set_index("construct")["importance"]
    assert found["S"] == pytest.approx(l_s)
    assert found["I"] == pytest.approx(s_i * l_s)
    assert found["Q"] == pytest.approx((s_q + i_q * s_i) * l_s)


def test_standardized_effects_are_total_effects():
    result = fit()
    found = importance_map(result, "L", effects="standardized").to_frame().set_index("construct")["importance"]
    total = result.effects().query("to == 'L'").set_index("from")["total_effect"]
    pd.testing.assert_series_equal(found.sort_index(), total.sort_index(), check_names=False)


def test_indicators_share_the_effect_of_their_construct():
    found = importance_map(fit(), "L")
    sums = found.indicators.groupby("construct")["importance"].sum()
    expected = found.constructs.set_index("construct")["importance"]
    pd.testing.assert_series_equal(sums.sort_index(), expected.sort_index(), check_names=False)
    assert set(found.indicators["indicator"]) == set(NAMES) - {"l1"}


def test_performance_of_the_mobile_phone_survey():
    found = importance_map(mobi(), "Loyalty", low=1, high=10)
    table = found.to_frame().set_index("construct")
    # cSEM 0.6.1: 7.52087 on the scale from 1 to 10
    assert table.loc["Satisfaction", "performance"] == pytest.approx((7.52087 - 1) / 9 * 100, abs=1e-4)
    assert found.indicators.set_index("indicator").loc["CUSA1", "performance"] == pytest.approx((7.988 - 1) / 9 * 100)
    assert table.loc["Value", "quadrant"] == "low priority"
    assert "Satisfaction" in found.summary()
    assert importance_map(mobi(), "Loyalty").to_frame()["importance"].tolist() == pytest.approx(
        found.to_frame()["importance"].tolist()
    )


def test_only_what_leads_to_the_target():
    assert set(importance_map(fit(), "I").constructs["construct"]) == {"Q"}
    assert any("fewer than three" in note for note in importance_map(fit(), "I").notes)


def test_many_resamples_at_once_are_each_of_them():
    results = [fit(seed) for seed in (1, 2, 3)]
    weights = np.stack([item.standard_weights for item in results])
    paths = np.concatenate([item.estimate.paths for item in results])
    deviations = np.stack([item.moments.deviations for item in results])
    together = importances(weights, paths, deviations, results[0].structure, 3)
    for place, item in enumerate(results):
        alone = importances(
            item.standard_weights[None], item.estimate.paths, item.moments.deviations, item.structure, 3
        )
        np.testing.assert_allclose(together[0][place], alone[0][0])
        np.testing.assert_allclose(together[1][place], alone[1][0])


def test_intervals_from_resamples():
    rng = np.random.default_rng(2)
    draws = rng.normal(size=(300, 4))
    table = importance_map(fit(), "L", importance_draws=draws, performance_draws=draws + 5).to_frame()
    row = table.set_index("construct").loc["I"]
    assert row["importance_low"] == pytest.approx(np.quantile(draws[:, 1], 0.025))
    assert row["performance_high"] == pytest.approx(np.quantile(draws[:, 1] + 5, 0.975))
    with pytest.raises(ParameterError, match="importance_draws"):
        importance_map(fit(), "L", importance_draws=draws[:, :2])


def test_refusals():
    with pytest.raises(ParameterError, match="'Q' is not known"):
        importance_map(fit(), "Q")
    with pytest.raises(ParameterError, match="both, low below high"):
        importance_map(fit(), "L", low=1)
    with pytest.raises(ParameterError, match="one of unstandardized"):
        importance_map(fit(), "L", effects="raw")
    with pytest.raises(DataError, match="without means"):
        importance_map(fit_correlations(survey().corr(), TEXT, n=61), "L")


def test_lost_effects_are_told():
    from dataclasses import replace

    result = fit()
    lost = replace(result.estimate, paths=result.estimate.paths * np.nan)
    assert importance_map(replace(result, estimate=lost), "L").summary() == "The total effects could not be computed."
