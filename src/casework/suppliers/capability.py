"""Process capability: how well a process keeps its limits, with intervals and expected nonconforming parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from casework.core.checks import check_all, check_fraction, check_number, check_option, check_positive, check_whole
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
WithinMethod = Literal["pooled", "range", "moving_range"]
# Mean of the range of n standard normal values, n = 2..25 (ASTM MNL 7, table of control chart constants).
D2 = (1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.970, 3.078, 3.173, 3.258, 3.336, 3.407, 3.472, 3.532, 3.588,
      3.640, 3.689, 3.735, 3.778, 3.819, 3.858, 3.895, 3.931)  # fmt: skip
MOVING_RANGE_EFFICIENCY = 0.605  # of the mean moving range against the standard deviation, Cryer & Ryan (1990)
RANGE_EFFICIENCY = 0.9  # of the mean range of small subgroups, as documented by Minitab
CAPABLE = 1.33
FEW = 30
COLUMNS = (mark("index"), mark("value"), mark("low"), mark("high"), mark("spread"))


@dataclass(frozen=True, kw_only=True)
class CapabilityResult(Result):
    """Capability of one characteristic.

    Attributes
    ----------
    table : DataFrame
        A row per index (`Cp`, `Cpk`, `Pp`, `Ppk`, `Cpm`): `value`, interval `low` to `high`, `spread` (`within` or
        `overall`). Indices that need both limits, or a target, are not there without them.
    mean, sd_within, sd_overall : float
        Of the characteristic [its unit]. The within spread is that inside subgroups.
    n, df_within : int, float
        Values, and degrees of freedom of the within spread.
    ppm_below, ppm_above, ppm : float
        Expected nonconforming parts per million, for a normal process with the overall spread; `ppm_observed` those
        seen (not a number where there are only summaries).
    measured : ndarray
        The values, in their order; none where there are only summaries.
    """

    table: pd.DataFrame
    lower: float | None
    upper: float | None
    target: float | None
    mean: float
    sd_within: float
    sd_overall: float
    n: int
    df_within: float
    ppm_below: float
    ppm_above: float
    ppm_observed: float
    confidence: float
    measured: Floats
    notes: tuple[str, ...] = ()

    @property
    def ppm(self) -> float:
        """Expected nonconforming parts per million."""
        return self.ppm_below + self.ppm_above

    def value(self, index: str) -> float:
        """Return an index by name, such as `Cpk`; not a number where it is not defined."""
        found = self.table.loc[self.table["index"] == index, "value"]
        return float(found.iloc[0]) if len(found) else float("nan")

    def interval(self, index: str) -> tuple[float, float]:
        """Return the interval of an index; not numbers where it is not defined."""
        found = self.table.loc[self.table["index"] == index, ["low", "high"]]
        low, high = found.to_numpy(dtype=np.float64)[0] if len(found) else (np.nan, np.nan)
        return float(low), float(high)

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the indices."""
        return self.table.copy()

    def summary(self) -> str:
        """Say whether the process is capable, with the interval."""
        low, high = self.interval("Ppk")
        words: dict[str, object] = {"x": self.value("Ppk"), "low": low, "high": high, "ppm": self.ppm, "c": CAPABLE}
        if low >= CAPABLE:
            return t("The process is capable: Ppk {x:.2f} ({low:.2f} to {high:.2f}), expected {ppm:,.0f} nonconforming "
                     "parts per million.", **words)  # fmt: skip
        if high < CAPABLE:
            return t("The process is not capable: Ppk {x:.2f} ({low:.2f} to {high:.2f}), expected {ppm:,.0f} "
                     "nonconforming parts per million.", **words)  # fmt: skip
        return t("The values do not settle whether the process is capable: Ppk {x:.2f} ({low:.2f} to {high:.2f}, "
                 "around the {c} that is asked for), expected {ppm:,.0f} nonconforming parts per million.",
                 **words)  # fmt: skip


