"""Where the variation of a characteristic comes from: factors against each other, and capability level by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from casework.core.checks import check_fraction, suggest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.suppliers.capability import process_capability

Floats = npt.NDArray[np.float64]
FEWEST = 3  # values of a level whose capability is computed
COLUMNS = (mark("factor"), mark("df"), mark("sum of squares"), mark("share"), mark("F"), mark("p value"),
           mark("p adjusted"), mark("level"), mark("values"), mark("mean"), mark("sd"), mark("index"), mark("value"),
           mark("low"), mark("high"), mark("ppm expected"), mark("ppm observed"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class VariationResult(Result):
    """What each factor explains that the others do not.

    Attributes
    ----------
    table : DataFrame
        A row per factor, largest first: `df`, `sum_of_squares` (the factor put in last), `share` (of it and the rest
        that no factor explains), `F`, `p_value`, `p_adjusted` (Holm).
    residual_sd : float
        What no factor explains [unit of the characteristic].
    explained : float
        Share of the variation that all factors explain together (R squared).
    """

    table: pd.DataFrame
    value: str
    n: int
    residual_sd: float
    explained: float
    notes: tuple[str, ...] = ()

    @property
    def main_factor(self) -> str:
        """The factor that explains most that the others do not."""
        return str(self.table["factor"].iloc[0])

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which factor explains most."""
        top = self.table.iloc[0]
        words = {"name": t(str(top["factor"])), "x": top["share"], "p": max(float(top["p_adjusted"]), 0.001)}
        if not float(top["p_adjusted"]) < 0.05:
            return t("No factor can be told from chance; most is explained by {name} ({x:.0%}).", **words)
        return tn("Of {n} factor, {name} explains most: {x:.0%} of what the others leave (adjusted p up to {p:.3f}).",
                  "Of {n} factors, {name} explains most: {x:.0%} of what the others leave (adjusted p up to {p:.3f}).",
                  len(self.table), **words)  # fmt: skip


def sources_of_variation(
    frame: pd.DataFrame, *, value: str, factors: Sequence[str], covariates: Sequence[str] = ()
) -> VariationResult:
    """Compare factors by what each explains after all others: an analysis of variance with type II sums of squares.

    Parameters
    ----------
    frame : DataFrame
        One row per measured value.
    value : str
        Column of the characteristic, a number [its unit].
    factors : sequence of str
        Columns whose values are names of levels (machine, batch, shift).
    covariates : sequence of str
        Columns that count or measure (wear, temperature); they enter as a straight line.

    Returns
    -------
    VariationResult

    Raises
    ------
    DataError
        A column is missing, a value is missing or no number, values are all the same, or there are not more rows than
        levels: all problems at once.
    ParameterError
        Neither factor nor covariate, or a column in two parts.

    Notes
    -----
    Main effects only: an effect of a machine on one shift alone is seen by neither as a whole. Factors whose levels
    never vary apart from the others explain nothing after them; the notes name them.

    References
    ----------
    Montgomery (2013), Design and analysis of experiments, table 5.5 (battery life): sums of squares 10,683.72 for
    material and 39,118.72 for temperature; Fox (2016), Applied regression analysis, section 8.2.5 (type II); Holm
    (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1, 2, 5, 6, 1, 2, 5, 7], "machine": list("aabbaabb"), "shift": list("eleleele")})
    >>> found = sources_of_variation(frame, value="y", factors=["machine", "shift"])
    >>> found.main_factor, found.table["df"].tolist()
    ('machine', [1, 1])
    """
    names = [*factors, *covariates]
    _check_parts(value, names)
    y, parts, _ = _read(frame, value, factors, covariates)
    everything = np.column_stack([np.ones(len(y)), *parts.values()])
    rest, rank = _residual(everything, y)
    free = len(y) - rank
    if free < 1:
        raise DataError(Problem("frame", tn("{n} row", "{n} rows", len(y)), t("more rows than levels")))
    scale = float(((y - y.mean()) ** 2).sum())
    rest = max(rest, 1e-15 * scale)
    rows = []
    for name in names:
        without = np.column_stack([np.ones(len(y)), *(part for key, part in parts.items() if key != name)])
        more, lower = _residual(without, y)
        gain, df = max(more - rest, 0.0), rank - lower
        ratio = gain / df / (rest / free) if df else np.nan
        rows.append((name, df, gain if df else 0.0, gain / (gain + rest) if df else 0.0, ratio,
                     float(stats.f.sf(ratio, df, free)) if df else np.nan))  # fmt: skip
    table = pd.DataFrame(rows, columns=["factor", "df", "sum_of_squares", "share", "F", "p_value"])
    table["p_adjusted"] = _holm(table["p_value"].to_numpy(dtype=np.float64))
    table = table.sort_values("share", ascending=False, kind="stable", ignore_index=True)
    return VariationResult(
        table=table,
        value=value,
        n=len(y),
        residual_sd=float(np.sqrt(rest / free)),
        explained=1 - rest / scale,
        notes=_notes(table),
    )


