"""Risk register of an account: impact by probability, how severe each risk is, and where risks come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from casework.core.checks import nearest
from casework.core.errors import DataError, ParameterError, Problem
from casework.core.messages import mark, t, tn
from casework.core.result import Result

LEVELS = ("low", "medium", "high")
LEVEL_WORDS = {"low": mark("low level"), "medium": mark("medium level"), "high": mark("high level")}
SOURCES = (mark("business case"), mark("planning"), mark("organization"), mark("technical"), mark("external"))
CLASSES = (  # in rising severity
    mark("proceed with caution"),
    mark("fix before launch"),
    mark("significant risk"),
    mark("show stopper"),
)
# The course's matrix for key accounts [K7]: impact down, probability across.
MATRIX: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "low": {"low": "proceed with caution", "medium": "proceed with caution", "high": "fix before launch"},
        "medium": {"low": "proceed with caution", "medium": "fix before launch", "high": "significant risk"},
        "high": {"low": "fix before launch", "medium": "significant risk", "high": "show stopper"},
    }
)
COLUMNS = (mark("risk"), mark("source"), mark("impact"), mark("probability"), mark("severity"), mark("risks"))
MOST_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class RiskResult(Result):
    """Risks of a register, sorted into the classes of a matrix.

    Attributes
    ----------
    table : DataFrame
        A row per risk, the most severe first: `risk`, `source`, `impact`, `probability`, `severity` (class), and
        `rank` of the class from 1, the mildest.
    counts : DataFrame
        Number of risks by impact (rows, highest first) and probability (columns).
    classes : tuple of str
        In rising severity.
    matrix : mapping of impact to mapping of probability to class
    """

    table: pd.DataFrame
    counts: pd.DataFrame
    classes: tuple[str, ...]
    matrix: Mapping[str, Mapping[str, str]]
    notes: tuple[str, ...] = ()

    @property
    def by_source(self) -> pd.DataFrame:
        """Number of risks by source and class, the source with the most severe ones first."""
        counted = pd.crosstab(self.table["source"], self.table["severity"])
        counted = counted.reindex(columns=list(self.classes), fill_value=0)
        order = np.lexsort(tuple(-counted[name].to_numpy() for name in self.classes))
        return counted.iloc[order].rename_axis(columns=None).reset_index()

    def of_class(self, name: str) -> list[str]:
        """Return the risks of a class."""
        return [str(risk) for risk in self.table.loc[self.table["severity"] == name, "risk"]]

    def to_frame(self) -> pd.DataFrame:
        """Return the register with its classes."""
        return self.table.copy()

    def summary(self) -> str:
        """Say how many risks are of the highest class that there is."""
        worst = str(self.table["severity"].iloc[0])
        n = int((self.table["severity"] == worst).sum())
        return tn(
            "{n} of {all} risks is of the most severe class found, {name}.",
            "{n} of {all} risks are of the most severe class found, {name}.",
            n,
            all=len(self.table),
            name=t(worst),
        )


def classify_risks(
    register: pd.DataFrame,
    *,
    matrix: Mapping[str, Mapping[str, str]] = MATRIX,
    classes: Sequence[str] = CLASSES,
    sources: Sequence[str] = SOURCES,
) -> RiskResult:
    """Sort the risks of a register into the classes of an impact by probability matrix.

    Parameters
    ----------
    register : DataFrame
        A row per risk: `risk` (name, once each), `source`, `impact`, `probability`; the levels are those of the
        matrix.
    matrix : mapping of impact to mapping of probability to class
        By default the 3 by 3 matrix of the course. Levels are named in rising order; any number of them.
    classes : sequence of str
        Classes of the matrix in rising severity.
    sources : sequence of str
        Sources that are allowed; empty for any.

    Returns
    -------
    RiskResult

    Raises
    ------
    ParameterError
        The matrix has gaps or a class that is not in `classes`.
    DataError
        A column is missing, the register is empty, a risk has no name or the same as another, or a level or source is
        unknown: all of it at once.

    Notes
    -----
    A matrix only sorts. Two risks of one class can differ a hundredfold in expected loss, and one of a lower class can
    be worth more than one of a higher class (Cox, 2008): see `simulate_exposure`, which counts such pairs. A matrix in
    which a higher level leads to a milder class is used as it is, with a note.

    References
    ----------
    Cox (2008), What's wrong with risk matrices?, Risk Analysis 28(2), 497-512.

    Examples
    --------
    >>> names = ["no price clause", "late goods", "small print"]
    >>> register = pd.DataFrame({"risk": names, "source": ["business case", "planning", "planning"],
    ...                          "impact": ["high", "medium", "low"], "probability": ["high", "medium", "high"]})
    >>> classify_risks(register).table["severity"].tolist()
    ['show stopper', 'fix before launch', 'fix before launch']
    """
    columns, notes = _check_matrix(matrix, classes)
    rows = list(matrix)
    _check_register(register, rows, columns, sources)
    table = register[["risk", "source", "impact", "probability"]].reset_index(drop=True)
    down = pd.Categorical(table["impact"], categories=rows).codes
    across = pd.Categorical(table["probability"], categories=columns).codes
    ranks = np.array([[list(classes).index(matrix[row][column]) + 1 for column in columns] for row in rows])
    table["rank"] = ranks[down, across]
    table["severity"] = np.array(classes, dtype=object)[table["rank"] - 1]
    order = np.lexsort((-across, -down, -table["rank"]))
    counts = np.zeros(ranks.shape, dtype=int)
    np.add.at(counts, (down, across), 1)
    return RiskResult(
        table=table.iloc[order].reset_index(drop=True),
        counts=pd.DataFrame(counts, index=rows, columns=columns).iloc[::-1],
        classes=tuple(classes),
        matrix=matrix,
        notes=notes,
    )


def grade_levels(
    values: npt.ArrayLike, *, cuts: Sequence[float], levels: Sequence[str] = LEVELS
) -> npt.NDArray[np.object_]:
    """Turn numbers into levels: a number equal to a cut takes the higher level.

    Parameters
    ----------
    values : array_like
        Losses or probabilities.
    cuts : sequence of float
        Rising, one fewer than levels.
    levels : sequence of str
        In rising order.

    Raises
    ------
    ParameterError
        Another number of cuts, cuts that do not rise, or a value that is no number.

    Examples
    --------
    >>> grade_levels([0.05, 0.2, 0.7], cuts=[0.1, 0.4]).tolist()
    ['low', 'medium', 'high']
    """
    edges, given = np.asarray(cuts, dtype=np.float64), np.asarray(values, dtype=np.float64)
    problems = []
    if len(edges) != len(levels) - 1:
        problems.append(Problem("cuts", f"{len(edges)}", t("one fewer than levels, {n}", n=len(levels) - 1)))
    if not (np.isfinite(edges).all() and (np.diff(edges) > 0).all()):
        problems.append(Problem("cuts", str(list(cuts)), t("rising numbers")))
    if np.isnan(given).any():
        problems.append(Problem("values", t("{n} that are no numbers", n=int(np.isnan(given).sum())), t("numbers")))
    if problems:
        raise ParameterError(problems)
    return np.asarray(np.array(levels, dtype=object)[np.searchsorted(edges, given, side="right")])


def _check_matrix(matrix: Mapping[str, Mapping[str, str]], classes: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return the levels of probability, and notes about a matrix that is not monotone."""
    columns = list(dict.fromkeys(name for row in matrix.values() for name in row))
    problems = [
        Problem(
            t("matrix, {row} by {column}", row=row, column=column),
            repr(found),
            t("one of {values}", values=", ".join(classes)),
        )
        for row in matrix
        for column in columns
        if (found := matrix[row].get(column)) not in classes
    ]
    if not columns:
        problems.append(Problem("matrix", t("it is empty"), t("levels of impact and of probability")))
    if problems:
        raise ParameterError(problems)
    ranks = np.array([[list(classes).index(matrix[row][column]) for column in columns] for row in matrix])
    falls = (np.diff(ranks, axis=0) < 0).any() or (np.diff(ranks, axis=1) < 0).any()
    return columns, (t("In this matrix a higher level leads to a milder class somewhere."),) if falls else ()


def _check_register(
    register: pd.DataFrame, rows: Sequence[str], columns: Sequence[str], sources: Sequence[str]
) -> None:
    wanted = ("risk", "source", "impact", "probability")
    missing = [name for name in wanted if name not in register.columns]
    if missing or register.empty:
        where = [Problem("register", t("no column {name}", name=repr(name))) for name in missing]
        raise DataError(where or Problem("register", t("it is empty"), t("at least one risk")))
    names = register["risk"].astype("string").str.strip()
    problems = []
    if blank := int((names.isna() | (names == "")).sum()):
        problems.append(Problem("risk", tn("{n} without a name", "{n} without a name", blank), t("a name for each")))
    twice = names[names.duplicated()].dropna().unique()
    problems += [Problem("risk", t("{name} occurs twice", name=repr(str(name)))) for name in twice[:MOST_SHOWN]]
    allowed = (("impact", rows), ("probability", columns), ("source", sources))
    for column, known in allowed:
        odd = [x for x in register[column].unique() if known and x not in known]
        problems += [
            Problem(column, repr(x), t("one of {values}", values=", ".join(known)), nearest(str(x), known))
            for x in odd[:MOST_SHOWN]
        ]
    if problems:
        raise DataError(problems)
