"""How often supplies broke down and for how long: rates and lengths from a record, with exact intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from casework.core.checks import check_fraction, suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
YEAR = 365.0
COLUMNS = (mark("supplier"), mark("interruptions"), mark("years"), mark("failures per year"), mark("rate low"),
           mark("rate high"), mark("days down"), mark("days low"), mark("days high"), mark("longest"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class InterruptionsResult(Result):
    """Rates and lengths of interruptions.

    Attributes
    ----------
    table : DataFrame
        A row per supplier: `interruptions`, `years` in which the supply ran, `failures_per_year` with its interval
        `rate_low` to `rate_high`, `days_down` (mean length) with `days_low` to `days_high`, `longest` [days]. Lengths
        are not numbers where nothing happened.
    """

    table: pd.DataFrame
    confidence: float
    notes: tuple[str, ...] = ()

    def row(self, supplier: str) -> pd.Series:
        """Return the row of a supplier.

        Raises
        ------
        DataError
            There is no such supplier.
        """
        found = self.table[self.table["supplier"] == supplier]
        if found.empty:
            raise DataError(Problem("supplier", t("{value} is not known", value=repr(supplier)),
                                    fix=suggest(supplier, self.table["supplier"].astype(str))))  # fmt: skip
        return found.iloc[0]

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say whose supply breaks down most often."""
        top = self.table.iloc[int(self.table["failures_per_year"].argmax())]
        return tn("{n} supplier: the supply of {name} breaks down most often, {x:.2g} times a year ({low:.2g} to "
                  "{high:.2g}).",
                  "{n} suppliers: the supply of {name} breaks down most often, {x:.2g} times a year ({low:.2g} to "
                  "{high:.2g}).", len(self.table), name=top["supplier"], x=top["failures_per_year"],
                  low=top["rate_low"], high=top["rate_high"])  # fmt: skip


def supply_interruptions(
    events: pd.DataFrame,
    *,
    years: Mapping[str, float],
    supplier: str = "supplier",
    days: str = "days",
    confidence: float = 0.95,
) -> InterruptionsResult:
    """Estimate how often each supply breaks down and how long it stays down.

    Parameters
    ----------
    events : DataFrame
        One row per interruption: the supplier and its length [days], at least 0.
    years : mapping of supplier to float
        For how long each was watched [years], above 0; suppliers without an interruption belong here too.
    supplier, days : str
        Columns of the supplier and the length.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    InterruptionsResult
        In the order of `years`.

    Raises
    ------
    DataError
        A column is missing, a length is no number or negative, a supplier is not in `years`, was watched for no time,
        or was down longer than watched: all at once.
    ParameterError
        `confidence` is out of its range.

    Notes
    -----
    Interruptions come at random (Poisson) while the supply runs: the days down are taken off the time watched. Their
    lengths are exponential. Both intervals are exact under that, and wide for few interruptions.

    References
    ----------
    Garwood (1936), Fiducial limits for the Poisson distribution, Biometrika 28, 437-442: 10 events give 4.795 to
    18.390; NIST/SEMATECH e-Handbook of statistical methods, section 8.4.5.1.

    Examples
    --------
    >>> events = pd.DataFrame({"supplier": ["A"] * 10, "days": [3.65] * 10})
    >>> found = supply_interruptions(events, years={"A": 10.1, "B": 4}).table
    >>> found[["failures_per_year", "rate_low", "rate_high"]].round(4).to_numpy().tolist()
    [[1.0, 0.4795, 1.839], [0.0, 0.0, 0.9222]]
    """
    check_fraction("confidence", confidence)
    who, lengths = _read(events, supplier, days, years)
    names = list(years)
    places = pd.Index(names).get_indexer(pd.Index(who))
    n = np.bincount(places, minlength=len(names)).astype(np.float64)
    total = np.bincount(places, weights=lengths, minlength=len(names))
    running = np.array([float(x) for x in years.values()]) - total / YEAR
    if (running <= 0).any():
        raise DataError([
            Problem("years", t("{name} was down longer than it was watched", name=name), t("the whole time watched"))
            for name, left in zip(names, running, strict=True) if left <= 0
        ])  # fmt: skip
    low, high = poisson_interval(n, confidence)
    tail = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        ends = [np.where(n > 0, 2 * total / stats.chi2.ppf(q, np.maximum(2 * n, 1)), np.nan) for q in (1 - tail, tail)]
    longest = pd.Series(lengths).groupby(places).max().reindex(range(len(names))).to_numpy()
    table = pd.DataFrame({"supplier": names, "interruptions": n.astype(int), "years": running})
    table["failures_per_year"], table["rate_low"], table["rate_high"] = n / running, low / running, high / running
    table["days_down"], table["days_low"], table["days_high"], table["longest"] = mean, *ends, longest
    return InterruptionsResult(table=table, confidence=confidence, notes=_notes(table))


def poisson_interval(n: npt.ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Exact interval of the mean of a Poisson count.

    Examples
    --------
    >>> [round(float(x), 3) for x in poisson_interval(10)]
    [4.795, 18.39]
    """
    count = np.asarray(n, dtype=np.float64)
    tail = (1 - confidence) / 2
    low = np.where(count > 0, stats.chi2.ppf(tail, np.maximum(2 * count, 1)) / 2, 0.0)
    return low, np.asarray(stats.chi2.ppf(1 - tail, 2 * count + 2) / 2)


def _read(
    events: pd.DataFrame, supplier: str, days: str, years: Mapping[str, float]
) -> tuple[npt.NDArray[np.object_], Floats]:
    known = [str(name) for name in events.columns]
    problems = [
        Problem(t("column {name}", name=repr(name)), t("missing"), fix=suggest(name, known))
        for name in (supplier, days) if name not in events.columns
    ]  # fmt: skip
    if not years:
        problems.append(Problem("years", t("none"), t("at least one supplier")))
    problems += [
        Problem("years", t("{name}: {x}", name=name, x=x), t("years watched, above 0"))
        for name, x in years.items() if not (isinstance(x, (int, float)) and 0 < x < np.inf)
    ]  # fmt: skip
    if problems:
        raise DataError(problems)
    who = events[supplier].to_numpy(dtype=object)
    strange = [str(name) for name in dict.fromkeys(who) if name not in years]
    lengths = pd.to_numeric(events[days], errors="coerce").to_numpy(dtype=np.float64)
    bad = int((~(lengths >= 0) | np.isinf(lengths)).sum())
    if strange:
        problems.append(Problem(t("column {name}", name=repr(supplier)),
                                t("suppliers that were not watched: {names}", names=", ".join(strange[:5])),
                                ", ".join(str(name) for name in list(years)[:12])))  # fmt: skip
    if bad:
        problems.append(Problem(t("column {name}", name=repr(days)),
                                tn("{n} value that is missing, negative or no number",
                                   "{n} values that are missing, negative or no numbers", bad),
                                t("days of at least 0")))  # fmt: skip
    if problems:
        raise DataError(problems)
    return who, lengths


def _notes(table: pd.DataFrame) -> tuple[str, ...]:
    few = [str(name) for name in table.loc[table["interruptions"] < 5, "supplier"]]
    if not few:
        return ()
    return (t("Fewer than 5 interruptions on record, so that rate and length are hardly known: {names}.",
              names=t(", ").join(few)),)  # fmt: skip
