"""The index of a causal model: the mean score of each construct, in points and on the scale of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casework.core.checks import check_fraction, check_names, check_option, describe_range
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result
from casework.satisfaction.pls.bootstrap import BootstrapResult, Interval
from casework.satisfaction.pls.estimation import Flags
from casework.satisfaction.pls.scores import refuse_negative

ALL = mark("all")


@dataclass(frozen=True, kw_only=True)
class PLSIndexResult(Result):
    """Index of each construct, with its interval.

    Parameters
    ----------
    table : DataFrame
        One row per construct (and group): `group`, `construct`, `n`, `score` on the scale of the answers with
        `score_low` and `score_high`, `index` [points, 0-100] with `se`, `low` and `high`.
    target : str
        The construct that the summary speaks of.
    confidence : float
        Of the intervals.
    """

    table: pd.DataFrame
    target: str
    confidence: float
    method: str
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per construct and group."""
        return self.table.copy()

    def row(self, construct: str, group: str = ALL) -> pd.Series:
        """Return the row of one construct (of one group).

        Raises
        ------
        ParameterError
            There is no such construct or group.
        """
        check_names("construct", [construct], list(dict.fromkeys(self.table["construct"])))
        check_names("group", [group], list(dict.fromkeys(self.table["group"])))
        rows = self.table[(self.table["construct"] == construct) & (self.table["group"] == group)]
        return rows.iloc[0]

    def of_all(self) -> pd.DataFrame:
        """Return the constructs for all respondents, without the groups."""
        rows = self.table[self.table["group"] == ALL]
        return rows.drop(columns=["group", "n"]).reset_index(drop=True)

    def by_group(self, construct: str | None = None) -> pd.DataFrame:
        """Return one construct (the target) for each group, without all."""
        rows = self.table[(self.table["group"] != ALL) & (self.table["construct"] == (construct or self.target))]
        return rows.drop(columns="construct").reset_index(drop=True)

    def summary(self) -> str:
        """Say the index of the target and its interval."""
        found = self.row(self.target)
        return tn(
            "The index of {name} is {index:.1f} points ({low:.1f} to {high:.1f}, {n} respondent).",
            "The index of {name} is {index:.1f} points ({low:.1f} to {high:.1f}, {n} respondents).",
            int(found["n"]),
            name=t(self.target),
            index=found["index"],
            low=found["low"],
            high=found["high"],
        )


def pls_index(
    bootstrap: BootstrapResult,
    *,
    low: float,
    high: float,
    scales: Mapping[str, tuple[float, float]] | None = None,
    target: str | None = None,
    method: str = "percentile",
    confidence: float | None = None,
    allow_negative: bool = False,
) -> PLSIndexResult:
    """Index of each construct from 0 to 100 and on the scale of the answers, with its interval.

    Parameters
    ----------
    bootstrap : BootstrapResult
        A fit with its resamples, in each of which the weights were estimated anew. With groups (`by`), the index
        of each group comes along, weighed as for all respondents.
    low, high : float
        Ends of the answer scale, such as 1 and 10; low below high.
    scales : mapping of str to (low, high), optional
        Other ends, by construct, such as {"Complaints": (0, 1)}.
    target : str, optional
        The construct of interest; the one named Satisfaction, or the first that most paths lead to.
    method : {'percentile', 'bias_corrected', 'bca', 'normal'}
        As in `BootstrapResult.table`.
    confidence : float, optional
        Between 0 and 1; that of the bootstrap by default.
    allow_negative : bool
        Go on where a weight is negative, although an index may then leave 0 to 100.

    Returns
    -------
    PLSIndexResult

    Raises
    ------
    DataError
        An answer lies outside its scale (counted by indicator), or a weight is negative; all at once.
    ParameterError
        An argument is not known or out of range.

    Notes
    -----
    The weight of an answer is that of its standardized indicator over the standard deviation, and the weights of a
    construct add up to 1. So the index is a weighted mean of answers, moved to 0-100; with equal weights it would
    be a plain mean. Weights follow from what the construct is to explain: another model weighs otherwise, and indices
    of two models must not be compared.

    References
    ----------
    Fornell, Johnson, Anderson, Cha & Bryant (1996), Journal of Marketing 60(4), 7-18, appendix.

    Examples
    --------
    >>> from casework.satisfaction.pls import bootstrap_pls, fit_pls
    >>> rng = np.random.default_rng(1)
    >>> survey = pd.DataFrame({"q": rng.integers(1, 11, 90), "s": rng.integers(1, 11, 90)}).astype(float)
    >>> fit = fit_pls(survey, "Quality =~ q; Satisfaction =~ s; Satisfaction ~ Quality")
    >>> index = pls_index(bootstrap_pls(fit, resamples=200), low=1, high=10)
    >>> bool(abs(index.row("Satisfaction")["index"] - (survey["s"].mean() - 1) / 9 * 100) < 1e-9)
    True
    """
    fit = bootstrap.fit
    method = check_option("method", method, Interval)
    level = bootstrap.confidence if confidence is None else check_fraction("confidence", confidence)
    check_names("target", [target] if target else [], fit.model.names)
    check_names("scales", scales or {}, fit.model.names)
    ends = _ends(bootstrap, low, high, scales or {})
    _refuse_outside(bootstrap, ends)
    if not allow_negative:
        refuse_negative(fit.answer_weights.to_numpy(), fit.model.indicators)
    raw = bootstrap.table("index", method=method, confidence=level)
    return PLSIndexResult(
        table=_in_points(raw, bootstrap, ends),
        target=target or default_target(bootstrap),
        confidence=level,
        method=method,
        notes=_notes(bootstrap),
    )


