"""Whether customers bought as the model expected: a forecast held against what came after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_positive, check_whole
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.customers.lifetime.bg_nbd import BgNbdResult
from casework.customers.summary import SummaryResult

Floats = npt.NDArray[np.float64]
COLUMNS = (mark("repeat purchases"), mark("customers"), mark("observed"), mark("expected"), mark("as before"))


@dataclass(frozen=True, kw_only=True)
class ForecastResult(Result):
    """Purchases after the end of the observation, and what was expected.

    Attributes
    ----------
    table : DataFrame
        A row per number of repeat purchases until then (the last holds more): `repeat_purchases`, `customers`, and
        means of purchases after: `observed`, `expected` by the model, and `as_before` (each goes on at her own rate).
    customers : DataFrame
        A row per customer: `frequency`, `observed`, `expected`, `as_before`.
    time : float
        How long was watched [`unit`].
    """

    table: pd.DataFrame
    customers: pd.DataFrame
    time: float
    unit: str
    notes: tuple[str, ...] = ()

    def errors(self) -> pd.DataFrame:
        """Return how far forecasts were off.

        Returns
        -------
        DataFrame
            A row for the model and one for as before: `forecast`, `total` (forecast over observed purchases of all,
            less 1), `mean_absolute_error` and `root_mean_square_error` per customer.
        """
        seen = self.customers["observed"].to_numpy(dtype=np.float64)
        rows = []
        for name in ("expected", "as_before"):
            off = self.customers[name].to_numpy(dtype=np.float64) - seen
            total = float(off.sum() / seen.sum()) if seen.sum() else float("nan")
            rows.append((name, total, float(np.abs(off).mean()), float(np.sqrt((off**2).mean()))))
        names = ["forecast", "total", "mean_absolute_error", "root_mean_square_error"]
        table = pd.DataFrame(rows, columns=names)
        table["forecast"] = [mark("expected"), mark("as before")]
        return table

    def to_frame(self) -> pd.DataFrame:
        """Return the table by repeat purchases."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many purchases were made and how many were expected."""
        seen, expected = float(self.customers["observed"].sum()), float(self.customers["expected"].sum())
        before = float(self.customers["as_before"].sum())
        return tn("{n:,} customer made {seen:,.0f} purchases after; the model expected {expected:,.0f}, going on as "
                  "before would have made {before:,.0f}.",
                  "{n:,} customers made {seen:,.0f} purchases after; the model expected {expected:,.0f}, going on as "
                  "before would have made {before:,.0f}.",
                  len(self.customers), seen=seen, expected=expected, before=before)  # fmt: skip


def check_forecast(
    model: BgNbdResult, bought: SummaryResult | pd.Series, *, time: float | None = None, most: int = 7
) -> ForecastResult:
    """Hold the purchases that a model expects against those that were made.

    Parameters
    ----------
    model : BgNbdResult
        Fitted to what was known until some day.
    bought : SummaryResult or Series
        The summary of the same transactions at a later day; or how often each customer bought after (whole, at least
        0). Customers that the model does not know are left out.
    time : float, optional
        How long was watched, above 0 [unit of time of the model]; taken from a summary.
    most : int
        The last row of the table holds this number of repeat purchases and more; 1 to 100.

    Returns
    -------
    ForecastResult

    Raises
    ------
    DataError
        Customers of the model are missing after, or their purchases are no whole numbers of at least 0.
    ParameterError
        `time` is missing for a series, not above 0, or not that of the summary; `most` is out of its range.

    References
    ----------
    Fader, Hardie & Lee (2005), Counting your customers the easy way, figures 2 and 3.

    Examples
    --------
    >>> from casework.customers import bg_nbd, customer_summary
    >>> rng = np.random.default_rng(4)
    >>> log = pd.DataFrame({"who": rng.integers(0, 300, 3000), "eur": 9.0})
    >>> log["when"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 364, 3000), unit="D")
    >>> half, whole = (customer_summary(log, customer="who", date="when", value="eur", as_of=day, unit="week")
    ...                for day in ("2024-06-30", "2024-12-29"))
    >>> found = check_forecast(bg_nbd(half, penalty=0.1), whole)
    >>> found.time, bool(abs(found.errors()["total"].iloc[0]) < 0.1)
    (26.0, True)
    """
    last = check_whole("most", most, low=1, high=100)
    seen, span = _seen(model, bought, time)
    x, tenure = model.customers["frequency"].to_numpy(), model.customers["tenure"].to_numpy(dtype=np.float64)
    customers = pd.DataFrame(
        {
            "frequency": x,
            "observed": seen,
            "expected": model.conditional_purchases(span).to_numpy(),
            "as_before": np.divide(x * span, tenure, out=np.zeros(len(x)), where=tenure > 0),
        },
        index=model.customers.index,
    )
    groups = customers.groupby(np.minimum(x, last))
    table = groups[["observed", "expected", "as_before"]].mean()
    table.insert(0, "customers", groups.size())
    return ForecastResult(table=table.rename_axis("repeat_purchases").reset_index(), customers=customers, time=span,
                          unit=model.unit, notes=model.notes)  # fmt: skip


def _seen(model: BgNbdResult, bought: SummaryResult | pd.Series, time: float | None) -> tuple[Floats, float]:
    """Purchases of the customers of the model, and how long was watched; or tell what does not fit."""
    known = model.customers.index
    later = bought.table if isinstance(bought, SummaryResult) else bought
    lost = int((~known.isin(later.index)).sum())
    if lost or not later.index.is_unique:
        found = tn("{n} customer of the model is missing", "{n} customers of the model are missing", lost)
        found = found if lost else t("a customer stands in several rows")
        raise DataError(Problem("bought", found, t("one row for each customer of the model")))
    if isinstance(bought, SummaryResult):
        rows = bought.table.loc[known]
        seen = (rows["purchases"] - 1 - model.customers["frequency"]).to_numpy(dtype=np.float64)
        spans = (rows["tenure"] - model.customers["tenure"]).to_numpy(dtype=np.float64)
        return _whole(seen), _span(spans, time)
    if time is None:
        raise ParameterError(Problem("time", t("none"), t("how long was watched, above 0")))
    values = pd.to_numeric(bought.loc[known], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return _whole(values), check_positive("time", time)


def _span(spans: Floats, time: float | None) -> float:
    """Time between the two summaries, the same for all customers."""
    span = float(np.median(spans))
    if not span > 0 or np.ptp(spans) > 1e-6 * span:
        raise DataError(Problem("bought", t("a summary that is not a later one of the same customers"),
                                t("the same transactions and unit of time, a later end")))  # fmt: skip
    if time is not None and abs(check_positive("time", time) - span) > 1e-6 * span:
        raise ParameterError(Problem("time", f"{time:g}", t("{span:g}, as in the summaries", span=span)))
    return span


def _whole(values: Floats) -> Floats:
    bad = int((~(np.isfinite(values) & (values >= 0) & (values == np.floor(values)))).sum())
    if bad:
        found = tn("{n} value that cannot be used", "{n} values that cannot be used", bad)
        raise DataError(Problem("bought", found, t("whole numbers of at least 0")))
    return values
