"""Properties of customer lifetime and of proportional hazards that hold for any input."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.core.errors import CaseworkWarning, DataError
from casework.customers import BgNbdModel, GammaGammaModel, bg_nbd, cox, gamma_gamma, lifetime_value
from casework.customers.lifetime.bg_nbd_likelihood import arrange, evaluate

QUICK = settings(max_examples=30, deadline=None)
SHAPE = st.floats(0.05, 30)
MODELS = st.builds(BgNbdModel, r=SHAPE, alpha=st.floats(0.1, 100), a=SHAPE, b=SHAPE)
SEEDS = st.integers(0, 10_000)


def buyers(model, n, span, seed):
    rng = np.random.default_rng(seed)
    rate = np.maximum(rng.gamma(model.r, 1 / model.alpha, n), 1e-9)
    left = rng.geometric(np.maximum(rng.beta(model.a, model.b, n), 1e-9))
    tenure = rng.uniform(span / 3, span, n)
    when = rng.exponential(1 / rate, (60, n)).cumsum(axis=0)
    seen = (when < tenure) & (np.arange(60)[:, None] < left)
    last = np.where(seen, when, 0).max(axis=0)
    return pd.DataFrame({"frequency": seen.sum(axis=0), "recency": last, "tenure": tenure})


def lives(n, seed, *, grid):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    time = rng.exponential(np.exp(-0.5 * x[:, 0])) + 0.01
    time = np.ceil(time / grid) * grid if grid else time
    return pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "time": time, "left": rng.random(n) < 0.7})


@QUICK
@given(MODELS, st.integers(1, 200), st.floats(0.5, 200))
def test_the_longer_nothing_is_heard_the_less_likely_alive(model, x, whole):
    last = np.linspace(whole / 50, whole, 50)
    alive = model.alive(frequency=x, recency=last, tenure=whole)
    assert (np.diff(alive) >= -1e-12).all()
    assert (alive >= 0).all()
    assert (alive <= 1).all()
    assert alive[-1] == pytest.approx((model.b + x - 1) / (model.a + model.b + x - 1))


@QUICK
@given(MODELS, st.integers(0, 60), st.floats(0.5, 200))
def test_purchases_to_come_rise_ever_more_slowly(model, x, whole):
    known = {"frequency": x, "recency": whole if x else 0, "tenure": whole}
    found = np.array([float(model.conditional_purchases(t, **known)) for t in np.linspace(0, 3 * whole, 7)])
    assert found[0] == 0
    assert (np.diff(found) > -1e-12).all()
    assert (np.diff(found, 2) < 1e-9 * max(found[-1], 1e-9)).all()
    assert found[1] <= (model.r + x) / (model.alpha + whole) * whole / 2 * (1 + 1e-9)
    discounted = float(model.discounted_purchases(3 * whole, rate=0.1 / whole, **known))
    assert np.exp(-0.3) * found[-1] - 1e-9 <= discounted <= found[-1] * (1 + 1e-9)


@QUICK
@given(MODELS, st.floats(1e-3, 1e3), st.integers(0, 40))
def test_the_unit_of_time_does_not_matter(model, unit, x):
    other = BgNbdModel(r=model.r, alpha=model.alpha * unit, a=model.a, b=model.b)
    known = [{"frequency": x, "recency": 20 * c if x else 0, "tenure": 30 * c} for c in (1, unit)]
    first, second = model.conditional_purchases(10, **known[0]), other.conditional_purchases(10 * unit, **known[1])
    assert float(first) == pytest.approx(float(second), rel=1e-8)
    assert float(model.probability(x, 30)) == pytest.approx(float(other.probability(x, 30 * unit)), rel=1e-8)


@QUICK
@given(MODELS, SEEDS)
def test_nothing_fits_better_than_the_estimates(model, seed):
    frame = buyers(model, 120, 4 * model.alpha / model.r, seed)
    if not frame["frequency"].any():
        with pytest.raises(DataError, match="second time"):
            bg_nbd(frame)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        found = bg_nbd(frame)
    data = arrange(*(frame[name].to_numpy(dtype=float) for name in ("frequency", "recency", "tenure")))
    truth = evaluate(data, np.log([model.r, model.alpha, model.a, model.b]))[0]
    assert found.log_likelihood >= truth - 1e-6 * abs(truth)
    assert found.frequencies()["expected"].sum() == pytest.approx(120)
    total = lifetime_value(found, 3.0, horizon=10, discount=0, year=1).total
    assert total == pytest.approx(3 * found.conditional_purchases(10).sum())


@QUICK
@given(st.floats(0.5, 20), st.floats(1.5, 10), st.floats(0.1, 100), SEEDS)
def test_expected_values_are_drawn_to_the_mean(p, q, gamma, seed):
    rng = np.random.default_rng(seed)
    x = rng.geometric(0.3, 80)
    own = rng.gamma(p * x, 1 / (rng.gamma(q, 1 / gamma, 80) * x))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CaseworkWarning)
        found = gamma_gamma(pd.DataFrame({"frequency": x, "mean_value": own}))
    expected, mean = found.expected_value().to_numpy(), found.model.mean
    if np.isfinite(mean):
        slack = 1e-6 * (own + mean)
        assert (expected >= np.minimum(own, mean) - slack).all()
        assert (expected <= np.maximum(own, mean) + slack).all()
    truth = GammaGammaModel(p=p, q=q, gamma=gamma).density(own, frequency=x)
    assert found.log_likelihood >= np.log(truth).sum() - 1e-6 * abs(np.log(truth).sum())


@QUICK
@given(SEEDS, st.sampled_from(["efron", "breslow"]))
def test_coefficients_do_not_depend_on_units_order_or_origin(seed, ties):
    frame = lives(60, seed, grid=0.2)
    roles = {"duration": "time", "event": "left", "ties": ties}
    found = cox(frame, covariates=["a", "b"], **roles)
    other = frame.sample(frac=1, random_state=seed).assign(a=lambda rows: 5 - 100 * rows["a"])
    moved = cox(other, covariates=["b", "a"], **roles)
    assert moved.table["coefficient"].iloc[1] * -100 == pytest.approx(found.table["coefficient"].iloc[0], rel=1e-6)
    assert moved.log_likelihood == pytest.approx(found.log_likelihood, rel=1e-9)
    assert moved.concordance == pytest.approx(found.concordance)
    assert found.log_likelihood >= found.null_log_likelihood
    assert found.baseline["survival"].is_monotonic_decreasing
    assert (found.baseline["low"] <= found.baseline["survival"]).all()


@QUICK
@given(SEEDS)
def test_without_ties_the_two_ways_are_one(seed):
    frame = lives(40, seed, grid=0)
    first, second = (
        cox(frame, duration="time", event="left", covariates=["a"], ties=ties) for ties in ("efron", "breslow")
    )
    assert first.table["coefficient"].iloc[0] == pytest.approx(second.table["coefficient"].iloc[0], rel=1e-9)
    assert first.log_likelihood == pytest.approx(second.log_likelihood)