def process_capability(
    values: npt.ArrayLike,
    *,
    lower: float | None = None,
    upper: float | None = None,
    target: float | None = None,
    subgroup: npt.ArrayLike | None = None,
    within: WithinMethod | None = None,
    confidence: float = 0.95,
) -> CapabilityResult:
    """Measure how well a process keeps its limits, from measured values in the order of production.

    Parameters
    ----------
    values : array_like, shape (n,)
        At least 3 measured values [unit of the characteristic], in the order in which they were made.
    lower, upper : float, optional
        Specification limits; at least one of them.
    target : float, optional
        What is aimed at; for Cpm. The middle of the limits by default, where there are both.
    subgroup : array_like, shape (n,), optional
        Which values were taken together (a label for each value).
    within : {'pooled', 'range', 'moving_range'}, optional
        How the short-term spread is found: pooled over subgroups (the default with subgroups), mean range of subgroups
        of one size from 2 to 25, or mean moving range of two (the default without).
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    CapabilityResult

    Raises
    ------
    DataError
        Values that are missing or no numbers, fewer than 3, all the same, or subgroups that do not fit.
    ParameterError
        No limit, limits in the wrong order, or an argument out of its range.

    Notes
    -----
    Capability means something only for a process in statistical control, and parts per million only for a normal
    one. Cp and Cpk use the spread within subgroups (what the process could do), Pp and Ppk the overall one (what the
    customer gets).

    References
    ----------
    Montgomery (2013), Introduction to statistical quality control, chapter 8; Bissell (1990), How reliable is your
    capability index?, Applied Statistics 39, 331-340; Boyles (1991), The Taguchi capability index, Journal of Quality
    Technology 23, 17-26 (Cpm); Cryer & Ryan (1990), Journal of Quality Technology 22, 187-192 (moving range).

    Examples
    --------
    >>> found = process_capability([9.9, 10.1, 10.0, 9.8, 10.2, 10.0, 9.9, 10.1], lower=9.4, upper=10.6)
    >>> round(found.mean, 6), round(found.value("Pp"), 3), round(found.value("Ppk"), 3)
    (10.0, 1.528, 1.528)
    """
    data = _values(values)
    groups = None if subgroup is None else _groups(subgroup, len(data))
    method = within or ("moving_range" if groups is None else "pooled")
    check_option("within", method, WithinMethod)
    if groups is None and method != "moving_range":
        raise ParameterError(Problem("subgroup", t("missing"), t("a label for each value, for this kind of spread")))
    sd_within, df_within = _within(data, groups, method)
    outside = np.zeros(len(data), dtype=bool)
    if lower is not None:
        outside |= data < lower
    if upper is not None:
        outside |= data > upper
    return _capability(
        mean=float(data.mean()),
        sd_within=sd_within,
        df_within=df_within,
        sd_overall=float(data.std(ddof=1)),
        n=len(data),
        lower=lower,
        upper=upper,
        target=target,
        confidence=confidence,
        values=data,
        observed=1e6 * float(outside.mean()),
    )


def capability_from_summary(
    *,
    mean: float,
    sd: float,
    n: int,
    lower: float | None = None,
    upper: float | None = None,
    target: float | None = None,
    confidence: float = 0.95,
) -> CapabilityResult:
    """Measure capability from mean, standard deviation and number of values, as a supplier's report gives them.

    Parameters
    ----------
    mean, sd : float
        Mean and standard deviation [unit of the characteristic]; sd above 0, used for both spreads.
    n : int
        Number of values, at least 3.
    lower, upper, target, confidence
        As in `process_capability`.

    Raises
    ------
    ParameterError
        An argument is out of its range; all problems at once.

    References
    ----------
    Montgomery (2013), section 8.3.4: limits 38 and 62, n 20, s 1.75 gives Cp 2.29.

    Examples
    --------
    >>> found = capability_from_summary(mean=50, sd=1.75, n=20, lower=38, upper=62)
    >>> round(found.value("Cp"), 2), [round(x, 4) for x in found.interval("Cp")]
    (2.29, [1.5649, 3.0056])
    """
    check_all(
        lambda: check_number("mean", mean),
        lambda: check_positive("sd", sd),
        lambda: check_whole("n", n, low=3),
        lambda: _check_limits(lower, upper, target, confidence),
    )
    return _capability(
        mean=float(mean),
        sd_within=float(sd),
        df_within=float(n - 1),
        sd_overall=float(sd),
        n=int(n),
        lower=lower,
        upper=upper,
        target=target,
        confidence=confidence,
        values=np.empty(0),
        observed=float("nan"),
    )


