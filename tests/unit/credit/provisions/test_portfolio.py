import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.credit.provisions.portfolio import portfolio, sector_values


def frame(**change):
    return pd.DataFrame({"exposure": [10.0, 20.0], "pd": [0.1, 0.2], "lgd": [0.5, 1.0], "name": ["a", "b"],
                         "sector": ["x", "y"], **change})  # fmt: skip


def test_expected_loss_and_sectors():
    found = portfolio(frame(), sector="sector", name="name")
    assert found.expected_loss == pytest.approx(0.5 + 4)
    assert found.total == 30
    assert found.sectors == ("x", "y")
    assert found.sector.tolist() == [0, 1]


def test_the_frame_stays_as_it_is():
    given = frame()
    portfolio(given)
    pd.testing.assert_frame_equal(given, frame())


def test_all_problems_at_once():
    bad = frame(exposure=[-1.0, np.nan], pd=[0.1, 1.5], lgd=["x", 1], name=["a", "a"], sector=[None, "y"])
    with pytest.raises(DataError) as caught:
        portfolio(bad, sector="sector", name="name")
    assert len(caught.value.problems) == 5
    with pytest.raises(DataError, match="no customer"):
        portfolio(frame().iloc[:0])
    with pytest.raises(ParameterError, match="'limit' is not known"):
        portfolio(frame(), exposure="limit")
    with pytest.raises(DataError, match="empty"):
        portfolio(frame(name=[None, "b"]), name="name")


def test_correlation_by_sector():
    assert sector_values("rho", {"x": 0.1, "y": 0.2, "z": 0.3}, ("y", "x")).tolist() == [0.2, 0.1]
    assert sector_values("rho", 0.4, ("y", "x")).tolist() == [0.4, 0.4]
    with pytest.raises(ParameterError, match="nothing for 'y'"):
        sector_values("rho", {"x": 0.1}, ("x", "y"))
    with pytest.raises(ParameterError, match="below 1"):
        sector_values("rho", 1.0, ("x",))
