import pytest

from casework.core.errors import ParameterError
from casework.stats.sampling import achieved_margin, quantile, sample_size_mean, sample_size_proportion


@pytest.mark.published
def test_cochran_share_5_percent():
    result = sample_size_proportion(margin=0.05)
    assert result.answers == 385
    assert result.exact == pytest.approx(384.16, abs=0.02)


@pytest.mark.published
@pytest.mark.parametrize(("population", "answers"), [(100, 80), (500, 217), (1000, 278), (10000, 370)])
def test_krejcie_morgan_1970_table_1(population, answers):
    assert sample_size_proportion(margin=0.05, population=population).exact == pytest.approx(answers, abs=0.5)


def test_mean_without_population_is_z_s_over_d_squared():
    assert sample_size_mean(deviation=20, margin=2).exact == pytest.approx((1.959964 * 10) ** 2, rel=1e-6)


def test_population_makes_the_sample_smaller():
    assert sample_size_mean(deviation=20, margin=2, population=500).answers == 218
    with_all = sample_size_mean(deviation=20, margin=2, population=10**12)
    assert with_all.answers == sample_size_mean(deviation=20, margin=2).answers


def test_response_rate_and_design_effect():
    result = sample_size_mean(deviation=20, margin=2, response_rate=0.25, design_effect=1.5)
    assert result.answers == 577
    assert result.invitations == 4 * 577


def test_margin_achieved_by_the_answers_needed():
    needed = sample_size_mean(deviation=18, margin=1.5, population=4000)
    assert achieved_margin(answers=needed.answers, deviation=18, population=4000) <= 1.5 * 1.001


def test_a_census_has_no_margin():
    assert achieved_margin(answers=50, deviation=10, population=50) == 0


def test_more_answers_than_people():
    with pytest.raises(ParameterError, match=r"answers: 60.*population of 50"):
        achieved_margin(answers=60, deviation=10, population=50)


@pytest.mark.parametrize("name", ["deviation", "margin", "confidence", "population", "response_rate", "design_effect"])
def test_zero_is_refused(name):
    arguments = {"deviation": 20.0, "margin": 2.0, name: 0.0}
    with pytest.raises(ParameterError, match=name):
        sample_size_mean(**arguments)


def test_proportion_out_of_range():
    with pytest.raises(ParameterError, match=r"proportion: 1.*below 1"):
        sample_size_proportion(margin=0.05, proportion=1)


def test_more_invitations_than_people_is_told():
    result = sample_size_mean(deviation=20, margin=2, population=500, response_rate=0.2)
    assert "than there are people (500)" in result.notes[0]


def test_views():
    result = sample_size_mean(deviation=20, margin=2, unit="points")
    assert result.summary() == "Answers for ±2 points at 95% confidence: 385; invitations: 385."
    assert result.to_frame().set_index("measure").loc["answers", "value"] == 385


def test_quantile():
    assert quantile(0.99) == pytest.approx(2.5758, abs=5e-5)
