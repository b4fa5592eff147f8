import numpy as np

from casework.satisfaction.pls.antecedents import antecedent_effects, antecedents_of
from casework.satisfaction.pls.structure import Structure

CHAIN = Structure(sizes=(1, 1, 1), modes=("A", "A", "A"), paths=((0, 1), (1, 2)))
COEFFICIENTS = np.array([[[0, 0.5, 0], [0, 0, 0.4], [0, 0, 0]]])


def test_direct_antecedents_have_their_paths():
    assert antecedent_effects(COEFFICIENTS, CHAIN, "direct") is COEFFICIENTS
    assert antecedents_of(CHAIN, 2, "direct").tolist() == [1]


def test_earliest_antecedents_have_total_effects():
    found = antecedent_effects(COEFFICIENTS, CHAIN, "earliest")[0]
    assert found.tolist() == [[0, 0.5, 0.2], [0, 0, 0], [0, 0, 0]]
    assert antecedents_of(CHAIN, 2, "earliest").tolist() == [0]
