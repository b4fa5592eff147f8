"""Would the warnings have helped? Warnings of the past against the defaults that followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from casework.core.checks import check_fraction, check_number
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.receivables.defaults import NEVER, Defaults
from casework.credit.receivables.ledger import Days, Floats
from casework.credit.receivables.measures import Measures, check_measure
from casework.credit.receivables.signals import Bools, SignalsResult, begins, states
from casework.stats.proportion import wilson_interval

HEADINGS = (
    mark("warnings"), mark("right"), mark("false"), mark("undecided"), mark("precision"), mark("precision low"),
    mark("precision high"), mark("defaults"), mark("warned"), mark("recall"), mark("recall low"), mark("recall high"),
    mark("lead days"), mark("lead low"), mark("lead high"), mark("in time"), mark("cost"), mark("any rule"),
    mark("level 1"), mark("level 2"), mark("level 3"), mark("any level"),
)  # fmt: skip
ANY = mark("any rule")


@dataclass(frozen=True, kw_only=True)
class Stakes:
    """What a warning and a missed default cost.

    Parameters
    ----------
    horizon : int
        Days within which a default must follow for a warning to be right, at least 1.
    reaction : int
        Days that a response needs: a warning later than that before the default saves nothing; at least 0.
    false_cost : float
        Of a false warning: work and a customer annoyed [currency], at least 0.
    loss_share : float
        Part of what is open at a default that is lost, 0 to 1.
    avoided : float
        Part of that loss which a warning in time avoids, 0 to 1.
    """

    horizon: int = 365
    reaction: int = 30
    false_cost: float = 500.0
    loss_share: float = 0.6
    avoided: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what is out of range."""
        check_number("horizon", self.horizon, low=1)
        check_number("reaction", self.reaction, low=0)
        check_number("false_cost", self.false_cost, low=0)
        check_number("loss_share", self.loss_share, low=0, high=1)
        check_number("avoided", self.avoided, low=0, high=1)


