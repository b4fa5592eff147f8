"""Would the scores of suppliers have warned: rules over scores by period, how early, and with how many false alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2

from casework.core.checks import check_all, check_fraction, check_number, check_option, check_whole
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
WatchKind = Literal["below", "fall"]
COLUMNS = (
    mark("rule"), mark("supplier"), mark("events"), mark("warned"), mark("first warning"), mark("lead"),
    mark("false alarms"), mark("supplier periods"), mark("false alarms per 100"), mark("low"), mark("high"),
    mark("event period"), mark("period"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class WatchRule:
    """When a score is a warning.

    Attributes
    ----------
    name : str
    kind : {'below', 'fall'}
        The score itself is below the limit; or it is below the supplier's own mean of the `window` periods before by
        more than the limit.
    limit : float
        Points.
    periods : int
        For so many periods in a row, at least 1.
    window : int
        Periods of the mean, at least 2.
    """

    name: str
    kind: WatchKind = "below"
    limit: float = 70.0
    periods: int = 1
    window: int = 6

    def __post_init__(self) -> None:
        """Refuse what cannot be, all at once."""
        check_all(
            lambda: check_option(t("{name}: kind", name=self.name), self.kind, WatchKind),
            lambda: check_number(t("{name}: limit", name=self.name), self.limit),
            lambda: check_whole(t("{name}: periods", name=self.name), self.periods, low=1),
            lambda: check_whole(t("{name}: window", name=self.name), self.window, low=2),
        )


@dataclass(frozen=True, kw_only=True)
class WatchResult(Result):
    """What rules over scores would have done.

    Attributes
    ----------
    table : DataFrame
        A row per rule: `events` (suppliers that failed), `warned` of them before it; `lead` (periods from the first
        warning to the event, of several events the mean); `false_alarms` (warnings that began at suppliers that did
        not fail, or more than `horizon` periods ahead), over so many `supplier_periods`; `false_alarms_per_100` of
        those with an exact interval `low` to `high`.
    warnings : DataFrame
        `rule`, `supplier`, `period` of each warning that began; `right` and its `lead`.
    scores : DataFrame, shape (periods, suppliers)
    events : mapping of supplier to period
    """

    table: pd.DataFrame
    warnings: pd.DataFrame
    scores: pd.DataFrame
    events: Mapping[Any, Any]
    rules: tuple[WatchRule, ...]
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which rule warned of most events, with the fewest false alarms and then the longest lead."""
        ranked = self.table.sort_values(
            ["warned", "false_alarms", "lead"], ascending=[False, True, False], kind="stable"
        )
        row = ranked.iloc[0]
        if not row["warned"]:
            return t("No rule warned before the event.")
        return tn("The rule '{rule}' warned {lead:.0f} periods ahead, with {n} false alarm in {k:,} supplier periods.",
                  "The rule '{rule}' warned {lead:.0f} periods ahead, with {n} false alarms in {k:,} supplier periods.",
                  int(row["false_alarms"]), rule=t(str(row["rule"])), lead=row["lead"],
                  k=int(row["supplier_periods"]))  # fmt: skip


def watch_scores(
    scores: pd.DataFrame,
    rules: Sequence[WatchRule],
    *,
    events: Mapping[Any, Any],
    horizon: int = 12,
    confidence: float = 0.95,
) -> WatchResult:
    """Test warning rules on past scores against what happened.

    Parameters
    ----------
    scores : DataFrame, shape (periods, suppliers)
        Score of each supplier in each period, in the order of time; missing where there was none.
    rules : sequence of WatchRule
        Names all different.
    events : mapping of supplier to period
        When a supplier failed: one of the periods. Scores before that period may warn; nothing afterwards counts.
    horizon : int
        A warning that began more than so many periods before the event is a false alarm, at least 1.
    confidence : float
        Of the interval of the rate of false alarms.

    Returns
    -------
    WatchResult

    Raises
    ------
    DataError
        Scores that are no numbers, periods or suppliers that repeat, no score.
    ParameterError
        No rule, names that repeat, events of unknown suppliers or periods, a number out of its range.

    Notes
    -----
    A warning begins where a rule holds for the first period after it did not; where a score is missing no rule holds.
    The rate of false alarms per supplier and period has the exact interval of a Poisson count. Rules chosen after the
    event look better than they are: with one event there is nothing to test the choice on.

    References
    ----------
    Garwood (1936), Fiducial limits for the Poisson distribution, Biometrika 28, 437-442: 0 to 3.69 for a count of 0.

    Examples
    --------
    >>> scores = pd.DataFrame({"x": [90, 88, 66, 64, 60], "y": [80, 69, 81, 80, 82]}, index=[1, 2, 3, 4, 5])
    >>> rules = [WatchRule(name="once"), WatchRule(name="twice", periods=2)]
    >>> watch_scores(scores, rules, events={"x": 5}).table[["rule", "lead", "false_alarms"]].values.tolist()
    [['once', 2.0, 1], ['twice', 1.0, 0]]
    """
    values = _scores(scores)
    check_all(
        lambda: _check_rules(rules),
        lambda: _check_events(scores, events),
        lambda: check_whole("horizon", horizon, low=1),
        lambda: check_fraction("confidence", confidence),
    )
    fails = np.full(values.shape[1], len(values))
    fails[scores.columns.get_indexer(pd.Index(list(events)))] = scores.index.get_indexer(
        pd.Index(list(events.values()))
    )
    watched = np.isfinite(values) & (np.arange(len(values))[:, None] < fails)
    rows, parts = [], []
    for rule in rules:
        began = _begins(_holds(rule, values)) & watched
        when, who = np.nonzero(began)
        lead = fails[who] - when
        right = (fails[who] < len(values)) & (lead <= horizon)
        parts.append(pd.DataFrame({"rule": rule.name, "supplier": scores.columns[who], "period": scores.index[when],
                                   "right": right, "lead": np.where(right, lead, np.nan)}))  # fmt: skip
        rows.append(_row(rule, parts[-1], len(events), int(watched.sum()), confidence))
    return WatchResult(table=pd.DataFrame(rows), warnings=pd.concat(parts, ignore_index=True), scores=scores,
                       events=dict(events), rules=tuple(rules), notes=_notes(len(events)))  # fmt: skip


