"""Exact standard deviation of the loss of a portfolio with correlated defaults."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from casework.core.checks import check_number
from casework.credit.provisions.gaussian import conditional_pd
from casework.credit.provisions.portfolio import Portfolio, sector_values

Floats = npt.NDArray[np.float64]
REACH = 9.0  # standard deviations of the factor
NODES = 721
TERMS = 160
AT_ONCE = 2000  # groups of customers


def loss_sd(
    customers: Portfolio, *, correlation: float | Mapping[str, float], sector_correlation: float = 1.0
) -> float:
    """Return the standard deviation of the loss [currency], exact.

    Parameters
    ----------
    customers : Portfolio
        The customers.
    correlation : float or mapping of sector to float
        Within a sector, at least 0, below 1.
    sector_correlation : float
        Of the factors of two sectors, 0 to 1.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        A correlation out of its range.

    Notes
    -----
    Given its factor, a sector's mean loss is a smooth function of it; its Hermite coefficients c give the covariance of
    two sectors as the sum of w^k c_k d_k over k (Mehler), where w is the correlation of their factors. The chance left
    once factors are known adds the sum of p(1 - p) times the squared losses. Good to about eight digits.

    Examples
    --------
    >>> import pandas as pd
    >>> from casework.credit.provisions import portfolio
    >>> two = portfolio(pd.DataFrame({"exposure": [1.0, 1.0], "pd": [0.5, 0.5]}), lgd=1.0)
    >>> round(loss_sd(two, correlation=0.5) ** 2, 6)  # 2 (1/4) + 2 (1/3 - 1/4)
    0.666667
    """
    check_number("sector_correlation", sector_correlation, low=0, high=1)
    rho = sector_values("correlation", correlation, customers.sectors)
    nodes, weights = normal_nodes()
    mean, own = _given_factor(customers, rho, nodes)
    centred = mean - (mean @ weights)[:, None]
    within = (centred**2 @ weights).sum()
    if sector_correlation >= 1:
        within = centred.sum(axis=0) ** 2 @ weights
    elif sector_correlation > 0 and len(mean) > 1:
        powers = sector_correlation ** np.arange(1, TERMS)
        terms = centred @ (hermite(nodes, TERMS)[1:] * weights).T
        within += ((terms.sum(axis=0) ** 2 - (terms**2).sum(axis=0)) * powers).sum()
    return float(np.sqrt(max(within + own @ weights, 0.0)))


def normal_nodes() -> tuple[Floats, Floats]:
    """Equally spaced values of a standard normal factor and their weights, which add up to 1."""
    nodes = np.linspace(-REACH, REACH, NODES)
    density = np.exp(-nodes * nodes / 2)
    return nodes, density / density.sum()


def hermite(x: Floats, terms: int) -> Floats:
    """Hermite polynomials that are orthonormal under the normal distribution, shape (terms, len(x))."""
    found = np.empty((terms, len(x)))
    found[0], found[1] = 1.0, x
    for k in range(1, terms - 1):
        found[k + 1] = (x * found[k] - np.sqrt(k) * found[k - 1]) / np.sqrt(k + 1)
    return found


def _given_factor(customers: Portfolio, rho: Floats, nodes: Floats) -> tuple[Floats, Floats]:
    """Mean loss of every sector at every node, shape (sectors, nodes), and the variance left there, shape (nodes,)."""
    keys, group = np.unique(np.column_stack([customers.sector, customers.pd]), axis=0, return_inverse=True)
    group = group.ravel()
    sums, squares = (np.bincount(group, weights=x, minlength=len(keys)) for x in (customers.loss, customers.loss**2))
    mean, own = np.zeros((len(rho), len(nodes))), np.zeros(len(nodes))
    for rows in np.array_split(np.arange(len(keys)), -(-len(keys) // AT_ONCE)):
        sector = keys[rows, 0].astype(np.intp)
        chance = conditional_pd(keys[rows, 1, None], nodes, rho[sector, None])
        np.add.at(mean, sector, sums[rows, None] * chance)
        own += squares[rows] @ (chance * (1 - chance))
    return mean, own
