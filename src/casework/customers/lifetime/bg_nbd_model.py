"""What the BG/NBD model says of new and of known customers, given its four parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh_tridiagonal
from scipy.special import betainc, betaln, expit

from casework.core.checks import check_all, check_number, check_positive
from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.customers.lifetime.bg_nbd_likelihood import rising
from casework.customers.lifetime.histories import distinct

Floats = npt.NDArray[np.float64]
Inner = Callable[[Floats, Floats, Floats], Floats]
FEWEST, MOST = 32, 400  # nodes of a quadrature
CHUNK = 500_000  # cells that are computed at once
PERIODS = 10_000


@dataclass(frozen=True, kw_only=True)
class BgNbdModel:
    """Customers who buy at random times until they drop out, with odds that differ from customer to customer.

    While active, a customer buys at a rate that is gamma distributed over customers (`r`, `alpha`); after each repeat
    purchase she drops out with a probability that is beta distributed over customers (`a`, `b`).

    Parameters
    ----------
    r, alpha, a, b : float
        Above 0; `alpha` in the unit of time, the mean rate is r / alpha, the mean probability a / (a + b).

    Raises
    ------
    ParameterError
        One of them is not above 0; all at once.

    References
    ----------
    Fader, Hardie & Lee (2005), Counting your customers the easy way, Marketing Science 24, 275-284.

    Examples
    --------
    Customer 1516 of the CDNOW data, whom R's BTYD 2.4.3 expects to buy 25.75659 times in the next year:

    >>> model = BgNbdModel(r=0.2425967, alpha=4.413659, a=0.7929869, b=2.426164)
    >>> bought = {"frequency": 26, "recency": 30.85714, "tenure": 31}
    >>> round(float(model.conditional_purchases(52, **bought)), 4), round(float(model.alive(**bought)), 6)
    (25.7566, 0.968852)
    """

    r: float
    alpha: float
    a: float
    b: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        names = ("r", "alpha", "a", "b")
        values = check_all(*[lambda name=name: check_positive(name, getattr(self, name)) for name in names])
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)

    def alive(self, *, frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike) -> Floats:
        """Return the probability that customers with these histories still buy.

        Parameters
        ----------
        frequency, recency, tenure : array_like
            Repeat purchases, time of the last one and time observed, both since the first purchase.

        Raises
        ------
        DataError
            A history cannot be: a last purchase behind the end, or none below 0.

        References
        ----------
        Fader, Hardie & Lee (2008), Computing P(alive) using the BG/NBD model.
        """
        x, last, whole = _histories(frequency, recency, tenure)
        odds = np.log(self.a) - np.log(self.b + (np.maximum(x, 1) - 1))
        odds = odds + (self.r + x) * np.log1p((whole - last) / (self.alpha + last))
        return np.asarray(np.where(x > 0, expit(-odds), 1.0), dtype=np.float64)

    def expected_purchases(self, time: npt.ArrayLike) -> Floats:
        """Return how many repeat purchases a new customer is expected to make in this time.

        Raises
        ------
        ParameterError
            A time is negative or no number.

        References
        ----------
        Fader, Hardie & Lee (2005), equation 9; computed as an integral over the probability of dropping out, which
        knows no case apart at a = 1 and no difference of large numbers.
        """
        times = _times(time)
        none = np.zeros(1)
        return np.array([self._when_alive(span, none, none)[0] for span in times.ravel()]).reshape(times.shape)

    def conditional_purchases(
        self, time: float, *, frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike
    ) -> Floats:
        """Return how many purchases customers with these histories are expected to make in the time to come.

        Raises
        ------
        ParameterError
            The time is negative or no number.
        DataError
            A history cannot be.

        References
        ----------
        Fader, Hardie & Lee (2005), equation 10.
        """
        span = check_number("time", time, low=0)
        x, last, whole = _histories(frequency, recency, tenure)
        return self.alive(frequency=x, recency=last, tenure=whole) * self._when_alive(span, x, whole)

    def discounted_purchases(
        self,
        time: float,
        *,
        rate: float,
        step: float | None = None,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        tenure: npt.ArrayLike,
    ) -> Floats:
        """Return the present value of 1 for each purchase expected in the time to come.

        Parameters
        ----------
        time : float
            Horizon, at least 0.
        rate : float
            Continuous discount rate per unit of time, at least 0.
        step : float, optional
            Purchases count at the end of periods of this length (the last may be shorter), at least a 10,000th of the
            horizon; by default at the moment when they are made.

        Raises
        ------
        ParameterError
            Time, rate or step are out of their range.
        DataError
            A history cannot be.
        """
        span, force = check_all(lambda: check_number("time", time, low=0), lambda: check_number("rate", rate, low=0))
        if step is not None:
            check_number("step", step, low=span / PERIODS, low_open=not span)
        x, last, whole = _histories(frequency, recency, tenure)
        alive = self.alive(frequency=x, recency=last, tenure=whole)
        return alive * self._when_alive(span, x, whole, force=force, step=step)

    def probability(self, count: npt.ArrayLike, time: npt.ArrayLike) -> Floats:
        """Return the probability that a new customer makes so many repeat purchases in this time.

        Raises
        ------
        ParameterError
            A count is no whole number of at least 0, or a time is negative or no number.

        References
        ----------
        Fader, Hardie & Lee (2005), equation 8. BTYD prints 0.5737864 for no purchase in 39 weeks at the rounded
        parameters of the paper.

        Examples
        --------
        >>> model = BgNbdModel(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> float(model.probability(0, 39).round(7))
        0.5737864
        """
        k, times = np.broadcast_arrays(_counts(count), _times(time))
        more, some, share = k > 0, np.maximum(k, 1.0), times / (self.alpha + times)
        with np.errstate(divide="ignore"):
            bought = rising(self.r, k) - _factorial(k) + np.where(more, some * np.log(share), 0.0)
        bought = bought - self.r * np.log1p(times / self.alpha)
        stays = np.exp(rising(self.b, k) - rising(self.a + self.b, k) + bought)
        leaves = np.exp(betaln(self.a + 1, self.b + (some - 1)) - betaln(self.a, self.b)) * betainc(some, self.r, share)
        return np.asarray(stays + np.where(more, leaves, 0.0))

    def _when_alive(
        self, span: float, x: Floats, whole: Floats, *, force: float = 0.0, step: float | None = None
    ) -> Floats:
        """Purchases (or their present value) in `span` of who is alive, once for each distinct history."""
        found = distinct(x.ravel(), whole.ravel())
        r, alpha = self.r + found.columns[0], self.alpha + found.columns[1]
        size = quadrature_size(float(alpha.min(initial=np.inf)), span)
        kinds, place = np.unique(found.columns[0], return_inverse=True)
        result = np.empty(len(r))
        order = np.argsort(place, kind="stable")
        ends = np.cumsum(np.bincount(place, minlength=len(kinds)))
        count = _inner(span, force, step, fastest=float(((r + 1) / alpha).max(initial=0.0)))
        for kind, rows in zip(kinds, np.split(order, ends[:-1]), strict=True):
            p, weight = beta_quadrature(self.a, self.b + float(kind), size)
            for part in np.array_split(rows, max(1, len(rows) * size // CHUNK)):
                result[part] = count(r[part, None], alpha[part, None], p) @ weight
        return np.asarray(result[found.place]).reshape(x.shape)


def beta_quadrature(a: float, b: float, size: int) -> tuple[Floats, Floats]:
    """Nodes and weights that integrate over a beta distribution, exactly for polynomials of degree 2 `size` - 1.

    Notes
    -----
    Golub & Welsch (1969), Calculation of Gauss quadrature rules, on the recurrence of Jacobi polynomials.

    Examples
    --------
    >>> p, weight = beta_quadrature(2.0, 3.0, 5)
    >>> round(float(weight @ p), 12), round(float(weight @ p**2), 12)
    (0.4, 0.2)
    """
    k = np.arange(1.0, size)
    total = 2 * k + a + b - 2
    first = (a - b) / (a + b)
    inner = (a - b) / total * ((a + b - 2) / (total + 2))
    centre = np.concatenate([[first], inner])
    with np.errstate(invalid="ignore", divide="ignore"):
        square = 4 * k / (total + 1) * ((k + a - 1) / total) * ((k + b - 1) / total) * ((k + a + b - 2) / (total - 1))
    square[:1] = 4 * (a / (a + b)) * (b / (a + b)) / (a + b + 1)
    nodes, ways = eigh_tridiagonal(centre, np.sqrt(square))
    return np.clip((1 + nodes) / 2, 0.0, 1.0), np.asarray(ways[0] ** 2)


def quadrature_size(alpha: float, span: float) -> int:
    """Nodes that reach full precision: the integrand has its nearest pole at -alpha / span."""
    if span <= 0:
        return FEWEST
    near = alpha / span
    fall = np.log1p(2 * near + 2 * np.sqrt(near * (1 + near)))
    return int(np.clip(np.ceil(18 / max(fall, 1e-6)), FEWEST, MOST))


def _inner(span: float, force: float, step: float | None, *, fastest: float) -> Inner:
    """Return what is integrated over the probability of dropping out."""
    if not force or not span:
        return _count(span)
    return _present(span, force, fastest) if step is None else _stepped(span, force, step)


def _count(span: float) -> Inner:
    """Purchases by rate (gamma with r, alpha) and probability of dropping out."""

    def count(r: Floats, alpha: Floats, p: Floats) -> Floats:
        lost = p * (span / alpha)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = -np.expm1(-r * np.log1p(lost)) / p
        return np.where(lost * r > 1e-12, found, r * span / alpha)

    return count


def _present(span: float, force: float, fastest: float) -> Inner:
    """Present value of purchases, by Gauss-Legendre quadrature over pieces of time that grow as the rate falls."""
    times, weights = _over_time(span, 2 / (fastest + force))
    values = weights * np.exp(-force * times)

    def present(r: Floats, alpha: Floats, p: Floats) -> Floats:
        total = np.zeros(np.broadcast_shapes(alpha.shape, p.shape))
        for time, value in zip(times, values, strict=True):
            total += value * np.exp(-(r + 1) * np.log1p(p * (time / alpha)))
        return total * (r / alpha)

    return present


def _stepped(span: float, force: float, step: float) -> Inner:
    """Present value of purchases that count at the end of periods, summed by parts."""
    ends = np.append(np.arange(1, np.ceil(span / step - 1e-9)) * step, span)
    values = np.exp(-force * ends)
    falls = values - np.append(values[1:], 0.0)

    def present(r: Floats, alpha: Floats, p: Floats) -> Floats:
        total = np.zeros(np.broadcast_shapes(alpha.shape, p.shape))
        for end, fall in zip(ends, falls, strict=True):
            total += fall * _count(float(end))(r, alpha, p)
        return total

    return present


def _over_time(span: float, first: float) -> tuple[Floats, Floats]:
    """Nodes and weights from 0 to `span`: pieces that begin with `first` and grow threefold."""
    nodes, weights = np.polynomial.legendre.leggauss(16)
    count = max(0, int(np.ceil(np.log(max(span / first, 1.0)) / np.log(3))))
    ends = np.concatenate([[0.0], span / 3.0 ** np.arange(count, -1, -1)])
    half = np.diff(ends)[:, None] / 2
    return (ends[:-1, None] + half * (nodes + 1)).ravel(), (half * weights).ravel()


def _factorial(k: Floats) -> Floats:
    return rising(1.0, k)


def _times(time: npt.ArrayLike) -> Floats:
    times = np.asarray(time, dtype=np.float64)
    for value in times[~(np.isfinite(times) & (times >= 0))].ravel()[:1]:
        check_number("time", float(value), low=0)
    return times


def _counts(count: npt.ArrayLike) -> Floats:
    counts = np.asarray(count, dtype=np.float64)
    wrong = ~(np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts)))
    if wrong.any():
        raise DataError(Problem("count", f"{counts[wrong].ravel()[0]:g}", t("whole numbers of at least 0")))
    return counts


def _histories(frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike) -> tuple[Floats, ...]:
    """Return the three as arrays of one shape, or tell what cannot be."""
    columns = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in (frequency, recency, tenure)))
    x, last, whole = columns
    wrong = [
        ("frequency", ~(x >= 0) | (x != np.floor(x)), t("whole numbers of at least 0")),
        ("tenure", ~(np.isfinite(whole) & (whole >= 0)), t("numbers of at least 0")),
        ("recency", ~((last >= 0) & (last <= whole)), t("numbers from 0 to the tenure")),
    ]
    problems = [Problem(name, f"{columns[i].ravel()[bad.ravel()][0]:g}", expected)
                for i, (name, bad, expected) in zip((0, 2, 1), wrong, strict=True) if bad.any()]  # fmt: skip
    if problems:
        raise DataError(problems)
    return x, last, whole
