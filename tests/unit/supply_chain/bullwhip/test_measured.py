import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.datasets.synthetic.bullwhip import chain_orders
from casework.supply_chain.bullwhip import fit_demand, measure_amplification
from casework.supply_chain.bullwhip.measured import block_variances, usual_block

NAMES = ["orders_retailer", "orders_wholesaler", "orders_distributor", "orders_factory"]


def measured(frame, **given):
    return measure_amplification(frame, **{"demand": "demand", "orders": NAMES, **given})


def test_ratios_are_those_of_the_variances():
    frame, _ = chain_orders()
    found = measured(frame).stages
    assert found["amplification"].tolist() == pytest.approx((frame[NAMES].var() / frame["demand"].var()).tolist())
    assert found["step_amplification"].iloc[2] == pytest.approx(frame[NAMES[2]].var() / frame[NAMES[1]].var())
    assert (found["low"] < found["amplification"]).all()
    assert (found["amplification"] < found["high"]).all()


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    hits = []
    for seed in range(60):
        frame, truth = chain_orders(weeks=300, seed=seed)
        found = measured(frame, resamples=300, confidence=0.9).stages
        hits.append(found["low"].le(truth.amplification) & found["high"].ge(truth.amplification))
    assert np.mean(hits) > 0.8


def test_block_variances_by_loop():
    values = np.random.default_rng(1).normal(size=(23, 2))
    found = block_variances(values, block=5, resamples=30, rng=np.random.default_rng(2))
    starts = np.random.default_rng(2).integers(0, 19, size=(30, 5))
    for row, drawn in zip(found, starts, strict=True):
        rows = np.concatenate([np.arange(s, s + 5) for s in drawn])[:23]
        assert row == pytest.approx(values[rows].var(axis=0, ddof=1))


@pytest.mark.parametrize("block", [1, 23])
def test_blocks_of_one_and_of_all(block):
    values = np.random.default_rng(1).normal(size=(23, 1))
    found = block_variances(values, block=block, resamples=50, rng=np.random.default_rng(2))
    assert (found >= 0).all()
    assert block == 1 or found == pytest.approx(values.var(ddof=1))


def test_blocks_grow_with_dependence():
    rng = np.random.default_rng(3)
    free = rng.normal(size=400)
    slow = np.convolve(free, np.ones(8), mode="valid")
    assert usual_block(slow) > usual_block(free) >= 7


def test_all_problems_of_the_table_at_once():
    frame, _ = chain_orders(weeks=20)
    frame = frame.astype(float)
    frame.loc[3, "demand"] = -1
    frame.loc[4, "orders_factory"] = np.nan
    match = "column 'demand': negative in 1 of 20 periods .first: 4(.|\n)*'orders_factory': missing"
    with pytest.raises(DataError, match=match):
        measured(frame)


def test_missing_column_has_its_nearest_spelling():
    frame, _ = chain_orders(weeks=20)
    with pytest.raises(DataError, match=r"'orders_factry'.*Did you mean 'orders_factory'"):
        measured(frame, orders=["orders_factry"])


def test_demand_that_never_changes():
    with pytest.raises(DataError, match="same in every period"):
        measure_amplification(pd.DataFrame({"d": [5] * 20, "o": range(20)}), demand="d", orders=["o"])


def test_too_few_periods():
    with pytest.raises(DataError, match=r"3 periods.*at least 8"):
        fit_demand(pd.Series([1, 2, 3]))


def test_block_longer_than_the_series():
    with pytest.raises(ParameterError, match="block: 30"):
        measured(chain_orders(weeks=20)[0], block=30)


@pytest.mark.parametrize(
    ("scale", "words"), [(3.0, "more than chance"), (1.0, "may be chance"), (0.1, "vary less than demand")]
)
def test_summary_judges_by_the_interval(scale, words):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"d": 50 + rng.normal(size=80), "o": 50 + scale * rng.normal(size=80)})
    assert words in measure_amplification(frame, demand="d", orders=["o"]).summary()


def test_notes_of_short_and_trending_series():
    frame = pd.DataFrame({"d": np.arange(20.0) + np.random.default_rng(1).random(20), "o": np.arange(20.0)})
    notes = measure_amplification(frame, demand="d", orders=["o"]).notes
    assert "Only 20 periods" in notes[0]
    assert "A trend explains 100%" in notes[1]


def test_fit_finds_the_truth():
    frame, truth = chain_orders(weeks=4000, seed=2)
    fit = fit_demand(frame["demand"])
    assert fit.demand.mean == pytest.approx(truth.mean, abs=3)
    assert fit.demand.sd == pytest.approx(truth.sd, rel=0.05)
    assert fit.low < truth.correlation < fit.high
    assert fit.autocorrelation[0] == pytest.approx(0.35, abs=0.05)


def test_correlation_is_least_squares_with_kendalls_correction():
    values = np.array([3.0, 5, 4, 6, 8, 7, 9, 12, 10, 11])
    slope = np.polyfit(values[:-1], values[1:], 1)[0]
    fit = fit_demand(pd.Series(values))
    assert fit.raw == pytest.approx(slope)
    assert fit.correlation == pytest.approx(min(slope + (1 + 3 * slope) / 10, 0.99))


def test_corrected_in_short_series_on_average():
    found = [fit_demand(chain_orders(weeks=40, seed=seed)[0]["demand"]) for seed in range(150)]
    raw, better = np.mean([f.raw for f in found]), np.mean([f.correlation for f in found])
    assert abs(better - 0.35) < abs(raw - 0.35)