@dataclass(frozen=True, kw_only=True)
class BacktestResult(Result):
    """How each rule, and all together, would have done.

    Attributes
    ----------
    table : DataFrame
        A row per rule and one for `any rule`: `warnings` begun before a default, of them `right`, `false` and
        `undecided` (the ledger ends before the horizon); `precision` with interval; `defaults`, of them `warned`;
        `recall` with interval; median `lead_days` with quartiles; `in_time` (lead of at least the reaction); `cost`.
    leads : DataFrame
        `rule`, `customer`, `lead_days`, `exposure`: the first warning of each default that was warned of.
    base_rate : float
        Share of customers and days, without a default yet, that a default follows within the horizon: the precision of
        warnings by lot.
    no_warning : float
        Cost without any warnings [currency].
    """

    table: pd.DataFrame
    leads: pd.DataFrame
    base_rate: float
    no_warning: float
    stakes: Stakes
    confidence: float = 0.95
    currency: str = ""
    notes: tuple[str, ...] = ()

    @property
    def overall(self) -> pd.Series:
        """The row of all rules together."""
        return self.table.iloc[-1]

    def to_frame(self) -> pd.DataFrame:
        """Return a row per rule."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many defaults were warned of, how long before, and how many warnings were right."""
        row = self.overall
        if not row["defaults"]:
            return t("No default can be tested: none follows a month-end.")
        if not row["warned"]:
            return t("None of {n:,} defaults was warned of.", n=row["defaults"])
        return t(
            "{a:,} of {n:,} defaults were warned of, half of them {lead:,.0f} days ahead or more; {p:.0%} of the "
            "warnings were right.",
            a=row["warned"], n=row["defaults"], lead=row["lead_days"], p=row["precision"],
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ThresholdCurve(Result):
    """Precision, recall, lead time and cost of one measure at every threshold.

    Attributes
    ----------
    table : DataFrame
        A row per threshold; columns as in `BacktestResult.table`.
    measure : str
        What is watched.
    threshold : float
        The one looked at.
    best : float
        The one with the lowest cost; the highest of several.
    """

    table: pd.DataFrame
    measure: str
    threshold: float
    base_rate: float
    no_warning: float
    stakes: Stakes
    confidence: float = 0.95
    currency: str = ""
    notes: tuple[str, ...] = ()

    @property
    def chosen(self) -> pd.Series:
        """The row of the threshold looked at."""
        return self.table.iloc[int(np.argmin(np.abs(self.table["threshold"] - self.threshold)))]

    @property
    def best(self) -> float:
        """Threshold with the lowest cost, the highest of several."""
        cost = self.table["cost"].to_numpy()
        return float(self.table["threshold"].iloc[int(len(cost) - 1 - np.argmin(cost[::-1]))])

    def to_frame(self) -> pd.DataFrame:
        """Return a row per threshold."""
        return self.table.copy()

    def summary(self) -> str:
        """Say what the threshold looked at does, and where cost is lowest."""
        row = self.chosen
        if not row["defaults"]:
            return t("No default can be tested: none follows a month-end.")
        if not row["right"] + row["false"]:
            return t("At {x:g} no warning can be judged; cost is lowest at {best:g}.", x=row["threshold"],
                     best=self.best)  # fmt: skip
        return t(
            "At {x:g}, {p:.0%} of the warnings are right and {r:.0%} of the defaults are warned of; cost is lowest at "
            "{best:g}.",
            x=row["threshold"], p=row["precision"], r=row["recall"], best=self.best,
        )  # fmt: skip


def backtest(
    signals: SignalsResult, defaults: Defaults, *, stakes: Stakes | None = None, confidence: float = 0.95
) -> BacktestResult:
    """Hold the warnings of the past against the defaults that followed.

    Parameters
    ----------
    signals : SignalsResult
        Warnings by rule, month-end and customer.
    defaults : Defaults
        First default of each customer, from the same ledger.
    stakes : Stakes, optional
        Horizon, reaction and costs.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    BacktestResult
        Precision, recall, lead time and cost by rule and of all together.

    Raises
    ------
    DataError
        Signals and defaults are of different customers.
    ParameterError
        `confidence` is not between 0 and 1.

    Notes
    -----
    A warning is **right** if a default follows within the horizon, **false** if none does, **undecided** if the ledger
    ends before. A default is **warned of** if a warning was on at a month-end within the horizon before it; its lead
    time counts from the first such month-end. Warnings after a default do not count. A customer can warn several times,
    so the interval of the precision allows for clusters (Wilson interval with the effective number of warnings; Kish,
    1965).

    References
    ----------
    Kish, L. (1965). Survey Sampling, 5.4. Wilson, E. B. (1927), JASA 22, 209-212.
    """
    stakes = stakes or Stakes()
    _same(signals.customers, defaults)
    active = np.concatenate([signals.active, np.logical_or.reduce(signals.active, axis=0, keepdims=True)])
    days = signals.measures.days
    found = evaluate(active, days, defaults, stakes, confidence)
    names = [*(rule.label for rule in signals.rules), ANY]
    table = pd.DataFrame({"rule": names, **found.columns})
    return BacktestResult(
        table=table, leads=_leads(names, found, defaults), base_rate=found.base_rate, no_warning=found.no_warning,
        stakes=stakes, confidence=confidence, currency=defaults.currency, notes=_notes(table),
    )  # fmt: skip


def threshold_curve(
    measures: Measures,
    defaults: Defaults,
    *,
    measure: str = "overdue_share",
    threshold: float | None = None,
    thresholds: Sequence[float] | None = None,
    months: int = 1,
    release_ratio: float = 1.0,
    stakes: Stakes | None = None,
    confidence: float = 0.95,
) -> ThresholdCurve:
    """Back-test one measure at many thresholds.

    Parameters
    ----------
    measures : Measures
        What was watched.
    defaults : Defaults
        First default of each customer, from the same ledger.
    measure : str
        Which of the measures.
    threshold : float, optional
        The one to look at; by default the one with the lowest cost.
    thresholds : sequence of float, optional
        Where the curve is computed; by default at 40 round values between the least and the largest seen.
    months : int
        Month-ends in a row, at least 1.
    release_ratio : float
        Release as a part of the threshold, 0 to 1.
    stakes : Stakes, optional
        Horizon, reaction and costs.
    confidence : float
        Of the intervals, between 0 and 1.

    Raises
    ------
    ParameterError
        The measure is not known, or a number is out of its range.
    DataError
        Measures and defaults are of different customers, or the measure was never known.
    """
    stakes = stakes or Stakes()
    _same(measures.customers, defaults)
    values = measures[check_measure("measure", measure)]
    months = int(check_number("months", months, low=1))
    check_number("release_ratio", release_ratio, low=0, high=1)
    if not np.isfinite(values).any():
        raise DataError(Problem(measure, t("it is not known for any customer"), t("at least one number")))
    fair: Bools = np.less(measures.days[:, None], defaults.day[None, :])
    grid = _grid(values[fair], thresholds, threshold)
    with np.errstate(invalid="ignore"):
        holds = values[:, None, :] >= grid[:, None]
        silent = np.isnan(values) & (measures["exposure"] > 0)
        stays = (values[:, None, :] >= (grid * release_ratio)[:, None]) | silent[:, None, :]
    active = np.moveaxis(states(holds, stays, months), 1, 0)
    found = evaluate(active, measures.days, defaults, stakes, confidence)
    curve = ThresholdCurve(
        table=pd.DataFrame({"threshold": grid, **found.columns}), measure=measure, threshold=float(grid[0]),
        base_rate=found.base_rate, no_warning=found.no_warning, stakes=stakes, confidence=confidence,
        currency=defaults.currency,
    )  # fmt: skip
    return replace(curve, threshold=curve.best if threshold is None else float(threshold))


def explore_threshold(
    measures: Measures,
    defaults: Defaults,
    *,
    measure: str,
    threshold: float,
    months: int = 1,
    horizon: int = 365,
    reaction: int = 30,
    false_cost: float = 500.0,
    loss_share: float = 0.6,
    avoided: float = 0.5,
    confidence: float = 0.95,
) -> ThresholdCurve:
    """Return the curve of a measure with one threshold looked at; for an explorer, everything is a plain number.

    Parameters
    ----------
    measures, defaults, measure, threshold, months, confidence
        As in `threshold_curve`.
    horizon, reaction, false_cost, loss_share, avoided
        As of `Stakes`.

    Raises
    ------
    DataError, ParameterError
        As `threshold_curve`.
    """
    stakes = Stakes(
        horizon=horizon, reaction=reaction, false_cost=false_cost, loss_share=loss_share, avoided=avoided
    )  # fmt: skip
    return threshold_curve(
        measures, defaults, measure=measure, threshold=threshold, months=months, stakes=stakes, confidence=confidence
    )


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Columns of a table, one value per alternative, and what the leads are made of."""

    columns: Mapping[str, npt.NDArray[Any]]
    lead: Floats
    base_rate: float
    no_warning: float


def evaluate(active: Bools, days: Days, defaults: Defaults, stakes: Stakes, confidence: float) -> Evaluation:
    """Judge alternatives: `active` of shape (alternatives, days, customers)."""
    check_fraction("confidence", confidence)
    default = defaults.day
    fair: Bools = np.less(days[:, None], default[None, :])  # before the default
    follows = fair & (default[None, :] - days[:, None] <= stakes.horizon)
    known = follows | (days[:, None] + stakes.horizon <= defaults.last_day)
    raised = begins(active) & fair
    right, false = (raised & follows).sum(axis=1), (raised & known & ~follows).sum(axis=1)
    testable = (default < NEVER) & (default > days[0])
    lead: Floats = np.where(testable, _lead(active & follows, days, default), np.nan)
    warned = np.isfinite(lead)
    losses = np.where(testable, defaults.exposure * stakes.loss_share, 0.0)
    in_time = lead >= stakes.reaction
    cost = false.sum(axis=1) * stakes.false_cost + (losses * (1 - stakes.avoided * in_time)).sum(axis=1)
    hits, n = right.sum(axis=1), (right + false).sum(axis=1)
    columns = {
        "warnings": raised.sum(axis=(1, 2)), "right": hits, "false": false.sum(axis=1),
        "undecided": raised.sum(axis=(1, 2)) - n, **_precision(right, right + false, confidence),
        **_recall(warned.sum(axis=1), int(testable.sum()), confidence), **_lead_columns(lead),
        "in_time": in_time.sum(axis=1), "cost": cost,
    }  # fmt: skip
    at_risk = int((fair & known).sum())
    base = float(follows.sum() / at_risk) if at_risk else float("nan")
    return Evaluation(columns=columns, lead=lead, base_rate=base, no_warning=float(losses.sum()))


def _lead(warned: npt.NDArray[Any], days: Days, default: Days) -> Floats:
    """Days from the first warning within the horizon to the default; not a number without one."""
    first = np.argmax(warned, axis=1)
    there = warned.any(axis=1)
    with np.errstate(over="ignore"):
        gap = default[None, :] - days[first]
    return np.asarray(np.where(there, gap, np.nan), dtype=np.float64)


def _precision(right: npt.NDArray[Any], judged: npt.NDArray[Any], confidence: float) -> dict[str, Floats]:
    """Share of right warnings with a Wilson interval on the effective number of warnings; clusters are customers."""
    x, n = right.sum(axis=1).astype(float), judged.sum(axis=1).astype(float)
    clusters = (judged > 0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = x / n
        spread = ((right - p[:, None] * judged) ** 2).sum(axis=1) * clusters / np.maximum(clusters - 1, 1) / n**2
        counted = np.where(spread > 0, p * (1 - p) / spread, clusters)
        low, high = _wilson(p, np.asarray(np.minimum(np.nan_to_num(counted), n), np.float64), confidence)
    return {"precision": p, "precision_low": low, "precision_high": high}


def _wilson(p: Floats, n: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Wilson interval of a share for a number of trials that need not be whole."""
    z2 = float(ndtri((1 + confidence) / 2)) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = np.sqrt(z2) * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low, high = np.where(p == 0, 0.0, centre - half), np.where(p == 1, 1.0, centre + half)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def _recall(warned: npt.NDArray[Any], defaults: int, confidence: float) -> dict[str, npt.NDArray[Any]]:
    total = np.full(len(warned), defaults)
    low, high = wilson_interval(warned, total, confidence=confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = warned / total
    return {"defaults": total, "warned": warned, "recall": share, "recall_low": low, "recall_high": high}


def _lead_columns(lead: Floats) -> dict[str, Floats]:
    """Median and quartiles of the lead times; not a number where no default was warned of."""
    known = np.isfinite(lead).any(axis=1)
    found = np.full((3, len(lead)), np.nan)
    if known.any():
        found[:, known] = np.nanpercentile(lead[known], [50, 25, 75], axis=1)
    return {"lead_days": found[0], "lead_low": found[1], "lead_high": found[2]}


def _leads(names: list[str], found: Evaluation, defaults: Defaults) -> pd.DataFrame:
    rule, who = np.nonzero(np.isfinite(found.lead))
    return pd.DataFrame(
        {
            "rule": np.array(names, dtype=object)[rule],
            "customer": defaults.customers[who],
            "lead_days": found.lead[rule, who].astype(int),
            "exposure": defaults.exposure[who],
        }
    )


def _grid(values: Floats, given: Sequence[float] | None, chosen: float | None) -> Floats:
    """Return thresholds ascending: those given, or 40 values between the least above 0 and the 99.9 % quantile."""
    if given is not None:
        grid = np.array([check_number("thresholds", x) for x in given], dtype=np.float64)
    else:
        seen = values[np.isfinite(values) & (values > 0)]
        top = float(np.quantile(seen, 0.999)) if len(seen) else 1.0
        step = _nice(top / 40)
        grid = np.arange(1, max(2, int(np.ceil(top / step)) + 1), dtype=np.float64) * step
    asked = [] if chosen is None else [check_number("threshold", chosen)]
    return np.unique(np.round(np.array([*grid, *asked], dtype=np.float64), 10))


def _nice(x: float) -> float:
    """Return the next round number: 1, 2, 2.5 or 5 times a power of ten."""
    if not x > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(x))
    return float(next(k for k in (1, 2, 2.5, 5, 10) if k * power >= x * (1 - 1e-12)) * power)


def _same(customers: pd.Index, defaults: Defaults) -> None:
    if not customers.equals(defaults.customers):
        raise DataError(Problem("defaults", t("other customers than those of the warnings"), t("one ledger for both")))


def _notes(table: pd.DataFrame) -> tuple[str, ...]:
    row = table.iloc[-1]
    notes = []
    if row["undecided"]:
        notes.append(t("{n:,} warnings are undecided: the ledger ends before their horizon.", n=row["undecided"]))
    if 0 < row["defaults"] < 30:
        notes.append(t("Only {n} defaults can be tested; read the intervals.", n=row["defaults"]))
    return tuple(notes)
