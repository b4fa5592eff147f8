import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.datasets.synthetic.network import tea_network
from casework.supply_chain.network import present_network, read_network, site_curve

BUNDLED = Path(__file__).resolve().parents[4] / "datasets" / "network_bottled_tea"
TARIFF = {"rate": 0.25, "inbound_rate": 0.08, "detour": 1.3}


def test_bundled_file_is_the_generator_s():
    places, _ = tea_network()
    assert places.to_csv(index=False, lineterminator="\n") == (BUNDLED / "data.csv").read_text(encoding="utf-8")


def test_card_describes_every_column():
    card = tomllib.loads((BUNDLED / "card.toml").read_text(encoding="utf-8"))
    assert [column["name"] for column in card["columns"]] == pd.read_csv(BUNDLED / "data.csv", nrows=1).columns.tolist()


def test_the_best_network_is_the_known_one():
    places, truth = tea_network()
    table = read_network(places, products=["green_tea", "black_tea"], **TARIFF)
    network = table.locate()
    assert set(network.open_sites) == set(truth.hubs)
    assert set(table.existing) == set(truth.existing)
    assert present_network(network).cost > 1.1 * network.cost
    assert site_curve(network, numbers=[4, 5, 6]).best == len(truth.hubs)


def test_hubs_stand_in_the_middle_of_their_regions():
    places, truth = tea_network(customers=400, seed=3)
    spots = places.set_index("name").loc[list(truth.hubs), ["x", "y"]].to_numpy(dtype=float)
    assert np.abs(spots - truth.centres).max() <= 13
    assert not places[["kind", "name"]].duplicated().any()


def test_same_seed_same_places_and_too_few():
    assert tea_network(customers=9, seed=1)[0].equals(tea_network(customers=9, seed=1)[0])
    with pytest.raises(ParameterError, match="customers: 4"):
        tea_network(customers=4)
