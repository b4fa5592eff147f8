"""How long customers stay: Kaplan-Meier curves with intervals, medians, and the log-rank test between groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from casework.core.checks import check_fraction
from casework.core.errors import DataError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
COLUMNS = (mark("group"), mark("time"), mark("at risk"), mark("events"), mark("censored"), mark("survival"),
           mark("low"), mark("high"), mark("median"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SurvivalResult(Result):
    """Kaplan-Meier curves.

    Attributes
    ----------
    table : DataFrame
        A row per group and time at which something ended: `group`, `time`, `at_risk`, `events`, `censored`,
        `survival` with `low` and `high`.
    groups : DataFrame
        A row per group: `n`, `events`, `median` (not a number where more than half stay).
    chi2, df, p : float, int, float
        Log-rank test that all groups leave alike; not a number with one group.
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    chi2: float
    df: int
    p: float
    confidence: float
    notes: tuple[str, ...] = ()

    def at(self, time: npt.ArrayLike, group: object | None = None) -> Floats:
        """Return the share that stays beyond these times, in a group (the first by default)."""
        name = self.groups["group"].iloc[0] if group is None else group
        rows = self.table[self.table["group"] == name]
        steps = np.concatenate([[1.0], rows["survival"]])
        return np.asarray(
            steps[np.searchsorted(rows["time"].to_numpy(), np.asarray(time, dtype=np.float64), side="right")]
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the curves."""
        return self.table.copy()

    def summary(self) -> str:
        """Say after which time half have left, or whether groups differ."""
        if len(self.groups) > 1:
            words: dict[str, object] = {"chi2": self.chi2, "df": self.df, "p": self.p}
            if self.p < 1 - self.confidence:
                return t("The groups do not leave alike (log-rank {chi2:.2f}, {df} df, p {p:.3g}).", **words)
            return t("The groups may well leave alike (log-rank {chi2:.2f}, {df} df, p {p:.3g}).", **words)
        row = self.groups.iloc[0]
        if not np.isfinite(row["median"]):
            last = float(self.table["survival"].iloc[-1])
            return tn("More than half of {n:,} customer stay to the end: {share:.0%}.",
                      "More than half of {n:,} customers stay to the end: {share:.0%}.",
                      int(row["n"]), share=last)  # fmt: skip
        return tn("Half of {n:,} customer have left by time {m:g}.", "Half of {n:,} customers have left by time {m:g}.",
                  int(row["n"]), m=row["median"])  # fmt: skip


def kaplan_meier(
    time: npt.ArrayLike, left: npt.ArrayLike, *, group: npt.ArrayLike | None = None, confidence: float = 0.95
) -> SurvivalResult:
    """Estimate how long customers stay when some are still here.

    Parameters
    ----------
    time : array_like, shape (n,)
        How long each was observed, at least 0.
    left : array_like of 0 and 1, shape (n,)
        1 left at that time, 0 still here (censored).
    group : array_like, shape (n,), optional
        Curves are made, and compared, by group.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    SurvivalResult

    Raises
    ------
    DataError
        Missing or other values, other lengths, or none at all; all problems at once.
    ParameterError
        `confidence` is not between 0 and 1.

    Notes
    -----
    Being lost from sight must say nothing about leaving. Intervals are Greenwood's on the log-log scale.

    References
    ----------
    Kaplan & Meier (1958), JASA 53, 457-481; Mantel (1966); Freireich et al. (1963): remission under 6-MP has a
    median of 23 weeks.

    Examples
    --------
    >>> weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    >>> ended = [0, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    >>> found = kaplan_meier(weeks, ended)
    >>> float(found.groups["median"].iloc[0]), found.at([6, 10, 23]).round(4).tolist()
    (23.0, [0.8571, 0.7529, 0.4482])
    """
    check_fraction("confidence", confidence)
    times, events, codes, names = _read(time, left, group)
    ends, place = np.unique(times, return_inverse=True)
    cells = codes * len(ends) + place
    shape = (len(names), len(ends))
    died = np.asarray(np.bincount(cells, events, minlength=shape[0] * shape[1]).reshape(shape), dtype=np.float64)
    gone = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    risk = gone[:, ::-1].cumsum(axis=1)[:, ::-1].astype(np.float64)
    curves = [_curve(names[i], ends, risk[i], died[i], gone[i] - died[i], confidence) for i in range(len(names))]
    chi2, df, p = logrank(risk, died)
    groups = pd.DataFrame(
        {
            "group": names,
            "n": gone.sum(axis=1),
            "events": died.sum(axis=1).astype(int),
            "median": [_median(x) for x in curves],
        }
    )
    return SurvivalResult(
        table=pd.concat(curves, ignore_index=True),
        groups=groups,
        chi2=chi2,
        df=df,
        p=p,
        confidence=confidence,
        notes=_notes(groups),
    )


def logrank(risk: Floats, died: Floats) -> tuple[float, int, float]:
    """Log-rank statistic, degrees of freedom and p value from tables of groups by times.

    Parameters
    ----------
    risk, died : ndarray, shape (groups, times)
        Observed at each time, and leaving at it.
    """
    k = len(risk)
    n, d = risk.sum(axis=0), died.sum(axis=0)
    if k < 2 or d.sum() == 0:
        return float("nan"), max(k - 1, 0), float("nan")
    share = np.divide(risk, n, out=np.zeros_like(risk), where=n > 0)
    excess = (died - d * share).sum(axis=1)
    scale = np.divide(d * (n - d), n - 1, out=np.zeros_like(n), where=n > 1)
    variance = np.diag((scale * share).sum(axis=1)) - (scale * share) @ share.T
    used = variance[:-1, :-1]
    chi2 = float(excess[:-1] @ np.linalg.pinv(used) @ excess[:-1])
    return chi2, k - 1, float(special.chdtrc(k - 1, chi2))


def _curve(name: object, ends: Floats, risk: Floats, died: Floats, censored: Floats, confidence: float) -> pd.DataFrame:
    """One curve with Greenwood's interval on the log-log scale, at the times of its group."""
    own = (died + censored) > 0
    ends, risk, died, censored = ends[own], risk[own], died[own], censored[own]
    survival = np.cumprod(1 - died / risk)
    rest = risk - died
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.divide(died, risk * rest, out=np.full(len(risk), np.inf), where=rest > 0))
        half = float(special.ndtri((1 + confidence) / 2)) * np.sqrt(greenwood) / np.abs(np.log(survival))
        low, high = survival ** np.exp(half), survival ** np.exp(-half)
    exact = (survival == 1) | (survival == 0)
    return pd.DataFrame(
        {
            "group": name,
            "time": ends,
            "at_risk": risk.astype(int),
            "events": died.astype(int),
            "censored": censored.astype(int),
            "survival": survival,
            "low": np.where(exact, survival, low),
            "high": np.where(exact, survival, high),
        }
    )


def _median(curve: pd.DataFrame) -> float:
    below = curve["survival"].to_numpy() <= 0.5 + 1e-12
    return float(curve["time"].to_numpy()[np.argmax(below)]) if below.any() else float("nan")


def _read(
    time: npt.ArrayLike, left: npt.ArrayLike, group: npt.ArrayLike | None
) -> tuple[Floats, Floats, npt.NDArray[np.int64], list[object]]:
    times = pd.to_numeric(pd.Series(np.asarray(time).ravel()), errors="coerce").to_numpy(dtype=np.float64)
    events = pd.to_numeric(pd.Series(np.asarray(left).ravel()), errors="coerce").to_numpy(dtype=np.float64)
    labels = np.zeros(len(times), dtype=np.int64) if group is None else np.asarray(group, dtype=object).ravel()
    problems = []
    if not len(times):
        problems.append(Problem("time", t("none"), t("at least one")))
    bad = int((~np.isfinite(times) | (times < 0)).sum())
    if bad:
        found = tn("{n} value is missing, negative or no number", "{n} values are missing, negative or no numbers", bad)
        problems.append(Problem("time", found, t("numbers of at least 0")))
    other = int((~np.isin(events, (0, 1))).sum())
    if other:
        found = tn("{n} value is neither 0 nor 1", "{n} values are neither 0 nor 1", other)
        problems.append(Problem("left", found, t("1 for who left, 0 for who is still here")))
    for name, column in (("left", events), ("group", labels)):
        if len(column) != len(times):
            problems.append(Problem(name, t("{n} rows", n=len(column)), t("as many as times, {n}", n=len(times))))
    codes, names = pd.factorize(labels, sort=False)
    if (codes < 0).any():
        problems.append(Problem("group", t("labels are missing"), t("a label for each value")))
    if problems:
        raise DataError(problems)
    return times, events, np.asarray(codes, dtype=np.int64), list(names)


def _notes(groups: pd.DataFrame) -> tuple[str, ...]:
    few = int((groups["events"] < 5).sum())
    if not few:
        return ()
    return (tn("{n} group has fewer than 5 who left: its curve says little.",
               "{n} groups have fewer than 5 who left: their curves say little.", few),)  # fmt: skip
