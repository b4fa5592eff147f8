import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from casework.core.errors import DataError, ParameterError
from casework.satisfaction.drivers import compare_nps, net_promoter_score, nps_from_counts


def answers():
    return pd.Series([0, 6, 7, 8, 9, 10, 10, np.nan, 9, 3], name="recommend")


def test_comparison_by_hand_signed_and_holm():
    result = nps_from_counts({"a": (45, 30, 25), "b": (60, 25, 15), "c": (44, 30, 26)})
    pairs = compare_nps(result).pairs.set_index(["group", "reference"])
    assert pairs.index.tolist() == [("b", "a"), ("c", "a"), ("c", "b")]
    assert pairs.loc[("b", "a"), "difference"] == pytest.approx(25)
    error = 100 * np.sqrt((0.7 - 0.2**2) / 100 + (0.75 - 0.45**2) / 100)
    assert pairs.loc[("b", "a"), "se"] == pytest.approx(error)
    assert pairs.loc[("b", "a"), "p"] == pytest.approx(2 * norm.sf(25 / error))
    assert pairs["p_holm"].max() <= 1
    assert (pairs["low"] < pairs["high"]).all()


def test_reference_group():
    result = nps_from_counts({"a": (45, 30, 25), "b": (60, 25, 15), "c": (44, 30, 26)})
    pairs = compare_nps(result, reference="b").pairs
    assert pairs["group"].tolist() == ["a", "c"]
    assert pairs["difference"].tolist() == pytest.approx([-25, -27])
    with pytest.raises(ParameterError, match="'d'"):
        compare_nps(result, reference="d")


def test_one_group_cannot_be_compared():
    with pytest.raises(DataError, match="at least two groups"):
        compare_nps(net_promoter_score(answers()))


def test_bootstrap_of_the_difference_agrees_with_wald_in_large_samples():
    result = nps_from_counts({"a": (450, 300, 250), "b": (600, 250, 150)})
    wald, drawn = compare_nps(result).pairs, compare_nps(result, resamples=4000, seed=1).pairs
    assert drawn[["low", "high"]].to_numpy() == pytest.approx(wald[["low", "high"]].to_numpy(), abs=0.5)
    assert drawn["p"].equals(wald["p"])
    assert drawn.equals(compare_nps(result, resamples=4000, seed=1).pairs)
    with pytest.raises(ParameterError, match="resamples"):
        compare_nps(result, resamples=10)
