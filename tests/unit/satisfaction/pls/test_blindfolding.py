import sys

import numpy as np
import pandas as pd
import pytest
from tests.unit.satisfaction.pls.quality_samples import BLOCK, SIZES, TEXT, fit, mobi, slow, survey

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.pls import blindfold, fit_pls
from casework.satisfaction.pls.blindfolding import omitted_in

PREDICTED = {1: [0], 2: [0, 1], 3: [2]}


def by_loops(rows, distance, pattern):
    """Q2 by leaving out, filling in the mean, fitting by the algorithm on rows and predicting, cell by cell."""
    n = len(rows)
    starts = np.cumsum([0, *SIZES])
    redundancy, communality = {}, {}
    for c, size in enumerate(SIZES):
        errors = np.zeros(3)
        for turn in range(distance):
            holes = np.zeros((n, size), dtype=bool)
            for h in range(size):
                for i in range(n):
                    holes[i, h] = ((i + n * h if pattern == "cells" else i) % distance) == turn
            filled = rows.copy()
            block = filled[:, starts[c] : starts[c + 1]]
            for h in range(size):
                block[holes[:, h], h] = block[~holes[:, h], h].mean()
            weights, loadings, paths = slow(filled)
            mean, spread = filled.mean(axis=0), filled.std(axis=0, ddof=1)
            standard = (filled - mean) / spread
            scores = np.column_stack([standard[:, k == BLOCK] @ weights[k == BLOCK] for k in range(len(SIZES))])
            for h in range(size):
                place = starts[c] + h
                for i in np.flatnonzero(holes[:, h]):
                    known = sum(paths[k, c] * scores[i, k] for k in PREDICTED.get(c, []))
                    real = rows[i, place]
                    errors[0] += (real - mean[place] - spread[place] * loadings[place] * known) ** 2
                    errors[1] += (real - mean[place] - spread[place] * loadings[place] * scores[i, c]) ** 2
                    errors[2] += (real - mean[place]) ** 2
        redundancy[c], communality[c] = 1 - errors[0] / errors[2], 1 - errors[1] / errors[2]
    return redundancy, communality


@pytest.mark.parametrize("pattern", ["cells", "rows"])
def test_agrees_with_loops_over_cells(pattern):
    redundancy, communality = by_loops(survey().to_numpy(), 4, pattern)
    found = blindfold(fit(), distance=4, pattern=pattern).constructs
    for c in (1, 2, 3):
        assert found["q2_redundancy"][c] == pytest.approx(redundancy[c], abs=1e-8)
    assert np.isnan(found["q2_redundancy"][0])
    for c in (0, 1, 2):
        if pattern == "cells":
            assert found["q2_communality"][c] == pytest.approx(communality[c], abs=1e-8)
    assert np.isnan(found["q2_communality"][3])
    assert pattern == "cells" or found["q2_communality"].isna().all()


def test_pairwise_rows_use_the_respondents_that_are_left():
    frame = survey()
    found = blindfold(fit(), distance=5, pattern="rows", filling="pairwise").indicators.set_index("indicator")
    errors = np.zeros(2)
    whole = (frame - frame.mean()) / frame.std()
    for turn in range(5):
        left = np.arange(len(frame)) % 5 != turn
        r_qi = frame[left].corr().to_numpy()
        matrix = frame.corr().to_numpy(copy=True)
        own = np.array([name.startswith("l") for name in frame.columns])
        matrix[np.ix_(own, ~own)] = r_qi[np.ix_(own, ~own)]
        matrix[np.ix_(~own, own)] = r_qi[np.ix_(~own, own)]
        from casework.satisfaction.pls import estimate

        batch = estimate(matrix, fit().structure, tolerance=1e-13)
        score = whole.to_numpy()[:, 5:7] @ batch.weights[0, 5:7]
        kept = frame.loc[left, "l1"]
        guess = kept.mean() + kept.std() * batch.paths[0, 2, 3] * score
        errors += [((frame["l1"] - guess)[~left] ** 2).sum(), ((frame["l1"] - kept.mean())[~left] ** 2).sum()]
    assert found.loc["l1", "q2_redundancy"] == pytest.approx(1 - errors[0] / errors[1], abs=1e-9)


def test_pairwise_cells_use_the_pairs_that_there_are():
    from casework.satisfaction.pls.blindfolding import _kept_moments

    frame = survey()
    standard = ((frame - frame.mean()) / frame.std()).to_numpy()
    own = BLOCK == 0
    kept = omitted_in(61, 3, 4, "cells")[None] != np.arange(4)[:, None, None]
    found = _kept_moments(standard, own, kept, frame.corr().to_numpy(), "pairwise")[2]
    for turn in range(4):
        holed = frame.copy()
        holed.iloc[:, :3] = holed.iloc[:, :3].where(kept[turn])
        np.testing.assert_allclose(found[turn], holed.corr().to_numpy(), atol=1e-12)


def test_scales_differ_for_blocks_and_not_for_single_items():
    one, two = (blindfold(fit(), scale=scale) for scale in ("answers", "standardized"))
    assert one.constructs["q2_redundancy"][3] == two.constructs["q2_redundancy"][3]
    assert one.constructs["q2_redundancy"][1] != two.constructs["q2_redundancy"][1]
    pd.testing.assert_frame_equal(one.indicators, two.indicators)


def test_every_answer_is_left_out_once():
    places = omitted_in(20, 3, 7, "cells")
    assert places.shape == (20, 3)
    assert set(places.ravel()) == set(range(7))


def test_earliest_antecedents_and_the_metric_of_the_answers():
    direct, earliest = (blindfold(fit(), antecedents=name).constructs for name in ("direct", "earliest"))
    assert direct["q2_redundancy"][1] == earliest["q2_redundancy"][1]
    assert direct["q2_redundancy"][3] != earliest["q2_redundancy"][3]
    raw = blindfold(fit_pls(survey(), TEXT, standardized=False)).constructs
    assert raw["q2_redundancy"].notna().sum() == 3


def test_a_distance_that_divides_the_respondents_is_told():
    found = blindfold(fit(n=60), distance=6)
    assert "7 does not" in found.notes[0]
    assert found.constructs["q2_communality"].isna().all()
    assert not blindfold(fit(), distance=6).notes


def test_small_blocks_of_rounds_give_the_same(monkeypatch):
    whole = blindfold(fit())
    monkeypatch.setattr(sys.modules["casework.satisfaction.pls.blindfolding"], "MOST_CELLS", 1)
    assert np.allclose(whole.constructs["q2_redundancy"], blindfold(fit()).constructs["q2_redundancy"], equal_nan=True)


@pytest.mark.parametrize("distance", [1, 62, 2.5])
def test_impossible_distances(distance):
    with pytest.raises(ParameterError, match="distance"):
        blindfold(fit(), distance=distance)


@pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")
def test_needs_rows_and_known_options():
    with pytest.raises(DataError, match="without rows"):
        blindfold(mobi())
    with pytest.raises(ParameterError, match="one of cells, rows"):
        blindfold(fit(), pattern="both")
    assert "3 of 3" in blindfold(fit(n=200)).summary()


@pytest.mark.filterwarnings("ignore::casework.core.errors.CaseworkWarning")
def test_nothing_that_did_not_converge_is_reported():
    found = blindfold(fit_pls(survey(), TEXT, max_iterations=1))
    assert found.constructs["q2_redundancy"].isna().all()
    assert "could not be estimated" in found.notes[0]
    assert found.summary() == "No Q2 could be computed."
