"""How often customers will buy again, and who has left without saying so: the BG/NBD model fitted to a summary."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_fraction, check_number, check_whole
from casework.core.errors import CaseworkWarning, DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.customers.lifetime.bg_nbd_likelihood import arrange, evaluate
from casework.customers.lifetime.bg_nbd_model import BgNbdModel
from casework.customers.lifetime.histories import distinct, read_histories
from casework.customers.lifetime.maximum import Maximum, doubts, maximise, parameter_table, penalised
from casework.customers.summary import SummaryResult

Floats = npt.NDArray[np.float64]
NAMES = ("r", "alpha", "a", "b")
STARTS = ((0.5, 1.0, 2.0), (1.0, 0.5, 2.0), (0.3, 0.3, 6.0))  # r, a, b
FEW = 30  # customers who came back, below which parameters are shaky
COLUMNS = (mark("repeat purchases"), mark("customers"), mark("expected"), mark("expected purchases"), mark("alive"))


@dataclass(frozen=True, kw_only=True)
class BgNbdResult(Result):
    """A fitted BG/NBD model and the customers that it was fitted to.

    Attributes
    ----------
    table : DataFrame
        A row per parameter (`r`, `alpha`, `a`, `b`): `estimate`, `standard_error`, interval `low`, `high`.
    customers : DataFrame
        A row per customer, in the order given: `frequency`, `recency`, `tenure`, `alive` (probability).
    model : BgNbdModel
        The parameters, for customers of one's own.
    log_likelihood : float
        Of the data as given, without the penalty.
    unit : str
        Unit of time of `recency`, `tenure` and `alpha`, where it is known.
    iterations, converged : int, bool
        How the search went.
    """

    table: pd.DataFrame
    customers: pd.DataFrame
    model: BgNbdModel
    log_likelihood: float
    penalty: float
    confidence: float
    unit: str
    iterations: int
    converged: bool
    notes: tuple[str, ...] = ()

    @property
    def r(self) -> float:
        """Shape of the rates of buying."""
        return self.model.r

    @property
    def alpha(self) -> float:
        """Scale of the rates of buying [unit of time]."""
        return self.model.alpha

    @property
    def a(self) -> float:
        """First parameter of the probability of dropping out."""
        return self.model.a

    @property
    def b(self) -> float:
        """Second parameter of the probability of dropping out."""
        return self.model.b

    def alive(self) -> pd.Series:
        """Return the probability of each customer to be still buying."""
        return self.customers["alive"].copy()

    def expected_purchases(self, time: npt.ArrayLike) -> Floats:
        """Return how many repeat purchases a new customer makes in this time; see `BgNbdModel`."""
        return self.model.expected_purchases(time)

    def conditional_purchases(self, time: float) -> pd.Series:
        """Return how many purchases each customer is expected to make in the time to come.

        Raises
        ------
        ParameterError
            The time is negative or no number.
        """
        found = self.model.conditional_purchases(time, **self._histories())
        return pd.Series(found, index=self.customers.index, name="expected_purchases")

    def discounted_purchases(self, time: float, *, rate: float, step: float | None = None) -> pd.Series:
        """Return the present value of 1 for each purchase that each customer is expected to make.

        Raises
        ------
        ParameterError
            The time, the continuous rate per unit of time or the step is out of its range.
        """
        found = self.model.discounted_purchases(time, rate=rate, step=step, **self._histories())
        return pd.Series(found, index=self.customers.index, name="expected_purchases")

    def frequencies(self, most: int = 7) -> pd.DataFrame:
        """Hold the customers by number of repeat purchases against what the model expects.

        Parameters
        ----------
        most : int
            The last row holds this number and more; 1 to 1000.

        Returns
        -------
        DataFrame
            `repeat_purchases`, `customers`, `expected`; both columns add up to all customers.

        Raises
        ------
        ParameterError
            `most` is out of its range.
        """
        last = check_whole("most", most, low=1, high=1000)
        seen = np.bincount(np.minimum(self.customers["frequency"].to_numpy(), last).astype(int), minlength=last + 1)
        spans = distinct(self.customers["tenure"].to_numpy())
        chance = self.model.probability(np.arange(last)[:, None], spans.columns[0])
        expected = chance @ spans.weight
        return pd.DataFrame(
            {
                "repeat_purchases": np.arange(last + 1),
                "customers": seen,
                "expected": np.append(expected, max(0.0, len(self.customers) - float(expected.sum()))),
            }
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the parameters."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many customers are likely to be still buying."""
        alive = self.customers["alive"]
        return tn("Of {n:,} customer, {k:,.0f} are expected to be still buying ({share:.0%}).",
                  "Of {n:,} customers, {k:,.0f} are expected to be still buying ({share:.0%}).",
                  len(alive), k=float(alive.sum()), share=float(alive.mean()))  # fmt: skip

    def _histories(self) -> dict[str, Any]:
        return {name: self.customers[name].to_numpy() for name in ("frequency", "recency", "tenure")}


