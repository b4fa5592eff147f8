"""Log likelihood of the Gamma-Gamma model with gradient and Hessian: arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, digamma, polygamma

from casework.customers.lifetime.histories import distinct
from casework.customers.lifetime.maximum import Evaluation, to_logarithms
from casework.stats.sums import dot

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Spending:
    """Distinct pairs of frequency and mean value, arranged for the likelihood."""

    counts: Floats
    customers: Floats
    x: Floats
    spent: Floats
    weight: Floats
    logs: Floats


def arrange(x: Floats, own: Floats) -> Spending:
    """Put equal pairs together."""
    found = distinct(x, own)
    counts, place = np.unique(found.columns[0], return_inverse=True)
    return Spending(counts=counts, customers=np.bincount(place, found.weight).astype(np.float64), x=found.columns[0],
                    spent=found.columns[0] * found.columns[1], weight=found.weight,
                    logs=np.log(found.columns[1]))  # fmt: skip


def evaluate(data: Spending, logarithms: Floats) -> Evaluation:
    """Log likelihood, gradient and Hessian in the logarithms of p, q and gamma.

    References
    ----------
    Fader & Hardie (2013), equation 3; the derivatives are those of its logarithm.
    """
    p, q, gamma = parameters = np.exp(logarithms)
    k, n, weight = data.counts, data.customers, data.weight
    whole = gamma + data.spent
    share, lost = np.log1p(gamma / data.spent), np.log(whole / gamma)  # ln(gamma + s) less ln(s), and less ln(gamma)
    part, bought = weight / whole, weight * data.x
    away, logs, again = dot(weight, lost), dot(bought, share), dot(part, data.x)
    value = -dot(n, betaln(p * k, q)) - p * logs - q * away - dot(weight, data.logs)
    both, both2 = digamma(p * k + q), polygamma(1, p * k + q)
    gradient = np.array(
        [
            dot(n * k, both - digamma(p * k)) - logs,
            dot(n, both - digamma(q)) - away,
            q * float(weight.sum()) / gamma - p * again - q * float(part.sum()),
        ]
    )
    hessian = np.empty((3, 3))
    hessian[0, 0] = dot(n * k**2, both2 - polygamma(1, p * k))
    hessian[1, 1] = dot(n, both2 - polygamma(1, q))
    hessian[2, 2] = dot(part, (p * data.x + q) / whole) - q * float(weight.sum()) / gamma**2
    hessian[0, 1] = hessian[1, 0] = dot(n * k, both2)
    hessian[0, 2] = hessian[2, 0] = -again
    hessian[1, 2] = hessian[2, 1] = dot(part, data.spent) / gamma
    return to_logarithms(parameters, value, gradient, hessian)
