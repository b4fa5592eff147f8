"""What the Gamma-Gamma model says of the spending of customers, given its three parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln

from casework.core.checks import check_all, check_positive

Floats = npt.NDArray[np.float64]
NAMES = ("p", "q", "gamma")


@dataclass(frozen=True, kw_only=True)
class GammaGammaModel:
    """Values of purchases that vary around a mean of each customer, which varies over customers.

    Parameters
    ----------
    p : float
        Shape of the values of one customer, above 0.
    q, gamma : float
        Shape and scale [currency] of what differs between customers, above 0.

    Raises
    ------
    ParameterError
        One of them is not above 0; all at once.

    References
    ----------
    Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42, 415-430; Fader & Hardie (2013), The
    Gamma-Gamma model of monetary value.

    Examples
    --------
    Fader & Hardie print 35.17 for all and 24.65 for the first customer of the CDNOW data (29.73 and 14.96):

    >>> model = GammaGammaModel(p=6.248802, q=3.744588, gamma=15.447748)
    >>> round(model.mean, 2), round(float(model.expected_value(frequency=2, mean_value=22.345)), 2)
    (35.17, 24.65)
    """

    p: float
    q: float
    gamma: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        values = check_all(*[lambda name=name: check_positive(name, getattr(self, name)) for name in NAMES])
        for name, value in zip(NAMES, values, strict=True):
            object.__setattr__(self, name, value)

    @property
    def mean(self) -> float:
        """Mean value of a purchase over all customers [currency]; not a number where `q` is at most 1."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else float("nan")

    def expected_value(self, *, frequency: npt.ArrayLike, mean_value: npt.ArrayLike) -> Floats:
        """Return the expected mean value of a purchase of customers with these histories [currency].

        Parameters
        ----------
        frequency : array_like
            Repeat purchases.
        mean_value : array_like
            Their mean value; of no account for who has none.

        Returns
        -------
        ndarray
            Between the customer's own mean and that of all; the latter for who never came back; not a number where
            the model has no mean.

        References
        ----------
        Fader & Hardie (2013), equation 5.
        """
        x, own = np.broadcast_arrays(np.asarray(frequency, dtype=np.float64), np.asarray(mean_value, dtype=np.float64))
        known = x > 0
        spent = np.where(known, x * np.where(known, own, 0.0), 0.0)
        rest = self.p * x + self.q - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(rest > 0, self.p * (self.gamma + spent) / rest, np.nan)
        return np.asarray(found)

    def density(self, mean_value: npt.ArrayLike, *, frequency: npt.ArrayLike) -> Floats:
        """Return the density of the mean value of so many purchases [1 / currency].

        Parameters
        ----------
        mean_value : array_like
            Above 0; at other values the density is 0.
        frequency : array_like
            At least 1.

        References
        ----------
        Fader & Hardie (2013), equation 1a.
        """
        own, x = np.broadcast_arrays(np.asarray(mean_value, dtype=np.float64), np.asarray(frequency, dtype=np.float64))
        inside = (own > 0) & (x > 0)
        spent, size = np.where(inside, x * own, 1.0), np.where(inside, self.p * x, 1.0)
        logs = -betaln(size, self.q) - size * np.log1p(self.gamma / spent) - self.q * np.log1p(spent / self.gamma)
        return np.where(inside, np.exp(logs - np.log(np.where(inside, own, 1.0))), 0.0)
