"""What to recall: the expected cost of recall scopes while it is uncertain which lots are contaminated."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import check_all, check_names, check_number, check_option
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Lever = Literal["unit", "fixed", "case", "second"]
LEVERS: tuple[str, ...] = ("unit", "fixed", "case", "second")
COLUMNS = (
    mark("scope"), mark("lots"), mark("units"), mark("recall cost"), mark("fixed cost"), mark("illness left"),
    mark("illness recalled"), mark("second recall"), mark("expected cost"), mark("against best"),
    mark("chance of a second recall"), mark("best in"), mark("lever"), mark("as it is"), mark("times as high"),
    mark("turns at"), mark("other scope"),
)  # fmt: skip
WORDS = {
    "unit": mark("cost of a unit recalled"),
    "fixed": mark("fixed cost of a recall"),
    "case": mark("cost of an illness"),
    "second": mark("cost of a second recall"),
}


@dataclass(frozen=True, kw_only=True)
class RecallCosts:
    """What a recall costs, and what it costs to leave contaminated goods out there.

    Attributes
    ----------
    unit : float
        Of a unit recalled: its value, freight, destruction, lost sale [currency/unit].
    fixed : float
        Of any recall at all: notices, staff, laboratory [currency].
    case : float
        Of an illness: treatment, compensation, liability [currency/person].
    second : float
        Of having to recall a second time, because an illness was reported from lots left out [currency].
    per_report : float
        Persons ill for each one that is reported, at least 1.
    recovered : float
        Part of the units of a recalled lot that comes back before it is eaten, 0 to 1.
    """

    unit: float
    fixed: float = 0.0
    case: float = 0.0
    second: float = 0.0
    per_report: float = 1.0
    recovered: float = 1.0

    def __post_init__(self) -> None:
        """Refuse numbers out of their ranges, all at once."""
        amounts = [item.name for item in fields(self) if item.name in LEVERS]
        check_all(
            *(lambda name=name: check_number(name, getattr(self, name), low=0) for name in amounts),
            lambda: check_number("per_report", self.per_report, low=1),
            lambda: check_number("recovered", self.recovered, low=0, high=1),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RecallResult(Result):
    """Recall scopes and what they cost.

    Attributes
    ----------
    table : DataFrame
        A row per scope: `scope`, `lots`, `units`; expected costs [currency]: `recall_cost`, `fixed_cost`,
        `illness_left` (from lots not recalled), `illness_recalled` (from units that did not come back in time),
        `second_recall`, `expected_cost`; `against_best`; `chance_of_a_second_recall`; `best_in` (probability of the
        states in which no scope costs less).
    by_state : DataFrame, shape (states, scopes)
        Cost of every scope in every state.
    weights : ndarray
        Probability of the states.
    """

    table: pd.DataFrame
    by_state: pd.DataFrame
    weights: Floats
    costs: RecallCosts
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> str:
        """Scope with the lowest expected cost; of several the first."""
        return str(self.table["scope"].iloc[int(np.argmin(self.table["expected_cost"]))])

    @property
    def margin(self) -> float:
        """How much more the second-best scope costs [currency]; infinite with one scope."""
        ordered = np.sort(self.table["expected_cost"].to_numpy(dtype=np.float64))
        return float(ordered[1] - ordered[0]) if len(ordered) > 1 else float("inf")

    @property
    def perfect_information(self) -> float:
        """What it would be worth to know the state before choosing a scope [currency]."""
        return float(self.table["expected_cost"].min() - self.weights @ self.by_state.to_numpy().min(axis=1))

    def value(self, scope: str, column: str = "expected_cost") -> float:
        """Return a number of a scope.

        Raises
        ------
        ParameterError
            No such scope or column.
        """
        check_names("scope", [scope], self.table["scope"].tolist())
        check_names("column", [column], [name for name in self.table.columns if name != "scope"])
        return float(self.table.set_index("scope")[column][scope])

    def break_even(self, scope: str, against: str, *, lever: Lever = "case") -> float:
        """Return the value of a lever at which two scopes cost the same; not a number where they never do.

        Raises
        ------
        ParameterError
            No such scope or lever.
        """
        check_all(
            lambda: check_names("scope", [scope, against], self.table["scope"].tolist()),
            lambda: check_option("lever", lever, Lever),
        )
        lines = self.lines(lever)
        one, other = (lines.index.get_loc(name) for name in (scope, against))
        slope, rest = (lines[name].to_numpy(dtype=np.float64) for name in ("slope", "rest"))
        steep = float(slope[one] - slope[other])
        found = float(rest[other] - rest[one]) / steep if abs(steep) > 1e-12 else float("nan")
        return found if found >= 0 else float("nan")

    def turning_points(self) -> pd.DataFrame:
        """Return, for every lever, the next values below and above at which another scope becomes the cheapest.

        Returns
        -------
        DataFrame
            `lever`, `as_it_is`, `turns_at` (missing where nothing ever turns), `times_as_high` (as it is),
            `other_scope` (the cheapest beyond it); two rows for each lever, downward and upward.
        """
        rows = []
        for lever in LEVERS:
            value = float(getattr(self.costs, lever))
            lines = self.lines(lever)
            for upward in (False, True):
                at, other = _turn(lines, self.best, value, upward)
                times = at / value if value > 0 else float("nan")
                row = {"lever": lever, "as_it_is": value, "turns_at": at, "times_as_high": times, "other_scope": other}
                rows.append(row)
        return pd.DataFrame(rows)

    def lines(self, lever: str) -> pd.DataFrame:
        """Return the expected cost of every scope as a straight line over one lever: `slope` and `rest`.

        Raises
        ------
        ParameterError
            No such lever.
        """
        check_option("lever", lever, Lever)
        table = self.table.set_index("scope")
        value = float(getattr(self.costs, lever))
        part = {
            "unit": table["units"],
            "fixed": (table["lots"] > 0).astype(float),
            "case": _per(table["illness_left"] + table["illness_recalled"], value, table["cases"]),
            "second": table["chance_of_a_second_recall"],
        }[lever]
        return pd.DataFrame({"slope": part, "rest": table["expected_cost"] - part * value}).astype(np.float64)

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which scope costs least, and by how much."""
        row = self.table.iloc[int(np.argmin(self.table["expected_cost"]))]
        words = {"scope": t(str(row["scope"])), "units": row["units"], "cost": row["expected_cost"], "gap": self.margin}
        return tn("'{scope}' costs least: {n:,} lot with {units:,.0f} units for {cost:,.0f} expected, {gap:,.0f} less "
                  "than the next best.",
                  "'{scope}' costs least: {n:,} lots with {units:,.0f} units for {cost:,.0f} expected, {gap:,.0f} less "
                  "than the next best.",
                  int(row["lots"]), **words)  # fmt: skip