def _capability(
    *,
    mean: float,
    sd_within: float,
    df_within: float,
    sd_overall: float,
    n: int,
    lower: float | None,
    upper: float | None,
    target: float | None,
    confidence: float,
    values: Floats,
    observed: float,
) -> CapabilityResult:
    _check_limits(lower, upper, target, confidence)
    if target is None and lower is not None and upper is not None:
        target = (lower + upper) / 2
    rows = [
        *_pair("C", mean, sd_within, df_within, n, lower, upper, confidence),
        *_pair("P", mean, sd_overall, n - 1, n, lower, upper, confidence),
        *_taguchi(mean, sd_overall, n, lower, upper, target, confidence),
    ]
    below = 0.0 if lower is None else float(special.ndtr((lower - mean) / sd_overall))
    above = 0.0 if upper is None else float(special.ndtr((mean - upper) / sd_overall))
    return CapabilityResult(
        table=pd.DataFrame(rows, columns=["index", "value", "low", "high", "spread"]),
        lower=lower,
        upper=upper,
        target=target,
        mean=mean,
        sd_within=sd_within,
        sd_overall=sd_overall,
        n=n,
        df_within=df_within,
        ppm_below=1e6 * below,
        ppm_above=1e6 * above,
        ppm_observed=observed,
        confidence=confidence,
        measured=values,
        notes=_notes(values, n),
    )


def _pair(
    letter: str, mean: float, sd: float, df: float, n: int, lower: float | None, upper: float | None, confidence: float
) -> list[tuple[str, float, float, float, str]]:
    """Cp and Cpk, or Pp and Ppk, with their intervals."""
    spread = mark("within") if letter == "C" else mark("overall")
    rows = []
    if lower is not None and upper is not None:
        width = (upper - lower) / (6 * sd)
        rows.append((f"{letter}p", width, *ratio_interval(width, df, confidence), spread))
    sides = [] if lower is None else [(mean - lower) / (3 * sd)]
    sides += [] if upper is None else [(upper - mean) / (3 * sd)]
    nearest = min(sides)
    return [*rows, (f"{letter}pk", nearest, *bissell_interval(nearest, n, df, confidence), spread)]


def ratio_interval(index: float, df: float, confidence: float) -> tuple[float, float]:
    """Interval of an index that is a width over a standard deviation, from the chi-square distribution.

    Examples
    --------
    >>> [round(x, 4) for x in ratio_interval(2.2857142857, 19, 0.95)]
    [1.5649, 3.0056]
    """
    ends = stats.chi2.ppf([(1 - confidence) / 2, (1 + confidence) / 2], df)
    return float(index * np.sqrt(ends[0] / df)), float(index * np.sqrt(ends[1] / df))


def bissell_interval(index: float, n: int, df: float, confidence: float) -> tuple[float, float]:
    """Interval of Cpk or Ppk by Bissell's normal approximation.

    Examples
    --------
    >>> [round(x, 4) for x in bissell_interval(1.33, 20, 19, 0.95)]
    [0.8826, 1.7774]
    """
    half = float(special.ndtri((1 + confidence) / 2)) * np.sqrt(1 / (9 * n) + index**2 / (2 * df))
    return float(index - half), float(index + half)


def _taguchi(
    mean: float, sd: float, n: int, lower: float | None, upper: float | None, target: float | None, confidence: float
) -> list[tuple[str, float, float, float, str]]:
    """Cpm, which counts distance from the target as spread; mean squared distance with divisor n, as Boyles."""
    if lower is None or upper is None or target is None:
        return []
    variance = sd**2 * (n - 1) / n
    index = (upper - lower) / (6 * np.sqrt(variance + (mean - target) ** 2))
    off = (mean - target) ** 2 / variance
    df = n * (1 + off) ** 2 / (1 + 2 * off)
    return [("Cpm", float(index), *ratio_interval(float(index), float(df), confidence), mark("overall"))]