def bg_nbd(
    summary: pd.DataFrame | SummaryResult,
    *,
    frequency: str = "frequency",
    recency: str = "recency",
    tenure: str = "tenure",
    unit: str = "",
    penalty: float = 0.0,
    confidence: float = 0.95,
) -> BgNbdResult:
    """Fit the BG/NBD model of repeat purchases without a contract, by maximum likelihood.

    Parameters
    ----------
    summary : DataFrame or SummaryResult
        One row per customer, as `customer_summary` makes it.
    frequency, recency, tenure : str
        Columns: repeat purchases (whole, at least 0); time from the first to the last purchase (0 for who never came
        back); time from the first purchase to the end of the observation.
    unit : str
        Unit of time, for messages and money; taken from a `SummaryResult`.
    penalty : float
        At least 0; times the sum of squared logarithms of the parameters (`alpha` over the mean tenure) is taken off
        the log likelihood, which settles parameters that few customers leave open.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    BgNbdResult

    Raises
    ------
    DataError
        A column is missing, values are no numbers or cannot be (a last purchase behind the end), or nobody ever came
        back; all problems at once, with rows.
    ParameterError
        `penalty` or `confidence` is out of its range.

    Warns
    -----
    CaseworkWarning
        The data do not determine a parameter, or the search did not come to an end.

    Notes
    -----
    The model knows no season, no marketing and no contract: a customer drops out only right after a purchase, so that
    who never came back counts as alive. Intervals are symmetric in the logarithms of the parameters.

    References
    ----------
    Fader, Hardie & Lee (2005), Counting your customers the easy way, Marketing Science 24, 275-284, equation 6: CDNOW,
    2,357 customers, r = 0.243, alpha = 4.414, a = 0.793, b = 2.426, log likelihood -9582.4.

    Examples
    --------
    >>> rng = np.random.default_rng(5)
    >>> rate, drop = rng.gamma(0.8, 1 / 6, 4000), rng.beta(0.8, 2.5, 4000)
    >>> left = rng.geometric(drop)
    >>> when = rng.exponential(1 / rate, (60, 4000)).cumsum(axis=0)
    >>> seen = (when < 52) & (np.arange(60)[:, None] < left)
    >>> last = np.where(seen, when, 0).max(axis=0)
    >>> found = bg_nbd(pd.DataFrame({"frequency": seen.sum(axis=0), "recency": last, "tenure": 52}), unit="week")
    >>> inside = found.table["low"].lt([0.8, 6, 0.8, 2.5]) & found.table["high"].gt([0.8, 6, 0.8, 2.5])
    >>> inside.tolist()
    [True, True, True, True]
    """
    check_all(lambda: check_number("penalty", penalty, low=0), lambda: check_fraction("confidence", confidence))
    frame, unit = (summary.table, unit or summary.unit) if isinstance(summary, SummaryResult) else (summary, unit)
    x, last, whole = read_histories(frame, frequency=frequency, recency=recency, tenure=tenure)
    if not x.any():
        found = t("nobody bought a second time")
        raise DataError(Problem(t("column {name}", name=repr(frequency)), found, t("some who bought again")))
    scale = float(whole.mean())
    best = _fit(x, last / scale, whole / scale, float(penalty))
    own = np.log(best.parameters)
    best = _rescaled(best, scale)
    model = BgNbdModel(**dict(zip(NAMES, best.parameters.tolist(), strict=True)))
    customers = pd.DataFrame({"frequency": x.astype(np.int64), "recency": last, "tenure": whole}, index=frame.index)
    customers["alive"] = model.alive(frequency=x, recency=last, tenure=whole)
    notes = doubts(NAMES, best)
    for note in notes:
        warnings.warn(note, CaseworkWarning, stacklevel=2)
    return BgNbdResult(
        table=parameter_table(NAMES, best, confidence),
        customers=customers,
        model=model,
        log_likelihood=best.value + float(penalty) * float(own @ own) - float(x.sum()) * float(np.log(scale)),
        penalty=float(penalty),
        confidence=confidence,
        unit=unit,
        iterations=best.iterations,
        converged=best.converged,
        notes=(*notes, *_notes(int((x > 0).sum()))),
    )


def _fit(x: Floats, last: Floats, whole: Floats, penalty: float) -> Maximum:
    """Maximise in a unit of time in which the mean tenure is 1."""
    data = arrange(x, last, whole)
    pace = max(float(x.sum()) / max(float(whole.sum()), 1e-300), 1e-6)
    starts = [np.log([r, r / pace, a, b]) for r, a, b in STARTS]
    return maximise(penalised(lambda place: evaluate(data, place), penalty), starts)


def _rescaled(best: Maximum, scale: float) -> Maximum:
    """Return alpha to the unit of the data; logarithms, and so covariances, only move."""
    return Maximum(parameters=best.parameters * np.array([1, scale, 1, 1]), covariance=best.covariance,
                   value=best.value, iterations=best.iterations, converged=best.converged)  # fmt: skip


def _notes(again: int) -> tuple[str, ...]:
    if again >= FEW:
        return ()
    return (tn("Only {n} customer came back: the parameters are shaky.",
               "Only {n} customers came back: the parameters are shaky.", again),)  # fmt: skip
