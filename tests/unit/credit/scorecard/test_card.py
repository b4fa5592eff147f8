import numpy as np
import pandas as pd
import pytest

from casework.core.errors import CaseworkWarning, DataError, ParameterError
from casework.credit.scorecard import Scorecard, bin_variables, scorecard_points


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n = 500
    x, y = rng.normal(size=n), rng.choice(["a", "b", "c"], n)
    bad = rng.random(n) < 1 / (1 + np.exp(1 - x + (y == "a")))
    return pd.DataFrame({"x": x, "job": y, "bad": bad.astype(int)})


@pytest.fixture(scope="module")
def card(data: pd.DataFrame) -> Scorecard:
    return scorecard_points(bin_variables(data, target="bad"), {"x": -1.0, "job": -0.8}, -0.9)


def test_score_is_the_sum_of_contributions_one_row_or_all(card: Scorecard, data: pd.DataFrame) -> None:
    scores = card.score(data)
    assert scores.tolist() == (card.contributions(data).sum(axis=1) + card.base).tolist()
    assert card.score(data.iloc[[3]]).tolist() == [scores.iloc[3]]
    assert scores.name == "score"
    low, high = card.range
    assert low <= scores.min()
    assert scores.max() <= high
    assert f"{low:,.0f} and {high:,.0f} points" in card.summary()


def test_columns_may_stand_in_any_order_with_others_among_them(card: Scorecard, data: pd.DataFrame) -> None:
    other = data[["bad", "job", "x"]].assign(note="=1+1")
    assert card.score(other).equals(card.score(data))


def test_reasons_are_the_largest_shortfalls(card: Scorecard, data: pd.DataFrame) -> None:
    reasons, points = card.reasons(data, n=2), card.contributions(data)
    lost = pd.DataFrame({name: card.best[name] - points[name] for name in card.names})
    assert reasons["score"].tolist() == card.score(data).tolist()
    assert reasons["lost_1"].tolist() == lost.max(axis=1).tolist()
    some = reasons[reasons["lost_1"] > 0]
    assert some["reason_1"].tolist() == lost.loc[some.index].idxmax(axis=1).tolist()
    assert set(reasons.loc[reasons["lost_2"] == 0, "reason_2"].isna()) == {True}
    assert len(card.reasons(data, n=9).columns) == 1 + 3 * 2
    with pytest.raises(ParameterError, match="at least 1"):
        card.reasons(data, n=0)


def test_rounding_is_compared_with_exact_scores(card: Scorecard, data: pd.DataFrame) -> None:
    fine = scorecard_points(bin_variables(data, target="bad"), {"x": -1.0, "job": -0.8}, -0.9, digits=None)
    assert fine.rounding(data).swapped == 0
    assert fine.rounding(data).largest == 0
    result = card.rounding(data)
    assert 0 <= result.swapped < 0.05
    assert result.largest <= 1
    with pytest.raises(DataError, match="fewer than two rows"):
        card.rounding(data.head(1))


def test_what_was_never_seen_is_told(card: Scorecard, data: pd.DataFrame) -> None:
    new = data.head(2).assign(job=["pilot", None])
    with pytest.warns(CaseworkWarning, match="2 values were never seen in training"):
        card.score(new)
    assert card.unseen(new)["value"].tolist() == ["pilot", "missing"]


def test_a_missing_column_is_refused(card: Scorecard, data: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="no column 'job'"):
        card.score(data[["x"]])


def test_table_shows_bins_with_rows_and_a_base_of_its_own(data: pd.DataFrame) -> None:
    binning = bin_variables(data, target="bad")
    spread = scorecard_points(binning, {"x": -1.0}, 0.0)
    apart = scorecard_points(binning, {"x": -1.0}, 0.0, base="separate")
    assert "base" not in set(spread.to_frame()["role"]) or len(spread.table) == binning.rules["x"].regular
    assert len(apart.table) == binning.rules["x"].regular + 1
    assert apart.table["points"].iloc[0] == 487
