from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from casework.core.errors import DataError, ParameterError
from casework.voice.continuous import continuous

EXAMPLE = Path(__file__).parents[4] / "shared" / "data" / "kano_stp25.csv"


def pair(functional, dysfunctional):
    return pd.DataFrame({"a": functional}), pd.DataFrame({"a": dysfunctional})


@pytest.mark.published
def test_means_of_the_peers_example_data():
    if not EXAMPLE.exists():
        pytest.skip("the example data of stp25stat are not part of the project")
    data = pd.read_csv(EXAMPLE)
    names = [f"f{i}" for i in range(1, 11)]
    frame = continuous(data[names], data[[f"d{i}" for i in range(1, 11)]].set_axis(names, axis=1)).to_frame()
    expected_x = [0.6, 3.4074074074, 2.2962962963, 3.2592592593, 3.6923076923]
    expected_y = [0.6, 2.1111111111, 2.8888888889, 2.9259259259, 3.1538461538]
    assert frame["dissatisfaction"].to_numpy()[:5] == pytest.approx(expected_x, rel=1e-9)
    assert frame["satisfaction"].to_numpy()[:5] == pytest.approx(expected_y, rel=1e-9)
    assert frame.loc["f10", "quadrant"] == "R"


def test_only_complete_pairs_count_and_intervals_are_students():
    functional, dysfunctional = pair([1, 1, 2, 3, None], [5, 4, 3, 5, 5])
    row = continuous(functional, dysfunctional, confidence=0.9).to_frame().iloc[0]
    scores = np.array([4, 4, 2, 0])
    low, high = stats.t.interval(0.9, 3, scores.mean(), stats.sem(scores))
    assert row["n"] == 4
    assert (row["satisfaction_low"], row["satisfaction_high"]) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("functional", "dysfunctional", "quadrant"),
    [(1, 5, "O"), (1, 3, "A"), (3, 5, "M"), (3, 3, "I"), (5, 1, "R"), (1, 1, "A")],
)
def test_quadrants_of_single_answers(functional, dysfunctional, quadrant):
    frame = continuous(*pair([functional] * 2, [dysfunctional] * 2)).to_frame()
    assert frame["quadrant"].tolist() == [quadrant]


def test_scales_are_arguments():
    result = continuous(*pair([1, 3], [3, 3]), functional_scale=(10, 0, -10), dysfunctional_scale=(-10, 0, 10))
    assert result.to_frame()["satisfaction"].tolist() == [0]
    assert result.cut == (5, 5)
    assert result.limits == (-10, 10)


@pytest.mark.parametrize("scale", [(1, 2), (1, 2, 3, 4, float("nan")), "abcde", (3,)])
def test_wrong_scales_are_refused(scale):
    with pytest.raises(ParameterError, match=r"functional_scale.*two scales of numbers of the same length"):
        continuous(*pair([1], [1]), functional_scale=scale)


def test_answers_outside_the_scale_are_refused():
    with pytest.raises(DataError, match=r"dysfunctional answers, column a, row 0: 6"):
        continuous(*pair([1], [6]))


def test_no_answers_and_one_answer():
    frame = pd.DataFrame({"a": [np.nan], "b": [1]})
    result = continuous(frame, frame)
    assert result.notes == ("No complete pair of answers: a.",)
    assert result.to_frame()["n"].tolist() == [0, 1]
    assert np.isnan(result.to_frame().loc["b", "satisfaction_low"])
    assert result.to_frame()["quadrant"].isna().tolist() == [True, False]
    assert "attractive (b)." in result.summary()
