import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.credit.provisions.diversification import CAPPED, EVEN, FREE, ONE, OWN, TODAY, _even, diversification
from casework.credit.provisions.portfolio import portfolio


def book():
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"exposure": rng.lognormal(0, 1.5, 200), "pd": rng.choice([0.02, 0.05], 200),
                          "lgd": rng.uniform(0.3, 0.9, 200), "s": rng.choice(list("abcd"), 200)})  # fmt: skip
    return portfolio(table, sector="s")


def test_order_of_the_cases():
    found = diversification(book(), level=0.99, scenarios=8000).table.set_index("portfolio")
    loss = found["unexpected_loss"]
    assert loss[FREE] < loss[OWN] < loss[TODAY] < loss[ONE]
    assert loss[EVEN] < loss[TODAY]
    assert loss[CAPPED] < loss[TODAY]
    assert found.loc[EVEN, "expected_loss"] == pytest.approx(found.loc[TODAY, "expected_loss"])
    assert found["change"].iloc[0] == 0


def test_spreading_keeps_loss_of_every_group():
    one = book()
    two = _even(one)
    key = [f"{s}{p}" for s, p in zip(one.sector, one.pd, strict=True)]
    before, after = (pd.Series(x.loss).groupby(key).sum() for x in (one, two))
    assert after.to_numpy() == pytest.approx(before.to_numpy())
    assert pd.Series(two.exposure).groupby(key).nunique().eq(1).all()


def test_limit_is_kept_and_safe_portfolios_are_told():
    found = diversification(book(), limit=1.0, scenarios=1000)
    assert found.limit == 1
    safe = portfolio(pd.DataFrame({"exposure": [1.0, 2.0], "pd": [0.0, 0.0]}), lgd=1.0)
    assert "Nothing unexpected" in diversification(safe, scenarios=1000).summary()
    assert "Beyond what is expected" in found.summary()
    with pytest.raises(ParameterError, match="limit"):
        diversification(book(), limit=-1)