def rule_holds(rule: WatchRule, scores: pd.DataFrame) -> pd.DataFrame:
    """Return where a rule holds, for every period and supplier.

    Raises
    ------
    DataError
        As `watch_scores`.
    """
    return pd.DataFrame(_holds(rule, _scores(scores)), index=scores.index, columns=scores.columns)


def _holds(rule: WatchRule, values: Floats) -> Bools:
    level = values
    if rule.kind == "fall":
        before = pd.DataFrame(values).rolling(rule.window, min_periods=2).mean().shift(1).to_numpy(dtype=np.float64)
        level = values - before
    limit = rule.limit if rule.kind == "below" else -rule.limit
    with np.errstate(invalid="ignore"):
        low = pd.DataFrame(level < limit).astype(np.float64)
    return np.asarray(low.rolling(rule.periods).sum().to_numpy() >= rule.periods)


def _begins(holds: Bools) -> Bools:
    before = np.zeros_like(holds)
    before[1:] = holds[:-1]
    return np.asarray(holds & ~before)


def _row(rule: WatchRule, found: pd.DataFrame, events: int, watched: int, confidence: float) -> dict[str, object]:
    right = found[found["right"]]
    first = right.groupby("supplier", sort=False)["lead"].max()
    n = int((~found["right"]).sum())
    tail = (1 - confidence) / 2
    low = float(chi2.ppf(tail, 2 * n)) / 2 if n else 0.0
    high = float(chi2.ppf(1 - tail, 2 * n + 2)) / 2
    per = 100 / watched if watched else float("nan")
    return {
        "rule": rule.name,
        "events": events,
        "warned": len(first),
        "lead": float(first.mean()),
        "false_alarms": n,
        "supplier_periods": watched,
        "false_alarms_per_100": n * per,
        "low": low * per,
        "high": high * per,
    }


def _notes(events: int) -> tuple[str, ...]:
    if events > 4:
        return ()
    return (tn("There is {n} event only: which rule is best cannot be told from it.",
               "There are {n} events only: which rule is best cannot be told from them.", events),)  # fmt: skip


def _scores(scores: pd.DataFrame) -> Floats:
    problems = []
    values = scores.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    words = int((np.isnan(values) & scores.notna().to_numpy()).sum())
    if words:
        found = tn("{n} value is not a number", "{n} values are not numbers", words)
        problems.append(Problem("scores", found, t("numbers")))
    for name, labels in ((t("periods"), scores.index), (t("suppliers"), scores.columns)):
        if labels.has_duplicates:
            twice = str(labels[labels.duplicated()][0])
            problems.append(Problem(name, t("{name} occurs twice", name=repr(twice)), t("each name once")))
    if not np.isfinite(values).any():
        problems.append(Problem("scores", t("none"), t("at least one score")))
    if problems:
        raise DataError(problems)
    return np.asarray(values)


def _check_rules(rules: Sequence[WatchRule]) -> None:
    names = [rule.name for rule in rules]
    problems = [] if names else [Problem("rules", t("none"), t("at least one rule"))]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    problems += [Problem("rules", t("{name} occurs twice", name=repr(name)), t("each name once")) for name in twice]
    if problems:
        raise ParameterError(problems)


def _check_events(scores: pd.DataFrame, events: Mapping[Any, Any]) -> None:
    problems = [] if events else [Problem("events", t("none"), t("at least one event"))]
    for supplier, period in events.items():
        if supplier not in scores.columns:
            problems.append(Problem("events", t("{value} is not known", value=repr(str(supplier)))))
        if period not in scores.index:
            problems.append(Problem("events", t("{value} is not known", value=repr(str(period)))))
    if problems:
        raise ParameterError(problems)
