import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.customers.hazards.reading import read_covariates, read_lives, refuse_endless, refuse_repeated

FRAME = pd.DataFrame({"t": [1, 2.5, 3], "left": [1, 0, True], "x": [1, 2, 3], "kind": ["a", "b", "a"]})


def test_columns_are_read():
    lives = read_lives(FRAME, duration="t", event="left", covariates=["x"], strata="kind")
    assert lives.time.tolist() == [1, 2.5, 3]
    assert lives.left.tolist() == [True, False, True]
    assert lives.stratum.tolist() == [0, 1, 0]
    assert lives.strata == ("a", "b")


def test_all_cells_at_once():
    bad = FRAME.assign(t=[-1, np.nan, 2], left=[1, 2, 0], x=["1", "two", None], kind=["a", None, "b"])
    with pytest.raises(DataError, match="Make columns of 0 and 1") as error:
        read_lives(bad, duration="t", event="left", covariates=["x"], strata="kind")
    assert len(error.value.problems) == 4


def test_columns_that_are_not_there_or_there_twice():
    twice = pd.concat([FRAME, FRAME[["x"]]], axis=1)
    with pytest.raises(DataError, match="several columns of this name") as error:
        read_lives(twice, duration="time", event="left", covariates=["x"], strata=None)
    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="rows: none"):
        read_lives(FRAME.iloc[:0], duration="t", event="left", covariates=["x"], strata=None)
    with pytest.raises(DataError, match="nobody left"):
        read_lives(FRAME.assign(left=0), duration="t", event="left", covariates=["x"], strata=None)
    with pytest.raises(DataError, match="finite numbers"):
        read_covariates(FRAME, ["kind"])


def test_a_column_plays_one_part():
    with pytest.raises(ParameterError, match="'t' is used twice") as error:
        read_lives(FRAME, duration="t", event="left", covariates=["t", "kind"], strata="kind")
    assert len(error.value.problems) == 2
    with pytest.raises(ParameterError, match="at least one"):
        read_lives(FRAME, duration="t", event="left", covariates=[], strata=None)


def test_who_is_at_fault_is_named():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(50, 4))
    x[:, 2] = x[:, 0] - 3 * x[:, 1]
    with pytest.raises(DataError, match="'a', 'b', 'c': they repeat"):
        refuse_repeated(x, list("abcd"))
    x[:, 3] = 7
    with pytest.raises(DataError, match="columns 'd': the same value"):
        refuse_repeated(x, list("abcd"))
    with pytest.raises(DataError, match="columns 'b': they separate"):
        refuse_endless(["b"])
