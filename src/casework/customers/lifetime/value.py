"""What customers will bring: expected purchases times expected value, discounted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_number, check_positive
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.customers.lifetime.bg_nbd import BgNbdResult
from casework.customers.lifetime.gamma_gamma import GammaGammaResult

Floats = npt.NDArray[np.float64]
YEAR = {"day": 365.25, "week": 365.25 / 7, "month": 12.0, "quarter": 4.0, "year": 1.0}
COLUMNS = (mark("alive"), mark("expected purchases"), mark("present purchases"), mark("expected value"), mark("value"))


@dataclass(frozen=True, kw_only=True)
class ValueResult(Result):
    """What each customer is expected to bring.

    Attributes
    ----------
    table : DataFrame
        A row per customer, in the order given: `alive` (probability), `expected_purchases` until the horizon,
        `present_purchases` (discounted), `expected_value` of a purchase, `value` (discounted, times the margin)
        [currency].
    horizon : float
        Time to come [`unit`].
    discount : float
        Rate per year.
    total : float
        Value of all customers whose value can be told [currency].
    """

    table: pd.DataFrame
    horizon: float
    discount: float
    margin: float
    step: float | None
    unit: str
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """Value of all customers whose value can be told [currency]."""
        return float(self.table["value"].sum())

    def best(self, count: int) -> pd.DataFrame:
        """Return the customers of the highest value, highest first."""
        return self.table.sort_values("value", ascending=False, kind="stable").head(count)

    def top(self, share: float = 0.2) -> float:
        """Return the share of the value that this share of the customers brings, the best first.

        Raises
        ------
        ParameterError
            The share is not between 0 and 1.
        """
        part = check_number("share", share, low=0, high=1)
        values = np.sort(self.table["value"].dropna().to_numpy())[::-1]
        total = float(values.sum())
        ends = np.concatenate([[0.0], np.cumsum(values) / total]) if total else np.linspace(0, 1, len(values) + 1)
        return float(np.interp(part, np.linspace(0, 1, len(ends)), ends))

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the customers."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what all customers bring, and how much of it the best fifth."""
        return tn("{n:,} customer is expected to bring {total:,.0f} (discounted), the best 20% {share:.0%} of it.",
                  "{n:,} customers are expected to bring {total:,.0f} (discounted), the best 20% {share:.0%} of it.",
                  len(self.table), total=self.total, share=self.top())  # fmt: skip


def lifetime_value(
    purchases: BgNbdResult,
    spending: GammaGammaResult | pd.Series | float,
    *,
    horizon: float,
    discount: float = 0.1,
    margin: float = 1.0,
    step: float | None = None,
    year: float | None = None,
) -> ValueResult:
    """Value customers by what they are expected to buy until a horizon, discounted.

    Parameters
    ----------
    purchases : BgNbdResult
        How often they buy.
    spending : GammaGammaResult, Series or float
        What a purchase is worth [currency]: fitted to the same customers; or a value for each; or one for all.
    horizon : float
        Time to come, above 0 [unit of time of `purchases`].
    discount : float
        Rate per year, at least 0: 0.1 makes 1 in a year worth 1 / 1.1 today.
    margin : float
        Share of the value that stays, above 0 and at most 1.
    step : float, optional
        Purchases are paid at the end of periods of this length [unit of time]; by default when they are made.
    year : float, optional
        Length of a year in the unit of time; known where `purchases` has the unit day, week, month, quarter or year.

    Returns
    -------
    ValueResult

    Raises
    ------
    DataError
        Customers of the two differ, or a value is negative or no number.
    ParameterError
        An argument is out of its range, or the length of the year is not known; all at once.

    Notes
    -----
    Payment when purchases are made is the integral of exp(-d s) over the expected purchases m(s), with d =
    ln(1 + discount) per year. Customers to come, and what it costs to win them, are not part of it.

    References
    ----------
    Fader, Hardie & Lee (2005), RFM and CLV: Using iso-value curves for customer base analysis, Journal of Marketing
    Research 42, 415-430.

    Examples
    --------
    >>> from casework.customers import bg_nbd
    >>> table = pd.DataFrame({"frequency": [0, 1, 2, 5, 12], "recency": [0, 20, 11, 50, 30.0], "tenure": 52.0})
    >>> model = bg_nbd(table, unit="week", penalty=0.5)
    >>> found = lifetime_value(model, 20.0, horizon=52, discount=0.0)
    >>> bool(np.isclose(found.total, 20 * model.conditional_purchases(52).sum()))
    True
    """
    length = YEAR.get(purchases.unit) if year is None else year
    check_all(
        lambda: check_positive("horizon", horizon),
        lambda: check_number("discount", discount, low=0),
        lambda: check_number("margin", margin, low=0, low_open=True, high=1),
        lambda: check_positive("step", step) if step is not None else None,
        lambda: _year(length),
    )
    worth = _worth(purchases.customers.index, spending)
    force = float(np.log1p(discount)) / _year(length)
    bought = purchases.conditional_purchases(horizon)
    present = purchases.discounted_purchases(horizon, rate=force, step=step)
    table = pd.DataFrame(
        {
            "alive": purchases.alive(),
            "expected_purchases": bought,
            "present_purchases": present,
            "expected_value": worth,
            "value": float(margin) * present.to_numpy() * worth,
        },
        index=purchases.customers.index,
    )
    return ValueResult(table=table, horizon=float(horizon), discount=float(discount), margin=float(margin), step=step,
                       unit=purchases.unit, notes=_notes(purchases, spending, table))  # fmt: skip


def _year(length: float | None) -> float:
    if length is None:
        raise ParameterError(Problem("year", t("the unit of time is not known"), t("the length of a year in it"),
                                     t("set the unit of the model, such as 'week'")))  # fmt: skip
    return check_positive("year", length)


def _worth(customers: pd.Index, spending: GammaGammaResult | pd.Series | float) -> Floats:
    """Value of a purchase of each customer, or tell what does not fit."""
    if isinstance(spending, GammaGammaResult):
        column = spending.customers["expected_value"]
    elif isinstance(spending, pd.Series):
        column = pd.to_numeric(spending, errors="coerce")
    else:
        return np.full(len(customers), check_number("spending", spending, low=0))
    if not column.index.equals(customers):
        raise DataError(Problem("spending", t("other customers than those of the purchases"),
                                t("the same customers in the same order")))  # fmt: skip
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    bad = int((values < 0).sum() + (0 if isinstance(spending, GammaGammaResult) else (~np.isfinite(values)).sum()))
    if bad:
        found = tn("{n} value is missing, negative or no number", "{n} values are missing, negative or no numbers", bad)
        raise DataError(Problem("spending", found, t("numbers of at least 0")))
    return values


def _notes(purchases: BgNbdResult, spending: object, table: pd.DataFrame) -> tuple[str, ...]:
    notes = [*purchases.notes]
    if isinstance(spending, GammaGammaResult):
        notes += [note for note in spending.notes if note not in notes]
    if unknown := int(table["value"].isna().sum()):
        notes.append(tn("The value of {n:,} customer cannot be told and is left out of the total.",
                        "The value of {n:,} customers cannot be told and is left out of the total.",
                        unknown))  # fmt: skip
    return tuple(notes)
