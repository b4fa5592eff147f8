import numpy as np
import pytest

from casework.core.errors import ParameterError
from casework.credit.provisions.irb import asset_correlation, irb_capital, maturity_slope


def test_a_longer_maturity_costs_more_and_one_year_less():
    weights = [irb_capital(0.01, maturity=m).table["risk_weight"].iloc[0] for m in (1, 2.5, 5)]
    assert weights == sorted(weights)
    assert weights[0] == pytest.approx(weights[1] * (1 - 1.5 * float(maturity_slope(np.array(0.01)))))


def test_maturity_is_for_corporates_only():
    one, five = (irb_capital(0.01, maturity=m, exposure_class="retail").table["capital"].iloc[0] for m in (1, 5))
    assert one == five


def test_small_firms_have_a_smaller_correlation_down_to_five_million():
    p = np.array(0.01)
    found = [
        float(asset_correlation(p, exposure_class="corporate", turnover=np.array(x))) for x in (1, 5, 27.5, 50, 90)
    ]
    assert found[0] == found[1] == pytest.approx(found[3] - 0.04)
    assert found[2] == pytest.approx(found[3] - 0.02)
    assert found[3] == found[4] == float(asset_correlation(p, exposure_class="corporate"))


def test_totals_and_summary():
    found = irb_capital([0.01, 0.02, 1.0], exposure=[100, 200, 50])
    assert found.amount == pytest.approx(float((found.table["capital"] * [100, 200, 50]).sum()))
    assert found.exposure == 350
    assert found.table["capital"].iloc[2] == 0
    assert "capital" in found.summary()
    assert len(found.to_frame()) == 3


def test_all_problems_at_once():
    with pytest.raises(ParameterError, match=r"(?s)probability: 1.2.*lgd: -1.*maturity: 0.5"):
        irb_capital([0.1, 1.2], lgd=-1, maturity=0.5)
    with pytest.raises(ParameterError, match="not a number"):
        irb_capital("high")
    with pytest.raises(ParameterError, match="exposure_class"):
        irb_capital(0.1, exposure_class="retial")


def test_tiny_probabilities_do_not_meet_the_pole_of_the_maturity_formula():
    found = irb_capital([1e-12, 2.9e-6, 1e-4, 3e-4], maturity=5).table["capital"].tolist()
    assert found == sorted(found)
    assert found[0] >= 0
