from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from casework.supply_chain.network import search as module
from casework.supply_chain.network.places import read_places
from casework.supply_chain.network.search import location_program, search


def drawn(seed, sites=7, customers=9, **given):
    rng = np.random.default_rng(seed)
    cost = pd.DataFrame(rng.uniform(1, 9, (sites, customers)))
    return read_places(
        cost, demand=rng.uniform(0, 5, customers), fixed_cost=rng.uniform(3, 20, sites), capacity=np.inf, **given
    )


def enumerated(places, sizes):
    """Least cost over all sets of sites of these sizes."""
    full, best = places.unit_cost * places.demand, np.inf
    for k in sizes:
        for chosen in combinations(range(len(places.sites)), k):
            best = min(best, places.fixed[list(chosen)].sum() + full[list(chosen)].min(axis=0).sum())
    return best


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("relaxation", [True, False])
def test_search_finds_what_trying_all_finds(seed, relaxation, monkeypatch):
    if not relaxation:
        monkeypatch.setattr(module, "MANY_LINKS", 0)
    places = drawn(seed)
    opened, shares, proof = search(places, np.isfinite(places.unit_cost), 20, 0.0)
    found = places.fixed[opened].sum() + (places.unit_cost * places.demand * shares).sum()
    assert found == pytest.approx(enumerated(places, range(1, 8)))
    assert proof.objective == pytest.approx(found)
    assert proof.bound <= found * (1 + 1e-9)


def test_number_of_sites_is_held():
    places = drawn(3, fewest=4, most=4)
    opened, _, proof = search(places, np.isfinite(places.unit_cost), 20, 0.0)
    assert opened.sum() == 4
    assert proof.objective == pytest.approx(enumerated(places, [4]))


def test_one_variable_per_site_and_link():
    places = drawn(1, sites=3, customers=4)
    links = np.ones((3, 4), dtype=bool)
    links[0, 1] = False
    _, opened, share, (i, _) = location_program(places, links, must=np.zeros(3, bool), may=np.ones(3, bool))
    assert (len(opened), len(share), len(i)) == (3, 11, 11)
