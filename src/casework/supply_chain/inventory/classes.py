"""ABC by value, XYZ by how steady demand is, and both together: which SKUs deserve which care."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.supply_chain.inventory.columns import AT_LEAST_0, Floats, Values, name_rows, read_items

ABC = ("A", "B", "C", "D", "E")
XYZ = ("X", "Y", "Z")
ABC_CUTS = (0.80, 0.95)
XYZ_CUTS = (0.5, 1.0)
SLACK = 1e-12  # rounding of cumulated shares
COLUMNS = (mark("coefficient of variation"), mark("cumulative share"))


@dataclass(frozen=True, kw_only=True)
class ClassResult(Result):
    """Classes of SKUs.

    Attributes
    ----------
    table : DataFrame
        One row per SKU: `value`, `share`, `cumulative_share` and `abc`; with variation `variation`, `xyz` and `group`
        (AX, AY, ...).
    abc_cuts, xyz_cuts : tuple of float
        Where classes end.
    notes : tuple of str
        What must be read with care.
    """

    table: pd.DataFrame
    abc_cuts: tuple[float, ...]
    xyz_cuts: tuple[float, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def to_frame(self) -> pd.DataFrame:
        """One row per SKU."""
        return self.table.copy()

    @property
    def matrix(self) -> pd.DataFrame:
        """Share of SKUs and of value by class: one row per class of both kinds, empty ones too."""
        xyz = XYZ[: len(self.xyz_cuts) + 1] if self.xyz_cuts else ("",)
        table = self.table.assign(xyz=self.table["xyz"] if self.xyz_cuts else "")
        groups = pd.MultiIndex.from_product([ABC[: len(self.abc_cuts) + 1], xyz], names=["abc", "xyz"])
        sums = table.groupby(["abc", "xyz"], observed=True)["value"].agg(["size", "sum"])
        found = sums.set_axis(["items", "value"], axis=1).reindex(groups, fill_value=0).reset_index()
        found["share_of_items"] = found["items"] / max(1, len(table))
        total = float(table["value"].sum())
        found["share_of_value"] = found["value"] / total if total > 0 else 0.0
        return found if self.xyz_cuts else found.drop(columns="xyz")

    def summary(self) -> str:
        """Say what the first class holds."""
        first = self.table[self.table["abc"] == "A"]
        total = float(self.table["value"].sum())
        share = float(first["value"].sum()) / total if total > 0 else 0.0
        return tn("Class A has {n} SKU, {items:.0%} of all, and {share:.0%} of the value.",
                  "Class A has {n} SKUs, {items:.0%} of all, and {share:.0%} of the value.",
                  len(first), items=len(first) / max(1, len(self.table)), share=share)  # fmt: skip


def abc_classes(value: Values, *, cuts: Sequence[float] = ABC_CUTS) -> ClassResult:
    """Classify SKUs (or customers, or suppliers) by their share of the value, largest first.

    Parameters
    ----------
    value : column
        Value of each SKU, such as annual demand times unit cost [currency], at least 0.
    cuts : sequence of 1 to 4 numbers
        Cumulative shares at which classes end, ascending between 0 and 1.

    Returns
    -------
    ClassResult
        The SKU that crosses a line stays in the higher class: its class is that of the share before it. Equal values
        are taken in the order of the column.

    Raises
    ------
    ParameterError, DataError
        A value is missing or negative, all are 0, or the cuts do not ascend between 0 and 1.

    References
    ----------
    Dickie (1951), ABC inventory analysis shoots for dollars; Silver, Pyke & Thomas (2017), section 2.6.

    Examples
    --------
    >>> abc_classes([50, 25, 15, 7, 3]).table["abc"].tolist()
    ['A', 'A', 'A', 'B', 'C']
    """
    limits = _cuts("cuts", cuts, len(ABC) - 1, high=1.0)
    items = read_items(None, {"value": AT_LEAST_0}, value=value)
    table = pd.DataFrame({"value": items["value"]}, index=items.index)
    total = float(table["value"].sum())
    if total <= 0:
        raise DataError(Problem("value", t("all values are 0"), t("at least one above 0")))
    order = np.argsort(-items["value"], kind="stable")
    share = items["value"] / total
    cumulated = np.empty(len(items))
    cumulated[order] = np.cumsum(share[order])
    before = cumulated - share
    place = (before[:, None] >= np.array(limits) - SLACK).sum(axis=1)
    table = table.assign(share=share, cumulative_share=cumulated, abc=np.array(ABC)[place])
    return ClassResult(table=table, abc_cuts=limits)


def abc_xyz_classes(
    value: Values,
    variation: Values,
    *,
    cuts: Sequence[float] = ABC_CUTS,
    variation_cuts: Sequence[float] = XYZ_CUTS,
) -> ClassResult:
    """Classify SKUs by value (A, B, C) and by how much their demand varies (X steady, Y, Z erratic).

    Parameters
    ----------
    value : column
        As in `abc_classes`.
    variation : column
        Coefficient of variation of demand per period, at least 0 (`demand_statistics` gives it).
    cuts : sequence of number
        As in `abc_classes`.
    variation_cuts : sequence of 1 or 2 numbers
        Largest variation of class X, and of class Y; ascending, above 0.

    Returns
    -------
    ClassResult

    Raises
    ------
    ParameterError, DataError
        As in `abc_classes`; a variation is missing or negative.

    References
    ----------
    Scholz-Reiter et al. (2012), Integration of demand forecasts in ABC-XYZ analysis, International Journal of
    Productivity and Performance Management 61(4).

    Examples
    --------
    >>> abc_xyz_classes([50, 25, 15, 7, 3], [0.2, 0.7, 1.4, 0.5, 2]).table["group"].tolist()
    ['AX', 'AY', 'AZ', 'BX', 'CZ']
    """
    limits = _cuts("variation_cuts", variation_cuts, len(XYZ) - 1)
    items = read_items(None, {"value": AT_LEAST_0, "variation": AT_LEAST_0}, value=value, variation=variation)
    found = abc_classes(pd.Series(items["value"], index=items.index), cuts=cuts)
    letter = np.array(XYZ)[(items["variation"][:, None] > np.array(limits) + SLACK).sum(axis=1)]
    table = found.table.assign(variation=items["variation"], xyz=letter)
    table["group"] = table["abc"].astype(str) + table["xyz"].astype(str)
    return ClassResult(table=table, abc_cuts=found.abc_cuts, xyz_cuts=limits)


def demand_statistics(
    history: pd.DataFrame, *, item: str = "sku", period: str = "period", demand: str = "demand"
) -> pd.DataFrame:
    """Mean, spread and steadiness of demand per SKU from a list of what was asked for.

    Parameters
    ----------
    history : DataFrame
        One row per SKU and period; rows of the same SKU and period are added up, periods without a row count as 0.
    item, period, demand : str
        Columns of the SKU, of the period (anything that sorts) and of the demand [units].

    Returns
    -------
    DataFrame
        Per SKU: `periods`, `demand_mean`, `demand_sd` (n - 1 in the denominator), `variation` (sd over mean),
        `share_of_zero` (periods without demand).

    Raises
    ------
    DataError
        A column is missing, a demand is missing, negative or not a number, an SKU or period is empty, or there are
        fewer than two periods.

    Notes
    -----
    A SKU that was introduced late counts as without demand before: leave such periods out yourself.

    Examples
    --------
    >>> rows = pd.DataFrame({"sku": list("aab"), "period": [1, 2, 2], "demand": [4, 6, 3]})
    >>> demand_statistics(rows)["demand_mean"].tolist()
    [5.0, 1.5]
    """
    _check_history(history, item, period, demand)
    codes, labels = pd.factorize(history[item], sort=True)
    columns, periods = pd.factorize(history[period], sort=True)
    amounts = history[demand].to_numpy(dtype=float)
    key = codes.astype(np.int64) * len(periods) + columns
    cells, place = np.unique(key, return_inverse=True)
    sums = np.bincount(place, weights=amounts)
    owner = cells // len(periods)
    n = len(periods)
    mean = np.bincount(owner, weights=sums, minlength=len(labels)) / n
    seen = np.bincount(owner, minlength=len(labels))
    square = np.bincount(owner, weights=(sums - mean[owner]) ** 2, minlength=len(labels)) + (n - seen) * mean**2
    sd = np.sqrt(square / (n - 1))
    busy = np.bincount(owner, weights=sums > 0, minlength=len(labels))
    with np.errstate(divide="ignore", invalid="ignore"):
        variation = np.where(mean > 0, sd / mean, np.nan)
    return pd.DataFrame(
        {"periods": n, "demand_mean": mean, "demand_sd": sd, "variation": variation, "share_of_zero": 1 - busy / n},
        index=pd.Index(labels, name=item),
    )


def _check_history(history: pd.DataFrame, item: str, period: str, demand: str) -> None:
    missing = [name for name in (item, period, demand) if name not in history.columns]
    if missing:
        raise DataError([Problem(name, t("there is no column {name}", name=repr(name))) for name in missing])
    amounts = pd.to_numeric(history[demand], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    faults = [
        (demand, ~np.isfinite(amounts) | (amounts < 0), t("a demand is missing, negative or infinite")),
        (item, history[item].isna().to_numpy(), t("an empty cell")),
        (period, history[period].isna().to_numpy(), t("an empty cell")),
    ]
    problems = [
        Problem(t("{name}, {rows}", name=name, rows=name_rows(history.index, bad)), found)
        for name, bad, found in faults
        if bad.any()
    ]
    if history[period].nunique() < 2:
        problems.append(Problem(period, t("fewer than two periods"), t("at least two periods")))
    if problems:
        raise DataError(problems)


def _cuts(name: str, cuts: Sequence[float], most: int, high: float = np.inf) -> tuple[float, ...]:
    expected = t("1 to {n} numbers that ascend", n=most)
    try:
        limits: npt.NDArray[np.float64] = np.asarray(cuts, dtype=float)
    except (TypeError, ValueError):
        raise ParameterError(Problem(name, repr(cuts), expected)) from None
    good = limits.ndim == 1 and 1 <= limits.size <= most and bool(np.isfinite(limits).all())
    if not good or (np.diff(limits) <= 0).any() or limits[0] <= 0 or limits[-1] >= high:
        raise ParameterError(Problem(name, repr(np.atleast_1d(limits).tolist()), expected))
    return tuple(float(x) for x in limits)


def variation_of(mean: Floats, sd: Floats) -> Floats:
    """Coefficient of variation; 0 where there is no demand."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(mean > 0, sd / mean, 0.0)
