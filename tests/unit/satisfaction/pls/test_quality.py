import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.quality_samples import TEXT, fit, mobi, survey

from casework.core.errors import ParameterError
from casework.satisfaction.pls import Thresholds, fit_pls, htmt, measurement_quality

pytestmark = pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")


@pytest.fixture(scope="module")
def ecsi():
    return measurement_quality(mobi())


def test_mobile_phone_survey(ecsi):
    table = ecsi.to_frame().set_index("construct")
    # pingouin 0.6: alpha of the answers and its interval
    assert table.loc["Quality", "alpha_raw"] == pytest.approx(0.8724063714, abs=1e-9)
    # seminr 2.3.1 = cSEM 0.6.1
    assert ecsi.matrix("htmt").loc["Loyalty", "Satisfaction"] == pytest.approx(0.9566456745915, abs=1e-12)
    assert table.loc["Quality", "alpha_raw_low"] == pytest.approx(0.8467, abs=5e-5)
    assert table.loc["Quality", "alpha_raw_high"] == pytest.approx(0.89518, abs=5e-6)
    assert table.loc["Complaints", "kind"] == "single item"
    assert table.loc["Complaints", "verdict"] == "not judged"
    assert "Satisfaction – Loyalty" in " ".join(ecsi.notes)
    assert "Complaints" in ecsi.notes[0]


def test_largest_cross_loading_and_verdict(ecsi):
    cross = ecsi.cross_loadings
    table = ecsi.indicators.set_index("indicator")
    others = cross.loc["PERQ1"].drop("Quality").abs()
    assert table.loc["PERQ1", "other_construct"] == others.idxmax()
    assert table.loc["PERQ1", "other_loading"] == pytest.approx(others.max())
    assert table.loc["CUSL2", "verdict"] == "weak"


def test_fornell_larcker_table(ecsi):
    table = ecsi.fornell_larcker()
    ave = ecsi.constructs.set_index("construct")["ave"]
    np.testing.assert_allclose(np.diag(table) ** 2, ave)
    assert np.isnan(table.loc["Image", "Quality"])
    assert table.loc["Quality", "Image"] == pytest.approx(0.748743, abs=1e-6)


def test_inner_inflation_is_that_of_the_scores():
    result = fit()
    table = measurement_quality(result).collinearity
    scores = result.scores()
    expected = 1 / (1 - scores["Q"].corr(scores["I"]) ** 2)
    assert table["target"].tolist() == ["S", "S"]
    assert table["vif"].tolist() == pytest.approx([expected, expected])


def test_thresholds_decide():
    strict = Thresholds(loading=1, reliability=1, ave=1, htmt=0.01, vif=1)
    found = measurement_quality(fit(), thresholds=strict)
    assert set(found.constructs["verdict"]) == {"weak", "not judged"}
    assert set(found.pairs["verdict"]) == {"too close"}
    assert set(found.collinearity["verdict"]) == {"collinear"}
    kind = Thresholds(loading=0, reliability=0, ave=0, redundant=0, htmt=9, vif=99)
    assert "redundant" in set(measurement_quality(fit(), thresholds=kind).constructs["verdict"])
    with pytest.raises(ParameterError, match="vif"):
        Thresholds(vif=0.5)


def test_formative_blocks_have_inflation_only():
    found = measurement_quality(fit_pls(survey(), TEXT.replace("Q =~", "Q <~")))
    row = found.constructs.iloc[0]
    assert row["kind"] == "formative"
    assert row[["alpha", "rho_a", "rho_c", "ave"]].isna().all()
    assert found.pairs[found.pairs["first"] == "Q"]["htmt"].isna().all()
    assert found.indicators.loc[0, "vif"] > 1
    assert any("formative" in note for note in found.notes)


def test_collinear_formative_indicators():
    frame = survey().assign(q2=lambda table: table["q1"] + 0.01 * table["q2"])
    found = measurement_quality(fit_pls(frame, TEXT.replace("Q =~", "Q <~")))
    assert found.indicators["verdict"].tolist()[:2] == ["collinear", "collinear"]


def test_intervals_from_resamples():
    result = fit()
    draws = np.random.default_rng(1).normal(0.5, 0.1, size=(200, 4, 4))
    found = measurement_quality(result, htmt_draws=draws).pairs
    assert found.loc[0, "htmt_low"] == pytest.approx(np.quantile(draws[:, 0, 1], 0.025))
    with pytest.raises(ParameterError, match="htmt_draws"):
        measurement_quality(result, htmt_draws=draws[0])


def test_negative_correlations_are_told():
    frame = survey()
    frame["i2"] = -frame["i2"]
    found = measurement_quality(fit_pls(frame, TEXT))
    assert any("absolute and of signed" in note for note in found.notes)
    assert (found.indicators.set_index("indicator").loc["i2", "verdict"]) != "ok"


def test_one_reflective_item_everywhere():
    single = fit_pls(survey(), "Q =~ q1\nS =~ s1\nS ~ Q")
    found = measurement_quality(single)
    assert "no reliability to judge" in found.summary()
    assert found.collinearity.empty
    assert htmt(single.moments.correlations, single.structure)[0, 0, 1] == pytest.approx(
        abs(survey()["q1"].corr(survey()["s1"]))
    )


def test_matrix_of_an_unknown_measure(ecsi):
    with pytest.raises(ParameterError, match="one of htmt"):
        ecsi.matrix("ave")


def test_numbers_are_the_same_in_any_metric():
    one = measurement_quality(fit())
    other = measurement_quality(fit_pls(survey() * 3 + 1, TEXT, tolerance=1e-13))
    pd.testing.assert_frame_equal(one.constructs, other.constructs, atol=1e-9)
