"""The engine of the warnings: rules over measures, with persistence and hysteresis; events with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.messages import mark, t
from casework.core.result import Result
from casework.credit.receivables.measures import MEASURE_WORDS, SHARES, Measures
from casework.credit.receivables.rules import RESPONSE_WORDS, Rule, read_rules

Bools = npt.NDArray[np.bool_]
HEADINGS = (
    mark("event"), mark("raised"), mark("released"), mark("value"), mark("since"), mark("reason"), mark("customers"),
    mark("warnings"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SignalsResult(Result):
    """Which warnings were on at which month-end, and how they came and went.

    Attributes
    ----------
    rules : tuple of Rule
        The rules.
    dates, customers
        Days and names.
    active : ndarray of bool, shape (rules, dates, customers)
        Whether the warning was on.
    events : DataFrame
        `day`, `customer`, `rule`, `event` (raised, released), `value`, `level`, `department`, `response`, by day.
    measures : Measures
        What the rules looked at.
    """

    rules: tuple[Rule, ...]
    dates: tuple[str, ...]
    customers: pd.Index
    active: Bools
    events: pd.DataFrame
    measures: Measures
    notes: tuple[str, ...] = ()

    @property
    def raised(self) -> Bools:
        """Where a warning begins, shape (rules, dates, customers)."""
        return begins(self.active)

    @property
    def level(self) -> npt.NDArray[np.int64]:
        """Highest level of each customer at each day, 0 for none; shape (dates, customers)."""
        levels = np.array([rule.level for rule in self.rules])[:, None, None]
        return np.asarray((self.active * levels).max(axis=0), dtype=np.int64)

    def by_level(self) -> pd.DataFrame:
        """Return customers with a warning at each day, by their highest level."""
        table = {f"level_{k}": (self.level == k).sum(axis=1) for k in (1, 2, 3)}
        return pd.DataFrame({"day": self.dates, **table})

    def current(self, day: str | None = None) -> pd.DataFrame:
        """Return the customers warned of at a day (the newest): worst level first, then the largest balance.

        The rule named is the first of the highest level; `warnings` counts all that are on.
        """
        place = len(self.dates) - 1 if day is None else self.dates.index(day)
        now = self.active[:, place]
        who = np.flatnonzero(now.any(axis=0))
        levels = np.array([rule.level for rule in self.rules])
        first = np.argmax(now[:, who] * levels[:, None], axis=0)
        rows = pd.DataFrame({"customer": self.customers[who], "level": levels[first]})
        for name in ("department", "response"):
            rows[name] = [getattr(self.rules[i], name) for i in first]
        rows["exposure"] = np.nan_to_num(self.measures["exposure"][place, who])
        rows["warnings"] = now[:, who].sum(axis=0)
        rows["rule"] = [self.rules[i].label for i in first]
        rows["value"] = [self.measures[self.rules[i].measure][place, c] for i, c in zip(first, who, strict=True)]
        rows["since"] = [self._since(int(i), place, int(c)) for i, c in zip(first, who, strict=True)]
        return rows.sort_values(["level", "exposure"], ascending=False, kind="stable", ignore_index=True)

    def _since(self, rule: int, place: int, customer: int) -> str:
        off = np.flatnonzero(~self.active[rule, : place + 1, customer])
        return self.dates[int(off[-1]) + 1 if len(off) else 0]

    def reasons(self, table: pd.DataFrame) -> list[str]:
        """Say in a sentence why each row of `events` or `current` is there."""
        rules = {rule.label: rule for rule in self.rules}
        return [_reason(rules[row["rule"]], row) for row in table.to_dict("records")]

    def to_frame(self) -> pd.DataFrame:
        """Return the events."""
        return self.events.copy()

    def summary(self) -> str:
        """Say how many customers are warned of at the newest day, and how many of them at the highest level."""
        level = self.level[-1]
        return t(
            "On {day}, {n:,} of {total:,} customers are warned of: {a:,} at level 1, {b:,} at level 2, {c:,} at "
            "level 3.",
            day=self.dates[-1], n=int((level > 0).sum()), total=len(self.customers), a=int((level == 1).sum()),
            b=int((level == 2).sum()), c=int((level == 3).sum()),
        )  # fmt: skip


def warn_customers(measures: Measures, rules: Iterable[Rule | Mapping[str, Any]] | pd.DataFrame) -> SignalsResult:
    """Apply rules to the measures of all customers.

    Parameters
    ----------
    measures : Measures
        What is watched, by day and customer.
    rules : iterable of Rule or mapping, or DataFrame
        Rules as data; see `Rule`.

    Returns
    -------
    SignalsResult
        Warnings and events.

    Raises
    ------
    ParameterError
        As `read_rules`.

    Notes
    -----
    A warning begins where the condition has held for `months` days in a row. It ends at the first value on the good
    side of `release`. Where there is no value (no payment in the window) it stays while anything is open: no news is
    not good news.
    """
    checked = read_rules(rules)
    active = np.stack([rule_states(rule, measures) for rule in checked])
    return SignalsResult(
        rules=checked, dates=measures.dates, customers=measures.customers, active=active,
        events=_events(checked, active, measures), measures=measures,
    )  # fmt: skip


def rule_states(rule: Rule, measures: Measures) -> Bools:
    """Return where a rule's warning is on, shape (dates, customers)."""
    values, exposure = measures[rule.measure], measures["exposure"]
    stays = rule.holds(values, rule.ends_at) | (np.isnan(values) & (exposure > 0))
    return states(rule.holds(values) & (exposure >= rule.minimum), stays, int(rule.months))


