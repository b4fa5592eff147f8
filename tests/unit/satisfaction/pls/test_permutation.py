import itertools

import numpy as np
import pytest
from tests.unit.satisfaction.pls.surveys import TEXT, survey

from casework.satisfaction.pls import fit_pls
from casework.satisfaction.pls.permutation import Division, henseler_p


def division(n=60):
    data = survey(n, 4)
    codes = (np.arange(n) % 3 == 0).astype(int)
    return data, codes, Division(fit_pls(data, TEXT), data.to_numpy(), codes, (0, 1), 0, 7)


def test_henseler_by_all_pairs():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0.4, 1, 60), rng.normal(0, 1, 50)
    above = np.mean([2 * a.mean() - x > 2 * b.mean() - y for x, y in itertools.product(a, b)])
    assert henseler_p(a, b) == pytest.approx(2 * min(above, 1 - above))
    assert henseler_p(a, b) == pytest.approx(henseler_p(b, a))
    assert henseler_p(np.append(a, np.nan), b) == pytest.approx(henseler_p(a, b))
    assert np.isnan(henseler_p(np.array([np.nan]), b))


def test_statistics_of_a_division_are_those_of_two_fits():
    data, codes, pair = division()
    seen = pair.observed()
    fits = [fit_pls(data[codes == code], TEXT) for code in (0, 1)]
    ways = len(pair.ways)
    for place, fit in enumerate(fits):
        direct = fit.to_frame()["path"].to_numpy()
        assert seen[place * ways : place * ways + 3] == pytest.approx(direct, abs=1e-8)
    pooled = (data - data.mean()) / data.std(ddof=0)
    for name, place in (("Quality", 0), ("Value", 1)):
        items = list(fits[0].model[name].indicators)
        scores = [pooled[items] @ fit.standard_weights[[fit.model.indicators.index(i) for i in items]] for fit in fits]
        assert seen[2 * ways + 6 + place] == pytest.approx(np.corrcoef(*scores)[0, 1], abs=1e-8)


def test_pooled_scores_give_differences_of_means_and_variances():
    data, codes, pair = division()
    order = np.r_[np.flatnonzero(codes == 0), np.flatnonzero(codes == 1)]
    fit = fit_pls(data.iloc[order], TEXT)
    scores = fit.scores().to_numpy() * np.sqrt(60 / 59)
    first = len(data) - int(codes.sum())
    seen = pair.observed()[2 * len(pair.ways) + 9 :]
    one, two = scores[:first], scores[first:]
    assert seen[:3] == pytest.approx(one.mean(axis=0) - two.mean(axis=0), abs=1e-7)
    assert seen[3:] == pytest.approx(np.log(one.var(axis=0, ddof=1) / two.var(axis=0, ddof=1)), abs=1e-7)


def test_permutations_keep_the_sizes_and_differ():
    _, _, pair = division()
    drawn = pair.permuted(40, 1, None)
    assert drawn.shape[0] == 40
    assert len(np.unique(drawn[:, 0])) == 40
    total = pair.sizes[0] * drawn[:, 2 * len(pair.ways)] + pair.sizes[1] * drawn[:, 2 * len(pair.ways) + 3]
    assert total == pytest.approx(np.full(40, total[0]))