def compare_recalls(
    scopes: pd.DataFrame,
    costs: RecallCosts,
    *,
    units: pd.Series,
    reports: pd.DataFrame,
    weights: npt.ArrayLike | None = None,
) -> RecallResult:
    """Compare recall scopes by their expected cost over all states that the evidence leaves open.

    Parameters
    ----------
    scopes : DataFrame of bool, shape (lots, scopes)
        Which lots each scope recalls; a scope without any lot is no recall. Names of scopes all different.
    costs : RecallCosts
    units : Series, index lots
        Units of each lot that are still out there, at least 0.
    reports : DataFrame, shape (states, lots)
        Illnesses that would be reported from each lot if it stayed out there, expected in each state, at least 0.
    weights : array_like, shape (states,), optional
        Probability of the states; alike by default. Scaled to add up to 1.

    Returns
    -------
    RecallResult

    Raises
    ------
    DataError
        Lots without units or reports, or values that are missing, negative or not yes or no: all at once.
    ParameterError
        Weights that do not fit.

    Notes
    -----
    In a state with m reports expected from the lots left out, a second recall follows with probability 1 - exp(-m). Of
    a recalled lot the part `1 - recovered` is eaten all the same. Illness costs `case` times `per_report` a report.
    Contamination of a lot costs money only through illness; sales lost to a bad name are in `second` and `unit`.

    References
    ----------
    Raiffa & Schlaifer (1961), Applied statistical decision theory, chapter 4 (value of perfect information).

    Examples
    --------
    >>> lots = ["a", "b"]
    >>> scopes = pd.DataFrame({"none": [False, False], "a only": [True, False], "both": [True, True]}, index=lots)
    >>> reports = pd.DataFrame([[2.0, 0.0], [2.0, 1.0]], columns=lots)
    >>> found = compare_recalls(scopes, RecallCosts(unit=1, case=1000), units=pd.Series({"a": 500, "b": 400}),
    ...                         reports=reports, weights=[0.7, 0.3])
    >>> found.table["expected_cost"].tolist(), found.best
    ([2300.0, 800.0, 900.0], 'a only')
    >>> round(found.perfect_information), round(found.break_even("both", "a only"), 2)
    (180, 1333.33)
    """
    chosen, amount, expected = _read(scopes, units, reports)
    share = _weights(weights, len(expected))
    harm = costs.case * costs.per_report
    all_reports = expected.sum(axis=1, keepdims=True)
    caught = expected @ chosen
    left = np.clip(all_reports - caught, 0, None)
    again = -np.expm1(-left)
    recalled = amount @ chosen
    parts = {
        "recall_cost": np.broadcast_to(recalled * costs.unit, left.shape),
        "fixed_cost": np.broadcast_to(chosen.any(axis=0) * costs.fixed, left.shape),
        "illness_left": left * harm,
        "illness_recalled": caught * (1 - costs.recovered) * harm,
        "second_recall": again * costs.second,
    }
    total = np.asarray(sum(parts.values()))
    table = pd.DataFrame({"scope": [str(name) for name in scopes.columns], "lots": chosen.sum(axis=0).astype(int),
                          "units": recalled})  # fmt: skip
    for name, part in parts.items():
        table[name] = share @ part
    table["expected_cost"] = share @ total
    table["against_best"] = table["expected_cost"] - table["expected_cost"].min()
    table["chance_of_a_second_recall"] = share @ again
    table["best_in"] = share @ (total <= total.min(axis=1, keepdims=True) * (1 + 1e-12))
    table["cases"] = share @ ((left + caught * (1 - costs.recovered)) * costs.per_report)
    by_state = pd.DataFrame(total, columns=table["scope"])
    return RecallResult(table=table, by_state=by_state, weights=share, costs=costs)


