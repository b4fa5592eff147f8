import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.credit.scorecard import BinningResult, bin_variables, scorecard_points

DATA = pd.DataFrame(
    {
        "x": [1.0] * 50 + [2.0] * 50 + [3.0] * 50,
        "job": (["a"] * 5 + ["b"] * 5) * 15,
        "bad": [1] * 5 + [0] * 45 + [1] * 15 + [0] * 35 + [1] * 30 + [0] * 20,
    }
)


@pytest.fixture(scope="module")
def binning() -> BinningResult:
    return bin_variables(DATA, target="bad", cuts={"job": "each"})


@pytest.mark.parametrize("base", ["spread", "separate"])
def test_exact_points_are_the_scaled_log_odds(binning: BinningResult, base: str) -> None:
    card = scorecard_points(binning, {"x": -0.9, "job": -1.1}, -0.7, digits=None, base=base)
    woe = binning.transform(DATA)
    log_odds = -(-0.7 - 0.9 * woe["x"] - 1.1 * woe["job"])
    factor = 20 / np.log(2)
    expected = 600 + factor * (log_odds - np.log(50))
    np.testing.assert_allclose(card.score(DATA), expected, rtol=1e-12)
    np.testing.assert_allclose(card.probability(DATA), 1 / (1 + np.exp(log_odds)), rtol=1e-12)
    assert (card.base > 0) == (base == "separate")


def test_points_of_german_credit_as_recomputed_by_hand() -> None:
    counts = pd.DataFrame({"bad": [0] * 700 + [1] * 300, "x": ["a"] * 350 + ["b"] * 350 + ["a"] * 60 + ["b"] * 240})
    binning = bin_variables(counts, target="bad")
    card = scorecard_points(binning, {"x": -1.0}, np.log(300 / 700), digits=0)
    odds = {"a": 350 / 60, "b": 350 / 240}
    for label, points in card.table.loc[card.table["count"] > 0, ["bin", "points"]].to_numpy():
        assert points == round(600 + 20 / np.log(2) * np.log(odds[label] / 50))


def test_order_and_choice_of_variables_follow_the_coefficients(binning: BinningResult) -> None:
    card = scorecard_points(binning, pd.Series({"job": -1.0}), 0)
    assert card.names == ("job",)
    assert card.coefficients == {"job": -1.0}


def test_points_against_the_bins_are_told(binning: BinningResult) -> None:
    card = scorecard_points(binning, {"x": 0.4, "job": -1.0}, 0)
    assert "1 variable gives more points where there were more events" in card.notes[0]
    assert card.notes[0].endswith("x.")


def test_all_problems_at_once(binning: BinningResult) -> None:
    with pytest.raises(ParameterError, match="no variable 'jobs'") as caught:
        scorecard_points(binning, {"jobs": -1, "x": "high"}, float("nan"), pdo=0, base="both")
    assert len(caught.value.problems) == 5
    with pytest.raises(ParameterError, match="no coefficient"):
        scorecard_points(binning, {}, 0)
