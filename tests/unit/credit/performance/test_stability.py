import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.performance.stability import period_name, psi, psi_rows, stability_over_time


def test_psi_by_definition():
    e, a = np.array([0.2, 0.3, 0.5]), np.array([0.25, 0.35, 0.4])
    assert psi(1000 * e, 400 * a) == pytest.approx(float(((a - e) * np.log(a / e)).sum()))


def test_bins_empty_in_one_row_are_smoothed_and_in_both_left_out():
    by_hand = (1.5 / 101.5 - 0.5 / 101.5) * np.log(1.5 / 0.5) * 1
    found = psi([100, 0, 0], [99, 1, 0])
    assert np.isfinite(found)
    p, q = np.array([100.5, 0.5]) / 101, np.array([99.5, 1.5]) / 101
    assert found == pytest.approx(float(((q - p) * np.log(q / p)).sum()))
    assert by_hand > 0


@pytest.mark.parametrize(
    ("expected", "actual"), [([1, 2], [1]), ([0, 0], [1, 1]), ([-1, 2], [1, 1]), (["a"], [1]), ([np.nan, 1], [1, 1])]
)
def test_counts_refused(expected, actual):
    with pytest.raises(DataError, match="counts"):
        psi(expected, actual)
    with pytest.raises(ParameterError, match="smoothing"):
        psi([1], [1], smoothing=0)


def test_limit_of_chance_holds_where_nothing_changed():
    rng = np.random.default_rng(2)
    share = [0.1, 0.2, 0.3, 0.4]
    base, later = rng.multinomial(800, share, 2000), rng.multinomial(300, share, 2000)
    from scipy.stats import chi2

    beyond = psi_rows(base.astype(float), later.astype(float)) > (1 / 800 + 1 / 300) * chi2.ppf(0.95, 3)
    assert 0.035 < beyond.mean() < 0.068


@pytest.fixture
def bins():
    rng = np.random.default_rng(4)
    period = np.repeat([2022.0, 2023.0, 2024.0], 300)
    steady = rng.integers(0, 3, 900)
    moved = np.where(period == 2024, rng.choice(3, 900, p=[0.7, 0.2, 0.1]), rng.integers(0, 3, 900))
    return pd.DataFrame({"steady": steady, "moved": moved}), pd.Series(period)


def test_over_time(bins):
    found = stability_over_time(*bins, base=[2022, 2023])
    assert found.base == ("2022", "2023")
    assert found.table["period"].tolist() == ["2024", "2024"]
    assert found.table["verdict"].tolist() == ["stable", "shifted"]
    assert found.table["beyond_chance"].tolist()[1]
    assert "moved in 2024" in found.summary()
    counts = pd.crosstab(bins[0]["moved"], bins[1])
    assert found.largest == pytest.approx(psi(counts[2022.0] + counts[2023.0], counts[2024.0]))
    assert found.shares.groupby(["variable", "period"])["share"].sum().to_numpy() == pytest.approx(np.ones(6))


def test_missing_is_a_bin_and_the_first_period_the_base(bins):
    frame, period = bins
    found = stability_over_time(frame.astype("Int64").where(frame > 0).astype(object), period)
    assert found.base == ("2022",)
    assert "missing" in set(found.shares["bin"])
    assert len(found.table) == 4


def test_classes_keep_their_order():
    labels = pd.Categorical.from_codes([1, 0, 1, 0], ["< 9", "≥ 9"], ordered=True)
    found = stability_over_time(pd.DataFrame({"x": labels}), pd.Series(["b", "a", "a", "b"]))
    assert found.shares["bin"].tolist() == ["< 9", "≥ 9", "< 9", "≥ 9"]


def test_one_period_only():
    found = stability_over_time(pd.DataFrame({"x": [1, 2]}), pd.Series([1, 1]))
    assert found.table.empty
    assert "no period" in found.summary()
    assert np.isnan(found.largest)


def test_refused(bins):
    with pytest.raises(ParameterError, match="2021"):
        stability_over_time(*bins, base=[2021])
    with pytest.raises(DataError, match="2 rows"):
        stability_over_time(bins[0].head(2), bins[1])
    with pytest.raises(DataError, match="1 cells are empty"):
        stability_over_time(bins[0], bins[1].where(bins[1].index > 0))
    with pytest.raises(ParameterError, match="ascending"):
        stability_over_time(*bins, limits=(0.3, 0.2))


def test_names_of_periods():
    assert period_name(2024.0) == "2024"
    assert period_name(np.float64(3)) == "3"
    assert period_name("2024-Q1") == "2024-Q1"
