import numpy as np
import pytest
from scipy import stats

from casework.core.errors import DataError, ParameterError
from casework.suppliers.capability import capability_from_summary, process_capability

VALUES = np.array([74.030, 74.002, 74.019, 73.992, 74.008, 73.995, 73.992, 74.001, 74.011, 74.004])


def test_indices_by_their_formulas():
    found = process_capability(VALUES, lower=73.95, upper=74.05)
    sd = VALUES.std(ddof=1)
    within = np.abs(np.diff(VALUES)).mean() / 1.128
    assert found.value("Pp") == pytest.approx(0.1 / (6 * sd))
    assert found.value("Cp") == pytest.approx(0.1 / (6 * within))
    assert found.value("Ppk") == pytest.approx((74.05 - VALUES.mean()) / (3 * sd))
    assert found.value("Cpm") == pytest.approx(0.1 / (6 * np.sqrt(np.mean((VALUES - 74.0) ** 2))))
    assert found.ppm_below + found.ppm_above == pytest.approx(found.ppm)
    assert found.ppm_above == pytest.approx(1e6 * stats.norm.sf(74.05, VALUES.mean(), sd))
    assert found.ppm_observed == 0


def test_spread_inside_subgroups():
    labels = np.repeat(list("abcde"), 2)
    pairs = VALUES.reshape(5, 2)
    pooled = process_capability(VALUES, lower=73.9, upper=74.1, subgroup=labels)
    assert pooled.sd_within == pytest.approx(np.sqrt(pairs.var(axis=1, ddof=1).mean()))
    assert pooled.df_within == 5
    ranged = process_capability(VALUES, lower=73.9, upper=74.1, subgroup=labels, within="range")
    assert ranged.sd_within == pytest.approx(np.ptp(pairs, axis=1).mean() / 1.128)
    mixed = np.argsort(np.tile(np.arange(5), 2), kind="stable")
    again = process_capability(
        VALUES[np.argsort(mixed)], lower=73.9, upper=74.1, subgroup=np.tile(np.arange(5), 2), within="range"
    )
    assert again.sd_within == pytest.approx(ranged.sd_within)


def test_one_limit_only():
    found = process_capability(VALUES, upper=74.05)
    assert found.table["index"].tolist() == ["Cpk", "Ppk"]
    assert np.isnan(found.value("Cp"))
    assert np.isnan(found.interval("Cpm")).all()
    assert found.ppm_below == 0


def test_intervals_hold_what_they_say():
    rng = np.random.default_rng(5)
    draws = rng.normal(size=(150, 50))
    found = [capability_from_summary(mean=x.mean(), sd=x.std(ddof=1), n=50, lower=-3, upper=3) for x in draws]
    for index in ("Cp", "Ppk", "Cpm"):
        held = np.mean([low <= 1 <= high for low, high in (item.interval(index) for item in found)])
        assert 0.9 <= held <= 0.99


def test_words_for_capable_incapable_and_open():
    assert "is capable" in capability_from_summary(mean=0, sd=1, n=500, lower=-6, upper=6).summary()
    assert "not capable" in capability_from_summary(mean=0, sd=1, n=500, lower=-2, upper=2).summary()
    small = capability_from_summary(mean=0, sd=1, n=10, lower=-4, upper=4)
    assert "do not settle" in small.summary()
    assert "only 10 values" in small.notes[0]
    rng = np.random.default_rng(1)
    skewed = process_capability(rng.exponential(size=200), upper=5)
    assert any("not normal" in note for note in skewed.notes)
    assert skewed.ppm_observed > 0
    assert list(skewed.to_frame()) == ["index", "value", "low", "high", "spread"]


def test_values_that_cannot_be_used():
    with pytest.raises(DataError, match="1 value is missing") as error:
        process_capability([1, np.nan], lower=0)
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="not numbers"):
        process_capability(["a", "b", "c"], lower=0)
    with pytest.raises(DataError, match="all values are 1"):
        process_capability([1, 1, 1, 1], lower=0)
    with pytest.raises(DataError, match="no spread inside"):
        process_capability([1, 1, 2, 2], lower=0, subgroup=[1, 1, 2, 2])
    with pytest.raises(DataError, match="as many as values, 3"):
        process_capability([1, 2, 3], lower=0, subgroup=[1, None])
    with pytest.raises(DataError, match="subgroups of one size"):
        process_capability([1, 2, 3], lower=0, subgroup=[1, 1, 2], within="range")


def test_parameters_that_cannot_be():
    with pytest.raises(ParameterError, match="mean") as error:
        capability_from_summary(mean=np.inf, sd=0, n=2, lower=np.nan, confidence=1)
    assert len(error.value.problems) == 5
    with pytest.raises(ParameterError, match="at least one specification limit"):
        process_capability([1, 2, 3])
    with pytest.raises(ParameterError, match="below the upper limit"):
        process_capability([1, 2, 3], lower=3, upper=1)
    with pytest.raises(ParameterError, match="a label for each value"):
        process_capability([1, 2, 3], lower=0, within="pooled")
    with pytest.raises(ParameterError, match="one of pooled"):
        process_capability([1, 2, 3], lower=0, within="poled")
