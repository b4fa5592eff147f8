import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.credit.scorecard import Scorecard, bin_variables, scorecard_points

quick = settings(deadline=None, max_examples=25)
seeds = st.integers(0, 10_000)


def made(seed: int, n: int = 240) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=n) * 10.0 ** rng.integers(-6, 9), int(rng.integers(0, 9)))
    bad = rng.random(n) < 0.15 + 0.5 * (x > np.median(x))
    x[rng.random(n) < 0.1] = np.nan
    kind = rng.choice(["a", "=b", "", "\u4e2d", "e,f"], n)
    return pd.DataFrame({"x": x, "kind": kind, "bad": np.r_[bad[:-2], True, False].astype(int)})


@quick
@given(seed=seeds, trend=st.sampled_from(["up", "down", "peak", "valley", "none", "auto", "monotone"]))
def test_rates_keep_the_trend_and_counts_those_of_the_rows(seed, trend):
    frame = made(seed)
    result = bin_variables(frame, target="bad", trend=trend)
    steps = np.diff(result.table.query("variable == 'x' and bin != 'missing'")["event_rate"])
    turns = int((np.diff(np.sign(steps)) != 0).sum())
    assert trend != "up" or (steps > 0).all()
    assert trend != "down" or (steps < 0).all()
    assert trend != "monotone" or turns == 0
    assert trend not in ("peak", "valley", "auto") or turns <= 1
    assert np.isfinite(result.table["woe"]).all()
    assert (result.table["iv"] >= 0).all()
    for name, codes in result.codes(frame).items():
        assert np.bincount(codes, minlength=result.rules[name].slots).tolist() == result.rows[name].tolist()


@quick
@given(seed=seeds)
def test_order_of_rows_and_unit_of_numbers_do_not_matter(seed):
    frame = made(seed)
    base = bin_variables(frame, target="bad")
    mixed = bin_variables(frame.sample(frac=1, random_state=seed), target="bad")
    doubled = bin_variables(frame.assign(x=frame["x"] * 4), target="bad")
    assert mixed.table.equals(base.table)
    assert doubled.table.drop(columns="bin").equals(base.table.drop(columns="bin"))


@quick
@given(seed=seeds)
def test_naming_the_other_outcome_turns_the_weights_round(seed):
    frame = made(seed)
    bad = bin_variables(frame, target="bad", trend="none", thin="search")
    good = bin_variables(frame, target="bad", event=0, trend="none", thin="search")
    np.testing.assert_allclose(bad.transform(frame), -good.transform(frame), atol=1e-12)


@quick
@given(seed=seeds)
def test_more_bins_never_hold_less_information(seed):
    frame = made(seed)[["x", "bad"]]
    values = [bin_variables(frame, target="bad", trend="monotone", max_bins=k).iv["x"] for k in (2, 3, 5)]
    assert values == sorted(values) or np.allclose(values, sorted(values))


@quick
@given(seed=seeds, digits=st.sampled_from([None, 0, 2]), base=st.sampled_from(["spread", "separate"]))
def test_cards_come_back_the_same_and_reasons_add_up(seed, digits, base):
    frame = made(seed)
    binning = bin_variables(frame, target="bad")
    card = scorecard_points(binning, {"x": -0.9, "kind": -1.2}, -1.0, digits=digits, base=base)
    again = Scorecard.from_frame(card.to_frame())
    assert again.score(frame).tolist() == card.score(frame).tolist()
    reasons = card.reasons(frame, n=2)
    total = reasons["score"] + reasons["lost_1"] + reasons["lost_2"]
    np.testing.assert_allclose(total, card.range[1], atol=1e-6)
