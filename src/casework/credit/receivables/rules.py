"""Warning rules as data: what is watched, from where on it counts, for how long, and who then does what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_names, suggest
from casework.core.errors import ParameterError, Problem
from casework.core.messages import mark, t
from casework.core.options import allowed
from casework.credit.receivables.measures import MEASURE_WORDS

Operator = Literal[">=", ">", "<=", "<"]
Response = Literal["more_dunning", "lower_limit", "stop_supply"]
LEVELS = (1, 2, 3)
RESPONSE_WORDS: Mapping[str, str] = {
    "more_dunning": mark("more dunning"),
    "lower_limit": mark("lower limit"),
    "stop_supply": mark("stop supply"),
}
DEPARTMENTS = (mark("accounts receivable"), mark("sales department"), mark("credit control"), mark("management"))
HEADINGS = (
    mark("rule"), mark("operator"), mark("threshold"), mark("release"), mark("months"), mark("level"),
    mark("department"), mark("response"), mark("minimum"), mark("more_dunning"), mark("lower_limit"),
    mark("stop_supply"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One warning rule.

    Parameters
    ----------
    measure : str
        What is watched (see `MEASURE_WORDS`).
    threshold : float
        From where on it counts.
    operator : {'>=', '>', '<=', '<'}
        How the value is compared with the threshold.
    release : float, optional
        Where the warning ends again: a value on the good side of it. By default the threshold; a gap between both keeps
        a warning from flickering.
    months : int
        Month-ends in a row at which the condition must hold, at least 1.
    level : int
        1 to 3, from watch to stop.
    department : str
        Who is told.
    response : {'more_dunning', 'lower_limit', 'stop_supply'}
        What is done.
    minimum : float
        Open balance from which the rule is looked at [currency], at least 0.
    name : str
        Any text; by default measure, operator and threshold.
    """

    measure: str
    threshold: float
    operator: str = ">="
    release: float | None = None
    months: int = 1
    level: int = 1
    department: str = "accounts receivable"
    response: str = "more_dunning"
    minimum: float = 0.0
    name: str = ""

    @property
    def label(self) -> str:
        """Name of the rule: the one given, else measure, operator and threshold."""
        return self.name or f"{self.measure} {self.operator} {_plain(self.threshold)}"

    @property
    def ends_at(self) -> float:
        """Value at which the warning ends."""
        return self.threshold if self.release is None else self.release

    def holds(self, values: npt.NDArray[np.float64], limit: float | None = None) -> npt.NDArray[np.bool_]:
        """Return where values are on the bad side of the threshold; never where they are not numbers."""
        border = self.threshold if limit is None else limit
        with np.errstate(invalid="ignore"):
            found = {">=": values >= border, ">": values > border, "<=": values <= border, "<": values < border}
        return np.asarray(found[self.operator], dtype=bool)


USUAL_RULES = (
    Rule(measure="overdue_share", threshold=0.5, release=0.3, months=2),
    Rule(measure="days_late_rise", threshold=15, release=5, months=2, level=2, department="sales department",
         response="lower_limit"),
    Rule(measure="late_30_share", threshold=0.25, release=0.1, level=2, department="credit control",
         response="lower_limit"),
    Rule(measure="oldest_days", threshold=60, release=30, level=3, department="credit control",
         response="stop_supply"),
    Rule(measure="bad_debt_rate", threshold=0.01, level=3, department="management", response="stop_supply"),
)  # fmt: skip


def read_rules(rules: Iterable[Rule | Mapping[str, Any]] | pd.DataFrame) -> tuple[Rule, ...]:
    """Check rules, given as objects, mappings or the rows of a table.

    Parameters
    ----------
    rules : iterable of Rule or mapping, or DataFrame
        At least one; fields as of `Rule`. Empty cells take the default.

    Raises
    ------
    ParameterError
        All problems at once: an unknown field or measure, an operator, level or response that there is not, a threshold
        that is no number, a release on the bad side of the threshold, months below 1, two rules of one name.

    Examples
    --------
    >>> [rule.label for rule in read_rules([{"measure": "overdue_share", "threshold": 0.5}])]
    ['overdue_share >= 0.5']
    """
    rows = rules.to_dict("records") if isinstance(rules, pd.DataFrame) else list(rules)
    found = tuple(row if isinstance(row, Rule) else _rule(i, row) for i, row in enumerate(rows, start=1))
    problems = [problem for i, rule in enumerate(found, start=1) for problem in _problems(i, rule)]
    if not found:
        problems.append(Problem("rules", t("there is none"), t("at least one rule")))
    labels = [rule.label for rule in found]
    problems += [
        Problem(t("rule {i}", i=i + 1), t("{name} occurs twice", name=repr(name)), t("each name once"))
        for i, name in enumerate(labels)
        if name in labels[:i]
    ]
    if problems:
        raise ParameterError(problems)
    return found


def rules_frame(rules: Sequence[Rule]) -> pd.DataFrame:
    """Return rules as a table, a row per rule."""
    rows = [{"rule": rule.label, **{f.name: getattr(rule, f.name) for f in fields(rule) if f.name != "name"},
             "release": rule.ends_at} for rule in rules]  # fmt: skip
    return pd.DataFrame(rows)


def _rule(i: int, row: Mapping[Any, Any]) -> Rule:
    known = tuple(f.name for f in fields(Rule))
    check_names(t("rule {i}", i=i), [str(name) for name in row], known)
    given = {str(name): value for name, value in row.items() if not (value is None or value != value)}
    missing = [Problem(t("rule {i}", i=i), t("no {name}", name=name)) for name in ("measure", "threshold")
               if name not in given]  # fmt: skip
    if missing:
        raise ParameterError(missing)
    return Rule(**given)


def _problems(i: int, rule: Rule) -> Iterable[Problem]:
    where = t("rule {i}", i=i)
    if rule.measure not in MEASURE_WORDS:
        yield Problem(f"{where}, measure", repr(rule.measure), fix=suggest(str(rule.measure), list(MEASURE_WORDS)))
    for name, literal in (("operator", Operator), ("response", Response)):
        if getattr(rule, name) not in allowed(literal):
            yield Problem(f"{where}, {name}", repr(getattr(rule, name)),
                          t("one of {values}", values=", ".join(allowed(literal))))  # fmt: skip
    numbers = {"threshold": rule.threshold, "release": rule.ends_at, "minimum": rule.minimum}
    wrong = [name for name, value in numbers.items() if not _is_number(value)]
    for name in wrong:
        yield Problem(f"{where}, {name}", repr(numbers[name]), t("a number"))
    if not wrong and _backwards(rule):
        yield Problem(f"{where}, release", f"{rule.ends_at:g}",
                      t("on the good side of the threshold {x:g}, or equal to it", x=rule.threshold))  # fmt: skip
    if not _is_number(rule.months) or rule.months < 1 or rule.months != int(rule.months):
        yield Problem(f"{where}, months", repr(rule.months), t("a whole number of at least {low}", low=1))
    if rule.level not in LEVELS:
        yield Problem(f"{where}, level", repr(rule.level), t("one of {values}", values="1, 2, 3"))


def _backwards(rule: Rule) -> bool:
    upward = rule.operator in (">=", ">")
    return rule.ends_at > rule.threshold if upward else rule.ends_at < rule.threshold


def _plain(value: Any) -> str:
    return f"{value:g}" if _is_number(value) else str(value)


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, (int, float, np.number)) and bool(np.isfinite(value))
