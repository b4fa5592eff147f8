"""Log likelihood of the BG/NBD model with gradient and Hessian: arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, digamma, expit, gammaln, polygamma

from casework.customers.lifetime.histories import distinct
from casework.customers.lifetime.maximum import Evaluation, to_logarithms
from casework.stats.sums import dot

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Histories:
    """Distinct purchase histories, arranged for the likelihood.

    Attributes
    ----------
    counts, customers : ndarray
        Different numbers of repeat purchases, and how many customers have each.
    once, once_weight : ndarray
        Time observed of who never came back, and how many they are.
    x, place, last, gap, weight : ndarray
        Who came back: repeat purchases, where in `counts`, time of the last purchase, time since, how many.
    """

    counts: Floats
    customers: Floats
    once: Floats
    once_weight: Floats
    x: Floats
    place: Places
    last: Floats
    gap: Floats
    weight: Floats


def arrange(x: Floats, last: Floats, whole: Floats) -> Histories:
    """Put equal histories together; of who never came back only the time observed matters."""
    again = x > 0
    single = distinct(whole[~again])
    found = distinct(x[again], last[again], whole[again])
    counts, place = np.unique(found.columns[0], return_inverse=True)
    customers = np.bincount(place, found.weight, minlength=len(counts)).astype(np.float64)
    if not again.all():
        counts, customers, place = np.r_[0.0, counts], np.r_[float((~again).sum()), customers], place + 1
    return Histories(counts=counts, customers=customers, once=single.columns[0], once_weight=single.weight,
                     x=found.columns[0], place=place, last=found.columns[1],
                     gap=found.columns[2] - found.columns[1], weight=found.weight)  # fmt: skip


def evaluate(data: Histories, logarithms: Floats) -> Evaluation:
    """Log likelihood, gradient and Hessian in the logarithms of r, alpha, a, b.

    References
    ----------
    Fader, Hardie & Lee (2005), equation 6; the derivatives are those of its logarithm.
    """
    parameters = np.exp(logarithms)
    parts = _counts(data, parameters), _time(data, parameters), _alive(data, parameters)
    value, gradient, hessian = (sum(part[i] for part in parts) for i in range(3))
    return to_logarithms(parameters, float(value), np.asarray(gradient), np.asarray(hessian))


def rising(base: float, count: Floats) -> Floats:
    """Logarithm of base (base + 1) ... (base + count - 1), without the difference of two large numbers.

    Examples
    --------
    >>> np.exp(rising(0.5, np.array([0.0, 1, 3]))).round(6).tolist()
    [1.0, 0.5, 1.875]
    """
    some = np.maximum(count, 1.0)
    return np.where(count > 0, gammaln(some) - betaln(base, some), 0.0)


def _counts(data: Histories, parameters: Floats) -> Evaluation:
    """Gamma and beta functions, once for each different number of purchases."""
    r, _, a, b = parameters
    k, n = data.counts, data.customers
    value = dot(n, rising(r, k) - rising(a + b, k) + rising(b, k))
    rate, both, stay = (dot(n, digamma(c + k) - digamma(c)) for c in (r, a + b, b))
    rate2, both2, stay2 = (dot(n, polygamma(1, c + k) - polygamma(1, c)) for c in (r, a + b, b))
    hessian = np.zeros((4, 4))
    hessian[0, 0] = rate2
    hessian[2:, 2:] = -both2
    hessian[3, 3] += stay2
    return value, np.array([rate, 0, -both, stay - both]), hessian


def _time(data: Histories, parameters: Floats) -> Evaluation:
    """Return r ln(alpha) - (r + x) ln(alpha + T), the time observed."""
    r, alpha = parameters[:2]
    x = np.concatenate([np.zeros(len(data.once)), data.x])
    whole = np.concatenate([data.once, data.last + data.gap])
    n = np.concatenate([data.once_weight, data.weight])
    longer = alpha + whole
    lost, part, bought = dot(n, np.log1p(whole / alpha)), n / longer, n * x
    share = dot(part, whole) / alpha
    hessian = np.zeros((4, 4))
    hessian[0, 1] = hessian[1, 0] = share
    hessian[1, 1] = dot(part, (r + x) / longer) - r * float(n.sum()) / alpha**2
    value = -r * lost - dot(bought, np.log(longer))
    return value, np.array([-lost, r * share - dot(part, x), 0, 0]), hessian


def _alive(data: Histories, parameters: Floats) -> Evaluation:
    """Return ln(1 + exp(z)): z is the log odds of having left after the last purchase."""
    r, alpha, a, b = parameters
    size, n = r + data.x, data.weight
    early, rest = alpha + data.last, b + (data.x - 1)
    late = early + data.gap
    ratio, drop = np.log1p(data.gap / early), -data.gap / (early * late)
    z = np.log(a) - np.log(rest) + size * ratio
    gone = expit(z)
    slopes = np.stack([ratio, size * drop, np.full_like(size, 1 / a), -1 / rest])
    mass = n * gone
    hessian = np.einsum("ik,jk->ij", slopes * (mass * (1 - gone)), slopes)
    both = dot(mass, drop)
    hessian[0, 1] += both
    hessian[1, 0] += both
    hessian[1, 1] -= dot(mass * size * drop, 1 / early + 1 / late)
    hessian[2, 2] -= float(mass.sum()) / a**2
    hessian[3, 3] += dot(mass / rest, 1 / rest)
    return dot(n, np.logaddexp(0, z)), np.einsum("ik,k->i", slopes, mass), hessian
