"""How much credit a customer gets: named rules, cut back by the grade, never below zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from casework.core.checks import check_number, check_option
from casework.core.errors import DataError, InputError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.credit.rating.columns import GRADES, Floats, at_rows, check_grades, grade_codes, numbers_in, table_of

Combination = Literal["lowest", "mean", "highest"]
CAP, BLOCKED, TOGETHER = mark("cap of the grade"), mark("no credit for the grade"), mark("mean of the rules")
COLUMNS = (mark("limit"), mark("binding rule"), mark("open balance"), mark("utilisation"), mark("excess"),
           mark("free"), mark("rule"), mark("granted"), mark("over limit"))  # fmt: skip
RULE_NAMES = (mark("share of equity"), mark("share of working capital"), mark("months of purchases"),
              mark("share of sales"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LimitRule:
    """One rule: a multiple of an amount.

    Parameters
    ----------
    name : str
        How tables call it, such as 'share of equity'.
    column : str
        Column of the amount [currency]; with `minus` the difference of two columns.
    factor : float or mapping of grade to float
        Multiple of the amount, at least 0: one for all, or one for each grade.
    minus : str
        Column that is taken off first (current liabilities off current assets), empty for none.
    """

    name: str
    column: str
    factor: float | Mapping[str, float]
    minus: str = ""


def purchases_rule(column: str = "sales_to_customer", *, months: float, tax: float = 0.0) -> LimitRule:
    """Return the rule that a limit covers so many months of what the customer buys in a year, with sales tax.

    Raises
    ------
    ParameterError
        Months or tax are below 0 or not finite.

    Examples
    --------
    >>> purchases_rule(months=3).factor
    0.25
    """
    check_number("months", months, low=0, unit=t("months"))
    check_number("tax", tax, low=0)
    return LimitRule(name=RULE_NAMES[2], column=column, factor=months / 12 * (1 + tax))


def standard_rules(
    *,
    equity_share: float = 0.0,
    working_capital_share: float = 0.0,
    purchase_months: float = 0.0,
    equity: str = "equity",
    working_capital: tuple[str, str] | None = ("current_assets", "current_liabilities"),
    purchases: str | None = "sales_to_customer",
) -> tuple[LimitRule, ...]:
    """Return the usual rules: a share of equity, a share of working capital, some months of purchases.

    Parameters
    ----------
    equity_share, working_capital_share : float
        At least 0; 0 leaves the rule out.
    purchase_months : float
        At least 0; 0 leaves the rule out [months].
    equity, working_capital, purchases : str, pair of str or None
        Columns; empty or None leaves the rule out.

    Raises
    ------
    ParameterError
        A share or the months are below 0 or not finite: all at once.

    Examples
    --------
    >>> [rule.name for rule in standard_rules(equity_share=0.1, purchase_months=2)]
    ['share of equity', 'months of purchases']
    """
    problems: list[Problem] = []
    shares = {"equity_share": equity_share, "working_capital_share": working_capital_share,
              "purchase_months": purchase_months}  # fmt: skip
    for name, value in shares.items():
        try:
            check_number(name, value, low=0)
        except InputError as error:
            problems += error.problems
    if problems:
        raise ParameterError(problems)
    found = []
    if equity_share and equity:
        found.append(LimitRule(name=RULE_NAMES[0], column=equity, factor=equity_share))
    if working_capital_share and working_capital:
        top, less = working_capital
        found.append(LimitRule(name=RULE_NAMES[1], column=top, minus=less, factor=working_capital_share))
    if purchase_months and purchases:
        found.append(purchases_rule(purchases, months=purchase_months))
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class LimitResult(Result):
    """Credit limits.

    Attributes
    ----------
    table : DataFrame
        On the index of the input: `grade`, the amount of each rule, `limit`, `binding_rule`, and with an open balance
        `open_balance`, `utilisation` (0 with a credit balance, not a number where the limit is 0), `excess`, `free`
        (a credit balance adds to it).
    rules : tuple of str
        Names of the rules.
    grades : tuple of str
    combine : str
        Which of the amounts counts.
    notes : tuple of str
        What must be read with care.
    """

    table: pd.DataFrame
    rules: tuple[str, ...]
    grades: tuple[str, ...]
    combine: str
    notes: tuple[str, ...] = field(default=())

    def to_frame(self) -> pd.DataFrame:
        """One row per customer."""
        return self.table.copy()

    @property
    def by_grade(self) -> pd.DataFrame:
        """Limits by grade: `customers`, `granted`, and with balances `open_balance`, `over_limit`, `excess`."""
        sums = {"customers": ("limit", "size"), "granted": ("limit", "sum")}
        table = self.table
        if "excess" in table:
            table = table.assign(over=table["excess"] > 0)
            sums |= {
                "open_balance": ("open_balance", "sum"),
                "over_limit": ("over", "sum"),
                "excess": ("excess", "sum"),
            }
        found = table.groupby("grade").agg(**sums)
        return found.reindex(list(self.grades), fill_value=0).rename_axis("grade").reset_index()

    @property
    def by_rule(self) -> pd.DataFrame:
        """How often each rule decided: `binding_rule`, `customers`."""
        counts = self.table["binding_rule"].value_counts()
        return counts.rename_axis("binding_rule").rename("customers").reset_index()

    def summary(self) -> str:
        """Say what is granted, and who is over it."""
        total = float(self.table["limit"].sum())
        if "excess" not in self.table:
            return t("Limits add up to {total:,.0f}.", total=total)
        over = self.table["excess"] > 0
        return t("Limits add up to {total:,.0f}; customers over their limit: {n:,}, by {excess:,.0f} in all.",
                 total=total, n=int(over.sum()), excess=float(self.table["excess"].sum()))  # fmt: skip


def credit_limits(
    customers: pd.DataFrame | Mapping[str, Any],
    rules: Sequence[LimitRule],
    *,
    grade: str = "grade",
    grades: Sequence[str] = GRADES,
    grade_factors: Mapping[str, float] | None = None,
    caps: Mapping[str, float] | None = None,
    combine: Combination = "lowest",
    round_to: float = 0.0,
    open_balance: str = "",
) -> LimitResult:
    """Credit limit of every customer by named rules, times a factor of the grade, under a cap of the grade.

    Parameters
    ----------
    customers : DataFrame or mapping, one row per customer
        Amounts that the rules use [currency].
    rules : sequence of LimitRule
        At least one.
    grade : str
        Column of the grade.
    grades : sequence of str
        Best first.
    grade_factors : mapping of grade to float, optional
        What the combined amount is multiplied by, at least 0; 1 for grades that are not named, 0 for no credit.
    caps : mapping of grade to float, optional
        Most that a customer of a grade gets [currency], at least 0.
    combine : {'lowest', 'mean', 'highest'}
        Which amount counts; rules whose amount is missing are left out.
    round_to : float
        Limits are rounded down to multiples of it; 0 for none [currency].
    open_balance : str
        Column of what the customer owes now [currency], empty for none.

    Returns
    -------
    LimitResult
        A rule on a negative amount (equity that is used up) gives 0, and is counted.

    Raises
    ------
    ParameterError
        No rule, a rule twice, a factor, cap or step below 0, or for a grade that is not in the scale: all at once.
    DataError
        A column is missing or holds text, a grade is unknown, or a customer has no amount for any rule.

    Notes
    -----
    Rules of thumb: they spread the risk, they do not maximise profit.

    Examples
    --------
    A published example: 35 % of a net worth of 80,000 or 5 % of sales of 700,000, whichever is less:

    >>> rules = [LimitRule(name="share of equity", column="equity", factor={"B": 0.35}),
    ...          LimitRule(name="share of sales", column="sales", factor={"B": 0.05})]
    >>> firm = {"equity": 80_000, "sales": 700_000, "grade": "B"}
    >>> float(credit_limits(firm, rules, grades=["A", "B", "C"]).table["limit"].iloc[0])
    28000.0
    """
    names = check_grades(grades)
    check_option("combine", combine, Combination)
    _check_rules(rules, names, grade_factors, caps, round_to)
    frame = table_of(customers)
    codes = _grades(frame, grade, names)
    amounts, negative = _amounts(frame, rules, names, codes)
    factor = _per_grade(grade_factors or {}, names, 1.0)[codes]
    chosen, binding = _combine(frame, amounts, combine)
    cap = _per_grade(caps or {}, names, np.inf)[codes]
    limit = np.minimum(chosen * factor, cap)
    binding = np.where(chosen * factor > cap, CAP, np.where(factor == 0, BLOCKED, binding))
    limit = np.floor(limit / round_to + 1e-9) * round_to if round_to > 0 else limit
    table = pd.DataFrame({"grade": np.array(names, dtype=object)[codes], **amounts, "limit": limit,
                          "binding_rule": binding}, index=frame.index)  # fmt: skip
    notes = [_negative_note(name, n) for name, n in negative.items() if n]
    if open_balance:
        table, more = _with_balance(table, frame, open_balance)
        notes += more
    return LimitResult(table=table, rules=tuple(amounts), grades=names, combine=combine, notes=tuple(notes))


def _grades(frame: pd.DataFrame, grade: str, names: Sequence[str]) -> Any:
    if grade not in frame.columns:
        raise DataError(Problem(grade, t("there is no column {name}", name=repr(grade))))
    return grade_codes(frame[grade], names, where=grade)


def _check_rules(
    rules: Sequence[LimitRule],
    names: Sequence[str],
    factors: Mapping[str, float] | None,
    caps: Mapping[str, float] | None,
    round_to: float,
) -> None:
    problems: list[Problem] = [] if rules else [Problem("rules", t("no rule"), t("at least one rule"))]
    titles = [rule.name for rule in rules]
    twice = [name for name in dict.fromkeys(titles) if titles.count(name) > 1]
    problems += [Problem("rules", t("{value} stands there twice", value=repr(name))) for name in twice]
    given: list[tuple[str, Any]] = [("round_to", round_to)]
    for where, mapping in (("grade_factors", factors), ("caps", caps), *((r.name, r.factor) for r in rules)):
        if isinstance(mapping, Mapping):
            problems += [Problem(where, t("unknown grades: {names}", names=repr(x)), ", ".join(names))
                         for x in mapping if x not in names]  # fmt: skip
            given += [(t("{where} of {grade}", where=where, grade=key), value) for key, value in mapping.items()]
        elif mapping is not None:
            given.append((where, mapping))
    for where, value in given:
        try:
            check_number(where, value, low=0)
        except InputError as error:
            problems += error.problems
    if problems:
        raise ParameterError(problems)


def _per_grade(given: Mapping[str, float], names: Sequence[str], default: float) -> Floats:
    return np.array([float(given.get(name, default)) for name in names])


def _amounts(
    frame: pd.DataFrame, rules: Sequence[LimitRule], names: Sequence[str], codes: Any
) -> tuple[dict[str, Floats], dict[str, int]]:
    """Return the amount that each rule gives, and how many were negative and count as 0."""
    wanted = [name for rule in rules for name in (rule.column, rule.minus) if name]
    found = numbers_in(frame, wanted)
    amounts, negative = {}, {}
    for rule in rules:
        base = found[rule.column] - found[rule.minus] if rule.minus else found[rule.column]
        factor = _per_grade(rule.factor, names, np.nan)[codes] if isinstance(rule.factor, Mapping) else rule.factor
        negative[rule.name] = int((base < 0).sum())
        amounts[rule.name] = np.maximum(base, 0.0) * factor
    return amounts, negative


def _combine(frame: pd.DataFrame, amounts: Mapping[str, Floats], combine: str) -> tuple[Floats, Any]:
    table = np.column_stack(list(amounts.values()))
    none = np.asarray(np.isnan(table).all(axis=1))
    if none.any():
        raise DataError(Problem(at_rows("limit", frame.index, none), t("no rule has an amount"), t("at least one")))
    titles = np.array(list(amounts), dtype=object)
    if combine == "mean":
        return np.nanmean(table, axis=1), np.full(len(table), TOGETHER if len(titles) > 1 else titles[0], dtype=object)
    place = np.nanargmin(table, axis=1) if combine == "lowest" else np.nanargmax(table, axis=1)
    return table[np.arange(len(table)), place], titles[place]


def _with_balance(table: pd.DataFrame, frame: pd.DataFrame, column: str) -> tuple[pd.DataFrame, list[str]]:
    owed = numbers_in(frame, [column])[column]
    limit = table["limit"].to_numpy()
    used = np.maximum(owed, 0.0)
    utilisation = np.divide(used, limit, out=np.full(len(owed), np.nan), where=limit > 0)
    excess, free = np.maximum(owed - limit, 0.0), np.maximum(limit - owed, 0.0)
    notes = []
    credit = int((owed < 0).sum())
    if credit:
        notes.append(tn("{n} customer has a credit balance; he uses none of his limit.",
                        "{n} customers have a credit balance; they use none of their limits.", credit))  # fmt: skip
    return table.assign(open_balance=owed, utilisation=utilisation, excess=excess, free=free), notes


def _negative_note(name: str, n: int) -> str:
    return tn("Rule {name}: the amount of {n} customer is negative and counts as 0.",
              "Rule {name}: the amounts of {n} customers are negative and count as 0.", n, name=t(name))  # fmt: skip
