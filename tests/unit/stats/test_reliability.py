import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError
from casework.stats.reliability import cronbach_alpha, cronbach_alpha_from_moments, factorability, feldt_interval


@pytest.fixture
def answers():
    rng = np.random.default_rng(5)
    common = rng.normal(size=(200, 1))
    return pd.DataFrame(common + rng.normal(size=(200, 4)), columns=list("abcd"))


def test_two_items_by_spearman_brown_of_equal_variances():
    covariance = pd.DataFrame([[2.0, 1.2], [1.2, 2.0]], index=["a", "b"], columns=["a", "b"])
    assert cronbach_alpha_from_moments(covariance, n=50).alpha == pytest.approx(2 * 0.6 / 1.6)


def test_rows_and_moments_agree(answers):
    rows, moments = cronbach_alpha(answers), cronbach_alpha_from_moments(answers.cov(), n=len(answers))
    assert rows.alpha == pytest.approx(moments.alpha)
    assert (rows.low, rows.high) == pytest.approx((moments.low, moments.high))


def test_item_columns_are_plain_correlations_and_alphas(answers):
    table = cronbach_alpha(answers).to_frame().set_index("item")
    rest = answers[["b", "c", "d"]].sum(axis=1)
    assert table.loc["a", "item_total"] == pytest.approx(answers["a"].corr(rest))
    assert table.loc["a", "alpha_if_dropped"] == pytest.approx(cronbach_alpha(answers[["b", "c", "d"]]).alpha)


def test_missing_answers_are_counted(answers):
    answers.loc[3, "a"] = np.nan
    result = cronbach_alpha(answers)
    assert result.n == 199
    assert result.dropped_rows == 1
    assert "1 rows with a missing answer" in result.notes[0]


def test_reverse_coded_item_is_named(answers):
    result = cronbach_alpha(answers.assign(a=-answers["a"]))
    assert "reverse-coded?): a" in result.notes[0]


def test_constant_item_is_named(answers):
    assert "Every answer is the same in: a" in cronbach_alpha(answers.assign(a=3.0)).notes[0]


def test_no_variance_is_refused():
    with pytest.raises(DataError, match="does not vary"):
        cronbach_alpha(pd.DataFrame({"a": [1.0, 1, 1], "b": [2.0, 2, 2]}))


def test_one_item_is_refused():
    with pytest.raises(DataError, match="1 items"):
        cronbach_alpha(pd.DataFrame({"a": [1.0, 2, 3]}))


def test_moments_that_are_not_square_are_refused():
    with pytest.raises(DataError, match="square matrix"):
        cronbach_alpha_from_moments(pd.DataFrame([[1.0, 0.2]]), n=50)


def test_interval_holds_alpha():
    low, high = feldt_interval(0.8, n=100, k=5)
    assert low < 0.8 < high


def test_interval_covers_about_as_often_as_it_says():
    rng = np.random.default_rng(8)
    true = 4 / 3 * (1 - 4 * 2 / (4 * 2 + 12 * 1))
    hits = 0
    for _ in range(300):
        draws = pd.DataFrame(rng.normal(size=(80, 1)) + rng.normal(size=(80, 4)))
        result = cronbach_alpha(draws)
        hits += result.low <= true <= result.high
    assert 0.91 <= hits / 300 <= 0.985


def test_factorability_of_equal_correlations_in_closed_form():
    r = 0.5
    names = ["a", "b", "c"]
    frame = pd.DataFrame(np.full((3, 3), r) + (1 - r) * np.eye(3), index=names, columns=names)
    partial = (r - r * r) / (1 - r * r)
    result = factorability(frame, n=100)
    assert result.kmo == pytest.approx(r**2 / (r**2 + partial**2))
    assert result.chi_square == pytest.approx(-(99 - 11 / 6) * np.log((1 - r) ** 2 * (1 + 2 * r)))
    assert result.df == 3
    assert "KMO" in result.summary()
    assert result.to_frame()["item"].tolist() == names


def test_factorability_refuses_copies():
    with pytest.raises(DataError, match="repeat each other"):
        factorability(pd.DataFrame([[1.0, 1.0], [1.0, 1.0]]), n=50)


def test_summary_names_size(answers):
    assert "4 items" in cronbach_alpha(answers).summary()