@dataclass(frozen=True, kw_only=True)
class LevelsResult(Result):
    """Capability of a characteristic, level by level of a factor.

    Attributes
    ----------
    table : DataFrame
        A row per level: `values` (how many), `mean`, `sd`, `value` of Ppk with its interval `low` to `high`,
        `ppm_expected` and `ppm_observed`. Not numbers where a level has fewer than 3 values, or no spread.
    by : str
        The factor.
    """

    table: pd.DataFrame
    by: str
    lower: float | None
    upper: float | None
    confidence: float
    notes: tuple[str, ...] = ()

    @property
    def worst(self) -> str:
        """The level with the lowest Ppk."""
        return str(self.table["level"].iloc[int(np.nanargmin(self.table["value"]))])

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Say which level keeps the limits worst."""
        known = self.table[self.table["value"].notna()]
        if known.empty:
            return t("No level has enough values for a capability.")
        low, high = known.iloc[int(known["value"].argmin())], known.iloc[int(known["value"].argmax())]
        words = {"a": t(str(low["level"])), "x": low["value"], "ppm": low["ppm_expected"]}
        if len(known) == 1:
            return t("{a} has a Ppk of {x:.2f} ({ppm:,.0f} nonconforming parts per million expected).", **words)
        return t("{n} levels: {a} keeps the limits worst, Ppk {x:.2f} ({ppm:,.0f} nonconforming parts per million "
                 "expected); {b} best, {y:.2f}.", n=len(known), b=t(str(high["level"])), y=high["value"],
                 **words)  # fmt: skip


def capability_by_level(
    frame: pd.DataFrame,
    *,
    value: str,
    by: str,
    lower: float | None = None,
    upper: float | None = None,
    confidence: float = 0.95,
) -> LevelsResult:
    """Measure capability (Ppk) apart for every level of a factor.

    Parameters
    ----------
    frame : DataFrame
        One row per measured value.
    value, by : str
        Columns of the characteristic and of the factor.
    lower, upper : float, optional
        Specification limits [unit of the characteristic]; at least one.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    LevelsResult
        Levels in their own order.

    Raises
    ------
    DataError
        A column is missing, or a value is missing or no number.
    ParameterError
        No limit, limits in the wrong order, or a confidence out of its range.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [9.9, 10.1, 10.0, 10.4, 10.6, 10.5], "shift": ["day"] * 3 + ["night"] * 3})
    >>> found = capability_by_level(frame, value="y", by="shift", lower=9.4, upper=10.6)
    >>> found.worst, found.table["value"].round(2).tolist()
    ('night', [2.0, 0.33])
    """
    check_fraction("confidence", confidence)
    if lower is None and upper is None:
        raise ParameterError(Problem("lower, upper", t("missing"), t("at least one specification limit")))
    if lower is not None and upper is not None and not lower < upper:
        raise ParameterError(Problem("lower", f"{lower:g}", t("below the upper limit, {upper:g}", upper=upper)))
    y, _, labels = _read(frame, value, [by], [])
    places, levels = labels[by]
    rows = [
        _level_row(str(name), y[places == i], lower, upper, confidence) for i, name in enumerate(levels)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["level", "values", "mean", "sd", "value", "low", "high", "ppm_expected",
                                        "ppm_observed"])  # fmt: skip
    few = int(table["value"].isna().sum())
    notes = (tn("{n} level has too few values, or no spread: its capability is not known.",
                "{n} levels have too few values, or no spread: their capability is not known.", few),)  # fmt: skip
    return LevelsResult(table=table, by=by, lower=lower, upper=upper, confidence=confidence, notes=notes if few else ())


def _level_row(
    name: str, y: Floats, lower: float | None, upper: float | None, confidence: float
) -> tuple[str, int, float, float, float, float, float, float, float]:
    sd = float(y.std(ddof=1)) if len(y) > 1 else float("nan")
    if len(y) < FEWEST or not np.abs(np.diff(y)).mean() > 0:
        return name, len(y), float(y.mean()), sd, *(float("nan"),) * 5
    found = process_capability(y, lower=lower, upper=upper, confidence=confidence)
    low, high = found.interval("Ppk")
    return name, len(y), found.mean, sd, found.value("Ppk"), low, high, found.ppm, found.ppm_observed


def _check_parts(value: str, names: Sequence[str]) -> None:
    problems = []
    if not names:
        problems.append(Problem("factors", t("none"), t("at least one factor or covariate")))
    twice = sorted({name for name in names if [*names, value].count(name) > 1})
    problems += [Problem("factors", t("{name} plays two parts", name=repr(name))) for name in twice]
    if problems:
        raise ParameterError(problems)


Labels = dict[str, tuple[npt.NDArray[np.int64], pd.Index]]


def _read(
    frame: pd.DataFrame, value: str, factors: Sequence[str], covariates: Sequence[str]
) -> tuple[Floats, dict[str, Floats], Labels]:
    """Values, columns of the design for every factor, and places of the levels."""
    known = [str(name) for name in frame.columns]
    problems = [
        Problem(t("column {name}", name=repr(name)), t("missing"), fix=suggest(name, known))
        for name in (value, *factors, *covariates)
        if name not in frame.columns
    ]
    labels: Labels = {}
    for name in [item for item in factors if item in frame.columns]:
        places, levels = pd.factorize(frame[name], sort=True)
        lost = int((places < 0).sum())
        if lost:
            found = tn("{n} value is missing", "{n} values are missing", lost)
            problems.append(Problem(t("column {name}", name=repr(name)), found, t("a level in every row")))
        labels[name] = (np.asarray(places, dtype=np.int64), levels)
    if problems:
        raise DataError(problems)
    numbers = _numbers(frame, [value, *covariates])
    y = numbers[:, 0]
    if not len(y) or not np.ptp(y) > 0:
        raise DataError(Problem(t("column {name}", name=repr(value)), t("no spread"), t("values that differ")))
    parts = {name: (places[:, None] == np.arange(1, len(levels))).astype(np.float64)
             for name, (places, levels) in labels.items()}  # fmt: skip
    for i, name in enumerate(covariates, start=1):
        column = numbers[:, i] - numbers[:, i].mean()
        spread = float(np.abs(column).max())
        parts[name] = (column / spread if spread > 0 else column)[:, None]
    return y, parts, labels


def _numbers(frame: pd.DataFrame, names: list[str]) -> Floats:
    """Columns as finite numbers of any sign."""
    absolute = frame[names].apply(pd.to_numeric, errors="coerce")
    bad = ~np.isfinite(absolute.to_numpy(dtype=np.float64))
    if bad.any():
        raise DataError([
            Problem(t("column {name}", name=repr(name)),
                    tn("{n} value that is missing or no number", "{n} values that are missing or no numbers",
                       int(lost.sum())), t("finite numbers"), t("Leave these rows out"))
            for name, lost in zip(names, bad.T, strict=True) if lost.any()
        ])  # fmt: skip
    return np.asarray(absolute.to_numpy(dtype=np.float64))


def _residual(design: Floats, y: Floats) -> tuple[float, int]:
    """Residual sum of squares and rank of a least squares fit."""
    found, _, rank, _ = np.linalg.lstsq(design, y, rcond=1e-10)
    return float(((y - design @ found) ** 2).sum()), int(rank)


def _holm(p: Floats) -> Floats:
    """Holm's adjustment; missing values stay missing and do not count."""
    order = np.argsort(np.where(np.isnan(p), np.inf, p), kind="stable")
    m = int(np.isfinite(p).sum())
    factor = np.maximum(m - np.arange(len(p)), 1)
    found = np.full(len(p), np.nan)
    found[order] = np.minimum(np.fmax.accumulate(p[order] * factor), 1)
    return np.where(np.isnan(p), np.nan, found)


def _notes(table: pd.DataFrame) -> tuple[str, ...]:
    lost = [t(str(name)) for name in table.loc[table["df"] == 0, "factor"]]
    if not lost:
        return ()
    return (t("Never varied apart from the other factors, so that nothing can be said of them: {names}.",
              names=t(", ").join(lost)),)  # fmt: skip
