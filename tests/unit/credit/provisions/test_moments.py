import numpy as np
import pandas as pd
import pytest

from casework.core.errors import ParameterError
from casework.credit.provisions.gaussian import both_default
from casework.credit.provisions.moments import hermite, loss_sd, normal_nodes
from casework.credit.provisions.portfolio import portfolio

SECTORS = list("aabbb")
BOOK = portfolio(
    pd.DataFrame({"exposure": [1, 2, 3.0, 4, 5], "pd": [0.01, 0.5, 0.2, 0.01, 0.3], "s": SECTORS}), lgd=0.45, sector="s"
)


@pytest.mark.parametrize("rho", [0.0, 0.2, 0.9])
@pytest.mark.parametrize("tie", [0.0, 0.5, 0.95, 1.0])
def test_all_pairs_one_by_one(rho, tie):
    same = np.array(SECTORS)[:, None] == np.array(SECTORS)
    cov = both_default(BOOK.pd[:, None], BOOK.pd, np.where(same, rho, rho * tie)) - BOOK.pd[:, None] * BOOK.pd
    np.fill_diagonal(cov, BOOK.pd * (1 - BOOK.pd))
    expected = np.sqrt(BOOK.loss @ cov @ BOOK.loss)
    assert loss_sd(BOOK, correlation=rho, sector_correlation=tie) == pytest.approx(expected, rel=1e-9)


def test_polynomials_are_orthonormal():
    nodes, weights = normal_nodes()
    found = hermite(nodes, 12)
    assert (found * weights) @ found.T == pytest.approx(np.eye(12), abs=1e-5)


def test_range():
    with pytest.raises(ParameterError, match="sector_correlation"):
        loss_sd(BOOK, correlation=0.1, sector_correlation=1.5)
