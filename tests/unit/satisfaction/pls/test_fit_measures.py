import numpy as np
import pytest
from tests.unit.satisfaction.pls.quality_samples import TEXT, fit, mobi, survey

from casework.core.errors import ParameterError
from casework.satisfaction.pls import fit_measures, fit_pls

pytestmark = pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")


def test_mobile_phone_survey_as_cSEM_prints_it():
    found = fit_measures(mobi())
    row = found.to_frame().iloc[0]
    assert row["srmr"] == pytest.approx(0.12360385376, abs=1e-10)
    assert row["d_g_log10"] == pytest.approx(0.61124916036, abs=1e-9)
    assert row["d_l"] == pytest.approx(4.58337379919, abs=1e-9)
    assert row["nfi"] == pytest.approx(0.77079722722, abs=1e-10)
    assert found.gof == pytest.approx(0.47175257717, abs=1e-10)
    assert row["d_g"] == pytest.approx(row["d_g_log10"] * np.log(10) ** 2)
    assert found.measurement == "composite"
    assert "above 0.08" in found.summary()


def test_consistent_fits_are_factor_models():
    found = fit_measures(mobi(consistent=True))
    assert found.measurement == "factor"
    assert found.srmr == pytest.approx(0.06923780890284, abs=2e-7)
    assert any("not admissible" in note for note in found.notes)


def test_saturated_models_misfit_less():
    table = fit_measures(mobi()).to_frame()
    assert table["inner"].tolist() == ["estimated", "saturated"]
    assert table["srmr"][1] < table["srmr"][0]


def test_largest_residuals():
    found = fit_measures(fit())
    table = found.largest_residuals(3)
    assert len(table) == 3
    values = np.abs(found.residuals.to_numpy())
    assert abs(table["residual"][0]) == pytest.approx(values.max())
    assert abs(found.residuals.loc[table["first"][0], table["second"][0]]) == pytest.approx(values.max())


def test_a_pair_of_single_items_fits_exactly():
    found = fit_measures(fit_pls(survey(), "Q =~ q1\nS =~ s1\nS ~ Q"))
    assert found.srmr == pytest.approx(0, abs=1e-12)
    assert np.isnan(found.rms_theta)
    assert "reproduces the correlations well" in found.summary()


def test_factors_without_correction_are_told():
    assert any("not corrected" in note for note in fit_measures(fit(), measurement="factor").notes)
    with pytest.raises(ParameterError, match="one of composite, factor"):
        fit_measures(fit(), measurement="both")


def test_repeated_indicators_leave_the_geodesic_distance_out():
    result = fit_pls(survey().assign(q2=lambda table: table["q1"]), TEXT)
    found = fit_measures(result)
    assert np.isnan(found.to_frame()["d_g"]).all()
    assert np.isfinite(found.srmr)
    assert any("positive definite" in note for note in found.notes)
