"""What a purchase of each customer is worth: the Gamma-Gamma model of spending."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from casework.core.checks import check_all, check_fraction, check_number
from casework.core.errors import CaseworkWarning, DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.customers.lifetime.gamma_gamma_likelihood import arrange, evaluate
from casework.customers.lifetime.gamma_gamma_model import NAMES, GammaGammaModel
from casework.customers.lifetime.histories import bad_rows, read_columns
from casework.customers.lifetime.maximum import Maximum, doubts, maximise, parameter_table, penalised
from casework.customers.summary import SummaryResult

Floats = npt.NDArray[np.float64]
STARTS = ((1.0, 3.0), (5.0, 4.0), (30.0, 2.0))  # p, q
LEAST = 1e-250  # value over the mean one below which numbers end
FEWEST = 2  # customers who came back
FEW = 30
RELATED = 0.1  # correlation of frequency and value above which the assumption is broken
COLUMNS = (mark("mean value"), mark("expected value"))


@dataclass(frozen=True, kw_only=True)
class GammaGammaResult(Result):
    """A fitted Gamma-Gamma model and the customers that it speaks of.

    Attributes
    ----------
    table : DataFrame
        A row per parameter (`p`, `q`, `gamma`): `estimate`, `standard_error`, interval `low`, `high`.
    customers : DataFrame
        A row per customer, in the order given: `frequency`, `mean_value`, `expected_value` [currency].
    model : GammaGammaModel
        The parameters, for customers of one's own.
    log_likelihood : float
        Of the data as given, without the penalty.
    correlation : float
        Of frequency and mean value over those who came back; the model takes it to be 0.
    """

    table: pd.DataFrame
    customers: pd.DataFrame
    model: GammaGammaModel
    log_likelihood: float
    correlation: float
    penalty: float
    confidence: float
    iterations: int
    converged: bool
    notes: tuple[str, ...] = ()

    @property
    def p(self) -> float:
        """Shape of the values of one customer."""
        return self.model.p

    @property
    def q(self) -> float:
        """Shape of what differs between customers."""
        return self.model.q

    @property
    def gamma(self) -> float:
        """Scale of what differs between customers [currency]."""
        return self.model.gamma

    def expected_value(self) -> pd.Series:
        """Return the expected mean value of a purchase of each customer [currency]."""
        return self.customers["expected_value"].copy()

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the parameters."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what a purchase is worth, and between which values most customers lie."""
        low, high = np.nanquantile(self.customers["expected_value"], [0.05, 0.95])
        if not np.isfinite(self.model.mean):
            return t("Nine in ten customers are expected to spend between {low:,.2f} and {high:,.2f} a purchase; "
                     "the mean of all cannot be told.", low=low, high=high)  # fmt: skip
        return t("A purchase is worth {mean:,.2f} on average; nine in ten customers are expected to spend between "
                 "{low:,.2f} and {high:,.2f}.", mean=self.model.mean, low=low, high=high)  # fmt: skip


def gamma_gamma(
    summary: pd.DataFrame | SummaryResult,
    *,
    frequency: str = "frequency",
    mean_value: str = "mean_value",
    penalty: float = 0.0,
    confidence: float = 0.95,
) -> GammaGammaResult:
    """Fit the Gamma-Gamma model of the value of repeat purchases, by maximum likelihood.

    Parameters
    ----------
    summary : DataFrame or SummaryResult
        One row per customer, as `customer_summary` makes it.
    frequency, mean_value : str
        Columns: repeat purchases (whole, at least 0), and their mean value (above 0 where there are any; not read for
        who never came back) [currency].
    penalty : float
        At least 0; times the sum of squared logarithms of the parameters (`gamma` over the mean value) is taken off the
        log likelihood.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    GammaGammaResult
        Who never came back is expected to spend as the mean of all.

    Raises
    ------
    DataError
        A column is missing, values are no numbers, a mean value of who came back is not above 0, or fewer than 2 came
        back or all spent the same; all problems at once, with rows.
    ParameterError
        `penalty` or `confidence` is out of its range.

    Warns
    -----
    CaseworkWarning
        Frequency and value go together, which the model excludes; or the data do not determine a parameter.

    Notes
    -----
    How much a customer spends must say nothing about how often she buys.

    References
    ----------
    Fader & Hardie (2013), The Gamma-Gamma model of monetary value, equation 3: CDNOW, 946 customers who came back,
    p = 6.25, q = 3.74, gamma = 15.44.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> x = rng.geometric(0.3, 3000)
    >>> table = pd.DataFrame({"frequency": x, "mean_value": rng.gamma(6 * x, 1 / (rng.gamma(4, 1 / 15, 3000) * x))})
    >>> found = gamma_gamma(table)
    >>> [bool(low < true < high) for low, true, high in zip(found.table["low"], (6, 4, 15), found.table["high"])]
    [True, True, True]
    """
    check_all(lambda: check_number("penalty", penalty, low=0), lambda: check_fraction("confidence", confidence))
    frame = summary.table if isinstance(summary, SummaryResult) else summary
    x, own = _read(frame, frequency, mean_value)
    again = x > 0
    scale = float(own[again].mean())
    share = np.maximum(own[again] / scale, LEAST)
    best = _fit(x[again], share, float(penalty))
    shift = np.log(best.parameters)
    best = Maximum(parameters=best.parameters * np.array([1, 1, scale]), covariance=best.covariance,
                   value=best.value, iterations=best.iterations, converged=best.converged)  # fmt: skip
    model = GammaGammaModel(**dict(zip(NAMES, best.parameters.tolist(), strict=True)))
    correlation = _correlation(x[again], share)
    customers = pd.DataFrame({"frequency": x.astype(np.int64), "mean_value": own}, index=frame.index)
    customers["expected_value"] = model.expected_value(frequency=x, mean_value=own)
    doubtful = (*doubts(NAMES, best), *_related(correlation, int(again.sum())))
    for note in doubtful:
        warnings.warn(note, CaseworkWarning, stacklevel=2)
    return GammaGammaResult(
        table=parameter_table(NAMES, best, confidence),
        customers=customers,
        model=model,
        log_likelihood=best.value + float(penalty) * float(shift @ shift) - int(again.sum()) * float(np.log(scale)),
        correlation=correlation,
        penalty=float(penalty),
        confidence=confidence,
        iterations=best.iterations,
        converged=best.converged,
        notes=(*doubtful, *_notes(model, x)),
    )


