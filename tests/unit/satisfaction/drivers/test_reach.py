import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.drivers import reach_noise_shapley

SHAPKA = Path(__file__).parents[5] / "shared" / "data" / "shapka_example_01.csv"


@pytest.mark.published
def test_shapka_example_as_its_enumeration():
    """Game and Payoff of ShapKa 1.1.1, eight attributes, before it cuts negative values to 0."""
    if not SHAPKA.exists():
        pytest.skip("the data of ShapKa, example 1, are not here")
    frame = pd.read_csv(SHAPKA)
    names = [f"Attribute 0{j}" for j in range(8)]
    result = reach_noise_shapley(frame[names], frame["Overall Satisfaction"], resamples=0)
    expected = [23.65507339, 16.02805539, 15.68383568, 3.02156067, 5.89694469, 4.33311537, 2.53449561, 4.03712147]
    found = 100 * result.drivers.set_index("driver")["value"].loc[names]
    np.testing.assert_allclose(found, expected, atol=5e-9)
    assert 100 * result.total == pytest.approx(75.19020226387086, abs=1e-11)


def survey(n=300, k=5, seed=0):
    rng = np.random.default_rng(seed)
    ratings = np.clip(np.rint(rng.normal(7.5, 1.5, (n, 1)) + rng.normal(0, 1.2, (n, k))), 1, 10)
    outcome = np.clip(np.rint(ratings.mean(axis=1) + rng.normal(0, 1, n)), 1, 10)
    return pd.DataFrame(ratings, columns=[f"d{j}" for j in range(k)]), pd.Series(outcome, name="overall")


def by_all_orders(hit, group):
    """Shapley value of the game by going through all orders."""
    k = hit.shape[1]

    def worth(chosen):
        reached = hit[:, list(chosen)].any(axis=1)
        return reached[group].mean() - reached[~group].mean()

    orders = list(itertools.permutations(range(k)))
    return [np.mean([worth(o[: o.index(j) + 1]) - worth(o[: o.index(j)]) for o in orders]) for j in range(k)]


@pytest.mark.parametrize("kind", ["dissatisfiers", "enhancers"])
def test_closed_form_is_the_game(kind):
    ratings, outcome = survey()
    result = reach_noise_shapley(ratings, outcome, kind=kind, resamples=0)
    low = kind == "dissatisfiers"
    hit = (ratings <= 6).to_numpy() if low else (ratings >= 9).to_numpy()
    group = (outcome <= 6).to_numpy() if low else (outcome >= 9).to_numpy()
    found = result.drivers.set_index("driver")["value"].loc[list(ratings.columns)]
    np.testing.assert_allclose(found, by_all_orders(hit, group), atol=1e-12)
    assert result.total == pytest.approx(hit[group].any(axis=1).mean() - hit[~group].any(axis=1).mean())
    assert result.drivers["cumulative"].iloc[-1] == pytest.approx(result.total)


def test_negative_values_are_kept():
    ratings = pd.DataFrame({"a": [1, 1, 9, 9, 9], "b": [9, 9, 1, 1, 9]})
    result = reach_noise_shapley(ratings, pd.Series([2, 3, 9, 8, 9], name="y"), resamples=0)
    assert result.drivers.set_index("driver")["value"].to_dict() == pytest.approx({"a": 1.0, "b": -2 / 3})
    assert any("negative: b" in note for note in result.notes)
    assert result.key == ["a"]


def test_missing_ratings_and_missing_outcomes():
    ratings, outcome = survey()
    ratings.iloc[3, 2] = np.nan
    outcome.iloc[:4] = np.nan
    result = reach_noise_shapley(ratings, outcome, resamples=0)
    assert (result.left_out, result.gaps) == (4, 0)
    assert result.group + result.others == 296
    ratings.iloc[10, 0] = np.nan
    filled = reach_noise_shapley(ratings.fillna(10), outcome, resamples=0)
    assert reach_noise_shapley(ratings, outcome, resamples=0) == filled


def test_intervals_against_drawn_rows():
    ratings, outcome = survey()
    result = reach_noise_shapley(ratings, outcome, resamples=2000, seed=1)
    rng = np.random.default_rng(5)
    values = []
    for _ in range(250):
        rows = rng.integers(0, 300, 300)
        drawn = reach_noise_shapley(
            ratings.iloc[rows].reset_index(drop=True), outcome.iloc[rows].reset_index(drop=True), resamples=0
        )
        values.append(drawn.drivers.set_index("driver")["value"].loc[list(ratings.columns)].to_numpy())
    spread = np.std(values, axis=0)
    table = result.drivers.set_index("driver").loc[list(ratings.columns)]
    np.testing.assert_allclose((table["high"] - table["low"]) / (2 * 1.96), spread, rtol=0.2)
    assert result.total_low < result.total < result.total_high


def test_cuts_are_arguments():
    ratings, outcome = survey()
    result = reach_noise_shapley(ratings, outcome, outcome_cut=7, rating_cut=5, resamples=0)
    assert result.group == int((outcome <= 7).sum())
    row = result.drivers.set_index("driver").loc["d0"]
    assert row["reach"] == pytest.approx((ratings["d0"][outcome <= 7] <= 5).mean())
    assert row["noise"] == pytest.approx((ratings["d0"][outcome > 7] <= 5).mean())


def test_nobody_in_the_group():
    ratings, outcome = survey()
    with pytest.raises(DataError, match="Choose another cut"):
        reach_noise_shapley(ratings, outcome, outcome_cut=0)


def test_wrong_arguments():
    ratings, outcome = survey()
    with pytest.raises(ParameterError, match="enhancers"):
        reach_noise_shapley(ratings, outcome, kind="enhancer")
    with pytest.raises(DataError, match="'d1'"):
        reach_noise_shapley(ratings.astype({"d1": object}).assign(d1="bad"), outcome)


def test_no_difference_is_said():
    ratings = pd.DataFrame({"a": [9, 9, 9, 9]})
    result = reach_noise_shapley(ratings, pd.Series([1, 2, 9, 9], name="y"), resamples=50)
    assert "do not tell" in result.summary()
    assert result.key == []
