import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from casework.voice.house.benchmark import consistency, gaps, propose_targets
from casework.voice.house.tables import read_technical

NEEDS, NAMES, PRODUCTS = ["light", "cheap"], ["mass", "price"], ["ours", "x", "y", "z"]


def technical(**changes):
    rows = {
        "mass": {"unit": "g", "direction": "less", "ours": 90, "x": 70, "y": 110, "z": 80},
        "price": {"unit": "euro", "direction": "less", "ours": 20, "x": 25, "y": 15, "z": 30},
    }
    for name, change in changes.items():
        rows[name] = rows[name] | change
    return read_technical(rows, NAMES, PRODUCTS)


def rated():
    return pd.DataFrame([[3, 5, 1, 4], [3, 2, 5, 1]], index=pd.Index(NEEDS, name="need"), columns=PRODUCTS, dtype=float)


def test_gaps_are_against_the_best_competitor():
    found = gaps(rated(), pd.Series([0.75, 0.25], index=NEEDS))
    assert found["best_competitor"].tolist() == ["x", "y"]
    assert found["gap"].tolist() == [-2, -2]
    assert found["opportunity"].tolist() == [1.5, 0.5]


def test_a_lead_is_no_opportunity_and_a_product_not_rated_is_left_out():
    table = pd.DataFrame({"ours": [4.0, 2.0], "x": [3.0, np.nan], "y": [np.nan, np.nan]}, index=NEEDS)
    found = gaps(table, pd.Series([0.5, 0.5], index=NEEDS))
    assert found["opportunity"].tolist()[0] == 0
    assert found["best_competitor"].tolist() == ["x", ""]
    assert np.isnan(found.loc["cheap", "gap"])


def test_targets_follow_the_stated_rule():
    table, problems = technical(price={"target": 18})
    assert problems == ()
    found = propose_targets(table, pd.Series([0.8, 0.2], index=NAMES))
    assert found.loc["mass", ["own", "best", "proposed"]].tolist() == [90, 70, 70]
    assert found["reason"].tolist() == ["important: as good as the best product", "given by the team"]
    assert found.loc["price", "proposed"] == 18


def test_what_matters_less_keeps_its_value_and_stretch_goes_beyond_the_best():
    table, _ = technical()
    found = propose_targets(table, pd.Series([0.8, 0.2], index=NAMES), stretch=0.5)
    assert found.loc["mass", "proposed"] == 70 - 0.5 * 40
    assert found.loc["price", "proposed"] == 20
    up, _ = technical(mass={"direction": "more"})
    assert propose_targets(up, pd.Series([0.8, 0.2], index=NAMES), stretch=0.5).loc["mass", "proposed"] == 110 + 20


def test_unknown_direction_or_measure_gets_no_proposal():
    table, _ = read_technical({"mass": {"direction": "target"}}, NAMES, [])
    found = propose_targets(table, pd.Series([0.5, 0.5], index=NAMES))
    assert found["proposed"].isna().all()
    assert found["reason"].tolist() == ["not measured", "not measured"]


def test_agreement_is_spearmans_rank_correlation_of_turned_values_and_weighted_ratings():
    relations = pd.DataFrame([[9.0, 0.0], [3.0, 9.0]], index=NEEDS, columns=NAMES)
    weights = pd.Series([0.6, 0.4], index=NEEDS)
    table, _ = technical()
    found = consistency(relations, weights, rated(), table)
    perceived = (0.6 * 9 * rated().loc["light"] + 0.4 * 3 * rated().loc["cheap"]) / (0.6 * 9 + 0.4 * 3)
    assert found.loc["mass", "agreement"] == pytest.approx(spearmanr([-90, -70, -110, -80], perceived).statistic)
    assert found.loc["price", "agreement"] == pytest.approx(1)
    assert found["contradicts"].tolist() == [False, False]
    assert found["products"].tolist() == [4, 4]


def test_a_measure_that_runs_against_the_ratings_contradicts():
    relations = pd.DataFrame([[9.0, 0.0], [0.0, 9.0]], index=NEEDS, columns=NAMES)
    table, _ = technical(mass={"direction": "more"})
    found = consistency(relations, pd.Series([0.5, 0.5], index=NEEDS), rated(), table)
    assert found.loc["mass", "contradicts"]
    assert found.loc["mass", "agreement"] < 0


def test_a_target_is_best_where_it_is_nearest():
    relations = pd.DataFrame([[9.0, 0.0], [0.0, 9.0]], index=NEEDS, columns=NAMES)
    table, _ = technical(mass={"direction": "target", "target": 70})
    found = consistency(relations, pd.Series([0.5, 0.5], index=NEEDS), rated(), table)
    expected = spearmanr([-20, 0, -40, -10], rated().loc["light"]).statistic
    assert found.loc["mass", "agreement"] == pytest.approx(expected)


def test_fewer_than_three_products_or_no_spread_are_not_compared():
    relations = pd.DataFrame([[9.0, 0.0], [0.0, 9.0]], index=NEEDS, columns=NAMES)
    weights = pd.Series([0.5, 0.5], index=NEEDS)
    table, _ = technical(mass={"x": None, "y": None}, price={"ours": 5, "x": 5, "y": 5, "z": 5})
    assert len(consistency(relations, weights, rated(), table)) == 0
    assert len(consistency(relations, weights, pd.DataFrame(index=NEEDS), table)) == 0


def test_the_own_product_comes_first_even_where_it_was_not_measured():
    table, _ = read_technical({"mass": {"direction": "less", "x": 70}}, NAMES, PRODUCTS)
    assert list(table.columns[5:7]) == ["ours", "x"]
    assert np.isnan(propose_targets(table, pd.Series([0.2, 0.8], index=NAMES)).loc["mass", "own"])
