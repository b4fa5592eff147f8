import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from casework.core.errors import DataError, ParameterError
from casework.voice.requirements.ctq import ctq_tree
from casework.voice.requirements.ctq_capability import ctq_capability, dpmo_of, sigma_level

TREE = ctq_tree({"help": {"fast": {"wait": {"unit": "s", "upper": 30}, "days": {"unit": "d", "lower": 1, "upper": 3}}}})
DATA = pd.DataFrame({"wait": [10, 30, 31, np.nan, 40], "days": [0.5, 1, 3, 3.5, 2]})


@pytest.mark.parametrize(("level", "dpmo"), [(6, 3.4), (5, 233), (4, 6210), (3, 66807), (2, 308538), (1, 691462)])
def test_table_of_sigma_levels(level, dpmo):
    assert sigma_level(dpmo) == pytest.approx(level, abs=0.005)
    assert dpmo_of(level) == pytest.approx(dpmo, abs=0.5)


def test_without_shift_it_is_the_normal_quantile():
    assert sigma_level(1350, shift=0) == pytest.approx(norm.isf(0.00135))


def test_limits_belong_to_what_is_accepted():
    table = ctq_capability(TREE, DATA).table.set_index("measure")
    assert table[["n", "missing", "defects"]].to_numpy().tolist() == [[4, 1, 2], [5, 0, 2]]
    assert table.loc["days", "dpmo"] == 400_000
    assert table.loc["wait", "mean"] == pytest.approx(27.75)


def test_total_counts_every_measurement_as_one_opportunity():
    total = ctq_capability(TREE, DATA).total
    assert (total["n"], total["defects"]) == (9, 4)
    assert total["dpmo"] == pytest.approx(4 / 9 * 1e6)
    assert total["sigma_low"] < total["sigma_level"] < total["sigma_high"]


def test_without_defects_the_level_is_known_from_below():
    result = TREE.capability(pd.DataFrame({"wait": np.full(200, 10.0)}))
    assert np.isinf(result.table["sigma_level"].iloc[0])
    assert 3 < result.table["sigma_low"].iloc[0] < 4.5
    assert "known from below only" in result.notes[1]
    assert "Not measured: days" in result.notes[0]
    assert "at least" in result.summary()


def test_nothing_measured_and_text():
    with pytest.raises(DataError, match="no column of a measure"):
        ctq_capability(TREE, pd.DataFrame({"x": [1]}))
    with pytest.raises(DataError, match=r"column 'wait': no numbers(.|\n)*column 'days': no numbers"):
        ctq_capability(TREE, pd.DataFrame({"wait": ["a"], "days": [None]}))


def test_wrong_levels():
    with pytest.raises(ParameterError, match="dpmo: 2e"):
        sigma_level(2e6)
    with pytest.raises(ParameterError, match="confidence: 1"):
        ctq_capability(TREE, DATA, confidence=1)
    with pytest.raises(ParameterError, match="level: nan"):
        dpmo_of(np.nan)