def _within(data: Floats, groups: npt.NDArray[np.int64] | None, method: str) -> tuple[float, float]:
    """Spread within subgroups and its degrees of freedom."""
    if groups is None or method == "moving_range":
        sd = float(np.abs(np.diff(data)).mean()) / D2[0]
        df = MOVING_RANGE_EFFICIENCY * (len(data) - 1)
    else:
        size = np.bincount(groups)
        if method == "pooled":
            centre = np.bincount(groups, data) / size
            df = float((size - 1).sum())
            sd = float(np.sqrt(((data - centre[groups]) ** 2).sum() / df)) if df > 0 else 0.0
        else:
            sd, df = _mean_range(data, groups, size)
    if not sd > 0:
        raise DataError(Problem("values", t("no spread inside the subgroups"), t("values that differ")))
    return sd, df


def _mean_range(data: Floats, groups: npt.NDArray[np.int64], size: npt.NDArray[np.int64]) -> tuple[float, float]:
    if size.min() != size.max() or not 2 <= size[0] <= len(D2) + 1:
        raise DataError(Problem("subgroup", t("sizes from {low} to {high}", low=int(size.min()), high=int(size.max())),
                                t("subgroups of one size, 2 to 25, for the mean range"),
                                t("Use within='pooled'")))  # fmt: skip
    rows = data[np.argsort(groups, kind="stable")].reshape(-1, int(size[0]))
    sd = float(np.ptp(rows, axis=1).mean()) / D2[int(size[0]) - 2]
    return sd, RANGE_EFFICIENCY * float((size - 1).sum())


def _values(values: npt.ArrayLike) -> Floats:
    try:
        data = np.asarray(values, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        raise DataError(Problem("values", t("values that are not numbers"), t("measured values"))) from None
    problems = []
    lost = int((~np.isfinite(data)).sum())
    if lost:
        found = tn("{n} value is missing or infinite", "{n} values are missing or infinite", lost)
        problems.append(Problem("values", found, t("finite numbers"), t("Leave these rows out")))
    if len(data) < 3:
        problems.append(Problem("values", tn("{n} value", "{n} values", len(data)), t("at least 3")))
    elif not lost and not np.ptp(data) > 0:
        problems.append(Problem("values", t("all values are {x:g}", x=data[0]), t("values that differ")))
    if problems:
        raise DataError(problems)
    return data


def _groups(labels: npt.ArrayLike, n: int) -> npt.NDArray[np.int64]:
    places, _ = pd.factorize(np.asarray(labels).ravel())
    problems = []
    if len(places) != n:
        problems.append(Problem("subgroup", t("{n} labels", n=len(places)), t("as many as values, {n}", n=n)))
    if (places < 0).any():
        problems.append(Problem("subgroup", t("labels are missing"), t("a label for each value")))
    if problems:
        raise DataError(problems)
    return np.asarray(places, dtype=np.int64)


def _check_limits(lower: float | None, upper: float | None, target: float | None, confidence: float) -> None:
    check_all(
        *(lambda name=name, x=x: None if x is None else check_number(name, x)
          for name, x in (("lower", lower), ("upper", upper), ("target", target))),
        lambda: check_fraction("confidence", confidence),
    )  # fmt: skip
    if lower is None and upper is None:
        raise ParameterError(Problem("lower, upper", t("missing"), t("at least one specification limit")))
    if lower is not None and upper is not None and not lower < upper:
        raise ParameterError(Problem("lower", f"{lower:g}", t("below the upper limit, {upper:g}", upper=upper)))


def _notes(values: Floats, n: int) -> tuple[str, ...]:
    notes = []
    if n < FEW:
        notes.append(tn("There is {n} value: the intervals are wide, and no index should be read without its interval.",
                        "There are only {n} values: the intervals are wide, and no index should be read without its "
                        "interval.", n))  # fmt: skip
    if len(values) >= 8 and float(stats.shapiro(values[:5000]).pvalue) < 0.01:
        notes.append(t("The values are not normal (Shapiro-Wilk, p below 0.01): expected parts per million mislead, "
                       "those observed do not."))  # fmt: skip
    return tuple(notes)
