import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.provisions.concentration import concentration, granularity_adjustment
from casework.credit.provisions.exact import exact_losses
from casework.credit.provisions.portfolio import portfolio


def test_gini_is_the_mean_difference():
    x = np.random.default_rng(0).lognormal(0, 1, 50)
    gini = np.abs(x[:, None] - x).sum() / (2 * 50**2 * x.mean())
    found = concentration(pd.Series(x), top=[5, 100])
    assert found.gini == pytest.approx(gini)
    assert found.top[5] == pytest.approx(np.sort(x)[-5:].sum() / x.sum())
    assert found.top[100] == pytest.approx(1)
    assert "50 names" in found.summary()
    assert len(found.to_frame()) == 6


def test_same_names_are_added_up_and_zeros_left_out():
    found = concentration(pd.Series([1.0, 2.0, 1.0, 0.0], index=["a", "b", "a", "c"]))
    assert found.number == 2
    assert found.hhi == pytest.approx(0.5)
    assert found.gini == 0


def test_one_name_alone():
    found = concentration(pd.Series([9.0], index=["a"]), top=[1])
    assert (found.hhi, found.effective_number, found.gini) == (1, 1, 0)
    assert "the largest holds 100%" in found.summary()


@pytest.mark.parametrize("values", [[1, -2], [1, "x"], [np.nan, 2], [0, 0]])
def test_bad_exposures(values):
    with pytest.raises(DataError, match="exposure"):
        concentration(pd.Series(values))


def test_top_below_one():
    with pytest.raises(ParameterError, match="top"):
        concentration(pd.Series([1.0]), top=[0])


def test_granularity_brings_the_limit_close_to_the_exact_quantile():
    n = 120
    table = pd.DataFrame({"exposure": np.linspace(1, 9, n), "pd": np.tile([0.01, 0.04], n // 2)})
    book = portfolio(table, lgd=1.0)
    limit, more = granularity_adjustment(book, correlation=0.2, level=0.99)
    exact = exact_losses(book, correlation=0.2, unit=0.5).quantile(0.99)
    assert abs(limit + more - exact) < 0.35 * abs(limit - exact)


def test_granularity_needs_a_factor():
    book = portfolio(pd.DataFrame({"exposure": [1.0], "pd": [0.1]}), lgd=1.0)
    with pytest.raises(ParameterError, match="correlation"):
        granularity_adjustment(book, correlation=0.0)