def worth_recalling(
    costs: RecallCosts, *, units: pd.Series, reports: pd.DataFrame, weights: npt.ArrayLike | None = None
) -> pd.Series:
    """Say lot by lot whether to recall it: whether it would cost more to leave it out there.

    Parameters
    ----------
    costs, units, reports, weights
        As in `compare_recalls`; all lots of `units`.

    Returns
    -------
    Series of bool, index lots

    Raises
    ------
    DataError, ParameterError
        As `compare_recalls`.

    Notes
    -----
    Recall where (recovered x per_report x case + second) x expected reports > unit x units. A second recall counts by
    its upper bound, m in place of 1 - exp(-m), so that lots can be judged one by one; a few may be recalled too many.

    Examples
    --------
    >>> reports = pd.DataFrame([[2.0, 0.0], [2.0, 1.0]], columns=["a", "b"])
    >>> worth_recalling(RecallCosts(unit=1, case=1000), units=pd.Series({"a": 500, "b": 400}), reports=reports,
    ...                 weights=[0.7, 0.3]).tolist()
    [True, False]
    """
    scopes = pd.DataFrame({"all": True}, index=units.index)
    _, amount, expected = _read(scopes, units, reports)
    mean = _weights(weights, len(expected)) @ expected
    saved = (costs.recovered * costs.per_report * costs.case + costs.second) * mean
    return pd.Series(saved > costs.unit * amount, index=units.index)


def _turn(lines: pd.DataFrame, best: str, value: float, upward: bool) -> tuple[float, str | None]:
    """Where going up or down from `value` another scope becomes cheaper than the best, and which."""
    slope, rest = (lines[name].to_numpy(dtype=np.float64) for name in ("slope", "rest"))
    place = lines.index.get_loc(best)
    steep = slope - slope[place]
    differs = np.abs(steep) > 1e-9 * (1 + np.abs(slope).max())
    at = np.where(differs, (rest[place] - rest) / np.where(differs, steep, 1), np.nan)
    reached = differs & (((steep < 0) & (at >= value)) if upward else ((steep > 0) & (at <= value) & (at >= 0)))
    if not reached.any():
        return float("nan"), None
    found = int(np.argmin(np.where(reached, at if upward else -at, np.inf)))
    return float(at[found]), str(lines.index[found])


def _per(cost: pd.Series, value: float, cases: pd.Series) -> pd.Series:
    return cases if value == 0 else cost / value


def _read(scopes: pd.DataFrame, units: pd.Series, reports: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    problems = []
    if not len(scopes.columns) or not len(scopes):
        problems.append(Problem("scopes", t("none"), t("at least one scope and one lot")))
    for where, names in (("scopes", scopes.columns), ("scopes", scopes.index), ("units", units.index),
                         ("reports", reports.columns)):  # fmt: skip
        if names.has_duplicates:
            twice = str(names[names.duplicated()][0])
            problems.append(Problem(where, t("{name} occurs twice", name=repr(twice)), t("each name once")))
    for where, names in (("units", units.index), ("reports", reports.columns)):
        lost = scopes.index.difference(names)
        if len(lost):
            found = tn("{n} lot is missing, such as {name}", "{n} lots are missing, such as {name}", len(lost),
                       name=repr(str(lost[0])))  # fmt: skip
            problems.append(Problem(where, found, t("every lot of the scopes")))
    if problems:
        raise DataError(problems)
    amount = _numbers("units", units.reindex(scopes.index), problems)
    expected = _numbers("reports", reports.reindex(columns=scopes.index), problems)
    if not all(pd.api.types.is_bool_dtype(kind) for kind in scopes.dtypes):
        problems.append(Problem("scopes", t("values that are not yes or no"), t("yes or no for every lot")))
    if not len(reports):
        problems.append(Problem("reports", t("none"), t("at least one state")))
    if problems:
        raise DataError(problems)
    return scopes.to_numpy(dtype=np.float64), amount, expected


def _numbers(where: str, values: Any, problems: list[Problem]) -> Floats:
    try:
        found = values.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        found = np.full(values.shape, np.nan)
    bad = int((~((found >= 0) & np.isfinite(found))).sum())
    if bad:
        words = tn("{n} value that cannot be used", "{n} values that cannot be used", bad)
        problems.append(Problem(where, words, t("numbers of at least 0")))
    return np.asarray(found, dtype=np.float64)


def _weights(weights: npt.ArrayLike | None, k: int) -> Floats:
    if weights is None:
        return np.full(k, 1 / k)
    found = np.asarray(weights, dtype=np.float64).ravel()
    if len(found) != k or not ((found >= 0) & np.isfinite(found)).all() or found.sum() <= 0:
        expected = t("{k} numbers of at least 0, not all 0", k=k)
        raise ParameterError(Problem("weights", t("{n} values", n=len(found)), expected))
    return np.asarray(found / found.sum())
