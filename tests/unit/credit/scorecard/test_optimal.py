from itertools import product

import numpy as np
import pytest

from casework.credit.scorecard.optimal import merge_bins, trend_of


def value(rows, events, starts):
    n, e = np.add.reduceat(rows, starts), np.add.reduceat(events, starts)
    good, bad = (n - e) / (rows - events).sum(), e / events.sum()
    return float(((good - bad) * np.log(good / bad)).sum()) if (e > 0).all() and (n > e).all() else -np.inf


def keeps(rates, trend):
    signs = np.sign(np.diff(rates))
    if (signs == 0).any():
        return False
    turns = int((np.diff(signs) != 0).sum())
    first = signs[0] if len(signs) else 0
    return {
        "up": (signs > 0).all(),
        "down": (signs < 0).all(),
        "monotone": turns == 0,
        "peak": turns == 0 or (turns == 1 and first > 0),
        "valley": turns == 0 or (turns == 1 and first < 0),
        "none": True,
    }[trend]


def brute(rows, events, trend, most):
    best = -np.inf
    for mask in product([False, True], repeat=len(rows) - 1):
        starts = (0, *(i + 1 for i, cut in enumerate(mask) if cut))
        rates = np.add.reduceat(events, starts) / np.add.reduceat(rows, starts)
        if len(starts) <= (most or len(rows)) and keeps(rates, trend):
            best = max(best, value(rows, events, starts))
    return best


@pytest.mark.parametrize("trend", ["up", "down", "peak", "valley", "none", "monotone"])
@pytest.mark.parametrize("most", [None, 2, 3])
def test_no_other_way_to_merge_holds_more_information(trend, most) -> None:
    rng = np.random.default_rng(7)
    for _ in range(25):
        rows = rng.integers(3, 30, rng.integers(2, 8))
        events = np.clip(rng.binomial(rows, 0.4), 1, rows - 1)
        found = merge_bins(
            rows,
            events,
            total_goods=(rows - events).sum(),
            total_bads=events.sum(),
            trend=trend,
            max_bins=most,
        )
        assert value(rows, events, found.starts) == pytest.approx(brute(rows, events, trend, most), abs=1e-12)
        assert len(found.starts) <= (most or len(rows))


def test_auto_takes_a_turn_only_where_the_likelihood_pays_for_it() -> None:
    rows = np.array([1000, 1000, 1000])
    clear = merge_bins(rows, np.array([100, 300, 100]), total_goods=2500, total_bads=500)
    assert clear.trend == "peak"
    assert clear.starts == (0, 1, 2)
    slight = merge_bins(rows, np.array([100, 300, 292]), total_goods=2308, total_bads=692)
    assert slight.trend == "up"
    valley = merge_bins(rows, np.array([300, 100, 300]), total_goods=2300, total_bads=700)
    assert valley.trend == "valley"


def test_bins_need_events_and_non_events() -> None:
    rows, events = np.array([50, 50, 50]), np.array([0, 5, 20])
    found = merge_bins(rows, events, total_goods=125, total_bads=25, trend="up", min_events=1)
    assert found.starts == (0, 2)
    nothing = merge_bins(np.array([50, 50]), np.array([0, 0]), total_goods=100, total_bads=3, trend="up")
    assert nothing.starts == (0,)
    assert nothing.trend == "flat"


def test_limit_is_told() -> None:
    rows, events = np.array([50, 50, 50, 50]), np.array([5, 10, 20, 30])
    found = merge_bins(rows, events, total_goods=135, total_bads=65, trend="auto", max_bins=2)
    assert found.limited
    assert len(found.starts) == 2


@pytest.mark.parametrize(
    ("events", "trend"),
    [([1, 2, 3], "up"), ([3, 2, 1], "down"), ([1, 3, 2], "peak"), ([3, 1, 2], "valley"), ([2, 2, 2], "flat")],
)
def test_trend_is_named(events: list[int], trend: str) -> None:
    assert trend_of(np.full(3, 10), np.array(events), (0, 1, 2)) == trend
    assert trend_of(np.full(4, 10), np.array([1, 3, 2, 4]), (0, 1, 2, 3)) == "none"
