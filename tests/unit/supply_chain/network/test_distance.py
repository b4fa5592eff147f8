import numpy as np
import pandas as pd
import pytest

from casework.core.errors import DataError, ParameterError
from casework.supply_chain.network import distance_matrix

PLANE = pd.DataFrame({"x": [0, 3], "y": [0, 4]}, index=["a", "b"])


def test_plane():
    assert distance_matrix(PLANE, PLANE).loc["a", "b"] == 5
    assert distance_matrix(PLANE, PLANE, metric="manhattan").loc["a", "b"] == 7


def test_great_circle_agrees_with_the_cosine_rule():
    places = pd.DataFrame({"latitude": [31.23, 39.90], "longitude": [121.47, 116.41]}, index=["Shanghai", "Beijing"])
    p, q = np.radians(places["latitude"])
    angle = np.sin(p) * np.sin(q) + np.cos(p) * np.cos(q) * np.cos(np.radians(121.47 - 116.41))
    found = distance_matrix(places, places, metric="great_circle")
    assert found.loc["Shanghai", "Beijing"] == pytest.approx(6371.0088 * np.arccos(angle), rel=1e-9)
    assert np.diag(found).tolist() == [0, 0]


def test_all_problems_are_told_at_once():
    bad = pd.DataFrame({"latitude": [95, 10], "longitude": [0, np.nan]}, index=["a", "b"])
    with pytest.raises(DataError, match="latitude: no valid coordinate for a") as error:
        distance_matrix(bad, PLANE, metric="great_circle")
    assert len(error.value.problems) == 4
    with pytest.raises(ParameterError, match="one of great_circle"):
        distance_matrix(PLANE, PLANE, metric="road")