def states(holds: Bools, stays: Bools, months: int) -> Bools:
    """Return where a warning is on: it begins after `months` days in a row and stays while `stays`.

    Parameters
    ----------
    holds, stays : ndarray of bool, the first axis the days
        Where the condition holds, and where a warning that is on stays on.
    months : int
        Days in a row, at least 1.

    Examples
    --------
    >>> holds = np.array([True, False, True, True, False, False])
    >>> stays = np.array([True, True, True, True, True, False])
    >>> states(holds, stays, 2).astype(int).tolist()
    [0, 0, 0, 1, 1, 0]
    """
    found = np.zeros(np.broadcast_shapes(holds.shape, stays.shape), dtype=bool)
    run, on = np.zeros(found.shape[1:], dtype=np.int64), np.zeros(found.shape[1:], dtype=bool)
    for i in range(len(found)):
        run = np.where(holds[i], run + 1, 0)
        on = (on & stays[i]) | (run >= months)
        found[i] = on
    return found


def begins(active: Bools) -> Bools:
    """Return where a warning begins; the days are the last axis but one."""
    before = np.zeros_like(active)
    before[..., 1:, :] = active[..., :-1, :]
    return np.asarray(active & ~before, dtype=bool)


def _events(rules: tuple[Rule, ...], active: Bools, measures: Measures) -> pd.DataFrame:
    raised = begins(active)
    released = begins(~active)
    released[:, 0] = False
    parts = []
    for word, where in (("raised", raised), ("released", released)):
        rule, day, who = np.nonzero(where)
        values = np.stack([measures[item.measure] for item in rules])[rule, day, who]
        labels = np.array([item.label for item in rules], dtype=object)
        table = {"place": day, "day": np.array(measures.dates)[day], "customer": measures.customers[who].to_numpy(),
                 "rule": labels[rule], "event": word, "value": values}  # fmt: skip
        for name in ("level", "department", "response"):
            table[name] = np.array([getattr(item, name) for item in rules])[rule]
        parts.append(pd.DataFrame(table))
    events = pd.concat(parts, ignore_index=True).sort_values(["place", "level"], ascending=[True, False], kind="stable")
    return events.drop(columns="place").reset_index(drop=True)


def _reason(rule: Rule, row: Mapping[Any, Any]) -> str:
    value = float(row["value"])
    what = t(MEASURE_WORDS[rule.measure])
    if row.get("event") == "released":
        return t("ended: {measure} {value} (release {limit})", measure=what, value=_value(rule.measure, value),
                 limit=_value(rule.measure, rule.ends_at))  # fmt: skip
    return t(
        "{response}: {measure} {value} (threshold {limit})", measure=what, value=_value(rule.measure, value),
        limit=_value(rule.measure, rule.threshold), response=t(RESPONSE_WORDS[rule.response]),
    )  # fmt: skip


def _value(measure: str, value: float) -> str:
    if np.isnan(value):
        return t("unknown")
    return f"{value:.0%}" if measure in SHARES and measure != "bad_debt_rate" else (
        f"{value:.1%}" if measure == "bad_debt_rate" else f"{value:,.0f}"
    )  # fmt: skip
