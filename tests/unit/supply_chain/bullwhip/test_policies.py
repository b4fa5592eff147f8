import pytest

from casework.core.options import allowed
from casework.supply_chain.bullwhip import POLICY_WORDS, Anchoring, PolicyName


def test_defaults_are_the_means_that_sterman_estimated():
    rule = Anchoring()
    assert (rule.theta, rule.alpha, rule.beta, rule.target) == (0.36, 0.26, 0.34, 17.0)


def test_every_policy_has_words():
    assert tuple(POLICY_WORDS) == allowed(PolicyName)


def test_policies_never_change():
    with pytest.raises(AttributeError, match="cannot assign"):
        Anchoring().theta = 1.0