def _fit(x: Floats, own: Floats, penalty: float) -> Maximum:
    """Maximise in a currency in which the mean value is 1."""
    data = arrange(x, own)
    starts = [np.log([p, q, (q - 1) / p]) for p, q in STARTS]
    return maximise(penalised(lambda place: evaluate(data, place), penalty), starts)


def _read(frame: pd.DataFrame, frequency: str, mean_value: str) -> tuple[Floats, Floats]:
    """Return repeat purchases and their mean value (not a number where there are none)."""
    if frequency not in frame.columns or mean_value not in frame.columns:
        read_columns(frame, [frequency, mean_value])
    (x,) = read_columns(frame, [frequency])
    own = pd.to_numeric(frame[mean_value], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    problems = bad_rows(frame, frequency, (x < 0) | (x != np.floor(x)), t("whole numbers of at least 0"))
    unusable = (x > 0) & ~(np.isfinite(own) & (own > 0))
    problems += bad_rows(
        frame, mean_value, unusable, t("above 0 for who bought again: leave free goods and returns out")
    )
    if not problems and int((x > 0).sum()) < FEWEST:
        found = tn("{n} customer came back", "{n} customers came back", int((x > 0).sum()))
        problems.append(Problem(t("column {name}", name=repr(frequency)), found, t("at least 2 who bought again")))
    elif not problems and np.ptp(own[x > 0]) <= 1e-12 * own[x > 0].max():
        found = t("all who came back spend the same")
        problems.append(Problem(t("column {name}", name=repr(mean_value)), found, t("values that differ")))
    if problems:
        raise DataError(problems)
    return x, np.where(x > 0, own, np.nan)


def _correlation(x: Floats, own: Floats) -> float:
    if len(x) < 3 or np.ptp(x) == 0:
        return float("nan")
    return float(np.corrcoef(x, own)[0, 1])


def _related(correlation: float, n: int) -> tuple[str, ...]:
    """Say where frequency and value clearly go together: the interval of Fisher's z lies beyond a weak correlation."""
    if n < 10 or not np.isfinite(correlation):
        return ()
    nearest = np.tanh(
        abs(np.arctanh(np.clip(correlation, -1 + 1e-12, 1 - 1e-12))) - float(ndtri(0.975)) / np.sqrt(n - 3)
    )
    if nearest <= RELATED:
        return ()
    return (t("Who buys more often spends more or less a purchase (correlation {r:.2f}), which the model excludes: "
              "values are drawn to the wrong mean; look at groups by frequency.", r=correlation),)  # fmt: skip


def _notes(model: GammaGammaModel, x: Floats) -> tuple[str, ...]:
    notes = []
    if not np.isfinite(model.mean):
        notes.append(t("The values differ so much between customers that their mean cannot be told; it is missing for "
                       "who never came back."))  # fmt: skip
    if (again := int((x > 0).sum())) < FEW:
        notes.append(tn("Only {n} customer came back: the parameters are shaky.",
                        "Only {n} customers came back: the parameters are shaky.", again))  # fmt: skip
    return tuple(notes)