def default_target(bootstrap: BootstrapResult) -> str:
    """Return the construct named Satisfaction, or the one that most paths lead to."""
    model = bootstrap.fit.model
    named = [name for name in model.names if name.casefold() == "satisfaction"]
    return named[0] if named else max(model.targets, key=lambda name: len(model.predictors(name)))


def _ends(
    bootstrap: BootstrapResult, low: float, high: float, scales: Mapping[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    ends = {name: tuple(map(float, scales.get(name, (low, high)))) for name in bootstrap.fit.model.names}
    if any(len(pair) != 2 for pair in ends.values()):
        raise ParameterError(Problem("scales", repr(dict(scales)), t("two numbers for each construct")))
    problems = [
        Problem("low, high", t("{name}: low {low:g}, high {high:g}", name=name, low=a, high=b), t("low below high"))
        for name, (a, b) in ends.items()
        if not a < b
    ]
    if problems:
        raise ParameterError(problems)
    return {name: (a, b) for name, (a, b) in ends.items()}


def _refuse_outside(bootstrap: BootstrapResult, ends: Mapping[str, tuple[float, float]]) -> None:
    model, rows, problems = bootstrap.fit.model, bootstrap.fit.moments.rows, []
    if rows is None:
        return
    owner = [model.names[construct] for construct in bootstrap.quantities.structure.block]
    for name, construct, column in zip(model.indicators, owner, rows.T, strict=True):
        a, b = ends[construct]
        if outside := int(((column < a) | (column > b)).sum()):
            found = tn("{n} answer outside the scale", "{n} answers outside the scale", outside)
            expected = t("a number {range}", range=describe_range(a, b))
            fix = t("Mend the answers, or tell the scale of the construct with scales")
            problems.append(Problem(t("column {name}", name=repr(name)), found, expected, fix))
    if problems:
        raise DataError(problems)


def _in_points(raw: pd.DataFrame, bootstrap: BootstrapResult, ends: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    bottom = np.array([ends[name][0] for name in raw["to"]])
    top = np.array([ends[name][1] for name in raw["to"]])
    points = {key: (raw[key].to_numpy() - bottom) / (top - bottom) * 100 for key in ("estimate", "low", "high")}
    groups = raw["group"] if "group" in raw else pd.Series("", index=raw.index)
    sizes = {"": bootstrap.fit.n} | {
        name: int((bootstrap.codes == code).sum()) for code, name in enumerate(bootstrap.quantities.groups)
    }
    return pd.DataFrame(
        {
            "group": groups.where(groups != "", ALL),
            "construct": raw["to"],
            "n": groups.map(sizes),
            "score": raw["estimate"],
            "score_low": raw["low"],
            "score_high": raw["high"],
            "index": points["estimate"],
            "se": raw["se"] / (top - bottom) * 100,
            "low": points["low"],
            "high": points["high"],
        }
    )


def _notes(bootstrap: BootstrapResult) -> tuple[str, ...]:
    drawn = bootstrap.draws_of("weight")
    below: Flags = np.asarray(drawn.to_numpy() < 0, dtype=np.bool_)
    if not below.any():
        return ()
    names = [str(label[-1]) for place, label in enumerate(drawn.columns) if below[:, place].any()]
    return (
        tn(
            "In {n} of {total} resamples a weight is negative ({names}); such an index is no mean of answers.",
            "In {n} of {total} resamples a weight is negative ({names}); such indices are no means of answers.",
            int(below.any(axis=1).sum()),
            total=bootstrap.used,
            names=", ".join(names),
        ),
    )
