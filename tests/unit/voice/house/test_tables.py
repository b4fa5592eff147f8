import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.voice.house.tables import check_rows, read_ratings, read_technical

NEEDS, NAMES, PRODUCTS = ["light", "cheap"], ["mass", "price"], ["ours", "x", "y", "z"]


def technical(**changes):
    rows = {
        "mass": {"unit": "g", "direction": "less", "ours": 90, "x": 70, "y": 110, "z": 80},
        "price": {"unit": "euro", "direction": "less", "ours": 20, "x": 25, "y": 15, "z": 30},
    }
    for name, change in changes.items():
        rows[name] = rows[name] | change
    return read_technical(rows, NAMES, PRODUCTS)


def test_faults_of_the_technical_table_are_all_told():
    _, problems = technical(mass={"direction": "up", "ours": "heavy", "effort": 9, "cost": -1})
    text = "\n".join(map(str, problems))
    assert len(problems) == 4
    assert "characteristic 'mass', direction: 'up'. Expected: one of more, less, target" in text
    assert "characteristic 'mass', ours: 'heavy'. Expected: a number" in text
    assert "effort: 9.0. Expected: a number from 1 to 5" in text
    assert "cost: -1.0. Expected: a number of at least 0" in text


def test_unknown_names_are_told_with_the_nearest_spelling():
    _, problems = read_technical({"mas": {"unit": "g"}}, NAMES, [])
    assert "Did you mean 'mass'?" in str(problems[0])
    _, problems = read_ratings(pd.DataFrame({"ours": [1.0]}, index=["ligth"]), NEEDS)
    assert "Did you mean 'light'?" in str(problems[0])


def test_ratings_are_put_into_the_order_of_the_needs_and_read():
    table, problems = read_ratings(pd.DataFrame({"ours": ["3", ""]}, index=["cheap", "light"]), NEEDS)
    assert problems == ()
    assert table.loc["cheap", "ours"] == 3
    assert np.isnan(table.loc["light", "ours"])
    _, problems = read_ratings(pd.DataFrame({"ours": ["good"]}, index=["light"]), NEEDS)
    assert "rating of 'ours' on 'light': 'good'. Expected: a number" in str(problems[0])


def test_nothing_given_is_an_empty_table():
    table, problems = read_technical(None, NAMES, [])
    assert problems == ()
    assert table["cost"].isna().all()
    assert read_ratings(None, NEEDS)[0].shape == (2, 0)


def test_rows_must_be_mappings():
    with pytest.raises(ParameterError, match=r"(?s)roof\['a'\]: 3.*roof\['b'\]: 'x'"):
        check_rows("roof", {"a": 3, "b": "x", "c": {}})
